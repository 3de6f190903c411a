package telegramtest

import (
	"net/http"
	"time"
)

// Chaos is how often things go wrong, each a share of 0 to 1, drawn by the
// server's seed.
type Chaos struct {
	Throttle   float64       // calls answered 429
	RetryAfter int           // seconds that a 429 asks for
	Outage     float64       // calls answered by a proxy's 502 page
	DropBefore float64       // connections dropped before the call took effect
	DropAfter  float64       // connections dropped after it did
	Repeat     float64       // updates delivered again although they were answered
	Copies     int           // how often again, at the same time; default 1
	Forget     float64       // answers to updates that are lost on their way
	Latency    time.Duration // of every call but getUpdates; half of it on the way there
}

// SetChaos changes how often things go wrong.
func (s *Server) SetChaos(c Chaos) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chaos = c
}

// Fault is what one call gets instead of its answer.
type Fault struct {
	Status     int // 429, 500 …; 0: none
	RetryAfter int
	Page       bool // a proxy's page instead of JSON
	DropBefore bool
	DropAfter  bool
	Latency    time.Duration // half of it before anything else happens
}

// OnCall lets a test decide call by call; nil for a call leaves it to chance.
func (s *Server) OnCall(hook func(Call) *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

// fault decides what becomes of a call.
func (s *Server) fault(c Call) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hook != nil {
		if f := s.hook(c); f != nil {
			return *f
		}
	}
	if c.Method == "getUpdates" {
		return Fault{}
	}
	f := s.drawn()
	f.Latency = s.chaos.Latency
	return f
}

// drawn is a fault by chance, or none. s.mu is held.
func (s *Server) drawn() Fault {
	x := s.random.Float64()
	for _, p := range []struct {
		share float64
		fault Fault
	}{
		{s.chaos.Throttle, Fault{Status: http.StatusTooManyRequests, RetryAfter: s.chaos.RetryAfter}},
		{s.chaos.Outage, Fault{Status: http.StatusBadGateway, Page: true}},
		{s.chaos.DropBefore, Fault{DropBefore: true}},
		{s.chaos.DropAfter, Fault{DropAfter: true}},
	} {
		if x < p.share {
			return p.fault
		}
		x -= p.share
	}
	return Fault{}
}

// chance draws with s.mu not held.
func (s *Server) chance(share func(Chaos) float64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := share(s.chaos)
	return p > 0 && s.random.Float64() < p
}
