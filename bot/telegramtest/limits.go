package telegramtest

import (
	"fmt"
	"math"
	"net/http"
	"time"
)

// How many messages may come at once before the rate counts.
const chatBurst = 3

// allowance is what may still be sent: it fills at a rate up to a burst.
type allowance struct {
	left float64
	at   time.Time
}

// fill lets time pass and tells for how long n more would have to wait.
func (a *allowance) fill(now time.Time, rate, burst, n float64) time.Duration {
	if a.at.IsZero() {
		a.left = burst
	} else {
		a.left = min(burst, a.left+rate*now.Sub(a.at).Seconds())
	}
	a.at = now
	if a.left >= n {
		return 0
	}
	return time.Duration((n - a.left) / rate * float64(time.Second))
}

// spend counts n messages to a person against the limits of the options; the
// error is a 429. s.mu is held.
func (s *Server) spend(p *Person, n float64) error {
	now := s.o.Now()
	var wait time.Duration
	if s.o.Rate > 0 {
		wait = s.rate.fill(now, s.o.Rate, math.Max(s.o.Rate, n), n)
	}
	if s.o.RateAChat > 0 {
		wait = max(wait, p.rate.fill(now, s.o.RateAChat, math.Max(chatBurst, n), n))
	}
	if wait > 0 {
		return tooMany(int(math.Ceil(wait.Seconds())))
	}
	s.rate.left -= n
	p.rate.left -= n
	return nil
}

// tooMany is the 429 that asks for a pause, in seconds.
func tooMany(after int) error {
	after = max(after, 1)
	return &refusal{code: http.StatusTooManyRequests, text: fmt.Sprintf("Too Many Requests: retry after %d", after), after: after}
}
