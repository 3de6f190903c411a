package flowstest

import (
	"slices"

	"sadasya/flows"
	"sadasya/party"
)

// The team of this world: by TEAMLINK the chat becomes chief enroller of a
// constituency in which two enrollers have begun today.

// TeamToken is the link to that office.
var TeamToken = party.NewLinkToken(party.Chief, [16]byte{10, 11, 12})

// TeamAC is the constituency of the team.
const TeamAC = 56

// Team are its enrollers, by their booth.
func Team() []flows.Holder {
	return []flows.Holder{
		{Name: "गीता देवी", Post: party.Post{Office: party.Enroller, Area: party.Area{Booth: party.Booth{AC: TeamAC, Part: 1}}}},
		{Name: "Mohan Lal", Post: party.Post{Office: party.Enroller, Area: party.Area{Booth: party.Booth{AC: TeamAC, Part: 2}}}},
	}
}

// squad is what this chat sees as chief enroller of TeamAC.
type squad struct {
	leads   bool
	joined  bool           // the team was filled
	holders []flows.Holder // ids from 1
	written map[int64]bool // within the hour
	left    bool           // the office as enroller was given up
}

// The ids of the chat's own offices.
const (
	ownEnroller = 101
	ownChief    = 102
	ownTeam     = 103
)

// team does what an effect of flows/team_effects.go wants.
func (w *World) team(e flows.Effect) (flows.Result, bool) {
	switch e := e.(type) {
	case flows.LoadTeam:
		return w.loadTeam(e), true
	case flows.LoadHolder:
		if h := w.holder(e.ID); h != nil {
			return *h, true
		}
		return flows.Holder{}, true
	case flows.LoadOwn:
		return flows.OwnOffices{List: w.own()}, true
	case flows.ChangeOffice:
		return w.changeOffice(e), true
	case flows.SendLetter:
		h := w.holder(e.ID)
		switch {
		case h == nil:
			return flows.LetterSent{}, true
		case w.written[e.ID]:
			return flows.LetterSent{Name: h.Name, Wait: 60}, true
		}
		w.written[e.ID] = true
		return flows.LetterSent{Name: h.Name, Done: true}, true
	}
	return nil, false
}

// lead makes the chat the chief enroller of the team.
func (w *World) lead() {
	w.leads = true
	if w.joined {
		return
	}
	w.joined, w.written, w.holders = true, map[int64]bool{}, Team()
	for i := range w.holders {
		h := &w.holders[i]
		h.ID, h.Code, h.Since, h.Station, h.Target = int64(i+1), w.Code, Today, w.station(h.Post.Area.Booth), 100
	}
}

func (w *World) holder(id int64) *flows.Holder {
	for i := range w.holders {
		if w.holders[i].ID == id && w.leads {
			return &w.holders[i]
		}
	}
	return nil
}

func (w *World) loadTeam(e flows.LoadTeam) flows.Team {
	switch {
	case w.leads:
	case w.chief:
		return flows.Team{Post: party.Post{Office: party.Chief, Area: party.Area{AC: w.ac()}}, Area: party.Area{AC: w.ac()}, View: flows.Fullest}
	default:
		return flows.Team{}
	}
	out := flows.Team{Post: party.Post{Office: party.Chief, Area: party.Area{AC: TeamAC}}, Area: party.Area{AC: TeamAC}, View: e.View, Target: 100}
	if out.View == "" {
		out.View = flows.Fullest
	}
	for _, h := range w.holders {
		if h.Suspended {
			out.Suspended++
		} else {
			out.Active++
		}
		if h.Suspended == (out.View == flows.Suspended) && out.View != flows.Quiet {
			out.List = append(out.List, h)
		}
	}
	return out
}

func (w *World) own() (list []flows.Holder) {
	add := func(holds bool, id int64, o party.Office, area party.Area) {
		if holds {
			list = append(list, flows.Holder{ID: id, Post: party.Post{Office: o, Area: area}, Own: true})
		}
	}
	add(w.chief, ownChief, party.Chief, party.Area{AC: w.ac()})
	add(w.leads, ownTeam, party.Chief, party.Area{AC: TeamAC})
	add(w.spent && !w.left, ownEnroller, party.Enroller, party.Area{Booth: w.Inviter.Station.Booth})
	return list
}

func (w *World) changeOffice(e flows.ChangeOffice) flows.OfficeChanged {
	if e.Change == flows.OfficeResign {
		if !slices.ContainsFunc(w.own(), func(h flows.Holder) bool { return h.ID == e.ID }) {
			return flows.OfficeChanged{}
		}
		switch e.ID {
		case ownChief:
			w.chief = false
		case ownTeam:
			w.leads = false
		case ownEnroller:
			w.left = true
		}
		return flows.OfficeChanged{Done: true}
	}
	h := w.holder(e.ID)
	if h == nil || e.Change == flows.OfficeMove && e.Area.Booth.AC != TeamAC || h.Suspended != (e.Change == flows.OfficeReinstate) && e.Change != flows.OfficeMove {
		return flows.OfficeChanged{}
	}
	out := flows.OfficeChanged{Name: h.Name, Done: true}
	switch e.Change {
	case flows.OfficeMove:
		h.Post.Area, h.Station = e.Area, w.station(e.Area.Booth)
	case flows.OfficeSuspend:
		h.Suspended = true
	case flows.OfficeReinstate:
		h.Suspended = false
	}
	return out
}
