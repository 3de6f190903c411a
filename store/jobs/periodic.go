package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"sadasya/flows"
	"sadasya/party"
)

// What is done by the clock. River's leader keeps the clock, and asks for the
// work of the day or the week once: the wish names its day, and the same one is
// not kept twice. Who becomes leader later in the day asks for it at once, so
// that a day without anybody awake at the hour is caught up with.

// MorningAt and MondayAt are when the day's and the week's work is done, in
// hours and minutes in India.
const (
	MorningAt = 7*time.Hour + 30*time.Minute
	MondayAt  = 6 * time.Hour
)

type morning struct {
	Day party.Date `json:"day"`
}

// Kind names the job in the table.
func (morning) Kind() string { return "morning" }

// word is the daily word to enrollers.
type word struct {
	Day party.Date `json:"day"`
}

// Kind names the job in the table.
func (word) Kind() string { return "daily-word" }

// wordTime bounds the writing of the daily word. What is left is written when it
// is done again.
const wordTime = 15 * time.Minute

type teller struct {
	river.WorkerDefaults[word]
	do func(ctx context.Context) error
}

// Timeout is wordTime.
func (teller) Timeout(*river.Job[word]) time.Duration { return wordTime }

// Work writes the word of the present day.
func (w teller) Work(ctx context.Context, _ *river.Job[word]) error { return never(w.do(ctx)) }

// evening is the reminder of the unfinished.
type evening struct {
	Day party.Date `json:"day"`
}

// Kind names the job in the table.
func (evening) Kind() string { return "reminder" }

type monday struct {
	Day party.Date `json:"day"`
}

// Kind names the job in the table.
func (monday) Kind() string { return "monday" }

// periodic is what River's leader asks for.
func periodic(now func() time.Time) []*river.PeriodicJob {
	once := &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true}}
	again := &river.PeriodicJobOpts{RunOnStart: true}
	return []*river.PeriodicJob{
		river.NewPeriodicJob(daily{MorningAt}, func() (river.JobArgs, *river.InsertOpts) {
			day, ok := dayOf(now(), MorningAt)
			if !ok {
				return nil, nil
			}
			return morning{day}, once
		}, again),
		river.NewPeriodicJob(daily{flows.DailyFrom}, func() (river.JobArgs, *river.InsertOpts) {
			if at := now(); flows.DailyHour(at) {
				return word{party.Today(at)}, once
			}
			return nil, nil
		}, again),
		river.NewPeriodicJob(daily{party.ReminderFrom}, func() (river.JobArgs, *river.InsertOpts) {
			at := now()
			if _, ok := party.ReminderEnd(at); ok {
				return evening{party.Today(at)}, once
			}
			return nil, nil
		}, again),
		river.NewPeriodicJob(daily{MondayAt}, func() (river.JobArgs, *river.InsertOpts) {
			day, ok := weekOf(now(), MondayAt)
			if !ok {
				return nil, nil
			}
			return monday{day}, once
		}, again),
	}
}

// daily is a schedule of once a day at a time in India.
type daily struct{ at time.Duration }

// Next gives the next time of day, which is later than a moment.
func (d daily) Next(after time.Time) time.Time {
	next := party.StartOf(party.Today(after)).Add(d.at)
	if !next.After(after) {
		next = party.StartOf(party.Today(after).AddDays(1)).Add(d.at)
	}
	return next
}

// dayOf gives the day whose hour has come at a moment.
func dayOf(now time.Time, at time.Duration) (party.Date, bool) {
	today := party.Today(now)
	return today, !now.Before(party.StartOf(today).Add(at))
}

// weekOf gives the Monday of the week whose hour has come at a moment.
func weekOf(now time.Time, at time.Duration) (party.Date, bool) {
	first := party.Today(now).Monday()
	return first, !now.Before(party.StartOf(first).Add(at))
}
