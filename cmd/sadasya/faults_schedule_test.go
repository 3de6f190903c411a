package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"sadasya/bot/telegramtest"
)

// schedule is what is to go wrong, all drawn from a seed. What meets what is left
// to the machine, so the same seed played twice is the same trouble and not the
// same run.
type schedule struct {
	seed     uint64
	replicas int
	people   []traits
	chaos    telegramtest.Chaos
	acts     []act
}

// traits are a person's of a schedule.
type traits struct{ refuses, second, races bool }

// act is one fault.
type act struct {
	fault  fault
	after  int           // deliveries since the people came whom it is to meet
	length time.Duration // of what ends by itself
	beside bool          // more may go wrong meanwhile
	who    int           // which replica, which master …
}

// fault is a kind of trouble.
type fault string

// The faults.
const (
	killReplica fault = "kill -9 of a replica"
)

var faults = []fault{killReplica}

const (
	peoplePerAct = 4
	mostReplicas = 3
)

// drawSchedule draws the schedule of a seed.
func drawSchedule(seed uint64) schedule {
	s := schedule{seed: seed}
	r := s.random(1)
	s.replicas = 2 + r.IntN(mostReplicas-1)
	s.chaos = telegramtest.Chaos{Repeat: 0.1, Forget: 0.03, Copies: 1 + r.IntN(5)}
	for range 4 + r.IntN(3) {
		s.acts = append(s.acts, act{
			fault: faults[r.IntN(len(faults))], after: r.IntN(9 * peoplePerAct), beside: r.IntN(3) == 0,
			length: time.Duration(50+r.IntN(450)) * time.Millisecond, who: r.IntN(6),
		})
	}
	for range peoplePerAct * len(s.acts) {
		s.people = append(s.people, traits{refuses: r.IntN(12) == 0, second: r.IntN(4) == 0, races: r.IntN(3) == 0})
	}
	return s
}

// random draws for one purpose, whatever is drawn for the others.
func (s schedule) random(purpose uint64) *rand.Rand { return rand.New(rand.NewPCG(s.seed, purpose)) }

func (s schedule) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d: %d replicas, %d people, %+v\n", s.seed, s.replicas, len(s.people), s.chaos)
	for _, a := range s.acts {
		fmt.Fprintf(&b, "  after %d deliveries: %s", a.after, a)
		if a.beside {
			b.WriteString(", and on meanwhile")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (a act) String() string { return fmt.Sprintf("%s (%d), %v", a.fault, a.who, a.length) }
