// Package redis keeps sessions and short-lived counts. It may be emptied at any
// time and nobody's membership changes. It imports party, flows, seal and
// go-redis; never bot.
package redis

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/seal"
)

//go:embed lua/*.lua
var files embed.FS

// Options tune a Store; the zero value is what serve uses.
type Options struct {
	PoolSize int           // connections a node; 0: ten for each processor
	Timeout  time.Duration // of one command; 0: 2 s
	TTL      time.Duration // of a session; 0: 30 days
	Window   time.Duration // in which a person's updates are counted; 0: 10 s
	Log      *slog.Logger  // told of sessions that cannot be opened; nil: the default one
}

// Store is safe for concurrent use.
type Store struct {
	client            redis.UniversalClient
	keys              *seal.Keys
	ttl, window       time.Duration
	log               *slog.Logger
	load, swap, count *redis.Script
	recent            [recentPeople]atomic.Pointer[recent] // by the last bits of the id
}

// Bounds of what the process remembers of sessions: so many people, so long.
const (
	recentPeople = 4096
	recentTime   = 10 * time.Minute
)

// recent is a person's address, and their session as this process wrote it.
type recent struct {
	person  int64
	address *address
	session *flows.Session // nil: not known
	value   []byte         // which it was written as
	at      time.Time
}

// Forget drops the sessions that this process remembers for longer than they are
// of use. Whoever keeps a Store open calls it now and then.
func (s *Store) Forget(now time.Time) {
	for i := range s.recent {
		if kept := s.recent[i].Load(); kept != nil && now.Sub(kept.at) > recentTime {
			s.recent[i].CompareAndSwap(kept, nil)
		}
	}
}

// Open connects to redis://, rediss:// or unix://, to a cluster by
// redis+cluster://host,host or to sentinels by redis+sentinel://host,host/master.
// It does not wait for the server: Answers and Ping tell.
func Open(_ context.Context, url string, keys *seal.Keys, o Options) (*Store, error) {
	o = o.withDefaults()
	client, err := connect(url, o)
	if err != nil {
		return nil, err
	}
	s := &Store{client: client, keys: keys, ttl: o.TTL, window: o.Window, log: o.Log}
	for name, to := range map[string]**redis.Script{"load": &s.load, "swap": &s.swap, "count": &s.count} {
		source, err := files.ReadFile("lua/" + name + ".lua")
		if err != nil {
			return nil, err
		}
		*to = redis.NewScript(string(source))
	}
	return s, nil
}

func (o Options) withDefaults() Options {
	if o.Timeout == 0 {
		o.Timeout = 2 * time.Second
	}
	if o.TTL == 0 {
		o.TTL = 30 * 24 * time.Hour
	}
	if o.Window == 0 {
		o.Window = 10 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// pinged is the one key that Ping writes; pingTime is how long it stays.
const (
	pinged   = "ping"
	pingTime = 10 * time.Second
)

// mayWrite does nothing, but a server that takes no writes refuses it, since it
// does not say that it only reads. It has no key, so that any master may be asked.
const mayWrite = "#!lua\nreturn 1"

// Ping tells whether Redis takes a write, without which no update is handled: one
// that is full, or a replica, answers a mere PING as if all were well. Of a cluster
// each master is asked, since each has some of the people.
func (s *Store) Ping(ctx context.Context) error {
	err := s.client.Set(ctx, pinged, "", pingTime).Err()
	if cluster, ok := s.client.(*redis.ClusterClient); ok && err == nil {
		err = cluster.ForEachMaster(ctx, func(ctx context.Context, master *redis.Client) error {
			return master.Eval(ctx, mayWrite, nil).Err()
		})
	}
	if refusesWrites(err) {
		return wrap("it takes no writes", err)
	}
	return wrap("ping", err)
}

// Answers tells whether Redis answers at all. That is enough to begin with: of a
// cluster that has lost a master most people can be served.
func (s *Store) Answers(ctx context.Context) error {
	return wrap("ping", s.client.Ping(ctx).Err())
}

// refusesWrites tells of the answers of a server that goes on answering reads.
func refusesWrites(err error) bool {
	var answer redis.Error
	if !errors.As(err, &answer) {
		return false
	}
	word, _, _ := strings.Cut(answer.Error(), " ")
	return slices.Contains([]string{"READONLY", "OOM", "MISCONF", "NOREPLICAS"}, word)
}

// Close ends all connections.
func (s *Store) Close() error { return s.client.Close() }

// Client is the connection, for tests that count round trips.
func (s *Store) Client() redis.UniversalClient { return s.client }

// away are the beginnings of answers by which a server says that it cannot now.
// MOVED and ASK come through only while a cluster is being rebuilt.
var away = []string{
	"LOADING", "READONLY", "OOM", "CLUSTERDOWN", "MASTERDOWN", "MISCONF", "TRYAGAIN", "BUSY", "NOREPLICAS", "UNBLOCKED", "EXECABORT", "MOVED", "ASK",
}

// wrap names what went wrong without quoting keys or values.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	var answer redis.Error
	if errors.As(err, &answer) && !errors.Is(err, redis.ErrClosed) {
		word, _, _ := strings.Cut(answer.Error(), " ")
		if redis.IsMaxClientsError(err) {
			return fmt.Errorf("redis: %s: too many clients: %w", what, party.ErrUnavailable)
		}
		if slices.Contains(away, word) {
			return fmt.Errorf("redis: %s: %s: %w", what, word, party.ErrUnavailable)
		}
		return fmt.Errorf("redis: %s: the server answered %s", what, word)
	}
	return fmt.Errorf("redis: %s: %s: %w", what, kind(err), party.ErrUnavailable)
}

func kind(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timed out"
	}
	return "no connection"
}

// Kept is how many people's sessions this process has at hand.
func (s *Store) Kept() (n int) {
	for i := range s.recent {
		if kept := s.recent[i].Load(); kept != nil && kept.session != nil {
			n++
		}
	}
	return n
}
