package flows

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"sadasya/party"
)

// Looking a member up, by membership number, Voter ID or name. A reason is chosen
// before anything is shown, and the audit has both.

const findName = "find"

const (
	findWhere    State = "where"
	findDistrict State = "district"
	findAC       State = "ac"
	findReason   State = "reason"

	needsWhere  Event = "needs a place"
	needsReason Event = "needs a reason"
)

// Finding is the draft of a look.
type Finding struct {
	Sought   Sought `json:"s,omitzero"`
	District string `json:"d,omitempty"`
	Why      Why    `json:"w,omitempty"`
	Page     int    `json:"p,omitempty"`
}

type findTaps = map[string]func(Finding, string) (Finding, Event, *Problem)

func find() *Table[Finding] {
	return &Table[Finding]{
		Name: findName, Version: 1, First: entering,
		Moves: []Move{
			{mayEnter, []State{entering}, seeking},
			{mayNotEnter, []State{entering}, notAdmin},
			{needsWhere, []State{seeking}, findWhere},
			{needDistrict, []State{findWhere}, findDistrict},
			{needAC, []State{findDistrict}, findAC},
			{needsReason, []State{seeking, findWhere, findAC}, findReason},
			{isSought, []State{findReason}, showing},
			{back, []State{findWhere, findReason}, seeking},
			{back, []State{findDistrict, findAC}, findWhere},
		},
		Steps: map[State]Step[Finding]{
			entering:     {Run: enters[Finding](findName), Done: entered[Finding]},
			notAdmin:     {Ask: askNotAdmin[Finding], Rests: true},
			seeking:      {Ask: askWhom, Take: takeWhom},
			findWhere:    {Ask: askFindWhere, Take: takeFindWhere, Taps: findTaps{"district": func(d Finding, _ string) (Finding, Event, *Problem) { return d, needDistrict, nil }}},
			findDistrict: {Run: func(Finding, Nonce) Effect { return ListDistricts{} }, Ask: askFindDistrict, Taps: findTaps{"pick": tapFindDistrict}},
			findAC:       {Run: runFindAC, Ask: askFindAC, Taps: findTaps{"pick": tapFindAC}},
			findReason:   {Ask: askFindReason, Taps: findTaps{"why": tapFindReason}},
			showing:      {Run: runFindMembers, Ask: askFound, Rests: true, Taps: findTaps{"page": tapFindPage}},
		},
	}
}

func askWhom(Finding, Result) Screen { return ask(T("find.ask")) }

// takeWhom tells by its shape what was typed.
func takeWhom(_ Finding, in Input) (Finding, Event, *Problem) {
	if n, err := party.ParseNumber(in.Text); err == nil {
		return Finding{Sought: Sought{Number: n}}, needsReason, nil
	}
	reading, err := party.ReadVoterID(in.Text)
	switch {
	case err == nil:
		return Finding{Sought: Sought{VoterID: reading.ID}}, needsReason, nil
	case errors.Is(err, party.ErrVoterIDAadhaar):
		return Finding{}, stay, &Problem{Line: T("voterid.aadhaar"), Delete: true}
	}
	if name, _, err := party.ParseName(in.Text); err == nil {
		return Finding{Sought: Sought{Name: name}}, needsWhere, nil
	}
	return Finding{}, stay, problem("find.unread")
}

func askFindWhere(d Finding, _ Result) Screen {
	return ask(T("find.where", "name", d.Sought.Name), tap("district", "button.district"))
}

// takeFindWhere takes a constituency by its number, or a booth.
func takeFindWhere(d Finding, in Input) (Finding, Event, *Problem) {
	d.Sought.AC, d.Sought.Booth = 0, party.Booth{}
	if b, err := party.ParseBooth(in.Text); err == nil {
		d.Sought.AC, d.Sought.Booth = b.AC, b
		return d, needsReason, nil
	}
	// "55/1" stands for the constituency alone: its number is read as a booth's is.
	b, err := party.ParseBooth(strings.TrimSpace(in.Text) + "/1")
	if err != nil {
		return d, stay, problem("find.place")
	}
	d.Sought.AC = b.AC
	return d, needsReason, nil
}

func askFindDistrict(_ Finding, r Result) Screen {
	list, _ := r.(Districts)
	b := Bubble{Text: []Line{T("district.ask")}}
	for _, c := range list.List {
		b.Buttons = inRows(b.Buttons, 2, tap("pick:"+c.DistrictEN, "button.districtname", "district", DistrictOf(c)))
	}
	return Screen{Bubbles: []Bubble{b}}
}

func tapFindDistrict(d Finding, arg string) (Finding, Event, *Problem) {
	d.District = arg
	return d, needAC, nil
}

func runFindAC(d Finding, _ Nonce) Effect { return ListConstituencies{District: d.District} }

func askFindAC(_ Finding, r Result) Screen {
	list, _ := r.(Constituencies)
	b := Bubble{Text: []Line{T("ac.ask")}}
	for _, c := range list.List {
		b.Buttons = inRows(b.Buttons, 2, tap("pick:"+itoa(c.AC), "button.acname", "ac", c))
	}
	return Screen{Bubbles: []Bubble{b}}
}

func tapFindAC(d Finding, arg string) (Finding, Event, *Problem) {
	ac, err := strconv.Atoi(arg)
	if err != nil {
		return d, stay, nil
	}
	d.Sought.AC, d.Sought.Booth = ac, party.Booth{}
	return d, needsReason, nil
}

// findReasons are offered in this order.
func findReasons() []Why { return []Why{ForComplaint, ForCorrection, ForDouble, ForOrder} }

func askFindReason(Finding, Result) Screen {
	return ask(T("find.why"), whyButtons(findReasons())...)
}

func whyButtons(reasons []Why) (buttons []Button) {
	for _, why := range reasons {
		buttons = append(buttons, tap("why:"+string(why), "button.why", "reason", why))
	}
	return buttons
}

func tapFindReason(d Finding, arg string) (Finding, Event, *Problem) {
	if !slices.Contains(findReasons(), Why(arg)) {
		return d, stay, nil
	}
	d.Why, d.Page = Why(arg), 0
	return d, isSought, nil
}

func runFindMembers(d Finding, _ Nonce) Effect {
	return FindMembers{Sought: d.Sought, Why: d.Why, Page: d.Page}
}

func tapFindPage(d Finding, arg string) (Finding, Event, *Problem) {
	d.Page = pageOf(arg, d.Page)
	return d, stay, nil
}

func askFound(_ Finding, r Result) Screen {
	found, _ := r.(MembersFound)
	if len(found.List) == 0 {
		return ask(T("find.nobody"), global("find", "button.find"))
	}
	b := Bubble{Text: []Line{T("find.found")}}
	var trails []Button
	for i, m := range found.List {
		n := itoa(i + 1)
		name := T("find.name", "name", m.Name)
		if m.Name == "" {
			name = T("find.erased")
		}
		b.Text = append(b.Text,
			T("find.member", "n", n, "name", name, "last", m.Last, "station", placeOf(m.Station)),
			T("find.how", "status", m.Status, "via", m.Via, "date", m.On, "by", inviterWords(m)))
		trails = append(trails, tap(globalPrefix+"audit:member "+strconv.FormatInt(m.ID, 10), "button.trail", "n", n))
	}
	b.Buttons = append(turning(b.Buttons, found.Page, found.More), trails, []Button{global("find", "button.find")})
	return Screen{Bubbles: []Bubble{b}}
}

func inviterWords(m FoundMember) Line {
	if m.Code == "" {
		return T("find.alone")
	}
	return T("find.by", "name", m.Inviter, "code", m.Code)
}
