package main

import (
	"context"
	"errors"
	"time"

	"sadasya/bot"
	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/redis"
)

// The stores as serve sees them: each call is counted and timed.

func unavailable(err error) bool { return err != nil && errors.Is(err, party.ErrUnavailable) }

// countedRedis is Redis, with its trips counted.
type countedRedis struct {
	store              *redis.Store
	load, swap, count  timed
	recalled, loaded   func()
	conflict, seen, tm func()
}

func (m *metrics) watch(s *redis.Store) countedRedis {
	return countedRedis{
		store: s, load: m.redis["load"], swap: m.redis["swap"], count: m.redis["count"],
		recalled: m.sessions["recalled"].Inc, loaded: m.sessions["loaded"].Inc,
		conflict: m.sessions["conflict"].Inc, seen: m.sessions["seen"].Inc, tm: m.sessions["toomany"].Inc,
	}
}

// Load implements bot.Sessions.
func (w countedRedis) Load(ctx context.Context, person, update int64) (flows.Session, int, error) {
	began := time.Now()
	s, rate, err := w.store.Load(ctx, person, update)
	w.load.tell(began, err)
	w.loaded()
	return s, rate, err
}

// Recall implements bot.Sessions. It is counted by Swap, where it was enough: what
// is recalled and then read after all was loaded.
func (w countedRedis) Recall(person int64) (flows.Session, bool) { return w.store.Recall(person) }

// Swap implements bot.Sessions.
func (w countedRedis) Swap(ctx context.Context, person, update int64, s flows.Session) (flows.Version, error) {
	began := time.Now()
	v, err := w.store.Swap(ctx, person, update, s)
	w.swap.tell(began, err)
	switch {
	case err == nil && s.Pace > 0: // the first write after a recall
		w.recalled()
	case errors.Is(err, flows.ErrConflict):
		w.conflict()
	case errors.Is(err, flows.ErrSeen):
		w.seen()
	case errors.Is(err, flows.ErrTooMany):
		w.tm()
	}
	return v, err
}

// Count implements bot.Counters.
func (w countedRedis) Count(ctx context.Context, name string, window time.Duration) (int, error) {
	began := time.Now()
	n, err := w.store.Count(ctx, name, window)
	w.count.tell(began, err)
	return n, err
}

// countedLimiter is the limiter for one of those who ask it.
type countedLimiter struct {
	bot.Limiter
	told timed
}

// Reserve implements bot.Limiter and broadcast.Limiter.
func (l countedLimiter) Reserve(ctx context.Context, person int64, rate float64) (time.Duration, bool, error) {
	wait, ok, err := l.Limiter.Reserve(ctx, person, rate)
	if err == nil {
		l.told.took.Observe(wait.Seconds())
	} else if unavailable(err) {
		l.told.failed.Inc()
	}
	return wait, ok, err
}

// limitFor is the one limiter, counted for one of those who ask it.
func (p *program) limitFor(who string) countedLimiter {
	return countedLimiter{Limiter: p.limiter, told: p.metrics.limiter[who]}
}
