package redis_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/redis"
)

// twice runs every command again, as a client library does whose connection
// broke before the answer came.
type twice struct{ trips }

func (w *twice) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		if err := next(ctx, cmd); err != nil {
			return err
		}
		w.n.Add(1)
		return next(ctx, cmd)
	}
}

func TestARepeatedWriteIsStillAWrite(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		again := &twice{}
		s.Client().AddHook(again)
		session := flows.Session{}
		for update := range int64(3) {
			session = swapped(t, s, update, session)
			if got := loadedAsIs(t, s, 100); got.V != session.V {
				t.Error("what stands is not what was written")
			}
		}
		if again.n.Load() == 0 {
			t.Error("nothing was repeated")
		}
	})
}

// use makes every call of a Store, at once.
func use(t *testing.T, s house) map[string]error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var load, swap, count, ping, answers error
	var all sync.WaitGroup
	all.Go(func() { _, _, load = s.Load(ctx, person, 1) })
	all.Go(func() { _, swap = s.Swap(ctx, person, 1, flows.Session{Seen: []int64{1}}) })
	all.Go(func() { _, count = s.Count(ctx, "kamla", time.Minute) })
	all.Go(func() { ping = s.Ping(ctx) })
	all.Go(func() { answers = s.Answers(ctx) })
	all.Wait()
	return map[string]error{"load": load, "swap": swap, "count": count, "ping": ping, "answers": answers}
}

func TestAKilledServerIsUnavailableUntilItIsBack(t *testing.T) {
	t.Parallel()
	server := embeddedtest.StartRedis(t)
	if server == nil {
		t.Skip("no redis-server")
	}
	s := open(t, server.URL(), redis.Options{Timeout: time.Second})
	for range 2 {
		for call, err := range use(t, s) {
			if err != nil && !errors.Is(err, flows.ErrConflict) {
				t.Errorf("%s: %v", call, err)
			}
		}
		server.Kill()
		for call, err := range use(t, s) {
			if !errors.Is(err, party.ErrUnavailable) || strings.Contains(err.Error(), "redis.sock") {
				t.Errorf("%s without a server: %v", call, err)
			}
		}
		server.Start() // empty: sessions and scripts are gone
	}
}

func TestARefusingServerIsUnavailableWhereItSaysSo(t *testing.T) {
	t.Parallel()
	for answer, away := range map[string]bool{
		"LOADING Redis is loading the dataset in memory":            true,
		"READONLY You can't write against a read only replica.":     true,
		"OOM command not allowed when used memory > 'maxmemory'.":   true,
		"CLUSTERDOWN The cluster is down":                           true,
		"ERR max number of clients reached":                         true,
		"MOVED 3999 127.0.0.1:6381":                                 true,
		"ASK 3999 127.0.0.1:6381":                                   true,
		"WRONGTYPE Operation against a key holding the wrong value": false,
		"NOAUTH Authentication required.":                           false,
		"ERR kamla devi is in this answer":                          false,
	} {
		s := open(t, embeddedtest.Redis(t), redis.Options{})
		s.Client().AddHook(&refusing{answer: answer})
		for call, err := range use(t, s) {
			if err == nil || errors.Is(err, party.ErrUnavailable) != away {
				t.Errorf("%s: %s: %v", answer, call, err)
			} else if strings.Contains(err.Error(), "kamla") {
				t.Errorf("%s quotes what the server said: %v", call, err)
			}
		}
	}
}

// refusing stands for a server that answers everything with an error.
type refusing struct {
	trips
	answer string
}

// serverError is an error as go-redis hands on a server's.
type serverError string

func (e serverError) Error() string { return string(e) }
func (serverError) RedisError()     {}

func (r *refusing) ProcessHook(goredis.ProcessHook) goredis.ProcessHook {
	return func(_ context.Context, cmd goredis.Cmder) error {
		cmd.SetErr(serverError(r.answer))
		return serverError(r.answer)
	}
}

func TestAnEndedContextIsUnavailable(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := s.Load(ctx, person, 1); !errors.Is(err, party.ErrUnavailable) {
			t.Errorf("load: %v", err)
		}
	})
}

func TestAClosedStoreIsUnavailable(t *testing.T) {
	t.Parallel()
	s := open(t, embeddedtest.Redis(t), redis.Options{})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for call, err := range use(t, s) {
		if !errors.Is(err, party.ErrUnavailable) {
			t.Errorf("%s: %v", call, err)
		}
	}
}
