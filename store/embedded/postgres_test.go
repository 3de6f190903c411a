package embedded

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// start opens a Postgres, and skips the test where the machine has none.
func start(t testing.TB, o PostgresOptions) *Postgres {
	t.Helper()
	p, err := OpenPostgres(t.Context(), o)
	if errors.Is(err, ErrNoPostgres) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, p) })
	return p
}

func closed(t testing.TB, p *Postgres) {
	t.Helper()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

// ask gives the one value that a query gives.
func ask(t testing.TB, url, query string) (answer string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(context.Background(), query).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// gone fails where a process of the server or its mark is left.
func gone(t testing.TB, p *Postgres) {
	t.Helper()
	if left := p.running(); len(left) != 0 {
		t.Errorf("processes %v are left", left)
	}
	if _, err := os.Stat(p.pidFile()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("postmaster.pid is left: %v", err)
	}
}

func TestTheFirstStartsAndTheLastOutStops(t *testing.T) {
	dir := t.TempDir()
	first := start(t, PostgresOptions{Dir: dir, Fast: true})
	second := start(t, PostgresOptions{Dir: dir, Fast: true})
	other := open(t, "postgres", dir, nil)
	if !first.Fresh() || second.Fresh() {
		t.Error("it is not the first, or not the first alone, that started the server")
	}
	if other.url != first.URL() {
		t.Errorf("another process is given %s", other.url)
	}
	closed(t, first)
	closed(t, second)
	if got := ask(t, other.url, `SELECT current_database() || ' ' || current_user`); got != "sadasya sadasya" {
		t.Errorf("connected to %s", got)
	}
	other.leave()
	gone(t, first)
	closed(t, first) // once more changes nothing
}

func TestOfManyAtOnceOneStarts(t *testing.T) {
	dir := t.TempDir()
	probe := start(t, PostgresOptions{Dir: dir, Fast: true})
	closed(t, probe)
	var fresh atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			p, err := OpenPostgres(t.Context(), PostgresOptions{Dir: dir, Fast: true})
			if err != nil {
				t.Error(err)
				return
			}
			if p.Fresh() {
				fresh.Add(1)
			}
			ask(t, p.URL(), `SELECT 'there'`)
			closed(t, p)
		})
	}
	all.Wait()
	if fresh.Load() == 0 {
		t.Error("nobody started it")
	}
	gone(t, probe)
}

func TestTheServerIsDurableHiddenAndKnowsHindi(t *testing.T) {
	t.Setenv("PGPORT", "6000") // steers neither the server nor who connects
	t.Setenv("PGDATABASE", "other")
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	p := start(t, PostgresOptions{Dir: dir})
	for _, c := range []struct{ query, want string }{
		{`SHOW fsync`, "on"},
		{`SHOW synchronous_commit`, "on"},
		{`SHOW full_page_writes`, "on"},
		{`SHOW listen_addresses`, ""},
		{`SHOW server_encoding`, "UTF8"},
		{`SHOW log_min_error_statement`, "panic"},
		{`SELECT upper('é') || ('ह' ~ '^[[:alnum:]]$')::text`, "Étrue"},
	} {
		if got := ask(t, p.URL(), c.query); got != c.want {
			t.Errorf("%s: %q, want %q", c.query, got, c.want)
		}
	}
	for path, want := range map[string]fs.FileMode{p.socket: 0o700, p.data: 0o700, p.logFile(): 0o600, dir: 0o755} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %v", path, info.Mode().Perm(), err, want)
		}
	}
}

func TestALongPathHasAShortSocket(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("very-long/", 20))
	p := start(t, PostgresOptions{Dir: dir, Fast: true})
	t.Cleanup(func() { _ = os.RemoveAll(p.socket) })
	if got := ask(t, p.URL(), `SELECT 'there'`); got != "there" {
		t.Error(got)
	}
	if p.socket == filepath.Join(p.dir, "socket") {
		t.Errorf("the socket is in %s", p.socket)
	}
	if other := open(t, "postgres", dir, nil); other.url != p.URL() {
		t.Errorf("another process is given %s", other.url)
	}
}

func TestAServerThatWasKilledIsStartedAgainWithWhatItKept(t *testing.T) {
	dir := t.TempDir()
	p := start(t, PostgresOptions{Dir: dir})
	ask(t, p.URL(), `SELECT 'made' FROM (SELECT lo_create(4711)) AS x`)
	if err := syscall.Kill(p.postmaster(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	again := start(t, PostgresOptions{Dir: dir})
	if !again.Fresh() {
		t.Error("it was not started again")
	}
	if got := ask(t, p.URL(), `SELECT count(*)::text FROM pg_largeobject_metadata WHERE oid = 4711`); got != "1" {
		t.Error("what was committed is lost")
	}
	closed(t, p)
	closed(t, again)
	gone(t, p)
}

func TestAServerWhoseStarterWasKilledIsAdoptedAndStopped(t *testing.T) {
	dir := t.TempDir()
	closed(t, start(t, PostgresOptions{Dir: dir, Fast: true})) // or skip
	starter := open(t, "postgres", dir, nil)
	starter.kill()
	p := start(t, PostgresOptions{Dir: dir, Fast: true})
	if p.Fresh() {
		t.Error("a second server was started")
	}
	ask(t, p.URL(), `SELECT 'there'`)
	closed(t, p)
	gone(t, p)
}

func TestWhatAPowerCutLeavesIsNoHindrance(t *testing.T) {
	dir := t.TempDir()
	p := start(t, PostgresOptions{Dir: dir, Fast: true})
	closed(t, p)
	alive := strconv.Itoa(os.Getpid()) // another process has got the number since
	for _, left := range []string{"", "\n", "x", alive + "\n" + p.data + "\n", "999999999\n"} {
		lock := filepath.Join(p.socket, ".s.PGSQL."+port+".lock")
		for path, text := range map[string]string{p.pidFile(): left, lock: alive + "\n", filepath.Join(p.socket, ".s.PGSQL."+port): ""} {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		again, err := OpenPostgres(t.Context(), PostgresOptions{Dir: dir, Fast: true})
		if err != nil {
			t.Fatalf("postmaster.pid %q: %v", left, err)
		}
		closed(t, again)
	}
	gone(t, p)
}

func TestHalfADatabaseIsMadeAnew(t *testing.T) {
	dir := t.TempDir()
	half := filepath.Join(dir, "postgres.half-1")
	if err := os.Mkdir(half, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(half, versionFile), []byte("15\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, PostgresOptions{Dir: dir, Fast: true})
	ask(t, p.URL(), `SELECT 'there'`)
	if left, _ := filepath.Glob(p.data + ".half-*"); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

func TestAStarterKilledBeforeItMadeTheDatabaseIsMadeGood(t *testing.T) {
	dir := t.TempDir()
	p := start(t, PostgresOptions{Dir: dir, Fast: true})
	conn, err := pgx.Connect(t.Context(), p.urlOf("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `DROP DATABASE `+name); err != nil {
		t.Fatal(err)
	}
	ask(t, start(t, PostgresOptions{Dir: dir, Fast: true}).URL(), `SELECT 'there'`)
}

func TestDataOfAnotherVersionAreLeftAlone(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "postgres")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, versionFile), []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := OpenPostgres(t.Context(), PostgresOptions{Dir: dir})
	if !errors.Is(err, ErrOtherPostgres) && !errors.Is(err, ErrNoPostgres) {
		t.Errorf("opened: %v", err)
	}
	files, err := os.ReadDir(data)
	if err != nil || len(files) != 1 {
		t.Errorf("the data have changed: %v, %v", files, err)
	}
}

func TestWhoWaitsForTheDoorGivesUpWithItsContext(t *testing.T) {
	dir := t.TempDir()
	gate, err := tryLock(filepath.Join(dir, "postgres.gate"), syscall.LOCK_EX)
	if err != nil {
		t.Fatal(err)
	}
	defer gate.unlock()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := OpenPostgres(ctx, PostgresOptions{Dir: dir}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}
