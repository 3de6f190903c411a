// The pace towards a target: arithmetic on counts and days, nothing else.

package party

import "time"

// Weekly is what came of something in the complete days of this week. On a
// Monday, which has none before it, it is what came in the week before.
type Weekly struct {
	Gained int
	Days   int // 1 to 7
}

// Course is a target and where one stands on the way to it.
type Course struct {
	Target int
	Begins Date // the first day that counts; zero: not known, and nothing is due
	By     Date // the last one; zero: there is no such day
	Done   int
	Week   Weekly
}

// Towards is the course of what was done so far towards the target of another.
func (c Course) Towards(o Course) Course {
	o.Done, o.Week = c.Done, c.Week
	return o
}

// Pace is what a Course comes to on a day.
type Pace struct {
	Target  int
	Done    int
	By      Date
	Due     int  // by the end of the day, in a straight line from Begins to By
	HasDue  bool // Due can be told
	Days    int  // until By, both days included; 0: it is over, or no day is set
	PerDay  int  // needed on each of Days, rounded up; 0: reached, or over
	Reached Date // when, at this week's pace; zero: reached already, or not within tenYears
}

// tenYears is as far ahead as a pace is thought out.
const tenYears = 3653

// On tells the pace on a day, before its work is done.
func (c Course) On(today Date) Pace {
	p := Pace{Target: c.Target, Done: c.Done, By: c.By}
	if c.By.IsZero() || c.Target <= 0 {
		return p
	}
	p.Days = max(0, today.DaysTo(c.By)+1)
	if whole := c.Begins.DaysTo(c.By) + 1; !c.Begins.IsZero() && whole > 0 {
		passed := min(max(c.Begins.DaysTo(today)+1, 0), whole)
		p.Due, p.HasDue = share(c.Target, passed, whole), true
	}
	left := c.Target - c.Done
	if left <= 0 {
		return p
	}
	if p.Days > 0 {
		p.PerDay = ceil(left, p.Days)
	}
	if c.Week.Gained > 0 && c.Week.Days > 0 {
		if days := ceil(left*c.Week.Days, c.Week.Gained); days <= tenYears {
			p.Reached = today.AddDays(days - 1) // the first of them is today
		}
	}
	return p
}

// Behind tells whether less is done than is due.
func (p Pace) Behind() bool { return p.HasDue && p.Done < p.Due }

// Short tells whether what came on the day before today was less than was needed
// on that day. Nothing is needed before Begins, after By, or once the target is
// reached.
func (c Course) Short(today Date, yesterday int) bool {
	day := today.AddDays(-1)
	if c.By.IsZero() || day.Before(c.Begins) || c.By.Before(day) {
		return false
	}
	c.Done -= yesterday
	return yesterday < c.On(day).PerDay
}

// Share is a part of a state's target for an area that has so many of its
// booths, rounded up; 0 for a state without booths.
func Share(target, booths, all int) int {
	if all <= 0 || booths <= 0 {
		return 0
	}
	return ceil(target*min(booths, all), all)
}

// ShortDaysTold is after how many days in a row that fell short it is told.
const ShortDaysTold = 3

// share is part/whole of n, rounded down.
func share(n, part, whole int) int { return n * part / whole }

// ceil divides counts above 0 and rounds up.
func ceil(n, by int) int { return (n + by - 1) / by }

// AddDays gives the day so many days later, or earlier. The zero Date stays.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	return dateOf(d.noon().AddDate(0, 0, n))
}

// DaysTo counts the days from d to o, below 0 where o comes first.
func (d Date) DaysTo(o Date) int { return int(o.noon().Sub(d.noon()) / (24 * time.Hour)) }

// Monday gives the first day of d's week.
func (d Date) Monday() Date { return d.AddDays(-(int(d.noon().Weekday()) + 6) % 7) }

// WeekBefore gives the days of which Weekly tells on d: from the first of them
// on, so many.
func (d Date) WeekBefore() (from Date, days int) {
	from = d.AddDays(-1).Monday()
	return from, from.DaysTo(d)
}

// Today is the day in India at a moment.
func Today(now time.Time) Date { return dateOf(now.In(india)) }

// StartOf is the moment at which a day begins in India.
func StartOf(d Date) time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, india)
}

func dateOf(t time.Time) Date { return Date{Year: t.Year(), Month: int(t.Month()), Day: t.Day()} }

func (d Date) noon() time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 12, 0, 0, 0, time.UTC)
}
