package broadcast_test

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sadasya/bot"
	"sadasya/bot/broadcast"
	"sadasya/party"
)

// ledger is one broadcast in memory, each recipient a block of its own.
type ledger struct {
	mu      sync.Mutex
	entries map[int64]party.Entry
	taken   map[int64]bool
	epoch   int
	running bool
	stopped string
	held    time.Time
	looks   map[int64]party.Fate // who may not be written to
	away    time.Time            // until when nothing is answered
	slow    time.Duration        // how long a look takes
	records int
	unnamed bool           // nobody knows a name
	marked  map[int64]bool // of reminders: who was looked at, and nobody told that it did not go; nil: it is none
}

func newLedger(n int) *ledger {
	l := &ledger{entries: map[int64]party.Entry{}, taken: map[int64]bool{}, running: true, looks: map[int64]party.Fate{}}
	for i := range n {
		l.entries[int64(i+1)] = party.Entry{Fate: party.Pending}
	}
	return l
}

func (l *ledger) Claim(_ context.Context, _ time.Duration, silent bool) (party.Lease, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if silent { // there is nothing to take back
		return party.Lease{}, false, nil
	}
	if time.Now().Before(l.away) {
		return party.Lease{}, false, party.ErrUnavailable
	}
	for person := range int64(len(l.entries)) {
		person++
		if e := l.entries[person]; l.running && !l.taken[person] && e.Fate == party.Pending && !time.Now().Before(l.held) {
			l.epoch++
			l.taken[person] = true
			return party.Lease{
				Broadcast: 1, Block: int(person), Epoch: l.epoch, Group: party.Subscribers, Letter: party.Letter{Text: party.Text{Hindi: "कल", English: "{name}"}},
				Reminder:   l.marked != nil,
				Recipients: []party.Recipient{{Person: person, Tries: e.Tries, Doubted: e.Reason == party.DoubtReason}},
			}, true, nil
		}
	}
	return party.Lease{}, false, nil
}

func (l *ledger) Look(_ context.Context, _ party.Lease, person int64) (party.Look, error) {
	time.Sleep(l.slow)
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Now().Before(l.away) {
		return party.Look{}, party.ErrUnavailable
	}
	look := party.Look{Mine: true, Running: l.running, Held: max(0, time.Until(l.held)), Fate: party.Pending, Language: party.English, Name: "<Kamla> Devi"}
	if l.unnamed {
		look.Name = ""
	}
	if fate := l.looks[person]; fate != "" {
		look.Fate = fate
	}
	if l.marked != nil {
		if l.marked[person] {
			look.Fate = party.Uncertain
		}
		l.marked[person], look.Step = true, "enroll/booth"
	}
	return look, nil
}

func (l *ledger) Record(_ context.Context, _ party.Lease, person int64, e party.Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Now().Before(l.away) {
		return party.ErrUnavailable
	}
	l.records++
	if l.marked != nil && e.Fate == party.Pending && e.Reason != party.DoubtReason {
		delete(l.marked, person)
	}
	l.entries[person] = e
	return nil
}

func (l *ledger) Release(_ context.Context, x party.Lease) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.taken[int64(x.Block)] = false
	return nil
}

func (l *ledger) Hold(_ context.Context, d time.Duration) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held = time.Now().Add(d)
	return nil
}

func (l *ledger) Stop(_ context.Context, _ int, why string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running, l.stopped = false, why
	return nil
}

func (l *ledger) Tend(context.Context) (bool, error) { return false, nil }

func (l *ledger) entry(person int64) party.Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.entries[person]
}

// limiter promises everything, unless it is away.
type limiter struct{ away bool }

func (l *limiter) Reserve(context.Context, int64, float64) (time.Duration, bool, error) {
	if l.away {
		return 0, false, party.ErrUnavailable
	}
	return 0, true, nil
}

// sender answers by a script, the last line of it again and again.
type sender struct {
	mu     sync.Mutex
	script []broadcast.Outcome
	sent   []bot.Message
	chats  []int64
	at     []time.Time
}

func (s *sender) Send(_ context.Context, chat int64, m bot.Message, _ bool) broadcast.Outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.script[min(len(s.sent), len(s.script)-1)]
	s.sent, s.chats, s.at = append(s.sent, m), append(s.chats, chat), append(s.at, time.Now())
	return o
}

func (s *sender) Unsend(context.Context, int64, int) broadcast.Outcome {
	return broadcast.Outcome{Kind: broadcast.Delivered}
}

// pump runs one in a bubble of its own time, for so long.
func pump(t *testing.T, l *ledger, s *sender, limits *limiter, o broadcast.Options, runs time.Duration) {
	t.Helper()
	if o.Workers == 0 {
		o.Workers = 1
	}
	o.Rate, o.PaidRate, o.Lease, o.Now = 28, 28, time.Minute, time.Now
	o.Reminder = func(step string, _ party.Language) bot.Message { return bot.Message{HTML: "of " + step} }
	o.Words = func(key string, _ party.Language) string { return key }
	o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	ctx, cancel := context.WithTimeout(t.Context(), runs)
	defer cancel()
	broadcast.New(l, limits, s, o).Run(ctx)
}

var delivered = broadcast.Outcome{Kind: broadcast.Delivered, Message: 7}

func TestWhatAnOutcomeMakesOfARecipient(t *testing.T) {
	t.Parallel()
	twice := func(k broadcast.Kind) []broadcast.Outcome { return []broadcast.Outcome{{Kind: k}, {Kind: k}} }
	for name, c := range map[string]struct {
		script []broadcast.Outcome
		want   party.Entry
		calls  int
	}{
		"delivered":            {[]broadcast.Outcome{delivered}, party.Entry{Fate: party.Sent, Message: 7}, 1},
		"blocked":              {[]broadcast.Outcome{{Kind: broadcast.Blocked}}, party.Entry{Fate: party.Unreachable, Reason: "blocked"}, 1},
		"gone":                 {[]broadcast.Outcome{{Kind: broadcast.NoChat}}, party.Entry{Fate: party.Failed, Reason: "no-chat"}, 1},
		"refused":              {[]broadcast.Outcome{{Kind: broadcast.Refused}}, party.Entry{Fate: party.Failed, Reason: "refused"}, 1},
		"moved":                {[]broadcast.Outcome{{Kind: broadcast.Moved, To: 99}, delivered}, party.Entry{Fate: party.Sent, Message: 7}, 2},
		"moved on and on":      {[]broadcast.Outcome{{Kind: broadcast.Moved, To: 99}}, party.Entry{Fate: party.Failed, Reason: "no-chat"}, 2},
		"unknown, then done":   {[]broadcast.Outcome{{Kind: broadcast.Unknown}, delivered}, party.Entry{Fate: party.Sent, Message: 7}, 2},
		"unknown twice":        {twice(broadcast.Unknown), party.Entry{Fate: party.Uncertain, Reason: "unknown"}, 2},
		"an outage, then done": {[]broadcast.Outcome{{Kind: broadcast.Outage}, delivered}, party.Entry{Fate: party.Sent, Message: 7, Tries: 1}, 2},
		"outages":              {twice(broadcast.Outage), party.Entry{Fate: party.Failed, Reason: "outage", Tries: 5}, 5},
		"throttled, then done": {[]broadcast.Outcome{{Kind: broadcast.Throttled, After: 3 * time.Second}, delivered}, party.Entry{Fate: party.Sent, Message: 7}, 2},
		"doubted, then an outage": {
			[]broadcast.Outcome{{Kind: broadcast.Unknown}, {Kind: broadcast.Outage}, {Kind: broadcast.Unknown}},
			party.Entry{Fate: party.Uncertain, Reason: "unknown", Tries: 1},
			3,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l, s := newLedger(1), &sender{script: c.script}
				pump(t, l, s, &limiter{}, broadcast.Options{}, 2*time.Minute)
				if got := l.entry(1); got != c.want || len(s.sent) != c.calls {
					t.Errorf("%+v after %d calls, want %+v after %d", got, len(s.sent), c.want, c.calls)
				}
			})
		})
	}
}

// A reminder is taken for done once its person was looked at, so the ledger must
// hear of each that certainly did not go; what may have gone is not tried again.
func TestAReminderGoesOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script []broadcast.Outcome
		looks  time.Duration
		want   party.Fate
		calls  int
	}{
		"delivered":                  {[]broadcast.Outcome{delivered}, 0, party.Sent, 1},
		"unknown":                    {[]broadcast.Outcome{{Kind: broadcast.Unknown}, delivered}, 0, party.Uncertain, 1},
		"an outage, then done":       {[]broadcast.Outcome{{Kind: broadcast.Outage}, delivered}, 0, party.Sent, 2},
		"throttled, then done":       {[]broadcast.Outcome{{Kind: broadcast.Throttled, After: 3 * time.Second}, delivered}, 0, party.Sent, 2},
		"a lease that ends too soon": {[]broadcast.Outcome{delivered}, 58 * time.Second, party.Pending, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l, s := newLedger(1), &sender{script: c.script}
				l.marked, l.slow = map[int64]bool{}, c.looks
				pump(t, l, s, &limiter{}, broadcast.Options{}, 2*time.Minute)
				if got := l.entry(1); got.Fate != c.want || len(s.sent) != c.calls {
					t.Errorf("%+v after %d calls, want %s after %d", got, len(s.sent), c.want, c.calls)
				}
				for _, m := range s.sent {
					if m.HTML != "of enroll/booth" || m.Buttons != nil {
						t.Errorf("it reads %+v", m)
					}
				}
			})
		})
	}
}

func TestNothingIsSentBeforeAPauseIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, s := newLedger(20), &sender{script: []broadcast.Outcome{delivered, {Kind: broadcast.Throttled, After: 7 * time.Second}, delivered}}
		pump(t, l, s, &limiter{}, broadcast.Options{Workers: 4}, time.Minute)
		for i, at := range s.at {
			if since := at.Sub(s.at[1]); i > 1 && since > 0 && since < 7*time.Second {
				t.Errorf("a message went %v after a pause of 7 s was asked for", since)
			}
		}
		if len(s.sent) != 21 {
			t.Errorf("%d calls for 20 recipients and a pause", len(s.sent))
		}
		for person := range int64(20) {
			if e := l.entry(person + 1); e.Fate != party.Sent || e.Tries != 0 {
				t.Errorf("%d: %+v", person+1, e)
			}
		}
	})
}

// A look that outlasts the lease, or during which the quiet hours begin, is no
// leave to send any more; and who was not written to is not doubted.
func TestALookThatTakesItsTimeIsNoLeaveToSend(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		looks time.Duration
		quiet broadcast.Hours
	}{
		"the lease ends": {58 * time.Second, broadcast.Hours{}},
		"the hours come": {30 * time.Second, broadcast.Hours{From: 0, To: 23, Zone: time.FixedZone("", -10)}}, // the bubble begins at midnight, UTC
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l, s := newLedger(1), &sender{script: []broadcast.Outcome{delivered}}
				l.slow = c.looks
				pump(t, l, s, &limiter{}, broadcast.Options{Quiet: c.quiet}, 50*time.Second)
				if got := l.entry(1); len(s.sent) != 0 || got != (party.Entry{Fate: party.Pending}) {
					t.Errorf("%d sent, %+v", len(s.sent), got)
				}
			})
		})
	}
}

func TestAnotherReplicasPauseIsHeeded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, s := newLedger(1), &sender{script: []broadcast.Outcome{delivered}}
		l.held = time.Now().Add(5 * time.Second)
		began := time.Now()
		pump(t, l, s, &limiter{}, broadcast.Options{}, 20*time.Second)
		if len(s.at) != 1 || s.at[0].Sub(began) < 5*time.Second {
			t.Errorf("sent at %v", s.at)
		}
	})
}

func TestWhatStopsABroadcast(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		outcome broadcast.Outcome
		why     string
	}{
		{broadcast.Outcome{Kind: broadcast.Refused, Word: "markup"}, "markup"},
		{broadcast.Outcome{Kind: broadcast.Refused, Word: "too long"}, "too-long"},
		{broadcast.Outcome{Kind: broadcast.Unauthorized}, party.WhyToken},
	} {
		synctest.Test(t, func(t *testing.T) {
			l, s := newLedger(3), &sender{script: []broadcast.Outcome{c.outcome}}
			pump(t, l, s, &limiter{}, broadcast.Options{}, time.Minute)
			if l.stopped != c.why || len(s.sent) != 1 || l.entry(1).Fate != party.Pending {
				t.Errorf("%s: stopped for %q after %d calls, %+v", c.why, l.stopped, len(s.sent), l.entry(1))
			}
		})
	}
}

func TestWhoDoesNotWantItAnyMoreDoesNotGetIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, s := newLedger(2), &sender{script: []broadcast.Outcome{delivered}}
		l.looks[1] = party.OptedOut
		pump(t, l, s, &limiter{}, broadcast.Options{}, time.Minute)
		if l.entry(1).Fate != party.OptedOut || len(s.chats) != 1 || s.chats[0] != 2 {
			t.Errorf("%+v; sent to %v", l.entry(1), s.chats)
		}
	})
}

// Who wants news and is no member has told no name: the place is not left empty.
func TestANameThatNobodyToldIsNotLeftEmpty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, s := newLedger(1), &sender{script: []broadcast.Outcome{delivered}}
		l.unnamed = true
		pump(t, l, s, &limiter{}, broadcast.Options{}, time.Minute)
		if len(s.sent) != 1 || s.sent[0].HTML != "broadcast.friend" {
			t.Errorf("%+v", s.sent)
		}
	})
}

func TestWithoutTheLimiterBroadcastsHold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, s := newLedger(2), &sender{script: []broadcast.Outcome{delivered}}
		pump(t, l, s, &limiter{away: true}, broadcast.Options{}, 5*time.Minute)
		if len(s.sent) != 0 {
			t.Errorf("%d messages went", len(s.sent))
		}
	})
}

func TestWhatWasSentIsWrittenDownOnceTheLedgerIsBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLedger(1)
		s := &sender{script: []broadcast.Outcome{delivered}}
		breaking := &breaks{sender: s, ledger: l}
		o := broadcast.Options{
			Workers: 1, Rate: 28, Lease: time.Minute, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
			Words: func(key string, _ party.Language) string { return key },
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		broadcast.New(l, &limiter{}, breaking, o).Run(ctx)
		if l.entry(1).Fate != party.Sent || len(s.sent) != 1 {
			t.Errorf("%+v after %d calls", l.entry(1), len(s.sent))
		}
	})
}

// breaks lets the ledger be away for a while as soon as something is sent.
type breaks struct {
	*sender
	ledger *ledger
}

func (b *breaks) Send(ctx context.Context, chat int64, m bot.Message, paid bool) broadcast.Outcome {
	b.ledger.mu.Lock()
	b.ledger.away = time.Now().Add(5 * time.Second)
	b.ledger.mu.Unlock()
	return b.sender.Send(ctx, chat, m, paid)
}

func TestQuietHoursHold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // a bubble begins at midnight UTC, 05:30 in India
		hours, err := broadcast.ParseHours("21-8", party.India())
		if err != nil {
			t.Fatal(err)
		}
		l, s := newLedger(1), &sender{script: []broadcast.Outcome{delivered}}
		pump(t, l, s, &limiter{}, broadcast.Options{Quiet: hours}, 4*time.Hour)
		if len(s.at) != 1 || s.at[0].In(party.India()).Format("15:04") != "08:00" {
			t.Errorf("sent at %v", s.at)
		}
	})
}

func TestHours(t *testing.T) {
	t.Parallel()
	at := func(clock string) time.Time {
		moment, err := time.ParseInLocation("2006-01-02 15:04", "2027-02-07 "+clock, party.India())
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	for _, c := range []struct {
		hours, clock string
		left         time.Duration
	}{
		{"21-8", "20:59", 0},
		{"21-8", "21:00", 11 * time.Hour},
		{"21-8", "00:30", 7*time.Hour + 30*time.Minute},
		{"21-8", "08:00", 0},
		{"13-14", "13:15", 45 * time.Minute},
		{"none", "03:00", 0},
	} {
		h, err := broadcast.ParseHours(c.hours, party.India())
		if got := h.Left(at(c.clock)); err != nil || got != c.left {
			t.Errorf("%s at %s: %v left, want %v, %v", c.hours, c.clock, got, c.left, err)
		}
	}
	for _, wrong := range []string{"21", "25-8", "a-b", "21-8-1x", "-1-4"} {
		if h, err := broadcast.ParseHours(wrong, party.India()); err == nil {
			t.Errorf("%q was read as %+v", wrong, h)
		}
	}
}

func TestAMessageEscapesWhatItIsFilledWith(t *testing.T) {
	t.Parallel()
	letter := party.Letter{
		Text: party.Text{Hindi: "<b>{name}</b>, {booth}: {count}"}, URL: "https://example.org", Button: party.Text{English: "Open", Hindi: "खोलें"},
	}
	m := broadcast.Message(letter, party.English, party.Look{Name: "<b>{booth}", Booth: party.Booth{AC: 55, Part: 12}, Count: 123456})
	if m.HTML != "<b>&lt;b&gt;{booth}</b>, 55/12: 1,23,456" || m.Buttons[0][0].Label != "Open" {
		t.Errorf("%+v", m)
	}
}

// recalls is a ledger of one message that is taken back.
type recalls struct {
	*ledger
	given bool
}

func (r *recalls) Claim(_ context.Context, _ time.Duration, _ bool) (party.Lease, bool, error) {
	if r.given {
		return party.Lease{}, false, nil
	}
	r.given = true
	return party.Lease{Broadcast: 1, Block: 1, Recall: true, Recipients: []party.Recipient{{Person: 1, Message: 7}}}, true, nil
}

// A message is deleted in quiet hours too: there is a deadline for it, and it makes
// no sound.
func TestWhatWasSentIsDeleted(t *testing.T) {
	t.Parallel()
	for name, quiet := range map[string]broadcast.Hours{"by day": {}, "in quiet hours": {From: 21, To: 8, Zone: party.India()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // a bubble begins at 05:30 in India
				l := &recalls{ledger: newLedger(1)}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				broadcast.New(l, &limiter{}, &sender{}, broadcast.Options{
					Workers: 1, Rate: 28, Lease: time.Minute, Now: time.Now, Quiet: quiet, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
				}).Run(ctx)
				if e := l.entry(1); e.Message != -7 || e.Fate != party.Sent {
					t.Errorf("%+v", e)
				}
			})
		})
	}
}

// A message that Telegram refuses to one after another, for a reason that we have
// no word for, pauses the broadcast; those whom it was refused between others who
// got it do not.
func TestAMessageThatIsRefusedToAllPausesTheBroadcast(t *testing.T) {
	t.Parallel()
	refused := broadcast.Outcome{Kind: broadcast.Refused}
	most := func(n int) []broadcast.Outcome { return slices.Repeat([]broadcast.Outcome{refused}, n) }
	for name, c := range map[string]struct {
		script []broadcast.Outcome
		calls  int
		why    string
	}{
		"to all":                       {most(1), 20, party.WhyRefused},
		"to nearly twenty":             {append(append(most(19), delivered), append(most(19), delivered)...), 60, ""},
		"who blocked it is no success": {append(append(most(10), broadcast.Outcome{Kind: broadcast.Blocked}), most(1)...), 21, party.WhyRefused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l, s := newLedger(60), &sender{script: c.script}
				pump(t, l, s, &limiter{}, broadcast.Options{}, time.Minute)
				if l.stopped != c.why || len(s.sent) != c.calls {
					t.Errorf("stopped for %q after %d calls, want %q after %d", l.stopped, len(s.sent), c.why, c.calls)
				}
			})
		})
	}
}
