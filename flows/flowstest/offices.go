package flowstest

import (
	"sadasya/flows"
	"sadasya/party"
)

// Offices of this world: the enroller's own booth by LINK, the constituency of
// that booth by CHIEFLINK, an application there by APPLYLINK.

// The links of this world besides Token.
var (
	ChiefToken = party.NewLinkToken(party.Chief, [16]byte{4, 5, 6})
	ApplyToken = party.NewApplyToken([16]byte{7, 8, 9})
)

// NextWeek is the last day of a link made Today.
var NextWeek = party.Date{Year: 2027, Month: 2, Day: 14}

// offices is what this chat holds and has given.
type offices struct {
	chief      bool
	quiet      bool // chief enroller where nothing happens
	links      []flows.MadeLink
	applicants []flows.Applicant
	applied    *flows.Applicant             // the newest of this chat
	given      []flows.AppointmentConfirmed // offices that others accepted, by id from 1
	made       int64
}

func (w *World) ac() int { return w.Inviter.Station.Booth.AC }

// office does what an effect about offices wants.
func (w *World) office(e flows.Effect) (flows.Result, bool) {
	switch e := e.(type) {
	case flows.OpenLink:
		return w.openLink(e), true
	case flows.AcceptLink:
		return w.acceptLink(e), true
	case flows.Apply:
		if e.Token == ApplyToken && e.Booth.AC == w.ac() {
			w.made++
			w.applicants = append(w.applicants, flows.Applicant{ID: w.made, Name: e.Name, Station: w.station(e.Booth)})
			w.applied = &w.applicants[len(w.applicants)-1]
			return flows.Applied{Taken: true}, true
		}
		return flows.Applied{}, true
	case flows.LoadDesk:
		return w.desk(), true
	case flows.LoadGround:
		if c, ok := w.Places.Constituency(w.ac()); ok && w.chief {
			return flows.Ground{Constituencies: []party.Constituency{c}}, true
		}
		return flows.Ground{}, true
	case flows.MakeLink:
		return w.makeLink(e), true
	case flows.RevokeLink:
		for i := range w.links {
			if w.links[i].ID == e.ID {
				w.links = append(w.links[:i:i], w.links[i+1:]...)
				break
			}
		}
		return flows.Recorded{}, true
	case flows.DecideApplicant:
		for i, a := range w.applicants {
			if a.ID == e.ID && w.chief {
				w.applicants = append(w.applicants[:i:i], w.applicants[i+1:]...)
				return flows.Decided{Name: a.Name}, true
			}
		}
		return flows.Decided{}, true
	case flows.ConfirmAppointment:
		return w.confirmed(e), true
	}
	return nil, false
}

func (w *World) openLink(e flows.OpenLink) flows.LinkOpened {
	b := w.Inviter.Station.Booth
	switch {
	case e.Token == Token && !w.spent:
		return flows.LinkOpened{Office: party.Enroller, Area: party.Area{Booth: b}, Station: w.station(b)}
	case e.Token == Token && w.holds():
		return flows.LinkOpened{Office: party.Enroller, Area: party.Area{Booth: b}, Station: w.station(b), Name: w.called, Held: true}
	case e.Token == QuietToken && !w.quiet:
		return flows.LinkOpened{Office: party.Chief, Area: party.Area{AC: quietAC}}
	case e.Token == ChiefToken && !w.chief:
		return flows.LinkOpened{Office: party.Chief, Area: party.Area{AC: b.AC}}
	case e.Token == TeamToken && !w.joined:
		return flows.LinkOpened{Office: party.Chief, Area: party.Area{AC: TeamAC}}
	case e.Token == AdminToken && !w.admin:
		return flows.LinkOpened{Office: party.Admin}
	case e.Token == ApplyToken:
		return flows.LinkOpened{Office: party.Enroller, Area: party.Area{AC: b.AC}}
	}
	return flows.LinkOpened{}
}

func (w *World) holds() bool { return w.spent && !w.left && !w.revoked }

func (w *World) acceptLink(e flows.AcceptLink) flows.LinkAccepted {
	if e.Token == Token && w.holds() {
		return flows.LinkAccepted{Code: w.Code} // as before
	}
	switch e.Token {
	case TeamToken:
		w.lead()
		return flows.LinkAccepted{Code: w.Code}
	case QuietToken:
		w.quiet = true
		return flows.LinkAccepted{Code: w.Code}
	case ChiefToken:
		w.chief = true
		return flows.LinkAccepted{Code: w.Code}
	}
	w.note("office-given", "", flows.Thing{Kind: "office", Is: string(e.Token.Office()), Code: w.Code})
	if e.Token == AdminToken {
		w.admin, w.governs = true, e.Name
		return flows.LinkAccepted{Code: w.Code}
	}
	w.spent, w.called = true, e.Name
	return flows.LinkAccepted{Code: w.Code}
}

func (w *World) desk() flows.Desk {
	if !w.chief {
		return flows.Desk{}
	}
	return flows.Desk{
		Post:  party.Post{Office: party.Chief, Area: party.Area{AC: w.ac()}},
		Links: w.links, Applicants: w.applicants, Waiting: len(w.applicants),
	}
}

func (w *World) makeLink(e flows.MakeLink) flows.LinkMade {
	place := party.Area{AC: e.Area.AC, Booth: e.Area.Booth}
	if !w.chief || e.Office != party.Enroller || max(place.AC, place.Booth.AC) != w.ac() {
		return flows.LinkMade{}
	}
	w.made++
	link := flows.MadeLink{ID: w.made, Office: e.Office, Area: e.Area, Many: e.Many, Until: NextWeek}
	w.links = append([]flows.MadeLink{link}, w.links...)
	if e.Many {
		return flows.LinkMade{ID: link.ID, Token: party.NewApplyToken(e.Nonce)}
	}
	return flows.LinkMade{ID: link.ID, Token: party.NewLinkToken(e.Office, e.Nonce)}
}
