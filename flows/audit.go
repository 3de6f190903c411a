package flows

import (
	"slices"
	"strconv"
	"strings"

	"sadasya/party"
)

// Looking at the audit: of a person, by membership number or by the code of an
// office; of a thing, by what an entry names; or of everything. Each look is
// audited too.

const auditName = "audit"

// Auditing is the draft of a look at the audit.
type Auditing struct {
	Number party.Number `json:"n,omitempty"`
	Code   party.Code   `json:"c,omitempty"`
	Object string       `json:"o,omitempty"`
	Page   int          `json:"p,omitempty"`
	From   int64        `json:"f,omitempty"` // as in Trail
}

type auditTaps = map[string]func(Auditing, string) (Auditing, Event, *Problem)

func audit() *Table[Auditing] {
	look := auditTaps{"page": tapTrailPage, "of": tapTrail, "latest": tapLatest}
	return &Table[Auditing]{
		Name: auditName, Version: 1, First: entering, Entries: []State{showing},
		Moves: []Move{
			{mayEnter, []State{entering}, seeking},
			{mayNotEnter, []State{entering}, notAdmin},
			{isSought, []State{seeking, showing}, showing},
			{back, []State{showing}, seeking},
		},
		Steps: map[State]Step[Auditing]{
			entering: {Run: enters[Auditing](auditName), Done: entered[Auditing]},
			notAdmin: {Ask: askNotAdmin[Auditing], Rests: true},
			seeking:  {Ask: askTrailOf, Take: takeTrailOf, Taps: look},
			showing:  {Run: runTrail, Ask: askTrail, Take: takeTrailOf, Taps: look},
		},
	}
}

// auditCommand begins, or with a thing named behind the button shows it at once.
func auditCommand(e *Engine, t Turn, in Input) (Turn, error) {
	if in.Kind == Tap && in.Text != "" {
		return e.startTool(t, in, auditName, showing, Auditing{Object: in.Text})
	}
	return e.startTool(t, in, auditName, "", nil)
}

func askTrailOf(Auditing, Result) Screen {
	return ask(T("audit.ask"), tap("latest", "button.latest"))
}

func takeTrailOf(d Auditing, in Input) (Auditing, Event, *Problem) {
	if n, err := party.ParseNumber(in.Text); err == nil {
		return Auditing{Number: n}, isSought, nil
	}
	if c, err := party.ParseCode(in.Text); err == nil {
		return Auditing{Code: c}, isSought, nil
	}
	return d, stay, problem("audit.unread")
}

func tapLatest(Auditing, string) (Auditing, Event, *Problem) { return Auditing{}, isSought, nil }

func tapTrail(_ Auditing, arg string) (Auditing, Event, *Problem) {
	return Auditing{Object: arg}, isSought, nil
}

func tapTrailPage(d Auditing, arg string) (Auditing, Event, *Problem) {
	page, from, _ := strings.Cut(arg, " ")
	d.Page = pageOf(page, d.Page)
	if n, err := strconv.ParseInt(from, 10, 64); err == nil && n > 0 {
		d.From = n
	}
	return d, stay, nil
}

// turningTrail adds the buttons that turn a page. They name where the first began:
// this very look is above it now.
func turningTrail(t Trail) [][]Button {
	rows := turning(nil, t.Page, t.More)
	for _, row := range rows {
		for i := range row {
			row[i].ID += " " + strconv.FormatInt(t.From, 10)
		}
	}
	return rows
}

func runTrail(d Auditing, _ Nonce) Effect { return LoadTrail(d) }

func askTrail(_ Auditing, r Result) Screen {
	trail, _ := r.(Trail)
	switch {
	case !trail.Known:
		return ask(T("audit.unknown"), tap("latest", "button.latest"))
	case len(trail.List) == 0:
		return ask(T("audit.empty"), tap("latest", "button.latest"))
	}
	b := Bubble{Text: []Line{T("audit.title")}}
	var things []Button
	for i, e := range trail.List {
		n := itoa(i + 1)
		b.Text = append(b.Text, T("audit.entry", "n", n, "at", e.At, "action", actionWords(e)), T("audit.who", "thing", thingWords(e.Of), "by", handWords(e.By)))
		if slices.Contains([]string{"member", "office", "application", "request", "broadcast"}, e.Of.Kind) { // it has more to tell
			things = append(things, tap("of:"+e.Object, "button.trail", "n", n))
		}
	}
	b.Buttons = turningTrail(trail)
	if len(things) > 0 {
		b.Buttons = append(b.Buttons, things)
	}
	return Screen{Bubbles: []Bubble{b}}
}

func actionWords(e Entry) Line {
	if e.Why == "" {
		return T("audit.done", "action", e.Action)
	}
	return T("audit.because", "action", e.Action, "reason", e.Why)
}

func handWords(h Hand) Line {
	switch {
	case h.Office != "":
		return T("audit.by.office", "office", h.Office, "code", h.Code)
	case h.Channel:
		return T("audit.by.channel")
	case h.Citizen:
		return T("audit.by.citizen")
	}
	return T("audit.by.line")
}

// thingWords names what something was done to.
func thingWords(t Thing) Line {
	switch {
	case t.Kind == "member" && t.Last != "":
		return T("thing.member", "last", t.Last)
	case t.Kind == "office" && t.Code != "":
		return T("thing.office", "code", t.Code)
	}
	what, district, _ := strings.Cut(t.Is, " ")
	switch word := party.ClockWord(what); {
	case t.Kind != "switch" || !word.Valid():
	case district == "":
		return clockWords(word)
	default:
		return T("thing.switch", "what", clockWords(word), "district", DistrictName(district))
	}
	return T("thing.other", "kind", Kindred(t.Kind), "is", t.Is)
}

// Kindred is a kind of thing of the audit.
type Kindred string
