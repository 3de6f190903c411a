package main

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"sadasya/bot/telegramtest"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres/postgrestest"
)

// TestServeEndsInTimeWhateverHangs: Telegram takes messages and files and answers
// nothing, an answer and a list are on their way to it, and a notice falls due
// meanwhile, when a replica is told to end. It ends all the same before compose.yaml
// has it killed, and another does what it could not.
func TestServeEndsInTimeWhateverHangs(t *testing.T) {
	t.Parallel()
	redis := embeddedtest.StartRedis(t)
	if redis == nil {
		t.Skip("no redis-server; CI has one")
	}
	database, keys := embeddedtest.Database(t, postgrestest.Template(t)), keyPath(t)
	ok(t)(run(t, "keys", "new", "--out", keys))
	tg := telegramtest.NewServer(telegramtest.Options{Backoff: 10 * time.Millisecond})
	t.Cleanup(tg.Close)
	first := newReplica(t, tg, "http://127.0.0.1:1/telegram", database, redis.URL(), keys)
	second := newReplica(t, tg, "http://127.0.0.1:1/telegram", database, redis.URL(), keys)
	first.start()
	tg.SetBackends("http://" + first.address)
	r := &rig{t: t, telegram: tg, database: database, log: first.log}
	admin, kamla := r.person(party.English), r.person(party.English)
	ok(t)(run(t, "appoint", "--database-url", database, "--encryption-keys", keys, "--office", "admin", "--name", "Anil Sharma", "--telegram-id", fmt.Sprint(admin.ID)))
	r.person(party.English).steps(append(toCheck[:6:6], "[✅ All is right")...) // whom the list has
	admin.play("> /export", "Members", "All of it")
	kamla.steps(toCheck...)

	hangs := hang(tg, map[string]time.Duration{"sendDocument": time.Hour, "sendMessage": time.Hour}, func(c telegramtest.Call) bool {
		return c.Method == "sendDocument" || c.Params["chat_id"] == fmt.Sprint(kamla.ID)
	})
	if _, err := admin.Tap("CSV"); err != nil {
		t.Fatal(err)
	}
	if _, err := kamla.Tap("✅ All is right"); err != nil {
		t.Fatal(err)
	}
	hangs.await(t, "sendDocument", admin.ID)
	hangs.await(t, "sendMessage", kamla.ID)
	// It falls due while the replica drains.
	r.exec(t, `INSERT INTO notices (telegram_id, kind, count, due_at) VALUES ($1, 'cases', 1, now() + $2::interval)`, kamla.ID, drainTime*4/5)
	if took := first.end(); took > drainTime+endMargin {
		t.Errorf("it took %v to end\n%s", took, lastLines(first.log.String(), 20))
	}
	tg.OnCall(nil)
	tg.SetBackends()
	second.start()
	tg.SetBackends("http://" + second.address)
	kamla.settle()
	if numberIn(kamla.fromBot()) == "" {
		t.Errorf("no number is shown: %+v", kamla.fromBot())
	}
	if list := listIn(t, admin.file("members-1.zip")); len(list) == 0 {
		t.Error("the list is empty")
	}
	r.emptied(t, `SELECT count(*) FROM notices WHERE kind = 'cases'`)
	second.end()
}

// endMargin is what a busy machine may add to the draining: compose.yaml waits for
// 15 s before it kills.
const endMargin = 4 * time.Second

// emptied waits until a count is 0.
func (r *rig) emptied(t *testing.T, sql string) {
	t.Helper()
	for began := time.Now(); r.number(t, sql) != 0; <-time.After(10 * time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatalf("%s: not yet 0", sql)
		}
	}
}

// steps does one after another.
func (c *chatter) steps(steps ...string) {
	c.r.t.Helper()
	for _, step := range steps {
		c.does(step)
	}
}

// hanging are the calls that Telegram is slow to answer.
type hanging struct {
	mu   sync.Mutex
	came map[string]bool // method and chat
}

// hang lets some of the calls of these methods take so long.
func hang(tg *telegramtest.Server, long map[string]time.Duration, which func(telegramtest.Call) bool) *hanging {
	h := &hanging{came: map[string]bool{}}
	tg.OnCall(func(c telegramtest.Call) *telegramtest.Fault {
		if long[c.Method] == 0 || !which(c) {
			return nil
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.came[c.Method+c.Params["chat_id"]] = true
		return &telegramtest.Fault{Latency: long[c.Method]}
	})
	return h
}

func (h *hanging) await(t *testing.T, method string, chat int64) {
	t.Helper()
	for began := time.Now(); time.Since(began) < patience; <-time.After(10 * time.Millisecond) {
		h.mu.Lock()
		came := h.came[method+fmt.Sprint(chat)]
		h.mu.Unlock()
		if came {
			return
		}
	}
	t.Fatalf("no %s to %d", method, chat)
}
