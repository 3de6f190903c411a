// Package redis keeps sessions and short-lived counts. It may be emptied at any
// time and nobody's membership changes. It imports party, flows, seal and
// go-redis; never bot.
package redis

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

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
}

// Store is safe for concurrent use.
type Store struct {
	client            redis.UniversalClient
	keys              *seal.Keys
	ttl, window       time.Duration
	load, swap, count *redis.Script
}

// Open connects to redis://, rediss:// or unix://, to a cluster by
// redis+cluster://host,host or to sentinels by redis+sentinel://host,host/master.
// It does not wait for the server: Ping tells.
func Open(_ context.Context, url string, keys *seal.Keys, o Options) (*Store, error) {
	o = o.withDefaults()
	client, err := connect(url, o)
	if err != nil {
		return nil, err
	}
	s := &Store{client: client, keys: keys, ttl: o.TTL, window: o.Window}
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
	return o
}

// connect understands the forms of REDIS_URL. Commands are retried once: the
// scripts may be repeated. Dialling is not: whoever waits is told at once.
func connect(url string, o Options) (redis.UniversalClient, error) {
	bad := fmt.Errorf("REDIS_URL: redis://host:6379/0, unix:///path, redis+cluster://host,host or redis+sentinel://host,host/master is wanted")
	scheme, rest, _ := strings.Cut(url, "://")
	universal := &redis.UniversalOptions{
		MaxRetries: 1, DialerRetries: 1, PoolSize: o.PoolSize, ContextTimeoutEnabled: true,
		DialTimeout: o.Timeout, ReadTimeout: o.Timeout, WriteTimeout: o.Timeout, PoolTimeout: o.Timeout,
	}
	switch scheme {
	case "redis+cluster", "redis+sentinel":
		if at := strings.LastIndexByte(rest, '@'); at >= 0 {
			universal.Username, universal.Password, _ = strings.Cut(rest[:at], ":")
			rest = rest[at+1:]
		}
		hosts, master, _ := strings.Cut(rest, "/")
		universal.Addrs = strings.Split(hosts, ",")
		universal.IsClusterMode = scheme == "redis+cluster"
		universal.MasterName = master
		if slices.Contains(universal.Addrs, "") || !universal.IsClusterMode && master == "" {
			return nil, bad
		}
		return redis.NewUniversalClient(universal), nil
	}
	single, err := redis.ParseURL(url)
	if err != nil {
		return nil, bad // what it says may quote a password
	}
	single.MaxRetries, single.DialerRetries, single.PoolSize, single.ContextTimeoutEnabled = 1, 1, o.PoolSize, true
	single.DialTimeout, single.ReadTimeout, single.WriteTimeout, single.PoolTimeout = o.Timeout, o.Timeout, o.Timeout, o.Timeout
	return redis.NewClient(single), nil
}

// Ping tells whether Redis answers.
func (s *Store) Ping(ctx context.Context) error { return wrap("ping", s.client.Ping(ctx).Err()) }

// Close ends all connections.
func (s *Store) Close() error { return s.client.Close() }

// Client is the connection, for tests that count round trips.
func (s *Store) Client() redis.UniversalClient { return s.client }

// away are the beginnings of answers by which a server says that it cannot now.
var away = []string{"LOADING", "READONLY", "OOM", "CLUSTERDOWN", "MASTERDOWN", "MISCONF", "TRYAGAIN", "BUSY", "NOREPLICAS", "UNBLOCKED", "EXECABORT"}

// wrap names what went wrong without quoting keys or values.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	var answer redis.Error
	if errors.As(err, &answer) && !errors.Is(err, redis.ErrClosed) {
		word, _, _ := strings.Cut(answer.Error(), " ")
		for _, w := range away {
			if word == w {
				return fmt.Errorf("redis: %s: %s: %w", what, word, party.ErrUnavailable)
			}
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
