package party_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sadasya/party"
)

func day(year, month, d int) party.Date { return party.Date{Year: year, Month: month, Day: d} }

func TestPace(t *testing.T) {
	begins, by := day(2027, 1, 1), day(2027, 1, 10)
	for _, c := range []struct {
		name   string
		course party.Course
		today  party.Date
		want   party.Pace
	}{
		{
			"half way, and at the pace",
			party.Course{Target: 100, Begins: begins, By: by, Done: 40, Week: party.Weekly{Gained: 30, Days: 3}},
			day(2027, 1, 5),
			party.Pace{Due: 50, HasDue: true, Days: 6, PerDay: 10, Reached: by},
		},
		{
			"nobody yet",
			party.Course{Target: 100, Begins: begins, By: by},
			day(2027, 1, 1),
			party.Pace{Due: 10, HasDue: true, Days: 10, PerDay: 10},
		},
		{
			"not begun",
			party.Course{Target: 100, Begins: begins, By: by},
			day(2026, 12, 1),
			party.Pace{HasDue: true, Days: 41, PerDay: 3},
		},
		{
			"the last day",
			party.Course{Target: 100, Begins: begins, By: by, Done: 95, Week: party.Weekly{Gained: 1, Days: 7}},
			by,
			party.Pace{Due: 100, HasDue: true, Days: 1, PerDay: 5, Reached: day(2027, 2, 13)},
		},
		{
			"over",
			party.Course{Target: 100, Begins: begins, By: by, Done: 95, Week: party.Weekly{Gained: 5, Days: 1}},
			day(2027, 1, 11),
			party.Pace{Due: 100, HasDue: true, Reached: day(2027, 1, 11)},
		},
		{
			"reached",
			party.Course{Target: 100, Begins: begins, By: by, Done: 100, Week: party.Weekly{Gained: 5, Days: 1}},
			day(2027, 1, 5),
			party.Pace{Due: 50, HasDue: true, Days: 6},
		},
		{
			"too slow ever to end",
			party.Course{Target: 50_00_000, Begins: begins, By: by, Week: party.Weekly{Gained: 1, Days: 7}},
			day(2027, 1, 5),
			party.Pace{Due: 25_00_000, HasDue: true, Days: 6, PerDay: 8_33_334},
		},
		{
			"no first day",
			party.Course{Target: 100, By: by, Done: 40},
			day(2027, 1, 5),
			party.Pace{Days: 6, PerDay: 10},
		},
		{
			"begins after it ends",
			party.Course{Target: 100, Begins: day(2027, 2, 1), By: by},
			day(2027, 1, 5),
			party.Pace{Days: 6, PerDay: 17},
		},
		{"no day", party.Course{Target: 100, Done: 3}, day(2027, 1, 5), party.Pace{}},
		{"no target", party.Course{By: by, Begins: begins, Done: 3}, day(2027, 1, 5), party.Pace{}},
	} {
		c.want.Target, c.want.Done, c.want.By = c.course.Target, c.course.Done, c.course.By
		if diff := cmp.Diff(c.want, c.course.On(c.today)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestADayFallsShortOfWhatItNeeded(t *testing.T) {
	course := party.Course{Target: 100, Begins: day(2027, 1, 1), By: day(2027, 1, 10), Done: 40}
	for _, c := range []struct {
		name      string
		today     party.Date
		done      int
		yesterday int
		want      bool
	}{
		{"ten were needed on the 4th, ten came", day(2027, 1, 5), 40, 10, false},
		{"nine came", day(2027, 1, 5), 39, 9, true},
		{"none came, and the target was reached before", day(2027, 1, 5), 100, 0, false},
		{"the day before the first", day(2027, 1, 1), 0, 0, false},
		{"the first day", day(2027, 1, 2), 0, 0, true},
		{"the last day", day(2027, 1, 11), 99, 0, true},
		{"a day after the last", day(2027, 1, 12), 99, 0, false},
	} {
		course.Done = c.done
		if got := course.Short(c.today, c.yesterday); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestAnAreasShareIsByItsBooths(t *testing.T) {
	for _, c := range []struct{ target, booths, all, want int }{
		{50_00_000, 305, 61_000, 25_000},
		{100, 1, 3, 34},
		{100, 3, 3, 100},
		{100, 4, 3, 100}, // a list that changed meanwhile
		{100, 0, 3, 0},
		{100, 0, 0, 0},
		{0, 1, 3, 0},
	} {
		if got := party.Share(c.target, c.booths, c.all); got != c.want {
			t.Errorf("%d of %d booths, target %d: %d, want %d", c.booths, c.all, c.target, got, c.want)
		}
	}
}

func TestWeeksBeginOnMonday(t *testing.T) {
	for _, c := range []struct {
		today, from party.Date
		days        int
	}{
		{day(2027, 2, 7), day(2027, 2, 1), 6}, // a Sunday
		{day(2027, 2, 8), day(2027, 2, 1), 7}, // a Monday: the week before
		{day(2027, 2, 9), day(2027, 2, 8), 1},
		{day(2027, 1, 1), day(2026, 12, 28), 4},
	} {
		if from, days := c.today.WeekBefore(); from != c.from || days != c.days {
			t.Errorf("%s: %d days from %s, want %d from %s", c.today, days, from, c.days, c.from)
		}
	}
}

// TestAnyCourseHasAPace: nothing divides by zero, nothing is negative, and who
// does each day what is needed arrives in time.
func TestAnyCourseHasAPace(t *testing.T) {
	dates := rapid.Custom(func(t *rapid.T) party.Date {
		if rapid.IntRange(0, 9).Draw(t, "none") == 0 {
			return party.Date{}
		}
		return day(2027, 1, 1).AddDays(rapid.IntRange(-800, 800).Draw(t, "days"))
	})
	counts := rapid.IntRange(0, 1_00_00_000)
	rapid.Check(t, func(t *rapid.T) {
		c := party.Course{
			Target: counts.Draw(t, "target"), Begins: dates.Draw(t, "begins"), By: dates.Draw(t, "by"), Done: counts.Draw(t, "done"),
			Week: party.Weekly{Gained: counts.Draw(t, "gained"), Days: rapid.IntRange(0, 7).Draw(t, "week")},
		}
		today := day(2027, 1, 1).AddDays(rapid.IntRange(-900, 900).Draw(t, "today"))
		p := c.On(today)
		if p.Due < 0 || p.Due > c.Target || p.Days < 0 || p.PerDay < 0 {
			t.Fatalf("%+v", p)
		}
		if p.Days > 0 && c.Target > 0 && c.Done+p.PerDay*p.Days < c.Target {
			t.Fatalf("who does what is needed does not arrive: %+v", p)
		}
		if !p.Reached.IsZero() {
			worked := today.DaysTo(p.Reached) + 1
			if worked < 1 || c.Done*c.Week.Days+worked*c.Week.Gained < c.Target*c.Week.Days || c.Done*c.Week.Days+(worked-1)*c.Week.Gained >= c.Target*c.Week.Days {
				t.Fatalf("reached on %s, not the first day of enough: %+v", p.Reached, c)
			}
		}
		_ = c.Short(today, counts.Draw(t, "yesterday"))
	})
}
