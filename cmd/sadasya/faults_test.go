package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sadasya/bot/telegramtest"
	"sadasya/cmd/sadasya/historytest"
	"sadasya/party"
)

var seeds = flag.Int("seeds", 8, "how many schedules TestFaults plays, of the seeds from -seed on")

// TestFaults plays schedules of faults while people enrol with two or three
// replicas, each drawn from a seed (faults_schedule_test.go) and carried out
// (faults_hands_test.go) on real stores (faults_house_test.go). After each, what everyone saw must be
// explained by the model of historytest and by the rows, the figures must be those
// of the rows, and nothing may be stuck (faults_check_test.go). docs/faults.md
// tells how to play one again.
func TestFaults(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for i := range uint64(*seeds) {
		s := drawSchedule(*seed + i)
		t.Run(fmt.Sprintf("seed=%d", s.seed), func(t *testing.T) {
			p := newDrill(t, h, s)
			p.run()
			p.check()
			if t.Failed() {
				t.Logf("play it again: make faults SEED=%d SEEDS=1\n%s", s.seed, s)
			}
		})
	}
	for _, f := range slices.Sorted(maps.Keys(h.met)) {
		t.Logf("%s: met %d people", f, h.met[f])
	}
	if *seeds >= everyFault && len(h.met) < allFaults {
		t.Errorf("of %d faults %d met anybody", allFaults, len(h.met))
	}
}

// everyFault is how many schedules in a row have every fault.
const everyFault = 8

func TestEightSchedulesHaveEveryFault(t *testing.T) {
	t.Parallel()
	for first := range uint64(100) {
		drawn := map[fault]bool{}
		for i := range uint64(everyFault) {
			for _, a := range drawSchedule(first + i).acts {
				drawn[a.fault] = true
			}
		}
		if len(drawn) != allFaults {
			t.Errorf("of %d faults %d are in the eight from %d on", allFaults, len(drawn), first)
		}
	}
}

// drill is one schedule under way.
type drill struct {
	t        *testing.T
	house    *house
	schedule schedule
	telegram *telegramtest.Server
	replicas []*replica
	killing  [mostReplicas]sync.Mutex
	people   []*citizen
	began    time.Time
	underway atomic.Int64 // people who enrol now

	mu         sync.Mutex
	more       sync.Cond // deliveries
	deliveries []telegramtest.Delivery
	troubles   historytest.History
}

// newDrill starts what one schedule needs of its own.
func newDrill(t *testing.T, h *house, s schedule) *drill {
	p := &drill{t: t, house: h, schedule: s, began: time.Now()}
	p.more.L = &p.mu
	p.telegram = telegramtest.NewServer(telegramtest.Options{Backoff: 50 * time.Millisecond, Seed: s.seed})
	t.Cleanup(p.telegram.Close)
	p.telegram.OnDelivery(p.deliver)
	var bases []string
	var starting sync.WaitGroup
	for _, offset := range s.clocks {
		r := newReplica(t, p.telegram, "http://127.0.0.1:1/telegram", h.database(), h.redisURL(s), h.keys)
		r.args = append(r.args, "--wait=60s")
		r.env = append(r.env, "CLOCK_OFFSET="+offset.String())
		p.replicas, bases = append(p.replicas, r), append(bases, "http://"+r.address)
		starting.Go(r.start)
	}
	starting.Wait()
	p.telegram.SetBackends(bases...)
	p.invite()
	return p
}

// deliver remembers a delivery.
func (p *drill) deliver(d telegramtest.Delivery) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deliveries = append(p.deliveries, d)
	p.more.Broadcast()
}

// await waits for so many deliveries more, or until everybody is through.
func (p *drill) await(n int, done <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n += len(p.deliveries); len(p.deliveries) < n; {
		select {
		case <-done:
			return
		default:
		}
		p.more.Wait()
	}
}

// run lets people come, group by group, and an act of the schedule meet each.
func (p *drill) run() {
	ctx, cancel := context.WithTimeout(p.t.Context(), 3*time.Minute)
	defer cancel()
	p.telegram.SetChaos(p.schedule.chaos)
	var acting sync.WaitGroup
	for i, a := range p.schedule.acts {
		var enrolling sync.WaitGroup
		through := make(chan struct{})
		for n, c := range p.people {
			if n%len(p.schedule.acts) == i {
				enrolling.Go(func() {
					p.underway.Add(1)
					defer p.underway.Add(-1)
					c.err = c.enrol(ctx)
				})
			}
		}
		acting.Go(func() { // who is of this group may still be writing when the next comes
			enrolling.Wait()
			close(through)
			p.mu.Lock()
			defer p.mu.Unlock()
			p.more.Broadcast()
		})
		p.await(a.after, through)
		if a.beside {
			acting.Go(func() { p.do(a) })
		} else {
			p.do(a)
		}
	}
	acting.Wait()
	p.telegram.SetChaos(telegramtest.Chaos{})
	for _, c := range p.people {
		c.Send("?") // all is well again: where does it leave them?
	}
	for _, c := range p.people {
		if err := c.Wait(ctx); err != nil && c.err == nil {
			c.err = fmt.Errorf("no answer when all was well again: %w", err)
		}
	}
}

// do carries out an act, tells whom it met, and notes what Redis lost by it.
func (p *drill) do(a act) {
	held := p.holds(a)
	held.Lock()
	defer held.Unlock()
	began, people := time.Now(), p.underway.Load()
	lost, hurt := p.hurt(a)
	p.mu.Lock()
	defer p.mu.Unlock()
	met, failed := 0, 0
	for _, d := range p.deliveries {
		if d.Ended.Before(began) {
			continue
		}
		if met++; d.Err != nil {
			failed++
		}
	}
	if hurt && people > 0 {
		p.house.mu.Lock()
		p.house.met[a.fault] += int(people)
		p.house.mu.Unlock()
	}
	p.t.Logf("%s: it met %d people, and within %v %d deliveries, of which %d had no answer", a, people, time.Since(began).Round(time.Millisecond), met, failed)
	if lost != "" {
		p.troubles = append(p.troubles, historytest.Op{Act: lost, Began: began.Sub(p.began), Ended: time.Since(p.began)})
	}
}

// invite makes the people of a schedule.
func (p *drill) invite() {
	names := peopleNames(p.t)
	for i, w := range p.schedule.people {
		c := &citizen{
			Person: p.telegram.Person(telegramtest.PersonOptions{Name: "Somebody", Language: string(party.Languages()[i%2])}),
			code:   p.house.codes[0], names: names, random: p.schedule.random(uint64(i) + 10), whims: whims{refuses: w.refuses, races: w.races, old: w.old},
		}
		if w.second {
			c.whims.second = p.house.codes[1]
		}
		p.people = append(p.people, c)
	}
}
