package flows

import "sadasya/party"

// What an enroller is told unasked: who joined, and how far that led; for the
// morning's figures see daily.go.

// Milestones are the confirmed members that are celebrated, each once.
func Milestones() []int { return []int{25, 50, 75, 100} }

// MilestoneAt is the last milestone that so many confirmed members have reached,
// 0 for none.
func MilestoneAt(confirmed int) (reached int) {
	for _, m := range Milestones() {
		if confirmed >= m {
			reached = m
		}
	}
	return reached
}

// CertificatePicture is what an enroller may show of a milestone.
type CertificatePicture struct {
	Name    party.Name
	Station *party.Station
	Count   int
	On      party.Date
}

func (CertificatePicture) picture() {}

func enrollerNotice(n Notice) (Screen, bool) {
	switch n.Kind {
	case NoticeJoined:
		return joinedScreen(n), true
	case NoticeMilestone:
		return milestoneScreen(n), true
	case NoticeDaily:
		return dailyScreen(n)
	}
	return Screen{}, false
}

// joinedScreen names who joined where it was one alone, as short as others may
// see it.
func joinedScreen(n Notice) Screen {
	line := T("notice.joined", "count", n.Count, "total", n.Total)
	switch {
	case n.Count == 1 && n.Name != "":
		line = T("notice.joined.name", "name", n.Name, "total", n.Total)
	case n.Count == 1:
		line = T("notice.joined.one", "total", n.Total)
	}
	return Screen{Bubbles: []Bubble{bubble([]Line{line}, tools("link")...)}}
}

// milestoneScreen comes with a certificate at the first and at the last.
func milestoneScreen(n Notice) Screen {
	all := Milestones()
	first, last := all[0], all[len(all)-1]
	key := "notice.milestone"
	if n.Total >= last {
		key = "notice.milestone.last"
	}
	b := bubble([]Line{T(key, "name", n.Name, "count", n.Total)}, tools("")...)
	if n.Total == first || n.Total == last {
		b.Picture = CertificatePicture{Name: n.Name, Station: n.Station, Count: n.Total, On: n.On}
	}
	return Screen{Bubbles: []Bubble{b}}
}
