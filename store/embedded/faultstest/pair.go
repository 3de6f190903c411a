package faultstest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"sadasya/store/embedded"
)

// patience bounds every wait here.
const patience = 60 * time.Second

// Pair is a Postgres, with a synchronous standby where one is asked for, behind one
// address.
type Pair struct {
	*Relay
	t       testing.TB
	primary *embedded.Postgres
	standby *embedded.Postgres // nil: none
	made    int
	dir     string
}

// StartPair starts a Postgres of the test's own, without a standby. Where no
// Postgres is installed the test is skipped; under CI it fails.
func StartPair(t testing.TB) *Pair {
	t.Helper()
	dir, err := os.MkdirTemp("", "sadasya-pg-") // short: sockets lie in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	p := &Pair{t: t, dir: dir}
	p.primary, err = embedded.OpenPostgres(t.Context(), embedded.PostgresOptions{Dir: p.place()})
	if errors.Is(err, embedded.ErrNoPostgres) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	// A power cut is not played; a server that dies must lose nothing all the same,
	// so commits are waited for, and only the disk is not.
	p.exec(p.primary, `ALTER SYSTEM SET fsync = off`, `ALTER SYSTEM SET full_page_writes = off`, `SELECT pg_reload_conf()`)
	p.Relay = NewRelay(t, socketOf(p.primary))
	return p
}

// URL leads to whichever is the primary.
func (p *Pair) URL() string { return "postgres://sadasya@" + p.Addr() + "/sadasya?sslmode=disable" }

// URLBy is URL by another address.
func (p *Pair) URLBy(address string) string {
	return "postgres://sadasya@" + address + "/sadasya?sslmode=disable"
}

// Restart lets the primary die at once, as by a fault of its own, and starts it
// again.
func (p *Pair) Restart() {
	p.t.Helper()
	p.die(p.primary)
	p.primary = p.open(p.primary.Dir())
}

// Promote makes a standby of the primary, waits until commits wait for it, lets
// what happens meanwhile be, then ends the primary for good before the standby
// takes its place. meanwhile may be nil.
func (p *Pair) Promote(meanwhile func()) {
	p.t.Helper()
	p.addStandby()
	if meanwhile != nil {
		meanwhile()
	}
	p.die(p.primary) // fenced: it never comes back
	_ = os.RemoveAll(p.primary.Dir())
	p.exec(p.standby, `SELECT pg_promote(true, 60)`)
	p.primary, p.standby = p.standby, nil
	p.Lead(socketOf(p.primary))
}

// addStandby copies the primary and lets every commit wait for the copy.
func (p *Pair) addStandby() {
	p.t.Helper()
	dir := p.place()
	data := filepath.Join(dir, "postgres")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		p.t.Fatal(err)
	}
	socket := socketOf(p.primary)
	copying := exec.CommandContext(p.t.Context(), "pg_basebackup", "-h", filepath.Dir(socket), "-p", "5432", "-U", "sadasya", "-D", data, "-X", "stream", "-c", "fast", "-R", "--no-sync")
	if out, err := copying.CombinedOutput(); err != nil {
		p.t.Fatalf("pg_basebackup: %v: %s", err, out)
	}
	p.standby = p.open(dir)
	p.exec(p.primary, `ALTER SYSTEM SET synchronous_standby_names = '*'`, `SELECT pg_reload_conf()`)
	p.await("the standby is synchronous", p.primary, `SELECT count(*) > 0 FROM pg_stat_replication WHERE sync_state = 'sync'`)
	p.await("commits wait for it", p.primary, `SELECT current_setting('synchronous_standby_names') = '*'`)
}

// place is a new folder's.
func (p *Pair) place() string {
	p.made++
	return filepath.Join(p.dir, strconv.Itoa(p.made))
}

func (p *Pair) open(dir string) *embedded.Postgres {
	p.t.Helper()
	pg, err := embedded.OpenPostgres(context.Background(), embedded.PostgresOptions{Dir: dir})
	if err != nil {
		p.t.Fatal(err)
	}
	return pg
}

// die ends a server without letting it finish anything, and waits for its end.
func (p *Pair) die(pg *embedded.Postgres) {
	p.t.Helper()
	raw, err := os.ReadFile(filepath.Join(pg.Dir(), "postgres", "postmaster.pid"))
	if err != nil {
		p.t.Fatal(err)
	}
	first, _, _ := bytes.Cut(raw, []byte("\n"))
	pid, err := strconv.Atoi(string(first))
	if err != nil {
		p.t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
		p.t.Fatal(err)
	}
	if err := pg.Close(); err != nil { // waits, where it is still there
		p.t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); syscall.Kill(pid, 0) == nil; {
		if time.Now().After(deadline) {
			p.t.Fatalf("Postgres %d does not end", pid)
		}
		<-time.After(5 * time.Millisecond)
	}
}

func (p *Pair) stop() {
	for _, pg := range []*embedded.Postgres{p.standby, p.primary} {
		if pg != nil {
			if err := pg.Close(); err != nil {
				p.t.Error(err)
			}
		}
	}
}

func (p *Pair) exec(pg *embedded.Postgres, statements ...string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, pg.URL())
	if err != nil {
		p.t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql); err != nil {
			p.t.Fatalf("%s: %v", sql, err)
		}
	}
}

// await asks until the answer is yes.
func (p *Pair) await(what string, pg *embedded.Postgres, sql string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, pg.URL())
	if err != nil {
		p.t.Fatal(err)
	}
	defer conn.Close(ctx)
	for yes := false; !yes; {
		if err := conn.QueryRow(ctx, sql).Scan(&yes); err != nil {
			p.t.Fatal(fmt.Errorf("waited in vain until %s: %w", what, err))
		}
	}
}

// socketOf is the file on which a server listens.
func socketOf(pg *embedded.Postgres) string {
	u, err := url.Parse(pg.URL())
	if err != nil {
		panic(err)
	}
	return filepath.Join(u.Query().Get("host"), ".s.PGSQL."+u.Query().Get("port"))
}
