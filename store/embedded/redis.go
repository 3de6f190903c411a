package embedded

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// Redis is an in-process Redis, reached over loopback with a password, since
// loopback is open to every user of the machine. The first process of a folder
// serves it, others attach. When the serving process ends, what it kept is gone
// and the others' connections fail until they open it anew. Sessions may be
// lost at any time; who needs more sets REDIS_URL.
type Redis struct {
	url   string
	leave func()
}

// OpenRedis serves the Redis of dir, or attaches to the process that does.
func OpenRedis(ctx context.Context, dir string) (*Redis, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("embedded redis: %w", err)
	}
	address := filepath.Join(dir, "redis.url")
	for {
		lock, err := tryLock(filepath.Join(dir, "redis.lock"), syscall.LOCK_EX)
		if err == nil {
			return serveRedis(lock, address)
		}
		if !errors.Is(err, errHeld) {
			return nil, fmt.Errorf("embedded redis: %w", err)
		}
		// The address may be of a process that was killed: it must answer.
		url, err := os.ReadFile(address)
		if err == nil && redisAnswers(ctx, string(url)) {
			return &Redis{url: string(url), leave: func() {}}, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("embedded redis: %w", err)
		}
		if err := pause(ctx); err != nil {
			return nil, fmt.Errorf("embedded redis: another process serves %s and does not answer: %w", dir, err)
		}
	}
}

// URL is for go-redis.
func (r *Redis) URL() string { return r.url }

// Close leaves; the serving process ends the server.
func (r *Redis) Close() error {
	r.leave()
	return nil
}

// serveRedis serves until Close, and writes where for those who attach.
func serveRedis(lock *flock, address string) (*Redis, error) {
	server, password := miniredis.NewMiniRedis(), rand.Text()
	server.RequireAuth(password)
	if err := server.Start(); err != nil {
		lock.unlock()
		return nil, fmt.Errorf("embedded redis: %w", err)
	}
	url := "redis://:" + password + "@" + server.Addr() + "/0"
	if err := writeWhole(address, url); err != nil {
		server.Close()
		lock.unlock()
		return nil, fmt.Errorf("embedded redis: %w", err)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		age(server, stop)
	}()
	return &Redis{url: url, leave: sync.OnceFunc(func() {
		close(stop)
		<-stopped
		server.Close()
		_ = os.Remove(address)
		lock.unlock()
	})}, nil
}

// age lets keys expire, which miniredis does only when it is told the time.
func age(server *miniredis.Miniredis, stop <-chan struct{}) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case <-tick.C:
			now := time.Now() // ticks are dropped on a busy machine
			server.FastForward(now.Sub(last))
			last = now
		case <-stop:
			return
		}
	}
}

// redisAnswers tells whether a server is there that knows the password. It looks
// whether anybody listens first, since go-redis logs each dial that fails.
func redisAnswers(ctx context.Context, url string) bool {
	o, err := redis.ParseURL(url)
	if err != nil {
		return false
	}
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", o.Addr)
	if err != nil {
		return false
	}
	conn.Close()
	o.MaxRetries, o.DialTimeout, o.ReadTimeout = -1, time.Second, time.Second
	client := redis.NewClient(o)
	defer func() { _ = client.Close() }()
	return client.Ping(ctx).Err() == nil
}

func writeWhole(path, text string) error {
	part := path + ".part"
	if err := os.WriteFile(part, []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(part, path)
}
