package redis_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/embedded/faultstest"
	"sadasya/store/redis"
)

// TestPingTellsOfARedisThatTakesNoWrites: such a one answers a mere PING, while
// every update is answered 503.
func TestPingTellsOfARedisThatTakesNoWrites(t *testing.T) {
	t.Parallel()
	server := embeddedtest.StartRedis(t)
	if server == nil {
		t.Skip("no redis-server")
	}
	s := open(t, server.URL(), redis.Options{})
	hurt := s.Client().(*goredis.Client)
	for _, c := range []struct {
		word       string
		hurt, mend []any
	}{
		{"OOM", []any{"CONFIG", "SET", "maxmemory", "1"}, []any{"CONFIG", "SET", "maxmemory", "0"}},
		{"READONLY", []any{"REPLICAOF", "127.0.0.1", "1"}, []any{"REPLICAOF", "NO", "ONE"}},
	} {
		if err := s.Ping(t.Context()); err != nil {
			t.Errorf("before %s: %v", c.word, err)
		}
		if err := hurt.Do(t.Context(), c.hurt...).Err(); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Load(t.Context(), person, 1); !errors.Is(err, party.ErrUnavailable) {
			t.Errorf("%s: an update is taken: %v", c.word, err)
		}
		err := s.Ping(t.Context())
		if !errors.Is(err, party.ErrUnavailable) || !strings.Contains(err.Error(), "it takes no writes: "+c.word) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", c.word, err)
		}
		if err := s.Answers(t.Context()); err != nil {
			t.Errorf("%s: it is not enough to begin with: %v", c.word, err)
		}
		if err := hurt.Do(t.Context(), c.mend...).Err(); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if left := s.Client().PTTL(t.Context(), "ping").Val(); left <= 0 || left > time.Minute {
		t.Errorf("what was written stays for %v", left)
	}
}

// TestPingTellsOfEachMaster: each has some of the people, and a cluster answers a
// PING by any node.
func TestPingTellsOfEachMaster(t *testing.T) {
	t.Parallel()
	nodes := faultstest.StartCluster(t)
	if nodes == nil {
		t.Skip("no redis-server")
	}
	s := open(t, nodes.URL(), redis.Options{})
	cluster := s.Client().(*goredis.ClusterClient)
	var masters []*goredis.Client
	gather := make(chan *goredis.Client, 6)
	if err := cluster.ForEachMaster(t.Context(), func(_ context.Context, c *goredis.Client) error { gather <- c; return nil }); err != nil {
		t.Fatal(err)
	}
	for close(gather); len(gather) > 0; {
		masters = append(masters, <-gather)
	}
	if len(masters) != 3 {
		t.Fatalf("%d masters", len(masters))
	}
	for _, m := range masters {
		if err := s.Ping(t.Context()); err != nil {
			t.Errorf("all are well: %v", err)
		}
		if err := m.ConfigSet(t.Context(), "maxmemory", "1").Err(); err != nil {
			t.Fatal(err)
		}
		if err := s.Ping(t.Context()); !errors.Is(err, party.ErrUnavailable) || !strings.Contains(err.Error(), "it takes no writes: OOM") {
			t.Errorf("one is full: %v", err)
		}
		if err := m.ConfigSet(t.Context(), "maxmemory", "0").Err(); err != nil {
			t.Fatal(err)
		}
	}

	// Nobody stands in for the one that is lost.
	if err := cluster.ForEachShard(t.Context(), func(ctx context.Context, c *goredis.Client) error {
		return c.ConfigSet(ctx, "cluster-replica-no-failover", "yes").Err()
	}); err != nil {
		t.Fatal(err)
	}
	_ = masters[1].ShutdownNoSave(t.Context()) // it does not answer any more
	for range 10 {                             // whichever node is asked
		if err := s.Ping(t.Context()); !errors.Is(err, party.ErrUnavailable) {
			t.Fatalf("one is lost: %v", err)
		}
	}
}
