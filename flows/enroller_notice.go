package flows

// What an enroller is told unasked: who joined, and how far that led.

func enrollerNotice(n Notice) (Screen, bool) {
	switch n.Kind {
	case NoticeJoined:
		return joinedScreen(n), true
	case NoticeMilestone:
		return Screen{}, false
	}
	return Screen{}, false
}

func joinedScreen(n Notice) Screen {
	lines := []Line{T("notice.joined", "count", n.Count, "total", n.Total)}
	switch {
	case n.Count == 1 && n.Name != "":
		lines[0] = T("notice.joined.name", "name", n.Name, "total", n.Total)
	case n.Count == 1:
		lines[0] = T("notice.joined.one", "total", n.Total)
	}
	return Screen{Bubbles: []Bubble{bubble(lines, tools("link")...)}}
}
