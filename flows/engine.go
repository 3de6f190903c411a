package flows

import (
	"errors"
	"strings"
	"time"
	"unicode"

	"sadasya/party"
)

// CoolOff is the pause after too many refused numbers for one record: it slows
// down whoever tries numbers, and gives an honest person time to fetch the card.
const CoolOff = 15 * time.Minute

// Engine steps sessions through the flows.
type Engine struct{ flows map[string]flow }

// New returns an engine with every flow.
func New() *Engine {
	e := &Engine{flows: map[string]flow{}}
	for _, f := range []flow{
		enroll(), withdraw(), about(), accept(), appoint(), team(), resign(), coverage(), find(), audit(), revoke(), export(),
		claim(), review(), assist(),
		broadcast(),
	} {
		e.flows[f.name()] = f
	}
	return e
}

// Turn is what one input brings about, so far. While Run is set the effect must
// be performed and its result given to Resume; when it is nil, Session must be
// saved if Changed, and Screen shown.
type Turn struct {
	Session Session
	Changed bool
	Run     Effect
	Durable bool // Session must be saved before Run
	Screen  Screen
	Delete  bool // the person's message must leave the chat

	remark  *Problem // said above the screen at the turn's end
	command *command // the stateless command that Run belongs to
	again   bool     // the present state is only shown
}

// Step takes one input. It never refuses: whatever comes, the turn ends in a
// screen. An error is one of logic.
func (e *Engine) Step(s Session, in Input) (Turn, error) {
	t := Turn{Session: s}
	in.Text = printable(in.Text)
	if in.Album != "" {
		if in.Album == s.Album { // the rest of an album: answered with its first
			t.Delete = e.mustGo(s.Active, in)
			return t, nil
		}
		t.Session.Album, t.Changed = in.Album, true
	}
	t, err := e.renewBelow(t)
	if err != nil {
		return t, err
	}
	if s.Active != nil && !e.knows(*s.Active) {
		return e.upgrade(t, in)
	}
	if in.Flaw == Edited || in.Flaw == ViaBot || in.Flaw == Forwarded && in.Kind == Command {
		return e.flawed(t, in)
	}
	switch in.Kind {
	case Command:
		return e.command(t, in)
	case Tap:
		return e.tap(t, in)
	case Text:
		return e.text(t, in)
	default:
		return e.stray(t, in)
	}
}

// Present shows where the session stands, without changing it. It is for an
// update that comes again: what must not lie in the chat may lie there still.
func (e *Engine) Present(s Session, in Input) (Turn, error) {
	t, err := e.present(Turn{Session: s}, in)
	t.Delete = e.mustGo(s.Active, in)
	return t, err
}

// printable shows a control character for what it is: Telegram refuses a message
// that has a NUL, and Postgres a text. What is said back of it or kept must be
// neither's fault.
func printable(text string) string {
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' }
	if !strings.ContainsFunc(text, control) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if control(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// Queues tells whether the session stands where messages that were typed without
// network, and come all at once, are each wanted.
func (e *Engine) Queues(s Session) bool {
	return s.Active != nil && e.knows(*s.Active) && e.flows[s.Active.Flow].queues()
}

// Saving tells whether the session stands where an effect must be finished
// before anything else is heard, and returns that effect's turn.
func (e *Engine) Saving(s Session) (Turn, bool, error) {
	if s.Active == nil {
		return Turn{}, false, nil
	}
	f := e.flows[s.Active.Flow]
	if !e.knows(*s.Active) || !f.durable(*s.Active) {
		return Turn{}, false, nil
	}
	run, works, err := f.run(*s.Active)
	return Turn{Session: s, Run: run}, works, err
}

// Resume goes on with the result of t.Run.
func (e *Engine) Resume(t Turn, r Result) (Turn, error) {
	t.Run, t.Durable = nil, false
	if tried, ok := r.(strayed); ok && tried.strayDay() != 0 {
		t.Session = t.Session.strayed(tried.strayDay())
		t.Changed = true
	}
	if t.command != nil {
		return t.command.done(e, t, r)
	}
	if t.Session.Active == nil {
		return t, errors.New("a result came for no conversation")
	}
	c, f := *t.Session.Active, e.flows[t.Session.Active.Flow]
	next, p, moved, err := f.done(c, r)
	if err != nil {
		return t, err
	}
	if p != nil {
		t.remark = p
	}
	if a, ok := r.(Arrived); ok && t.Session.Language == "" {
		t.Session.Language = a.Language
	}
	if !moved {
		return e.screen(t, next, r)
	}
	return e.enter(t, next)
}

// text hands typed words to the present question. Where none is open, or only
// buttons answer it, a referral code does what its link does.
func (e *Engine) text(t Turn, in Input) (Turn, error) {
	t = e.settle(t)
	c := t.Session.Active
	if c == nil || !e.flows[c.Flow].takes(*c) {
		if _, err := party.ParseCode(in.Text); err == nil {
			in.Name = "start"
			return e.command(t, in)
		}
	}
	if c == nil {
		return e.arrive(t, in, "")
	}
	f := e.flows[c.Flow]
	if f.guarded(*c) && c.Cool > in.At.Unix() {
		minutes := int(c.Cool-in.At.Unix()+59) / 60
		t.remark = problem("problem.cool", "minutes", minutes)
		t.remark.Delete = e.mustGo(c, in)
		return e.present(t, in)
	}
	next, p, err := f.take(*c, in)
	if err != nil {
		return t, err
	}
	return e.moved(t, *c, next, p, in)
}

// stray answers what is neither words nor a button.
func (e *Engine) stray(t Turn, in Input) (Turn, error) {
	t = e.settle(t)
	if c := t.Session.Active; c != nil && (in.Kind == Location && e.flows[c.Flow].locates(*c) || in.File != "" && e.flows[c.Flow].pictures(*c)) {
		return e.text(t, in)
	}
	t.remark = e.misfit(t.Session.Active, in)
	return e.present(t, in)
}

// misfit is what is wrong with what is neither words nor a button.
func (e *Engine) misfit(c *Conversation, in Input) *Problem {
	if c != nil && in.Kind == Media && in.Text == "photo" {
		if p := e.flows[c.Flow].photo(*c); p != nil {
			return p
		}
	}
	return problem("problem.media")
}

// mustGo tells whether a message that is not answered for itself holds what must
// not lie in the chat: a photo of a card, Aadhaar.
func (e *Engine) mustGo(c *Conversation, in Input) bool {
	if c == nil || !e.knows(*c) {
		return false
	}
	switch in.Kind {
	case Media:
		return e.misfit(c, in).Delete
	case Text:
		_, p, err := e.flows[c.Flow].take(*c, in)
		return err == nil && p != nil && p.Delete
	}
	return false
}

// Where names the place a session stands in, for the funnel: "enroll/name".
func (s Session) Where() string {
	if s.Active == nil {
		return ""
	}
	return s.Active.Flow + "/" + string(s.Active.State)
}
