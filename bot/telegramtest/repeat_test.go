package telegramtest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sadasya/bot/telegramtest"
)

func TestAnUpdateComesManyTimesAtOnceToEveryReplica(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	h := b.hook("", ok)
	p := b.person()
	b.idle()
	var came [2]atomic.Int64
	var bases []string
	for i := range came {
		replica := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came[i].Add(1) }))
		t.Cleanup(replica.Close)
		bases = append(bases, replica.URL)
	}
	id := p.Send("x")
	b.idle()
	if err := p.RepeatAtOnce(id, 50, bases...); err != nil {
		t.Error(err)
	}
	if came[0].Load() != 25 || came[1].Load() != 25 || h.texts() != "/start x" {
		t.Errorf("%d and %d came, and %q", came[0].Load(), came[1].Load(), h.texts())
	}
	if err := p.Repeat(1); err == nil {
		t.Error("an update that never was is repeated")
	}
	b.done("deleteWebhook", nil, nil)
	if err := p.Repeat(id); err == nil {
		t.Error("it went nowhere, and that is well")
	}
}

func TestChaosRepeatsSoManyTimes(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	h := b.hook("", ok)
	b.SetChaos(telegramtest.Chaos{Repeat: 1, Copies: 4})
	b.person()
	b.idle()
	if h.texts() != "/start /start /start /start /start" {
		t.Errorf("%s", h.texts())
	}
}

func TestAMessageThatComesLaterIsWaitedFor(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person()
	found := make(chan telegramtest.Message)
	go func() {
		m, err := p.WaitMessage(wait(t), 1)
		if err != nil {
			t.Error(err)
		}
		found <- m
	}()
	p.Send("I am waiting")
	b.done("sendMessage", params{"chat_id": chatID(p), "text": "here"}, nil)
	if m := <-found; m.ID != 3 || m.Text != "here" {
		t.Errorf("%+v", m)
	}
}

// Every call is remembered, also one that a fault kept from its effect.
func TestFaultsStandAmongTheAttempts(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person()
	faults := []telegramtest.Fault{
		{Status: 429, RetryAfter: 7}, {Status: 500}, {Page: true}, {DropBefore: true}, {DropAfter: true}, {Latency: time.Millisecond},
	}
	want := []string{"429 Too Many Requests", "500 Internal Server Error", "502 Bad Gateway", "the connection was dropped", "", ""}
	next := 0
	b.OnCall(func(telegramtest.Call) *telegramtest.Fault { next++; return &faults[next-1] })
	for range faults {
		_, _ = b.try("sendMessage", params{"chat_id": chatID(p), "text": "x"})
	}
	b.OnCall(nil)
	attempts := b.Attempts()
	if len(attempts) != len(want) {
		t.Fatalf("%d attempts, want %d", len(attempts), len(want))
	}
	for i, c := range attempts {
		if c.Fault != want[i] || c.Error != "" {
			t.Errorf("attempt %d: %q, %q; want %q", i, c.Fault, c.Error, want[i])
		}
	}
	if n := len(b.Calls()); n != 2 {
		t.Errorf("%d calls were carried out, want 2", n)
	}
	if n := len(p.Messages()); n != 3 {
		t.Errorf("%d messages stand in the chat, want the person's and two", n)
	}
}

func TestWhatIsMarkedIsTold(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person()
	b.done("sendMessage", params{"chat_id": chatID(p), "parse_mode": "HTML", "text": `🙏 <b>क<i>ख</i></b> &lt;<a href="https://example.org/?a=1&amp;b=2">x</a>`}, nil)
	m := p.Messages()[1]
	want := []telegramtest.Entity{
		{Type: "bold", Offset: 3, Length: 2},
		{Type: "italic", Offset: 4, Length: 1},
		{Type: "text_link", Offset: 7, Length: 1, URL: "https://example.org/?a=1&b=2"},
	}
	if len(m.Marked) != len(want) {
		t.Fatalf("%q: %+v", m.Text, m.Marked)
	}
	for i := range want {
		if m.Marked[i] != want[i] {
			t.Errorf("%+v, want %+v", m.Marked[i], want[i])
		}
	}
}

func TestEveryDeliveryIsSeen(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	var mu sync.Mutex
	var seen []telegramtest.Delivery
	b.OnDelivery(func(d telegramtest.Delivery) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, d)
	})
	fails := true // the first time
	b.hook("", func(w http.ResponseWriter, u update) {
		if fails {
			fails = false
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"method": "sendMessage", "chat_id": u.Message.Chat.ID, "text": "here"})
	})
	p := b.person()
	b.idle()
	mu.Lock()
	defer mu.Unlock()
	chat := p.Messages()
	if len(seen) != 2 || seen[0].Err == nil || seen[0].Message != 0 || seen[1].Err != nil || seen[1].Message != chat[len(chat)-1].ID || seen[1].Ended.Before(seen[0].Ended) {
		t.Errorf("%+v of %+v", seen, chat)
	}
}
