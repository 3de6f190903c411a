package flows

import (
	"fmt"
	"slices"
)

// Check finds what is wrong with the flows' tables: what looplab/fsm would
// accept in silence, and what would leave a person without a way on.
func Check() []error {
	var faults []error
	for _, f := range New().flows {
		faults = append(faults, f.check()...)
	}
	return faults
}

func (t *Table[D]) check() (faults []error) {
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("flow %s: "+format, append([]any{t.Name}, args...)...))
	}
	if _, ok := t.Steps[t.First]; !ok {
		fault("it begins in %s, which has no step", t.First)
	}
	type row struct {
		on   Event
		from State
	}
	rows := map[row]bool{}
	leaves := map[State]int{}
	for _, m := range t.Moves {
		if _, ok := t.Steps[m.To]; !ok {
			fault("%q leads to %s, which has no step", m.On, m.To)
		}
		for _, from := range m.From {
			if _, ok := t.Steps[from]; !ok {
				fault("%q leads from %s, which has no step", m.On, from)
			}
			if rows[row{m.On, from}] {
				fault("%q leads from %s twice", m.On, from)
			}
			rows[row{m.On, from}] = true
			leaves[from]++
		}
	}
	for state, step := range t.Steps {
		for _, words := range step.faults(leaves[state]) {
			fault("state %s %s", state, words)
		}
	}
	for _, state := range t.unreachable() {
		fault("nothing leads to state %s", state)
	}
	return faults
}

// faults of one step that has so many moves out of it.
func (s Step[D]) faults(leaves int) (words []string) {
	asks, works := s.Ask != nil, s.Run != nil
	switch {
	case s.Leads != nil && (asks || works || leaves > 0):
		words = append(words, "leads elsewhere and does something of its own")
	case s.Leads != nil:
	case !asks && !works:
		words = append(words, "neither asks nor works")
	case !asks && s.Done == nil:
		words = append(words, "works and nobody takes the result")
	case s.Done != nil && !works:
		words = append(words, "takes a result of no effect")
	}
	if s.Durable && (asks || !works) {
		words = append(words, "is durable and asks")
	}
	if s.Rests && !asks {
		words = append(words, "rests and shows nothing")
	}
	if !s.Rests && leaves == 0 && s.Leads == nil {
		words = append(words, "has no way out")
	}
	if s.Guarded && s.Take == nil {
		words = append(words, "is guarded and takes nothing")
	}
	return words
}

func (t *Table[D]) unreachable() []State {
	seen := map[State]bool{t.First: true}
	for _, entry := range t.Entries {
		seen[entry] = true
	}
	for grown := true; grown; {
		grown = false
		for _, m := range t.Moves {
			if !seen[m.To] && slices.ContainsFunc(m.From, func(s State) bool { return seen[s] }) {
				seen[m.To], grown = true, true
			}
		}
	}
	var lost []State
	for state := range t.Steps {
		if !seen[state] {
			lost = append(lost, state)
		}
	}
	slices.Sort(lost)
	return lost
}
