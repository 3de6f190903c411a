package faultstest_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"sadasya/store/embedded/faultstest"
)

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func count(t *testing.T, url string) (n int) {
	t.Helper()
	if err := connect(t, url).QueryRow(t.Context(), `SELECT count(*) FROM marks`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// One Postgres plays all of it: to make one takes the longest.
func TestAPostgresIsHurt(t *testing.T) {
	p := faultstest.StartPair(t)
	if _, err := connect(t, p.URL()).Exec(t.Context(), `CREATE TABLE marks (n int PRIMARY KEY)`); err != nil {
		t.Fatal(err)
	}
	t.Run("an answer is lost after its commit", func(t *testing.T) {
		for i, mark := range []func(*pgx.Conn) error{
			func(c *pgx.Conn) error { _, err := c.Exec(t.Context(), `INSERT INTO marks VALUES ($1)`, 0); return err },
			func(c *pgx.Conn) error {
				return pgx.BeginFunc(t.Context(), c, func(tx pgx.Tx) error {
					_, err := tx.Exec(t.Context(), `INSERT INTO marks VALUES ($1)`, 1)
					return err
				})
			},
		} {
			c := connect(t, p.URL())
			p.CutAfter([]string{"INSERT", "commit"}[i])
			if err := mark(c); err == nil {
				t.Error("the answer came")
			}
			if n := count(t, p.URL()); n != i+1 || p.Cuts() != i+1 {
				t.Errorf("%d rows, %d cuts", n, p.Cuts())
			}
		}
	})
	t.Run("what was answered outlives a crash", func(t *testing.T) {
		c := connect(t, p.URL())
		if _, err := c.Exec(t.Context(), `INSERT INTO marks VALUES (2)`); err != nil {
			t.Fatal(err)
		}
		p.Restart()
		if n := count(t, p.URL()); n != 3 {
			t.Errorf("%d rows", n)
		}
		if c.Ping(t.Context()) == nil {
			t.Error("a connection outlived it")
		}
	})
	t.Run("what was answered outlives the primary", func(t *testing.T) {
		for i := range 2 {
			p.Promote(func() {
				if _, err := connect(t, p.URL()).Exec(t.Context(), `INSERT INTO marks VALUES ($1)`, 3+i); err != nil {
					t.Fatal(err)
				}
			})
			if n := count(t, p.URL()); n != 4+i {
				t.Errorf("%d rows", n)
			}
		}
	})
	t.Run("a proxy cuts, swallows, slows and mends", func(t *testing.T) {
		proxy := faultstest.NewProxy(t, p.Addr())
		asks := func(d time.Duration) error {
			ctx, cancel := context.WithTimeout(t.Context(), d)
			defer cancel()
			conn, err := pgx.Connect(ctx, p.URLBy(proxy.Addr()))
			if err == nil {
				err = conn.Close(ctx)
			}
			return err
		}
		for name, hurt := range map[string]func(){"cut": proxy.Cut, "swallow": proxy.Swallow, "slow": func() { proxy.Slow(10 * time.Second) }} {
			if err := asks(30 * time.Second); err != nil {
				t.Fatal(err)
			}
			hurt()
			if asks(300*time.Millisecond) == nil {
				t.Errorf("%s: it answers", name)
			}
			proxy.Mend()
		}
		if err := asks(30 * time.Second); err != nil {
			t.Error(err)
		}
	})
}
