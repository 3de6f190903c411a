package bench

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
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
	looksAtSent     = 50

	rememberedSessions = 4500 // more than a process remembers
)

// Aims of a broadcast.
const (
	aimFreeze  = 45.0 // seconds for five million
	aimSends   = 1000.0
	aimMemory  = 30.0 // MB more with millions than with few
	aimSlower  = 1.2  // of the idle p95, or
	aimSlowerB = 2.0  // ms more
)

// Broadcast measures a broadcast to many: how fast an audience is frozen while
// others enrol, how fast it is sent without a limit, whether memory grows with the
// audience, and what citizens feel of it. Store is that of the options, Admin an
// admin's account. The table comes at the end, or as far as it got.
func Broadcast(ctx context.Context, o Options, store *postgres.Store, admin int64, recipients int, out io.Writer) error {
	m := &measuring{o: o, people: &people{seed: o.Seed}, sizes: newSizes(o)}
	defer m.sizes.close()
	m.o.Crowd = telegramtest.Crowd{First: firstSubscriber, Size: recipients}
	b := &broadcasting{measuring: m, store: store, admin: admin}
	defer func() { b.table.write(out) }()
	few := min(fewRecipients, recipients)
	b.table.begin(o.Stores)
	if err := b.subscribe(ctx, 0, few); err != nil {
		return err
	}
	id, err := b.unlimited(ctx, few, recipients)
	if err != nil {
		return err
	}
	for _, x := range besides {
		if err := b.beside(ctx, id, x.rate, x.citizens, x.length); err != nil {
			return err
		}
	}
	_, err = b.store.Cancel(ctx, b.actor(), id)
	return err
}

type broadcasting struct {
	*measuring
	store *postgres.Store
	admin int64
	made  uint32
	table table
}

func (b *broadcasting) subscribe(ctx context.Context, from, to int) error {
	fmt.Fprintf(b.o.Progress, "making %d subscribers\n", to-from)
	return b.store.FillSubscribers(ctx, firstSubscriber+int64(from), to-from)
}

func (b *broadcasting) actor() flows.Actor { return flows.Actor{Person: b.admin} }

// compose lets a broadcast to all subscribers go.
func (b *broadcasting) compose(ctx context.Context) (int, error) {
	b.made++
	nonce := flows.Nonce{1}
	binary.BigEndian.PutUint32(nonce[4:], b.made)
	id, _, err := b.store.Compose(ctx, b.actor(), postgres.Draft{
		Nonce: nonce, Audience: party.Audience{Group: party.Subscribers}, Paid: true,
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
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// unlimited freezes and sends as fast as it goes, from one replica: first to few,
// again and again, then to many. What it leaves is paused.
func (b *broadcasting) unlimited(ctx context.Context, few, many int) (id int, err error) {
	b.o.Env = []string{"BROADCAST_RATE=1000000", "BROADCAST_MOST=1000000", "BROADCAST_QUIET=none"}
	c, err := start(ctx, b.o, Bot, nil)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	// Citizens take memory too, whatever the audience: as much as their sessions may.
	if _, err := b.play(ctx, c, rememberedSessions, b.o.AtOnce); err != nil {
		return 0, err
	}
	fmt.Fprintf(b.o.Progress, "sending to %d, again and again\n", few)
	before, err := b.toFew(ctx, c)
	if err != nil {
		return 0, err
	}
	if err := b.subscribe(ctx, few, many); err != nil {
		return 0, err
	}
	fmt.Fprintf(b.o.Progress, "freezing and sending to %d\n", many)
	if id, err = b.freeze(ctx, c, many); err != nil {
		return id, err
	}
	if err := b.speed(ctx, c, id, before, few, many); err != nil {
		return id, err
	}
	if _, err := b.store.Pause(ctx, b.actor(), id); err != nil {
		return id, err
	}
	return id, b.looks(ctx, id, many)
}

// toFew sends to few for as long as it will be sent to many, so that in both the
// collector has had its time, and gives the memory.
func (b *broadcasting) toFew(ctx context.Context, c *child) (m memory, err error) {
	for began := time.Now(); time.Since(began) < sendingTime; {
		id, err := b.compose(ctx)
		if err != nil {
			return m, err
		}
		if err := b.watch(ctx, c, id, sendingTime-time.Since(began), &m); err != nil {
			return m, err
		}
		// What is left of the last does not go on beside what comes. It is not
		// cancelled, which writes recipients otherwise than sending does.
		if err := b.await(ctx, id, party.BroadcastDone); err != nil {
			return m, err
		}
	}
	m.live, err = c.live(ctx)
	return m, err
}

// freeze tells how long it takes to write the audience down while others enrol.
func (b *broadcasting) freeze(ctx context.Context, c *child, many int) (id int, err error) {
	if id, err = b.compose(ctx); err != nil {
		return id, err
	}
	if err := b.await(ctx, id, party.BroadcastFreezing, party.BroadcastRunning); err != nil {
		return id, err
	}
	began := time.Now()
	enrolling, stop := context.WithCancel(ctx)
	defer stop()
	enrolled := make(chan paced, 1)
	go func() { enrolled <- b.pace(enrolling, c, enrolledASecond) }()
	err = b.await(ctx, id, party.BroadcastRunning)
	froze := time.Since(began)
	stop()
	others := <-enrolled
	if err = errors.Join(err, others.err); err != nil {
		return id, err
	}
	b.table.add(fmt.Sprintf("freezing %d, seconds", many), short(froze.Seconds()), fmt.Sprint("at most ", aimFreeze), froze.Seconds() <= aimFreeze)
	b.table.note("enrolments/s beside it", short(float64(others.done)/froze.Seconds()))
	b.table.note("their answers, p95, ms", short(others.p95()))
	return id, nil
}

// speed tells how many messages go a second, and what memory they take.
func (b *broadcasting) speed(ctx context.Context, c *child, id int, before memory, few, many int) error {
	sent, began := c.telegram.Limits().Sent, time.Now()
	cpu, err := c.usage(ctx)
	if err != nil {
		return err
	}
	profiled := c.profile(ctx, b.o.Profile, sendingTime/2)
	var after memory
	if err := b.watch(ctx, c, id, sendingTime, &after); err != nil {
		return err
	}
	took := time.Since(began)
	n := float64(c.telegram.Limits().Sent - sent)
	used, err := c.usage(ctx)
	if err == nil {
		after.live, err = c.live(ctx)
	}
	if err != nil {
		return err
	}
	hot, err := b.store.WrittenInPlace(ctx)
	if err != nil {
		return err
	}
	b.table.add("messages/s without a limit, one replica", short(n/took.Seconds()), fmt.Sprint("at least ", aimSends), n/took.Seconds() >= aimSends)
	b.table.note("CPU of the replica a message, µs", short((used.cpu-cpu.cpu)/n*1e6))
	b.table.note(fmt.Sprintf("memory (RSS) at most, sending to %d, MB", few), short(before.most))
	b.table.add(fmt.Sprintf("memory (RSS) at most, sending to %d, MB", many), fmt.Sprintf("%s (%+.1f)", short(after.most), after.most-before.most),
		fmt.Sprintf("at most +%v", aimMemory), after.most-before.most <= aimMemory)
	b.table.note("of it alive after a collection, few and many, MB", fmt.Sprintf("%s, %s", short(before.live), short(after.live)))
	b.table.note("fates written into the same page, %", short(hot*100))
	return <-profiled
}

// looks tells how long an admin waits for the numbers of a broadcast to many.
func (b *broadcasting) looks(ctx context.Context, id, many int) error {
	var took []time.Duration
	for range looksAtSent {
		began := time.Now()
		if _, err := b.store.Broadcast(ctx, b.actor(), id); err != nil {
			return err
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.table.note(fmt.Sprintf("/sent of %d, p50 and p95, ms", many), fmt.Sprintf("%s, %s", short(quantile(took, 0.5)), short(quantile(took, 0.95))))
	return nil
}
