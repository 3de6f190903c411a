package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"sadasya/party"
)

// besides are the rates of a broadcast, and how many citizens a second begin beside
// it. Replies go first: at the free rate of 30 a second more of them than some
// would keep the broadcast from going at all.
var besides = []struct {
	rate, citizens int
	length         time.Duration // of each part
}{
	{28, 1, 20 * time.Second},
	{1000, 20, 10 * time.Second},
}

// errThrough says that a broadcast ended before all was measured beside it.
var errThrough = errors.New("everyone has got it before all was measured: take more recipients, 200,000 or more")

const settleTime = time.Second // after a broadcast was paused or goes on

// beside measures citizens' answers with a broadcast under way and without, in
// pairs.
func (b *broadcasting) beside(ctx context.Context, id, rate, citizens int, length time.Duration) (err error) {
	b.o.Env = []string{"BROADCAST_QUIET=none", fmt.Sprint("BROADCAST_RATE=", rate)}
	c, err := start(ctx, b.o, Bot, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	if _, err := b.play(ctx, c, b.o.AtOnce*2, b.o.AtOnce); err != nil { // pools fill, statements are prepared
		return err
	}
	var idle, busy, rates []float64
	for i := range 2 * b.o.Pairs {
		runs := (i+i/2)%2 == 1 // idle, busy, busy, idle …
		steer, to := b.store.Pause, &idle
		if runs {
			steer, to = b.store.Resume, &busy
		}
		fmt.Fprintf(b.o.Progress, "citizens beside %d/s: %d of %d\n", rate, i+1, 2*b.o.Pairs)
		if _, err := steer(ctx, b.actor(), id); err != nil { // nothing is done where it runs, or rests, already
			return err
		}
		if x, err := b.store.Broadcast(ctx, b.actor(), id); err != nil || runs && x.State != party.BroadcastRunning {
			return cmp.Or(err, errThrough)
		}
		if err := pause(ctx, settleTime); err != nil {
			return err
		}
		began, before := time.Now(), b.written(ctx, id)
		part, cancel := context.WithTimeout(ctx, length)
		answers := b.pace(part, c, citizens)
		cancel()
		if answers.err != nil {
			return answers.err
		}
		if runs {
			rates = append(rates, float64(b.written(ctx, id)-before)/time.Since(began).Seconds())
		}
		*to = append(*to, answers.p95())
	}
	if _, err = b.store.Pause(ctx, b.actor(), id); err != nil {
		return err
	}
	most := max(median(idle)*aimSlower, median(idle)+aimSlowerB)
	b.table.note(fmt.Sprintf("answers p95, idle, %d citizens/s, %d pairs, ms", citizens, b.o.Pairs), cellOf(idle))
	b.table.add(fmt.Sprintf("answers p95 beside %d/s, ms", rate), cellOf(busy), "at most "+short(most), median(busy) <= most)
	b.table.note("messages/s meanwhile", cellOf(rates))
	return nil
}

// written is how many of a broadcast have met a fate.
func (b *broadcasting) written(ctx context.Context, id int) int {
	x, err := b.store.Broadcast(ctx, b.actor(), id)
	if err != nil {
		return 0
	}
	return x.Parts.Audience() - x.Parts[party.Pending]
}

func median(values []float64) float64 {
	r := Report{}
	for _, v := range values {
		r.put("", "", v)
	}
	return r.Median("", "")
}

func cellOf(values []float64) string {
	r := Report{}
	for _, v := range values {
		r.put("", "", v)
	}
	return r.cell("", "")
}

// paced is what citizens felt who came at a steady pace.
type paced struct {
	done    int
	answers []time.Duration
	err     error
}

func (p paced) p95() float64 {
	slices.Sort(p.answers)
	if len(p.answers) == 0 {
		return 0
	}
	return quantile(p.answers, 0.95)
}

// pace lets so many citizens a second begin until ctx ends, and waits for the last.
func (b *broadcasting) pace(ctx context.Context, c *child, aSecond int) (p paced) {
	tick := time.NewTicker(time.Second / time.Duration(aSecond))
	defer tick.Stop()
	results := make(chan *citizen)
	ended := make(chan error)
	under := 0
	finish := func(one *citizen) { p.done, p.answers = p.done+1, append(p.answers, one.answers...) }
	for i := 0; ; i++ {
		select {
		case <-tick.C:
			one := newCitizen(c.telegram, b.o.Codes[i%len(b.o.Codes)], party.Languages()[i%2], b.people.next(), rand.New(rand.NewPCG(b.o.Seed, uint64(i))))
			under++
			go func() {
				if err := one.enrol(context.WithoutCancel(ctx)); err != nil {
					ended <- err
					return
				}
				results <- one
			}()
		case one := <-results:
			under--
			finish(one)
		case err := <-ended:
			under--
			p.err = errors.Join(p.err, err)
		case <-ctx.Done():
			for ; under > 0; under-- {
				select {
				case one := <-results:
					finish(one)
				case err := <-ended:
					p.err = errors.Join(p.err, err)
				}
			}
			return p
		}
	}
}
