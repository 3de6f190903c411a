package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"sadasya/bot/telegramtest"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
)

// keeping is a serve with what was set aside beside it.
type keeping struct {
	*rig
	store  *postgres.Store
	beside []string // flags of the stores
	replay []string // a command line
}

func newKeeping(t *testing.T) keeping {
	t.Helper()
	server := embeddedtest.StartRedis(t)
	if server == nil {
		t.Skip("no redis-server; CI has one")
	}
	database, keys := embeddedtest.Database(t, postgrestest.Template(t)), keyPath(t)
	ok(t)(run(t, "keys", "new", "--out", keys))
	tg := telegramtest.NewServer(telegramtest.Options{})
	t.Cleanup(tg.Close)
	serve := newReplica(t, tg, "http://127.0.0.1:1/telegram", database, server.URL(), keys)
	serve.start()
	tg.SetBackends("http://" + serve.address)
	k := keeping{beside: []string{"--database-url", database, "--encryption-keys", keys}, store: openShared(t, database, keys)}
	out := ok(t)(run(t, append([]string{"appoint", "--office", "enroller", "--booth", "55/12", "--name", "Sunita Meena", "--telegram-id", "900"}, k.beside...)...))
	k.rig = &rig{t: t, telegram: tg, log: serve.log, code: party.Code(strings.Fields(out)[0])}
	k.replay = append([]string{"setaside", "replay", "--redis-url", server.URL(), "--telegram-bot-token", tg.Token(), "--telegram-api-url", tg.URL()}, k.beside...)
	return k
}

// keep sets an update aside as a fault of logic would have, and gives the row.
func (k keeping) keep(update int64, raw string) int64 {
	k.t.Helper()
	if err := k.store.SetAside(k.t.Context(), update, "panic", []byte(raw)); err != nil {
		k.t.Fatal(err)
	}
	list, err := asides(k.t.Context(), k.store, 1<<20)
	if err != nil || len(list) == 0 {
		k.t.Fatal(list, err)
	}
	return list[len(list)-1].ID
}

func typed(update, person int64, text string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":9,"from":{"id":%d,"first_name":"K"},"chat":{"id":%[2]d,"type":"private"},"text":%q}}`, update, person, text)
}

func (c *chatter) lastSaid() string {
	for list := c.Messages(); len(list) > 0; list = list[:len(list)-1] {
		if m := list[len(list)-1]; m.FromBot {
			return m.Text
		}
	}
	return ""
}

// TestWhatIsSetAsideIsReplayedOnce: what was set aside is handled by the command
// beside serve, once in effect however often it is replayed, and never as the
// answer to a question that was not asked when it was written.
func TestWhatIsSetAsideIsReplayedOnce(t *testing.T) {
	k := newKeeping(t)
	c := k.person(party.English)
	c.say("/start " + string(k.code))
	c.tap("English")
	at, err := c.Tap("✅ I am 18+ and I agree")
	if err != nil {
		t.Fatal(err)
	}
	c.settle()
	k.telegram.JumpIDs(at + 10)

	id := k.keep(at+1, typed(at+1, c.ID, "Canarija Devi"))
	out := ok(t)(run(t, append([]string{"setaside", "list"}, k.beside...)...))
	if !regexp.MustCompile(fmt.Sprintf(`(?m)^%d +\S+Z +%d +text +panic +0$`, id, at+1)).MatchString(out) || strings.Contains(out, "Canarija") || strings.Contains(out, fmt.Sprint(c.ID)) {
		t.Errorf("the list is\n%s", out)
	}
	if code, out, errs := run(t, append([]string{"setaside", "list", "--show"}, k.beside...)...); code != exitDone || !strings.Contains(out, "Canarija") || !strings.Contains(errs, "Do not keep it") {
		t.Errorf("shown: %s%s", out, errs)
	}
	asked := ""
	for range 2 { // the second time it was handled already
		if out := ok(t)(run(t, k.replay...)); out != fmt.Sprintf("%d: handled\n", id) {
			t.Errorf("replay: %q", out)
		}
		said := c.lastSaid()
		if !strings.Contains(said, "Voter ID") || asked != "" && said != asked {
			t.Errorf("after the replay the bot says %q, and before %q", said, asked)
		}
		asked = said
		id = k.keep(at+1, typed(at+1, c.ID, "Canarija Devi"))
	}

	// The person goes on; what was written before is no answer to what is asked now.
	epic := madeUpEPIC(1)
	c.say(epic)
	c.tap("✅ Yes, here")
	card := c.lastSaid()
	if !strings.Contains(card, "Canarija Devi") {
		t.Fatalf("the check card is %q", card)
	}
	late := k.keep(at+2, typed(at+2, c.ID, "Somebody Else"))
	if out := ok(t)(run(t, append(k.replay, fmt.Sprint(late))...)); out != fmt.Sprintf("%d: handled\n", late) {
		t.Errorf("replay: %q", out)
	}
	if said := c.lastSaid(); said != card {
		t.Errorf("the bot says %q, and before %q", said, card)
	}
	if c.tap("✅ All is right"); numberIn(c.Messages()) == "" || len(rowsOf(t, k.store)) != 1 {
		t.Errorf("%d rows", len(rowsOf(t, k.store)))
	}
}

func TestWhatCannotBeReplayedStaysAndCanBeDropped(t *testing.T) {
	k := newKeeping(t)
	bad := k.keep(77, `{"update_id":77,"message":[]}`)
	old := k.keep(78, `{"update_id":78,"my_chat_member":{"from":{"id":5},"chat":{"id":5,"type":"private"},"new_chat_member":{"status":"kicked"}}}`)
	code, out, errs := run(t, append(k.replay, fmt.Sprint(bad), fmt.Sprint(old), "999")...)
	for _, want := range []string{fmt.Sprintf("%d: it cannot be read", bad), fmt.Sprintf("%d: it tells only what was then", old), "999: it is not there"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in %q", want, out)
		}
	}
	if code != exitFailed || !strings.Contains(errs, "3 of 3 were not handled; 2 are set aside") {
		t.Errorf("exit %d, %q", code, errs)
	}
	list := ok(t)(run(t, append([]string{"setaside", "list"}, k.beside...)...))
	if !regexp.MustCompile(`(?m)77 +malformed +panic +1$`).MatchString(list) || !regexp.MustCompile(`(?m)78 +membership +panic +1$`).MatchString(list) {
		t.Errorf("the list is\n%s", list)
	}
	code, out, errs = run(t, append([]string{"setaside", "drop", fmt.Sprint(bad), "999", fmt.Sprint(old)}, k.beside...)...)
	if want := fmt.Sprintf("%d: dropped\n999: it is not there (any more)\n%d: dropped\n", bad, old); out != want {
		t.Errorf("dropped %q, want %q", out, want)
	}
	if code != exitFailed || errs != "sadasya: 1 of 3 were not dropped; sadasya setaside list shows which are there\n" {
		t.Errorf("exit %d, %q", code, errs)
	}
	if n, err := k.store.CountSetAside(t.Context()); n != 0 || err != nil {
		t.Errorf("%d are left, %v", n, err)
	}
	if code, _, _ := run(t, append([]string{"setaside", "drop", fmt.Sprint(bad)}, k.beside...)...); code != exitFailed {
		t.Errorf("dropped twice: exit %d", code)
	}
}

// TestOneThatCannotBeOpenedHoldsUpNoOther: it is listed as unreadable, and the
// replay of all goes on behind it.
func TestOneThatCannotBeOpenedHoldsUpNoOther(t *testing.T) {
	k := newKeeping(t)
	bad := k.keep(77, typed(77, 5, "/help"))
	conn, err := pgx.Connect(t.Context(), k.beside[1])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `UPDATE set_aside SET raw = 'spoilt'`); err != nil {
		t.Fatal(err)
	}
	good := k.keep(78, typed(78, 5, "/help"))
	list := ok(t)(run(t, append([]string{"setaside", "list", "--show"}, k.beside...)...))
	if !regexp.MustCompile(`(?m)77 +unreadable +panic +0$`).MatchString(list) || !regexp.MustCompile(`(?m)78 +command +panic +0$`).MatchString(list) || strings.Count(list, "/help") != 1 {
		t.Errorf("the list is\n%s", list)
	}
	code, out, errs := run(t, k.replay...)
	if code != exitFailed || !strings.Contains(out, fmt.Sprintf("%d: ", bad)) || !strings.Contains(out, fmt.Sprintf("%d: handled", good)) || !strings.Contains(errs, "1 of 2 were not handled; 1 are set aside") {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
}

// TestAllThatIsSetAsideIsGoneThrough: more than fit one list, which cannot be
// opened, keep none of those behind them from being listed and replayed.
func TestAllThatIsSetAsideIsGoneThrough(t *testing.T) {
	k := newKeeping(t)
	conn, err := pgx.Connect(t.Context(), k.beside[1])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	spoilt := 2*mostAside + 1
	var last int64
	if err := conn.QueryRow(t.Context(), `
WITH w AS (INSERT INTO set_aside (update_id, reason, raw) SELECT n, 'panic', 'spoilt' FROM generate_series(1, $1) AS n RETURNING id) SELECT max(id) FROM w`, spoilt).Scan(&last); err != nil {
		t.Fatal(err)
	}
	good := k.keep(int64(spoilt)+1, typed(int64(spoilt)+1, 5, "/help"))

	listed, args := 0, append([]string{"setaside", "list"}, k.beside...)
	for more := true; more; {
		code, out, errs := run(t, args...)
		if code != exitDone {
			t.Fatal(errs)
		}
		rows := strings.Split(strings.TrimSpace(out), "\n")[1:]
		listed += len(rows)
		id := strings.Fields(rows[len(rows)-1])[0]
		left := spoilt + 1 - listed
		more = left > 0
		if want := fmt.Sprintf("%d more are set aside: sadasya setaside list --after %s goes on.\n", left, id); len(rows) > mostAside || more && errs != want || !more && errs != "" {
			t.Fatalf("%d rows, and then %q", len(rows), errs)
		}
		args = append([]string{"setaside", "list", "--after", id}, k.beside...)
	}
	code, out, errs := run(t, k.replay...)
	if !strings.Contains(out, fmt.Sprintf("%d: ", last)) || !strings.HasSuffix(out, fmt.Sprintf("%d: handled\n", good)) {
		t.Errorf("it ends with %q", out[max(0, len(out)-200):])
	}
	if want := fmt.Sprintf("%d of %d were not handled; %[1]d are set aside", spoilt, spoilt+1); code != exitFailed || !strings.Contains(errs, want) {
		t.Errorf("exit %d, %q", code, errs)
	}
}

// asides are the oldest that are set aside.
func asides(ctx context.Context, s interface {
	EachAside(ctx context.Context, after int64, limit int, yield func(postgres.Aside) error) error
}, limit int,
) (list []postgres.Aside, err error) {
	err = s.EachAside(ctx, 0, limit, func(a postgres.Aside) error {
		list = append(list, a)
		return nil
	})
	return list, err
}
