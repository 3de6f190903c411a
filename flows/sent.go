package flows

import (
	"strconv"
	"strings"

	"sadasya/party"
)

// What became of what admins sent, and how it is steered. None of it has a state:
// a broadcast is paused in the middle of whatever conversation, which goes on
// afterwards as it stood, and a button works however old the message is that it
// stands under. The power, and whether the broadcast stands so, are looked up at
// every tap.

const sentName = "sent"

// sentCommand lists the newest broadcasts.
func sentCommand(_ *Engine, t Turn, _ Input) (Turn, error) {
	t.Run = LoadBroadcasts{}
	return t, nil
}

func sentListed(_ *Engine, t Turn, r Result) (Turn, error) {
	all, ok := r.(Broadcasts)
	if !ok {
		return t, errResult
	}
	switch {
	case !all.Admin:
		return t.say(ask(T("admin.none"), global("go", "button.goon"))), nil
	case len(all.List) == 0:
		return t.say(ask(T("sent.none"), global("broadcast", "button.broadcast"), global("go", "button.goon"))), nil
	}
	b := Bubble{Text: []Line{T("sent.list")}}
	for i, x := range all.List {
		n := itoa(i + 1)
		b.Text = append(b.Text, T("sent.item", "n", n, "date", x.On, "group", groupWords(x.Audience.Group), "state", stateWords(x)))
		one := watchButton(x.ID, "", "button.numbered")
		one.Label = T("button.numbered", "n", n)
		b.Buttons = inRows(b.Buttons, 3, one)
	}
	b.Buttons = append(b.Buttons, []Button{global("go", "button.goon")})
	return t.say(Screen{Bubbles: []Bubble{b}}), nil
}

// What a button of a broadcast asks for besides the deeds.
const (
	sureOf   = "sure"     // behind a deed: it is meant
	failures = "failures" // who was not reached, by reason
	asFile   = "file"     // the same, one by one
)

// watchButton asks something of a broadcast.
func watchButton(id int, what, key string) Button {
	data := "watch:" + strconv.Itoa(id)
	if what != "" {
		data += " " + what
	}
	return global(data, key)
}

// watchCommand shows one broadcast, or does with it what the button says: "12",
// "12 pause", "12 cancel sure".
func watchCommand(e *Engine, t Turn, in Input) (Turn, error) {
	words := append(strings.Fields(in.Text), "", "", "")
	id, err := strconv.Atoi(words[0])
	if err != nil {
		return e.present(t, in)
	}
	switch deed := Deed(words[1]); {
	case deed == Pause, deed == Resume, deed == Approve, deed == Decline,
		(deed == Cancel || deed == Recall) && words[2] == sureOf:
		t.Run = SteerBroadcast{ID: id, Deed: deed}
		t.command = &command{done: func(_ *Engine, t Turn, r Result) (Turn, error) { return steered(t, r, id, deed) }}
		return t, nil
	case deed == Cancel, deed == Recall:
		return shows(t, id, func(t Turn, x Broadcast) (Turn, error) { return t.say(doubtingScreen(x, deed)), nil })
	case words[1] == failures:
		t.Run = LoadFailures{ID: id}
		t.command = &command{done: failuresShown}
		return t, nil
	case words[1] == asFile:
		t.Run = LoadFailures{ID: id} // which may have been erased since the button was shown
		t.command = &command{done: failuresLooked}
		return t, nil
	}
	return shows(t, id, func(t Turn, x Broadcast) (Turn, error) { return t.say(Watching(x)), nil })
}

// shows looks at a broadcast as it stands now.
func shows(t Turn, id int, say func(Turn, Broadcast) (Turn, error)) (Turn, error) {
	t.Run = LoadBroadcast{ID: id}
	t.command = &command{done: func(_ *Engine, t Turn, r Result) (Turn, error) {
		x, ok := r.(BroadcastLoaded)
		if !ok {
			return t, errResult
		}
		if x.ID == 0 {
			return t.say(ask(T("admin.none"), global("go", "button.goon"))), nil
		}
		return say(t, x.Broadcast)
	}}
	return t, nil
}

// steered shows what a deed has made of a broadcast.
func steered(t Turn, r Result, id int, deed Deed) (Turn, error) {
	did, ok := r.(BroadcastSteered)
	if !ok {
		return t, errResult
	}
	return shows(t, id, func(t Turn, x Broadcast) (Turn, error) {
		switch {
		case did.Done || isSo(x, deed):
		case did.Early:
			t.remark = problem("request.early")
		default:
			t.remark = problem("sent.notdone")
		}
		return t.say(Watching(x)), nil
	})
}

// isSo tells whether a broadcast is as a deed makes it: of one that comes again
// nobody reads that it cannot be done.
func isSo(x Broadcast, deed Deed) bool {
	switch deed {
	case Approve:
		return x.State == party.BroadcastScheduled || x.State == party.BroadcastFreezing || x.State == party.BroadcastRunning
	case Decline, Cancel:
		return x.State == party.BroadcastCancelled
	case Pause:
		return x.State == party.BroadcastPaused
	case Resume:
		return x.State == party.BroadcastRunning || x.State == party.BroadcastFreezing
	case Recall:
		return x.Recalling
	}
	return false
}

func doubtingScreen(x Broadcast, deed Deed) Screen {
	yes := string(deed) + " " + sureOf
	switch pending := x.Parts[party.Pending]; {
	case deed == Recall:
		return ask(T("sent.sure.recall", "count", x.Parts[party.Sent]), watchButton(x.ID, yes, "button.recallsure"), watchButton(x.ID, "", "button.back"))
	case pending == 0:
		return ask(T("sent.sure.drop"), watchButton(x.ID, yes, "button.cancelsure"), watchButton(x.ID, "", "button.back"))
	default:
		return ask(T("sent.sure.cancel", "count", pending), watchButton(x.ID, yes, "button.cancelsure"), watchButton(x.ID, "", "button.back"))
	}
}
