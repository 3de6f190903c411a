// Aims: whom the drive wants among its enrollers and members.

package party

// Aims are what a campaign wants of the people in it. An aim of 0 is none.
type Aims struct {
	WomenPerBooth int    `yaml:"women_per_booth" json:"women_per_booth"` // woman enrollers at every booth
	Women         int    `yaml:"women" json:"women"`                     // percent of enrollers, and of members
	Categories    Shares `yaml:"categories" json:"categories"`           // percent of enrollers, and of members
	Reserved      int    `yaml:"reserved" json:"reserved"`               // where a seat is reserved: percent of its enrollers who are of that category
}

// Shares are percents of people of each social category.
type Shares struct {
	GEN      int `yaml:"GEN" json:"GEN,omitempty"`
	OBC      int `yaml:"OBC" json:"OBC,omitempty"`
	SC       int `yaml:"SC" json:"SC,omitempty"`
	ST       int `yaml:"ST" json:"ST,omitempty"`
	Minority int `yaml:"minority" json:"minority,omitempty"`
}

// Of gives the share of one category.
func (s Shares) Of(c SocialCategory) int {
	switch c {
	case GEN:
		return s.GEN
	case OBC:
		return s.OBC
	case SC:
		return s.SC
	case ST:
		return s.ST
	case Minority:
		return s.Minority
	}
	return 0
}

// ReservedWanted is how many of so many enrollers of a reserved constituency are
// wanted of the category that it is reserved for: the percent, rounded up, and at
// least LeastGroup, since that the aim is met by fewer would tell of each what
// they are. 0 where the seat is reserved for nobody, or nothing is aimed at.
func (a Aims) ReservedWanted(r Reservation, enrollers int) int {
	if r != ReservationSC && r != ReservationST || a.Reserved <= 0 {
		return 0
	}
	return max(LeastGroup, ceil(a.Reserved*enrollers, 100))
}

// LeastGroup is how many people a group must have to be told of: of fewer, and
// where fewer are not in it, a figure would say something of each.
const LeastGroup = 5

// Portion is so many people of all who said what they are.
type Portion struct{ Of, Said int }

// Percent gives the portion in whole percent, rounded. ok is false where it, or
// those who said something else, are fewer than LeastGroup: then nothing may be
// told but that.
func (p Portion) Percent() (percent int, ok bool) {
	if p.Of < LeastGroup || p.Said-p.Of < LeastGroup {
		return 0, false
	}
	return (p.Of*100 + p.Said/2) / p.Said, true
}

// Percents tells the groups that everybody is in who said what they are, in whole
// percent; -1 for one that may not be told. Where those could be found by
// subtracting the others from a hundred, the smallest of the others is left out
// too.
func Percents(groups []int) []int {
	said := 0
	for _, n := range groups {
		said += n
	}
	told := make([]int, len(groups))
	hidden, kinds := 0, 0
	hide := func(i int) {
		told[i] = -1
		hidden += groups[i]
		kinds++
	}
	for i, n := range groups {
		percent, ok := Portion{Of: n, Said: said}.Percent()
		told[i] = percent
		if !ok {
			hide(i)
		}
	}
	for kinds > 0 && kinds < len(groups) && (kinds == 1 || hidden < LeastGroup) {
		smallest := -1
		for i, n := range groups {
			if told[i] >= 0 && (smallest < 0 || n < groups[smallest]) {
				smallest = i
			}
		}
		hide(smallest)
	}
	return told
}

func (f *faults) aims(a Aims) {
	f.within("aims.women_per_booth", a.WomenPerBooth, 0, 100, "woman enrollers")
	f.within("aims.women", a.Women, 0, 100, "percent")
	f.within("aims.reserved", a.Reserved, 0, 100, "percent")
	sum := 0
	for _, c := range SocialCategories() {
		f.within("aims.categories."+string(c), a.Categories.Of(c), 0, 100, "percent")
		sum += a.Categories.Of(c)
	}
	if sum > 100 {
		f.add("aims.categories come to %d percent: write at most 100 in all", sum)
	}
}
