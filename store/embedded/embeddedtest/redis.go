package embeddedtest

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"sadasya/store/embedded"
)

// Redis gives the test an in-process Redis of its own, in which keys expire.
func Redis(t testing.TB) string {
	t.Helper()
	server, err := embedded.OpenRedis(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server.URL()
}

// Redises gives an in-process Redis, a redis-server where one is installed, and
// where REDIS_URL is set that one, which is shared: a test that empties it
// empties it for all.
func Redises(t testing.TB) []Target {
	t.Helper()
	targets := []Target{{"miniredis", Redis(t)}}
	if server := StartRedis(t); server != nil {
		targets = append(targets, Target{"redis-server", server.URL()})
	}
	if shared := os.Getenv("REDIS_URL"); shared != "" {
		targets = append(targets, Target{"REDIS_URL", shared})
	}
	return targets
}

// RedisServer is a real redis-server for one test, that can be killed.
type RedisServer struct {
	t        testing.TB
	binary   string
	dir      string
	settings []string
	cmd      *exec.Cmd // nil while it is killed
	ended    chan struct{}
}

// StartRedis starts a redis-server of the test's own, with further settings as on
// its command line. Where none is installed it gives nil and says so; under CI the
// test fails.
func StartRedis(t testing.TB, settings ...string) *RedisServer {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("redis-server is not installed: CI must install it")
		}
		t.Log("redis-server is not installed, so only the in-process one is tested")
		return nil
	}
	dir, err := os.MkdirTemp("", "sadasya-redis-") // short: a socket lies in it
	if err != nil {
		t.Fatal(err)
	}
	r := &RedisServer{t: t, binary: binary, dir: dir, settings: settings}
	t.Cleanup(func() {
		r.Kill()
		_ = os.RemoveAll(dir)
	})
	r.Start()
	return r
}

// URL is for go-redis. It stays the same when the server is started again.
func (r *RedisServer) URL() string { return "unix://" + r.socket() + "?db=0" }

// Start starts the server, empty, and waits until it listens.
func (r *RedisServer) Start() {
	r.t.Helper()
	_ = os.Remove(r.socket())
	settings := []string{"--port", "0", "--unixsocket", r.socket(), "--unixsocketperm", "700", "--save", "", "--appendonly", "no", "--dir", r.dir}
	r.cmd = exec.Command(r.binary, append(settings, r.settings...)...)
	r.ended = make(chan struct{})
	if err := r.cmd.Start(); err != nil {
		r.cmd = nil
		r.t.Fatal(err)
	}
	go func(cmd *exec.Cmd, ended chan struct{}) { _ = cmd.Wait(); close(ended) }(r.cmd, r.ended)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, "unix", r.socket())
		if err == nil {
			conn.Close()
			return
		}
		select {
		case <-ctx.Done():
			r.t.Fatal("redis-server does not listen")
		case <-r.ended:
			r.t.Fatal("redis-server ended at once")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Kill ends the server with -9 and waits for its end.
func (r *RedisServer) Kill() {
	if r.cmd == nil {
		return
	}
	_ = r.cmd.Process.Kill()
	<-r.ended
	r.cmd = nil
}

func (r *RedisServer) socket() string { return filepath.Join(r.dir, "redis.sock") }
