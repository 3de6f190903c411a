package bot_test

import (
	"context"
	"testing"
	"time"

	"sadasya/bot"
	"sadasya/flows"
	"sadasya/flows/flowstest"
	"sadasya/party"
)

// tally is a drawer that counts what it is asked, and each person's updates.
type tally struct {
	drawer
	asked int
	rate  map[int64]int
}

func (c *tally) Load(ctx context.Context, person, update int64) (flows.Session, int, error) {
	c.asked++
	s, _, err := c.drawer.Load(ctx, person, update)
	if s.HasSeen(update) {
		return s, 0, err
	}
	c.rate[person]++
	return s, c.rate[person], err
}

func (c *tally) Swap(ctx context.Context, person, update int64, s flows.Session) (flows.Version, error) {
	c.asked++
	if s.Pace > 0 {
		if c.rate[person] >= s.Pace {
			return s.V, flows.ErrTooMany
		}
		c.rate[person]++
	}
	return c.drawer.Swap(ctx, person, update, s)
}

// TestAFloodIsDroppedWithoutTheStore: 2,000 updates of one person are answered as
// far as the threshold goes, then told once to go slower, and the rest takes
// nobody's time; a second later the store is asked again; another person is
// answered throughout.
func TestAFloodIsDroppedWithoutTheStore(t *testing.T) {
	now := flowstest.Now()
	on := stage()
	m := &memory{world: flowstest.Rajasthan(on.places), language: party.English}
	sessions := &tally{rate: map[int64]int{}}
	b := bot.New(bot.World{
		Sessions: sessions, People: m, Offices: m, Campaign: on.campaign, Places: on.places,
		Now: func() time.Time { return now }, Nonce: func() flows.Nonce { return flows.Nonce{1} },
	}, on.render, bot.NewBehind(m, 0, nil))
	said := 0
	says := func(person int64, n int) {
		t.Helper()
		for i := range n {
			reply, err := b.Handle(t.Context(), bot.Update{ID: 10_000*person + int64(i), Person: person, Input: flows.Input{Text: "hello"}})
			if err != nil {
				t.Fatal(err)
			}
			said += len(reply.Messages)
		}
	}
	says(1, 2000)
	if limit := on.campaign.Thresholds.Messages; said != limit+1 {
		t.Errorf("%d answers, and the threshold is %d", said, limit)
	}
	if most := 2*on.campaign.Thresholds.Messages + 10; sessions.asked > most {
		t.Errorf("the store was asked %d times, at most %d", sessions.asked, most)
	}
	theirs := sessions.drawer
	sessions.drawer, said = drawer{}, 0
	says(2, 1)
	if said != 1 {
		t.Error("another person is not answered")
	}
	sessions.drawer = theirs
	asked := sessions.asked
	now = now.Add(time.Second)
	says(1, 1)
	if sessions.asked == asked {
		t.Error("a second later the store is not asked")
	}
}

// TestWhatComesAgainIsNoneOfAFlood: somebody's save was begun when a store went
// away, and they write and write; the update that began it comes again amid the
// flood, and must finish it, for nothing else may.
func TestWhatComesAgainIsNoneOfAFlood(t *testing.T) {
	now := flowstest.Now()
	on := stage()
	m := &memory{world: flowstest.Rajasthan(on.places), language: party.English}
	sessions := &tally{rate: map[int64]int{}}
	b := bot.New(bot.World{
		Sessions: sessions, People: m, Offices: m, Campaign: on.campaign, Places: on.places,
		Now: func() time.Time { return now }, Nonce: func() flows.Nonce { return flows.Nonce{1} },
	}, on.render, bot.NewBehind(m, 0, nil))
	handle := func(id int64) bot.Reply {
		t.Helper()
		reply, err := b.Handle(t.Context(), bot.Update{ID: id, Person: 1, Input: flows.Input{Text: "hello"}})
		if err != nil {
			t.Fatal(err)
		}
		return reply
	}
	first := handle(1)
	for id := range int64(100) {
		handle(id + 2)
	}
	if again := handle(1); len(first.Messages) == 0 || len(again.Messages) != len(first.Messages) {
		t.Errorf("%d messages, and when it comes again %d", len(first.Messages), len(again.Messages))
	}
	if more := handle(102); len(more.Messages) != 0 {
		t.Error("the flood is answered")
	}
}

// TestWhatIsTakenUpLateIsNoFlood: the operator replays what was set aside of one
// person all at once, while the person floods. What is answered counts as handled
// and is removed, so none of it may be dropped.
func TestWhatIsTakenUpLateIsNoFlood(t *testing.T) {
	now := flowstest.Now()
	on := stage()
	m := &memory{world: flowstest.Rajasthan(on.places), language: party.English}
	sessions := &tally{rate: map[int64]int{}}
	b := bot.New(bot.World{
		Sessions: sessions, People: m, Offices: m, Campaign: on.campaign, Places: on.places,
		Now: func() time.Time { return now }, Nonce: func() flows.Nonce { return flows.Nonce{1} },
	}, on.render, bot.NewBehind(m, 0, nil))
	said := ""
	for id := range int64(100) {
		reply, err := b.Handle(t.Context(), bot.Update{ID: id + 1, Person: 1, Input: flows.Input{Text: "hello"}})
		if err != nil {
			t.Fatal(err)
		}
		if id == 1 {
			said = reply.Messages[0].HTML
		}
	}
	for id := range int64(40) {
		reply, err := b.Handle(t.Context(), bot.Update{ID: id + 101, Person: 1, Input: flows.Input{Text: "hello"}, Late: true})
		if err != nil || len(reply.Messages) != 1 || reply.Messages[0].HTML != said {
			t.Fatalf("number %d is not handled: %+v, %v", id, reply.Messages, err)
		}
	}
}
