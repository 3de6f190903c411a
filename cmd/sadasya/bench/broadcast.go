package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"sadasya/bot/telegramtest"
	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// What is measured of broadcasts, and beside what.
const (
	fewRecipients   = 10_000
	firstSubscriber = 50_000_000_000 // Telegram ids that nobody has
	enrolledASecond = 50             // while an audience is frozen
	sendingTime     = 30 * time.Second
	besideTime      = 10 * time.Second
	besideASecond   = 20

	rememberedSessions = 4500 // more than a process remembers
)

// Broadcast measures a broadcast to many: how fast an audience is frozen while
// others enrol, how fast it is sent without a limit, whether memory grows with the
// audience, and what citizens feel of it. Store is that of the options, Admin an
// admin's account. It writes as it goes.
func Broadcast(ctx context.Context, o Options, store *postgres.Store, admin int64, recipients int, out io.Writer) error {
	m := &measuring{o: o, people: &people{seed: o.Seed}, sizes: newSizes(o)}
	defer m.sizes.close()
	m.o.Crowd = telegramtest.Crowd{First: firstSubscriber, Size: recipients}
	b := &broadcasting{measuring: m, store: store, admin: admin, out: out}
	few := min(fewRecipients, recipients)
	if err := b.subscribe(ctx, 0, few); err != nil {
		return err
	}
	if err := b.unlimited(ctx, few, recipients); err != nil {
		return err
	}
	for _, rate := range []int{28, 1000} {
		if err := b.beside(ctx, rate); err != nil {
			return err
		}
	}
	return nil
}

type broadcasting struct {
	*measuring
	store *postgres.Store
	admin int64
	made  int
	out   io.Writer
}

func (b *broadcasting) subscribe(ctx context.Context, from, to int) error {
	fmt.Fprintf(b.o.Progress, "making %d subscribers\n", to-from)
	return b.store.FillSubscribers(ctx, firstSubscriber+int64(from), to-from)
}

func (b *broadcasting) actor() flows.Actor { return flows.Actor{Person: b.admin} }

// compose lets a broadcast to all subscribers go.
func (b *broadcasting) compose(ctx context.Context) (int, error) {
	b.made++
	id, _, err := b.store.Compose(ctx, b.actor(), postgres.Draft{
		Nonce: flows.Nonce{1, byte(b.made)}, Audience: party.Audience{Group: party.Subscribers}, Paid: true,
		Letter: party.Letter{Text: party.Text{Hindi: "<b>कल</b> सभा है, शाम 5 बजे।", English: "There is a meeting <b>tomorrow</b> at 5 in the evening."}},
	})
	return id, err
}

// await waits until a broadcast stands in one of these states.
func (b *broadcasting) await(ctx context.Context, id int, states ...party.BroadcastState) error {
	for {
		state, err := b.store.BroadcastState(ctx, id)
		if err != nil || slices.Contains(states, state) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// unlimited freezes and sends as fast as it goes, from one replica.
func (b *broadcasting) unlimited(ctx context.Context, few, many int) (err error) {
	b.o.Env = []string{"BROADCAST_RATE=1000000", "BROADCAST_QUIET=none"}
	c, err := start(ctx, b.o, Bot, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	// Citizens take memory too, whatever the audience: as much as their sessions may.
	if _, err := b.play(ctx, c, rememberedSessions, b.o.AtOnce); err != nil {
		return err
	}
	id, err := b.compose(ctx)
	if err != nil {
		return err
	}
	before, err := b.most(ctx, c, id)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.out, "memory at most while sending to %d: %.0f MB\n", few, before)
	if err := b.subscribe(ctx, few, many); err != nil {
		return err
	}
	if id, err = b.compose(ctx); err != nil {
		return err
	}
	if err := b.await(ctx, id, party.BroadcastFreezing); err != nil {
		return err
	}
	began := time.Now()
	enrolling, stop := context.WithCancel(ctx)
	enrolled := make(chan paced, 1)
	go func() { enrolled <- b.pace(enrolling, c, enrolledASecond) }()
	err = b.await(ctx, id, party.BroadcastRunning)
	froze := time.Since(began)
	stop()
	others := <-enrolled
	if err = errors.Join(err, others.err); err != nil {
		return err
	}
	fmt.Fprintf(b.out, "freezing %d recipients: %.1f s, beside %.0f enrolments/s (answers p95 %.1f ms)\n",
		many, froze.Seconds(), float64(others.done)/froze.Seconds(), others.p95())
	return b.speed(ctx, c, id, before, many)
}

// speed tells how many messages go a second, and what memory they take.
func (b *broadcasting) speed(ctx context.Context, c *child, id int, before float64, many int) error {
	sent, began := c.telegram.Limits().Sent, time.Now()
	cpu, err := c.usage(ctx)
	if err != nil {
		return err
	}
	most, err := b.most(ctx, c, id)
	if err != nil {
		return err
	}
	took := time.Since(began)
	n := c.telegram.Limits().Sent - sent
	used, err := c.usage(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.out, "sending without a limit, one replica: %.0f/s (%.0f µs of its CPU each)\n",
		float64(n)/took.Seconds(), (used.cpu-cpu.cpu)/float64(n)*1e6)
	fmt.Fprintf(b.out, "memory at most while sending to %d: %.0f MB (%+.0f)\n", many, most, most-before)
	hot, err := b.store.WrittenInPlace(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.out, "fates written into the same page: %.1f %%\n", hot*100)
	_, err = b.store.Cancel(ctx, b.actor(), id)
	return err
}

// most is the memory at most while a broadcast goes on, for sendingTime or until
// everyone has got it.
func (b *broadcasting) most(ctx context.Context, c *child, id int) (most float64, err error) {
	for began := time.Now(); time.Since(began) < sendingTime; {
		now, err := c.memory(ctx)
		if err != nil {
			return most, err
		}
		most = max(most, now)
		state, err := b.store.BroadcastState(ctx, id)
		if err != nil || state == party.BroadcastDone {
			return most, err
		}
		select {
		case <-ctx.Done():
			return most, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	return most, nil
}

// beside measures citizens' answers with a broadcast under way and without, in
// pairs.
func (b *broadcasting) beside(ctx context.Context, rate int) (err error) {
	b.o.Env = []string{"BROADCAST_QUIET=none", fmt.Sprint("BROADCAST_RATE=", rate)}
	c, err := start(ctx, b.o, Bot, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	id, err := b.compose(ctx)
	if err != nil {
		return err
	}
	if err := b.await(ctx, id, party.BroadcastRunning); err != nil {
		return err
	}
	var idle, busy []float64
	for i := range 2 * b.o.Pairs {
		steer, to := b.store.Pause, &idle
		if (i+i/2)%2 == 1 { // idle, busy, busy, idle …
			steer, to = b.store.Resume, &busy
		}
		if _, err := steer(ctx, b.actor(), id); err != nil {
			return err
		}
		part, cancel := context.WithTimeout(ctx, besideTime)
		answers := b.pace(part, c, besideASecond)
		cancel()
		if answers.err != nil {
			return answers.err
		}
		*to = append(*to, answers.p95())
	}
	_, err = b.store.Cancel(ctx, b.actor(), id)
	fmt.Fprintf(b.out, "answers p95 beside %d/s, %d pairs: %s idle, %s while it runs, ms\n", rate, b.o.Pairs, cellOf(idle), cellOf(busy))
	return err
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

// memory is what the process holds of the machine, in MB.
func (c *child) memory(ctx context.Context) (float64, error) {
	body, err := c.get(ctx, "/metrics")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(body)) {
		if name, value, _ := strings.Cut(strings.TrimSpace(line), " "); name == "process_resident_memory_bytes" {
			n, err := strconv.ParseFloat(value, 64)
			return n / 1e6, err
		}
	}
	return 0, errors.New("it does not tell its memory")
}
