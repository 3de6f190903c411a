package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Soak lets citizens come at a fixed rate for so long and prints each minute what
// the bot holds: memory and goroutines that grow with those who have come would
// show. The last line compares the last third with the second of the run's, which
// may be a tenth more.
func Soak(ctx context.Context, o Options, length time.Duration, updates float64, w io.Writer) (err error) {
	m := &measuring{o: o, people: &people{seed: o.Seed}}
	c, err := start(ctx, o, Bot, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	f := m.newFlow(c, updates)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan struct{})
	go func() {
		f.run(ctx, length)
		close(done)
	}()
	s := &soak{c: c, f: f, w: w, every: min(time.Minute, length/6), began: time.Now(), last: time.Now()}
	fmt.Fprintf(w, "%s; %.0f updates/s for %s\n\n%9s %10s %9s %9s %9s %9s %11s %6s\n", o.Stores, updates, length,
		"after", "updates/s", "p50, ms", "p99, ms", "RSS, MB", "heap, MB", "goroutines", "files")
	err = s.watch(ctx, done)
	stop()
	<-done
	return err
}

// soak is one such run.
type soak struct {
	c     *child
	f     *flow
	w     io.Writer
	every time.Duration
	began time.Time
	last  time.Time // when the last line was written
	held  []usage
}

// watch prints until the citizens stop coming.
func (s *soak) watch(ctx context.Context, done <-chan struct{}) error {
	tick := time.NewTicker(s.every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := s.line(ctx); err != nil {
				return fmt.Errorf("%w\n%s", err, s.c.lastWords())
			}
		case <-done:
			if time.Since(s.last) > s.every/2 { // the last tick comes as the citizens end
				if err := s.line(ctx); err != nil {
					return fmt.Errorf("%w\n%s", err, s.c.lastWords())
				}
			}
			s.sum()
			return ctx.Err()
		}
	}
}

func (s *soak) line(ctx context.Context) error {
	answers, err := s.f.harvest()
	if err != nil {
		return err
	}
	if len(answers) == 0 {
		return errors.New("nobody was answered")
	}
	u, err := s.c.usage(ctx)
	if err != nil {
		return err
	}
	s.held = append(s.held, u)
	took := time.Since(s.last)
	s.last = time.Now()
	slices.Sort(answers)
	_, err = fmt.Fprintf(s.w, "%9s %10.0f %9.2f %9.2f %9.1f %9.1f %11.0f %6.0f\n", time.Since(s.began).Round(time.Second),
		float64(len(answers))/took.Seconds(), quantile(answers, 0.5), quantile(answers, 0.99), u.resident/1e6, u.heap/1e6, u.goroutines, u.files)
	return err
}

// sum compares the means of the second third, when pools are full, and the last.
func (s *soak) sum() {
	third := len(s.held) / 3
	if third == 0 {
		return
	}
	mean := func(part []usage, of func(usage) float64) (sum float64) {
		for _, u := range part {
			sum += of(u)
		}
		return sum / float64(len(part))
	}
	fmt.Fprintf(s.w, "\nthe last third over the second:")
	flat := true
	for _, x := range []struct {
		name string
		of   func(usage) float64
	}{
		{"RSS", func(u usage) float64 { return u.resident }},
		{"heap", func(u usage) float64 { return u.heap }},
		{"goroutines", func(u usage) float64 { return u.goroutines }},
	} {
		grown := mean(s.held[2*third:], x.of) / mean(s.held[third:2*third], x.of)
		fmt.Fprintf(s.w, " %s %.2f", x.name, grown)
		flat = flat && grown <= mostGrown
	}
	fmt.Fprintf(s.w, ", of at most %.2f: %s\n", mostGrown, map[bool]string{true: "reached", false: "missed"}[flat])
}

// mostGrown is by how much what is flat may seem to grow.
const mostGrown = 1.1
