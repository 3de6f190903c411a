package telegram

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sadasya/bot"
	"sadasya/bot/telegramtest"
	"sadasya/flows"
)

// TestWhatMustNotLieInTheChatIsDeleted: the person's own message and no other;
// a tap has none to delete. One that fails is tried again, since the answer says
// that it is done; one that is refused, as after 48 hours, loses nothing else.
func TestWhatMustNotLieInTheChatIsDeleted(t *testing.T) {
	for _, c := range []struct {
		name  string
		times int64 // that the deletion fails
		with  int   // the status
		gone  bool
	}{{"deleted", 0, 0, true}, {"Telegram is away", 1, 500, true}, {"refused", 9, 400, false}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, &recorder{answer: func(u bot.Update) (bot.Reply, error) {
				ask := bot.Message{HTML: "It is deleted.", Buttons: [][]bot.Button{{{Label: "Again", Data: "again"}}}}
				return bot.Reply{Messages: []bot.Message{ask}, Delete: u.Input.Text != "mine"}, nil
			}})
			r.fault("deleteMessage", c.times, telegramtest.Fault{Status: c.with})
			r.online()
			p := r.telegram.Person(telegramtest.PersonOptions{Name: "Meena"})
			for _, text := range []string{"mine", "4991 1866 5246"} {
				if got, err := p.Say(soon(t), text); err != nil || len(got) != 1 {
					t.Fatalf("heard %v, %v", got, err)
				}
			}
			if _, err := p.TapAndWait(soon(t), "Again"); err != nil {
				t.Fatal(err)
			}
			r.edge.Drain(context.Background())
			var left []string
			for _, m := range p.Messages() {
				if !m.FromBot {
					left = append(left, m.Text)
				}
			}
			want := []string{"mine", "4991 1866 5246"}
			if c.gone {
				want = want[:1]
			}
			if diff := cmp.Diff(want, left); diff != "" {
				t.Errorf("lies in the chat (-want +got):\n%s", diff)
			}
			if n := len(r.calls("deleteMessage")); c.gone && n != 1 {
				t.Errorf("%d deletions", n)
			}
		})
	}
}

// TestATapIsAnsweredOnce: whatever becomes of the answer, it holds up no screen.
func TestATapIsAnsweredOnce(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault int64 // how many answers fail
		want  int
	}{{"answered", 0, 1}, {"Telegram is away", 1, 0}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, &recorder{answer: func(u bot.Update) (bot.Reply, error) {
				if u.Input.Kind == flows.Tap {
					return say("you said " + u.Input.Data), nil
				}
				return bot.Reply{Messages: []bot.Message{{HTML: "?", Buttons: [][]bot.Button{{{Label: "हाँ", Data: "yes"}}}}}}, nil
			}})
			r.fault("answerCallbackQuery", c.fault, telegramtest.Fault{Status: 500})
			r.online()
			p := r.telegram.Person(telegramtest.PersonOptions{Name: "Meena"})
			if _, err := p.Say(soon(t), "hi"); err != nil {
				t.Fatal(err)
			}
			if got, err := p.TapAndWait(soon(t), "हाँ"); err != nil || len(got) != 1 || got[0].Text != "you said yes" {
				t.Errorf("heard %v, %v", got, err)
			}
			r.edge.Drain(context.Background())
			answers := r.calls("answerCallbackQuery")
			if len(answers) != c.want || slices.ContainsFunc(answers, func(c telegramtest.Call) bool { return c.Error != "" }) {
				t.Errorf("answered by %+v, want %d", answers, c.want)
			}
		})
	}
}

// TestAFloodOfTapsMakesNoCalls: a tap that is dropped costs no call, and the word
// to go slower stops its spinner as any answer does.
func TestAFloodOfTapsMakesNoCalls(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		reply bot.Reply
		want  int
	}{{bot.Reply{Slowed: true}, 0}, {bot.Reply{Slowed: true, Messages: []bot.Message{{HTML: "slower"}}}, 1}, {say("x"), 1}} {
		r := newRig(t, &recorder{answer: always(c.reply, nil)})
		r.meena()
		r.post(tapped)
		r.edge.Drain(context.Background())
		if got := len(r.calls(stopSpinner)); got != c.want {
			t.Errorf("%+v: %d calls, want %d", c.reply, got, c.want)
		}
	}
}

// TestThrottledSpinnersHoldUpNothingElse: where Telegram wants no more spinners
// stopped, none is until its pause is over, and answers go as before.
func TestThrottledSpinnersHoldUpNothingElse(t *testing.T) {
	t.Parallel()
	r := newRig(t, &recorder{answer: always(say("x"), nil)})
	var passed atomic.Int64
	r.edge.api.now = func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }
	r.meena()
	r.fault(stopSpinner, 1, telegramtest.Fault{Status: http.StatusTooManyRequests, RetryAfter: 600})
	taps := func(want int) {
		t.Helper()
		if w := r.post(tapped); w.Body.Len() == 0 {
			t.Error("the answer does not go in the response")
		}
		r.edge.Drain(context.Background())
		if got := len(r.calls(stopSpinner)); got != want || r.edge.api.Throttling() {
			t.Errorf("%d calls, want %d; all calls wait: %v", got, want, r.edge.api.Throttling())
		}
	}
	for range 3 {
		taps(0) // the one that is refused is not among the calls
	}
	passed.Store(int64(601 * time.Second))
	taps(1)
}

// tapped is a tap of Meena's.
var tapped = fmt.Sprintf(`{"update_id":70,"callback_query":{"id":"1","from":{"id":%d},"message":{"message_id":1,"date":1,"chat":{"id":%[1]d,"type":"private"}},"data":"x"}}`, int64(person))

// TestWhoCannotBeWrittenToIsNoted: a person who blocked the bot, or whose chat
// is none, is unreachable; the update is handled. A group is forgotten.
func TestWhoCannotBeWrittenToIsNoted(t *testing.T) {
	spoken := bot.Message{Voice: &bot.Voice{Name: "consent.hi.ogg", Ogg: []byte("OggS, made up")}}
	gone := []reachable{{person, false}}
	for _, c := range []struct {
		name    string
		known   bool // and blocked the bot, else there is no such chat
		message bot.Message
		raw     string
		want    []reachable
	}{
		{"blocked", true, bot.Message{HTML: "number 7"}, said(person, "hi"), gone},
		{"blocked, a voice", true, spoken, said(person, "hi"), gone},
		{"no chat", false, bot.Message{HTML: "number 7"}, said(person, "hi"), gone},
		{"no chat, a voice", false, spoken, said(person, "hi"), gone},
		{"a group", false, bot.Message{HTML: "Write to me in private"}, message(person, `"text":"hi","chat":{"id":-1001,"type":"group"}`), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			reply := bot.Reply{Messages: []bot.Message{c.message, {HTML: "and more"}}, Receipt: true}
			r := newRig(t, &recorder{answer: always(reply, nil), stray: reply})
			if c.known {
				r.meena().Block()
			}
			if w := r.post(c.raw); w.Code != http.StatusOK || w.Body.Len() > 0 {
				t.Errorf("answered %d %q", w.Code, w.Body)
			}
			if diff := cmp.Diff(c.want, r.bot.seen().Reachable); diff != "" {
				t.Errorf("noted (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("a store that is away", func(t *testing.T) {
		reply := bot.Reply{Messages: say("number 7").Messages, Receipt: true}
		r := newRig(t, &recorder{answer: always(reply, nil), away: http.ErrServerClosed})
		if w := r.post(said(person, "hi")); w.Code == http.StatusOK {
			t.Error("what could not be noted counts as handled")
		}
	})
}

// TestAGroupIsAnsweredThere: in the response, like a person.
func TestAGroupIsAnsweredThere(t *testing.T) {
	r := newRig(t, &recorder{stray: say("Write to me in private")})
	w := r.post(message(person, `"text":"hi","chat":{"id":-1001,"type":"group"}`))
	want := `{"method":"sendMessage","chat_id":-1001,"parse_mode":"HTML","link_preview_options":{"is_disabled":true},"text":"Write to me in private"}`
	if w.Code != http.StatusOK || w.Body.String() != want {
		t.Errorf("answered %d %q", w.Code, w.Body)
	}
}

// TestDrainEndsWithItsContext: a call beside the answer that hangs is waited for
// no longer than that.
func TestDrainEndsWithItsContext(t *testing.T) {
	r := newRig(t, &recorder{})
	calling := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body) // else nothing tells that the other side is gone
		close(calling)
		<-req.Context().Done()
	}))
	t.Cleanup(hanging.Close)
	at, err := url.Parse(hanging.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	r.api.spinner = newSpinner(at)
	r.post(instead("callback_query", `{"id":"4711","from":{"id":7184202113},"data":"x"}`))
	<-calling
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r.edge.Drain(ctx) // hangs where it does not
}
