package flows

import (
	"errors"
	"slices"

	"sadasya/party"
)

// Accepting an office: who opens a link sees who appoints them, to what, and the
// duties, and accepts or not. A one-time link is spent when it is accepted, not
// when it is opened; one for many leads to an application for a booth.

const acceptName = "accept"

const (
	opening      State = "opening"
	offered      State = "offered"
	officeNotice State = "notice"
	officeBooth  State = "booth"
	officeSought State = "sought"
	officeName   State = "name"
	officeGender State = "gender"
	officeSocial State = "social"
	accepting    State = "accepting"
	accepted     State = "accepted"
	applying     State = "applying"
	applied      State = "applied"
	notAccepted  State = "notaccepted"
	spentLink    State = "spent"
	awaiting     State = "awaiting"

	isGood   Event = "is good"
	isSpent  Event = "is spent"
	accepts  Event = "accepts"
	declines Event = "declines"
	applies  Event = "applies"
	isNamed  Event = "is named"
	waits    Event = "waits"
)

// Accepting is the draft of who is offered an office.
type Accepting struct {
	Token   party.LinkToken      `json:"t"`
	Office  party.Office         `json:"o,omitempty"`
	Area    party.Area           `json:"a,omitzero"`
	Station *party.Station       `json:"b,omitempty"`
	By      party.Name           `json:"by,omitempty"` // who appoints; empty: the party
	Called  party.Name           `json:"ca,omitempty"` // as the appointer wrote it
	Name    party.Name           `json:"n,omitempty"`
	Gender  party.Gender         `json:"g,omitempty"`
	Social  party.SocialCategory `json:"s,omitempty"`
	Sought  party.Booth          `json:"so,omitzero"` // of who applies
	Page    int                  `json:"p,omitempty"`
	Code    party.Code           `json:"c,omitempty"`
}

type acceptTaps = map[string]func(Accepting, string) (Accepting, Event, *Problem)

func accept() *Table[Accepting] {
	offer := acceptTaps{"yes": tapAccept, "no": tapDecline, "notice": tapOfficeNotice}
	return &Table[Accepting]{
		Name: acceptName, Version: 1, First: opening,
		Moves: []Move{
			{isGood, []State{opening}, offered},
			{isSpent, []State{opening, accepting, applying}, spentLink},
			{asked, []State{offered}, officeNotice},
			{declines, []State{offered, officeNotice}, notAccepted},
			{needBooth, []State{offered, officeNotice, officeBooth, officeSought}, officeBooth},
			{sought, []State{officeBooth}, officeSought},
			{needName, []State{offered, officeNotice, officeSought}, officeName},
			{named, []State{offered, officeNotice, officeName, officeSought}, officeGender},
			{said, []State{officeGender}, officeSocial},
			{accepts, []State{opening, officeSocial}, accepting},
			{applies, []State{officeSocial}, applying},
			{isNamed, []State{accepting}, accepted},
			{waits, []State{accepting}, awaiting},
			{isNamed, []State{applying}, applied},
			{back, []State{officeNotice, officeBooth, officeName}, offered},
			{back, []State{officeGender}, officeName},
			{back, []State{officeSocial}, officeGender},
		},
		Steps: map[State]Step[Accepting]{
			opening:      {Run: runOpen, Done: doneOpen},
			offered:      {Ask: askOffice, Taps: offer},
			officeNotice: {Ask: askOfficeNotice, Taps: offer},
			officeBooth:  {Run: runOfficeBooths, Ask: askOfficeBooth, Take: takeOfficeBooth, Taps: acceptTaps{"pick": tapOfficeBooth, "page": tapOfficePage}},
			officeSought: {Run: runOfficeSought, Done: doneOfficeSought},
			officeName:   {Ask: askOfficeName, Take: takeOfficeName, Taps: acceptTaps{"keep": tapOfficeName}},
			officeGender: {Ask: askOfficeGender, Taps: acceptTaps{"pick": tapOfficeGender}},
			officeSocial: {Ask: askOfficeSocial, Taps: acceptTaps{"pick": tapOfficeSocial}},
			accepting:    {Run: runAccept, Done: doneAccept},
			accepted:     {Ask: askAccepted, Rests: true},
			awaiting:     {Ask: func(Accepting, Result) Screen { return ask(T("office.awaited"), global("go", "button.goon")) }, Rests: true},
			applying:     {Run: runApply, Done: doneApply},
			applied:      {Ask: askApplied, Rests: true},
			notAccepted:  {Ask: askNotAccepted, Rests: true},
			spentLink:    {Ask: askSpent, Rests: true},
		},
	}
}

func runOpen(d Accepting, _ Nonce) Effect { return OpenLink{Token: d.Token} }

func doneOpen(d Accepting, r Result) (Accepting, Event, *Problem) {
	link, _ := r.(LinkOpened)
	if link.Office == "" {
		return d, isSpent, nil
	}
	d.Office, d.Area, d.By, d.Called, d.Station = link.Office, link.Area, link.By, link.Name, bare(link.Station)
	if link.Held { // what they answered then stands: it is not asked again
		d.Name = link.Name
		return d, accepts, nil
	}
	return d, isGood, nil
}

func askOffice(d Accepting, _ Result) Screen {
	return ask(officeLine(d), append(offerButtons(d), tap("notice", "button.notice"))...)
}

func offerButtons(d Accepting) []Button {
	if d.Token.Many() {
		return []Button{tap("yes", "button.apply"), tap("no", "button.nothanks")}
	}
	return []Button{tap("yes", "button.accept"), tap("no", "button.refuse")}
}

// officeLine says who appoints to what, and the duties.
func officeLine(d Accepting) Line {
	by := T("office.party")
	if d.By != "" {
		by = T("office.by", "name", d.By)
	}
	switch {
	case d.Token.Many():
		return T("office.apply", "appointer", by, "ac", AC(d.Area.AC))
	case d.Station != nil:
		return T("office.enroller", "appointer", by, "part", d.Station.Booth.PartString(), "station", *d.Station)
	case d.Office == party.Chief:
		return T("office.chief", "appointer", by, "area", areaWords(d.Area))
	}
	return T("office.admin", "appointer", by)
}

// areaWords names an area: a constituency, a district or the state.
func areaWords(a party.Area) any {
	switch {
	case a.AC != 0:
		return AC(a.AC)
	case a.District != "":
		return DistrictName(a.District)
	}
	return T("office.state")
}

func tapAccept(d Accepting, _ string) (Accepting, Event, *Problem) {
	if d.Token.Many() {
		return d, needBooth, nil
	}
	return afterBooth(d)
}

func afterBooth(d Accepting) (Accepting, Event, *Problem) {
	if d.Name != "" {
		return d, named, nil
	}
	return d, needName, nil
}

func tapDecline(d Accepting, _ string) (Accepting, Event, *Problem) { return d, declines, nil }

func tapOfficeNotice(d Accepting, _ string) (Accepting, Event, *Problem) { return d, asked, nil }

func askOfficeNotice(d Accepting, _ Result) Screen {
	return ask(T("office.notice"), offerButtons(d)...)
}

func runOfficeBooths(d Accepting, _ Nonce) Effect { return ListStations{AC: d.Area.AC, Page: d.Page} }

func askOfficeBooth(_ Accepting, r Result) Screen {
	return Screen{Bubbles: []Bubble{stationsBubble(r)}}
}

func tapOfficePage(d Accepting, arg string) (Accepting, Event, *Problem) {
	d.Page = pageOf(arg, d.Page)
	return d, stay, nil
}

func tapOfficeBooth(d Accepting, arg string) (Accepting, Event, *Problem) {
	return takeOfficeBooth(d, Input{Text: arg})
}

func takeOfficeBooth(d Accepting, in Input) (Accepting, Event, *Problem) {
	b, p := boothWithin(in.Text, d.Area.AC)
	switch {
	case p != nil:
		return d, stay, p
	case b.AC != d.Area.AC:
		return d, stay, problem("office.elsewhere", "ac", AC(d.Area.AC))
	}
	d.Sought = b
	return d, sought, nil
}

// boothWithin reads a booth by both numbers, or by its own within a constituency.
func boothWithin(text string, ac int) (party.Booth, *Problem) {
	b, err := party.ParseBooth(text)
	if err != nil && ac != 0 {
		if short, within := party.ParseBooth(itoa(ac) + "/" + text); within == nil {
			return short, nil
		}
	}
	switch {
	case errors.Is(err, party.ErrBoothRange):
		return b, problem("booth.range")
	case err != nil:
		return b, problem("booth.form")
	}
	return b, nil
}

func runOfficeSought(d Accepting, _ Nonce) Effect { return FindStation{Booth: d.Sought} }

func doneOfficeSought(d Accepting, r Result) (Accepting, Event, *Problem) {
	found, _ := r.(StationFound)
	if found.Station == nil {
		return d, needBooth, problem("booth.unlisted", "booth", d.Sought)
	}
	d.Station = bare(found.Station)
	return afterBooth(d)
}

func askOfficeName(d Accepting, _ Result) Screen {
	if d.Called != "" {
		return ask(T("office.name"), tapNamed("keep", d.Called))
	}
	return ask(T("office.name"))
}

// tapNamed is a button that holds a name.
func tapNamed(id string, n party.Name) Button { return tap(id, "button.person", "name", n) }

func tapOfficeName(d Accepting, _ string) (Accepting, Event, *Problem) {
	d.Name = d.Called
	return d, named, nil
}

func takeOfficeName(d Accepting, in Input) (Accepting, Event, *Problem) {
	n, _, err := party.ParseName(in.Text)
	switch {
	case errors.Is(err, party.ErrNameNumber): // no number is asked for here
		return d, stay, problem("name.signs")
	case err != nil:
		return d, stay, problem(nameProblem(err))
	}
	d.Name = n
	return d, named, nil
}

func askOfficeGender(Accepting, Result) Screen { return ask(T("office.gender"), genderButtons()...) }

func tapOfficeGender(d Accepting, arg string) (Accepting, Event, *Problem) {
	d.Gender = ""
	if g := party.Gender(arg); slices.Contains(party.Genders(), g) {
		d.Gender = g
	}
	return d, said, nil
}

func askOfficeSocial(Accepting, Result) Screen {
	return Screen{Bubbles: []Bubble{{Text: []Line{T("about.social")}, Buttons: socialButtons()}}}
}

func tapOfficeSocial(d Accepting, arg string) (Accepting, Event, *Problem) {
	d.Social = ""
	if s := party.SocialCategory(arg); slices.Contains(party.SocialCategories(), s) {
		d.Social = s
	}
	if d.Token.Many() {
		return d, applies, nil
	}
	return d, accepts, nil
}

func runAccept(d Accepting, _ Nonce) Effect {
	return AcceptLink{Token: d.Token, Name: d.Name, Gender: d.Gender, Social: d.Social}
}

func doneAccept(d Accepting, r Result) (Accepting, Event, *Problem) {
	link, _ := r.(LinkAccepted)
	switch {
	case link.Waits:
		return d, waits, nil
	case link.Code == "":
		return d, isSpent, nil
	}
	d.Code = link.Code
	return d, isNamed, nil
}

func askAccepted(d Accepting, _ Result) Screen {
	if d.Office == party.Admin {
		return ask(T("office.admin.begun"), global("stats", "button.numbers"), global("appoint", "button.appoint"), global("go", "button.goon"))
	}
	if d.Office != party.Enroller {
		return ask(T("office.begun"), global("appoint", "button.appoint"), global("go", "button.goon"))
	}
	share := Button{Label: T("button.share"), Share: T("share.enroller", "link", Link(d.Code), "name", d.Name)}
	return ask(T("office.accepted", "code", d.Code, "link", Link(d.Code)), share,
		global("link", "button.link"), global("enrol", "button.enrol"), global("progress", "button.progress"), global("go", "button.goon"))
}

func runApply(d Accepting, _ Nonce) Effect {
	e := Apply{Token: d.Token, Name: d.Name, Gender: d.Gender, Social: d.Social}
	if d.Station != nil {
		e.Booth = d.Station.Booth
	}
	return e
}

func doneApply(d Accepting, r Result) (Accepting, Event, *Problem) {
	if a, _ := r.(Applied); !a.Taken {
		return d, isSpent, nil
	}
	return d, isNamed, nil
}

func askApplied(d Accepting, _ Result) Screen {
	return ask(T("office.applied", "booth", placeOf(d.Station)), global("go", "button.goon"))
}

func askNotAccepted(Accepting, Result) Screen {
	return ask(T("office.refused"), global("start", "button.join"))
}

func askSpent(Accepting, Result) Screen {
	return ask(T("office.spent"), global("start", "button.join"))
}
