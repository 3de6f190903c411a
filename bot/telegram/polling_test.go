package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sadasya/bot"
	"sadasya/bot/telegramtest"
	"sadasya/party"
)

// poll polls until stop is called, which gives what Poll returned.
func (r *rig) poll() (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.edge.Poll(ctx) }()
	stop = sync.OnceValue(func() error { cancel(); return <-ended })
	r.t.Cleanup(func() { _ = stop() })
	return stop
}

// words are what one person said, in the order it reached the bot.
func (r *rig) words(person int64) (list []string) {
	for _, u := range r.bot.seen().Updates {
		if u.Person == person {
			list = append(list, u.Input.Text)
		}
	}
	return list
}

// waiting is how many updates Telegram would still give.
func (r *rig) waiting() int {
	r.t.Helper()
	raw, err := r.api.short(context.Background(), "getUpdates", map[string]string{"timeout": "0"})
	if err != nil {
		r.t.Fatal(err)
	}
	return strings.Count(string(raw), `"update_id"`)
}

// TestPollingKeepsEachPersonsOrder: one person's updates come one after the
// other, different people's at once.
func TestPollingKeepsEachPersonsOrder(t *testing.T) {
	const people, each = 5, 30 // more than one batch
	var together sync.WaitGroup
	together.Add(people)
	r := newRig(t, &recorder{answer: func(u bot.Update) (bot.Reply, error) {
		if u.Input.Text == "0" {
			together.Done()
			together.Wait() // for the first words of all the others
		}
		return say("heard " + u.Input.Text), nil
	}})
	var all []*telegramtest.Person
	var want []string
	for range people {
		all = append(all, r.telegram.Person(telegramtest.PersonOptions{Name: "Meena"}))
	}
	for n := range each {
		want = append(want, strconv.Itoa(n))
		for _, p := range all {
			p.Send(strconv.Itoa(n))
		}
	}
	stop := r.poll()
	if err := r.telegram.Idle(soon(t)); err != nil {
		t.Fatal(err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	for _, p := range all {
		if diff := cmp.Diff(want, r.words(p.ID)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if got := heard(p); len(got) != each || got[each-1] != "heard 29" {
			t.Errorf("heard %q", got)
		}
	}
}

// TestAFailureIsRepeatedInItsPlace: what the person says after it waits; poison
// is set aside at the third time, and what is malformed at once.
func TestAFailureIsRepeatedInItsPlace(t *testing.T) {
	for _, c := range []struct {
		name  string
		fail  func(time int) error
		want  []string
		aside []string // reasons
	}{
		{"a store away twice", func(time int) error {
			if time > 2 {
				return nil
			}
			return party.ErrUnavailable
		}, []string{"one", "one", "one", "two"}, nil},
		{"poison", func(int) error { panic("canary") }, []string{"one", "one", "one", "two"}, []string{"panic"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			times := 0
			r := newRig(t, &recorder{answer: func(u bot.Update) (bot.Reply, error) {
				if u.Input.Text == "one" {
					times++
					return bot.Reply{}, c.fail(times)
				}
				return bot.Reply{}, nil
			}})
			p := r.telegram.Person(telegramtest.PersonOptions{Name: "Meena"})
			p.Send("one")
			p.Send("two")
			stop := r.poll()
			if err := r.telegram.Idle(soon(t)); err != nil {
				t.Fatal(err)
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(c.want, r.words(p.ID)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			var reasons []string
			for _, a := range r.bot.seen().Aside {
				reasons = append(reasons, a.Reason)
			}
			if diff := cmp.Diff(c.aside, reasons); diff != "" {
				t.Errorf("set aside (-want +got):\n%s", diff)
			}
			if strings.Contains(r.log.String(), "canary") {
				t.Errorf("the log:\n%s", r.log)
			}
		})
	}
}

// TestAMalformedUpdateIsPolledPast: it is set aside and not given again.
func TestAMalformedUpdateIsPolledPast(t *testing.T) {
	r := newRig(t, &recorder{})
	p := r.telegram.Person(telegramtest.PersonOptions{Name: "Meena"})
	id := p.SendRaw(map[string]any{"message": map[string]any{"text": "x"}, "callback_query": map[string]any{}})
	p.SendRaw(map[string]any{"message": "a string"})
	p.Send("two")
	stop := r.poll()
	if err := r.telegram.Idle(soon(t)); err != nil {
		t.Fatal(err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	seen := r.bot.seen()
	if diff := cmp.Diff([]aside{{id, "two-kinds"}, {id + 1, "json"}}, seen.Aside); diff != "" {
		t.Errorf("set aside (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"two"}, r.words(p.ID)); diff != "" {
		t.Error(diff)
	}
}

// TestCancellingLosesNothing: the offset moves only past what was handled; what
// was not is given to the next who polls.
func TestCancellingLosesNothing(t *testing.T) {
	failing := make(chan struct{})
	var rest sync.WaitGroup
	rest.Add(2)
	away := true
	r := newRig(t, &recorder{})
	r.bot.answer = func(u bot.Update) (bot.Reply, error) {
		switch {
		case !away:
		case u.Input.Text == "stuck":
			select {
			case <-failing:
			default:
				close(failing)
			}
			return bot.Reply{}, party.ErrUnavailable
		default:
			rest.Done()
		}
		return bot.Reply{}, nil
	}
	var ids []int64
	for _, text := range []string{"first", "stuck", "last"} {
		ids = append(ids, r.telegram.Person(telegramtest.PersonOptions{Name: "Meena"}).Send(text))
	}
	stop := r.poll()
	<-failing
	rest.Wait() // "first" and "last" are under way or handled, "stuck" is not
	if err := stop(); err != nil {
		t.Error(err)
	}
	for _, c := range r.calls("getUpdates") {
		if offset, err := strconv.ParseInt(c.Params["offset"], 10, 64); err != nil || offset > ids[1] {
			t.Errorf("confirmed below %s, but %d was not handled", c.Params["offset"], ids[1])
		}
	}
	if n := r.waiting(); n != 2 {
		t.Errorf("%d updates wait, want the one that is stuck and the one behind it", n)
	}
	away = false
	r.poll()
	if err := r.telegram.Idle(soon(t)); err != nil {
		t.Fatal(err)
	}
	count := map[int64]int{}
	for _, u := range r.bot.seen().Updates {
		count[u.ID]++
	}
	if count[ids[0]] != 1 || count[ids[1]] < 2 || count[ids[2]] != 2 {
		t.Errorf("handled so often: %v", count)
	}
}

// TestAnUpdateUnderWayIsFinished: cancelling waits for it, and it is confirmed.
func TestAnUpdateUnderWayIsFinished(t *testing.T) {
	begun, finish := make(chan struct{}), make(chan struct{})
	r := newRig(t, &recorder{answer: func(bot.Update) (bot.Reply, error) {
		close(begun)
		<-finish
		return say("done"), nil
	}})
	p := r.telegram.Person(telegramtest.PersonOptions{Name: "Meena"})
	p.Send("one")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.edge.Poll(ctx) }()
	<-begun
	cancel()
	close(finish)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"done"}, heard(p)); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	if n := r.waiting(); n != 0 {
		t.Errorf("%d updates wait", n)
	}
}

// TestPollingOutlivesTrouble: another poller, a webhook that stands, outages and
// dropped connections are waited out.
func TestPollingOutlivesTrouble(t *testing.T) {
	for _, f := range []telegramtest.Fault{
		{Status: http.StatusConflict}, {Status: 500}, {Status: 502, Page: true}, {Status: 429, RetryAfter: 1}, {DropBefore: true}, {DropAfter: true},
	} {
		t.Run(fmt.Sprintf("%+v", f), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, &recorder{})
			p := r.telegram.Person(telegramtest.PersonOptions{Name: "Meena"})
			p.Send("one")
			r.fault("getUpdates", 1, f)
			stop := r.poll()
			if err := r.telegram.Idle(soon(t)); err != nil {
				t.Fatal(err)
			}
			if err := stop(); err != nil || len(r.words(p.ID)) != 1 {
				t.Errorf("%v; heard %v", err, r.words(p.ID))
			}
		})
	}
	t.Run("a webhook that stands", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, &recorder{})
		if err := r.api.SetWebhook(t.Context(), "http://127.0.0.1:1/telegram", secret); err != nil {
			t.Fatal(err)
		}
		r.poll()
		refused := func() bool {
			c := r.calls("getUpdates")
			return len(c) > 0 && strings.Contains(c[0].Error, "Conflict")
		}
		if err := r.telegram.Await(soon(t), refused); err != nil {
			t.Fatal(err)
		}
		if err := r.api.DeleteWebhook(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.telegram.Person(telegramtest.PersonOptions{Name: "Meena"}).Send("one")
		if err := r.telegram.Idle(soon(t)); err != nil {
			t.Fatal(err)
		}
	})
}

// TestPollingEndsWhereTheTokenIsNone: asking again would not help.
func TestPollingEndsWhereTheTokenIsNone(t *testing.T) {
	r := newRig(t, &recorder{})
	r.api.library.Token = canaryToken
	var f *Failure
	if err := r.edge.Poll(soon(t)); !errors.As(err, &f) || f.Class != Unauthorized {
		t.Errorf("%v", err)
	}
	if strings.Contains(r.log.String(), "canary") {
		t.Errorf("the log:\n%s", r.log)
	}
}

// TestOnePersonsTroubleHoldsUpNobodyElse: an update that cannot be handled yet
// is tried again and again while others, fetched later, are answered, once.
func TestOnePersonsTroubleHoldsUpNobodyElse(t *testing.T) {
	answered := make(chan struct{}, 10)
	r := newRig(t, &recorder{answer: func(u bot.Update) (bot.Reply, error) {
		if u.Input.Text == "stuck" {
			return bot.Reply{}, party.ErrUnavailable
		}
		answered <- struct{}{}
		return bot.Reply{}, nil
	}})
	troubled := r.telegram.Person(telegramtest.PersonOptions{Name: "Meena"})
	other := r.telegram.Person(telegramtest.PersonOptions{Name: "Kamla"})
	troubled.Send("stuck")
	r.poll()
	for i := range 2 { // each comes in a round of its own
		other.Send(strconv.Itoa(i))
		select {
		case <-answered:
		case <-soon(t).Done():
			t.Fatal("somebody else waits for the one who is stuck")
		}
	}
	if got := r.words(other.ID); len(got) != 2 {
		t.Errorf("handled %q", got)
	}
}
