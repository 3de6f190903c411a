// Package postgres keeps what must not be lost: people, consents, members,
// offices, booths and the audit. SQL stands beside the function that runs it.
// It imports party, flows, reference, seal, pgx and goose; never bot.
package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"sadasya/party"
	"sadasya/party/place"
	"sadasya/store/reference"
	"sadasya/store/seal"
)

// Options tune a Store.
type Options struct {
	FamilyPerChat  int // live family rows of one chat before review; 0: 6
	LinkPerHour    int // newcomers by one code before review; 0: 300
	Assisted       AssistedLimits
	UnfinishedDays int    // people without a membership are purged after; 0: 30
	WithdrawnDays  int    // names and numbers are erased after; 0: 90
	ReviewDays     int    // within which a review is promised; 0: 3
	PoolSize       int    // connections; 0: pgx's default
	DirectURL      string // past a pooler, for locks that a process holds; empty: as the rest
	Tracer         pgx.QueryTracer
	Clock          func() time.Time     // of the reminder's hours; nil: Postgres's
	Notice         func(message string) // hears what Postgres says beside its answers; for measuring
}

// AssistedLimits are where rows of an enroller's chat go to review, and how many
// of them are called back.
type AssistedLimits struct {
	PerHour       int // of one enroller; 0: 15
	PerDay        int // of one enroller, a day of Asia/Kolkata; 0: 60
	PerMobile     int // who name one mobile; 0: 5
	Unclaimed     int // the last so many of an enroller, of whom none has claimed; 0: 20
	CallBackOneIn int // 0: 20
}

// Store is safe for concurrent use.
type Store struct {
	pool *pgxpool.Pool
	keys *seal.Keys
	o    Options

	areas *place.Areas
	ref   *reference.Reference
}

const (
	// timeout bounds one method; a statement that was sent is not cancelled with
	// its caller, since that would cost the connection and leave the outcome unknown.
	timeout = 10 * time.Second
	// connectTimeout bounds one try to connect, where the URL says nothing of it.
	connectTimeout = 5 * time.Second
)

// Open connects to a migrated database and makes sure that the keys are its own
// and that it still serves this program. Errors: party.ErrUnavailable, ErrKeys,
// ErrTooOld.
func Open(ctx context.Context, url string, keys *seal.Keys, o Options) (*Store, error) {
	config, err := readURL(url)
	if err != nil {
		return nil, err
	}
	if o.PoolSize > 0 {
		config.MaxConns = int32(o.PoolSize)
	}
	config.ConnConfig.Tracer = o.Tracer
	if o.Notice != nil {
		config.ConnConfig.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { o.Notice(n.Message) }
	}
	config.AfterConnect = withoutJIT
	ref, err := reference.Load()
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, wrap("connect", err)
	}
	s := &Store{pool: pool, keys: keys, o: o.withDefaults(), ref: ref, areas: place.NewAreas(ref.All(), ref.Carved)}
	facts, err := readFacts(ctx, pool)
	if err == nil {
		err = verify(facts, keys)
	}
	if err != nil {
		pool.Close()
		return nil, err
	}
	return s, nil
}

// withoutJIT spares the figures of the whole state some 100 ms: to compile such
// a statement takes Postgres longer than to run it. It is no parameter of the
// connection, which a pooler before Postgres may refuse.
func withoutJIT(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `SET jit = off`)
	return err
}

// readURL is the one way from DATABASE_URL to a connection.
func readURL(url string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errURL
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = connectTimeout
	}
	config.ConnConfig.RuntimeParams["application_name"] = "sadasya"
	return config, nil
}

func (o Options) withDefaults() Options {
	or := func(field *int, value int) {
		if *field == 0 {
			*field = value
		}
	}
	or(&o.FamilyPerChat, 6)
	or(&o.LinkPerHour, 300)
	or(&o.Assisted.PerHour, 15)
	or(&o.Assisted.PerDay, 60)
	or(&o.Assisted.PerMobile, 5)
	or(&o.Assisted.Unclaimed, 20)
	or(&o.Assisted.CallBackOneIn, 20)
	or(&o.UnfinishedDays, 30)
	or(&o.WithdrawnDays, 90)
	or(&o.ReviewDays, 3)
	return o
}

// Beside is the same store with so many connections of its own: who works in the
// background does not keep people waiting. It is closed by itself.
func (s *Store) Beside(ctx context.Context, connections int) (*Store, error) {
	config := s.pool.Config()
	config.MaxConns = int32(connections)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, wrap("connect", err)
	}
	beside := *s
	beside.pool = pool
	return &beside, nil
}

// Close ends all connections, waiting for those in use.
func (s *Store) Close() { s.pool.Close() }

// Ping tells whether Postgres takes a write, without which no update is handled: a
// standby, or a database that was made read-only, answers reads as if all were well.
func (s *Store) Ping(ctx context.Context) error {
	var refused bool
	err := s.queryRow(ctx, `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool`, nil, &refused)
	if err == nil && refused {
		return fmt.Errorf("postgres: it takes no writes: it is a standby, or was made read-only: %w", party.ErrUnavailable)
	}
	return wrap("ping", err)
}

// detached keeps a statement going when its caller is cancelled, within bounds.
func detached(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), timeout)
}

// queryRow reads one row into dest.
func (s *Store) queryRow(ctx context.Context, sql string, args []any, dest ...any) error {
	return s.again(func() error { return s.pool.QueryRow(ctx, sql, args...).Scan(dest...) })
}

// again does a read, and once more on new connections where a migration that
// ran beside us has made the plans of the present ones stale.
func (s *Store) again(do func() error) error {
	err := do()
	if stalePlan(err) {
		s.pool.Reset()
		err = do()
	}
	return err
}

// ServerVersion is Postgres's own, such as "15.14".
func (s *Store) ServerVersion(ctx context.Context) (version string, err error) {
	err = s.queryRow(ctx, `SELECT split_part(current_setting('server_version'), ' ', 1)`, nil, &version)
	return version, wrap("ask for the version", err)
}
