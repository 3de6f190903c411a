// Package bench measures the program beside the floor of its libraries: the bot
// and a bot that does the same with no guarantee play whole conversations in
// turn, as children, on the same stores, against a Telegram of our own. It may
// import everything but package main, and only package main imports it.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"sadasya/bot/telegramtest"
	"sadasya/party"
)

// Options say what is played and where.
type Options struct {
	Citizens int // of each measured run
	AtOnce   int // conversations at once
	Pairs    int // runs of the bot and of the floor, in turn

	Program     string // the executable, which is its own child
	DatabaseURL string
	RedisURL    string
	KeyFile     string
	Codes       []party.Code // of enrollers, spread over the citizens
	Seed        uint64       // people of another seed are others
	Profile     string       // file for a CPU profile of the bot's last run, with ".floor" of the floor's; may be empty
	Stores      string       // in words, for the report
	Progress    io.Writer
	Env         []string           // settings of the bot besides
	Crowd       telegramtest.Crowd // who is written to
}

// run is one of the two, measured once.
type run struct {
	took        time.Duration
	answers     []time.Duration
	cpu         float64 // seconds
	allocations float64
	starting    time.Duration
}

// Run measures and returns the report.
func Run(ctx context.Context, o Options) (*Report, error) {
	m := &measuring{o: o, people: &people{seed: o.Seed}, sizes: newSizes(o)}
	defer m.sizes.close()
	report := &Report{Options: o}
	var err error
	fmt.Fprintln(o.Progress, "the screens, and what a session takes")
	if report.Screens, err = m.probe(ctx, report); err != nil {
		return nil, err
	}
	before, err := m.sizes.tables(ctx)
	if err != nil {
		return nil, err
	}
	for i := range o.Pairs {
		order := []string{Bot, Floor}
		if i%2 == 1 {
			slices.Reverse(order)
		}
		for _, who := range order {
			fmt.Fprintf(o.Progress, "pair %d of %d: %s\n", i+1, o.Pairs, who)
			profile := ""
			if i == o.Pairs-1 && o.Profile != "" {
				profile = o.Profile + map[string]string{Floor: ".floor"}[who]
			}
			r, err := m.measure(ctx, who, report.Screens, profile)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", who, err)
			}
			report.add(who, r)
		}
	}
	if err := m.sizes.members(ctx, before, report); err != nil {
		return nil, err
	}
	for range min(o.Pairs, steadyPairs) {
		for _, who := range []string{Bot, Floor} {
			fmt.Fprintf(o.Progress, "at %.0f %% of its updates a second: %s\n", 100*share, who)
			if err := m.steady(ctx, who, report); err != nil {
				return nil, fmt.Errorf("%s: %w", who, err)
			}
		}
	}
	fmt.Fprintln(o.Progress, "round trips")
	for _, who := range []string{Bot, Floor} {
		if err := m.trips(ctx, who, report); err != nil {
			return nil, fmt.Errorf("%s: %w", who, err)
		}
	}
	return report, nil
}

// The two that are measured.
const (
	Bot   = "bot"
	Floor = "floor"
)

type measuring struct {
	o      Options
	people *people
	sizes  *sizes
}

// warmUp are citizens before those who count: pools fill, statements are
// prepared.
func (m *measuring) warmUp() int { return max(m.o.AtOnce*2, m.o.Citizens/10) }

// measure starts one of the two, lets citizens enrol and ends it.
func (m *measuring) measure(ctx context.Context, who string, screens Screens, profile string) (r run, err error) {
	c, err := start(ctx, m.o, who, screens)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	if _, err := m.play(ctx, c, m.warmUp(), m.o.AtOnce); err != nil {
		return r, err
	}
	before, err := c.usage(ctx)
	if err != nil {
		return r, err
	}
	profiled := c.profile(ctx, profile, time.Duration(m.o.Citizens)*3*time.Millisecond)
	began := time.Now()
	if r.answers, err = m.play(ctx, c, m.o.Citizens, m.o.AtOnce); err != nil {
		return r, err
	}
	r.took = time.Since(began)
	after, err := c.usage(ctx)
	if err != nil {
		return r, err
	}
	r.cpu, r.allocations, r.starting = after.cpu-before.cpu, after.allocations-before.allocations, c.starting
	return r, <-profiled
}

// trips counts round trips by proxies in a run of its own, which is not timed.
func (m *measuring) trips(ctx context.Context, who string, report *Report) error {
	redis, err := newProxy(m.o.RedisURL)
	if err != nil {
		return err
	}
	defer redis.close()
	database, err := newProxy(m.o.DatabaseURL)
	if err != nil {
		return err
	}
	defer database.close()
	o := m.o
	o.RedisURL, o.DatabaseURL = redis.url, database.url
	c, err := start(ctx, o, who, report.Screens)
	if err != nil {
		return err
	}
	if _, err = m.play(ctx, c, 20, 4); err == nil {
		redis.turns.Store(0)
		database.turns.Store(0)
		var answers []time.Duration
		answers, err = m.play(ctx, c, 100, 4)
		report.trips(who, redis.turns.Load(), database.turns.Load(), len(answers))
	}
	return errors.Join(err, c.stop())
}

// probe plays one citizen in each language up to the check card and on: the
// screens are what the floor shows, and the session's size is told.
func (m *measuring) probe(ctx context.Context, report *Report) (Screens, error) {
	c, err := start(ctx, m.o, Bot, nil)
	if err != nil {
		return nil, err
	}
	screens := Screens{}
	for _, l := range party.Languages() {
		known, err := m.sizes.keys(ctx)
		if err != nil {
			break
		}
		p := newCitizen(c.telegram, m.o.Codes[0], l, m.people.next(), rand.New(rand.NewPCG(1, 1)))
		p.atCheck = func() error {
			n, err := m.sizes.session(ctx, known)
			report.size("bytes of a session", Bot, n)
			return err
		}
		if err = p.enrol(ctx); err != nil {
			return nil, errors.Join(err, c.stop())
		}
		screens[l] = Conversation{Name: p.name, VoterID: p.voterID, Number: p.number, Screens: p.screens}
	}
	if err = errors.Join(err, c.stop()); err != nil {
		return nil, err
	}
	if c, err = start(ctx, m.o, Floor, screens); err != nil {
		return nil, err
	}
	known, err := m.sizes.keys(ctx)
	if err == nil {
		p := newCitizen(c.telegram, m.o.Codes[0], party.English, m.people.next(), rand.New(rand.NewPCG(1, 1)))
		p.atCheck = func() error {
			n, err := m.sizes.session(ctx, known)
			report.size("bytes of a session", Floor, n)
			return err
		}
		err = p.enrol(ctx)
	}
	return screens, errors.Join(err, c.stop())
}

// play lets n citizens enrol, so many at once, and gives how long each answer
// took.
func (m *measuring) play(ctx context.Context, c *child, n, atOnce int) ([]time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	citizens := make([]*citizen, n)
	for i := range citizens {
		random := rand.New(rand.NewPCG(m.o.Seed, uint64(i)))
		citizens[i] = newCitizen(c.telegram, m.o.Codes[i%len(m.o.Codes)], party.Languages()[i%2], m.people.next(), random)
	}
	next := make(chan *citizen)
	results := make(chan error, atOnce)
	for range atOnce {
		go func() {
			var failed error
			for p := range next {
				if failed == nil {
					failed = p.enrol(ctx)
				}
			}
			results <- failed
		}()
	}
	for _, p := range citizens {
		next <- p
	}
	close(next)
	var err error
	for range atOnce {
		err = errors.Join(err, <-results)
	}
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, c.lastWords())
	}
	var answers []time.Duration
	for _, p := range citizens {
		answers = append(answers, p.answers...)
	}
	return answers, nil
}

// newTelegram is one that remembers no calls.
func newTelegram(o Options) (*telegramtest.Server, error) {
	return telegramtest.Listen(telegramtest.Options{Keep: 1, Crowd: o.Crowd})
}
