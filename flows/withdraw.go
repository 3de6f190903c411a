package flows

import "sadasya/party"

// Leaving: two taps, the second one sure.

const withdrawName = "withdraw"

const (
	leaveWhich  State = "which"
	leaveSure   State = "sure"
	leaving     State = "leaving"
	left        State = "left"
	stayed      State = "stayed"
	noneToLeave State = "none"
	unfinished  State = "unfinished"
	unsaying    State = "unsaying"
	unsaid      State = "unsaid"

	onlyAgreed Event = "only agreed so far"

	picked  Event = "picked"
	sure    Event = "sure"
	changed Event = "changed their mind"
	gone    Event = "gone"
)

// Leaving is the draft of a withdrawal.
type Leaving struct {
	Number party.Number `json:"m,omitempty"`
	Name   party.Name   `json:"n,omitempty"`
}

type leaveTaps = map[string]func(Leaving, string) (Leaving, Event, *Problem)

func withdraw() *Table[Leaving] {
	return &Table[Leaving]{
		Name: withdrawName, Version: 1, First: leaveWhich,
		Moves: []Move{
			{picked, []State{leaveWhich}, leaveSure},
			{none, []State{leaveWhich}, noneToLeave},
			{onlyAgreed, []State{leaveWhich}, unfinished},
			{sure, []State{leaveSure}, leaving},
			{sure, []State{unfinished}, unsaying},
			{changed, []State{leaveWhich, leaveSure, unfinished}, stayed},
			{gone, []State{leaving}, left},
			{gone, []State{unsaying}, unsaid},
		},
		Steps: map[State]Step[Leaving]{
			leaveWhich:  {Run: runLeaveWhich, Done: doneLeaveWhich, Ask: askLeaveWhich, Taps: leaveTaps{"pick": tapLeaveRecord, "no": tapStay}},
			leaveSure:   {Ask: askLeaveSure, Taps: leaveTaps{"yes": tapLeave, "no": tapStay}},
			leaving:     {Run: runLeave, Done: doneLeave},
			left:        {Ask: askLeft, Rests: true},
			stayed:      {Ask: askStayed, Rests: true},
			noneToLeave: {Ask: askNoneToLeave, Rests: true},
			unfinished:  {Ask: askUnfinished, Taps: leaveTaps{"yes": tapLeave, "no": tapStay}},
			unsaying:    {Run: runUnsay, Done: doneLeave},
			unsaid:      {Ask: askUnsaid, Rests: true, Clears: true},
		},
	}
}

func runLeaveWhich(Leaving, Nonce) Effect { return LoadRecords{} }

func doneLeaveWhich(d Leaving, r Result) (Leaving, Event, *Problem) {
	records, _ := r.(Records)
	switch {
	case len(records.List) > 0:
		return d, stay, nil
	case !records.Consented.IsZero():
		return d, onlyAgreed, nil
	}
	return d, none, nil
}

func askLeaveWhich(_ Leaving, r Result) Screen {
	records, _ := r.(Records)
	s := pickRecord(T("leave.which"), records)
	s.Bubbles[0].Buttons = append(s.Bubbles[0].Buttons, []Button{tap("no", "button.stay")})
	return s
}

func tapLeaveRecord(d Leaving, arg string) (Leaving, Event, *Problem) {
	n, err := party.ParseNumber(arg)
	if err != nil {
		return d, stay, nil
	}
	d.Number = n
	return d, picked, nil
}

func askLeaveSure(d Leaving, _ Result) Screen {
	return ask(T("leave.sure", "number", d.Number), tap("yes", "button.leavesure"), tap("no", "button.stay"))
}

func tapLeave(d Leaving, _ string) (Leaving, Event, *Problem) { return d, sure, nil }

func tapStay(d Leaving, _ string) (Leaving, Event, *Problem) { return d, changed, nil }

func runLeave(d Leaving, _ Nonce) Effect { return Withdraw{Number: d.Number} }

func doneLeave(d Leaving, _ Result) (Leaving, Event, *Problem) { return d, gone, nil }

func askLeft(d Leaving, _ Result) Screen {
	return ask(T("leave.left", "number", d.Number), global("start", "button.join"))
}

func askStayed(Leaving, Result) Screen {
	return ask(T("leave.stayed"), global("go", "button.goon"))
}

func askNoneToLeave(Leaving, Result) Screen {
	return ask(T("card.none"), global("start", "button.join"))
}

// Who agreed and has not finished may take the consent back too: what they wrote
// so far goes at once.

func askUnfinished(Leaving, Result) Screen {
	return ask(T("unsay.sure"), tap("yes", "button.unsay"), tap("no", "button.stay"))
}

func runUnsay(Leaving, Nonce) Effect {
	return RecordConsent{Kind: party.Membership, Version: party.CurrentConsent, Via: party.Self}
}

func askUnsaid(Leaving, Result) Screen {
	return ask(T("unsay.done"), global("start", "button.join"))
}
