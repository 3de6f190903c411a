package main

import (
	"context"
	"sync"
	"testing"
	"time"

	"sadasya/bot/telegramtest"
	"sadasya/flows"
	"sadasya/party"
)

// actsWithin is how soon a broadcast that is steered heeds it, on every replica.
const actsWithin = 2 * time.Second

// TestPauseCancelAndRevocationActOnEveryReplica: two replicas send, each with many
// blocks in hand that last for a minute more. By Telegram's own record no message
// begins two seconds after the pause, the cancellation, or the revocation of who
// composed it was told to be done.
func TestPauseCancelAndRevocationActOnEveryReplica(t *testing.T) {
	k := startBroadcast(t, 20_000, time.Minute)
	var mu sync.Mutex
	var last time.Time // when the last message began
	k.tg.OnCall(func(c telegramtest.Call) *telegramtest.Fault {
		if c.Method == "sendMessage" {
			mu.Lock()
			defer mu.Unlock()
			last = time.Now()
		}
		return nil
	})
	stops := func(what string, act func(context.Context, flows.Actor, int) (bool, error)) {
		t.Helper()
		k.hands(func(n int) bool { return n > workersAt(28*broadcastScale) }) // one replica has not so many
		if done, err := act(t.Context(), flows.Actor{Person: adminID}, k.id); !done || err != nil {
			t.Fatalf("%s: %v, %v", what, done, err)
		}
		at := time.Now()
		k.hands(func(n int) bool { return n == 0 }) // nobody sends any more
		mu.Lock()
		defer mu.Unlock()
		if after := last.Sub(at); after > actsWithin {
			t.Errorf("%s: a message began %v after", what, after)
		}
	}
	stops("pause", k.store.Pause)
	if done, err := k.store.Resume(t.Context(), flows.Actor{Person: adminID}, k.id); !done || err != nil {
		t.Fatalf("%v, %v", done, err)
	}
	stops("cancel", k.store.Cancel)
	for open := 1; open > 0; {
		k.query(`SELECT count(*) FROM broadcast_blocks WHERE NOT done`, nil, &open)
	}
	parts, err := k.store.Parts(t.Context(), k.id)
	if err != nil || parts.Audience() != 20_000 || parts[party.Sent] != k.received() {
		t.Errorf("%v, %v; %d got it", parts, err, k.received())
	}
	k.id = compose(t, k.store, 2)
	stops("revocation", func(context.Context, flows.Actor, int) (bool, error) {
		var id int
		k.query(`UPDATE offices SET status = 'revoked' WHERE telegram_id = $1 RETURNING id`, []any{adminID}, &id)
		return true, nil
	})
	for state := ""; state != string(party.BroadcastStopped); {
		k.query(`SELECT state FROM broadcasts WHERE id = $1`, []any{k.id}, &state)
	}
}

// hands waits until as many blocks as wanted are in the hands of workers.
func (k *broadcastKilling) hands(wanted func(int) bool) {
	k.t.Helper()
	for began, n := time.Now(), 0; ; {
		k.query(`SELECT count(*) FROM broadcast_blocks WHERE leased_until > now()`, nil, &n)
		if wanted(n) {
			return
		}
		if time.Since(began) > 2*patience {
			k.t.Fatalf("%d blocks are in hand\n%s", n, lastLines(k.replicas[0].log.String(), 20))
		}
	}
}
