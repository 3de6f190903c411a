package place

import (
	"cmp"
	"slices"
	"strconv"

	"sadasya/party"
)

// Building is a place: the booths of one constituency whose names differ by
// their rooms alone.
type Building struct {
	ID             int64 // of whoever keeps it
	AC             int
	NameEN, NameHI string   // without the rooms
	Reading        Reading  // of the English name, with the words of the Hindi one
	Lat, Lon       float64  // degrees; 0,0 where not known
	Booths         []string // parts with their letters
}

// Buildings groups booths into places, in the order of their first booths.
func Buildings(booths []party.Station) []Building {
	var out []Building
	known := map[string]int{}
	for _, st := range booths {
		english, hindi := Read(st.NameEN), Read(st.NameHI)
		r := english
		if st.NameEN == "" {
			r = hindi
		}
		key := strconv.Itoa(st.Booth.AC) + "|" + r.Key()
		if len(r.Words) == 0 {
			key += st.Booth.PartString() // nothing tells it from others
		}
		at, ok := known[key]
		if !ok {
			for _, w := range hindi.Words {
				if !slices.Contains(r.Words, w) {
					r.Words = append(r.Words, w)
				}
			}
			at = len(out)
			known[key] = at
			out = append(out, Building{AC: st.Booth.AC, NameEN: english.Title, NameHI: hindi.Title, Reading: r})
		}
		b := &out[at]
		if b.Lat == 0 && b.Lon == 0 {
			b.Lat, b.Lon = st.Lat, st.Lon
		}
		b.Booths = append(b.Booths, st.Booth.PartString())
	}
	return out
}

// Only is the booth of a building that has no other, else the zero Booth.
func (b Building) Only() party.Booth {
	if len(b.Booths) != 1 {
		return party.Booth{}
	}
	only, err := party.ParseBooth(strconv.Itoa(b.AC) + "/" + b.Booths[0])
	if err != nil {
		return party.Booth{}
	}
	return only
}

// Areas are what lies about a place: its constituency and district, as they
// sound. It never changes.
type Areas struct {
	sounds   map[int][]string // of constituency and district
	names    map[int][]string // of the constituency alone
	district map[int]string
}

// NewAreas reads the names of constituencies; also gives what else people call
// a district by, such as those carved out of it.
func NewAreas(list []party.Constituency, also func(district string) []string) *Areas {
	a := &Areas{sounds: map[int][]string{}, names: map[int][]string{}, district: map[int]string{}}
	for _, c := range list {
		a.names[c.AC] = Read(c.NameEN).Words
		a.sounds[c.AC] = append(slices.Clone(a.names[c.AC]), Read(c.DistrictEN).Words...)
		for _, name := range also(c.DistrictEN) {
			a.sounds[c.AC] = append(a.sounds[c.AC], Read(name).Words...)
		}
		a.district[c.AC] = c.DistrictEN
	}
	return a
}

// About gives the constituencies that a query is about: near (0: none), those
// it names, and, where it names none, those of a district it names.
func (a *Areas) About(query Reading, near int) []int {
	about := []int{}
	if near != 0 {
		about = append(about, near)
	}
	for ac := 1; ac <= party.MaxAC; ac++ {
		names := a.names[ac]
		if ac != near && len(names) > 0 && slices.ContainsFunc(query.Words, func(w string) bool { return !common(w) && Alike(w, names[0]) >= 0.85 }) {
			about = append(about, ac)
		}
	}
	return about
}

// Thresholds of Match.
const (
	Fits = 0.45 // a place can be shown
	Sure = 0.8  // it was meant
)

// Found is what a search gives.
type Found struct {
	Best []Building
	Sure bool // the first is what was typed
	More bool // others fit as well
}

// Rank gives the n candidates that fit a query best, each once. Of places with
// one name, those in the constituency near (0: none) come first, then those in
// its district.
func (a *Areas) Rank(query Reading, near, n int, candidates []Building) Found {
	type ranked struct {
		Building
		score, order float64
	}
	list := make([]ranked, 0, len(candidates))
	seen := make(map[int64]bool, len(candidates))
	likes := likeness{}
	for _, b := range candidates {
		if seen[b.ID] {
			continue
		}
		seen[b.ID] = true
		r := ranked{Building: b, score: query.match(b.Reading, a.sounds[b.AC], likes)}
		r.order = r.score
		switch {
		case b.AC == near:
			r.order += 0.08
		case near != 0 && a.district[b.AC] == a.district[near]:
			r.order += 0.03
		}
		if r.score >= Fits {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(x, y ranked) int { return cmp.Or(cmp.Compare(y.order, x.order), cmp.Compare(x.ID, y.ID)) })
	n = min(n, len(list))
	f := Found{Sure: n > 0 && list[0].score >= Sure}
	for _, r := range list[:n] {
		f.Best = append(f.Best, r.Building)
	}
	f.More = n > 0 && n < len(list) && list[n].order > list[0].order-0.02
	return f
}
