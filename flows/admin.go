package flows

import (
	"slices"
	"strconv"
	"strings"

	"sadasya/party"
)

// What admins look up and take out. Each command is a flow in a file of its own,
// find.go, audit.go, revoke.go; here is what they share, and what one admin asks
// of another.

// What every tool of admins begins with.
const (
	entering State = "entering"
	notAdmin State = "notadmin"
	seeking  State = "seeking"
	showing  State = "showing"

	mayEnter    Event = "may enter"
	mayNotEnter Event = "may not enter"
	isSought    Event = "is sought"
	seeksAgain  Event = "seeks again"
)

// adminCommand finds a command of this room.
func adminCommand(name string) (c command, typed, ok bool) {
	begin := func(flow string) command {
		return command{run: func(e *Engine, t Turn, in Input) (Turn, error) { return e.startTool(t, in, flow, "", nil) }}
	}
	switch name {
	case exportName:
		return begin(exportName), true, true
	case findName:
		return begin(findName), true, true
	case revokeName:
		return begin(revokeName), true, true
	case auditName:
		return command{run: auditCommand}, true, true
	case statsName:
		return command{run: statsCommand}, true, true
	case "agree":
		return command{run: decidesRequest(true), done: requestDecided}, false, true
	case "disagree":
		return command{run: decidesRequest(false), done: requestDecided}, false, true
	}
	return command{}, false, false
}

// startTool begins a tool of admins. Another that is under way gives way to it:
// it holds nothing that could be lost.
func (e *Engine) startTool(t Turn, in Input, flow string, at State, draft any) (Turn, error) {
	if c := t.Session.Active; c != nil && slices.Contains([]string{findName, auditName, revokeName, exportName}, c.Flow) {
		t.Session.Active, t.Changed = nil, true
	}
	return e.start(t, in, flow, at, draft)
}

// enters is the effect of entering of the tool of a command.
func enters[D any](name string) func(D, Nonce) Effect {
	return func(D, Nonce) Effect { return Enter{Command: name} }
}

// entered goes on to the tool, or to where it is said that it is for admins.
func entered[D any](d D, r Result) (D, Event, *Problem) {
	if in, _ := r.(Entered); !in.May {
		return d, mayNotEnter, nil
	}
	return d, mayEnter, nil
}

func askNotAdmin[D any](D, Result) Screen {
	return ask(T("admin.none"), global("go", "button.goon"))
}

// flawed answers what is not taken as it came: an office's command is written
// down as refused.
func (e *Engine) flawed(t Turn, in Input) (Turn, error) {
	t.remark = problem("problem." + string(in.Flaw))
	name, ok := OfOffice(in.Name)
	if in.Kind != Command || !ok {
		return e.present(t, in)
	}
	t.Run = NoteRefusal{Command: name, Why: in.Flaw}
	t.command = &command{done: func(e *Engine, t Turn, _ Result) (Turn, error) {
		t.command = nil
		if t.Session.Active == nil {
			return t.say(Screen{Bubbles: []Bubble{bubble(nil, global("start", "button.join"), global("help", "button.help"))}}), nil
		}
		return e.present(t, in)
	}}
	return t, nil
}

// OfOffice tells whether a command as it was typed is one of an office's tools,
// and its name.
func OfOffice(typed string) (name string, ok bool) {
	name = strings.ToLower(typed)
	for _, o := range []party.Office{party.Enroller, party.Chief, party.Admin} {
		if slices.Contains(toolsOf(o), name) {
			return name, true
		}
	}
	return "", false
}

// The kinds of notice of this room.
const (
	NoticeAsked     NoticeKind = "asked"     // to an admin: another wants Name as admin, or no more; ID is the request
	NoticeAgreed    NoticeKind = "agreed"    // to who asked: Name is admin, or no more
	NoticeAgainst   NoticeKind = "against"   // to who asked: another admin does not agree
	NoticeRevoked   NoticeKind = "revoked"   // to who held an office, with Reason
	NoticeMadeAdmin NoticeKind = "madeadmin" // to who is admin now
)

// AskedToGive marks, as a notice's Reason, that an admin was to be made.
const AskedToGive = "give"

// adminNotice says a notice of this room.
func adminNotice(n Notice) (Screen, bool) {
	give := n.Reason == AskedToGive
	switch n.Kind {
	case NoticeAsked:
		line := T("request.revoke", "name", n.Name, "by", n.Words, "reason", Why(n.Reason))
		if give {
			line = T("request.give", "name", n.Name, "by", n.Words)
		}
		id := strconv.FormatInt(n.ID, 10)
		return ask(line, global("agree:"+id, "button.agreeing"), global("disagree:"+id, "button.notagreeing")), true
	case NoticeAgreed:
		return ask(T(either(give, "request.given", "request.revoked"), "name", n.Name)), true
	case NoticeAgainst:
		return ask(T("request.against", "name", n.Name)), true
	case NoticeMadeAdmin:
		return ask(T("request.made"), global("appoint", "button.appoint")), true
	case NoticeRevoked:
		return ask(T("revoke.told", "reason", Why(n.Reason)), global("grievance", "button.grievance")), true
	}
	return Screen{}, false
}

func either(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// decidesRequest answers what another admin asked.
func decidesRequest(yes bool) func(*Engine, Turn, Input) (Turn, error) {
	return func(_ *Engine, t Turn, in Input) (Turn, error) {
		id, err := strconv.ParseInt(in.Text, 10, 64)
		if err != nil {
			id = 0
		}
		t.Run = DecideRequest{ID: id, Yes: yes}
		return t, nil
	}
}

func requestDecided(_ *Engine, t Turn, r Result) (Turn, error) {
	decided, ok := r.(RequestDecided)
	if !ok {
		return t, errResult
	}
	line := T("request.gone")
	switch decided.Outcome {
	case Done:
		line = T(either(decided.Give, "request.given", "request.revoked"), "name", decided.Name)
	case Refused:
		line = T("request.kept")
		if decided.Give {
			line = T("request.refused", "name", decided.Name)
		}
	case TooEarly:
		line = T("request.early")
	case Own:
		line = T("request.own")
	}
	return t.say(ask(line, global("go", "button.goon"))), nil
}
