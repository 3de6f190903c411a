package flows

import (
	"slices"
	"strconv"
	"strings"

	"sadasya/party"
)

// Taking an office away: found by its code or by a name, with a reason. It is
// gone at once, since powers are looked up at every use. Another admin has to
// agree where it is an admin's.

const revokeName = "revoke"

const (
	listing    State = "listing"
	whyRevoke  State = "reason"
	takingAway State = "takingaway"
	takenAway  State = "takenaway"

	isChosen Event = "is chosen"
	revokes  Event = "revokes"
)

// Revoking is the draft of taking an office away.
type Revoking struct {
	Code    party.Code `json:"c,omitempty"`
	Name    party.Name `json:"n,omitempty"`
	Page    int        `json:"p,omitempty"`
	ID      int64      `json:"i,omitempty"`
	Why     Why        `json:"w,omitempty"`
	Outcome Outcome    `json:"o,omitempty"`
}

type revokeTaps = map[string]func(Revoking, string) (Revoking, Event, *Problem)

func revoke() *Table[Revoking] {
	return &Table[Revoking]{
		Name: revokeName, Version: 1, First: entering,
		Moves: []Move{
			{mayEnter, []State{entering}, seeking},
			{mayNotEnter, []State{entering}, notAdmin},
			{isSought, []State{seeking}, listing},
			{isChosen, []State{listing}, whyRevoke},
			{revokes, []State{whyRevoke}, takingAway},
			{isDone, []State{takingAway}, takenAway},
			{back, []State{listing, whyRevoke}, seeking},
		},
		Steps: map[State]Step[Revoking]{
			entering:   {Run: enters[Revoking](revokeName), Done: entered[Revoking]},
			notAdmin:   {Ask: askNotAdmin[Revoking], Rests: true},
			seeking:    {Ask: askRevokeWhose, Take: takeRevokeWhose},
			listing:    {Run: runFindOffices, Ask: askOffices, Taps: revokeTaps{"pick": tapOfficeFound, "page": tapRevokePage}},
			whyRevoke:  {Run: runFindOffice, Ask: askRevokeWhy, Taps: revokeTaps{"why": tapRevokeWhy}},
			takingAway: {Run: runTakeAway, Done: doneTakeAway},
			takenAway:  {Ask: askTakenAway, Rests: true},
		},
	}
}

func askRevokeWhose(Revoking, Result) Screen { return ask(T("revoke.ask")) }

func takeRevokeWhose(d Revoking, in Input) (Revoking, Event, *Problem) {
	if c, err := party.ParseCode(in.Text); err == nil {
		return Revoking{Code: c}, isSought, nil
	}
	if n, _, err := party.ParseName(in.Text); err == nil {
		return Revoking{Name: n}, isSought, nil
	}
	return d, stay, problem("revoke.unread")
}

func runFindOffices(d Revoking, _ Nonce) Effect {
	return FindOffices{Code: d.Code, Name: d.Name, Page: d.Page}
}

func tapRevokePage(d Revoking, arg string) (Revoking, Event, *Problem) {
	d.Page = pageOf(arg, d.Page)
	return d, stay, nil
}

func askOffices(_ Revoking, r Result) Screen {
	found, _ := r.(OfficesFound)
	if len(found.List) == 0 {
		return ask(T("revoke.nobody"))
	}
	b := Bubble{Text: []Line{T("revoke.which")}}
	for i, o := range found.List {
		n := itoa(i + 1)
		b.Text = append(b.Text, T("revoke.office", "n", n, "name", o.Name, "what", officeWords(o), "code", o.Code))
		b.Buttons = inRows(b.Buttons, FoundAtOnce, tap("pick:"+string(o.Code), "button.part", "part", n))
	}
	b.Buttons = turning(b.Buttons, found.Page, found.More)
	return Screen{Bubbles: []Bubble{b}}
}

// officeWords says an office with its place.
func officeWords(o FoundOffice) Line {
	switch o.Office {
	case party.Admin:
		return T("appoint.what.admin")
	case party.Chief:
		return T("appoint.what.chief", "area", areaWords(o.Area))
	}
	return T("appoint.what.one", "booth", o.Area.Booth)
}

func tapOfficeFound(d Revoking, arg string) (Revoking, Event, *Problem) {
	c, err := party.ParseCode(arg)
	if err != nil {
		return d, stay, nil
	}
	return Revoking{Code: c}, isChosen, nil
}

func runFindOffice(d Revoking, _ Nonce) Effect { return FindOffices{Code: d.Code} }

// revokeReasons are offered in this order.
func revokeReasons() []Why { return []Why{ForRequest, ForInactive, ForMisuse, ForWrong} }

func askRevokeWhy(_ Revoking, r Result) Screen {
	found, _ := r.(OfficesFound)
	if len(found.List) == 0 {
		return ask(T("revoke.nobody"))
	}
	o := found.List[0]
	b := bubble([]Line{T("revoke.why", "name", o.Name, "what", officeWords(o), "code", o.Code)})
	for _, why := range revokeReasons() {
		b.Buttons = append(b.Buttons, []Button{tap("why:"+string(why)+" "+strconv.FormatInt(o.ID, 10), "button.why", "reason", why)})
	}
	return Screen{Bubbles: []Bubble{b}}
}

func tapRevokeWhy(d Revoking, arg string) (Revoking, Event, *Problem) {
	why, office, _ := strings.Cut(arg, " ")
	id, err := strconv.ParseInt(office, 10, 64)
	if err != nil || !slices.Contains(revokeReasons(), Why(why)) {
		return d, stay, nil
	}
	d.ID, d.Why = id, Why(why)
	return d, revokes, nil
}

func runTakeAway(d Revoking, _ Nonce) Effect { return RevokeOffice{ID: d.ID, Why: d.Why} }

func doneTakeAway(d Revoking, r Result) (Revoking, Event, *Problem) {
	revoked, _ := r.(OfficeRevoked)
	d.Outcome = revoked.Outcome
	return d, isDone, nil
}

func askTakenAway(d Revoking, _ Result) Screen {
	line := T("revoke.gone")
	switch d.Outcome {
	case Done:
		line = T("revoke.done")
	case Asked:
		line = T("revoke.asked")
	case BySetting:
		line = T("revoke.setting")
	case NoThird:
		line = T("revoke.nothird")
	}
	return ask(line, global("revoke", "button.revokeanother"), global("go", "button.goon"))
}
