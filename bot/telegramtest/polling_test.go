package telegramtest_test

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sadasya/bot/telegramtest"
)

// fetched are the ids that getUpdates gives.
func (b *bot) fetched(p params) []int64 {
	b.t.Helper()
	var updates []update
	b.done("getUpdates", p, &updates)
	ids := []int64{}
	for _, u := range updates {
		ids = append(ids, u.ID)
	}
	return ids
}

func TestAnOffsetConfirmsWhatIsBelowIt(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{FirstID: 100})
	p := b.Person(telegramtest.PersonOptions{})
	for i := range 120 {
		p.Send(strconv.Itoa(i))
	}
	for _, c := range []struct {
		params      params
		first, last int64
	}{
		{params{}, 101, 200},
		{params{}, 101, 200}, // nothing was confirmed
		{params{"limit": "3"}, 101, 103},
		{params{"limit": "0"}, 101, 200},
		{params{"limit": "1000"}, 101, 200},
		{params{"offset": "103", "limit": "2"}, 103, 104},
		{params{"offset": "101", "limit": "1"}, 103, 103}, // what is confirmed is gone
		{params{"offset": "201"}, 201, 220},
	} {
		got := b.fetched(c.params)
		if len(got) == 0 || got[0] != c.first || got[len(got)-1] != c.last || !slices.IsSorted(got) || int64(len(got)) != c.last-c.first+1 {
			t.Errorf("%v: %v", c.params, got)
		}
	}
	if got := b.fetched(params{"offset": "221"}); len(got) != 0 {
		t.Errorf("%v are left", got)
	}
	if err := p.Wait(wait(t)); err != nil {
		t.Error(err)
	}
}

// poll begins a long poll and waits until it is under way.
func (b *bot) poll(ctx context.Context) <-chan answer {
	b.t.Helper()
	came := make(chan answer, 1)
	go func() {
		defer close(came)
		for ctx.Err() == nil {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.URL()+"/bot"+b.Token()+"/getUpdates?timeout=60", http.NoBody)
			if err != nil {
				b.t.Error(err)
				return
			}
			res, err := b.client.Do(req)
			if err != nil {
				return
			}
			if a, err := read(res); err != nil || a.status != http.StatusConflict { // with a look from outside
				came <- a
				return
			}
		}
	}()
	b.until(func() bool { return b.call("getUpdates", params{"limit": "1"}).status == http.StatusConflict })
	return came
}

// until asks again and again; every question goes over the network.
func (b *bot) until(done func() bool) {
	b.t.Helper()
	for ctx := wait(b.t); !done(); {
		if ctx.Err() != nil {
			b.t.Fatal("it does not come about")
		}
	}
}

func TestALongPollHoldsUntilSomethingComes(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{FirstID: 7})
	came := b.poll(wait(t))
	if a := b.call("getUpdates", nil); a.status != http.StatusConflict || !strings.Contains(a.Description, "terminated by other getUpdates request") {
		t.Errorf("a second one: %d %q", a.status, a.Description)
	}
	b.Person(telegramtest.PersonOptions{}).Send("x")
	if a := <-came; !a.OK || !strings.Contains(string(a.Result), `"update_id":8`) {
		t.Errorf("%+v", a)
	}
}

func TestALongPollThatIsGivenUpMakesRoom(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	ctx, cancel := context.WithCancel(wait(t))
	came := b.poll(ctx)
	cancel()
	<-came
	b.until(func() bool { return b.call("getUpdates", nil).OK })
}

func TestALongPollEndsWithTheServer(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	came := b.poll(wait(t))
	b.Close()
	<-came
}

func TestAWebhookEndsPollingUntilItIsDeleted(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{FirstID: 50})
	p := b.Person(telegramtest.PersonOptions{})
	p.Send("waits for the webhook")
	h := b.hook("", ok)
	b.idle()
	if a := b.call("getUpdates", nil); a.status != http.StatusConflict || !strings.Contains(a.Description, "while webhook is active") {
		t.Errorf("%d %q", a.status, a.Description)
	}
	b.done("setWebhook", params{"url": ""}, nil)
	p.Send("waits for polling")
	if got := b.fetched(nil); !slices.Equal(got, []int64{52}) || h.texts() != "waits for the webhook" {
		t.Errorf("%v by polling, %s by webhook", got, h.texts())
	}
	b.done("deleteWebhook", params{"drop_pending_updates": "true"}, nil)
	if got := b.fetched(nil); len(got) != 0 {
		t.Errorf("%v were to be dropped", got)
	}
}
