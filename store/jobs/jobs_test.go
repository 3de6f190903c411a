package jobs

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
)

// sanganer oversees Sanganer and nothing else.
type sanganer struct{}

func (sanganer) Oversees(_ context.Context, _ int64, area party.Area) (party.Area, bool, error) {
	own := party.Area{AC: 55}
	return own, area == party.Area{} || area == own, nil
}

func (sanganer) MayExport(_ context.Context, _ flows.Actor, e flows.Export) (party.Area, bool, error) {
	return sanganer{}.Oversees(context.Background(), 0, e.Area)
}

// at is a moment in India.
func at(year, month, day, hour, minute int) time.Time {
	return party.StartOf(party.Date{Year: year, Month: month, Day: day}).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}

func TestWhenThingsAreDone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		now, next time.Time
		day       party.Date
		today     bool
		week      party.Date
		thisWeek  bool
	}{
		// 2027-02-07 is a Sunday.
		{at(2027, 2, 7, 7, 29), at(2027, 2, 7, 7, 30), party.Date{Year: 2027, Month: 2, Day: 7}, false, party.Date{Year: 2027, Month: 2, Day: 1}, true},
		{at(2027, 2, 7, 7, 30), at(2027, 2, 8, 7, 30), party.Date{Year: 2027, Month: 2, Day: 7}, true, party.Date{Year: 2027, Month: 2, Day: 1}, true},
		{at(2027, 2, 8, 0, 0), at(2027, 2, 8, 7, 30), party.Date{Year: 2027, Month: 2, Day: 8}, false, party.Date{Year: 2027, Month: 2, Day: 8}, false},
		{at(2027, 2, 8, 6, 0), at(2027, 2, 8, 7, 30), party.Date{Year: 2027, Month: 2, Day: 8}, false, party.Date{Year: 2027, Month: 2, Day: 8}, true},
		{at(2027, 2, 7, 23, 59).UTC(), at(2027, 2, 8, 7, 30), party.Date{Year: 2027, Month: 2, Day: 7}, true, party.Date{Year: 2027, Month: 2, Day: 1}, true},
	} {
		if got := (daily{MorningAt}).Next(c.now); !got.Equal(c.next) {
			t.Errorf("after %s comes %s, want %s", c.now, got, c.next)
		}
		if day, ok := dayOf(c.now, MorningAt); day != c.day || ok != c.today {
			t.Errorf("%s: the morning of %s, %v", c.now, day, ok)
		}
		if week, ok := weekOf(c.now, MondayAt); week != c.week || ok != c.thisWeek {
			t.Errorf("%s: the week of %s, %v", c.now, week, ok)
		}
	}
}

// TestTheDailyWordIsAskedForByDay: also by who becomes leader later in the day,
// and by nobody at night.
func TestTheDailyWordIsAskedForByDay(t *testing.T) {
	t.Parallel()
	url, d := migrated(t), newDone()
	fine := func(Sheet) error { return nil }
	begin(t, url, d, fine, at(2027, 2, 7, 20, 0)) // a Sunday night
	if got := d.await(t, 3); got["word"] != 0 || got["evening"] != 1 {
		t.Errorf("at night: %v", got)
	}
	url = migrated(t)
	begin(t, url, d, fine, at(2027, 2, 7, 19, 59))
	if got := d.await(t, 4); got["word"] != 1 {
		t.Errorf("late in the day: %v", got)
	}
}

// Whatever is done as a job is among those whose failures are counted.
func TestEveryKindOfJobIsListed(t *testing.T) {
	t.Parallel()
	for _, args := range []river.JobArgs{Sheet{}, List{}, morning{}, word{}, evening{}, monday{}} {
		if !slices.Contains(Kinds(), args.Kind()) {
			t.Errorf("%s is not", args.Kind())
		}
	}
}

// TestTheReminderIsAskedForInTheEvening: also by who becomes leader then, and by
// nobody later.
func TestTheReminderIsAskedForInTheEvening(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		hour, minute, jobs, want int
	}{{18, 29, 3, 0}, {18, 30, 4, 1}, {20, 29, 3, 1}, {20, 30, 2, 0}} { // until 20:00 there is the daily word
		url, d := migrated(t), newDone()
		begin(t, url, d, func(Sheet) error { return nil }, at(2027, 2, 7, c.hour, c.minute))
		if got := d.await(t, c.jobs); got["evening"] != c.want {
			t.Errorf("at %d:%d %v", c.hour, c.minute, got)
		}
	}
}

// done gathers what was done.
type done struct {
	mu    sync.Mutex
	list  []string
	heard chan string
}

func newDone() *done { return &done{heard: make(chan string, 100)} }

func (d *done) work(sheet func(Sheet) error) Work {
	say := func(what string) {
		d.mu.Lock()
		d.list = append(d.list, what)
		d.mu.Unlock()
		d.heard <- what
	}
	return Work{
		Sheet: func(_ context.Context, s Sheet) error {
			defer say("sheet of " + s.Area().String())
			return sheet(s)
		},
		Morning: func(_ context.Context, day party.Date) error { say("morning " + day.String()); return nil },
		Word:    func(context.Context) error { say("word"); return nil },
		Evening: func(context.Context) error { say("evening"); return nil },
		Monday:  func(_ context.Context, day party.Date) error { say("monday " + day.String()); return nil },
	}
}

func (d *done) await(t *testing.T, n int) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for range n {
		select {
		case what := <-d.heard:
			counts[what]++
		case <-time.After(30 * time.Second):
			t.Fatalf("only %v in time", counts)
		}
	}
	return counts
}

func begin(t *testing.T, url string, d *done, sheet func(Sheet) error, now time.Time) *Jobs {
	t.Helper()
	j, err := open(t.Context(), url, sanganer{}, d.work(sheet), slog.New(slog.DiscardHandler), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	return j
}

func migrated(t *testing.T) string {
	t.Helper()
	return embeddedtest.Database(t, embeddedtest.Template{Name: "jobs", Prepare: func(ctx context.Context, url string) error {
		config, err := pgx.ParseConfig(url)
		if err != nil {
			return err
		}
		return Migrate(ctx, config)
	}})
}

// TestTwoProcessesDoADaysWorkOnce: who becomes leader later does not do it again.
func TestTwoProcessesDoADaysWorkOnce(t *testing.T) {
	t.Parallel()
	url, d, now := migrated(t), newDone(), at(2027, 2, 8, 9, 0)
	fine := func(Sheet) error { return nil }
	first := begin(t, url, d, fine, now)
	begin(t, url, d, fine, now)
	if got := d.await(t, 3); got["morning 2027-02-08"] != 1 || got["monday 2027-02-08"] != 1 || got["word"] != 1 {
		t.Errorf("%v", got)
	}
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	third := begin(t, url, d, fine, now)
	if _, err := third.AskSheet(t.Context(), flows.Actor{Person: 1, Update: 1}, flows.AskSheet{}); err != nil {
		t.Fatal(err)
	}
	if got := d.await(t, 1); got["sheet of constituency 55"] != 1 {
		t.Errorf("after a change of leaders: %v", got)
	}
}

// TestASheetIsMadeOnceAnUpdate, and only of an area that is the person's; one that
// fails is made again, one that never can is not.
func TestASheetIsMadeOnceAnUpdate(t *testing.T) {
	t.Parallel()
	url, d := migrated(t), newDone()
	tries := 0
	j := begin(t, url, d, func(s Sheet) error {
		switch {
		case s.Person == 2:
			return ErrNever
		case s.Person == 3 && tries == 0:
			tries++
			return errors.New("not now")
		}
		return nil
	}, at(2027, 2, 1, 0, 30)) // too early for the day's work
	ask := func(person, update int64, area party.Area) bool {
		t.Helper()
		asked, err := j.AskSheet(t.Context(), flows.Actor{Person: person, Update: update, Language: party.Hindi}, flows.AskSheet{Area: area})
		if err != nil {
			t.Fatal(err)
		}
		return asked.Taken
	}
	for range 3 {
		if !ask(1, 1, party.Area{}) {
			t.Error("refused")
		}
	}
	if ask(1, 2, party.Area{AC: 1}) {
		t.Error("a sheet of another's area")
	}
	ask(2, 1, party.Area{})
	ask(3, 1, party.Area{AC: 55})
	if got := d.await(t, 4); got["sheet of constituency 55"] != 4 {
		t.Errorf("%v", got)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.list) != 4 {
		t.Errorf("%v", d.list)
	}
}
