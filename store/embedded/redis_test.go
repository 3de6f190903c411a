package embedded

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func serve(t testing.TB, dir string) *Redis {
	t.Helper()
	r, err := OpenRedis(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { left(t, r) })
	return r
}

func left(t testing.TB, r *Redis) {
	t.Helper()
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func connect(t testing.TB, url string) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(o)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func TestTheFirstServesRedisAndOthersAttach(t *testing.T) {
	dir := t.TempDir()
	first := serve(t, dir)
	second := serve(t, dir)
	other := open(t, "redis", dir, nil)
	if second.URL() != first.URL() || other.url != first.URL() {
		t.Error("there is more than one")
	}
	if err := connect(t, first.URL()).Set(t.Context(), "a", "b", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if got, err := connect(t, other.url).Get(t.Context(), "a").Result(); err != nil || got != "b" {
		t.Errorf("%q, %v", got, err)
	}
	other.leave()
	left(t, second)
	if err := connect(t, first.URL()).Ping(t.Context()).Err(); err != nil {
		t.Errorf("who was attached ended it: %v", err)
	}
	left(t, first)
	left(t, first)
	if _, err := os.Stat(filepath.Join(dir, "redis.url")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the address is left: %v", err)
	}
}

func TestRedisIsForOurselvesAlone(t *testing.T) {
	dir := t.TempDir()
	r := serve(t, dir)
	o, err := redis.ParseURL(r.URL())
	if err != nil {
		t.Fatal(err)
	}
	for _, password := range []string{"", "guessed"} {
		o.Password = password
		client := redis.NewClient(o)
		defer func() { _ = client.Close() }()
		if err := client.Get(t.Context(), "a").Err(); err == nil || errors.Is(err, redis.Nil) {
			t.Errorf("password %q: let in", password)
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "redis.url")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestKeysExpire(t *testing.T) {
	client := connect(t, serve(t, t.TempDir()).URL())
	if err := client.Set(t.Context(), "a", "b", time.Second).Err(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for client.Get(ctx, "a").Err() == nil {
		if pause(ctx) != nil {
			t.Fatal("it never expires")
		}
	}
	if err := client.Get(t.Context(), "a").Err(); !errors.Is(err, redis.Nil) {
		t.Error(err)
	}
}

func TestAfterTheServingProcessWasKilledTheNextServes(t *testing.T) {
	dir := t.TempDir()
	killed := open(t, "redis", dir, nil)
	killed.kill()
	r := serve(t, dir)
	if r.URL() == killed.url {
		t.Error("the address is of the one that was killed")
	}
	if err := connect(t, r.URL()).Ping(t.Context()).Err(); err != nil {
		t.Error(err)
	}
}

func TestWhoMeetsAnAddressThatDoesNotAnswerWaits(t *testing.T) {
	dir := t.TempDir()
	lock, err := tryLock(filepath.Join(dir, "redis.lock"), syscall.LOCK_EX) // as one that is about to serve
	if err != nil {
		t.Fatal(err)
	}
	if err := writeWhole(filepath.Join(dir, "redis.url"), "redis://:x@127.0.0.1:1/0"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := OpenRedis(ctx, dir); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	lock.unlock()
	if err := connect(t, serve(t, dir).URL()).Ping(t.Context()).Err(); err != nil {
		t.Error(err)
	}
}
