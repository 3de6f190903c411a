package flows

import "sadasya/party"

// teamNotice says a notice of this room: what became of an office, and letters.
func teamNotice(n Notice) (s Screen, ok bool) {
	switch n.Kind {
	case NoticeMoved:
		if n.Office == party.Chief {
			return ask(T("notice.movedchief", "area", areaWords(n.Area)), global("team", "button.team")), true
		}
		return ask(T("notice.moved", "place", noticePlace(n)), global("link", "button.link")), true
	case NoticeSuspended:
		lines := []Line{T("notice.suspended", "office", noticeOffice(n))}
		if toldWhy(ChangeReason(n.Reason)) {
			lines = append(lines, T("notice.reason", "reason", T(reasonKey(ChangeReason(n.Reason)))))
		}
		lines = append(lines, T("notice.stands"))
		return Screen{Bubbles: []Bubble{bubble(lines, global("grievance", "button.grievance"), global("resign", "button.resign"))}}, true
	case NoticeReinstated:
		if n.Office == party.Chief {
			return ask(T("notice.reinstatedchief", "office", noticeOffice(n)), global("team", "button.team")), true
		}
		return ask(T("notice.reinstated", "office", noticeOffice(n)), global("link", "button.link")), true
	case NoticeLetter:
		by := T("letter.byadmin", "name", nameOf(n.Name))
		if n.Office == party.Chief {
			by = T("letter.bychief", "name", nameOf(n.Name), "area", areaWords(n.Area))
		}
		return Screen{Bubbles: []Bubble{bubble([]Line{by, {}, T("letter.words", "words", n.Words)}, global("go", "button.goon"))}}, true
	}
	return Screen{}, false
}

// toldWhy tells whether a reason is said to who was suspended: of a complaint they
// could look for who made it.
func toldWhy(r ChangeReason) bool { return r == WrongBooth || r == NotWorking || r == AskedForIt }

// noticeOffice says the office that a notice is about, with its place.
func noticeOffice(n Notice) Line {
	switch n.Office {
	case party.Admin:
		return T("office.ofadmin")
	case party.Chief:
		return T("office.ofchief", "area", areaWords(n.Area))
	}
	return T("office.ofenroller", "booth", noticeBooth(n))
}

func noticeBooth(n Notice) party.Booth {
	if n.Station != nil {
		return n.Station.Booth
	}
	return n.Area.Booth
}

func noticePlace(n Notice) any {
	if n.Station == nil {
		return n.Area.Booth
	}
	return placeOf(n.Station)
}
