package telegramtest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"sadasya/bot/telegramtest"
)

func TestMessagesComeInOrderAndFailedOnesAgain(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{Backoff: 5 * time.Millisecond})
	var mu sync.Mutex
	tries, at := 0, []time.Time{}
	h := b.hook("S-3_cret", func(w http.ResponseWriter, u update) {
		mu.Lock()
		defer mu.Unlock()
		if u.Message.Text == "2" {
			at = append(at, time.Now())
			if tries++; tries <= 4 {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		}
	})
	p := b.Person(telegramtest.PersonOptions{})
	for _, text := range []string{"1", "2", "3", "4"} {
		p.Send(text)
	}
	b.idle()
	if got := h.texts(); got != "1 2 2 2 2 2 3 4" {
		t.Errorf("there came %s", got)
	}
	for i, least := range []time.Duration{5, 10, 20, 40} { // milliseconds, doubling
		if pause := at[i+1].Sub(at[i]); pause < least*time.Millisecond {
			t.Errorf("pause %d was %v, less than %d ms", i, pause, least)
		}
	}
	var info struct {
		Pending int    `json:"pending_update_count"`
		Last    string `json:"last_error_message"`
	}
	if b.done("getWebhookInfo", nil, &info); info.Pending != 0 || !strings.Contains(info.Last, "503") {
		t.Errorf("%+v", info)
	}
}

// A person's poison message holds up nobody else, nor a tap of their own.
func TestTapsOvertakeAMessageThatIsStuck(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	release := make(chan struct{})
	b.hook("", func(_ http.ResponseWriter, u update) {
		if u.Message != nil && u.Message.Text == "stuck" {
			<-release
		}
	})
	p, other := b.person(), b.person()
	b.idle()
	b.done("sendMessage", params{"chat_id": chatID(p), "text": "?", "reply_markup": keyboard}, nil)
	p.Send("stuck")
	p.Send("behind")
	if _, err := other.Say(wait(t), "x"); err != nil {
		t.Errorf("another person waits: %v", err)
	}
	if _, err := p.Tap("हाँ"); err != nil {
		t.Fatal(err)
	}
	err := b.Await(wait(t), func() bool {
		var info struct {
			Pending int `json:"pending_update_count"`
		}
		b.done("getWebhookInfo", nil, &info)
		return info.Pending == 2 // the two messages
	})
	if err != nil {
		t.Errorf("the tap waits: %v", err)
	}
	close(release)
	b.idle()
}

func TestTapsRaceWithEachOther(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	both := make(chan struct{}, 2)
	met := make(chan struct{})
	var once sync.Once
	b.hook("", func(_ http.ResponseWriter, u update) {
		if u.Tap == nil {
			return
		}
		if both <- struct{}{}; len(both) == 2 {
			once.Do(func() { close(met) })
		}
		<-met // each waits until the other is here too
	})
	p := b.person()
	b.idle()
	b.done("sendMessage", params{"chat_id": chatID(p), "text": "?", "reply_markup": keyboard}, nil)
	for range 2 {
		if _, err := p.Tap("हाँ"); err != nil {
			t.Fatal(err)
		}
	}
	b.idle()
	if _, err := p.Tap("no such button"); err == nil {
		t.Error("a button was tapped that is not there")
	}
}

func TestTheCallInTheAnswerIsCarriedOut(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	b.hook("", func(w http.ResponseWriter, u update) {
		w.Header().Set("Content-Type", "application/json")
		text := "you said " + u.Message.Text
		if u.Message.Text == "bad" {
			text = "<b>"
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"method": "sendMessage", "chat_id": u.Message.Chat.ID, "text": text, "parse_mode": "HTML",
			"reply_markup": map[string]any{"inline_keyboard": [][]any{{map[string]string{"text": "ok", "callback_data": "ok"}}}},
		})
	})
	p := b.Person(telegramtest.PersonOptions{})
	said, err := p.Say(wait(t), "नमस्ते")
	if err != nil || len(said) != 1 || said[0].Text != "you said नमस्ते" || said[0].Buttons[0][0].Data != "ok" {
		t.Errorf("it said %+v, %v", said, err)
	}
	if said, err := p.Say(wait(t), "bad"); err != nil || len(said) != 0 {
		t.Errorf("bad HTML was shown: %+v, %v", said, err)
	}
	calls := b.Calls()
	last := calls[len(calls)-1]
	if !last.Webhook || last.Method != "sendMessage" || !strings.Contains(last.Error, "can't parse entities") {
		t.Errorf("the last call is %+v", last)
	}
}

func TestAnAnswerThatIsNoCallIsTakenAsDone(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	h := b.hook("", func(w http.ResponseWriter, u update) {
		_, _ = io.WriteString(w, map[string]string{"1": "ok", "2": "{}", "3": `{"method":7}`, "4": " "}[u.Message.Text])
	})
	p := b.Person(telegramtest.PersonOptions{})
	for _, text := range []string{"1", "2", "3", "4"} {
		p.Send(text)
	}
	b.idle()
	if got := h.texts(); got != "1 2 3 4" {
		t.Errorf("there came %s", got)
	}
}

// TestUpdatesThatAreDroppedUnderWayAreGone covers the three ways in which an
// update ends while it is being delivered; those after it are delivered.
func TestUpdatesThatAreDroppedUnderWayAreGone(t *testing.T) {
	t.Parallel()
	for name, drop := range map[string]func(b *bot){
		"webhook anew":    func(b *bot) { b.hookAgain() },
		"webhook deleted": func(b *bot) { b.done("deleteWebhook", params{"drop_pending_updates": "true"}, nil) },
		"fetched instead": func(b *bot) {
			b.done("deleteWebhook", nil, nil)
			b.done("getUpdates", params{"offset": "1003"}, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBot(t, telegramtest.Options{FirstID: 1000})
			reached, release := make(chan struct{}, 2), make(chan struct{})
			b.hook("", func(http.ResponseWriter, update) {
				reached <- struct{}{}
				<-release
			})
			p := b.Person(telegramtest.PersonOptions{})
			p.Send("1")
			p.Send("2")
			<-reached
			drop(b)
			close(release)
			h := b.hook("", ok)
			p.Send("3")
			b.idle()
			if got := h.texts(); got != "3" {
				t.Errorf("there came %s", got)
			}
		})
	}
}

// hookAgain sets another webhook and drops what is pending.
func (b *bot) hookAgain() {
	b.t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	b.t.Cleanup(server.Close)
	b.done("setWebhook", params{"url": server.URL, "drop_pending_updates": "true"}, nil)
}

func TestBackendsShareTheWebhook(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	var mu sync.Mutex
	came := map[string]int{}
	backend := func(name string) string {
		s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
			mu.Lock()
			came[name+req.URL.Path]++
			mu.Unlock()
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	b.SetBackends(backend("a"), backend("b"))
	b.done("setWebhook", params{"url": "https://sadasya.example/telegram/x"}, nil)
	for range 40 {
		b.person()
	}
	b.idle()
	if a, other := came["a/telegram/x"], came["b/telegram/x"]; a == 0 || other == 0 || a+other != 40 {
		t.Errorf("%v", came)
	}
}

func TestARepeatedUpdateIsTheSame(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{FirstID: 41})
	var fail bool
	h := b.hook("", func(w http.ResponseWriter, _ update) {
		if fail {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	p := b.Person(telegramtest.PersonOptions{})
	id := p.Send("once")
	b.idle()
	if err := p.Repeat(id); err != nil {
		t.Error(err)
	}
	fail = true
	if err := p.Repeat(id); err == nil {
		t.Error("a 500 counts as an answer")
	}
	if id != 42 || len(h.came) != 3 || h.came[0].ID != id || h.came[2].ID != id || h.texts() != "once once once" {
		t.Errorf("update %d: %+v", id, h.came)
	}
	fail = false
	b.JumpIDs(1 << 40)
	if id := p.Send("after a quiet week"); id != 1<<40 {
		t.Errorf("update %d", id)
	}
	b.idle()
}
