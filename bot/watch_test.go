package bot_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"sadasya/bot"
	"sadasya/flows"
	"sadasya/party"
)

// ledger is one broadcast that a message shows.
type ledger struct {
	due     []flows.Watched
	shows   flows.BroadcastLoaded
	settled []flows.Watched
	after   []time.Duration
	said    []bot.Message
	refuses error
	loads   int
}

func (l *ledger) DueWatches(context.Context, int, time.Duration) ([]flows.Watched, error) {
	return l.due, nil
}

func (l *ledger) Report(context.Context) error { return nil }

func (l *ledger) SettleWatch(_ context.Context, w flows.Watched, after time.Duration) error {
	l.settled, l.after = append(l.settled, w), append(l.after, after)
	return nil
}

func (l *ledger) Broadcast(context.Context, flows.Actor, int) (flows.BroadcastLoaded, error) {
	l.loads++
	return l.shows, nil
}

func (l *ledger) Rewrite(_ context.Context, _ int64, _ int, m bot.Message) error {
	l.said = append(l.said, m)
	return l.refuses
}

func (l *ledger) round(t *testing.T, pause time.Duration) {
	t.Helper()
	r, err := bot.NewRenderer(party.RajasthanSample(), nil, nil, func() string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	w := bot.Watcher{
		Watches: l, Loads: l, Courier: l, Render: r, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Pause: func() time.Duration { return pause },
	}
	w.Round(t.Context())
}

func running(done, pending int) flows.BroadcastLoaded {
	return flows.BroadcastLoaded{Broadcast: flows.Broadcast{
		ID: 7, State: party.BroadcastRunning, Audience: party.Audience{Group: party.Enrollers},
		Parts: party.Parts{party.Sent: done, party.Pending: pending}, Rate: 99,
	}}
}

// TestAMessageIsWrittenAnewWhereItChanges: with the rate of now, and not where it
// would say the same.
func TestAMessageIsWrittenAnewWhereItChanges(t *testing.T) {
	t.Parallel()
	l := &ledger{due: []flows.Watched{{Person: 1, Broadcast: 7, Language: party.English, Done: 100, Ago: 10 * time.Second}, {Person: 2, Broadcast: 7, Language: party.English}}}
	l.shows = running(300, 2400)
	l.round(t, 0)
	if l.loads != 1 || len(l.said) != 2 || !strings.Contains(l.said[0].HTML, "20 a second; about 3 min more") || !strings.Contains(l.said[1].HTML, "99 a second") {
		t.Fatalf("%d looks: %+v", l.loads, l.said)
	}
	if l.said[0].Buttons[0][0].Data != "g.watch:7 pause" {
		t.Errorf("under it stands %+v", l.said[0].Buttons)
	}
	l.due, l.said = l.settled[1:2], nil
	l.round(t, 0)
	if len(l.said) != 0 || l.after[2] == 0 || l.settled[2].Done != 300 {
		t.Errorf("the same again: %+v, %v", l.said, l.settled)
	}
}

// TestWhoIsAdminNoMoreIsShownNothing, although the message was claimed before.
func TestWhoIsAdminNoMoreIsShownNothing(t *testing.T) {
	t.Parallel()
	l := &ledger{due: []flows.Watched{{Person: 1, Broadcast: 7, Language: party.English}}}
	l.round(t, 0)
	if len(l.said) != 0 || len(l.after) != 1 || l.after[0] != 0 {
		t.Errorf("said %+v, settled %v", l.said, l.after)
	}
}

// TestAMessageIsForgottenOnce it has told the end, or is gone; while the channel
// wants nothing it waits.
func TestAMessageIsForgottenOnce(t *testing.T) {
	t.Parallel()
	due := []flows.Watched{{Person: 1, Broadcast: 7, Language: party.Hindi}}
	for name, c := range map[string]struct {
		state   party.BroadcastState
		refuses error
		pause   time.Duration
		says    int
		forgets bool
		settles bool
	}{
		"under way":          {party.BroadcastRunning, nil, 0, 1, false, true},
		"through":            {party.BroadcastDone, nil, 0, 1, true, true},
		"gone from the chat": {party.BroadcastRunning, bot.ErrRefused, 0, 1, true, true},
		"blocked":            {party.BroadcastRunning, bot.ErrUnreachable, 0, 1, true, true},
		"throttled":          {party.BroadcastDone, bot.ErrHold, 0, 1, false, true},
		"no answer":          {party.BroadcastDone, errors.New("broke off"), 0, 1, false, false},
		"a pause is wanted":  {party.BroadcastDone, nil, time.Second, 0, false, false},
	} {
		l := &ledger{due: due, shows: running(5, 0), refuses: c.refuses}
		l.shows.State = c.state
		l.round(t, c.pause)
		if len(l.said) != c.says || (len(l.after) > 0) != c.settles || c.settles && (l.after[0] == 0) != c.forgets {
			t.Errorf("%s: said %d, settled %v", name, len(l.said), l.after)
		}
	}
}
