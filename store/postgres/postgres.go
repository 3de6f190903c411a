// Package postgres keeps what must not be lost: people, consents, members,
// offices, booths and the audit. SQL stands beside the function that runs it.
// It imports party, flows, reference, seal, pgx and goose; never bot.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"sadasya/party"
	"sadasya/store/seal"
)

// Options tune a Store.
type Options struct {
	FamilyPerChat  int // live family rows of one chat before review; 0: 6
	LinkPerHour    int // newcomers by one code before review; 0: 300
	UnfinishedDays int // people without consent are purged after; 0: 30
	WithdrawnDays  int // names and numbers are erased after; 0: 90
	PoolSize       int // connections; 0: pgx's default
	Tracer         pgx.QueryTracer
}

// Store is safe for concurrent use.
type Store struct {
	pool *pgxpool.Pool
	keys *seal.Keys
	o    Options
}

// timeout bounds one method; a statement that was sent is not cancelled with
// its caller, since that would cost the connection and leave the outcome unknown.
const timeout = 10 * time.Second

// Open connects to a migrated database and makes sure that the keys are its own
// and that it still serves this program. Errors: party.ErrUnavailable, ErrKeys,
// ErrTooOld.
func Open(ctx context.Context, url string, keys *seal.Keys, o Options) (*Store, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errURL // what pgx says may quote a password
	}
	if o.PoolSize > 0 {
		config.MaxConns = int32(o.PoolSize)
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	config.ConnConfig.Tracer = o.Tracer
	config.ConnConfig.RuntimeParams["application_name"] = "sadasya"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, wrap("connect", err)
	}
	s := &Store{pool: pool, keys: keys, o: o.withDefaults()}
	if err := s.verify(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return s, nil
}

func (o Options) withDefaults() Options {
	or := func(field *int, value int) {
		if *field == 0 {
			*field = value
		}
	}
	or(&o.FamilyPerChat, 6)
	or(&o.LinkPerHour, 300)
	or(&o.UnfinishedDays, 30)
	or(&o.WithdrawnDays, 90)
	return o
}

// Close ends all connections, waiting for those in use.
func (s *Store) Close() { s.pool.Close() }

// Ping tells whether Postgres answers.
func (s *Store) Ping(ctx context.Context) error { return wrap("ping", s.pool.Ping(ctx)) }

// detached keeps a statement going when its caller is cancelled, within bounds.
func detached(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), timeout)
}

var errURL = errors.New("DATABASE_URL: postgres://user:password@host:5432/database is wanted")

// wrap names what went wrong. A SQLSTATE is said, never the values that
// Postgres quotes in details.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	var answer *pgconn.PgError
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return fmt.Errorf("postgres: %s: %w", what, party.ErrNotFound)
	case errors.As(err, &answer):
		if passing(answer.Code) {
			return fmt.Errorf("postgres: %s: SQLSTATE %s: %w", what, answer.Code, party.ErrUnavailable)
		}
		return fmt.Errorf("postgres: %s: SQLSTATE %s", what, answer.Code)
	case unreachable(err):
		return fmt.Errorf("postgres: %s: no connection or no answer in time: %w", what, party.ErrUnavailable)
	}
	return fmt.Errorf("postgres: %s: %w", what, err)
}

// passing are states that go by: connection, shutdown, resources, conflicts of
// transactions, a standby, a plan that a migration made stale.
// Source: PostgreSQL, Appendix A, Error Codes.
func passing(code string) bool {
	for _, class := range []string{"08", "53", "57P", "58", "40", "25006", "55P03", "0A000"} {
		if strings.HasPrefix(code, class) {
			return true
		}
	}
	return false
}

func unreachable(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.Timeout(err) || pgconn.SafeToRetry(err) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) ||
		strings.Contains(err.Error(), "conn closed") || strings.Contains(err.Error(), "EOF") || strings.Contains(err.Error(), "closed pool")
}
