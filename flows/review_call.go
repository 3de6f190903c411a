package flows

import (
	"strconv"

	"sadasya/party"
)

// Calling back: one in twenty of those whom an enroller recorded is asked by
// telephone whether they agreed. Neither the enroller nor who recorded them
// calls. Who says no is treated as one who complained.

func runCalls(d Reviewing, _ Nonce) Effect { return LoadCall{After: d.After} }

func askCall(d Reviewing, r Result) Screen {
	c, _ := r.(CallDue)
	if c.ID == 0 {
		return noCall(d)
	}
	lines := []Line{T("call.due", "count", c.Left), T("review.name", "name", c.Name), T("review.booth", "booth", placeOf(c.Station)), T("call.by", "enroller", c.Enroller)}
	if c.Again {
		lines = append(lines, T("call.again"))
	}
	id := strconv.FormatInt(c.ID, 10)
	return Screen{Bubbles: []Bubble{bubble(lines, tap("dial:"+id, "button.dial"), tap("skip:"+id, "button.skip"))}}
}

func noCall(d Reviewing) Screen {
	if d.After != 0 {
		return ask(T("call.end"), tap("first", "button.fromfirst"))
	}
	return ask(T("call.nobody"))
}

func runDial(d Reviewing, _ Nonce) Effect { return ShowMobile{ID: d.ID} }

// askDial shows the number and the words to read out, in the person's language.
func askDial(_ Reviewing, r Result) Screen {
	c, _ := r.(CallDue)
	if c.ID == 0 {
		return ask(T("review.gone"))
	}
	lines := []Line{T("call.nomobile", "name", c.Name)}
	if c.Mobile != "" {
		lines = []Line{T("call.dial", "name", c.Name, "mobile", "+91 "+c.Mobile.Display())}
	}
	lines = append(lines, Line{}, callScript(c))
	return Screen{Bubbles: []Bubble{bubble(lines, tap("right", "button.callright"), tap("notfound", "button.callnotfound"), tap("refused", "button.callrefused"))}}
}

func callScript(c CallDue) Line {
	if c.Language == party.English {
		return T("call.script.en", "name", c.Name, "enroller", c.Enroller)
	}
	return T("call.script.hi", "name", c.Name, "enroller", c.Enroller)
}

func tapCallAnswer(a Answer) func(Reviewing, string) (Reviewing, Event, *Problem) {
	return func(d Reviewing, _ string) (Reviewing, Event, *Problem) {
		d.Answer = a
		return d, isAnswered, nil
	}
}

func runAnswer(d Reviewing, _ Nonce) Effect { return RecordCall{ID: d.ID, Answer: d.Answer} }

func doneAnswer(d Reviewing, r Result) (Reviewing, Event, *Problem) {
	c, _ := r.(CallRecorded)
	next := Reviewing{After: d.After}
	switch {
	case c.Name == "":
		return next, callsBack, problem("review.gone")
	case d.Answer == AnswerRight:
		return next, callsBack, problem("call.right", "name", c.Name)
	case d.Answer == AnswerRefused:
		return next, callsBack, problem("call.refused", "name", c.Name)
	case c.Again:
		return next, callsBack, problem("call.notfound", "name", c.Name)
	}
	return next, callsBack, problem("call.notfound.twice", "name", c.Name)
}
