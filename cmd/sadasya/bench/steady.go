package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"sadasya/party"
)

// share is how much of what it can do a bot is asked for when it is asked for
// steadily.
const share = 0.7

// steadyPairs is how often that is done, at most.
const steadyPairs = 3

// steady measures one of the two while citizens come at a fixed rate, whether
// those before them have their answers or not.
func (m *measuring) steady(ctx context.Context, who string, report *Report) (err error) {
	c, err := start(ctx, m.o, who, report.Screens)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	if _, err := m.play(ctx, c, m.warmUp(), m.o.AtOnce); err != nil {
		return err
	}
	flow := m.newFlow(c, share*report.Median(Updates, who))
	flow.run(ctx, time.Duration(float64(m.o.Citizens)*float64(flow.every)))
	answers, err := flow.harvest()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, c.lastWords())
	}
	slices.Sort(answers)
	report.put(Steady, who, quantile(answers, 0.99))
	return nil
}

// flow lets citizens come at a fixed rate.
type flow struct {
	m     *measuring
	c     *child
	every time.Duration // one citizen
	came  int

	mu      sync.Mutex
	all     sync.WaitGroup
	answers []time.Duration
	failed  error
	gone    []*citizen // those who have their number, to be forgotten
}

// newFlow is one of so many updates a second.
func (m *measuring) newFlow(c *child, updates float64) *flow {
	steps := float64(len(straight("en", "", "", "")))
	return &flow{m: m, c: c, every: time.Duration(float64(time.Second) * steps / updates)}
}

// run lets them come for so long, and waits for the last. An answer is timed from
// when its citizen was to come, however late this process let them.
func (f *flow) run(ctx context.Context, length time.Duration) {
	began := time.Now()
	for due := began; due.Sub(began) < length && ctx.Err() == nil; due = due.Add(f.every) {
		time.Sleep(time.Until(due))
		o := f.m.o
		random := rand.New(rand.NewPCG(o.Seed, uint64(f.came)))
		p := newCitizen(f.c.telegram, o.Codes[f.came%len(o.Codes)], party.Languages()[f.came%2], f.m.people.next(), random)
		f.came++
		f.all.Go(func() { f.enrol(ctx, p, time.Since(due)) })
	}
	f.all.Wait()
}

// remembered is how many of those who are done stay: a call for one may be under
// way still.
const remembered = 1000

func (f *flow) enrol(ctx context.Context, p *citizen, late time.Duration) {
	err := p.enrol(ctx)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.failed = errors.Join(f.failed, err)
		return
	}
	p.answers[0] += late
	f.answers = append(f.answers, p.answers...)
	if f.gone = append(f.gone, p); len(f.gone) > remembered {
		f.c.telegram.Forget(f.gone[0].person)
		f.gone = f.gone[1:]
	}
}

// harvest gives the answers since it was asked last.
func (f *flow) harvest() ([]time.Duration, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	answers := f.answers
	f.answers = nil
	return answers, f.failed
}
