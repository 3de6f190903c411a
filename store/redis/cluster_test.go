package redis_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/embedded/faultstest"
	"sadasya/store/redis"
)

// startCluster starts a cluster of one node that owns every slot: it refuses a
// script whose keys have different slots, as any other does. It gives host:port;
// the password is "p@ss/%".
func startCluster(t *testing.T) string {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("redis-server is not installed: CI must install it")
		}
		t.Skip("redis-server is not installed: there is no cluster to test on")
	}
	port, bus := freePort(t), freePort(t)
	server := exec.Command(binary, "--port", port, "--cluster-port", bus, "--bind", "127.0.0.1", "--cluster-enabled", "yes",
		"--requirepass", "p@ss/%", "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait() // it was killed
	})
	node := goredis.NewClient(&goredis.Options{Addr: "127.0.0.1:" + port, Password: "p@ss/%"})
	t.Cleanup(func() { _ = node.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	until(ctx, t, "it listens", func() bool { return node.ClusterAddSlotsRange(ctx, 0, 16383).Err() == nil })
	until(ctx, t, "its slots are served", func() bool {
		return strings.Contains(node.ClusterInfo(ctx).Val(), "cluster_state:ok")
	})
	return "127.0.0.1:" + port
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}

// until asks a server that just started until it is so.
func until(ctx context.Context, t *testing.T, what string, so func() bool) {
	t.Helper()
	for !so() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited in vain until %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// TestEverythingWorksOnACluster: all keys of one call have one slot, and the
// password may hold what must be escaped in a URL.
func TestEverythingWorksOnACluster(t *testing.T) {
	t.Parallel()
	s := open(t, "redis+cluster://:p%40ss%2F%25@"+startCluster(t), redis.Options{})
	if err := s.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	session := loaded(t, s, 1)
	session.Language = party.Hindi
	written := swapped(t, s, 1, session)
	got, rate, err := s.Load(t.Context(), person, 2)
	if err != nil || got.Language != party.Hindi || got.V != written.V || rate != 2 {
		t.Errorf("%+v, rate %d, %v", got, rate, err)
	}
	if _, err := s.Swap(t.Context(), person, 3, flows.Session{Seen: []int64{3}}); err == nil {
		t.Error("an old version was written over the new one")
	}
	if n, err := s.Count(t.Context(), "group:5", time.Hour); err != nil || n != 1 {
		t.Errorf("counted %d, %v", n, err)
	}
}

// foundWithin is how long after another stands in everyone must be answered again:
// a look at the cluster is due every second, and takes no more. By itself the
// library looks once a minute.
const foundWithin = 5 * time.Second

// TestALostMasterIsLeft: what the library knows of the cluster is a minute old at
// worst, and for so long a third of the people would not be answered. The time
// counts from when every node that is left knows the replica as the master of the
// slots: LoseMaster returns then.
func TestALostMasterIsLeft(t *testing.T) {
	t.Parallel()
	cluster := faultstest.StartCluster(t)
	if cluster == nil {
		t.Skip("no redis-server")
	}
	s := open(t, cluster.URL(), redis.Options{})
	for p := range int64(20) { // of all masters
		if _, _, err := s.Load(t.Context(), p, 1); err != nil {
			t.Fatal(err)
		}
	}
	cluster.LoseMaster(1)
	stoodIn := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), foundWithin)
	defer cancel()
	for p := range int64(20) {
		until(ctx, t, fmt.Sprintf("the slot of %d is found again, %v after another stood in", p, foundWithin), func() bool {
			_, _, err := s.Load(ctx, p, 2)
			return err == nil
		})
	}
	t.Logf("all were answered %v after another stood in", time.Since(stoodIn).Round(time.Millisecond))
}
