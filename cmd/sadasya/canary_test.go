package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	goredis "github.com/redis/go-redis/v9"

	"sadasya/bot/telegramtest"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres/postgrestest"
)

// TestCanaries: a name, a Voter ID, a phone and the token are in no log at
// debug level, no key or value of Redis and no dump of the database, whatever
// goes wrong meanwhile.
func TestCanaries(t *testing.T) {
	database := embeddedtest.Database(t, postgrestest.Template(t))
	redis := embeddedtest.StartRedis(t)
	if redis == nil {
		t.Skip("no redis-server; CI has one")
	}
	r := newRig(t, rigOptions{database: database, redis: redis.URL()})
	const name, epic, phone, inviter = "Canarija Devi", "ABC1034560", "9829012345", "सुनीता मीणा"
	c := r.person(party.English)
	c.say("/start " + string(r.code))
	c.tap("English")
	c.tap("✅ I am 18+ and I agree")
	c.say(phone)
	c.say(name)
	c.say("4991 1866 5246") // an Aadhaar-like number, made up
	c.say(epic)
	r.telegram.SetChaos(telegramtest.Chaos{DropBefore: 1})
	c.tap("✅ Yes, here") // its spinner is not stopped, and the log tells why
	r.awaitLog("a call beside the answer failed")
	r.telegram.SetChaos(telegramtest.Chaos{})
	check := r.dumpRedis() // with every answer in the session, and nothing saved yet
	r.telegram.SetChaos(telegramtest.Chaos{DropBefore: 0.3, DropAfter: 0.2, Outage: 0.2})
	number := numberIn(c.tap("✅ All is right"))
	r.telegram.SetChaos(telegramtest.Chaos{})
	c.SendRaw(map[string]any{"message": map[string]any{"text": name + epic}, "callback_query": map[string]any{}})
	c.settle()
	second := r.person(party.English)
	second.enrol("Someone Else", epic) // a taken number
	redis.Kill()
	c.Send(name)
	redis.Start()
	c.settle()
	if number == "" || len(r.rows()) != 2 {
		t.Fatalf("number %q, %d rows", number, len(r.rows()))
	}
	canaries := map[string]string{
		"name": name, "Voter ID": epic, "phone": phone, "token": r.telegram.Token(), "inviter": inviter, "Aadhaar": "499118665246",
	}
	page := httptest.NewRecorder()
	opsHandler(r.program.ready, r.program.metrics.registry).ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for where, text := range map[string]string{
		"the metrics": page.Body.String(), "the log": r.log.String(), "the database": dumpPostgres(t, database), "Redis": r.dumpRedis(), "Redis at the check card": check,
	} {
		if len(text) < 200 {
			t.Errorf("%s is suspiciously empty: %q", where, text)
		}
		for what, canary := range canaries {
			if tells(text, canary) {
				t.Errorf("%s holds the %s", where, what)
			}
		}
	}
	// The check can fail: what is known to be in each is found, in words and in bytes.
	if dump := dumpPostgres(t, database); !tells(dump, number) || !tells(dump, r.readKept(t)) || !strings.Contains(r.log.String(), "msg=ready") {
		t.Error("the dumps are not what they seem")
	}
}

// tells looks for a canary as it is, without its blanks, and in hexadecimal: so
// bytes stand in a dump of the database.
func tells(text, canary string) bool {
	return strings.Contains(text, canary) || strings.Contains(strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(canary, " ", "")) ||
		strings.Contains(text, hex.EncodeToString([]byte(canary)))
}

// awaitLog waits until the log has these words.
func (r *rig) awaitLog(words string) {
	r.t.Helper()
	for end := time.Now().Add(patience); !strings.Contains(r.log.String(), words); <-time.After(10 * time.Millisecond) {
		if time.Now().After(end) {
			r.t.Fatalf("the log does not say %q", words)
		}
	}
}

// readKept is what the database holds of the member's name: sealed.
func (r *rig) readKept(t *testing.T) string {
	t.Helper()
	return string(readOne[[]byte](t, r, `SELECT name_sealed FROM members ORDER BY id LIMIT 1`))
}

// dumpPostgres writes all tables out as text.
func dumpPostgres(t *testing.T, url string) string {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'booths'`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	var dump strings.Builder
	for _, table := range tables {
		fmt.Fprintf(&dump, "-- %s\n", table)
		if _, err := conn.PgConn().CopyTo(ctx, &dump, "COPY "+table+" TO STDOUT"); err != nil {
			t.Fatal(err)
		}
	}
	return dump.String()
}

// dumpRedis writes all keys and values out.
func (r *rig) dumpRedis() string {
	ctx := context.Background()
	client := r.stores.redis.Client()
	var dump strings.Builder
	keys, err := client.Keys(ctx, "*").Result()
	if err != nil {
		r.t.Fatal(err)
	}
	for _, key := range keys {
		kind, err := client.Type(ctx, key).Result()
		if err != nil {
			r.t.Fatal(err)
		}
		var value any
		switch kind {
		case "string":
			value, err = client.Get(ctx, key).Result()
		case "zset": // the rate of a person: update ids
			value, err = client.ZRangeWithScores(ctx, key, 0, -1).Result()
		case "none": // it has run out since
		default:
			r.t.Fatalf("a key of type %s, which nobody looks into", kind)
		}
		if err != nil && !errors.Is(err, goredis.Nil) {
			r.t.Fatal(err)
		}
		fmt.Fprintf(&dump, "%s %v\n", key, value)
	}
	return dump.String()
}
