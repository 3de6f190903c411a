package postgres_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
	"sadasya/store/seal"
)

// house is a store with what a test needs to look behind it.
type house struct {
	*postgres.Store
	url  string
	keys *seal.Keys
	db   *pgx.Conn
}

// eachHouse runs a test on every Postgres at hand.
func eachHouse(t *testing.T, o postgres.Options, test func(t *testing.T, h house)) {
	t.Helper()
	t.Parallel()
	for _, target := range embeddedtest.Databases(t, postgrestest.Template(t)) {
		t.Run(target.Name, func(t *testing.T) {
			s, keys := postgrestest.OpenAt(t, target.URL, o)
			test(t, house{Store: s, url: target.URL, keys: keys, db: connect(t, target.URL)})
		})
	}
}

func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	db, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close(context.Background()) })
	return db
}

// exec runs SQL behind the store's back.
func (h house) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := h.db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// one reads a single value behind the store's back.
func one[T any](t *testing.T, h house, sql string, args ...any) (v T) {
	t.Helper()
	if err := h.db.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}
