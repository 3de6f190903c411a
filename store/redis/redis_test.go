package redis_test

import (
	"context"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/redis"
	"sadasya/store/seal"
)

// person is made up, and larger than 32 bits as new accounts are.
const person = 7_184_202_113

// each runs a test on every Redis at hand, in a house of its own: keys are
// made by new secrets, so a server that others use does no harm.
func each(t *testing.T, o redis.Options, test func(t *testing.T, s house)) {
	t.Helper()
	t.Parallel()
	for _, target := range embeddedtest.Redises(t) {
		t.Run(target.Name, func(t *testing.T) { test(t, open(t, target.URL, o)) })
	}
}

// house is a store with the keys that it used: on a server that others use at
// the same time, only these are its own.
type house struct {
	*redis.Store
	used *used
}

func open(t testing.TB, url string, o redis.Options) house {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := seal.Generate(path); err != nil {
		t.Fatal(err)
	}
	keys, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := redis.Open(t.Context(), url, keys, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	h := house{Store: s, used: &used{}}
	s.Client().AddHook(h.used)
	return h
}

// used remembers the keys of every script that ran.
type used struct {
	trips
	mu   sync.Mutex
	keys []string
}

func (u *used) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		if args := cmd.Args(); strings.HasPrefix(cmd.Name(), "eval") {
			n, _ := args[2].(int)
			u.mu.Lock()
			for _, key := range args[3 : 3+n] {
				if key := key.(string); !slices.Contains(u.keys, key) {
					u.keys = append(u.keys, key)
				}
			}
			u.mu.Unlock()
		}
		return next(ctx, cmd)
	}
}

// sessionKey finds the one session that write leaves behind.
func sessionKey(t *testing.T, s house, write func()) string {
	t.Helper()
	before := len(s.used.keys)
	write()
	for _, key := range s.used.keys[before:] {
		if strings.HasPrefix(key, "s:") {
			return key
		}
	}
	t.Fatal("no session was written")
	return ""
}

// trips counts what goes to the server.
type trips struct{ n atomic.Int64 }

func (c *trips) DialHook(next goredis.DialHook) goredis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (c *trips) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		c.n.Add(1)
		return next(ctx, cmd)
	}
}

func (c *trips) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []goredis.Cmder) error {
		c.n.Add(1)
		return next(ctx, cmds)
	}
}

func TestOneRoundTripACall(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		calls := []struct {
			name string
			call func() error
		}{
			{"load", func() error { _, _, err := s.Load(t.Context(), person, 1); return err }},
			{"swap", func() error { _, err := s.Swap(t.Context(), person, 1, loaded(t, s, 1)); return err }},
			{"count", func() error { _, err := s.Count(t.Context(), "poison 1", time.Minute); return err }},
			{"ping", func() error { return s.Ping(t.Context()) }},
		}
		for _, c := range calls { // the server learns the scripts
			if err := c.call(); err != nil {
				t.Fatal(err)
			}
		}
		counted := &trips{}
		s.Client().AddHook(counted)
		want := map[string]int64{"load": 1, "swap": 2, "count": 1, "ping": 1} // to swap, it is loaded first
		for _, c := range calls {
			counted.n.Store(0)
			if err := c.call(); err != nil {
				t.Fatal(err)
			}
			if got := counted.n.Load(); got != want[c.name] {
				t.Errorf("%s takes %d round trips, want %d", c.name, got, want[c.name])
			}
		}
	})
}

func TestCountsEndWithTheirWindow(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		for want := 1; want <= 3; want++ {
			if n, err := s.Count(t.Context(), "update 5", time.Hour); err != nil || n != want {
				t.Errorf("counted %d, %v; want %d", n, err, want)
			}
		}
		if n, err := s.Count(t.Context(), "update 6", time.Hour); err != nil || n != 1 {
			t.Errorf("another name begins with %d, %v", n, err)
		}
		for _, key := range s.used.keys {
			if !strings.HasPrefix(key, "c:") {
				continue
			}
			if left := s.Client().PTTL(t.Context(), key).Val(); left <= 0 || left > time.Hour {
				t.Errorf("a counter lives for %v", left)
			}
		}
	})
}
