package flows

import (
	"strconv"

	"sadasya/party"
)

// Giving up one's own office: which, where there are several, and once whether
// it is meant. What was done in it stands.

const resignName = "resign"

const (
	ownOffices State = "own"
	surely     State = "sure"
	resigning  State = "resigning"
	resigned   State = "resigned"
	keptOffice State = "kept"

	picks Event = "picks one"
	keeps Event = "keeps it"
)

// Resigning is the draft of who gives up an office.
type Resigning struct {
	ID     int64        `json:"i,omitempty"`
	Office party.Office `json:"o,omitempty"`
	Gone   bool         `json:"g,omitempty"`
}

type resignTaps = map[string]func(Resigning, string) (Resigning, Event, *Problem)

func resign() *Table[Resigning] {
	return &Table[Resigning]{
		Name: resignName, Version: 1, First: ownOffices,
		Moves: []Move{
			{picks, []State{ownOffices}, surely},
			{none, []State{ownOffices}, resigned},
			{accepts, []State{surely}, resigning},
			{keeps, []State{surely}, keptOffice},
			{isDone, []State{resigning}, resigned},
			{back, []State{surely}, ownOffices},
		},
		Steps: map[State]Step[Resigning]{
			ownOffices: {Run: runOwn, Done: doneOwn, Ask: askOwn, Rests: true, Taps: resignTaps{"pick": tapOwn}},
			surely:     {Run: runOwn, Ask: askSurely, Taps: resignTaps{"yes": tapSurely(accepts), "no": tapSurely(keeps)}},
			resigning:  {Run: runResign, Done: doneResign},
			resigned:   {Ask: askResigned, Rests: true},
			keptOffice: {Ask: askKept, Rests: true},
		},
	}
}

func runOwn(Resigning, Nonce) Effect { return LoadOwn{} }

// doneOwn ends where there is nothing to give up.
func doneOwn(d Resigning, r Result) (Resigning, Event, *Problem) {
	if own, _ := r.(OwnOffices); len(own.List) == 0 {
		return Resigning{}, none, nil
	}
	return d, stay, nil
}

func askOwn(_ Resigning, r Result) Screen {
	own, _ := r.(OwnOffices)
	b := Bubble{Text: []Line{T("resign.which")}}
	for _, h := range own.List {
		b.Buttons = append(b.Buttons, []Button{tap("pick:"+strconv.FormatInt(h.ID, 10), "button.office", "office", officeOf(h))})
	}
	b.Buttons = append(b.Buttons, []Button{global("go", "button.keepoffice")})
	return Screen{Bubbles: []Bubble{b}}
}

// officeOf says an office with its place, shortly.
func officeOf(h Holder) Line {
	if h.Post.Office == party.Chief {
		return T("office.ofchief", "area", areaWords(h.Post.Area))
	}
	return T("office.ofenroller", "booth", h.Post.Area.Booth)
}

func tapOwn(d Resigning, arg string) (Resigning, Event, *Problem) {
	id, err := strconv.ParseInt(arg, 10, 64)
	if err != nil {
		return d, stay, nil
	}
	d.ID = id
	return d, picks, nil
}

func askSurely(d Resigning, r Result) Screen {
	own, _ := r.(OwnOffices)
	for _, h := range own.List {
		if h.ID == d.ID {
			return ask(T("resign.sure", "office", officeOf(h)), tap("yes", "button.giveup"), tap("no", "button.keepoffice"))
		}
	}
	return ask(T("resign.none"), global("go", "button.goon"))
}

func tapSurely(ev Event) func(Resigning, string) (Resigning, Event, *Problem) {
	return func(d Resigning, _ string) (Resigning, Event, *Problem) { return d, ev, nil }
}

func askKept(Resigning, Result) Screen { return ask(T("resign.kept"), global("go", "button.goon")) }

func runResign(d Resigning, _ Nonce) Effect { return ChangeOffice{ID: d.ID, Change: OfficeResign} }

func doneResign(d Resigning, r Result) (Resigning, Event, *Problem) {
	changed, _ := r.(OfficeChanged)
	d.Gone = changed.Done
	return d, isDone, nil
}

func askResigned(d Resigning, _ Result) Screen {
	if !d.Gone {
		return ask(T("resign.none"), global("go", "button.goon"))
	}
	return ask(T("resign.done"), global("go", "button.goon"))
}
