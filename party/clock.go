// What is said by the clock, to nobody's order.

package party

import (
	"slices"
	"time"
)

// ClockWord is something that the clock says. Each can be switched off, for a
// district and for the whole state.
type ClockWord string

// The words of the clock.
const (
	ClockReminder ClockWord = "reminder" // of an unfinished enrolment, once, in the evening
	ClockDaily    ClockWord = "daily"    // the figures of an enroller, in the morning
	ClockPace     ClockWord = "pace"     // the alarm: days in a row fell short
)

// ClockWords lists them in the order in which they are shown.
func ClockWords() []ClockWord { return []ClockWord{ClockReminder, ClockDaily, ClockPace} }

// Valid tells whether it is one of them.
func (w ClockWord) Valid() bool { return slices.Contains(ClockWords(), w) }

// The hours of the reminder, in hours and minutes in India: nobody is reminded
// before ReminderFrom, or from ReminderUntil on.
const (
	ReminderFrom  = 18*time.Hour + 30*time.Minute
	ReminderUntil = 20*time.Hour + 30*time.Minute
)

// ReminderIdle is for how long somebody has not written before they are reminded.
const ReminderIdle = 2 * time.Hour

// ReminderEnd gives when the hours of a moment's evening end; ok is false where
// they are not.
func ReminderEnd(now time.Time) (end time.Time, ok bool) {
	day := StartOf(Today(now))
	end = day.Add(ReminderUntil)
	return end, !now.Before(day.Add(ReminderFrom)) && now.Before(end)
}
