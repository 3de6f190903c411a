package telegramtest

import (
	"fmt"
	"math"
	"net/http"
	"time"
)

// How many messages may come at once before the rate counts.
const chatBurst = 3

// allowance is what may still be sent: it fills at a rate up to a burst. Whoever
// was told to wait is barred until then.
type allowance struct {
	left   float64
	at     time.Time
	told   time.Time // when the last 429 was given
	barred time.Time // until when it asked for a pause
}

// Limits is how the bot kept to them.
type Limits struct {
	Sent      int // messages that were taken
	Throttled int // answered 429
	Early     int // of them before the pause was over that another 429 had asked for
}

// inFlight is how long after a 429 calls may come whose sender cannot have known
// of it.
const inFlight = 250 * time.Millisecond

// Limits tells how the bot kept to the limits so far.
func (s *Server) Limits() Limits {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept
}

// bar tells for how long a pause still lasts that was asked for. s.mu is held.
func (s *Server) bar(a *allowance, now time.Time) time.Duration {
	left := a.barred.Sub(now)
	if left > 0 && now.Sub(a.told) > inFlight {
		s.kept.Early++
	}
	return left
}

// tell asks for a pause. s.mu is held.
func (a *allowance) tell(now time.Time, wait time.Duration) {
	a.told, a.barred = now, now.Add(time.Duration(math.Ceil(wait.Seconds()))*time.Second)
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
func (s *Server) spend(p *Person, n float64) error { return s.spendOn(&p.rate, chatBurst, n) }

// spendOn does it for the allowance of a chat. s.mu is held.
func (s *Server) spendOn(chat *allowance, burst, n float64) error {
	now := s.o.Now()
	for _, limit := range []struct {
		of          *allowance
		rate, burst float64
	}{{&s.rate, s.o.Rate, s.o.Rate}, {chat, s.o.RateAChat, burst}} {
		if limit.rate == 0 {
			continue
		}
		wait := s.bar(limit.of, now)
		if wait <= 0 {
			if wait = limit.of.fill(now, limit.rate, math.Max(limit.burst, n), n); wait > 0 {
				limit.of.tell(now, wait)
			}
		}
		if wait > 0 {
			s.kept.Throttled++
			return tooMany(int(math.Ceil(wait.Seconds())))
		}
	}
	s.rate.left -= n
	chat.left -= n
	s.kept.Sent += int(n)
	return nil
}

// tooMany is the 429 that asks for a pause, in seconds.
func tooMany(after int) error {
	after = max(after, 1)
	return &refusal{code: http.StatusTooManyRequests, text: fmt.Sprintf("Too Many Requests: retry after %d", after), after: after}
}
