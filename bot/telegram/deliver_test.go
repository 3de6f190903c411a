package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sadasya/bot"
	"sadasya/bot/telegramtest"
	"sadasya/party"
)

// fault makes the calls of a method fail: the first n of them, or all where n
// is negative.
func (r *rig) fault(method string, n int64, f telegramtest.Fault) {
	var met atomic.Int64
	r.telegram.OnCall(func(c telegramtest.Call) *telegramtest.Fault {
		if c.Method != method || n >= 0 && met.Add(1) > n {
			return nil
		}
		return &f
	})
}

// meena is somebody who may be written to.
func (r *rig) meena() *telegramtest.Person {
	p := r.telegram.Person(telegramtest.PersonOptions{ID: person, Name: "Meena"})
	p.Send("hi")
	return p
}

// heard is what the bot said in a chat.
func heard(p *telegramtest.Person) (texts []string) {
	for _, m := range p.Messages() {
		if m.FromBot {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// TestWhatIsAwayComesAgain: a store that is away and a session that keeps
// changing are 503, however often, and never count against the update.
func TestWhatIsAwayComesAgain(t *testing.T) {
	for _, cause := range []error{party.ErrUnavailable, bot.ErrBusy, fmt.Errorf("read session: %w", party.ErrUnavailable)} {
		t.Run(cause.Error(), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, &recorder{answer: always(say("never said"), cause)})
			for range 2 * poisonLimit {
				w := r.post(said(person, "hi"))
				if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "1" || w.Body.Len() > 0 {
					t.Fatalf("answered %d, Retry-After %q: %q", w.Code, w.Header().Get("Retry-After"), w.Body)
				}
			}
			if len(r.bot.seen().Aside) > 0 || len(r.bot.failures) > 0 {
				t.Error("it was counted against the update")
			}
		})
	}
	t.Run("for a group and a membership", func(t *testing.T) {
		r := newRig(t, &recorder{away: party.ErrUnavailable})
		for _, c := range append(senders(), others()...) {
			touches := len(c.want.Groups)+len(c.want.Reachable)+len(c.want.Aside) > 0
			if w := r.post(c.raw); (w.Code == http.StatusServiceUnavailable) != touches {
				t.Errorf("%s: answered %d", c.name, w.Code)
			}
		}
	})
	t.Run("while failures cannot be counted", func(t *testing.T) {
		r := newRig(t, &recorder{answer: always(bot.Reply{}, errors.New("logic")), away: party.ErrUnavailable})
		for range 2 * poisonLimit {
			if w := r.post(said(person, "hi")); w.Code != http.StatusServiceUnavailable {
				t.Errorf("answered %d", w.Code)
			}
		}
	})
}

// TestPoisonIsSetAside: an error of logic or a panic is 500 twice; at the third
// time the update is set aside and the chat goes on. The log holds nothing of
// what was written or of what panicked.
func TestPoisonIsSetAside(t *testing.T) {
	var nobody *telegramtest.Person
	for _, c := range []struct {
		name, reason string
		fail         func() error
	}{
		{"an error", "logic", func() error { return errors.New("a fault of logic") }},
		{"a panic of a string", "panic", func() error { panic("canary") }},
		{"a panic of an error", "panic", func() error { panic(fmt.Errorf("canary")) }},
		{"a panic of a value", "panic", func() error { panic(struct{ Name string }{"canary"}) }},
		{"a panic of the runtime", "panic", func() error { _ = nobody.Name; return nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, &recorder{answer: func(u bot.Update) (bot.Reply, error) {
				if u.ID == 70 {
					return bot.Reply{}, c.fail()
				}
				return say("went on"), nil
			}})
			for i, want := range []int{500, 500, 200} {
				if len(r.bot.seen().Aside) > 0 {
					t.Errorf("set aside before time %d", i+1)
				}
				if w := r.post(said(person, "canary")); w.Code != want || w.Body.Len() > 0 {
					t.Errorf("time %d: answered %d %q, want %d", i+1, w.Code, w.Body, want)
				}
			}
			if diff := cmp.Diff([]aside{{70, c.reason}}, r.bot.seen().Aside); diff != "" {
				t.Errorf("set aside (-want +got):\n%s", diff)
			}
			if w := r.post(strings.Replace(said(person, "hi"), "70", "71", 1)); !strings.Contains(w.Body.String(), "went on") {
				t.Errorf("the next one: %d %q", w.Code, w.Body)
			}
			if n := strings.Count(r.log.String(), "an update failed"); n != 3 || strings.Count(r.log.String(), "level=ERROR") != 4 {
				t.Errorf("three failures and the end are not four lines:\n%s", r.log)
			}
			for _, secret := range []string{"canary", fmt.Sprint(int64(person)), strconv.FormatInt(person, 16), "Meena", r.telegram.Token()} {
				if strings.Contains(r.log.String(), secret) {
					t.Errorf("the log holds %q:\n%s", secret, r.log)
				}
			}
		})
	}
}

// TestAReceiptIsKnownToHaveArrived: it goes by a call that is repeated until it
// is taken; only then is the update handled.
func TestAReceiptIsKnownToHaveArrived(t *testing.T) {
	for _, c := range []struct {
		name  string
		times int64
		fault telegramtest.Fault
		heard int
	}{
		{"at once", 0, telegramtest.Fault{}, 1},
		{"after 429", 1, telegramtest.Fault{Status: 429, RetryAfter: 1}, 1},
		{"after 500", 2, telegramtest.Fault{Status: 500}, 1},
		{"after a proxy's page", 1, telegramtest.Fault{Status: 502, Page: true}, 1},
		{"after a connection that dropped", 1, telegramtest.Fault{DropBefore: true}, 1},
		{"after one that dropped too late", 1, telegramtest.Fault{DropAfter: true}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, &recorder{answer: always(bot.Reply{Messages: say("number 7").Messages, Receipt: true}, nil)})
			p := r.meena()
			r.fault("sendMessage", c.times, c.fault)
			if w := r.post(said(person, "yes")); w.Code != http.StatusOK || w.Body.Len() > 0 {
				t.Errorf("answered %d %q", w.Code, w.Body)
			}
			if got := heard(p); len(got) != c.heard || got[0] != "number 7" {
				t.Errorf("heard %q, want it %d times", got, c.heard)
			}
		})
	}
}

// TestAReceiptThatDoesNotArriveComesAgain: at once where Telegram wants a pause
// that is too long, else after ten seconds.
func TestAReceiptThatDoesNotArriveComesAgain(t *testing.T) {
	receipt := always(bot.Reply{Messages: say("number 7").Messages, Receipt: true}, nil)
	t.Run("throttled", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, &recorder{answer: receipt})
		r.meena()
		r.fault("sendMessage", -1, telegramtest.Fault{Status: 429, RetryAfter: 60})
		if w := r.post(said(person, "yes")); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
			t.Errorf("answered %d", w.Code)
		}
		if len(r.bot.failures) > 0 {
			t.Error("it was counted against the update")
		}
	})
	for name, answer := range map[string]roundTrip{
		"an outage": func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusBadGateway, Body: http.NoBody}, nil
		},
		"no answer": func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		},
	} {
		synctest.Test(t, func(t *testing.T) { // a clock of its own: ten seconds pass at once
			api := NewAPI("http://telegram.invalid", "1:none")
			api.transport = answer // a socket would stop the clock
			r := &rig{edge: NewEdge(&recorder{answer: receipt}, api, func() string { return "" }, slog.New(slog.DiscardHandler))}
			began := time.Now()
			w := r.post(said(person, "yes"))
			if took := time.Since(began); w.Code != http.StatusServiceUnavailable || took > receiptTimeout || took < receiptTimeout/2 {
				t.Errorf("%s: answered %d after %v", name, w.Code, took)
			}
		})
	}
}

// roundTrip is a network in a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// TestTheResponseCarriesTheLastMessageOnly: what comes before it, a receipt and
// a voice go by calls.
func TestTheResponseCarriesTheLastMessageOnly(t *testing.T) {
	spoken := bot.Message{Voice: &bot.Voice{Name: "consent.hi.ogg", Ogg: []byte("OggS, made up")}}
	buttons := [][]bot.Button{{{Label: "हाँ", Data: "y"}}}
	for _, c := range []struct {
		name     string
		reply    bot.Reply
		calls    []string // methods, in order
		response string
	}{
		{"nothing", bot.Reply{}, nil, ""},
		{"one", say("a"), nil, "a"},
		{"one with buttons", bot.Reply{Messages: []bot.Message{{HTML: "a", Buttons: buttons}}}, nil, "a"},
		{"two", say("a", "b"), []string{"sendMessage a"}, "b"},
		{"a receipt", bot.Reply{Messages: say("a").Messages, Receipt: true}, []string{"sendMessage a"}, ""},
		{"a receipt and more", bot.Reply{Messages: say("a", "b").Messages, Receipt: true}, []string{"sendMessage a"}, "b"},
		{"a voice", bot.Reply{Messages: []bot.Message{spoken}}, []string{"sendVoice "}, ""},
		{"words and a voice", bot.Reply{Messages: []bot.Message{{HTML: "a"}, spoken}}, []string{"sendMessage a", "sendVoice "}, ""},
		{"a voice and words", bot.Reply{Messages: []bot.Message{spoken, {HTML: "a"}}}, []string{"sendVoice "}, "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, &recorder{answer: always(c.reply, nil)})
			r.meena()
			w := r.post(said(person, "hi"))
			var calls []string
			for _, call := range r.telegram.Calls() {
				calls = append(calls, call.Method+" "+call.Params["text"])
			}
			if diff := cmp.Diff(c.calls, calls); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			var response struct {
				Method string
				Chat   int64 `json:"chat_id"`
				Text   string
			}
			if w.Body.Len() > 0 {
				if err := json.Unmarshal(w.Body.Bytes(), &response); err != nil || response.Method != "sendMessage" || response.Chat != person {
					t.Errorf("%s, %v", w.Body, err)
				}
			}
			if w.Code != http.StatusOK || response.Text != c.response {
				t.Errorf("answered %d %q, want %q", w.Code, w.Body, c.response)
			}
		})
	}
}

// TestWhileThrottledEverythingGoesByCalls: until the pause is over.
func TestWhileThrottledEverythingGoesByCalls(t *testing.T) {
	r := newRig(t, &recorder{answer: always(say("a"), nil)})
	p := r.meena()
	var ahead time.Duration
	r.api.now = func() time.Time { return time.Now().Add(ahead) }
	r.fault("sendMessage", 1, telegramtest.Fault{Status: 429, RetryAfter: 60})
	if err := r.api.send(t.Context(), person, bot.Message{HTML: "x"}); err == nil || !r.api.Throttling() {
		t.Fatalf("not throttled: %v", err)
	}
	if w := r.post(said(person, "hi")); w.Code != http.StatusOK || w.Body.Len() > 0 {
		t.Errorf("answered %d %q", w.Code, w.Body)
	}
	if diff := cmp.Diff([]string{"a"}, heard(p)); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	ahead = 61 * time.Second
	if w := r.post(said(person, "hi")); w.Body.Len() == 0 {
		t.Error("the pause is over, but the response is not used")
	}
}
