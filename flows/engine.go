package flows

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sadasya/party"
)

// Limits on refused numbers within one conversation: they slow down whoever
// tries numbers, and give an honest person time to fetch the card.
const (
	RefusedLimit = 5
	CoolOff      = 15 * time.Minute
)

// Engine steps sessions through the flows.
type Engine struct{ flows map[string]flow }

// New returns an engine with every flow.
func New() *Engine {
	e := &Engine{flows: map[string]flow{}}
	for _, f := range []flow{enroll(), withdraw(), about(), appoint()} {
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
	if in.Album != "" {
		if in.Album == s.Album {
			return t, nil // the rest of an album: answered with its first
		}
		t.Session.Album, t.Changed = in.Album, true
	}
	if s.Active != nil {
		if f, ok := e.flows[s.Active.Flow]; !ok || !f.known(*s.Active) {
			return e.upgrade(t, in)
		}
	}
	if in.Flaw == Edited || in.Flaw == ViaBot || in.Flaw == Forwarded && in.Kind == Command {
		t.remark = problem("problem." + string(in.Flaw))
		return e.present(t, in)
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

// Present shows where the session stands, without changing it.
func (e *Engine) Present(s Session, in Input) (Turn, error) {
	return e.present(Turn{Session: s}, in)
}

// Saving tells whether the session stands where an effect must be finished
// before anything else is heard, and returns that effect's turn.
func (e *Engine) Saving(s Session) (Turn, bool, error) {
	if s.Active == nil {
		return Turn{}, false, nil
	}
	f, ok := e.flows[s.Active.Flow]
	if !ok || !f.known(*s.Active) || !f.durable(*s.Active) {
		return Turn{}, false, nil
	}
	run, works, err := f.run(*s.Active)
	return Turn{Session: s, Run: run}, works, err
}

// Resume goes on with the result of t.Run.
func (e *Engine) Resume(t Turn, r Result) (Turn, error) {
	t.Run, t.Durable = nil, false
	if a, ok := r.(Arrived); ok && a.Stray != 0 {
		t.Session = t.Session.strayed(a.Stray)
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

// enter lets the conversation stand in its present state: an effect to run, or
// a screen to show.
func (e *Engine) enter(t Turn, c Conversation) (Turn, error) {
	t.Session.Active, t.Changed = &c, true
	f := e.flows[c.Flow]
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
	e.dress(&screen, c)
	if below := t.Session.Suspended; below != nil && f.rests(c) && len(screen.Bubbles) == 1 {
		if second, err := e.flows[below.Flow].show(*below, nil); err == nil && !e.reads(*below) {
			e.dress(&second, *below)
			screen.Bubbles = append(screen.Bubbles, second.Bubbles[0])
		}
	}
	return t.say(screen), nil
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
	f, ok := e.flows[c.Flow]
	if !ok || !f.known(*c) {
		return e.upgrade(t, in)
	}
	t.again = true
	run, works, err := f.run(*c)
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
	if !ok {
		t.Session.Active = nil
		return e.arrive(t, in, "")
	}
	c, err := f.renew(old, old.Nonce, true)
	if err != nil {
		return t, err
	}
	t.remark = problem("problem.renewed")
	return e.enter(t, c)
}

// text hands typed words to the present question.
func (e *Engine) text(t Turn, in Input) (Turn, error) {
	t = e.settle(t)
	c := t.Session.Active
	if c == nil {
		return e.arrive(t, in, "")
	}
	f := e.flows[c.Flow]
	if f.guarded(*c) && c.Cool > in.At.Unix() {
		minutes := int(c.Cool-in.At.Unix()+59) / 60
		t.remark = problem("problem.cool", "minutes", minutes)
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
	t.remark = problem("problem.media")
	if c := t.Session.Active; c != nil && in.Kind == Media && in.Text == "photo" {
		if p := e.flows[c.Flow].photo(*c); p != nil {
			t.remark = p
		}
	}
	return e.present(t, in)
}

// moved ends a handler: a new state is entered, or the same one shown again
// with what was wrong.
func (e *Engine) moved(t Turn, c, next Conversation, p *Problem, in Input) (Turn, error) {
	if p != nil && p.Key != "" {
		t.remark = p
	}
	if p != nil && p.Counts {
		if next.Refused++; next.Refused > RefusedLimit {
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

// tap finds out what a button means now. One that the present step does not
// offer, or of another revision, only shows the present screen.
func (e *Engine) tap(t Turn, in Input) (Turn, error) {
	if id, ok := strings.CutPrefix(in.Data, globalPrefix); ok {
		return e.global(t, id, in)
	}
	if s := t.Session.Suspended; s != nil && strings.HasPrefix(in.Data, mark(*s)) {
		t = e.settle(t)
	}
	c := t.Session.Active
	if c == nil {
		return e.present(t, in)
	}
	id, ok := strings.CutPrefix(in.Data, mark(*c))
	if !ok {
		return e.present(t, in)
	}
	f := e.flows[c.Flow]
	switch id {
	case string(back):
		return e.back(t, in)
	case "again":
		return e.again(t, in)
	}
	name, arg := splitID(id)
	next, p, ok, err := f.tap(*c, name, arg)
	if err != nil {
		return t, err
	}
	if !ok {
		return e.present(t, in)
	}
	return e.moved(t, *c, next, p, in)
}

// back goes to the question before, where there is one.
func (e *Engine) back(t Turn, in Input) (Turn, error) {
	c := t.Session.Active
	if c == nil || !e.flows[c.Flow].can(*c, back) {
		return e.present(t, in)
	}
	next, err := e.flows[c.Flow].back(*c)
	if err != nil {
		return t, err
	}
	return e.moved(t, *c, next, nil, in)
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

// mark is what a button's data begins with while it counts: the draft, its
// revision and the state that offered it.
func mark(c Conversation) string {
	nonce := base64.RawURLEncoding.EncodeToString(c.Nonce[:6])
	return nonce + "." + strconv.FormatUint(uint64(c.Rev), 36) + "." + string(c.State) + "."
}

// dress gives the buttons of a conversation's screen their data and adds the
// two that are always there.
func (e *Engine) dress(s *Screen, c Conversation) {
	f := e.flows[c.Flow]
	m := mark(c)
	last := len(s.Bubbles) - 1
	for i := range s.Bubbles {
		sign(s.Bubbles[i].Buttons, m)
	}
	if last < 0 || f.rests(c) {
		return
	}
	foot := make([]Button, 0, 2)
	if f.can(c, back) {
		foot = append(foot, Button{ID: string(back), Label: T("button.back"), Data: m + string(back)})
	}
	foot = append(foot, Button{ID: "g.help", Label: T("button.help"), Data: "g.help"})
	s.Bubbles[last].Buttons = append(s.Bubbles[last].Buttons, foot)
}

func sign(rows [][]Button, m string) {
	for _, row := range rows {
		for i := range row {
			switch b := &row[i]; {
			case b.ID == "":
			case strings.HasPrefix(b.ID, globalPrefix):
				b.Data = b.ID
			default:
				b.Data = m + b.ID
			}
		}
	}
}

// Where names the place a session stands in, for the funnel: "enroll/name".
func (s Session) Where() string {
	if s.Active == nil {
		return ""
	}
	return fmt.Sprintf("%s/%s", s.Active.Flow, s.Active.State)
}
