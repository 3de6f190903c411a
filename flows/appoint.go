package flows

import (
	"strconv"

	"sadasya/party"
)

// Appointing: an admin makes chief enrollers for an area, a chief enroller makes
// enrollers: one booth at a time by a one-time link, or by one link for a
// constituency, whose applicants are approved in a list.

const appointName = "appoint"

const (
	desk        State = "desk"
	forDistrict State = "district"
	forAC       State = "ac"
	forBooth    State = "booth"
	forSought   State = "sought"
	making      State = "making"
	made        State = "made"
	notMade     State = "notmade"
	openLinks   State = "links"
	revoking    State = "revoking"
	applicants  State = "applicants"
	deciding    State = "deciding"

	needDistrict Event = "needs a district"
	needAC       Event = "needs a constituency"
	placed       Event = "is placed"
	looksAt      Event = "looks at the links"
	looksOver    Event = "looks at the applicants"
	withdraws    Event = "withdraws one"
	decides      Event = "decides"
	isDone       Event = "is done"
)

// Appointing is the draft of who appoints.
type Appointing struct {
	Office   party.Office    `json:"o,omitempty"`
	Many     bool            `json:"m,omitempty"` // a link for all who apply in a constituency
	District string          `json:"d,omitempty"`
	AC       int             `json:"a,omitempty"`
	Page     int             `json:"p,omitempty"`
	Sought   party.Booth     `json:"s,omitzero"`
	Station  *party.Station  `json:"b,omitempty"`
	Link     party.LinkToken `json:"l,omitempty"`
	ID       int64           `json:"i,omitempty"` // of a link, or an application
	Yes      bool            `json:"y,omitempty"`
	Full     bool            `json:"f,omitempty"` // too many links are open
}

type appointTaps = map[string]func(Appointing, string) (Appointing, Event, *Problem)

func appoint() *Table[Appointing] {
	return &Table[Appointing]{
		Name: appointName, Version: 2, First: desk, Entries: []State{applicants, forSought},
		Moves: []Move{
			{needDistrict, []State{desk}, forDistrict},
			{needAC, []State{forDistrict}, forAC},
			{needBooth, []State{forDistrict, forAC, forSought}, forBooth},
			{sought, []State{forDistrict, forAC, forBooth}, forSought},
			{placed, []State{desk, forDistrict, forAC, forSought}, making},
			{isDone, []State{making}, made},
			{none, []State{making}, notMade},
			{looksAt, []State{desk, revoking, made}, openLinks},
			{withdraws, []State{openLinks, made}, revoking},
			{looksOver, []State{desk, deciding}, applicants},
			{decides, []State{applicants}, deciding},
			{back, []State{forDistrict, openLinks, applicants}, desk},
			{back, []State{forAC, forBooth}, desk},
		},
		Steps: map[State]Step[Appointing]{
			desk: {Run: runDesk, Ask: askDesk, Rests: true, Taps: appointTaps{
				"one": tapOffice(party.Enroller, false), "many": tapOffice(party.Enroller, true),
				"chief": tapOffice(party.Chief, false), "admin": tapOffice(party.Admin, false),
				"links": moves(looksAt), "applicants": moves(looksOver),
			}},
			forDistrict: {Run: runForDistrict, Done: doneForDistrict, Ask: askForDistrict, Take: takeForBooth, Taps: appointTaps{"pick": tapForDistrict, "all": moves(placed)}},
			forAC:       {Run: runForAC, Ask: askForAC, Take: takeForBooth, Taps: appointTaps{"pick": tapForAC, "all": moves(placed)}},
			forBooth:    {Run: runForBooth, Ask: askForBooth, Take: takeForBooth, Taps: appointTaps{"pick": tapForBooth, "page": tapForPage}},
			forSought:   {Run: runForSought, Done: doneForSought},
			making:      {Run: runMake, Done: doneMake},
			made:        {Ask: askMade, Rests: true, Taps: appointTaps{"revoke": tapRevoke}},
			notMade:     {Ask: askNotMade, Rests: true},
			openLinks:   {Run: runDesk, Ask: askLinks, Taps: appointTaps{"revoke": tapRevoke}},
			revoking:    {Run: runRevoke, Done: doneRevoke},
			applicants:  {Run: runDesk, Ask: askApplicants, Taps: appointTaps{"yes": tapDecide(true), "no": tapDecide(false), "page": tapForPage}},
			deciding:    {Run: runDecide, Done: doneDecide},
		},
	}
}

// moves is a button that only moves.
func moves(ev Event) func(Appointing, string) (Appointing, Event, *Problem) {
	return func(d Appointing, _ string) (Appointing, Event, *Problem) { return d, ev, nil }
}

func runDesk(d Appointing, _ Nonce) Effect { return LoadDesk{Page: d.Page} }

func askDesk(_ Appointing, r Result) Screen {
	all, _ := r.(Desk)
	if all.Post.Office == "" {
		return ask(T("appoint.none"), global("go", "button.goon"))
	}
	lines := []Line{T("appoint.desk"), T("appoint.area", "area", areaWords(all.Post.Area))}
	buttons := []Button{tap("one", "button.one"), tap("many", "button.many")}
	if all.Post.Office == party.Admin {
		buttons = append(buttons, tap("chief", "button.chief"), tap("admin", "button.admin"))
	}
	if all.Waiting > 0 {
		buttons = append(buttons, tap("applicants", "button.applicants", "count", all.Waiting))
	}
	if len(all.Links) > 0 {
		buttons = append(buttons, tap("links", "button.links", "count", len(all.Links)))
	}
	buttons = append(buttons, global("team", "button.team"))
	if all.Post.Office == party.Chief {
		buttons = append(buttons, global("resign", "button.resign"))
	}
	return Screen{Bubbles: []Bubble{bubble(lines, buttons...)}}
}

// tapOffice begins a link: what it wants to know depends on the appointer's own
// area, which comes with the desk; the store refuses what lies outside it.
func tapOffice(o party.Office, many bool) func(Appointing, string) (Appointing, Event, *Problem) {
	return func(_ Appointing, _ string) (Appointing, Event, *Problem) {
		d := Appointing{Office: o, Many: many}
		if o == party.Admin {
			return d, placed, nil
		}
		return d, needDistrict, nil
	}
}

func runForDistrict(d Appointing, _ Nonce) Effect { return LoadGround{Office: d.Office} }

// doneForDistrict asks nothing where there is only one answer.
func doneForDistrict(d Appointing, r Result) (Appointing, Event, *Problem) {
	if ground, _ := r.(Ground); len(ground.Districts) == 0 && len(ground.Constituencies) == 1 {
		return tapForAC(d, itoa(ground.Constituencies[0].AC))
	}
	return d, stay, nil
}

// askForDistrict offers the appointer's own districts, or at once the
// constituencies of the only one.
func askForDistrict(d Appointing, r Result) Screen {
	ground, _ := r.(Ground)
	b := Bubble{Text: []Line{T(whereKey(d))}}
	if d.Office == party.Chief {
		b.Buttons = append(b.Buttons, []Button{tap("all", "button.wholestate")})
	}
	b.Buttons = append(b.Buttons, append(districtRows(ground.Districts), acRows(ground.Constituencies)...)...)
	return Screen{Bubbles: []Bubble{b}}
}

func whereKey(d Appointing) string {
	switch {
	case d.Office == party.Chief:
		return "appoint.where.chief"
	case d.Many:
		return "appoint.where.many"
	}
	return "appoint.where.one"
}

// tapForDistrict takes a district, or a constituency where those were offered.
func tapForDistrict(d Appointing, arg string) (Appointing, Event, *Problem) {
	if _, err := strconv.Atoi(arg); err == nil {
		return tapForAC(d, arg)
	}
	d.District = arg
	return d, needAC, nil
}

func runForAC(d Appointing, _ Nonce) Effect { return ListConstituencies{District: d.District} }

func askForAC(d Appointing, r Result) Screen {
	list, _ := r.(Constituencies)
	b := Bubble{Text: []Line{T(whereKey(d))}}
	if d.Office == party.Chief {
		b.Buttons = append(b.Buttons, []Button{tap("all", "button.wholedistrict")})
	}
	b.Buttons = append(b.Buttons, acRows(list.List)...)
	return Screen{Bubbles: []Bubble{b}}
}

func tapForAC(d Appointing, arg string) (Appointing, Event, *Problem) {
	ac, err := strconv.Atoi(arg)
	if err != nil {
		return d, stay, nil
	}
	d.AC, d.Page = ac, 0
	if d.Office == party.Chief || d.Many {
		return d, placed, nil
	}
	return d, needBooth, nil
}

func runForBooth(d Appointing, _ Nonce) Effect { return ListStations{AC: d.AC, Page: d.Page} }

func askForBooth(_ Appointing, r Result) Screen { return Screen{Bubbles: []Bubble{stationsBubble(r)}} }

func tapForPage(d Appointing, arg string) (Appointing, Event, *Problem) {
	d.Page = pageOf(arg, d.Page)
	return d, stay, nil
}

func tapForBooth(d Appointing, arg string) (Appointing, Event, *Problem) {
	return takeForBooth(d, Input{Text: arg})
}

// takeForBooth takes a booth's number wherever a place is asked for.
func takeForBooth(d Appointing, in Input) (Appointing, Event, *Problem) {
	if d.Office != party.Enroller || d.Many {
		return d, stay, problem("problem.tap")
	}
	b, p := boothWithin(in.Text, d.AC)
	if p != nil {
		return d, stay, p
	}
	d.Sought = b
	return d, sought, nil
}

func runForSought(d Appointing, _ Nonce) Effect { return FindStation{Booth: d.Sought} }

func doneForSought(d Appointing, r Result) (Appointing, Event, *Problem) {
	found, _ := r.(StationFound)
	if found.Station == nil {
		d.AC = d.Sought.AC
		return d, needBooth, problem("booth.unlisted", "booth", d.Sought)
	}
	d.Station = bare(found.Station)
	return d, placed, nil
}

func runMake(d Appointing, n Nonce) Effect {
	e := MakeLink{Nonce: n, Office: d.Office, Many: d.Many, Area: party.Area{District: d.District, AC: d.AC}}
	if d.AC != 0 {
		e.Area.District = ""
	}
	if d.Station != nil {
		e.Area = party.Area{Booth: d.Station.Booth}
	}
	return e
}

func doneMake(d Appointing, r Result) (Appointing, Event, *Problem) {
	link, _ := r.(LinkMade)
	if link.Token == "" {
		d.Full = link.Full
		return d, none, nil
	}
	d.Link, d.ID = link.Token, link.ID
	return d, isDone, nil
}

func askMade(d Appointing, _ Result) Screen {
	words := officeShare(d)
	return ask(T("appoint.made", "words", words),
		Button{Label: T("button.share"), Share: words},
		Button{Label: T("button.copy"), Copy: T("copy.link", "link", Link(d.Link))},
		tap("revoke:"+strconv.FormatInt(d.ID, 10), "button.revoke"), global("appoint", "button.appoint"))
}

// officeShare is what goes to who is to be appointed.
func officeShare(d Appointing) Line {
	switch {
	case d.Many:
		return T("appoint.share.many", "ac", AC(d.AC), "link", Link(d.Link))
	case d.Station != nil:
		return T("appoint.share.one", "booth", placeOf(d.Station), "link", Link(d.Link))
	case d.Office == party.Chief:
		return T("appoint.share.chief", "area", areaWords(party.Area{District: d.District, AC: d.AC}), "link", Link(d.Link))
	}
	return T("appoint.share.admin", "link", Link(d.Link))
}

func askNotMade(d Appointing, _ Result) Screen {
	if d.Full {
		return ask(T("appoint.full"), global("appoint", "button.appoint"))
	}
	return ask(T("appoint.notmade"), global("appoint", "button.appoint"))
}

// appointCommand opens the desk or the list of applicants, or with a booth typed behind it goes at once to
// a link for an enroller there.
func appointCommand(e *Engine, t Turn, in Input) (Turn, error) {
	if State(in.Text) == applicants {
		return e.start(t, in, appointName, applicants, nil)
	}
	if b, err := party.ParseBooth(in.Text); err == nil {
		return e.start(t, in, appointName, forSought, Appointing{Office: party.Enroller, Sought: b})
	}
	return e.start(t, in, appointName, "", nil)
}
