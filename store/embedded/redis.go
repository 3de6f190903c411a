package embedded

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// Redis is an in-process Redis, reached over loopback with a password. The
// first process of a folder serves it, others attach; when the serving process
// ends, what it kept is gone and the others lose their connections. Sessions may
// be lost at any time; who needs more sets REDIS_URL.
type Redis struct {
	url    string
	server *miniredis.Miniredis // nil: attached to another process
	lock   *flock
	stop   chan struct{}
	done   chan struct{}
}

// OpenRedis serves the Redis of dir, or attaches to the process that does.
func OpenRedis(ctx context.Context, dir string) (*Redis, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("embedded redis: %w", err)
	}
	address := filepath.Join(dir, "redis.url")
	file, err := os.OpenFile(filepath.Join(dir, "redis.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("embedded redis: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		return attach(ctx, address)
	}
	r := &Redis{lock: &flock{file: file}, server: miniredis.NewMiniRedis()}
	password := rand.Text()
	r.server.RequireAuth(password)
	if err := r.server.Start(); err != nil {
		r.lock.unlock()
		return nil, fmt.Errorf("embedded redis: %w", err)
	}
	r.url = "redis://:" + password + "@" + r.server.Addr() + "/0"
	if err := writeWhole(address, r.url); err != nil {
		r.server.Close()
		r.lock.unlock()
		return nil, fmt.Errorf("embedded redis: %w", err)
	}
	r.stop, r.done = make(chan struct{}), make(chan struct{})
	go r.age()
	return r, nil
}

// attach waits until the serving process has written its address.
func attach(ctx context.Context, address string) (*Redis, error) {
	for {
		raw, err := os.ReadFile(address)
		if err == nil && strings.HasPrefix(string(raw), "redis://") {
			return &Redis{url: string(raw)}, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("embedded redis: %w", err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func writeWhole(path, text string) error {
	part := path + ".part"
	if err := os.WriteFile(part, []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// age lets keys expire, which miniredis does only when it is told the time.
func (r *Redis) age() {
	defer close(r.done)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			r.server.FastForward(time.Second)
		case <-r.stop:
			return
		}
	}
}

// URL is for go-redis.
func (r *Redis) URL() string { return r.url }

// Close leaves; the serving process ends the server.
func (r *Redis) Close() error {
	if r.server == nil {
		return nil
	}
	close(r.stop)
	<-r.done
	r.server.Close()
	r.lock.unlock()
	return nil
}
