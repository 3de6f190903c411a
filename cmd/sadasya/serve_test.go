package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"sadasya/bot/telegramtest"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/embedded/faultstest"
	"sadasya/store/postgres/postgrestest"
)

// TestServeDrainsAndLosesNothing: told to end while people write, a replica ends
// within ten seconds what is under way, and another goes on where it stopped.
func TestServeDrainsAndLosesNothing(t *testing.T) {
	redis := embeddedtest.StartRedis(t)
	if redis == nil {
		t.Skip("no redis-server; CI has one")
	}
	database := embeddedtest.Database(t, postgrestest.Template(t))
	keys := keyPath(t)
	ok(t)(run(t, "keys", "new", "--out", keys))
	tg := telegramtest.NewServer(telegramtest.Options{Backoff: 10 * time.Millisecond})
	t.Cleanup(tg.Close)
	webhook := "http://127.0.0.1:1/telegram"
	first := newReplica(t, tg, webhook, database, redis.URL(), keys)
	second := newReplica(t, tg, webhook, database, redis.URL(), keys)
	first.start()
	tg.SetBackends("http://" + first.address)
	if code, body := first.get("/readyz"); code != http.StatusOK {
		t.Errorf("readyz: %d %s", code, body)
	}
	if code, _ := first.get("/healthz"); code != http.StatusOK {
		t.Errorf("healthz: %d", code)
	}
	if code, _ := first.get("/telegram"); code != http.StatusMethodNotAllowed {
		t.Errorf("GET of the webhook: %d", code)
	}

	// The command line works beside it.
	beside := []string{"--database-url", database, "--encryption-keys", keys}
	out := ok(t)(run(t, append([]string{"appoint", "--office", "enroller", "--booth", "55/12", "--name", "Sunita Meena", "--telegram-id", "900"}, beside...)...))
	lines := strings.Fields(out)
	if len(lines) != 2 || !strings.HasPrefix(lines[1], "https://t.me/"+tg.Username()) {
		t.Errorf("appoint beside serve: %q", out)
	}

	r := &rig{t: t, telegram: tg, log: first.log, code: party.Code(lines[0])}
	c := r.person(party.English)
	c.say("/start " + lines[0])
	c.tap("English")
	c.tap("✅ I am 18+ and I agree")
	kamla, geeta := r.person(party.English), r.person(party.English)
	kamla.steps(toCheck...)
	geeta.steps(toNumber...)
	slow := hang(tg, map[string]time.Duration{"sendMessage": 2 * time.Second, "deleteMessage": 6 * time.Second}, func(telegramtest.Call) bool { return true })
	if _, err := kamla.Tap("✅ All is right"); err != nil {
		t.Fatal(err)
	}
	geeta.Send("1234 5678 9012") // must not lie in the chat
	slow.await(t, "sendMessage", kamla.ID)
	slow.await(t, "deleteMessage", geeta.ID)
	c.Send("Kamla Devi")
	if took := first.end(); took > drainTime+endMargin {
		t.Errorf("it took %v to end", took)
	}
	if !strings.Contains(first.log.String(), "msg=stopped") {
		t.Errorf("it did not end cleanly:\n%s", first.log)
	}
	tg.OnCall(nil)
	soon, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := kamla.Wait(soon); err != nil || numberIn(kamla.fromBot()) == "" {
		t.Errorf("the answer under way was broken off: %v, %+v", err, kamla.fromBot())
	}
	if !slices.ContainsFunc(tg.Calls(), func(c telegramtest.Call) bool {
		return c.Method == "deleteMessage" && c.Params["chat_id"] == fmt.Sprint(geeta.ID)
	}) {
		t.Error("what must not lie in a chat stays")
	}
	c.Send(madeUpEPIC(2))
	second.start()
	tg.SetBackends("http://" + second.address)
	c.settle()
	c.tap("✅ Yes, here")
	number := numberIn(c.tap("✅ All is right"))
	if out := ok(t)(run(t, append([]string{"export", "members", "--out", "-"}, beside...)...)); !strings.Contains(out, number+",Kamla Devi,") || number == "" {
		t.Errorf("%q is not in\n%s", number, out)
	}

	redis.Kill()
	if code, body := second.get("/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(body, "redis") {
		t.Errorf("readyz without Redis: %d %s", code, body)
	}
	redis.Start()
	ramesh := r.person(party.English)
	ramesh.steps(toNumber...)
	second.end()
	r.database = database
	if step := readOne[string](t, r, `SELECT step FROM people WHERE telegram_id = $1`, ramesh.ID); step != "enroll/voterid" {
		t.Errorf("the last step is not on record, but %q", step)
	}
}

func TestOneProcessPolls(t *testing.T) {
	database := embeddedtest.Database(t, postgrestest.Template(t))
	keys := keyPath(t)
	ok(t)(run(t, "keys", "new", "--out", keys))
	tg := telegramtest.NewServer(telegramtest.Options{})
	t.Cleanup(tg.Close)
	first := newReplica(t, tg, "", database, embeddedtest.Redis(t), keys)
	first.start()
	code, _, errs := run(t, "serve", "--telegram-bot-token", tg.Token(), "--telegram-api-url", tg.URL(), "--listen-addr", faultstest.FreeAddress(t),
		"--database-url", database, "--redis-url", embeddedtest.Redis(t), "--encryption-keys", keys)
	if code != exitFailed || !strings.Contains(errs, "another process polls already") {
		t.Errorf("exit %d, %q", code, errs)
	}
	first.end()
}

// TestServeOnStoresOfItsOwn starts serve with a token alone, as an operator
// does, while appoint and export run beside it.
func TestServeOnStoresOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	tg := telegramtest.NewServer(telegramtest.Options{})
	t.Cleanup(tg.Close)
	alone := newReplica(t, tg, "", "", "", "")
	alone.env = append(alone.env, "DATA_DIR="+dir)
	alone.start()
	code := strings.Fields(ok(t)(run(t, "appoint", "--data-dir", dir, "--office", "enroller", "--booth", "55/12", "--name", "Sunita Meena", "--telegram-id", "900")))[0]
	r := &rig{t: t, telegram: tg, log: alone.log, code: party.Code(code)}
	number := r.person(party.English).enrol("Kamla Devi", madeUpEPIC(1))
	if out := ok(t)(run(t, "export", "members", "--data-dir", dir, "--out", "-")); !strings.Contains(out, number+",Kamla Devi,") || number == "" {
		t.Errorf("%q is not in\n%s", number, out)
	}
	for language, want := range map[string]string{"hi": "START दबाएँ", "en": "Tap START", "": "START दबाएँ"} {
		if got := tg.Profile("description", language); !strings.Contains(got, want) {
			t.Errorf("the description in %q: %q", language, got)
		}
	}
	alone.end()
}
