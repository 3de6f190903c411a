package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // database/sql's driver, for goose alone
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"sadasya/store/reference"
	"sadasya/store/seal"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Generation counts the changes that older programs cannot live with. A
// migration which makes one raises the fact oldest_program to its generation.
const Generation = 1

// Errors at the start.
var (
	ErrTooOld = errors.New("this program is older than the oldest that the database serves; start the newer one")
	ErrKeys   = errors.New("the key file is not the one that this database was written with; set ENCRYPTION_KEYS to that file")
	ErrLocale = errors.New("the database's LC_CTYPE is C, in which Hindi cannot be searched; create it with --locale=C.UTF-8")
)

// Migrate brings the schema up to date and loads the bundled booths into a new
// database. Any number of processes may call it at once: one works, the others
// wait.
func Migrate(ctx context.Context, url string, keys *seal.Keys, ref *reference.Reference) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return errURL
	}
	defer db.Close()
	if err := db.PingContext(ctx); err != nil {
		return wrap("connect", err)
	}
	var ctype string
	if err := db.QueryRowContext(ctx, `SELECT datctype FROM pg_database WHERE datname = current_database()`).Scan(&ctype); err != nil {
		return wrap("read the locale", err)
	}
	if ctype == "C" || ctype == "POSIX" {
		return ErrLocale
	}
	locker, err := lock.NewPostgresSessionLocker()
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
	if _, err := provider.Up(ctx); err != nil {
		return wrap("migrate", err)
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return wrap("connect", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := claimKeys(ctx, conn, keys); err != nil {
		return err
	}
	return loadSample(ctx, conn, ref)
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

// verify holds a store against the facts of its database.
func (s *Store) verify(ctx context.Context) error {
	facts, err := s.facts(ctx)
	if err != nil {
		return err
	}
	if oldest, _ := strconv.Atoi(facts["oldest_program"]); oldest > Generation {
		return ErrTooOld
	}
	return checkKeys(facts, s.keys)
}

func (s *Store) facts(ctx context.Context) (map[string]string, error) {
	rows, err := s.pool.Query(ctx, `SELECT name, value FROM facts`)
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
	facts, err := s.facts(ctx)
	return facts["username"], err
}

// SetUsername keeps the bot's name for commands that have no network.
func (s *Store) SetUsername(ctx context.Context, name string) error {
	return s.setFact(ctx, "username", name)
}
