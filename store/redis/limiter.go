package redis

import (
	"context"
	"encoding/base64"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// Limiter is the one limit, over all replicas, of what is sent on the bot's own
// accord. Replies go first: each replica tells of its own in the call that asks
// for a message, so a reply costs no trip.
type Limiter struct {
	store   *Store
	script  *redis.Script
	replies func() int64 // sent by this process so far
	told    atomic.Int64 // of them
	reply   time.Duration
	alone   time.Duration
	ahead   time.Duration
}

// LimiterOptions tune a Limiter.
type LimiterOptions struct {
	Budget  float64       // messages a second in all, replies among them
	Alone   time.Duration // how long a chat is left alone after a message; 0: 1 s
	Replies func() int64  // sent by this process so far; nil: none
}

// ahead is how far a message may be promised ahead: long enough that workers
// which wait need not ask twice, short enough that replies still go first.
const ahead = 200 * time.Millisecond

// Limiter gives the limiter of these options. All replicas must have the same.
func (s *Store) Limiter(o LimiterOptions) (*Limiter, error) {
	source, err := files.ReadFile("lua/limit.lua")
	if err != nil {
		return nil, err
	}
	if o.Alone == 0 {
		o.Alone = time.Second
	}
	if o.Replies == nil {
		o.Replies = func() int64 { return 0 }
	}
	return &Limiter{
		store: s, script: redis.NewScript(string(source)), replies: o.Replies,
		reply: time.Duration(float64(time.Second) / o.Budget), alone: o.Alone, ahead: ahead,
	}, nil
}

// Reserve asks for one message to a person at a rate, in messages a second. ok:
// it may go after wait; else the caller asks again after wait. Errors:
// party.ErrUnavailable.
func (l *Limiter) Reserve(ctx context.Context, person int64, rate float64) (wait time.Duration, ok bool, err error) {
	now := l.replies()
	was := l.told.Swap(now)
	blind := l.store.keys.Index("chat", strconv.AppendInt(nil, person, 10))
	keys := []string{"{limit}", "{limit}:" + base64.RawURLEncoding.EncodeToString(blind[:])}
	cost := time.Duration(float64(time.Second) / rate)
	answer, err := l.script.Run(ctx, l.store.client, keys,
		cost.Microseconds(), max(now-was, 0)*l.reply.Microseconds(), l.ahead.Microseconds(), l.alone.Milliseconds()).Int64Slice()
	if err != nil {
		l.told.Add(was - now) // to be told again
		return 0, false, wrap("ask the limiter", err)
	}
	return time.Duration(answer[1]) * time.Microsecond, answer[0] == 1, nil
}
