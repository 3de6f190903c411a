package telegramtest_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"sadasya/bot/telegramtest"
)

// clock is one that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2027, 2, 7, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestTooManyMessagesAreRefusedUntilTimePasses(t *testing.T) {
	t.Parallel()
	now := newClock()
	b := newBot(t, telegramtest.Options{Now: now.Now, Rate: 5, RateAChat: 1})
	one, two := b.person(), b.person()
	send := func(p *telegramtest.Person) answer {
		return b.call("sendMessage", params{"chat_id": chatID(p), "text": "x"})
	}
	for i := range 3 {
		if a := send(one); !a.OK {
			t.Fatalf("message %d of a chat: %s", i+1, a.Description)
		}
	}
	if a := send(one); a.status != http.StatusTooManyRequests || a.Parameters.RetryAfter != 1 || a.Description != "Too Many Requests: retry after 1" {
		t.Errorf("the fourth message of a chat: %+v", a)
	}
	for range 2 {
		if a := send(two); !a.OK {
			t.Fatalf("another chat: %s", a.Description)
		}
	}
	if a := send(two); a.status != http.StatusTooManyRequests {
		t.Errorf("the sixth message in all: %+v", a)
	}
	if a := b.call("sendChatAction", params{"chat_id": chatID(one), "action": "typing"}); !a.OK {
		t.Errorf("what is no message: %s", a.Description)
	}
	now.pass(time.Second)
	if a := send(one); !a.OK {
		t.Errorf("a second later: %s", a.Description)
	}
	if n := len(one.Messages()) + len(two.Messages()); n != 2+3+2+1 {
		t.Errorf("%d messages stand in the chats", n)
	}
}

// A tap is given up after 150 seconds, a message after a day, by the clock.
func TestAnUpdateIsGivenUpWhenItsTimeIsOver(t *testing.T) {
	t.Parallel()
	now := newClock()
	b := newBot(t, telegramtest.Options{Now: now.Now})
	var mu sync.Mutex
	tapped, texts := 0, 0
	b.hook("", func(w http.ResponseWriter, u update) {
		mu.Lock()
		defer mu.Unlock()
		if u.Tap != nil {
			tapped++
		} else {
			texts++
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	count := func(n *int) func() bool {
		mu.Lock()
		had := *n
		mu.Unlock()
		return func() bool { mu.Lock(); defer mu.Unlock(); return *n > had+1 }
	}
	failure := ""
	pending := func() int {
		var info struct {
			Pending int    `json:"pending_update_count"`
			Error   string `json:"last_error_message"`
			Date    int64  `json:"last_error_date"`
		}
		b.done("getWebhookInfo", nil, &info)
		failure = info.Error
		if (info.Error == "") != (info.Date == 0) {
			t.Errorf("a failure and its date go together: %+v", info)
		}
		return info.Pending
	}
	p := b.person()
	p.TapData(1, "x")
	again := func(counts ...*int) { // failures wake nobody; the next delivery is milliseconds away
		t.Helper()
		for _, n := range counts {
			for more := count(n); !more(); {
				pending()
			}
		}
	}
	now.pass(140 * time.Second)
	again(&tapped, &texts)
	if n := pending(); n != 2 || failure != "Wrong response from the webhook: 503 Service Unavailable" {
		t.Errorf("after 140 s %d updates wait: %q", n, failure)
	}
	now.pass(20 * time.Second)
	for pending() != 1 {
		again(&texts)
	}
	now.pass(23 * time.Hour)
	again(&texts)
	if n := pending(); n != 1 {
		t.Errorf("after 23 hours %d updates wait", n)
	}
	now.pass(time.Hour)
	b.idle()
}

func TestNoMoreDeliveriesAtOnceThanAskedFor(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	var mu sync.Mutex
	under, most := 0, 0
	full := make(chan struct{})
	h := b.hook("", func(http.ResponseWriter, update) {
		mu.Lock()
		under++
		if most = max(most, under); under == 3 && most == 3 {
			select {
			case <-full:
			default:
				close(full)
			}
		}
		mu.Unlock()
		<-full // so that three are under way for certain
		mu.Lock()
		under--
		mu.Unlock()
	})
	b.done("setWebhook", params{"url": h.url, "max_connections": "3"}, nil)
	for range 30 {
		b.person()
	}
	b.idle()
	if most != 3 {
		t.Errorf("%d were under way at once, want 3", most)
	}
}

func TestOnlyWhatTheBotAskedForComes(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	h := b.hook("", ok)
	b.done("setWebhook", params{"url": h.url, "allowed_updates": `["message","callback_query"]`}, nil)
	p := b.person()
	p.Edit("/start again")
	p.TapData(1, "x")
	p.Block()
	p.SendRaw(map[string]any{"poll": map[string]any{}}) // raw is raw
	if err := p.Wait(wait(t)); err != nil {
		t.Fatal(err)
	}
	b.done("deleteWebhook", nil, nil)
	p.Edit("/start yet again")
	var rest []update
	b.done("getUpdates", nil, &rest) // what was asked for once holds
	b.done("getUpdates", params{"allowed_updates": `[]`}, nil)
	p.Edit("/start")
	b.done("getUpdates", nil, &rest)
	if len(h.came) != 3 || len(rest) != 1 || rest[0].Edited == nil {
		t.Errorf("%d came, then %+v", len(h.came), rest)
	}
}

// Thousands of people in one process: who waits for one is not woken by all.
func BenchmarkManyPeople(b *testing.B) {
	for _, n := range []int{100, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := newBot(b, telegramtest.Options{Keep: 1})
			s.hook("", echo)
			idle := make(chan *telegramtest.Person, n)
			for range n {
				idle <- s.Person(telegramtest.PersonOptions{})
			}
			next := make(chan *telegramtest.Person)
			var wg sync.WaitGroup
			for range n {
				wg.Go(func() {
					for p := range next {
						if said, err := p.Say(b.Context(), "x"); err != nil || len(said) != 1 {
							b.Errorf("%d answers, %v", len(said), err)
						}
						idle <- p
					}
				})
			}
			b.ResetTimer()
			for range b.N {
				next <- <-idle
			}
			close(next)
			wg.Wait()
		})
	}
}
