package telegram

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sadasya/bot"
	"sadasya/bot/telegramtest"
	"sadasya/party"
)

// tally is a Watch that remembers what it was told, without times.
type tally struct {
	mu    sync.Mutex
	lines []string
}

func (w *tally) add(line string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines = append(w.lines, line)
}

func (w *tally) Update(kind, outcome string, _ time.Duration) { w.add(kind + " " + outcome) }
func (w *tally) Call(method string, c Class, _ time.Duration) { w.add(method + " " + string(c)) }

func (w *tally) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.lines
	w.lines = nil
	return list
}

func TestEveryUpdateIsToldOnceByKindAndOutcome(t *testing.T) {
	for name, c := range map[string]struct {
		body   string
		answer error
		want   string
	}{
		"words":       {said(person, "hi"), nil, "text handled"},
		"a command":   {said(person, "/start"), nil, "command handled"},
		"a photo":     {message(person, `"photo":[{"file_id":"a"}]`), nil, "media handled"},
		"a place":     {message(person, `"location":{"latitude":26.9,"longitude":75.8}`), nil, "location handled"},
		"a phone":     {message(person, `"contact":{"phone_number":"1","user_id":1}`), nil, "contact handled"},
		"a tap":       {fmt.Sprintf(`{"update_id":70,"callback_query":{"id":"1","from":{"id":%d},"data":"x"}}`, int64(person)), nil, "tap handled"},
		"too many":    {said(person, "hi"), errSlowed, "text slowed"},
		"a store":     {said(person, "hi"), party.ErrUnavailable, "text later"},
		"a fault":     {said(person, "hi"), errors.New("a fault of logic"), "text failed"},
		"no update":   {`{"update_id":70,"message":[]}`, nil, "malformed aside"},
		"half":        {`{"update_id":70,"mess`, nil, "malformed cut"},
		"a channel":   {`{"update_id":70,"channel_post":{}}`, nil, "ignored handled"},
		"who blocked": {fmt.Sprintf(`{"update_id":70,"my_chat_member":{"from":{"id":%d},"chat":{"id":%[1]d,"type":"private"},"new_chat_member":{"status":"kicked"}}}`, int64(person)), nil, "membership handled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reply, fault := bot.Reply{}, c.answer
			if reply.Slowed = errors.Is(c.answer, errSlowed); reply.Slowed {
				fault = nil
			}
			r, w := newRig(t, &recorder{answer: always(reply, fault)}), &tally{}
			r.edge.Watch(w)
			r.post(c.body)
			if diff := cmp.Diff([]string{c.want}, w.take()); diff != "" {
				t.Error(diff)
			}
			kind, outcome, _ := strings.Cut(c.want, " ")
			if !slices.Contains(UpdateKinds(), kind) || !slices.Contains(UpdateOutcomes(), outcome) {
				t.Errorf("%s is not among what may be told", c.want)
			}
			log := r.log.String()
			if want := fmt.Sprintf("kind=%s outcome=%s", kind, outcome); strings.Count(log, "msg=\"an update\"") != 1 || !strings.Contains(log, want) {
				t.Errorf("not one line of %s:\n%s", want, log)
			}
			for line := range strings.Lines(log) {
				if c.want != "malformed cut" && !strings.Contains(line, " update=70 ") {
					t.Errorf("a line without the update: %s", line)
				}
			}
		})
	}
}

func TestEveryCallIsToldWithItsClass(t *testing.T) {
	r, w := newRig(t, &recorder{}), &tally{}
	r.api.Watch(w)
	if _, err := r.api.Me(t.Context()); err != nil {
		t.Fatal(err)
	}
	chat := r.telegram.Person(telegramtest.PersonOptions{Name: "Kamla"})
	chat.Send("hi")
	for _, c := range []telegramtest.Chaos{{}, {Outage: 1}, {DropAfter: 1}} {
		r.telegram.SetChaos(c)
		_ = r.api.Tell(soon(t), chat.ID, bot.Message{HTML: "x"}) // what became of it is told
	}
	want := []string{"getMe ", "sendMessage ", "sendMessage outage", "sendMessage unknown"}
	if diff := cmp.Diff(want, w.take()); diff != "" {
		t.Error(diff)
	}
}
