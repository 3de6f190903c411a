package flows

import (
	"strconv"

	"sadasya/party"
)

// What became of what admins sent, and how it is steered.

const sentName = "sent"

const (
	overview State = "overview"
	watching State = "watching"
	doubting State = "doubting"
	steering State = "steering"

	looksAtOne Event = "looks at one"
	doubts     Event = "is asked whether that is meant"
	steers     Event = "steers"
)

// Steering is the draft of who looks at broadcasts.
type Steering struct {
	ID   int  `json:"i,omitempty"`
	Deed Deed `json:"d,omitempty"`
}

type sentTaps = map[string]func(Steering, string) (Steering, Event, *Problem)

func sent() *Table[Steering] {
	return &Table[Steering]{
		Name: sentName, Version: 1, First: overview, Entries: []State{watching},
		Moves: []Move{
			{looksAtOne, []State{overview, steering}, watching},
			{doubts, []State{watching}, doubting},
			{steers, []State{watching, doubting}, steering},
			{back, []State{watching}, overview},
			{back, []State{doubting}, watching},
		},
		Steps: map[State]Step[Steering]{
			overview: {Run: runListing, Ask: askListing, Rests: true, Taps: sentTaps{"pick": tapBroadcast}},
			watching: {Run: runWatching, Ask: askWatching, Rests: true, Taps: sentTaps{
				"again":       func(d Steering, _ string) (Steering, Event, *Problem) { return d, stay, nil },
				string(Pause): tapDeed(Pause, steers), string(Resume): tapDeed(Resume, steers),
				string(Approve): tapDeed(Approve, steers), string(Decline): tapDeed(Decline, steers),
				string(Cancel): tapDeed(Cancel, doubts), string(Recall): tapDeed(Recall, doubts),
			}},
			doubting: {Run: runWatching, Ask: askDoubting, Taps: sentTaps{
				"yes": func(d Steering, _ string) (Steering, Event, *Problem) { return d, steers, nil },
			}},
			steering: {Run: runSteering, Done: doneSteering},
		},
	}
}

// watchCommand shows one broadcast.
func watchCommand(e *Engine, t Turn, in Input) (Turn, error) {
	id, err := strconv.Atoi(in.Text)
	if err != nil {
		return e.present(t, in)
	}
	return e.start(t, in, sentName, watching, Steering{ID: id})
}

func runListing(Steering, Nonce) Effect { return LoadBroadcasts{} }

func askListing(_ Steering, r Result) Screen {
	all, _ := r.(Broadcasts)
	switch {
	case !all.Admin:
		return ask(T("admin.none"), global("go", "button.goon"))
	case len(all.List) == 0:
		return ask(T("sent.none"), global("broadcast", "button.broadcast"))
	}
	b := Bubble{Text: []Line{T("sent.list")}}
	for i, x := range all.List {
		n := itoa(i + 1)
		b.Text = append(b.Text, T("sent.item", "n", n, "date", x.On, "group", groupWords(x.Audience.Group), "state", stateWords(x)))
		b.Buttons = inRows(b.Buttons, 3, tap("pick:"+strconv.Itoa(x.ID), "button.numbered", "n", n))
	}
	return Screen{Bubbles: []Bubble{b}}
}

func tapBroadcast(d Steering, arg string) (Steering, Event, *Problem) {
	id, err := strconv.Atoi(arg)
	if err != nil {
		return d, stay, nil
	}
	return Steering{ID: id}, looksAtOne, nil
}

func runWatching(d Steering, _ Nonce) Effect { return LoadBroadcast{ID: d.ID} }

func stateWords(b Broadcast) Line {
	switch b.State {
	case party.BroadcastWaiting:
		return T("sent.state.waiting")
	case party.BroadcastScheduled:
		return T("sent.state.scheduled")
	case party.BroadcastFreezing:
		return T("sent.state.freezing")
	case party.BroadcastRunning:
		return T("sent.state.running")
	case party.BroadcastPaused:
		return T("sent.state.paused")
	case party.BroadcastDone:
		return T("sent.state.done")
	case party.BroadcastStopped:
		return T("sent.state.stopped")
	}
	return T("sent.state.cancelled")
}

// whyWords says why a broadcast paused or stopped by itself.
func whyWords(b Broadcast) (Line, bool) {
	switch b.Why {
	case "", "admin":
		return Line{}, false
	case party.WhyToken:
		return T("sent.why.token"), true
	case party.WhyOffice:
		return T("sent.why.office"), true
	case party.WhyRefused:
		return T("sent.why.many"), true
	case party.WhyFreeze:
		return T("sent.why.freeze"), true
	}
	return T("sent.why.refused", "word", b.Why), true
}

func askWatching(_ Steering, r Result) Screen {
	x, _ := r.(BroadcastLoaded)
	if x.ID == 0 {
		return ask(T("admin.none"), global("go", "button.goon"))
	}
	all := x.Parts.Audience()
	pending := x.Parts[party.Pending]
	lines := []Line{T("sent.title", "group", groupWords(x.Audience.Group), "date", x.On, "state", stateWords(x.Broadcast))}
	if why, ok := whyWords(x.Broadcast); ok {
		lines = append(lines, why)
	}
	if all > 0 {
		lines = append(lines, T("sent.bar", "bar", Bar{Done: all - pending, Of: all}, "done", all-pending, "count", all),
			T("sent.sent", "count", x.Parts[party.Sent]),
			T("sent.unreachable", "count", x.Parts[party.Unreachable], "optedout", x.Parts[party.OptedOut]),
			T("sent.failed", "count", x.Parts[party.Failed], "uncertain", x.Parts[party.Uncertain]),
			T("sent.rest", "cancelled", x.Parts[party.Cancelled], "pending", pending))
	}
	if x.State == party.BroadcastRunning && x.Rate > 0 {
		lines = append(lines, T("sent.left", "rate", x.Rate, "minutes", pending/x.Rate/60+1))
	}
	if x.Recalled > 0 {
		lines = append(lines, T("sent.recalled", "count", x.Recalled))
	}
	var s Screen
	if x.State == party.BroadcastWaiting { // who decides reads it first
		s.Bubbles = append(s.Bubbles, wholeLetter(x.Letter))
		lines = append(append(lines, T("broadcast.audience", "count", x.Count)), audienceLines(x.Audience)[1:]...)
		if x.At != 0 {
			lines = append(lines, hourWords(x.At))
		}
		if x.Paid {
			lines = append(lines, paidWords(x.Count, x.Fast))
		}
	}
	s.Bubbles = append(s.Bubbles, bubble(lines, deeds(x.Broadcast)...))
	return s
}

// wholeLetter is a letter in both languages, one under the other.
func wholeLetter(l party.Letter) Bubble {
	first := party.Hindi
	if l.Text.Hindi == "" {
		first = party.English
	}
	b := letterBubble(l, first)
	if l.Text.Hindi != "" && l.Text.English != "" {
		b.Text = append(b.Text, Line{}, T("broadcast.letter", "letter", Letter{l, party.English}))
	}
	return b
}

// deeds are the buttons of what can be done with a broadcast as it stands.
func deeds(x Broadcast) (list []Button) {
	switch x.State {
	case party.BroadcastWaiting:
		if !x.Mine {
			list = append(list, tap(string(Approve), "button.approve"), tap(string(Decline), "button.disapprove"))
		}
	case party.BroadcastRunning:
		list = append(list, tap(string(Pause), "button.pause"))
	case party.BroadcastPaused:
		list = append(list, tap(string(Resume), "button.resume"))
	}
	switch x.State {
	case party.BroadcastDone, party.BroadcastCancelled, party.BroadcastStopped:
	default:
		list = append(list, tap("again", "button.refresh"), tap(string(Cancel), "button.cancelbroadcast"))
	}
	if x.Recalls {
		list = append(list, tap(string(Recall), "button.recall"))
	}
	return list
}

func tapDeed(deed Deed, ev Event) func(Steering, string) (Steering, Event, *Problem) {
	return func(d Steering, _ string) (Steering, Event, *Problem) {
		d.Deed = deed
		return d, ev, nil
	}
}

func askDoubting(d Steering, r Result) Screen {
	x, _ := r.(BroadcastLoaded)
	if d.Deed == Recall {
		return ask(T("sent.sure.recall", "count", x.Parts[party.Sent]), tap("yes", "button.recallsure"))
	}
	if x.Parts[party.Pending] == 0 {
		return ask(T("sent.sure.drop"), tap("yes", "button.cancelsure"))
	}
	return ask(T("sent.sure.cancel", "count", x.Parts[party.Pending]), tap("yes", "button.cancelsure"))
}

func runSteering(d Steering, _ Nonce) Effect { return SteerBroadcast(d) }

func doneSteering(d Steering, r Result) (Steering, Event, *Problem) {
	done, _ := r.(BroadcastSteered)
	d.Deed = ""
	if !done.Done {
		return d, looksAtOne, problem("sent.notdone")
	}
	return d, looksAtOne, nil
}
