package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"
)

// health knows which stores are away, and since when.
type health struct {
	checks []check
	now    func() time.Time
	told   func(store string, away error, lasted time.Duration) // at each change; nil: it is back

	mu   sync.Mutex
	away map[string]wrong
}

// check asks one store.
type check struct {
	what string
	ping func(context.Context) error
}

// wrong is one thing that keeps updates from being handled.
type wrong struct {
	What  string    `json:"what"`
	Since time.Time `json:"since"` // when it was seen first
	Error string    `json:"error"`
}

const (
	healthEvery = 3 * time.Second // how often the stores are asked, unasked
	pingTime    = 2 * time.Second // within which a store must answer
)

// look asks all stores at once, so that one that hangs is not taken for another.
func (h *health) look(ctx context.Context) (list []wrong) {
	ctx, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	errs := make([]error, len(h.checks))
	var all sync.WaitGroup
	for i, c := range h.checks {
		all.Go(func() { errs[i] = c.ping(ctx) })
	}
	all.Wait()
	for i, c := range h.checks {
		if w, ok := h.note(c.what, errs[i]); ok {
			list = append(list, w)
		}
	}
	return list
}

// note keeps what an answer means, and tells of a change.
func (h *health) note(what string, err error) (wrong, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	was, is := h.away[what]
	switch {
	case err == nil && is:
		delete(h.away, what)
		h.told(what, nil, h.now().Sub(was.Since))
	case err != nil && is:
		was.Error = err.Error()
		h.away[what] = was
		return was, true
	case err != nil:
		was = wrong{What: what, Since: h.now().UTC().Truncate(time.Second), Error: err.Error()}
		h.away[what] = was
		h.told(what, err, 0)
		return was, true
	}
	return wrong{}, false
}

// newHealth watches the stores of a program.
func (p *program) newHealth() *health {
	return &health{
		checks: []check{{"postgres", p.stores.postgres.Ping}, {"redis", p.stores.redis.Ping}},
		now:    func() time.Time { return p.now() }, away: map[string]wrong{},
		told: func(store string, away error, lasted time.Duration) {
			if away != nil {
				p.metrics.up.WithLabelValues(store).Set(0)
				p.log.Error("a store is away; updates wait at Telegram until it is back", "store", store, "error", away)
				return
			}
			p.metrics.up.WithLabelValues(store).Set(1)
			p.log.Info("a store is back", "store", store, "after", lasted.Round(time.Second))
		},
	}
}

// watchStores asks the stores until ctx ends, so that the time since when one is
// away does not hang on who asks.
func (p *program) watchStores(ctx context.Context) {
	tick := time.NewTicker(healthEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			p.health.look(context.WithoutCancel(ctx))
		case <-ctx.Done():
			return
		}
	}
}

// ready tells in one line of JSON whether updates can be handled, and if not what
// is wrong and since when.
func (p *program) ready(w http.ResponseWriter, req *http.Request) {
	answer := struct {
		Ready bool    `json:"ready"`
		Wrong []wrong `json:"wrong,omitempty"`
	}{Wrong: p.health.look(context.WithoutCancel(req.Context()))}
	if at := p.draining.Load(); at != nil {
		answer.Wrong = append([]wrong{{What: "draining", Since: *at, Error: errDraining.Error()}}, answer.Wrong...)
	}
	answer.Ready = len(answer.Wrong) == 0
	w.Header().Set("Content-Type", "application/json")
	if !answer.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(answer) // who asked is gone
}

var errDraining = errors.New("told to end: what is under way is finished, nothing new is taken")
