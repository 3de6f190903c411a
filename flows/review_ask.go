package flows

import (
	"strconv"

	"sadasya/party"
)

// The screens of reviewing, and what is told of it unasked.

func askReviewing(_ Reviewing, r Result) Screen {
	all, _ := r.(ReviewDesk)
	if !all.Power {
		return ask(T("appoint.none"), global("go", "button.goon"))
	}
	b := Bubble{Text: []Line{T("review.nothing")}}
	if all.Waiting > 0 {
		b.Text = []Line{T("review.desk", "count", all.Waiting)}
		b.Buttons = append(b.Buttons, []Button{tap("all", "button.alldoubts", "count", all.Waiting)})
	}
	if all.Late > 0 {
		b.Text = append(b.Text, T("review.late", "count", all.Late))
	}
	for _, d := range all.Doubts {
		b.Buttons = append(b.Buttons, []Button{tap("only:"+string(d.Doubt), "button.doubt", "doubt", shortDoubt(d.Doubt), "count", d.Count)})
	}
	if all.Own > 0 {
		b.Text = append(b.Text, T("review.ownleft", "count", all.Own))
	}
	if all.Calls > 0 {
		b.Text = append(b.Text, T("review.calls", "count", all.Calls))
		b.Buttons = append(b.Buttons, []Button{tap("calls", "button.calls", "count", all.Calls)})
	}
	return Screen{Bubbles: []Bubble{b}}
}

// shortDoubt is a reason on a button.
func shortDoubt(d party.Doubt) Line {
	switch d {
	case party.CheckDigit:
		return T("doubt.short.digit")
	case party.OldForm:
		return T("doubt.short.old")
	case party.Taken:
		return T("doubt.short.taken")
	case party.Crowd:
		return T("doubt.short.family")
	case party.Burst:
		return T("doubt.short.burst")
	case party.Unclaimed:
		return T("doubt.short.unclaimed")
	case party.OneMobile:
		return T("doubt.short.mobile")
	}
	return T("doubt.short.other")
}

// longDoubt is a reason in a sentence.
func longDoubt(d party.Doubt) Line {
	switch d {
	case party.CheckDigit:
		return T("doubt.digit")
	case party.OldForm:
		return T("doubt.old")
	case party.Taken:
		return T("doubt.taken")
	case party.Crowd:
		return T("doubt.family")
	case party.Burst:
		return T("doubt.burst")
	case party.Unclaimed:
		return T("doubt.unclaimed")
	case party.OneMobile:
		return T("doubt.mobile")
	}
	return T("doubt.other")
}

func askDoubtful(d Reviewing, r Result) Screen {
	e, _ := r.(Doubtful)
	if e.ID == 0 {
		return nothingLeft(d)
	}
	lines := []Line{T("review.name", "name", e.Name)}
	if e.VoterID.IsZero() {
		lines = append(lines, T("review.number", "voterid", e.Masked))
	} else {
		lines = append(lines, T("review.number", "voterid", e.VoterID))
	}
	lines = append(lines, T("review.booth", "booth", placeOf(e.Station)), entryBy(e))
	compare := false
	for _, doubt := range e.Doubts[:min(len(e.Doubts), doubtsShown)] {
		compare = compare || doubt.OfNumber()
		if doubt == party.Taken && !e.Other.IsZero() {
			continue // it is said below, with the day
		}
		lines = append(lines, T("review.doubt", "doubt", longDoubt(doubt)))
	}
	if !e.Other.IsZero() {
		compare = true
		lines = append(lines, T("review.held", "date", e.Other))
	}
	if e.Late {
		lines = append(lines, T("review.waited", "days", e.Days))
	}
	id := strconv.FormatInt(e.ID, 10)
	b := bubble(lines)
	if compare && e.VoterID.IsZero() {
		b.Buttons = append(b.Buttons, []Button{tap("show:"+id, "button.shownumber")})
	}
	for _, x := range []Button{
		tap("accept:"+id, "button.acceptentry"), tap("mend:"+id, "button.mendentry"), tap("refuse:"+id, "button.refuseentry"), tap("skip:"+id, "button.skip"),
	} {
		b.Buttons = append(b.Buttons, []Button{x})
	}
	return Screen{Bubbles: []Bubble{b}}
}

// doubtsShown keeps a screen within nine lines.
const doubtsShown = 3

// entryBy says who recorded an entry, and where.
func entryBy(e Doubtful) Line {
	by := any(e.Enroller)
	if e.Enroller == "" {
		by = T("review.nobody")
	}
	switch e.Via {
	case party.Family:
		return T("review.by.family", "enroller", by)
	case party.Assisted:
		return T("review.by.assisted", "enroller", by)
	}
	return T("review.by.self", "enroller", by)
}

// nothingLeft ends a list: what was skipped is looked at again from the first.
func nothingLeft(d Reviewing) Screen {
	switch {
	case d.After != 0:
		return ask(T("review.end"), tap("first", "button.fromfirst"))
	case d.Doubt != "":
		return ask(T("review.nosuch"))
	}
	return ask(T("review.nothing"))
}

func askWhichOne(d Reviewing, _ Result) Screen {
	return ask(T("review.which", "name", d.Name, "date", d.Other),
		tap("this", "button.thisstands"), tap("other", "button.otherstands"), tap("refuse", "button.refuseentry"))
}

func askRefusing(Reviewing, Result) Screen {
	b := Bubble{Text: []Line{T("review.why")}}
	for _, why := range party.Refusals() {
		b.Buttons = append(b.Buttons, []Button{{ID: "why:" + string(why), Label: refusalButton(why)}})
	}
	return Screen{Bubbles: []Bubble{b}}
}

func refusalButton(why party.Refusal) Line {
	switch why {
	case party.NotOnRoll:
		return T("button.notonroll")
	case party.OthersID:
		return T("button.othersid")
	case party.NotAsked:
		return T("button.notasked")
	case party.Duplicate:
		return T("button.duplicate")
	case party.NotEligible:
		return T("button.noteligible")
	}
	return T("button.otherreason")
}

// toldReason is what a member reads of a refusal. Those that would tell of
// somebody else, that a neighbour is a member or has complained, share one
// sentence with the rest.
func toldReason(why party.Refusal) Line {
	switch why {
	case party.NotOnRoll, party.OthersID:
		return T("refusal.roll")
	case party.NotEligible:
		return T("refusal.eligible")
	}
	return T("refusal.match")
}

// reviewNotice says a notice of this room.
func reviewNotice(n Notice) (Screen, bool) {
	switch n.Kind {
	case NoticeReviewed:
		return ask(T("reviewed.text", "name", n.Name, "number", n.Number), global("card", "button.card"), global("mydata", "button.mydata")), true
	case NoticeRefused:
		return ask(T("refused.text", "name", n.Name, "number", n.Number, "reason", toldReason(party.Refusal(n.Reason))),
			global("start", "button.join"), global("grievance", "button.complain")), true
	case NoticeDoubtful:
		lines := []Line{T("doubtful.text", "count", n.Count)}
		if n.Total > 0 {
			lines = append(lines, T("review.late", "count", n.Total))
		}
		return Screen{Bubbles: []Bubble{bubble(lines, global("review", "button.review"))}}, true
	}
	return Screen{}, false
}
