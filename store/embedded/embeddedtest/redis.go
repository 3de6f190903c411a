package embeddedtest

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// RedisServer is a real redis-server for one test, that can be killed.
type RedisServer struct {
	t      testing.TB
	binary string
	dir    string
	cmd    *exec.Cmd
	ended  chan struct{}
}

// StartRedis starts a redis-server of the test's own. Where none is installed
// it gives nil and says so; under CI the test fails.
func StartRedis(t testing.TB) *RedisServer {
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
	r := &RedisServer{t: t, binary: binary, dir: dir}
	t.Cleanup(func() {
		r.Kill()
		_ = os.RemoveAll(dir)
	})
	r.Start()
	return r
}

func (r *RedisServer) socket() string { return filepath.Join(r.dir, "redis.sock") }

// URL is for go-redis.
func (r *RedisServer) URL() string { return "unix://" + r.socket() + "?db=0" }

// Start starts the server, empty, and waits until it listens.
func (r *RedisServer) Start() {
	r.t.Helper()
	_ = os.Remove(r.socket())
	r.cmd = exec.Command(r.binary, "--port", "0", "--unixsocket", r.socket(), "--save", "", "--appendonly", "no", "--dir", r.dir)
	if err := r.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.ended = make(chan struct{})
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
