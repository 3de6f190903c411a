package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// port is only a part of the socket's name: nothing listens on the network.
const port = "5432"

// longestLog is the size in bytes above which a start sets the log aside.
const longestLog = 1 << 20

// start starts the server, on new data where there are none.
func (p *Postgres) start(ctx context.Context) error {
	bin, err := findPostgres(ctx, p.data)
	if err != nil {
		return err
	}
	as, err := p.whoServes(ctx, bin)
	if err != nil {
		return err
	}
	if err := p.clearStale(); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(p.data, versionFile)); errors.Is(err, fs.ErrNotExist) {
		if err := p.initialise(ctx, bin, as); err != nil {
			return err
		}
	}
	if err := as.own(p.socket); err != nil {
		return err
	}
	log, err := p.openLog()
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(filepath.Join(bin, "postgres"), p.arguments()...) // outlives ctx: others may be attached
	cmd.Stdout, cmd.Stderr, cmd.Dir = log, log, p.data
	cmd.Env, cmd.SysProcAttr = environment(), as.attributes()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	ended := make(chan struct{})
	go func() { // ends with the server
		_ = cmd.Wait()
		close(ended)
	}()
	if err := p.ready(ctx, ended); err != nil {
		_ = cmd.Process.Signal(syscall.SIGINT) // nobody else can have come: the gate is held
		return err
	}
	return nil
}

func (p *Postgres) arguments() []string {
	settings := []string{
		"listen_addresses=", "unix_socket_permissions=0700", "max_connections=300", "shared_buffers=128MB",
		// No values in the log.
		"log_min_messages=warning", "log_statement=none", "log_min_error_statement=panic", "log_error_verbosity=terse",
	}
	if p.options.Fast {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
	}
	args := []string{"-D", p.data, "-k", p.socket, "-p", port}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	return args
}

// ready waits for the first answer.
func (p *Postgres) ready(ctx context.Context, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := p.makeReady(ctx)
		if err == nil || errors.Is(err, ErrLocale) {
			return err
		}
		select {
		case <-ended:
			return fmt.Errorf("it ended at once; the last lines of %s say why", p.logFile())
		default:
		}
		if pause(ctx) != nil {
			return fmt.Errorf("no answer from it; %s may say why: %w", p.logFile(), err)
		}
	}
}

// initialise makes new data beside their place and moves them there whole, so
// that half a database never stands where one is looked for.
func (p *Postgres) initialise(ctx context.Context, bin string, as identity) error {
	// A name of its own: the initdb of a process that was killed may still write.
	old, _ := filepath.Glob(p.data + ".half-*")
	for _, half := range old {
		if err := os.RemoveAll(half); err != nil {
			return err
		}
	}
	half, err := os.MkdirTemp(p.dir, filepath.Base(p.data)+".half-") // mode 0700
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(half) }() // where it was not moved
	if err := as.own(half); err != nil {
		return err
	}
	args := []string{"-D", half, "--username=" + name, "--auth=trust", "--encoding=UTF8"}
	args = append(args, locale()...)
	if p.options.Fast {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), args...)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = half, environment(), as.attributes()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, strings.TrimSpace(string(out)))
	}
	if err := os.Rename(half, p.data); err != nil {
		return err
	}
	return syncDir(p.dir)
}

// stop asks for a fast shutdown and waits for its end.
func (p *Postgres) stop(ctx context.Context) error {
	pid := p.postmaster()
	if pid == 0 {
		return nil
	}
	if err := syscall.Kill(pid, syscall.SIGINT); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("embedded postgres: stop: %w", err)
	}
	for len(p.running()) > 0 {
		if pause(ctx) != nil {
			return fmt.Errorf("embedded postgres: process %d does not end", pid)
		}
	}
	return nil
}

func (p *Postgres) logFile() string { return filepath.Join(p.dir, "postgres.log") }

// openLog sets a long log aside, so that at most two are kept.
func (p *Postgres) openLog() (*os.File, error) {
	if info, err := os.Stat(p.logFile()); err == nil && info.Size() > longestLog {
		if err := os.Rename(p.logFile(), p.logFile()+".old"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(p.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// environment is ours without what would steer Postgres, such as PGPORT.
func environment() []string {
	var kept []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "PG") {
			kept = append(kept, v)
		}
	}
	return kept
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}
