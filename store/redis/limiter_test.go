package redis_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/redis"
)

func limiter(t *testing.T, s house, o redis.LimiterOptions) *redis.Limiter {
	t.Helper()
	l, err := s.Limiter(o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// promised asks for messages to people from first on until the limiter promises
// no more, and gives how many it did.
func promised(t *testing.T, l *redis.Limiter, first int64, rate float64, most int) (n int, last time.Duration) {
	t.Helper()
	for n < most {
		wait, ok, err := l.Reserve(t.Context(), first+int64(n), rate)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return n, wait
		}
		n, last = n+1, wait
	}
	return n, last
}

func TestOneLimitHoldsForAllReplicas(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		replicas := []*redis.Limiter{limiter(t, s, redis.LimiterOptions{Budget: 30}), limiter(t, s, redis.LimiterOptions{Budget: 30})}
		var n atomic.Int64
		var last atomic.Int64
		began := time.Now()
		var all sync.WaitGroup
		for i, l := range replicas {
			all.Go(func() {
				for person := range int64(40) {
					wait, ok, err := l.Reserve(t.Context(), int64(i)*1000+person, 28)
					if err != nil {
						t.Error(err)
					}
					if ok {
						n.Add(1)
						last.Store(max(last.Load(), int64(wait)))
					}
				}
			})
		}
		all.Wait()
		// One at once and then one every 1/28 s, promised 200 ms ahead.
		if most := int64(1 + (time.Since(began)+200*time.Millisecond).Seconds()*28 + 1); n.Load() > most || n.Load() < 5 {
			t.Errorf("%d were promised, at most %d may be", n.Load(), most)
		}
		if last.Load() > int64(200*time.Millisecond) {
			t.Errorf("one was promised %v ahead", time.Duration(last.Load()))
		}
	})
}

func TestRepliesGoFirst(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		var replies int64
		l := limiter(t, s, redis.LimiterOptions{Budget: 30, Replies: func() int64 { return replies }})
		if n, _ := promised(t, l, 1, 28, 1); n != 1 {
			t.Fatal("none was promised at the start")
		}
		replies = 15 // half of a second's budget
		n, wait := promised(t, l, 100, 28, 1)
		if n != 0 || wait < 400*time.Millisecond || wait > 600*time.Millisecond {
			t.Errorf("after 15 replies %d were promised, wait %v", n, wait)
		}
		replies = 10_000 // they push back by a second and no more
		if n, wait := promised(t, l, 200, 28, 1); n != 0 || wait > time.Second {
			t.Errorf("after 10,000 replies %d were promised, wait %v", n, wait)
		}
	})
}

func TestAChatIsLeftAloneForASecond(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		l := limiter(t, s, redis.LimiterOptions{Budget: 3000})
		if n, _ := promised(t, l, 7, 2800, 1); n != 1 {
			t.Fatal("none was promised")
		}
		if n, wait := promised(t, l, 7, 2800, 1); n != 0 || wait < 900*time.Millisecond || wait > 1100*time.Millisecond {
			t.Errorf("the same chat again: %d promised, wait %v", n, wait)
		}
		if n, _ := promised(t, l, 8, 2800, 1); n != 1 {
			t.Error("another chat had to wait for it")
		}
	})
}

func TestWithoutRedisNothingIsPromised(t *testing.T) {
	t.Parallel()
	server := embeddedtest.StartRedis(t)
	if server == nil {
		t.Skip("no redis-server")
	}
	l := limiter(t, open(t, server.URL(), redis.Options{Timeout: time.Second}), redis.LimiterOptions{Budget: 30})
	server.Kill()
	if _, ok, err := l.Reserve(t.Context(), 1, 28); ok || !errors.Is(err, party.ErrUnavailable) {
		t.Errorf("%v, %v", ok, err)
	}
}
