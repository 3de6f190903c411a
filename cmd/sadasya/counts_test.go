package main

import (
	"context"
	"fmt"
	"net"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	goredis "github.com/redis/go-redis/v9"

	"sadasya/bot/telegramtest"
	"sadasya/party"
)

// counter counts round trips of both stores and keeps what they were; what serve
// does beside the updates is no person's.
type counter struct {
	postgres, redis atomic.Int64

	mu   sync.Mutex
	ways []string // statements and commands, without what they are about
}

func (c *counter) keep(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ways = append(c.ways, what)
}

// taken gives what was kept, and forgets it.
func (c *counter) taken() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	ways := c.ways
	c.ways = nil
	return ways
}

func (c *counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	if _, beside := pprof.Label(ctx, "beside"); !beside {
		c.postgres.Add(1)
		c.keep(q.SQL)
	}
	return ctx
}
func (c *counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (c *counter) DialHook(next goredis.DialHook) goredis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (c *counter) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		if _, beside := pprof.Label(ctx, "beside"); !beside {
			c.redis.Add(1)
			c.keep(cmd.Name())
		}
		return next(ctx, cmd)
	}
}

func (c *counter) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return next
}

// straightWay is what a citizen does, and what it may cost.
var straightWay = []struct {
	input                  string
	calls, redis, postgres int64
}{
	{"> /start CODE", 0, 2, 1},
	{"[x] English", 1, 1, 0}, // the session is recalled, and the write tells whether it still stands
	{"[x] ✅ I am 18+ and I agree", 1, 2, 1},
	{"> Kamla Devi", 0, 1, 0},
	{"> ABC1034560", 0, 1, 0},
	{"[x] ✅ Yes, here", 1, 1, 0},
	{"[x] ✅ All is right", 2, 2, 1},
}

// TestTheStraightWayCosts what the protocol allows: eight inputs, calls of the
// Bot API beside the webhook's response, and round trips to the stores.
func TestTheStraightWayCosts(t *testing.T) {
	count := &counter{}
	r := newRig(t, rigOptions{tracer: count, quiet: true})
	warm := r.person(party.English) // scripts loaded, statements prepared, steps of others written
	warm.enrol("Warm Up", "ZZZ1234566")
	warm.tap("No")

	c := r.person(party.English)
	if len(straightWay) > 8 {
		t.Errorf("%d messages and taps", len(straightWay))
	}
	var said []telegramtest.Message
	for _, w := range straightWay {
		calls, redis, postgres := r.calls(), count.redis.Load(), count.postgres.Load()
		said = c.turn(t, w.input)
		r.awaitCalls(calls + w.calls)
		if n := count.redis.Load() - redis; n > w.redis {
			t.Errorf("%s takes %d Redis round trips, at most %d", w.input, n, w.redis)
		}
		if n := count.postgres.Load() - postgres; n > w.postgres {
			t.Errorf("%s takes %d Postgres round trips, at most %d", w.input, n, w.postgres)
		}
		if n := r.calls() - calls; n != w.calls {
			t.Errorf("%s takes %d calls beside the response, want %d", w.input, n, w.calls)
		}
	}
	if numberIn(said) == "" {
		t.Errorf("no number was shown: %+v", said)
	}
	if count.postgres.Load() == 0 {
		t.Error("no round trip of a person's was counted")
	}
}

// TestATakenVoterIDCostsTheSame: whoever comes with a number that is taken waits
// for the same trips to the stores, with the same statements, and for as many calls
// of the Bot API, at every step of the way. That the words are the same is held by
// docs/bad-inputs.md.
func TestATakenVoterIDCostsTheSame(t *testing.T) {
	count := &counter{}
	r := newRig(t, rigOptions{tracer: count, quiet: true})
	warm := r.person(party.English)
	warm.enrol("Warm Up", "ZZZ1234566")
	warm.tap("No")

	type cost struct {
		Input string
		Calls int64
		Ways  []string
	}
	way := func(c *chatter) (costs []cost) {
		count.taken()
		for _, w := range straightWay {
			before := r.calls()
			c.turn(t, w.input)
			r.awaitCalls(before + w.calls)
			costs = append(costs, cost{w.input, r.calls() - before, count.taken()})
		}
		return costs
	}
	free, taken := way(r.person(party.English)), way(r.person(party.English))
	if diff := cmp.Diff(free, taken); diff != "" {
		t.Errorf("a taken number costs otherwise (-free +taken):\n%s", diff)
	}
	if last := free[len(free)-1]; len(last.Ways) < 3 {
		t.Errorf("%s took only %q", last.Input, last.Ways)
	}
	statuses := map[string]int{}
	for _, row := range r.rows() {
		statuses[row[9]]++
	}
	if diff := cmp.Diff(map[string]int{"confirmed": 2, "review": 1}, statuses); diff != "" {
		t.Error(diff)
	}
}

// calls counts the calls of the Bot API that were no webhook's response and
// concern a person.
func (r *rig) calls() (n int64) {
	for _, c := range r.telegram.Calls() {
		if !c.Webhook && (c.Method == "sendMessage" || c.Method == "answerCallbackQuery" || c.Method == "deleteMessage") {
			n++
		}
	}
	return n
}

// awaitCalls waits for calls that hold up no answer.
func (r *rig) awaitCalls(n int64) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := r.telegram.Await(ctx, func() bool { return r.calls() >= n }); err != nil {
		r.t.Fatal(fmt.Errorf("%d calls: %w", n, err))
	}
}
