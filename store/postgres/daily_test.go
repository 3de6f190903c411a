package postgres_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// clock is a time of day in India.
func clock(d party.Date, hour, minute int) time.Time {
	return party.StartOf(d).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}

// tellDaily asks for the daily word, a target of 100 by a last day.
func tellDaily(t *testing.T, h house, now time.Time, last party.Date) {
	t.Helper()
	if err := h.TellDaily(t.Context(), now, 100, last); err != nil {
		t.Fatal(err)
	}
}

func words(t *testing.T, h house) int {
	t.Helper()
	return one[int](t, h, `SELECT count(*) FROM notices WHERE kind = 'daily'`)
}

// dailyHouse has an enroller whom one person joined, and a Tuesday.
func dailyHouse(t *testing.T, h house) (code party.Code, tuesday party.Date) {
	t.Helper()
	code = sunita(t, h)
	joins(t, h, 1, code, party.Self)
	return code, today(t, h).Monday().AddDays(8)
}

// TestTheDailyWordIsWrittenOnceADay, however many processes are asked for it.
func TestTheDailyWordIsWrittenOnceADay(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		_, day := dailyHouse(t, h)
		last := day.AddDays(30)
		for range 2 {
			var wg sync.WaitGroup
			for range 3 {
				wg.Go(func() { tellDaily(t, h, clock(day, 8, 15), last) })
			}
			wg.Wait()
		}
		if n := words(t, h); n != 1 {
			t.Errorf("%d words", n)
		}
		if n := one[int](t, h, `SELECT count(*) FROM notices WHERE version > 0`); n != 0 {
			t.Error("one was written twice")
		}
		waitFromDue(t, h)
		h.exec(t, `DELETE FROM notices`)
		tellDaily(t, h, clock(day, 19, 0), last)
		tellDaily(t, h, clock(day.AddDays(-1), 9, 0), last) // a clock that is behind
		if n := words(t, h); n != 0 {
			t.Errorf("%d words more on that day", n)
		}
		tellDaily(t, h, clock(day.AddDays(1), 8, 15), last)
		if n := words(t, h); n != 1 {
			t.Errorf("%d words on the next day", n)
		}
	})
}

// TestTheDailyWordGoesOnWhereItStopped: after a crash nobody is left out, and
// nobody hears it twice.
func TestTheDailyWordGoesOnWhereItStopped(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		sunita(t, h)
		monday := today(t, h).Monday().AddDays(7)
		h.exec(t, `INSERT INTO offices (office, code, telegram_id, name_sealed, seal_context, ac_no, part_no)
			SELECT 'enroller', 'made' || n, 1000 + n, name_sealed, seal_context, 55, 12 FROM offices, generate_series(1, 1201) n ORDER BY n`)
		h.exec(t, `INSERT INTO facts SELECT 'daily', $1::text || ' ' || id || ' 700' FROM offices WHERE telegram_id = 1700`, monday.String())
		tellDaily(t, h, clock(monday, 9, 0), party.Date{})
		if n := words(t, h); n != 501 {
			t.Errorf("%d words", n)
		}
		if n := one[int](t, h, `SELECT count(*) FROM notices WHERE telegram_id <= 1700`); n != 0 {
			t.Errorf("%d hear it twice", n)
		}
	})
}

// TestTheDailyWordIsDueByDay: not at night, not after the last day of the drive.
func TestTheDailyWordIsDueByDay(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		_, day := dailyHouse(t, h)
		for _, c := range []struct {
			now  time.Time
			last party.Date
			want int
		}{
			{clock(day, 8, 14), day, 0},
			{clock(day, 20, 0), day, 0},
			{clock(day, 9, 0), day.AddDays(-1), 0},
			{clock(day, 19, 59), day, 1},
			{clock(day.AddDays(1), 9, 0), party.Date{}, 1}, // no last day is set
		} {
			h.exec(t, `DELETE FROM notices`)
			tellDaily(t, h, c.now, c.last)
			if n := words(t, h); n != c.want {
				t.Errorf("at %s until %s: %d words", c.now, c.last, n)
			}
		}
	})
}

// TestWhoHearsTheDailyWord: each person once; not who is suspended, cannot be
// reached or has switched it off; who has nobody on Mondays alone.
func TestWhoHearsTheDailyWord(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		_, day := dailyHouse(t, h)
		last := day.AddDays(30)
		for what, c := range map[string]struct {
			sql  string
			want int
		}{
			"active":           {`SELECT`, 1},
			"suspended":        {`UPDATE offices SET status = 'suspended'`, 0},
			"given up":         {`UPDATE offices SET status = 'resigned'`, 0},
			"reinstated":       {`UPDATE offices SET status = 'active'`, 1},
			"switched off":     {`UPDATE offices SET daily = false`, 0},
			"on again":         {`UPDATE offices SET daily = true`, 1},
			"not reached":      {`INSERT INTO people (telegram_id, reachable) VALUES (900, false) ON CONFLICT (telegram_id) DO UPDATE SET reachable = false`, 0},
			"reached again":    {`UPDATE people SET reachable = true WHERE telegram_id = 900`, 1},
			"who joined left":  {`UPDATE members SET status = 'withdrawn'`, 0},
			"they joined anew": {`UPDATE members SET status = 'confirmed'`, 1},
		} {
			h.exec(t, `DELETE FROM notices`)
			h.exec(t, `UPDATE offices SET status = 'active', daily = true`)
			h.exec(t, `UPDATE people SET reachable = true`)
			h.exec(t, `UPDATE members SET status = 'confirmed'`)
			h.exec(t, c.sql)
			h.exec(t, `DELETE FROM facts WHERE name = 'daily'`)
			tellDaily(t, h, clock(day, 9, 0), last)
			if n := words(t, h); n != c.want {
				t.Errorf("%s: %d words", what, n)
			}
		}
		h.exec(t, `DELETE FROM notices`)
		h.exec(t, `UPDATE offices SET status = 'active', daily = true`)
		h.exec(t, `UPDATE people SET reachable = true`)
		h.exec(t, `UPDATE members SET status = 'withdrawn'`)
		for i := range 7 {
			tellDaily(t, h, clock(day.AddDays(i+1), 9, 0), last)
			if n, want := words(t, h), map[bool]int{true: 1}[i >= 5]; n != want { // Monday is six days behind Tuesday
				t.Errorf("%s: %d words while nobody has joined", day.AddDays(i+1), n)
			}
		}
		h.exec(t, `DELETE FROM notices`)
		h.exec(t, `UPDATE members SET status = 'confirmed'`)
		enrollerAt(t, h, sunitaID, booth(55, 13), "", "")
		tellDaily(t, h, clock(day.AddDays(13), 9, 0), last) // a Monday: both offices would hear it
		if n := words(t, h); n != 1 {
			t.Errorf("%d words to one person", n)
		}
	})
}

// TestTheDailyWordHasTheFiguresOfProgress, and a complaint changes none of them.
func TestTheDailyWordHasTheFiguresOfProgress(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		code, _ := dailyHouse(t, h)
		joins(t, h, 2, code, party.Family)
		for n := range 3 {
			joins(t, h, 3+n, code, party.Assisted)
		}
		h.exec(t, `UPDATE members SET confirmed_at = now() - interval '3 days' WHERE via = 'family'`)
		day := today(t, h).AddDays(1) // of which today is yesterday
		heard := func() flows.Notice {
			t.Helper()
			h.exec(t, `DELETE FROM facts WHERE name = 'daily'`)
			h.exec(t, `DELETE FROM notices`)
			tellDaily(t, h, clock(day, 9, 0), day.AddDays(9))
			h.exec(t, `UPDATE notices SET due_at = now()`)
			list := due(t, h, 5)
			if len(list) != 1 || list[0].Person != sunitaID || !list[0].Late { // it is tomorrow's
				t.Fatalf("%+v", list)
			}
			return list[0].Notice
		}
		want := flows.Notice{
			Kind: flows.NoticeDaily, Area: party.Area{AC: 55}, Name: "सुनीता मीणा", On: day,
			Daily: &flows.Daily{Added: 5, Confirmed: 2, Waiting: 3, Yesterday: 4, PerDay: 10},
		}
		if d := cmp.Diff(want, heard()); d != "" {
			t.Error(d)
		}
		h.exec(t, `UPDATE members SET held = counts, status = 'frozen', frozen_at = now() WHERE id = (SELECT max(id) FROM members)`)
		if d := cmp.Diff(want, heard()); d != "" {
			t.Errorf("after a complaint: %s", d)
		}
		h.exec(t, `UPDATE members SET claimed_at = now() WHERE id = (SELECT min(id) FROM members WHERE via = 'assisted')`)
		want.Daily.Confirmed, want.Daily.Waiting = 3, 2
		if d := cmp.Diff(want, heard()); d != "" {
			t.Errorf("after a claim: %s", d)
		}
	})
}

// TestTheDailyWordIsSwitched by an enroller alone, once an update, and recorded.
func TestTheDailyWordIsSwitched(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		_, day := dailyHouse(t, h)
		set := func(person, update int64, on bool) flows.DailySet {
			t.Helper()
			set, err := h.SetDaily(t.Context(), actor(person, update), on)
			if err != nil {
				t.Fatal(err)
			}
			return set
		}
		quiet := func() bool {
			t.Helper()
			o, err := h.Enroller(t.Context(), actor(sunitaID, 1))
			if err != nil {
				t.Fatal(err)
			}
			return o.NoDaily
		}
		if got := set(77, 1, false); got.Done {
			t.Error("a stranger switches it")
		}
		tellDaily(t, h, clock(day, 9, 0), party.Date{})
		for range 2 {
			if got := set(sunitaID, 1, false); !got.Done || got.On || !quiet() {
				t.Errorf("off: %+v", got)
			}
		}
		if n := words(t, h); n != 0 {
			t.Error("one that waited is said")
		}
		if got := set(sunitaID, 2, true); !got.Done || !got.On || quiet() {
			t.Errorf("on: %+v", got)
		}
		if set(sunitaID, 1, false); quiet() {
			t.Error("an update that comes again undoes a later one")
		}
		if got := one[string](t, h, `SELECT string_agg(action || ' by ' || actor, ', ' ORDER BY id) FROM audit WHERE action LIKE 'daily%'`); got != "daily-off by 900, daily-on by 900" {
			t.Errorf("recorded: %s", got)
		}
		h.exec(t, `UPDATE offices SET status = 'suspended'`)
		if set(sunitaID, 3, false).Done {
			t.Error("a suspended enroller switches it")
		}
	})
}
