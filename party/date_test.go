package party_test

import (
	"testing"
	"time"

	"sadasya/party"
)

func TestDaysUntilADayAreCountedInIndia(t *testing.T) {
	last := party.Date{Year: 2027, Month: 6, Day: 30}
	for _, c := range []struct {
		now  string
		want int
	}{
		{"2027-06-30T10:00:00+05:30", 1},
		{"2027-06-30T23:59:59+05:30", 1},
		{"2027-06-29T19:00:00Z", 1}, // already the 30th there
		{"2027-06-29T18:00:00Z", 2},
		{"2027-07-01T00:00:00+05:30", 0},
		{"2028-01-01T00:00:00Z", 0},
		{"2027-02-28T12:00:00+05:30", 123},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := last.DaysFrom(now); got != c.want {
			t.Errorf("from %s: %d days, want %d", c.now, got, c.want)
		}
	}
	if got := (party.Date{}).DaysFrom(time.Now()); got != 0 {
		t.Errorf("to no day: %d", got)
	}
}
