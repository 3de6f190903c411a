package flows

import "sadasya/party"

// How a broadcast looks to an admin: before it goes, under way, and what became
// of it.

// Watching is the screen of a broadcast. While it is under way the message is
// written anew as it goes on.
func Watching(x Broadcast) Screen {
	lines := []Line{T("sent.title", "group", groupWords(x.Audience.Group), "date", x.On, "state", stateWords(x))}
	if why, ok := whyWords(x); ok {
		lines = append(lines, why)
	}
	var s Screen
	switch {
	case x.State == party.BroadcastWaiting: // who decides reads it first
		s.Bubbles = append(s.Bubbles, wholeLetter(x.Letter))
		lines = append(lines, waitingLines(x)...)
	case x.UnderWay():
		s.Live = x.ID
		if x.TakingBack && x.Parts[party.Pending] == 0 {
			lines = append(lines, reportLines(x)...)
		} else {
			lines = append(lines, progressLines(x)...)
		}
	default:
		lines = append(lines, reportLines(x)...)
	}
	s.Bubbles = append(s.Bubbles, bubble(lines, deeds(x)...))
	return s
}

// UnderWay tells whether more will become of it by itself.
func (x Broadcast) UnderWay() bool {
	switch x.State {
	case party.BroadcastScheduled, party.BroadcastFreezing, party.BroadcastRunning, party.BroadcastPaused:
		return true
	case party.BroadcastDone, party.BroadcastCancelled, party.BroadcastStopped:
		return x.Parts[party.Pending] > 0 || x.TakingBack // which are being cancelled
	}
	return false
}

// waitingLines say whom it is for, and when it goes if it is approved now.
func waitingLines(x Broadcast) []Line {
	lines := append([]Line{T("broadcast.audience", "count", x.Count)}, audienceLines(x.Audience)[1:]...)
	switch {
	case x.At != 0:
		lines = append(lines, hourWords(x.At))
	case x.Passed != 0 && x.Night != 0:
		lines = append(lines, T("sent.passednight", "at", momentOf(x.Passed), "goes", momentOf(x.Night)))
	case x.Passed != 0:
		lines = append(lines, T("sent.passed", "at", momentOf(x.Passed)))
	case x.Night != 0:
		lines = append(lines, T("sent.night", "goes", momentOf(x.Night)))
	}
	if x.Paid {
		lines = append(lines, paidWords(x.Count, x.Fast))
	}
	if x.Alone {
		lines = append(lines, T("sent.alone", "button", T("button.cancelbroadcast")))
	}
	return lines
}

// progressLines say how far it is.
func progressLines(x Broadcast) (lines []Line) {
	all, pending := x.Parts.Audience(), x.Parts[party.Pending]
	switch {
	case x.State == party.BroadcastScheduled:
		if x.At != 0 {
			lines = append(lines, hourWords(x.At))
		}
	case x.State == party.BroadcastFreezing:
		lines = append(lines, T("sent.freezing", "count", all))
	case all > 0:
		lines = append(lines, T("sent.bar", "bar", Bar{Done: all - pending, Of: all}, "done", all-pending, "count", all),
			T("sent.sent", "count", x.Parts[party.Sent]),
			T("sent.unreachable", "count", x.Parts[party.Unreachable], "optedout", x.Parts[party.OptedOut]),
			T("sent.failed", "count", x.Parts[party.Failed], "uncertain", x.Parts[party.Uncertain]),
			T("sent.rest", "cancelled", x.Parts[party.Cancelled], "pending", pending))
	}
	switch {
	case x.Night != 0 && x.At < x.Night && x.State != party.BroadcastPaused:
		lines = append(lines, T("sent.sleeps", "at", momentOf(x.Night)))
	case x.State == party.BroadcastRunning && x.Rate > 0 && pending > 0:
		lines = append(lines, T("sent.left", "rate", x.Rate, "minutes", pending/x.Rate/60+1))
	}
	return lines
}

// reportLines say what became of everyone: a line for each part, and the audience
// that they add up to.
func reportLines(x Broadcast) (lines []Line) {
	all := x.Parts.Audience()
	if all == 0 {
		return nil
	}
	for _, part := range []struct {
		fate party.Fate
		key  string
	}{
		{party.Sent, "sent.sent"},
		{party.Unreachable, "sent.part.unreachable"},
		{party.OptedOut, "sent.part.optedout"},
		{party.Failed, "sent.part.failed"},
		{party.Uncertain, "sent.part.uncertain"},
		{party.Cancelled, "sent.part.cancelled"},
	} {
		switch n := x.Parts[part.fate]; {
		case part.fate == party.Sent && x.TakingBack:
			lines = append(lines, T("sent.part.recalling", "count", n, "recalled", x.Recalled))
		case part.fate == party.Sent && x.Recalling:
			lines = append(lines, T("sent.part.recalled", "count", n, "recalled", x.Recalled))
		case n > 0 || part.fate == party.Sent:
			lines = append(lines, T(part.key, "count", n))
		}
	}
	return append(lines, T("sent.part.all", "count", all))
}

func stateWords(b Broadcast) Line {
	switch b.State {
	case party.BroadcastWaiting:
		if b.Alone {
			return T("sent.state.alone")
		}
		return T("sent.state.waiting")
	case party.BroadcastScheduled:
		if b.At == 0 { // it is taken up at once
			return T("sent.state.freezing")
		}
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
		return T("sent.why.freeze", "button", T("button.resume")), true
	}
	return T("sent.why.refused", "word", b.Why), true
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
	add := func(what, key string) { list = append(list, watchButton(x.ID, what, key)) }
	switch x.State {
	case party.BroadcastWaiting:
		if !x.Mine {
			add(string(Approve), "button.approve")
			add(string(Decline), "button.disapprove")
		}
	case party.BroadcastRunning:
		add(string(Pause), "button.pause")
	case party.BroadcastPaused:
		add(string(Resume), "button.resume")
	}
	switch x.State {
	case party.BroadcastDone, party.BroadcastCancelled, party.BroadcastStopped:
	default:
		add(string(Cancel), "button.cancelbroadcast")
	}
	if x.Parts.Missed() > 0 {
		add(failures, "button.missed")
	}
	if x.Recalls {
		add(string(Recall), "button.recall")
	}
	return append(list, global(sentName, "button.allsent"), global("go", "button.goon"))
}

// sentNotice says a notice about a broadcast.
func sentNotice(n Notice) (Screen, bool) {
	if n.Kind != NoticeBroadcast {
		return Screen{}, false
	}
	look := watchButton(int(n.ID), "", "button.watch")
	switch n.Reason {
	case BroadcastIsDone:
		if n.Sent != nil {
			s := Watching(*n.Sent)
			s.Bubbles[0].Text = append([]Line{T("broadcast.done")}, s.Bubbles[0].Text...)
			s.Bubbles[0].Buttons, s.Live = [][]Button{{look}}, 0
			return s, true
		}
		return ask(T("broadcast.done"), look), true
	case BroadcastIsApproved:
		if n.At != 0 {
			return ask(T("broadcast.approvedfor", "at", momentOf(n.At)), look), true
		}
		return ask(T("broadcast.approved"), look), true
	case BroadcastIsDeclined:
		return ask(T("broadcast.declined"), look), true
	}
	return ask(T("broadcast.asks"), look), true
}
