package broadcast

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Hours are some of every day, in a zone: from 21 to 8 goes over midnight. Where
// both are the same there are none.
type Hours struct {
	From, To int // 0 to 23
	Zone     *time.Location
}

// ParseHours reads "21-8"; "" and "none" are no hours.
func ParseHours(s string, zone *time.Location) (h Hours, err error) {
	h.Zone = zone
	if s == "" || s == "none" {
		return h, nil
	}
	from, to, _ := strings.Cut(s, "-")
	for _, hour := range []struct {
		words string
		of    *int
	}{{from, &h.From}, {to, &h.To}} {
		n, err := strconv.Atoi(hour.words)
		if err != nil || n < 0 || n > 23 {
			return h, fmt.Errorf("%q are no hours: 21-8 is wanted, or none", s)
		}
		*hour.of = n
	}
	return h, nil
}

// Left tells how long the hours still last at a time; 0 outside them.
func (h Hours) Left(at time.Time) time.Duration {
	if h.From == h.To {
		return 0
	}
	at = at.In(h.Zone)
	hour := at.Hour()
	within := hour >= h.From && hour < h.To
	if h.From > h.To {
		within = hour >= h.From || hour < h.To
	}
	if !within {
		return 0
	}
	end := time.Date(at.Year(), at.Month(), at.Day(), h.To, 0, 0, 0, h.Zone)
	if !end.After(at) {
		end = end.AddDate(0, 0, 1)
	}
	return end.Sub(at)
}
