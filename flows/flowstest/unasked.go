package flowstest

import (
	"fmt"
	"strings"

	"sadasya/flows"
	"sadasya/party"
)

// What others do while this chat is silent, and what it is told of it unasked.

// Meanwhile reads "Kamla Devi joins", or what else somebody does: "accepts" or
// "applies" by a link of this chat, "appoints" or "declines" who applied here.
// Of broadcasts an admin "writes" one, or "wrote" it for an hour that has passed,
// and "approves" or "refuses" the newest; "Telegram sends" it, and "finishes".
// "Redis forgets" all sessions.
// With no words only time passes.
func Meanwhile(words string) (who party.Name, does string) {
	cut := strings.LastIndexByte(words, ' ')
	if cut < 0 {
		return "", words
	}
	return party.Name(words[:cut]), words[cut+1:]
}

// passes lets time pass in the world: somebody does something, and what this
// chat is to be told is due.
func (w *World) passes(words string) ([]flows.Notice, error) {
	who, does := Meanwhile(words)
	switch does {
	case "", "comes": // the evening, and with it the reminder
	case "joins": // by this enroller's link
		w.joiners = append([]flows.Joiner{{Name: who, Via: party.Self, On: Today}}, w.joiners...)
		w.tell(flows.Notice{Kind: flows.NoticeJoined, Name: party.Name(who.Short()), Count: 1, Total: len(w.joiners)})
	case "accepts": // the newest link of this chat
		if len(w.links) == 0 {
			return nil, fmt.Errorf("there is no link that %s could accept", who)
		}
		link := w.links[0]
		w.links = w.links[1:]
		w.made++
		w.given = append(w.given, flows.AppointmentConfirmed{Name: who})
		w.tell(flows.Notice{Kind: flows.NoticeAccepted, ID: int64(len(w.given)), Office: link.Office, Area: link.Area, Name: who, Station: w.station(link.Area.Booth)})
	case "applies": // by this chat's link for many
		w.made++
		w.applicants = append(w.applicants, flows.Applicant{ID: w.made, Name: who, Station: w.Inviter.Station})
		w.tell(flows.Notice{Kind: flows.NoticeApplied, Count: 1})
	case "appoints", "declines": // whoever applied here
		if w.applied == nil {
			return nil, fmt.Errorf("nobody applied here, for %s to decide", who)
		}
		n := flows.Notice{Kind: flows.NoticeNotGiven, Office: party.Enroller, Name: w.applied.Name, Station: w.applied.Station}
		if does == "appoints" {
			n.Kind, n.Code = flows.NoticeGiven, w.Code
			w.spent, w.called = true, w.applied.Name
		}
		w.applied = nil
		w.tell(n)
	default:
		if !w.broadcastPasses(does) {
			return nil, fmt.Errorf("nobody can do %q here", words)
		}
	}
	told := w.told
	w.told = nil
	return told, nil
}

// tell keeps a notice until time passes.
func (w *World) tell(n flows.Notice) { w.told = append(w.told, n) }

// confirmed answers for an appointment that this chat made.
func (w *World) confirmed(e flows.ConfirmAppointment) flows.AppointmentConfirmed {
	if e.ID < 1 || e.ID > int64(len(w.given)) {
		return flows.AppointmentConfirmed{}
	}
	c := w.given[e.ID-1]
	c.Right = e.Right
	return c
}

// own is this chat's office as enroller.
func (w *World) enroller() flows.Enroller {
	n := len(w.joiners)
	return flows.Enroller{
		Code: w.Code, Name: w.called, Station: w.Inviter.Station, Target: 100, Days: 20,
		Added: n, Confirmed: n, Self: flows.Tally{Added: n, Confirmed: n}, NoDaily: w.noDaily,
	}
}
