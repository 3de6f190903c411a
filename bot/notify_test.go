package bot_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sadasya/bot"
	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/reference"
)

// shelf keeps notices in memory, and what became of each.
type shelf struct {
	mu      sync.Mutex
	due     []flows.Due
	fates   []string
	offices map[int64][]party.Office
	away    error
}

func (s *shelf) Due(_ context.Context, most int, _ time.Duration) ([]flows.Due, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(most, len(s.due))
	list := s.due[:n]
	s.due = s.due[n:]
	return list, s.away
}

func (s *shelf) fate(words string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fates = append(s.fates, words)
	return nil
}

func (s *shelf) Said(_ context.Context, d flows.Due) error {
	return s.fate("said to " + string(rune('0'+d.Person)))
}

func (s *shelf) Postpone(_ context.Context, d flows.Due, after time.Duration) error {
	return s.fate("after " + after.String() + ", tries " + string(rune('0'+d.Tries)))
}

func (s *shelf) Drop(_ context.Context, d flows.Due) error {
	return s.fate("dropped for " + string(rune('0'+d.Person)))
}

func (s *shelf) OfficesOf(_ context.Context, person int64) ([]party.Office, error) {
	return s.offices[person], nil
}

func (s *shelf) SetReachable(_ context.Context, person int64, reachable bool) error {
	if reachable {
		return errors.New("nobody came back")
	}
	return s.fate("unreachable " + string(rune('0'+person)))
}

// people is a shelf as far as people can be reached.
type people struct {
	bot.People
	notices
}

func (p people) SetReachable(ctx context.Context, person int64, reachable bool) error {
	return p.notices.SetReachable(ctx, person, reachable)
}

// mouth says nothing, and keeps what it was to say.
type mouth struct {
	mu    sync.Mutex
	said  []string
	menus map[int64][]bot.MenuItem
	fails map[int64]error
	pause time.Duration
}

func (m *mouth) Tell(_ context.Context, person int64, msg bot.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fails[person]; err != nil {
		if errors.Is(err, bot.ErrHold) {
			m.pause = 7 * time.Second
		}
		return err
	}
	m.said = append(m.said, msg.HTML)
	return nil
}

func (m *mouth) ShowMenu(_ context.Context, person int64, menu []bot.MenuItem) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.menus[person] = menu
	return nil
}

func (m *mouth) Pause() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.pause
}

// notices is a shelf, or what stands before one.
type notices interface {
	bot.Notices
	SetReachable(ctx context.Context, person int64, reachable bool) error
}

// free lets every message go.
type free struct{ away error }

func (f free) Reserve(context.Context, int64, float64) (time.Duration, bool, error) {
	return 0, f.away == nil, f.away
}

func notifier(t *testing.T, s notices, m *mouth) *bot.Notifier {
	t.Helper()
	if m.menus == nil {
		m.menus = map[int64][]bot.MenuItem{}
	}
	return bot.NewNotifier(s, people{notices: s}, free{}, m, rendererOf(t), bot.Pace{Every: time.Millisecond, Rate: 10_000}, slog.New(slog.DiscardHandler))
}

// one is a notice that has words.
func one(person int64) flows.Due {
	return flows.Due{Person: person, Tries: 1, Language: party.English, Reachable: true, Notice: flows.Notice{Kind: flows.NoticeApplied, Count: 2}}
}

// TestWhatBecomesOfANotice: each failure has its own consequence, and only what
// arrived is forgotten as said.
func TestWhatBecomesOfANotice(t *testing.T) {
	t.Parallel()
	late := one(1)
	late.Tries = 8
	gone := one(1)
	gone.Reachable = false
	old := one(1)
	old.Late = true
	wordless := one(1)
	wordless.Notice.Kind = "of a newer program"
	for _, c := range []struct {
		name string
		d    flows.Due
		err  error
		want []string
	}{
		{"it arrives", one(1), nil, []string{"said to 1"}},
		{"the person blocked the bot", one(1), bot.ErrUnreachable, []string{"unreachable 1", "dropped for 1"}},
		{"they did before", gone, nil, []string{"dropped for 1"}},
		{"its time is over", old, nil, []string{"dropped for 1"}},
		{"a pause is wanted", one(1), bot.ErrHold, []string{"after 7s, tries 0"}},
		{"an outage", one(1), errors.New("502"), []string{"after 15s, tries 1"}},
		{"an outage that does not end", late, errors.New("502"), []string{"dropped for 1"}},
		{"it cannot be said at all", one(1), bot.ErrRefused, []string{"dropped for 1"}},
		{"a newer program kept it", wordless, nil, []string{"after 15s, tries 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &shelf{due: []flows.Due{c.d}}
			m := &mouth{fails: map[int64]error{1: c.err}}
			notifier(t, s, m).Round(t.Context())
			if !slices.Equal(s.fates, c.want) || c.d.Late && len(m.said) > 0 {
				t.Errorf("%q, want %q", s.fates, c.want)
			}
		})
	}
}

// TestAPauseHoldsAllNotices: once Telegram wants a pause nothing more is sent
// or claimed, and what was claimed is given back without a try.
func TestAPauseHoldsAllNotices(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	for range 10 {
		s.due = append(s.due, one(4)) // one worker, in order
	}
	m := &mouth{fails: map[int64]error{4: bot.ErrHold}}
	n := notifier(t, s, m)
	if got := n.Round(t.Context()); got != 10 {
		t.Fatalf("claimed %d", got)
	}
	for _, fate := range s.fates {
		if fate != "after 7s, tries 0" {
			t.Errorf("%q", s.fates)
		}
	}
	s.due = append(s.due, one(4))
	if n.Round(t.Context()) != 0 || len(s.due) != 1 {
		t.Error("claimed during the pause")
	}
}

// TestWithoutTheLimiterNothingIsSaid, and nothing is lost.
func TestWithoutTheLimiterNothingIsSaid(t *testing.T) {
	t.Parallel()
	s, m := &shelf{due: []flows.Due{one(1)}}, &mouth{}
	n := bot.NewNotifier(s, people{notices: s}, free{away: party.ErrUnavailable}, m, rendererOf(t), bot.Pace{Every: time.Second, Rate: 1}, slog.New(slog.DiscardHandler))
	n.Round(t.Context())
	if len(m.said) != 0 || !slices.Equal(s.fates, []string{"after 1s, tries 0"}) {
		t.Errorf("said %q, then %q", m.said, s.fates)
	}
}

// TestTheRestIsGivenBackAtTheEnd: who is told to end says no more.
func TestTheRestIsGivenBackAtTheEnd(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := &shelf{due: []flows.Due{one(1), one(2)}}
	m := &mouth{}
	notifier(t, &ending{shelf: s, cancel: cancel}, m).Run(ctx)
	if len(m.said) != 0 || len(s.fates) != 2 || s.fates[0] != "after 1ms, tries 0" {
		t.Errorf("said %q, then %q", m.said, s.fates)
	}
}

// ending is told to end as soon as it has claimed.
type ending struct {
	*shelf
	cancel func()
}

func (e *ending) Due(ctx context.Context, most int, lease time.Duration) ([]flows.Due, error) {
	list, err := e.shelf.Due(ctx, most, lease)
	e.cancel()
	return list, err
}

// TestTheMenuIsThatOfTheOffices in the person's language; without an office it
// is taken away.
func TestTheMenuIsThatOfTheOffices(t *testing.T) {
	t.Parallel()
	menu := func(person int64, l party.Language) flows.Due {
		return flows.Due{Person: person, Language: l, Reachable: true, Notice: flows.Notice{Kind: flows.NoticeMenu}}
	}
	s := &shelf{
		due:     []flows.Due{menu(1, party.Hindi), menu(2, party.English), menu(3, party.English)},
		offices: map[int64][]party.Office{1: {party.Enroller}, 2: {party.Admin, party.Chief, party.Enroller}},
	}
	m := &mouth{}
	notifier(t, s, m).Round(t.Context())
	if got := m.menus[1]; len(got) == 0 || got[0] != (bot.MenuItem{Command: "link", Words: "मेरा लिंक, पोस्टर, पर्चियाँ"}) {
		t.Errorf("an enroller sees %+v", got)
	}
	if got := m.menus[2]; len(got) == 0 || !slices.Contains(got, bot.MenuItem{Command: "appoint", Words: "Appoint"}) {
		t.Errorf("who holds all three sees %+v", got)
	}
	for person, menu := range m.menus {
		for _, x := range menu {
			if x.Words == "" || strings.HasPrefix(x.Words, "menu.") {
				t.Errorf("%d sees /%s without words", person, x.Command)
			}
		}
	}
	if got, ok := m.menus[3]; !ok || len(got) != 0 {
		t.Errorf("who holds nothing sees %+v", got)
	}
}

func rendererOf(t *testing.T) *bot.Renderer {
	t.Helper()
	ref, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	r, err := bot.NewRenderer(party.RajasthanSample(), ref, nil, func() string { return "sadasya_bot" })
	if err != nil {
		t.Fatal(err)
	}
	return r
}
