package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"sadasya/bot/telegramtest"
	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/embedded"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/seal"
)

var (
	broadcastSize     = flag.Int("broadcast", 3000, "recipients of TestABroadcastIsKilledFiftyTimes; 100000 is the long form")
	broadcastKills    = flag.Int("broadcastkills", 6, "how often it kills; 50 is the long form")
	broadcastTroubles = flag.Int("broadcasttroubles", 1, "how often it empties Redis and restarts Postgres; 5 is the long form")
)

// The scale of the test: Telegram's limits and the lease, twenty times as fast.
const (
	broadcastScale = 20
	crowdFirst     = 5_000_000_000
	adminID        = 901
)

// TestABroadcastIsKilledFiftyTimes: two replicas send to many, and are killed with
// -9 again and again, while Redis is emptied and Postgres restarted. Then everyone
// has got it, nobody oftener than a worker can have been killed over, and the
// ledger says the same to the row. Telegram, who minds its limits, never had to
// ask for a pause that was not waited out.
func TestABroadcastIsKilledFiftyTimes(t *testing.T) {
	k := startBroadcast(t, *broadcastSize, time.Minute/broadcastScale)
	k.run()
	k.check(workersAt(28 * broadcastScale))
}

// startBroadcast lets two replicas send to so many, by leases of so long.
func startBroadcast(t *testing.T, size int, lease time.Duration) *broadcastKilling {
	t.Helper()
	redis := embeddedtest.StartRedis(t)
	if redis == nil {
		t.Skip("no redis-server; CI has one")
	}
	pg := openPostgresOfItsOwn(t)
	k := &broadcastKilling{t: t, redis: redis, pg: pg, url: pg.URL(), random: rand.New(rand.NewPCG(*seed, 3))}
	t.Cleanup(func() {
		if err := k.pg.Close(); err != nil { // the one of the last restart
			t.Error(err)
		}
	})
	keys := keyPath(t)
	if err := seal.Generate(keys); err != nil {
		t.Fatal(err)
	}
	store := openShared(t, pg.URL(), keys)
	tg := telegramtest.NewServer(telegramtest.Options{
		Backoff: 20 * time.Millisecond, Keep: 1, Rate: 30 * broadcastScale, RateAChat: 1,
		Crowd: telegramtest.Crowd{First: crowdFirst, Size: size},
	})
	t.Cleanup(tg.Close)
	tg.SetChaos(telegramtest.Chaos{Latency: 40 * time.Millisecond}) // so that a kill meets messages on their way
	k.tg, k.store = tg, store
	k.subscribe(size)
	for range 2 {
		r := newReplica(t, tg, "http://127.0.0.1:1/telegram", pg.URL(), redis.URL(), keys)
		r.args = append(r.args, "--wait=60s")
		r.env = append(r.env, "BROADCAST_QUIET=none", fmt.Sprint("BROADCAST_RATE=", 28*broadcastScale),
			fmt.Sprint("BROADCAST_LEASE=", lease))
		r.start()
		k.replicas = append(k.replicas, r)
	}
	if _, err := store.Appoint(t.Context(), postgres.Appointment{Office: party.Admin, TelegramID: adminID, Name: "Anil Sharma"}); err != nil {
		t.Fatal(err)
	}
	k.id = compose(t, store, 1)
	return k
}

// openPostgresOfItsOwn starts a Postgres that the test may restart.
func openPostgresOfItsOwn(t *testing.T) *embedded.Postgres {
	t.Helper()
	pg, err := embedded.OpenPostgres(t.Context(), embedded.PostgresOptions{Dir: t.TempDir(), Fast: true})
	if errors.Is(err, embedded.ErrNoPostgres) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return pg
}

// compose makes the nth broadcast to everyone who wants news, and lets it go.
func compose(t testing.TB, store *postgres.Store, n byte) int {
	t.Helper()
	id, state, err := store.Compose(t.Context(), flows.Actor{Person: adminID, Update: 1}, postgres.Draft{
		Nonce: flows.Nonce{n}, Paid: true, Audience: party.Audience{Group: party.Subscribers},
		Letter: party.Letter{Text: party.Text{Hindi: "<b>कल</b> सभा है।", English: "There is a meeting <b>tomorrow</b>."}},
	})
	if err != nil || state != party.BroadcastScheduled {
		t.Fatalf("%q, %v", state, err)
	}
	return id
}

// broadcastKilling is the test under way.
type broadcastKilling struct {
	t        *testing.T
	tg       *telegramtest.Server
	redis    *embeddedtest.RedisServer
	pg       *embedded.Postgres
	store    *postgres.Store
	url      string
	replicas []*replica
	random   *rand.Rand
	id       int
}

// query reads behind the store's back, again and again while Postgres is away.
func (k *broadcastKilling) query(sql string, args []any, dest ...any) {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, k.url)
		if err == nil {
			err = conn.QueryRow(ctx, sql, args...).Scan(dest...)
			conn.Close(ctx)
		}
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			k.t.Fatal(err)
		}
	}
}

// subscribe makes the crowd people who want news.
func (k *broadcastKilling) subscribe(n int) {
	k.t.Helper()
	var people int
	k.query(subscribeSQL, []any{int64(crowdFirst), n}, &people)
}

const subscribeSQL = `
WITH p AS (INSERT INTO people (telegram_id, language) SELECT $1::bigint + i, CASE i % 2 WHEN 0 THEN 'hi' ELSE 'en' END FROM generate_series(0, $2::int - 1) AS i RETURNING telegram_id),
c AS (INSERT INTO consents (telegram_id, update_id, kind, version, given) SELECT telegram_id, 1, 'news', '2026-11', true FROM p RETURNING 1)
SELECT count(*) FROM c`

func (k *broadcastKilling) received() (all int) {
	for _, n := range k.tg.Received() {
		all += min(n, 1)
	}
	return all
}

// run lets trouble come as the broadcast goes on, evenly over its length.
func (k *broadcastKilling) run() {
	steps := *broadcastKills + 2**broadcastTroubles
	for step := range steps {
		k.await(step * *broadcastSize / (steps + 1))
		switch every := steps / *broadcastTroubles; step % every {
		case every / 2:
			k.redis.Kill()
			k.redis.Start()
		case every - 1:
			k.restartPostgres()
		default:
			r := k.replicas[k.random.IntN(len(k.replicas))]
			r.kill()
			r.start()
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*patience)
	defer cancel()
	for state := ""; state != string(party.BroadcastDone); {
		if ctx.Err() != nil {
			k.t.Fatalf("it does not end: %s, %d have got it\n%s", state, k.received(), lastLines(k.replicas[0].log.String(), 30))
		}
		k.query(`SELECT state FROM broadcasts WHERE id = $1`, []any{k.id}, &state)
		<-time.After(50 * time.Millisecond)
	}
}

// await waits until so many have got it.
func (k *broadcastKilling) await(n int) {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	for k.received() < n {
		select {
		case <-ctx.Done():
			k.t.Fatalf("%d of %d have got it, and nobody more does\n%s", k.received(), n, lastLines(k.replicas[0].log.String(), 30))
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (k *broadcastKilling) restartPostgres() {
	k.t.Helper()
	if err := k.pg.Close(); err != nil {
		k.t.Fatal(err)
	}
	pg, err := embedded.OpenPostgres(context.Background(), embedded.PostgresOptions{Dir: k.pg.Dir(), Fast: true})
	if err != nil {
		k.t.Fatal(err)
	}
	k.pg = pg
}

// check holds what people got against the ledger.
func (k *broadcastKilling) check(workers int) {
	skipped, twice := 0, 0
	for _, n := range k.tg.Received() {
		if n == 0 {
			skipped++
		}
		twice += max(0, n-1)
	}
	var audience, sent, others int
	k.query(`SELECT b.frozen, (SELECT count(*) FROM recipients WHERE broadcast_id = b.id AND fate = 'sent'),
		(SELECT count(*) FROM recipients WHERE broadcast_id = b.id AND fate <> 'sent') FROM broadcasts b WHERE id = $1`, []any{k.id}, &audience, &sent, &others)
	limits := k.tg.Limits()
	k.t.Logf("%d recipients, %d skipped, %d twice in %d kills of %d workers; ledger %d sent, %d else; %+v",
		*broadcastSize, skipped, twice, *broadcastKills, workers, sent, others, limits)
	if skipped > 0 || audience != *broadcastSize || sent+others != audience {
		k.t.Errorf("%d skipped; the audience is %d, the parts add up to %d", skipped, audience, sent+others)
	}
	if most := *broadcastKills * workers; twice > most {
		k.t.Errorf("%d got it twice, at most %d may", twice, most)
	}
	if limits.Throttled*1000 >= limits.Sent || limits.Early > 0 {
		k.t.Errorf("Telegram's limits were not kept: %+v", limits)
	}
}
