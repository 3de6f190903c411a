// Package embedded runs Postgres and Redis for one machine: what a laptop, a
// demo and the tests need so that nothing has to be set up. It imports pgx,
// go-redis, miniredis and nothing of ours.
//
// Both are shared by the processes of a folder. Who comes first starts the
// server, the others attach; locks on files in that folder, which end with the
// process that holds them, tell who is there.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Errors that the operator mends.
var (
	ErrNoPostgres    = errors.New("no Postgres on this machine: install it (Debian, Ubuntu: apt install postgresql; macOS: brew install postgresql@17) or set DATABASE_URL")
	ErrOtherPostgres = errors.New("the data is of a Postgres that this machine lacks: install that version again, or move the data by pg_upgrade")
	ErrNotReachable  = errors.New("root may not run Postgres, and no other user can reach this folder: start as an ordinary user, or set DATA_DIR to a folder such as /var/lib/sadasya")
	ErrLocale        = errors.New("the database does not know Hindi letters: it must be made with --locale=C.UTF-8 --encoding=UTF8")
)

// PostgresOptions tune OpenPostgres.
type PostgresOptions struct {
	Dir  string // where it all lies; made where it is not there
	Fast bool   // for tests: what a power cut would lose is lost

	asUser bool // for tests: as root, do without user namespaces
}

// Postgres is a server of this machine, reached by a socket alone. The first
// process that opens it starts it, others attach, the last one out stops it. It
// outlives a starter that was killed: the next process adopts and stops it.
type Postgres struct {
	dir, data, socket string
	options           PostgresOptions
	users             *flock // shared by all who are attached
	fresh             bool
	leave             func() error
}

// name is the database and its owner.
const name = "sadasya"

// patience is how long a start or a stop may take. Recovery after a power cut
// is part of a start.
const patience = 60 * time.Second

// OpenPostgres starts the server of o.Dir, or attaches to it. Errors:
// ErrNoPostgres, ErrOtherPostgres, ErrNotReachable, ErrLocale.
func OpenPostgres(ctx context.Context, o PostgresOptions) (*Postgres, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("embedded postgres: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("embedded postgres: %w", err)
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil { // one folder, one name
		return nil, fmt.Errorf("embedded postgres: %w", err)
	}
	p := &Postgres{dir: dir, data: filepath.Join(dir, "postgres"), options: o}
	p.leave = sync.OnceValue(p.goOut)
	if p.socket, err = socketDir(dir); err != nil {
		return nil, err
	}
	gate, err := lockFile(ctx, p.gate(), syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer gate.unlock()
	if p.users, err = lockFile(ctx, filepath.Join(dir, "postgres.users"), syscall.LOCK_SH); err != nil {
		return nil, err
	}
	if err := p.arrive(ctx); err != nil {
		p.users.unlock()
		return nil, fmt.Errorf("embedded postgres: %w", err)
	}
	return p, nil
}

// URL is for pgx. It says everything, so that PGPORT and its like change nothing.
func (p *Postgres) URL() string { return p.urlOf(name) }

// Dir is where it all lies.
func (p *Postgres) Dir() string { return p.dir }

// Fresh tells whether this process started the server.
func (p *Postgres) Fresh() bool { return p.fresh }

// Close leaves the server; the last one out stops it and waits for its end.
// Where others stay, so does the server, and what waits for its end in the
// process that started it.
func (p *Postgres) Close() error { return p.leave() }

// gate is the lock under which somebody arrives or leaves, one at a time.
func (p *Postgres) gate() string { return filepath.Join(p.dir, "postgres.gate") }

func (p *Postgres) urlOf(database string) string {
	return "postgres:///" + database + "?host=" + url.QueryEscape(p.socket) + "&port=" + port + "&sslmode=disable&user=" + name
}

// arrive attaches to a server that answers and starts one where there is none.
// It holds the gate, so nobody else does.
func (p *Postgres) arrive(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := p.makeReady(waiting)
		if err == nil || errors.Is(err, ErrLocale) {
			return err
		}
		// It may be starting, recovering or on its way out, or there is none.
		running := p.running()
		if len(running) == 0 {
			break
		}
		if pause(waiting) != nil {
			return fmt.Errorf("process %d holds %s and does not answer; end it and try again: %w", running[0], p.data, err)
		}
	}
	if err := p.start(ctx); err != nil {
		return err
	}
	p.fresh = true
	return nil
}

// makeReady connects, and sees to it that the database is there and knows
// Hindi. It fails while the server does not take connections. The database is
// looked for each time, since a starter may have been killed before it made it.
func (p *Postgres) makeReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, p.urlOf("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var there, hindi bool
	// With LC_CTYPE=C no Devanagari letter is one, and trigrams find nothing.
	const look = `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1), getdatabaseencoding() = 'UTF8' AND 'ह' ~ '^[[:alnum:]]$'`
	if err := conn.QueryRow(ctx, look, name).Scan(&there, &hindi); err != nil {
		return err
	}
	if !hindi {
		return ErrLocale
	}
	if !there {
		_, err = conn.Exec(ctx, `CREATE DATABASE `+name)
	}
	return err
}

// goOut leaves, and stops the server where nobody else is attached.
func (p *Postgres) goOut() error {
	defer p.users.unlock()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	gate, err := lockFile(ctx, p.gate(), syscall.LOCK_EX)
	if err != nil {
		return err
	}
	defer gate.unlock()
	if !p.users.upgrade() {
		return nil
	}
	return p.stop(ctx)
}
