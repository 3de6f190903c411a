package flows

import (
	"sadasya/party"
)

// How a turn goes on and ends: a state is entered, shown, left below another.

// enter lets the conversation stand in its present state: an effect to run, or
// a screen to show.
func (e *Engine) enter(t Turn, c Conversation) (Turn, error) {
	f := e.flows[c.Flow]
	if lead, ok, err := f.leads(c); ok || err != nil {
		if err != nil {
			return t, err
		}
		if c, err = e.flows[lead.Flow].begin(c.Nonce, lead.At, lead.Draft); err != nil {
			return t, err
		}
		f = e.flows[c.Flow]
	}
	t.Session.Active, t.Changed = &c, true
	if f.clears(c) {
		t.Session.Suspended = nil
	}
	run, works, err := f.run(c)
	if err != nil {
		return t, err
	}
	if works {
		t.Run, t.Durable = run, f.durable(c)
		return t, nil
	}
	return e.screen(t, c, nil)
}

// screen ends the turn with the screen of c, the remark above it, and under a
// conversation that rests the question of the one suspended below.
func (e *Engine) screen(t Turn, c Conversation, r Result) (Turn, error) {
	if !t.again {
		t.Session.Active, t.Changed = &c, true
	}
	f := e.flows[c.Flow]
	screen, err := f.show(c, r)
	if err != nil {
		return t, err
	}
	sign(screen, c)
	asks := c
	if below := t.Session.Suspended; below != nil && e.knows(*below) && f.rests(c) && len(screen.Bubbles) == 1 {
		if second, err := e.flows[below.Flow].show(*below, nil); err == nil && !e.reads(*below) {
			sign(second, *below)
			screen.Bubbles = append(screen.Bubbles, second.Bubbles[0])
			asks = *below
		}
	}
	return t.say(e.footed(screen, asks)), nil
}

// reads tells whether a state's screen needs a result that is not at hand.
func (e *Engine) reads(c Conversation) bool {
	_, works, err := e.flows[c.Flow].run(c)
	return err != nil || works
}

// say sets the screen, with the remark above it and a line between.
func (t Turn) say(s Screen) Turn {
	if t.remark != nil && len(s.Bubbles) > 0 {
		first := s.Bubbles[0]
		first.Text = append([]Line{t.remark.Line, {}}, first.Text...)
		s.Bubbles[0] = first
		t.Delete = t.Delete || t.remark.Delete
	}
	t.Screen = s
	return t
}

// present shows the state as it stands; a person with no conversation arrives.
func (e *Engine) present(t Turn, in Input) (Turn, error) {
	c := t.Session.Active
	if c == nil {
		return e.arrive(t, in, "")
	}
	if !e.knows(*c) {
		return e.upgrade(t, in)
	}
	t.again = true
	run, works, err := e.flows[c.Flow].run(*c)
	if err != nil {
		return t, err
	}
	if works {
		t.Run = run
		return t, nil
	}
	return e.screen(t, *c, nil)
}

// arrive begins an enrolment for someone of whom nothing is at hand.
func (e *Engine) arrive(t Turn, in Input, code party.Code) (Turn, error) {
	c, err := e.flows[enrollName].begin(in.Nonce, "", Enrolment{Code: code})
	if err != nil {
		return t, err
	}
	return e.enter(t, c)
}

// upgrade begins a conversation again that this program does not know, with
// the answers that it can keep. The nonce stays: what an older program may have
// saved under it is found again and not saved twice.
func (e *Engine) upgrade(t Turn, in Input) (Turn, error) {
	old := *t.Session.Active
	f, ok := e.flows[old.Flow]
	if !ok { // what was suspended below it goes on
		t.Session.Active, t.Session.Suspended, t.Changed = t.Session.Suspended, nil, true
		return e.present(t, in)
	}
	c, err := f.renew(old, old.Nonce, true)
	if err != nil {
		return t, err
	}
	t.remark = problem("problem.renewed")
	return e.enter(t, c)
}

// knows tells whether this program understands where a conversation stands.
func (e *Engine) knows(c Conversation) bool {
	f, ok := e.flows[c.Flow]
	return ok && f.known(c)
}

// renewBelow does for a suspended conversation what upgrade does for the active
// one, before anything can bring it back or show it.
func (e *Engine) renewBelow(t Turn) (Turn, error) {
	below := t.Session.Suspended
	if below == nil || e.knows(*below) {
		return t, nil
	}
	t.Session.Suspended, t.Changed = nil, true
	f, ok := e.flows[below.Flow]
	if !ok {
		return t, nil
	}
	c, err := f.renew(*below, below.Nonce, true)
	t.Session.Suspended = &c
	return t, err
}

// moved ends a handler: a new state is entered, or the same one shown again
// with what was wrong.
func (e *Engine) moved(t Turn, c, next Conversation, p *Problem, in Input) (Turn, error) {
	if p != nil && p.Key != "" {
		t.remark = p
	}
	if p != nil && p.Counts {
		if next.Refused++; next.Refused > in.Refusals {
			next.Refused, next.Cool = 0, in.At.Add(CoolOff).Unix()
			t.remark = &Problem{Line: T("problem.cool", "minutes", int(CoolOff.Minutes())), Delete: p.Delete}
		}
	}
	if next.State == c.State && next.Rev == c.Rev && next.Refused == c.Refused && next.Cool == c.Cool {
		return e.present(t, in)
	}
	return e.enter(t, next)
}

// settle brings a suspended conversation back under a person's hand once the
// one above it rests.
func (e *Engine) settle(t Turn) Turn {
	s := &t.Session
	if s.Active != nil && s.Suspended != nil && e.flows[s.Active.Flow].rests(*s.Active) {
		s.Active, s.Suspended, t.Changed = s.Suspended, nil, true
	}
	return t
}

// start begins a conversation. One that is under way is suspended beneath it;
// where one is suspended already, nothing begins and the person is told.
func (e *Engine) start(t Turn, in Input, flow string, at State, draft any) (Turn, error) {
	s := &t.Session
	if s.Active != nil && !e.flows[s.Active.Flow].rests(*s.Active) {
		if s.Suspended != nil {
			t.remark = problem("problem.two")
			return e.present(t, in)
		}
		s.Suspended = s.Active
	}
	c, err := e.flows[flow].begin(in.Nonce, at, draft)
	if err != nil {
		return t, err
	}
	return e.enter(t, c)
}
