package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib" // database/sql, for goose alone
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"sadasya/store/jobs"
	"sadasya/store/reference"
	"sadasya/store/seal"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Generation counts the changes that older programs cannot live with. A
// migration which makes one raises the fact oldest_program to its generation.
const Generation = 1

// patience is how often, once a second, a process asks for the lock of
// migrations that another holds.
const patience = 600

// Migrate brings the schema up to date and loads the bundled booths into a new
// database. Any number of processes may call it at once: one works, the others
// wait. Nothing is written with the wrong keys or by a program that is too old.
// Errors: party.ErrUnavailable, ErrPooled, ErrKeys, ErrTooOld, ErrLocale.
func Migrate(ctx context.Context, url string, keys *seal.Keys, ref *reference.Reference) error {
	config, err := readURL(url)
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return wrap("connect", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	through, err := pooled(ctx, conn)
	if err == nil && through {
		err = ErrPooled
	}
	if err != nil {
		return err
	}
	if err := inspect(ctx, conn, keys); err != nil {
		return err
	}
	if err := up(ctx, config.ConnConfig); err != nil {
		return err
	}
	if err := jobTables(ctx, conn, config.ConnConfig); err != nil {
		return err
	}
	if err := claimKeys(ctx, conn, keys); err != nil {
		return err
	}
	if err := loadSample(ctx, conn, ref); err != nil {
		return err
	}
	return placesOfOlder(ctx, conn)
}

// inspect looks at a database before it is touched. One that was migrated and
// not yet claimed by keys is taken by whoever comes.
func inspect(ctx context.Context, conn *pgx.Conn, keys *seal.Keys) error {
	var ctype string
	var migrated bool
	err := conn.QueryRow(ctx, `SELECT datctype, to_regclass('facts') IS NOT NULL
		FROM pg_database WHERE datname = current_database()`).Scan(&ctype, &migrated)
	switch {
	case err != nil:
		return wrap("look at the database", err)
	case ctype == "C" || ctype == "POSIX":
		return ErrLocale
	case !migrated:
		return nil
	}
	facts, err := readFacts(ctx, conn)
	if err != nil {
		return err
	}
	if facts["index_key"] == "" {
		return nil
	}
	return verify(facts, keys)
}

// up runs the migrations that are wanting.
func up(ctx context.Context, config *pgx.ConnConfig) error {
	db := stdlib.OpenDB(*config)
	defer func() { _ = db.Close() }()
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, patience))
	if err != nil {
		return err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	_, err = provider.Up(ctx)
	return wrap("migrate", err)
}

// jobTables brings River's tables up to date, one process at a time.
func jobTables(ctx context.Context, conn *pgx.Conn, config *pgx.ConnConfig) error {
	const lock = `(hashtext('sadasya migrate jobs'))`
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock`+lock); err != nil {
		return wrap("migrate jobs", err)
	}
	err := jobs.Migrate(ctx, config)
	if _, end := conn.Exec(ctx, `SELECT pg_advisory_unlock`+lock); err == nil {
		err = end
	}
	return wrap("migrate jobs", err)
}

// loadSample puts the bundled booths into a database that has none.
func loadSample(ctx context.Context, conn *pgx.Conn, ref *reference.Reference) error {
	var any bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM booth_versions)`).Scan(&any); err != nil || any {
		return wrap("look for booths", err)
	}
	return wrap("load the bundled booths", pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `LOCK TABLE booth_versions IN EXCLUSIVE MODE`); err != nil {
			return err
		}
		var id int
		err := tx.QueryRow(ctx, `INSERT INTO booth_versions (label, sample) SELECT $1, true
			WHERE NOT EXISTS (SELECT FROM booth_versions) RETURNING id`, reference.SampleVersion).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // another process was first
		}
		if err != nil {
			return err
		}
		return copyBooths(ctx, tx, id, ref.SampleBooths(), func(int) {})
	}))
}

// placesOfOlder makes the places of a list of booths that an older program
// imported.
func placesOfOlder(ctx context.Context, conn *pgx.Conn) error {
	const wanting = `SELECT coalesce(max(v.id), 0) FROM booth_versions v
		WHERE v.id = ` + newest + ` AND NOT EXISTS (SELECT FROM places p WHERE p.version_id = v.id)`
	var id int
	if err := conn.QueryRow(ctx, wanting).Scan(&id); err != nil || id == 0 {
		return wrap("look for places", err)
	}
	return wrap("make the places", pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `LOCK TABLE booth_versions IN EXCLUSIVE MODE`); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, wanting).Scan(&id); err != nil || id == 0 {
			return err // another process was first
		}
		return indexPlaces(ctx, tx, id)
	}))
}

// verify holds the facts of a database against this program and its keys.
func verify(facts map[string]string, keys *seal.Keys) error {
	if oldest, _ := strconv.Atoi(facts["oldest_program"]); oldest > Generation {
		return ErrTooOld
	}
	return checkKeys(facts, keys)
}

type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func readFacts(ctx context.Context, q querier) (map[string]string, error) {
	rows, err := q.Query(ctx, `SELECT name, value FROM facts`)
	if err != nil {
		return nil, wrap("read the facts", err)
	}
	facts := map[string]string{}
	var name, value string
	_, err = pgx.ForEachRow(rows, []any{&name, &value}, func() error { facts[name] = value; return nil })
	return facts, wrap("read the facts", err)
}

// setFact writes one.
func (s *Store) setFact(ctx context.Context, name, value string) error {
	_, err := s.pool.Exec(ctx, `INSERT INTO facts VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2`, name, value)
	return wrap("write a fact", err)
}

// Username is the bot's name as serve last learned it; empty before.
func (s *Store) Username(ctx context.Context) (string, error) {
	facts, err := readFacts(ctx, s.pool)
	return facts["username"], err
}

// SetUsername keeps the bot's name for commands that have no network.
func (s *Store) SetUsername(ctx context.Context, name string) error {
	return s.setFact(ctx, "username", name)
}
