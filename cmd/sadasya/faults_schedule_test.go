package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"sadasya/bot/telegramtest"
)

// schedule is what is to go wrong, all drawn from a seed. What meets what is left
// to the machine, so the same seed played twice is the same trouble and not the
// same run.
type schedule struct {
	seed    uint64
	cluster bool            // Redis is a cluster
	clocks  []time.Duration // how far each replica's is wrong
	people  []traits
	chaos   telegramtest.Chaos
	acts    []act
}

// traits are a person's of a schedule.
type traits struct{ refuses, second, races, old bool }

// act is one fault.
type act struct {
	fault  fault
	after  int           // deliveries since the people came whom it is to meet
	length time.Duration // of what ends by itself
	beside bool          // more may go wrong meanwhile
	draw   int           // which replica, which master, which statement …
}

// fault is a kind of trouble.
type fault string

// The faults.
const (
	killReplica     fault = "kill -9 of a replica"
	emptyRedis      fault = "Redis emptied"
	restartRedis    fault = "Redis killed and started, empty"
	cutRedis        fault = "Redis cut off"
	swallowRedis    fault = "Redis silent"
	slowRedis       fault = "Redis slow"
	loseMaster      fault = "a master of the cluster lost"
	restartPostgres fault = "Postgres died at once and started"
	cutPostgres     fault = "Postgres cut off"
	swallowPostgres fault = "Postgres silent"
	slowPostgres    fault = "Postgres slow"
	cutCommit       fault = "Postgres cut off after a commit"
	promoteStandby  fault = "a synchronous standby promoted"
	throttle        fault = "Telegram answers 429"
	outage          fault = "Telegram answers 502"
	dropCalls       fault = "calls of Telegram lost, before and after their effect"
	slowCalls       fault = "Telegram slow to answer"
	hangCalls       fault = "calls of Telegram that take effect and are answered too late"
	repeatAll       fault = "one update in five up to 50 times at once"
)

// What may be drawn: with any Redis, with one, with a cluster.
var (
	anywhere = []fault{
		killReplica, restartPostgres, cutPostgres, swallowPostgres, slowPostgres,
		cutCommit, promoteStandby, throttle, outage, dropCalls, slowCalls, hangCalls, repeatAll,
	}
	ofOne      = []fault{emptyRedis, restartRedis, cutRedis, swallowRedis, slowRedis}
	ofClusters = []fault{emptyRedis, loseMaster}
)

// allFaults is how many kinds there are.
var allFaults = len(slices.Compact(slices.Sorted(slices.Values(slices.Concat(anywhere, ofOne, ofClusters)))))

const (
	mostReplicas = 3
	peopleOfAct  = 4
)

// drawSchedule draws the schedule of a seed.
func drawSchedule(seed uint64) schedule {
	s := schedule{seed: seed, cluster: seed%4 == 0}
	r := s.random(1)
	for range 2 + r.IntN(mostReplicas-1) {
		s.clocks = append(s.clocks, time.Duration(r.IntN(3)-1)*30*time.Minute)
	}
	s.chaos = telegramtest.Chaos{Repeat: 0.1, Forget: 0.03, Copies: 1 + r.IntN(5)}
	some := s.deal(r)
	for _, i := range r.Perm(len(some)) {
		s.acts = append(s.acts, act{
			fault: some[i], after: r.IntN(6 * peopleOfAct), beside: r.IntN(3) == 0,
			length: time.Duration(50+r.IntN(450)) * time.Millisecond, draw: r.IntN(1 << 20),
		})
	}
	for range peopleOfAct * len(s.acts) {
		s.people = append(s.people, traits{refuses: r.IntN(12) == 0, second: r.IntN(4) == 0, races: r.IntN(3) == 0, old: r.IntN(2) == 0})
	}
	return s
}

// deal gives what is to go wrong: a kill in every schedule, some that come round
// with the seeds, so that eight in a row have every fault, and some by chance.
func (s schedule) deal(r *rand.Rand) []fault {
	some, may := []fault{killReplica}, append(slices.Clone(anywhere), ofOne...)
	round := int(s.seed - s.seed/4) // among the seeds without a cluster
	if s.cluster {
		some, may = append(some, loseMaster), append(slices.Clone(anywhere), ofClusters...)
		round = int(s.seed / 4)
	}
	for i := range 3 {
		some = append(some, may[(3*round+i)%len(may)])
	}
	for range r.IntN(3) {
		some = append(some, may[r.IntN(len(may))])
	}
	return some
}

// random draws for one purpose, whatever is drawn for the others.
func (s schedule) random(purpose uint64) *rand.Rand { return rand.New(rand.NewPCG(s.seed, purpose)) }

func (s schedule) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d: replicas with clocks %v, a cluster: %v, %d people, updates repeated and answers lost %+v\n",
		s.seed, s.clocks, s.cluster, len(s.people), s.chaos)
	for _, a := range s.acts {
		fmt.Fprintf(&b, "  after %d deliveries: %s", a.after, a)
		if a.beside {
			b.WriteString(", and on meanwhile")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (a act) String() string { return fmt.Sprintf("%s (%d), %v", a.fault, a.draw, a.length) }
