package flows

import (
	"time"

	"sadasya/party"
)

// The daily word: what an enroller hears each morning of how far they are, and
// the switch that ends it. Who has nobody yet hears it on Mondays alone.

// The hours of the daily word, in hours and minutes in India: it is written from
// DailyFrom on, and what is not said by DailyUntil is not said at all.
const (
	DailyFrom  = 8*time.Hour + 15*time.Minute
	DailyUntil = 20 * time.Hour
)

// DailyHour tells whether the daily word may be said at a moment.
func DailyHour(now time.Time) bool {
	since := now.Sub(party.StartOf(party.Today(now)))
	return since >= DailyFrom && since < DailyUntil
}

// Daily are the figures of a daily word, as they were when it was written.
type Daily struct {
	Added     int `json:"a,omitempty"`
	Confirmed int `json:"c,omitempty"` // of them
	Waiting   int `json:"w,omitempty"` // recorded by the enroller and not confirmed
	Yesterday int `json:"y,omitempty"`
	PerDay    int `json:"p,omitempty"` // needed until the last day; 0: reached, or no day is set
}

// Due tells whether a word is due on a day.
func (d Daily) Due(on party.Date) bool { return d.Added > 0 || on == on.Monday() }

// SetDaily switches the daily word of the person on or off. Its result is
// DailySet.
type SetDaily struct{ On bool }

// DailySet answers SetDaily.
type DailySet struct {
	On   bool
	Done bool // false: the person is no enroller
}

func (SetDaily) effect() {}
func (DailySet) result() {}

// dailyCommand finds the switch.
func dailyCommand(name string) (c command, typed, ok bool) {
	switch name {
	case "daily":
		return command{run: setsDaily(true), done: dailySet}, true, true
	case "nodaily":
		return command{run: setsDaily(false), done: dailySet}, true, true
	}
	return command{}, false, false
}

func setsDaily(on bool) func(*Engine, Turn, Input) (Turn, error) {
	return func(_ *Engine, t Turn, _ Input) (Turn, error) {
		t.Run = SetDaily{On: on}
		return t, nil
	}
}

func dailySet(_ *Engine, t Turn, r Result) (Turn, error) {
	set, ok := r.(DailySet)
	switch {
	case !ok:
		return t, errResult
	case !set.Done:
		return t.say(notEnroller()), nil
	case set.On:
		return t.say(ask(T("daily.on"), global("progress", "button.progress"), global("nodaily", "button.nodaily"))), nil
	}
	return t.say(ask(T("daily.off"), global("progress", "button.progress"), global("daily", "button.daily"))), nil
}

// dailyScreen says the word itself.
func dailyScreen(n Notice) (Screen, bool) {
	if n.Daily == nil {
		return Screen{}, false
	}
	hello := T("notice.daily.hello")
	if n.Name != "" {
		hello = T("notice.daily.name", "name", n.Name)
	}
	d := *n.Daily
	lines := []Line{T("notice.daily", "hello", hello, "added", d.Added, "confirmed", d.Confirmed, "yesterday", d.Yesterday)}
	if d.Added == 0 {
		lines = []Line{T("notice.daily.none", "hello", hello)}
	}
	if d.PerDay > 0 {
		lines = append(lines, T("progress.pace", "perday", d.PerDay))
	}
	if d.Waiting > 0 {
		lines = append(lines, T("notice.daily.waiting", "waiting", d.Waiting))
	}
	return Screen{Bubbles: []Bubble{bubble(lines, global("enrol", "button.enrol"), global("nodaily", "button.nodaily"))}}, true
}
