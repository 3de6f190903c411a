package telegramtest_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"sadasya/bot/telegramtest"
)

func TestFaultsOnDemand(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person()
	var fault *telegramtest.Fault
	b.OnCall(func(c telegramtest.Call) *telegramtest.Fault {
		if c.Method == "sendMessage" {
			return fault
		}
		return nil
	})
	send := params{"chat_id": chatID(p), "text": "x"}
	for _, c := range []struct {
		name    string
		fault   telegramtest.Fault
		status  int // 0: no answer
		after   int
		html    bool
		arrives bool
	}{
		{"none", telegramtest.Fault{}, 200, 0, false, true},
		{"throttled", telegramtest.Fault{Status: 429, RetryAfter: 7}, 429, 7, false, false},
		{"throttled, a second at the least", telegramtest.Fault{Status: 429}, 429, 1, false, false},
		{"an error of Telegram's", telegramtest.Fault{Status: 500}, 500, 0, false, false},
		{"a proxy's page", telegramtest.Fault{Status: 502, Page: true}, 502, 0, true, false},
		{"dropped before", telegramtest.Fault{DropBefore: true}, 0, 0, false, false},
		{"dropped after", telegramtest.Fault{DropAfter: true}, 0, 0, false, true},
	} {
		fault = &c.fault
		before := len(p.Messages())
		a, err := b.try("sendMessage", send)
		var syntax *json.SyntaxError
		switch {
		case c.status == 0 && !errors.Is(err, io.EOF):
			t.Errorf("%s: %+v, %v", c.name, a, err)
		case c.html != errors.As(err, &syntax):
			t.Errorf("%s: a page %v: %v", c.name, c.html, err)
		case a.status != c.status || a.Parameters.RetryAfter != c.after:
			t.Errorf("%s: %d, retry after %d", c.name, a.status, a.Parameters.RetryAfter)
		}
		if arrived := len(p.Messages()) > before; arrived != c.arrives {
			t.Errorf("%s: arrived %v", c.name, arrived)
		}
		b.done("getMe", nil, nil)
	}
}

func TestChaosComesInItsShare(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{Seed: 1})
	p := b.person()
	b.SetChaos(telegramtest.Chaos{Throttle: 0.2, RetryAfter: 3, Outage: 0.2, DropBefore: 0.2, DropAfter: 0.2})
	const n = 300
	got := map[string]int{}
	for range n {
		a, err := b.try("sendMessage", params{"chat_id": chatID(p), "text": "x"})
		switch {
		case a.status == 429 && a.Parameters.RetryAfter == 3:
			got["throttled"]++
		case a.status == 502:
			got["out"]++
		case err != nil:
			got["dropped"]++
		case a.OK:
			got["done"]++
		}
	}
	for what, share := range map[string]float64{"throttled": 0.2, "out": 0.2, "dropped": 0.4, "done": 0.2} {
		if x := float64(got[what]) / n; x < share-0.1 || x > share+0.1 {
			t.Errorf("%s: %.2f of all, want about %.2f", what, x, share)
		}
	}
	if arrived := len(p.Messages()) - 1; arrived <= got["done"] || arrived >= got["done"]+got["dropped"] {
		t.Errorf("%d messages arrived of %v: a drop comes before or after", arrived, got)
	}
	b.SetChaos(telegramtest.Chaos{Latency: 20 * time.Millisecond})
	began := time.Now()
	if b.done("getMe", nil, nil); time.Since(began) < 20*time.Millisecond {
		t.Error("it answered too soon")
	}
}

func TestUpdatesAreRepeatedAndTheirAnswersForgotten(t *testing.T) {
	t.Parallel()
	answer := func(w http.ResponseWriter, u update) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"method": "sendMessage", "chat_id": u.Message.Chat.ID, "text": u.Message.Text})
	}
	b := newBot(t, telegramtest.Options{Seed: 5})
	h := b.hook("", answer)
	p := b.Person(telegramtest.PersonOptions{})
	b.SetChaos(telegramtest.Chaos{Repeat: 1})
	if said, err := p.Say(wait(t), "a"); err != nil || len(said) != 2 || h.texts() != "a a" {
		t.Errorf("repeated: %v, %v, came %s", said, err, h.texts())
	}
	b.SetChaos(telegramtest.Chaos{Forget: 0.5})
	for range 20 {
		p.Send("b")
	}
	b.idle()
	came, said := strings.Count(h.texts(), "b"), 0
	for _, m := range p.Messages() {
		if m.FromBot && m.Text == "b" {
			said++
		}
	}
	if came <= 20 || said != 20 {
		t.Errorf("20 messages came %d times and were answered %d times", came, said)
	}
}

func TestASeedRepeatsWhatHappens(t *testing.T) {
	t.Parallel()
	play := func() string {
		b := newBot(t, telegramtest.Options{Seed: 9})
		b.SetChaos(telegramtest.Chaos{Throttle: 0.5})
		var happened strings.Builder
		for range 50 {
			if b.call("getMe", nil).OK {
				happened.WriteByte('x')
			} else {
				happened.WriteByte('-')
			}
		}
		return happened.String()
	}
	if first, second := play(), play(); first != second || !strings.Contains(first, "x") || !strings.Contains(first, "-") {
		t.Errorf("%s\n%s", first, second)
	}
}
