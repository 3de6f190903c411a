package flows

import (
	"slices"

	"sadasya/party"
)

// What the coverage says of the pace towards the targets, and of the shares.

func askPace(_ Covering, r Result) Screen {
	c, _ := r.(Coverage)
	lines := []Line{T("pace.title", "area", areaWords(c.Area), "date", c.Today)}
	lines = append(lines, paceLines(T("pace.members"), c.Members.On(c.Today))...)
	lines = append(lines, paceLines(T("pace.enrollers"), c.Enrollers.On(c.Today))...)
	return Screen{Bubbles: []Bubble{bubble(lines)}}
}

// paceLines tells one target in at most three lines: what is done of it, what is
// due and needed a day, when it will be reached.
func paceLines(what Line, p party.Pace) []Line {
	if p.Target == 0 {
		return []Line{T("pace.none", "what", what, "done", p.Done)}
	}
	lines := []Line{T("pace.done", "what", what, "done", p.Done, "target", p.Target, "by", p.By)}
	switch {
	case p.Done >= p.Target:
		return append(lines, T("pace.reached"))
	case p.HasDue && p.Days > 0:
		key := "pace.ahead"
		if p.Behind() {
			key = "pace.behind"
		}
		lines = append(lines, T(key, "due", p.Due, "perday", p.PerDay))
	case p.Days > 0:
		lines = append(lines, T("pace.perday", "perday", p.PerDay))
	default:
		lines = append(lines, T("pace.over"))
	}
	if p.Reached.IsZero() {
		return append(lines, T("pace.never"))
	}
	return append(lines, T("pace.when", "date", p.Reached))
}

func askShares(_ Covering, r Result) Screen {
	c, _ := r.(Coverage)
	lines := []Line{T("shares.title", "area", areaWords(c.Area))}
	for _, s := range []struct {
		head Line
		Said
	}{{T("shares.enrollers"), c.SaidEnrollers}, {T("shares.members"), c.SaidMembers}} {
		lines = append(lines, s.head, shareLine(T("shares.women"), s.WomenPercent(), c.Aims.Women), categoryShares(s.Said, c.Aims.Categories))
	}
	return Screen{Bubbles: []Bubble{bubble(append(lines, T("shares.why")))}}
}

// WomenPercent is the share of women among those who said their gender; -1 where
// it may not be told.
func (s Said) WomenPercent() int {
	if percent, ok := (party.Portion{Of: s.Women, Said: s.Gender}).Percent(); ok {
		return percent
	}
	return -1
}

// words tells the shares in one line, without what is aimed at.
func (s Said) words() Line {
	if s.WomenPercent() < 0 && slices.Max(party.Percents(s.Categories[:])) < 0 {
		return T("shares.nothing")
	}
	return T("shares.all", "women", shareLine(T("shares.women"), s.WomenPercent(), 0), "categories", categoryShares(s, party.Shares{}))
}

// Add counts so many who said one word, a gender or a social category.
func (s *Said) Add(what string, n int) {
	if i := slices.Index(party.SocialCategories(), party.SocialCategory(what)); i >= 0 {
		s.Categories[i] += n
		return
	}
	s.Gender += n
	if party.Gender(what) == party.Woman {
		s.Women += n
	}
}

// categoryShares tells those of the categories in one line.
func categoryShares(s Said, aims party.Shares) Line {
	percents := party.Percents(s.Categories[:])
	if slices.Max(percents) < 0 {
		return T("shares.nobody")
	}
	var all [len(s.Categories)]Line
	for i, category := range party.SocialCategories() {
		all[i] = shareLine(T("shares.category", "category", category), percents[i], aims.Of(category))
	}
	return T("shares.categories", "gen", all[0], "obc", all[1], "sc", all[2], "st", all[3], "minority", all[4])
}

// shareLine tells a share in percent beside its aim; of one below 0 that it is
// not told.
func shareLine(what Line, percent, aim int) Line {
	switch {
	case percent < 0:
		return T("shares.few", "what", what)
	case aim > 0:
		return T("shares.aim", "what", what, "percent", percent, "aim", aim)
	}
	return T("shares.one", "what", what, "percent", percent)
}
