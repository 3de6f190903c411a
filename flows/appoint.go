package flows

import (
	"errors"

	"sadasya/party"
)

// Appointment: who opens a one-time link sees to what they are appointed and
// the duties, and accepts or not. The link is spent when it is accepted, not
// when it is opened.

const appointName = "appoint"

const (
	opening     State = "opening"
	offered     State = "offered"
	officeName  State = "name"
	accepting   State = "accepting"
	accepted    State = "accepted"
	notAccepted State = "notaccepted"
	spentLink   State = "spent"

	isGood   Event = "is good"
	isSpent  Event = "is spent"
	accepts  Event = "accepts"
	declines Event = "declines"
	isNamed  Event = "is named"
)

// Appointing is the draft of an appointment.
type Appointing struct {
	Token   party.LinkToken `json:"t"`
	Office  party.Office    `json:"o,omitempty"`
	Area    party.Area      `json:"a,omitzero"`
	Station *party.Station  `json:"b,omitempty"`
	Name    party.Name      `json:"n,omitempty"`
	Code    party.Code      `json:"c,omitempty"`
}

type appointTaps = map[string]func(Appointing, string) (Appointing, Event, *Problem)

func appoint() *Table[Appointing] {
	return &Table[Appointing]{
		Name: appointName, Version: 1, First: opening,
		Moves: []Move{
			{isGood, []State{opening}, offered},
			{isSpent, []State{opening, accepting}, spentLink},
			{accepts, []State{offered, officeName}, accepting},
			{needName, []State{offered}, officeName},
			{declines, []State{offered}, notAccepted},
			{isNamed, []State{accepting}, accepted},
			{back, []State{officeName}, offered},
		},
		Steps: map[State]Step[Appointing]{
			opening:     {Run: runOpen, Done: doneOpen},
			offered:     {Ask: askOffice, Taps: appointTaps{"yes": tapAccept, "no": tapDecline}},
			officeName:  {Ask: askOfficeName, Take: takeOfficeName},
			accepting:   {Run: runAccept, Done: doneAccept},
			accepted:    {Ask: askAccepted, Rests: true},
			notAccepted: {Ask: askNotAccepted, Rests: true},
			spentLink:   {Ask: askSpent, Rests: true},
		},
	}
}

func runOpen(d Appointing, _ Nonce) Effect { return OpenLink{Token: d.Token} }

func doneOpen(d Appointing, r Result) (Appointing, Event, *Problem) {
	link, _ := r.(LinkOpened)
	if link.Office == "" {
		return d, isSpent, nil
	}
	d.Office, d.Area, d.Name, d.Station = link.Office, link.Area, link.Name, bare(link.Station)
	return d, isGood, nil
}

func askOffice(d Appointing, _ Result) Screen {
	return ask(officeLine(d), tap("yes", "button.accept"), tap("no", "button.refuse"))
}

func officeLine(d Appointing) Line {
	switch {
	case d.Station != nil:
		return T("office.enroller", "part", d.Station.Booth.PartString(), "station", *d.Station)
	case d.Area.AC != 0:
		return T("office.chief", "area", AC(d.Area.AC))
	case d.Area.District != "":
		return T("office.chief", "area", DistrictName(d.Area.District))
	case d.Office == party.Chief:
		return T("office.chief", "area", T("office.state"))
	}
	return T("office.admin")
}

func tapAccept(d Appointing, _ string) (Appointing, Event, *Problem) {
	if d.Name == "" {
		return d, needName, nil
	}
	return d, accepts, nil
}

func tapDecline(d Appointing, _ string) (Appointing, Event, *Problem) { return d, declines, nil }

func askOfficeName(Appointing, Result) Screen { return ask(T("office.name")) }

func takeOfficeName(d Appointing, in Input) (Appointing, Event, *Problem) {
	n, _, err := party.ParseName(in.Text)
	switch {
	case errors.Is(err, party.ErrNameNumber): // no number is asked for here
		return d, stay, problem("name.signs")
	case err != nil:
		return d, stay, problem(nameProblem(err))
	}
	d.Name = n
	return d, accepts, nil
}

func runAccept(d Appointing, _ Nonce) Effect { return AcceptLink{Token: d.Token, Name: d.Name} }

func doneAccept(d Appointing, r Result) (Appointing, Event, *Problem) {
	link, _ := r.(LinkAccepted)
	if link.Code == "" {
		return d, isSpent, nil
	}
	d.Code = link.Code
	return d, isNamed, nil
}

func askAccepted(d Appointing, _ Result) Screen {
	share := Button{Label: T("button.share"), Share: T("share.enroller", "link", Link(d.Code), "name", d.Name)}
	buttons := []Button{share}
	if d.Office == party.Enroller {
		buttons = append(buttons, global("link", "button.link"), global("progress", "button.progress"))
	}
	return ask(T("office.accepted", "code", d.Code, "link", Link(d.Code)), append(buttons, global("go", "button.goon"))...)
}

func askNotAccepted(Appointing, Result) Screen {
	return ask(T("office.refused"), global("start", "button.join"))
}

func askSpent(Appointing, Result) Screen {
	return ask(T("office.spent"), global("start", "button.join"))
}
