package main

import (
	"context"
	"fmt"
	"net"
	"runtime/pprof"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	goredis "github.com/redis/go-redis/v9"

	"sadasya/bot/telegramtest"
	"sadasya/party"
)

// counter counts round trips of both stores; what serve does beside the updates
// is no person's.
type counter struct{ postgres, redis atomic.Int64 }

func (c *counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	if _, beside := pprof.Label(ctx, "beside"); !beside {
		c.postgres.Add(1)
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
		}
		return next(ctx, cmd)
	}
}

func (c *counter) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return next
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
	ways := []struct {
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
	if len(ways) > 8 {
		t.Errorf("%d messages and taps", len(ways))
	}
	var said []telegramtest.Message
	for _, w := range ways {
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
