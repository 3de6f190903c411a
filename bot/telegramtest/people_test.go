package telegramtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"sadasya/bot/telegramtest"
)

// echo answers a message by its words and a tap by its data, with a button.
func echo(w http.ResponseWriter, u update) {
	reply := map[string]any{"method": "sendMessage", "reply_markup": json.RawMessage(keyboard)}
	switch {
	case u.Message != nil:
		reply["chat_id"], reply["text"] = u.Message.Chat.ID, "said "+u.Message.Text
	case u.Tap != nil:
		reply = map[string]any{"method": "answerCallbackQuery", "callback_query_id": u.Tap.ID, "text": u.Tap.Data}
	default:
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(reply)
}

func TestManyPeopleAtOnce(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	b.SetChaos(telegramtest.Chaos{Forget: 0.05})
	h := b.hook("", echo)
	ctx := wait(t)
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			p := b.Person(telegramtest.PersonOptions{Name: fmt.Sprint("Person ", i)})
			for turn := range 5 {
				text := fmt.Sprintf("%d/%d", i, turn)
				said, err := p.Say(ctx, text)
				if err != nil || len(said) != 1 || said[0].Text != "said "+text {
					t.Errorf("to %s it said %v, %v", text, said, err)
					return
				}
				if _, err := p.TapAndWait(ctx, "हाँ"); err != nil {
					t.Error(err)
				}
			}
			if n := len(p.Messages()); n != 10 {
				t.Errorf("%d messages", n)
			}
		})
	}
	all.Wait()
	b.idle()
	h.mu.Lock()
	defer h.mu.Unlock()
	seen := map[int64]bool{}
	for _, u := range h.came {
		seen[u.ID] = true
	}
	if len(seen) != 1000 {
		t.Errorf("%d updates came, want 1000", len(seen))
	}
}

func TestWhatAPersonDoesIsAnUpdate(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	h := b.hook("", ok)
	p := b.Person(telegramtest.PersonOptions{Name: "कमला"})
	p.Start("482177361")
	p.Start("")
	p.Edit("/start again")
	p.SendWith("", map[string]any{"contact": map[string]any{"phone_number": "+919800000000"}})
	p.SendRaw(map[string]any{"message": map[string]any{"text": "raw", "chat": map[string]any{"id": p.ID}}})
	p.Block()
	p.Unblock()
	b.idle() // taps go their own way
	p.TapData(1, "under the first")
	b.idle()
	p.TapData(0, "under one that is gone")
	b.idle()
	var got []string
	for _, u := range h.came {
		switch {
		case u.Message != nil:
			got = append(got, u.Message.Text)
			if isCommand := strings.HasPrefix(u.Message.Text, "/"); isCommand != (len(u.Message.Entities) == 1) || isCommand && u.Message.Entities[0].Length != len("/start") {
				t.Errorf("%q has entities %v", u.Message.Text, u.Message.Entities)
			}
		case u.Edited != nil:
			got = append(got, "edited "+u.Edited.Text)
		case u.Member != nil:
			got = append(got, u.Member.New.Status)
		case u.Tap != nil:
			got = append(got, u.Tap.Data, strconv.FormatBool(u.Tap.Message != nil))
		}
	}
	want := []string{
		"/start 482177361", "/start", "edited /start again", "", "raw", "kicked", "member",
		"under the first", "true", "under one that is gone", "false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("came %q\nwant %q", got, want)
	}
}

func TestWhoBlocksIsNotReachedUntilTheyUnblock(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person()
	send := func() int { return b.call("sendMessage", params{"chat_id": chatID(p), "text": "x"}).status }
	if got := send(); got != 200 {
		t.Errorf("at first %d", got)
	}
	p.Block()
	if got := send(); got != 403 {
		t.Errorf("blocked %d", got)
	}
	p.Unblock()
	if got := send(); got != 200 {
		t.Errorf("unblocked %d", got)
	}
	if n := len(p.Messages()); n != 3 {
		t.Errorf("%d messages", n)
	}
}

func TestAPersonIsFoundByTheirID(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	first := b.Person(telegramtest.PersonOptions{ID: 5_000_000_000, Name: "Kamla", Language: "en"})
	if again := b.Person(telegramtest.PersonOptions{ID: 5_000_000_000}); again != first || again.Language != "en" {
		t.Errorf("%+v", again)
	}
	if another := b.Person(telegramtest.PersonOptions{}); another.ID == first.ID || another.Name == "" || another.Language != "hi" {
		t.Errorf("%+v", another)
	}
}

func TestTheOldestAndTheNewestButton(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	h := b.hook("", echo)
	p := b.Person(telegramtest.PersonOptions{})
	for range 2 {
		if _, err := p.Say(wait(t), "x"); err != nil {
			t.Fatal(err)
		}
	}
	for _, tap := range []func(string) (int64, error){p.Tap, p.TapOld} {
		if _, err := tap("हाँ"); err != nil {
			t.Fatal(err)
		}
		b.idle()
	}
	if newest, oldest := h.came[2].Tap.Message.ID, h.came[3].Tap.Message.ID; newest != 4 || oldest != 2 {
		t.Errorf("tapped under %d and %d", newest, oldest)
	}
}

func TestWaitingEndsWithItsContextAndWithTheServer(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person() // nobody fetches it
	waits := map[string]func() error{
		"person": func() error { return p.Wait(wait(t)) },
		"idle":   func() error { return b.Idle(wait(t)) },
		"await":  func() error { return b.Await(wait(t), func() bool { return false }) },
	}
	var all sync.WaitGroup
	for name, waiting := range waits {
		all.Go(func() {
			if err := waiting(); err == nil {
				t.Errorf("%s: what it waits for did not come", name)
			}
		})
	}
	b.Close()
	all.Wait()
	b.Close() // again is harmless
	if res, err := http.Get(b.URL()); err == nil {
		res.Body.Close()
		t.Error("it still serves")
	}
}
