package flows

import "strconv"

// Cases: what assisted people bring before an admin outside the area. No state
// is kept: a case is shown, and decided by a button that names it.

// claimCommand finds a command of this room.
func claimCommand(name string) (c command, typed, ok bool) {
	switch name {
	case "cases":
		return command{run: loadCases, done: showCase}, true, true
	case "stopped":
		return command{run: eraseStopped}, false, true
	case "stands":
		return command{run: decideCase(true), done: caseDecided}, false, true
	case "putout":
		return command{run: decideCase(false), done: caseDecided}, false, true
	}
	return command{}, false, false
}

func loadCases(_ *Engine, t Turn, in Input) (Turn, error) {
	t.Run = LoadCases{At: pageOf(in.Text, 0)}
	return t, nil
}

func showCase(_ *Engine, t Turn, r Result) (Turn, error) {
	cases, ok := r.(Cases)
	if !ok {
		return t, errResult
	}
	switch {
	case !cases.Power:
		return t.say(ask(T("cases.notyours"), global("go", "button.goon"))), nil
	case cases.Case == nil:
		return t.say(ask(T("cases.none"), global("go", "button.goon"))), nil
	}
	c := cases.Case
	what := T("cases.unasked")
	if c.Kind == CaseClaimedTwice {
		what = T("cases.twice")
	}
	lines := []Line{
		T("cases.title", "n", cases.At+1, "count", cases.Count),
		T("cases.what", "what", what, "date", c.On),
		T("cases.number", "number", c.Number, "station", placeOf(c.Station)),
		T("cases.by", "by", c.By, "recorded", c.Recorded, "complaints", c.Complaints),
		T("cases.ask"),
	}
	id := strconv.FormatInt(c.ID, 10)
	buttons := []Button{global("stands:"+id, "button.stands"), global("putout:"+id, "button.putout")}
	if cases.At+1 < cases.Count {
		buttons = append(buttons, global("cases:"+itoa(cases.At+1), "button.next"))
	}
	return t.say(Screen{Bubbles: []Bubble{bubble(lines, append(buttons, global("go", "button.goon"))...)}}), nil
}

func decideCase(stands bool) func(*Engine, Turn, Input) (Turn, error) {
	return func(_ *Engine, t Turn, in Input) (Turn, error) {
		id, _ := strconv.ParseInt(in.Text, 10, 64) // 0 names no case
		t.Run = DecideCase{ID: id, Stands: stands}
		return t, nil
	}
}

func caseDecided(_ *Engine, t Turn, r Result) (Turn, error) {
	done, ok := r.(CaseDecided)
	if !ok {
		return t, errResult
	}
	line := T("cases.gone")
	switch {
	case done.Number != "" && done.Stands:
		line = T("cases.stands", "number", done.Number)
	case done.Number != "":
		line = T("cases.putout", "number", done.Number)
	}
	return t.say(ask(line, global("cases", "button.cases"), global("go", "button.goon"))), nil
}

// claimNotice says a notice of this room: to admins how many cases wait and no
// name, to who brought one what became of it.
func claimNotice(n Notice) (Screen, bool) {
	switch n.Kind {
	case NoticeCases:
		return ask(T("cases.notice", "count", n.Count), global("cases", "button.cases")), true
	case NoticeDecided:
		if n.Reason == "stands" {
			return ask(T("claim.stands"), global("help", "button.help")), true
		}
		return ask(T("claim.putout"), global("help", "button.help")), true
	}
	return Screen{}, false
}
