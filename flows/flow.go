// Package flows holds the conversations as finite-state machines, one a file,
// and the engine that steps them. Everything here is pure: a session and an
// input go in, a session, an effect and a screen come out. No store, no clock,
// no randomness. It may import party, party/place and looplab/fsm; locale keys
// are strings.
//
// Begin with enroll.go. A flow is a table: moves that looplab/fsm holds, and
// steps that say what each state asks, takes and runs. Engine in engine.go
// knows what is common to all flows: commands, back, a second conversation.
package flows

import (
	"bytes"
	"context"
	encodingjson "encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/looplab/fsm"
)

// State names a place in a flow, Event a way out of it.
type (
	State string
	Event string
)

// stay is the event of a handler that moves nowhere.
const stay Event = ""

// back is the event that leads to the question before; a state with a move on
// it offers the button.
const back Event = "back"

// Move is one row of a flow's table.
type Move struct {
	On   Event
	From []State
	To   State
}

// Step says what one state does. A state that asks has Ask; a state that works
// has Run and Done and is left by the result, within the same update. With both
// Run and Ask the result is what the question needs to be shown.
type Step[D any] struct {
	Ask   func(D, Result) Screen
	Take  func(D, Input) (D, Event, *Problem)             // typed words
	Taps  map[string]func(D, string) (D, Event, *Problem) // by button, with its argument
	Run   func(D, Nonce) Effect
	Done  func(D, Result) (D, Event, *Problem)
	Photo *Problem     // said to a photo, instead of the usual
	Leads func(D) Lead // another conversation takes its place at once

	Durable  bool // the session is saved before Run: the effect must not be lost
	Rests    bool // nothing is under way here: another conversation may take over
	Guarded  bool // numbers are taken here: too many refused ones bring a pause
	Locates  bool // Take understands a location too
	Pictures bool // Take understands a photo too
	Clears   bool // the conversation suspended below is forgotten
}

// Lead is the conversation that another one leads to.
type Lead struct {
	Flow  string
	At    State
	Draft any // of that flow
}

// Table is one flow. D is its draft: the answers so far, kept as JSON.
type Table[D any] struct {
	Name    string
	Version int
	First   State
	Entries []State // other states in which it may begin
	Moves   []Move
	Steps   map[State]Step[D]
	Back    func(D, State) Event // which event the button back fires; nil: back
	Greet   func(D, Arrived) D   // learns of an inviter in mid-conversation; nil: does not
	Renew   func(D, bool) D      // the draft to begin again with, its answers kept or not; nil: empty
	Begun   func(D) bool         // there are answers that a new start would lose; nil: never
	Queues  bool                 // each message is wanted, however many come at once

	once sync.Once
	ways map[State]map[Event]State // see to
}

// flow is a Table without its draft's type.
type flow interface {
	name() string
	begin(n Nonce, at State, draft any) (Conversation, error)
	known(c Conversation) bool
	rests(c Conversation) bool
	durable(c Conversation) bool
	guarded(c Conversation) bool
	locates(c Conversation) bool
	pictures(c Conversation) bool
	clears(c Conversation) bool
	takes(c Conversation) bool
	leads(c Conversation) (l Lead, ok bool, err error)
	can(c Conversation, ev Event) bool
	run(c Conversation) (e Effect, works bool, err error)
	show(c Conversation, r Result) (Screen, error)
	done(c Conversation, r Result) (Conversation, *Problem, bool, error)
	take(c Conversation, in Input) (Conversation, *Problem, error)
	tap(c Conversation, id, arg string) (Conversation, *Problem, bool, error)
	back(c Conversation) (Conversation, error)
	fire(c Conversation, ev Event) (Conversation, error)
	greet(c Conversation, a Arrived) (Conversation, error)
	renew(c Conversation, n Nonce, keep bool) (Conversation, error)
	begun(c Conversation) bool
	queues() bool
	photo(c Conversation) *Problem
	draw() (string, error)
	arrows() (first State, list []Arrow)
	check() []error
}

func (t *Table[D]) name() string { return t.Name }
func (t *Table[D]) queues() bool { return t.Queues }

func (t *Table[D]) begin(n Nonce, at State, draft any) (Conversation, error) {
	if at == "" {
		at = t.First
	}
	c := Conversation{Flow: t.Name, Version: t.Version, State: at, Nonce: n}
	if draft == nil {
		return c, nil
	}
	d := draft.(D)
	c.read = &d
	var err error
	c.Draft, err = encode(&d)
	return c, err
}

// known tells whether this program understands where the conversation stands.
func (t *Table[D]) known(c Conversation) bool {
	_, ok := t.Steps[c.State]
	return ok && c.Version == t.Version
}

func (t *Table[D]) rests(c Conversation) bool    { return t.Steps[c.State].Rests }
func (t *Table[D]) durable(c Conversation) bool  { return t.Steps[c.State].Durable }
func (t *Table[D]) guarded(c Conversation) bool  { return t.Steps[c.State].Guarded }
func (t *Table[D]) locates(c Conversation) bool  { return t.Steps[c.State].Locates }
func (t *Table[D]) pictures(c Conversation) bool { return t.Steps[c.State].Pictures }
func (t *Table[D]) clears(c Conversation) bool   { return t.Steps[c.State].Clears }
func (t *Table[D]) takes(c Conversation) bool    { return t.Steps[c.State].Take != nil }

// leads tells which conversation takes the place of c, if any.
func (t *Table[D]) leads(c Conversation) (l Lead, ok bool, err error) {
	step := t.Steps[c.State]
	if step.Leads == nil {
		return l, false, nil
	}
	d, err := t.draft(c)
	if err != nil {
		return l, false, err
	}
	return step.Leads(*d), true, nil
}

func (t *Table[D]) photo(c Conversation) *Problem {
	return t.Steps[c.State].Photo
}

func (t *Table[D]) can(c Conversation, ev Event) bool {
	_, ok := t.to(c.State, ev)
	return ok
}

// run gives the effect that the state needs, where it works at all.
func (t *Table[D]) run(c Conversation) (e Effect, works bool, err error) {
	step := t.Steps[c.State]
	if step.Run == nil {
		return nil, false, nil
	}
	d, err := t.draft(c)
	if err != nil {
		return nil, false, err
	}
	return step.Run(*d, c.Nonce), true, nil
}

func (t *Table[D]) show(c Conversation, r Result) (Screen, error) {
	step := t.Steps[c.State]
	if step.Ask == nil {
		return Screen{}, fmt.Errorf("flow %s: state %s shows nothing", t.Name, c.State)
	}
	d, err := t.draft(c)
	if err != nil {
		return Screen{}, err
	}
	return step.Ask(*d, r), nil
}

// done hands a result to a working state; moved tells whether it was left.
func (t *Table[D]) done(c Conversation, r Result) (next Conversation, p *Problem, moved bool, err error) {
	step := t.Steps[c.State]
	if step.Done == nil {
		return c, nil, false, nil
	}
	next, p, err = t.apply(c, func(d D) (D, Event, *Problem) { return step.Done(d, r) })
	return next, p, next.State != c.State, err
}

func (t *Table[D]) take(c Conversation, in Input) (Conversation, *Problem, error) {
	step := t.Steps[c.State]
	if step.Take == nil {
		if step.Rests {
			return c, nil, nil
		}
		return c, problem("problem.tap"), nil
	}
	return t.apply(c, func(d D) (D, Event, *Problem) { return step.Take(d, in) })
}

func (t *Table[D]) tap(c Conversation, id, arg string) (Conversation, *Problem, bool, error) {
	handle, ok := t.Steps[c.State].Taps[id]
	if !ok {
		return c, nil, false, nil
	}
	next, p, err := t.apply(c, func(d D) (D, Event, *Problem) { return handle(d, arg) })
	return next, p, true, err
}

func (t *Table[D]) back(c Conversation) (Conversation, error) {
	next, _, err := t.apply(c, func(d D) (D, Event, *Problem) {
		if t.Back != nil {
			return d, t.Back(d, c.State), nil
		}
		return d, back, nil
	})
	return next, err
}

func (t *Table[D]) fire(c Conversation, ev Event) (Conversation, error) {
	next, _, err := t.apply(c, func(d D) (D, Event, *Problem) { return d, ev, nil })
	return next, err
}

func (t *Table[D]) greet(c Conversation, a Arrived) (Conversation, error) {
	if t.Greet == nil {
		return c, nil
	}
	next, _, err := t.apply(c, func(d D) (D, Event, *Problem) { return t.Greet(d, a), stay, nil })
	return next, err
}

// renew begins a conversation again: with the answers of its draft that this
// program still understands, or without them.
func (t *Table[D]) renew(c Conversation, n Nonce, keep bool) (Conversation, error) {
	fresh := Conversation{Flow: t.Name, Version: t.Version, State: t.First, Nonce: n}
	d, err := t.draft(c)
	if err != nil || t.Renew == nil {
		return fresh, nil // an unreadable draft has no answers to keep
	}
	renewed := t.Renew(*d, keep)
	fresh.read = &renewed
	fresh.Draft, err = encode(&renewed)
	return fresh, err
}

func (t *Table[D]) begun(c Conversation) bool {
	d, err := t.draft(c)
	return err == nil && t.Begun != nil && t.Begun(*d)
}

// apply runs one handler: the draft is decoded, the event fired on a machine of
// its own, the revision raised where an answer changed.
func (t *Table[D]) apply(c Conversation, handle func(D) (D, Event, *Problem)) (Conversation, *Problem, error) {
	d, err := t.draft(c)
	if err != nil {
		return c, nil, err
	}
	next, ev, p := handle(*d)
	if !reflect.DeepEqual(&next, d) { // often the same, and to encode costs more
		raw, err := encode(&next)
		if err != nil {
			return c, nil, err
		}
		if !bytes.Equal(raw, c.Draft) {
			c.Draft, c.Rev = raw, c.Rev+1
		}
	}
	c.read = &next
	if ev == stay {
		return c, p, nil
	}
	to, ok := t.to(c.State, ev)
	if !ok {
		return c, nil, fmt.Errorf("flow %s: event %q leads nowhere from %s", t.Name, ev, c.State)
	}
	c.State = to
	return c, p, nil
}

// machine builds a looplab machine of the moves, with neither callbacks nor
// metadata.
func (t *Table[D]) machine() *fsm.FSM { return fsm.NewFSM(string(t.First), t.events(), nil) }

// to tells where an event leads from a state. looplab is asked once for every
// event of every state: a machine takes locks and a context for each step.
func (t *Table[D]) to(from State, ev Event) (next State, ok bool) {
	t.once.Do(func() {
		t.ways = map[State]map[Event]State{}
		m := t.machine()
		for state := range t.Steps {
			t.ways[state] = map[Event]State{}
			m.SetState(string(state))
			for _, on := range m.AvailableTransitions() {
				m.SetState(string(state))
				err := m.Event(context.Background(), on)
				if none := (fsm.NoTransitionError{}); err == nil || errors.As(err, &none) {
					t.ways[state][Event(on)] = State(m.Current())
				}
			}
		}
	})
	next, ok = t.ways[from][ev]
	return next, ok
}

func (t *Table[D]) events() []fsm.EventDesc {
	events := make([]fsm.EventDesc, 0, len(t.Moves))
	for _, move := range t.Moves {
		from := make([]string, len(move.From))
		for i, s := range move.From {
			from[i] = string(s)
		}
		events = append(events, fsm.EventDesc{Name: string(move.On), Src: from, Dst: string(move.To)})
	}
	return events
}

// draft is what a conversation's draft says. Nobody writes into it.
func (t *Table[D]) draft(c Conversation) (*D, error) {
	if d, ok := c.read.(*D); ok {
		return d, nil
	}
	d := new(D)
	if len(c.Draft) == 0 {
		return d, nil
	}
	if err := json.Unmarshal(c.Draft, d, trusting); err != nil {
		return d, fmt.Errorf("flow %s: draft of version %d: %w", t.Name, c.Version, errDraft)
	}
	return d, nil
}

// errDraft stands for what encoding/json says, which may quote an answer.
var errDraft = errors.New("cannot be read")

// encode takes a pointer to a draft, which is not copied.
func encode(d any) (encodingjson.RawMessage, error) {
	raw, err := encodingjson.Marshal(d)
	if err != nil {
		return nil, errDraft
	}
	if string(raw) == "{}" {
		return nil, nil
	}
	return raw, nil
}

// splitID parts a button's id from its argument.
func splitID(id string) (name, arg string) {
	name, arg, _ = strings.Cut(id, ":")
	return name, arg
}
