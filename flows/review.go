package flows

import (
	"strconv"

	"sadasya/party"
)

// Reviewing: chief enrollers and admins look at doubtful entries, the oldest
// first and one a screen, and accept, correct or refuse them. Nobody reviews
// what they enrolled. Calling back is in review_call.go, correcting in
// review_mend.go, the screens in review_ask.go.

const reviewName = "review"

const (
	reviewing  State = "reviewing"
	doubtful   State = "doubtful"
	inFull     State = "infull"
	judging    State = "judging"
	whichOne   State = "whichone"
	refuseWhy  State = "refusewhy"
	mendWhat   State = "mendwhat"
	mendName   State = "mendname"
	mendNumber State = "mendnumber"
	mendBooth  State = "mendbooth"
	mendSought State = "mendsought"
	mendSure   State = "mendsure"
	mending    State = "mending"
	calls      State = "calls"
	dialing    State = "dialing"
	answering  State = "answering"

	looksThrough Event = "looks through"
	showsFull    Event = "shows the number"
	judges       Event = "judges"
	isHeld       Event = "is held by another"
	isJudged     Event = "is judged"
	mends        Event = "corrects"
	retypesName  Event = "retypes the name"
	retypesID    Event = "retypes the number"
	retypesBooth Event = "retypes the booth"
	isRetyped    Event = "is retyped"
	refuses      Event = "refuses"
	callsBack    Event = "calls back"
	dials        Event = "dials"
	isAnswered   Event = "is answered"
)

// Reviewing is the draft of who reviews.
type Reviewing struct {
	Doubt   party.Doubt    `json:"d,omitempty"` // only with this reason
	After   int64          `json:"a,omitempty"` // the entry, or the call, skipped last
	ID      int64          `json:"i,omitempty"` // what is decided
	Verdict Verdict        `json:"v,omitempty"`
	Why     party.Refusal  `json:"w,omitempty"`
	Other   party.Date     `json:"o,omitzero"` // of the entry that holds the number
	Name    party.Name     `json:"n,omitempty"`
	Read    *party.Reading `json:"r,omitempty"`
	Sought  party.Booth    `json:"s,omitzero"`
	Station *party.Station `json:"b,omitempty"`
	Answer  Answer         `json:"c,omitempty"`
}

type reviewTaps = map[string]func(Reviewing, string) (Reviewing, Event, *Problem)

func review() *Table[Reviewing] {
	judge := reviewTaps{
		"show": tapEntry(showsFull), "accept": tapJudge(Accept), "mend": tapEntry(mends),
		"refuse": tapEntry(refuses), "skip": tapSkipEntry, "first": tapFromFirst,
	}
	answer := reviewTaps{"right": tapCallAnswer(AnswerRight), "notfound": tapCallAnswer(AnswerNotFound), "refused": tapCallAnswer(AnswerRefused)}
	return &Table[Reviewing]{
		Name: reviewName, Version: 1, First: reviewing, Entries: []State{calls},
		Moves: []Move{
			{looksThrough, []State{reviewing}, doubtful},
			{showsFull, []State{doubtful}, inFull},
			{judges, []State{doubtful, inFull, whichOne, refuseWhy}, judging},
			{isHeld, []State{judging, mending}, whichOne},
			{isJudged, []State{judging, mending}, doubtful},
			{refuses, []State{doubtful, inFull, whichOne}, refuseWhy},
			{mends, []State{doubtful, inFull}, mendWhat},
			{retypesName, []State{mendWhat, mendSure}, mendName},
			{retypesID, []State{mendWhat, mendSure}, mendNumber},
			{retypesBooth, []State{mendWhat, mendSure, mendSought}, mendBooth},
			{sought, []State{mendBooth}, mendSought},
			{isRetyped, []State{mendName, mendNumber, mendSought}, mendSure},
			{sure, []State{mendSure}, mending},
			{callsBack, []State{reviewing, answering}, calls},
			{dials, []State{calls}, dialing},
			{isAnswered, []State{dialing}, answering},
			{back, []State{doubtful, calls}, reviewing},
			{back, []State{inFull, refuseWhy, mendWhat, whichOne}, doubtful},
			{back, []State{mendName, mendNumber, mendBooth, mendSure}, mendWhat},
			{back, []State{dialing}, calls},
		},
		Steps: map[State]Step[Reviewing]{
			reviewing:  {Run: runReviewing, Ask: askReviewing, Rests: true, Taps: reviewTaps{"all": tapDoubt, "only": tapDoubt, "calls": tapCalls}},
			doubtful:   {Run: runDoubtful, Ask: askDoubtful, Taps: judge},
			inFull:     {Run: runInFull, Ask: askDoubtful, Taps: judge},
			judging:    {Run: runJudge, Done: doneJudge},
			whichOne:   {Ask: askWhichOne, Taps: reviewTaps{"this": tapStands, "other": tapOther, "refuse": onReview(refuses)}},
			refuseWhy:  {Ask: askRefusing, Taps: reviewTaps{"why": tapRefusal}},
			mendWhat:   {Ask: askMendWhat, Taps: reviewTaps{"name": onReview(retypesName), "number": onReview(retypesID), "booth": onReview(retypesBooth)}},
			mendName:   {Ask: askMendName, Take: takeMendName},
			mendNumber: {Ask: askMendNumber, Take: takeMendNumber},
			mendBooth:  {Ask: askMendBooth, Take: takeMendBooth},
			mendSought: {Run: runMendSought, Done: doneMendSought},
			mendSure:   {Ask: askMendSure, Taps: reviewTaps{"yes": onReview(sure), "retype": tapRetype}},
			mending:    {Run: runMend, Done: doneJudge},
			calls:      {Run: runCalls, Ask: askCall, Taps: reviewTaps{"dial": tapEntry(dials), "skip": tapSkipEntry, "first": tapFromFirst}},
			dialing:    {Run: runDial, Ask: askDial, Taps: answer},
			answering:  {Run: runAnswer, Done: doneAnswer},
		},
	}
}

// onReview is a button that only moves.
func onReview(ev Event) func(Reviewing, string) (Reviewing, Event, *Problem) {
	return func(d Reviewing, _ string) (Reviewing, Event, *Problem) { return d, ev, nil }
}

func runReviewing(Reviewing, Nonce) Effect { return LoadReview{} }

// tapDoubt looks at the entries with one reason, or at all.
func tapDoubt(_ Reviewing, arg string) (Reviewing, Event, *Problem) {
	doubt, _ := party.ParseDoubt(arg)
	return Reviewing{Doubt: doubt}, looksThrough, nil
}

func tapCalls(Reviewing, string) (Reviewing, Event, *Problem) { return Reviewing{}, callsBack, nil }

func runDoubtful(d Reviewing, _ Nonce) Effect { return LoadDoubtful{Doubt: d.Doubt, After: d.After} }

func runInFull(d Reviewing, _ Nonce) Effect { return ShowVoterID{ID: d.ID} }

// tapEntry moves on with the entry that the button names.
func tapEntry(ev Event) func(Reviewing, string) (Reviewing, Event, *Problem) {
	return func(d Reviewing, arg string) (Reviewing, Event, *Problem) {
		id, err := strconv.ParseInt(arg, 10, 64)
		if err != nil {
			return d, stay, nil
		}
		return Reviewing{Doubt: d.Doubt, After: d.After, ID: id}, ev, nil
	}
}

func tapSkipEntry(d Reviewing, arg string) (Reviewing, Event, *Problem) {
	id, err := strconv.ParseInt(arg, 10, 64)
	if err != nil {
		return d, stay, nil
	}
	d.After = id
	return d, stay, nil
}

func tapFromFirst(d Reviewing, _ string) (Reviewing, Event, *Problem) {
	d.After = 0
	return d, stay, nil
}

func tapJudge(v Verdict) func(Reviewing, string) (Reviewing, Event, *Problem) {
	return func(d Reviewing, arg string) (Reviewing, Event, *Problem) {
		d, ev, p := tapEntry(judges)(d, arg)
		d.Verdict = v
		return d, ev, p
	}
}

func tapStands(d Reviewing, _ string) (Reviewing, Event, *Problem) {
	d.Verdict = Stands
	return d, judges, nil
}

// tapOther lets the entry stand that holds the number: this one is a second.
func tapOther(d Reviewing, _ string) (Reviewing, Event, *Problem) {
	d.Verdict, d.Why = Refuse, party.Duplicate
	return d, judges, nil
}

func tapRefusal(d Reviewing, arg string) (Reviewing, Event, *Problem) {
	why, ok := party.ParseRefusal(arg)
	if !ok {
		return d, stay, nil
	}
	d.Verdict, d.Why = Refuse, why
	return d, judges, nil
}

func runJudge(d Reviewing, _ Nonce) Effect {
	return JudgeEntry{ID: d.ID, Verdict: d.Verdict, Why: d.Why}
}

// doneJudge goes on to the next entry and says what became of this one, or asks
// which of two entries stands.
func doneJudge(d Reviewing, r Result) (Reviewing, Event, *Problem) {
	j, _ := r.(Judged)
	next := Reviewing{Doubt: d.Doubt, After: d.After}
	switch j.Outcome {
	case EntryHeld:
		next.ID, next.Name, next.Other = d.ID, j.Name, j.Other
		return next, isHeld, nil
	case EntryStands:
		return next, isJudged, problem("review.stands", "name", j.Name)
	case EntryRefused:
		return next, isJudged, problem("review.refused", "name", j.Name)
	case EntryWaits:
		return next, isJudged, problem("review.waits", "name", j.Name)
	case EntrySettled:
		next.After = d.ID
		return next, isJudged, problem("review.settled")
	case EntryOwn:
		next.After = d.ID
		return next, isJudged, problem("review.own")
	}
	return next, isJudged, problem("review.gone")
}

// reviewCommand finds a command of this room.
func reviewCommand(name string) (c command, typed, ok bool) {
	switch name {
	case "review":
		return command{run: func(e *Engine, t Turn, in Input) (Turn, error) {
			return e.start(t, in, reviewName, "", nil)
		}}, true, true
	case "calls":
		return command{run: func(e *Engine, t Turn, in Input) (Turn, error) {
			return e.start(t, in, reviewName, calls, nil)
		}}, false, true
	}
	return command{}, false, false
}
