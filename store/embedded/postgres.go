// Package embedded runs Postgres and Redis for one machine: what a laptop, a
// demo and the tests need so that nothing has to be set up. It imports pgx,
// miniredis and nothing of ours.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNoPostgres says that the machine has no Postgres to run.
var ErrNoPostgres = errors.New("no Postgres on this machine: install it (Debian, Ubuntu: apt install postgresql; macOS: brew install postgresql) or set DATABASE_URL")

// PostgresOptions tune OpenPostgres.
type PostgresOptions struct {
	Dir  string // where it all lies; made where it is not there
	Fast bool   // for tests: what a power cut would lose is lost
}

// Postgres is a server of this machine, reached by a socket alone. The first
// process that opens it starts it, others attach, the last one out stops it.
type Postgres struct {
	dir, data, socket string
	users             *flock
	fresh             bool
}

// database and its owner.
const name = "sadasya"

// start and stop wait this long for the server.
const patience = 60 * time.Second

// OpenPostgres starts the server of o.Dir, or attaches to it. Errors:
// ErrNoPostgres.
func OpenPostgres(ctx context.Context, o PostgresOptions) (*Postgres, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("embedded postgres: %w", err)
	}
	p := &Postgres{dir: dir, data: filepath.Join(dir, "postgres")}
	if p.socket, err = socketDir(dir); err != nil {
		return nil, err
	}
	gate, err := lockFile(ctx, filepath.Join(dir, "postgres.gate"), syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer gate.unlock()
	if p.users, err = lockFile(ctx, filepath.Join(dir, "postgres.users"), syscall.LOCK_SH); err != nil {
		return nil, err
	}
	if err := p.answer(ctx); err != nil {
		if err := p.start(ctx, o.Fast); err != nil {
			p.users.unlock()
			return nil, err
		}
		p.fresh = true
	}
	return p, nil
}

// URL is for pgx.
func (p *Postgres) URL() string { return p.urlOf(name) }

// Fresh tells whether this process started the server.
func (p *Postgres) Fresh() bool { return p.fresh }

func (p *Postgres) urlOf(database string) string {
	return "postgres:///" + database + "?user=" + name + "&host=" + url.QueryEscape(p.socket)
}

// Close leaves the server; the last one out stops it and waits for its end.
func (p *Postgres) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	gate, err := lockFile(ctx, filepath.Join(p.dir, "postgres.gate"), syscall.LOCK_EX)
	if err != nil {
		return err
	}
	defer gate.unlock()
	alone := p.users.upgrade()
	defer p.users.unlock()
	if !alone {
		return nil
	}
	return p.stop(ctx)
}

// answer tells whether the server takes connections.
func (p *Postgres) answer(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, p.urlOf("postgres"))
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

func (p *Postgres) start(ctx context.Context, fast bool) error {
	bin, err := findPostgres()
	if err != nil {
		return err
	}
	if err := p.clearStale(ctx); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(p.data, "PG_VERSION")); errors.Is(err, fs.ErrNotExist) {
		if err := p.initialise(ctx, bin); err != nil {
			return err
		}
	}
	log, err := os.OpenFile(filepath.Join(p.dir, "postgres.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("embedded postgres: %w", err)
	}
	defer log.Close()
	args := []string{
		"-D", p.data, "-k", p.socket, "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700",
		"-c", "max_connections=300", "-c", "shared_buffers=128MB", "-c", "log_min_messages=warning", "-c", "log_statement=none",
		"-c", "log_min_error_statement=panic", "-c", "log_error_verbosity=terse", // no values in the log
	}
	if fast {
		args = append(args, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
	}
	cmd := exec.Command(filepath.Join(bin, "postgres"), args...) // outlives ctx: others may be attached
	cmd.Stdout, cmd.Stderr, cmd.Dir = log, log, p.dir
	cmd.SysProcAttr = unprivileged()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("embedded postgres: start: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }() // ends with the server
	return p.ready(ctx, ended)
}

// ready waits for the first answer and makes the database.
func (p *Postgres) ready(ctx context.Context, ended <-chan error) error {
	deadline := time.Now().Add(patience)
	for p.answer(ctx) != nil {
		select {
		case err := <-ended:
			return fmt.Errorf("embedded postgres: it ended at once (%w); %s says why", err, filepath.Join(p.dir, "postgres.log"))
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("embedded postgres: no answer in %v; %s may say why", patience, filepath.Join(p.dir, "postgres.log"))
		}
	}
	conn, err := pgx.Connect(ctx, p.urlOf("postgres"))
	if err != nil {
		return fmt.Errorf("embedded postgres: %w", err)
	}
	defer conn.Close(ctx)
	var there bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&there); err != nil || there {
		return err
	}
	_, err = conn.Exec(ctx, `CREATE DATABASE `+name)
	return err
}

func (p *Postgres) initialise(ctx context.Context, bin string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", p.data, "--username="+name, "--auth=trust",
		"--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions")
	cmd.Dir, cmd.SysProcAttr = p.dir, unprivileged()
	if out, err := cmd.CombinedOutput(); err != nil {
		_ = os.RemoveAll(p.data) // half a database is none
		return fmt.Errorf("embedded postgres: initdb: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// stop asks for a fast shutdown and waits until the server's file is gone.
func (p *Postgres) stop(ctx context.Context) error {
	pid := p.pid()
	if pid == 0 {
		return nil
	}
	if err := syscall.Kill(pid, syscall.SIGINT); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("embedded postgres: stop: %w", err)
	}
	return p.gone(ctx, pid)
}

// gone waits until the process is.
func (p *Postgres) gone(ctx context.Context, pid int) error {
	for alive(pid) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("embedded postgres: process %d does not end", pid)
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}

// clearStale waits for a server that is on its way out, and removes what one
// that was killed left behind. The gate is held, so nobody starts one.
func (p *Postgres) clearStale(ctx context.Context) error {
	pid := p.pid()
	if pid == 0 {
		return nil
	}
	if alive(pid) && p.isOurs(pid) {
		wait, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		if p.gone(wait, pid) != nil {
			return fmt.Errorf("embedded postgres: process %d holds %s and does not answer; end it and try again", pid, p.data)
		}
	}
	return errors.Join(removeIfThere(filepath.Join(p.data, "postmaster.pid")),
		removeIfThere(filepath.Join(p.socket, ".s.PGSQL.5432.lock")), removeIfThere(filepath.Join(p.socket, ".s.PGSQL.5432")))
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// pid reads the server's process id, 0 where there is none.
func (p *Postgres) pid() int {
	raw, err := os.ReadFile(filepath.Join(p.data, "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(raw), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(first))
	return pid
}

// isOurs tells whether a process is the server of this folder and not one that
// got its number later. Where that cannot be read, it is taken for ours.
func (p *Postgres) isOurs(pid int) bool {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return err != nil || strings.Contains(string(raw), p.data)
}

// alive tells whether a process runs; a zombie that its parent has not waited
// for does not.
func alive(pid int) bool {
	if err := syscall.Kill(pid, 0); err != nil {
		return errors.Is(err, syscall.EPERM)
	}
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !strings.Contains(string(raw), ") Z ")
}

// findPostgres finds the folder of initdb and postgres, the newest first.
func findPostgres() (string, error) {
	var places []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin",
	} {
		found, _ := filepath.Glob(pattern) // the pattern is well formed
		for i := len(found) - 1; i >= 0; i-- {
			places = append(places, found[i])
		}
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		if whole, err := filepath.EvalSymlinks(path); err == nil {
			places = append(places, filepath.Dir(whole))
		}
	}
	for _, place := range places {
		_, err1 := os.Stat(filepath.Join(place, "initdb"))
		_, err2 := os.Stat(filepath.Join(place, "postgres"))
		if err1 == nil && err2 == nil {
			return place, nil
		}
	}
	return "", ErrNoPostgres
}

var _ io.Closer = (*Postgres)(nil)
