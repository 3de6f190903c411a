package flows

import (
	"strconv"

	"sadasya/party"
)

// What is said unasked of appointing: to the appointer, to who applied, to who
// was not the right person.

func appointNotice(n Notice) (Screen, bool) {
	id := strconv.FormatInt(n.ID, 10)
	switch n.Kind {
	case NoticeAccepted:
		return ask(T("notice.accepted", "name", n.Name, "what", postWords(n)),
			global("right:"+id, "button.yes"), global("wrong:"+id, "button.nothanks")), true
	case NoticeApplied:
		line := T("notice.applied", "count", n.Count)
		if n.Count == 1 {
			line = T("notice.applied.one")
		}
		return ask(line, global("appoint:"+string(applicants), "button.look")), true
	case NoticeGiven:
		return ask(T("notice.given", "station", placeOf(n.Station), "code", n.Code, "link", Link(n.Code)), tools("")...), true
	case NoticeNotGiven:
		if n.Reason == WrongPerson {
			return ask(T("notice.wrong", "what", postWords(n))), true
		}
		return ask(T("notice.notgiven", "what", postWords(n))), true
	}
	return Screen{}, false
}

// WrongPerson is why an office was taken back: another than who was meant
// accepted it.
const WrongPerson = "wrong-person"

// postWords says an office with its place.
func postWords(n Notice) Line {
	switch n.Office {
	case party.Enroller:
		return T("notice.what.enroller", "station", placeOf(n.Station))
	case party.Chief:
		return T("notice.what.chief", "area", areaWords(n.Area))
	}
	return T("notice.what.admin")
}
