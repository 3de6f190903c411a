package flows

import (
	"slices"

	"sadasya/party"
)

// Assisted enrolment: an enroller takes down a person who has no Telegram, in
// one message or two, reads the card out, and the person says yes. Each person
// is a draft in the store from the first message on; what was typed without
// network and comes all at once makes a draft each, and the list of them. This
// file is the whole picture; what each state says is in assist_ask.go, how
// answers are taken in assist_take.go, the results in assist_save.go.

const assistName = "assist"

// The states, beside those that the citizen's enrolment has too.
const (
	beside    State = "person"
	unread    State = "unread"
	mobile    State = "mobile"
	keeping   State = "keeping"
	recorded  State = "recorded"
	slipShown State = "slip"
	waiting   State = "waiting"
	reopening State = "reopening"
	dropping  State = "dropping"
	closed    State = "closed"
	powerless State = "powerless"
)

// The events, beside those.
const (
	needPerson Event = "needs a person"
	needMobile Event = "needs mobile"
	garbled    Event = "cannot be read"
	takesDown  Event = "takes down"
	looksOn    Event = "looks who waits"
	takesUp    Event = "takes one up"
	throwsOut  Event = "throws one away"
	wantsSlip  Event = "wants the slip"
	closes     Event = "closes"
)

// Assisting is the draft of the conversation: who is at hand, and the enroller.
type Assisting struct {
	Own     *party.Station `json:"s,omitempty"` // the enroller's booth
	By      party.Name     `json:"y,omitempty"` // the enroller
	Told    bool           `json:"t,omitempty"` // the notice was shown
	Waiting int            `json:"w,omitempty"` // drafts beside the one at hand
	Added   int            `json:"a,omitempty"` // members in this conversation

	Hand    AssistDraft `json:"d,omitzero"`  // the one at hand
	Here    bool        `json:"h,omitempty"` // who votes at the enroller's booth
	Asked   bool        `json:"q,omitempty"` // whose mobile was asked for
	Listed  bool        `json:"l,omitempty"` // who was taken up from the list
	Another bool        `json:"o,omitempty"` // who came while another was at hand
	Last    AssistDraft `json:"g,omitzero"`  // who was named last and has no number yet, while the list is shown

	Page   int         `json:"p,omitempty"` // of the list
	Pick   int64       `json:"k,omitempty"` // from the list
	Yes    bool        `json:"v,omitempty"` // the one picked says yes
	Sought party.Booth `json:"b,omitzero"`

	Number  party.Number    `json:"m,omitempty"`
	Slip    party.SlipToken `json:"z,omitempty"`
	Matched bool            `json:"j,omitempty"` // false: the number typed is still to be matched

	Office party.Office `json:"f,omitempty"` // of who is no enroller
}

type assistTaps = map[string]func(Assisting, string) (Assisting, Event, *Problem)

func assist() *Table[Assisting] {
	// Wherever one is at hand, another may come.
	open := []State{unread, name, voterID, voterIDSeen, voterIDOdd, mobile, booth, check}
	idle := []State{beside, heard, recorded, slipShown, waiting}
	after := []State{keeping, reopening}
	begin := assistTaps{"listen": tapListen, "notice": tapNotice, "waiting": assistTo(looksOn), "close": assistTo(closes)}
	return &Table[Assisting]{
		Name: assistName, Version: 1, First: beside, Back: assistBack, Queues: true,
		Moves: []Move{
			{none, []State{beside, keeping, saving}, powerless},
			{listened, []State{beside, heard}, heard},
			{asked, []State{beside, heard}, beside},
			{takesDown, slices.Concat(idle, open, []State{finding}), keeping},
			{looksOn, []State{beside, heard, recorded, slipShown, closed, keeping, reopening, dropping}, waiting},
			{needPerson, []State{heard, recorded, slipShown, waiting, closed, keeping, dropping}, beside},

			{garbled, after, unread},
			{needName, []State{keeping, reopening, check}, name},
			{needNumber, []State{keeping, reopening, check, voterIDSeen}, voterID},
			{repaired, after, voterIDSeen},
			{odd, after, voterIDOdd},
			{needMobile, []State{keeping, reopening, check}, mobile},
			{needBooth, []State{check, finding}, booth},
			{sought, []State{booth}, finding},
			{complete, []State{keeping, reopening, name, voterID, voterIDSeen, voterIDOdd, mobile, booth}, check},

			{takesUp, []State{waiting}, reopening},
			{throwsOut, []State{waiting, check, unread, name, voterID}, dropping},
			{confirmed, []State{check, reopening}, saving},
			{saved, []State{saving}, recorded},
			{wantsSlip, []State{recorded}, slipShown},
			{closes, []State{beside, heard, recorded, slipShown, waiting}, closed},

			{back, []State{heard, waiting, unread, name, voterID, voterIDSeen, voterIDOdd, mobile, booth}, beside},
		},
		Steps: map[State]Step[Assisting]{
			beside: {Run: runBeside, Done: doneBeside, Ask: askBeside, Take: takePerson, Photo: photoForNumber, Taps: begin},
			heard:  {Ask: askBesideHeard, Take: takePerson, Photo: photoForNumber, Taps: begin},

			unread:      {Ask: askUnread, Take: takeHand, Photo: photoForNumber, Taps: assistTaps{"drop": assistTo(throwsOut)}},
			name:        {Ask: askHandName, Take: takeHandName, Photo: photoForName, Taps: assistTaps{"drop": assistTo(throwsOut)}},
			voterID:     {Ask: askHandNumber, Take: takeHand, Photo: photoForNumber, Taps: assistTaps{"where": tapHandWhere, "drop": assistTo(throwsOut)}},
			voterIDSeen: {Ask: askHandSeen, Take: takeHand, Photo: photoForNumber, Taps: assistTaps{"yes": tapHandKeep, "retype": tapHandRetype}},
			voterIDOdd:  {Ask: askHandOdd, Take: takeHandAgain, Photo: photoForNumber, Taps: assistTaps{"keep": tapHandKeep}},
			mobile:      {Ask: askMobile, Take: takeHandMobile, Photo: photoForNumber, Taps: assistTaps{"skip": tapNoMobile}},
			booth:       {Ask: askHandBooth, Take: takeHandBooth, Taps: assistTaps{"here": tapHandHere, "unknown": tapHandNowhere}},
			finding:     {Run: runHandFind, Done: doneHandFind},
			keeping:     {Run: runKeep, Done: doneKeep},
			check: {Ask: askCard, Take: takeAtCard, Photo: photoForNumber, Taps: assistTaps{
				"yes": assistTo(confirmed), "name": assistTo(needName), "number": assistTo(needNumber),
				"booth": assistTo(needBooth), "mobile": assistTo(needMobile), "drop": assistTo(throwsOut),
			}},
			saving:   {Run: runAssisted, Done: doneAssisted, Durable: true},
			recorded: {Ask: askRecorded, Take: takePerson, Photo: photoForNumber, Taps: recordedTaps("slip")},

			slipShown: {Ask: askOwnSlip, Take: takePerson, Photo: photoForNumber, Taps: recordedTaps("")},
			waiting: {Run: runWaiting, Ask: askWaiting, Take: takeWhileWaiting, Photo: photoForNumber, Taps: assistTaps{
				"yes": tapPick(true, takesUp), "edit": tapPick(false, takesUp), "drop": tapPick(false, throwsOut),
				"page": tapWaitingPage, "next": assistTo(needPerson), "close": assistTo(closes),
			}},
			reopening: {Run: runReopen, Done: doneReopen},
			dropping:  {Run: runDrop, Done: doneDrop},
			closed:    {Ask: askClosed, Rests: true, Taps: assistTaps{"next": assistTo(needPerson), "waiting": assistTo(looksOn)}},
			powerless: {Ask: askPowerless, Rests: true},
		},
	}
}

// assistTo is a button that only moves.
func assistTo(ev Event) func(Assisting, string) (Assisting, Event, *Problem) {
	return func(d Assisting, _ string) (Assisting, Event, *Problem) { return d, ev, nil }
}

func recordedTaps(slip string) assistTaps {
	all := assistTaps{"next": assistTo(needPerson), "waiting": assistTo(looksOn), "close": assistTo(closes)}
	if slip != "" {
		all[slip] = assistTo(wantsSlip)
	}
	return all
}

// assistBack leaves a question about a person who is complete for the card, any
// other for the next person; the draft waits in the list.
func assistBack(d Assisting, at State) Event {
	if at != heard && at != waiting && d.Hand.Ready() {
		return complete
	}
	return back
}

// assistCommand finds a command of this room.
func assistCommand(name string) (c command, typed, ok bool) {
	switch name {
	case "enrol":
		return command{run: enrolCommand}, true, true
	case "add":
		return command{run: addTyped}, true, true
	}
	return command{}, false, false
}

// enrolCommand begins with the next person, or goes on with the one at hand.
func enrolCommand(e *Engine, t Turn, in Input) (Turn, error) {
	if s := t.Session.Suspended; s != nil && s.Flow == assistName {
		t = e.settle(t)
	}
	c := t.Session.Active
	if c == nil || c.Flow != assistName || e.flows[assistName].rests(*c) {
		return e.start(t, in, assistName, "", nil)
	}
	if c.State != recorded && c.State != slipShown && c.State != heard {
		return e.present(t, in)
	}
	next, err := e.flows[assistName].fire(*c, needPerson)
	if err != nil {
		return t, err
	}
	return e.enter(t, next)
}

// addTyped is /add as an enroller types it, who adds whoever stands beside them;
// for anyone else, and as a button, it adds someone at home.
func addTyped(e *Engine, t Turn, in Input) (Turn, error) {
	if in.Kind != Command {
		return addCommand(e, t, in)
	}
	t.Run = LoadAssist{}
	t.command = &command{done: func(e *Engine, t Turn, r Result) (Turn, error) {
		t.command = nil
		if a, _ := r.(Assist); a.Code == "" {
			return addCommand(e, t, in)
		}
		return enrolCommand(e, t, in)
	}}
	return t, nil
}

// assistNotice says a notice of this room.
func assistNotice(n Notice) (Screen, bool) {
	if n.Kind != NoticeDrafts {
		return Screen{}, false
	}
	return ask(T("notice.drafts", "count", n.Count, "hours", DraftWarning), global("enrol", "button.enrol")), true
}
