// Package postgrestest gives tests a store on a migrated database of their own.
// It is for tests.
package postgrestest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/jackc/pgx/v5"

	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/reference"
	"sadasya/store/seal"
)

// Template is a migrated database with the bundled booths and no keys yet, so
// that each test claims it with its own.
func Template(t testing.TB) embeddedtest.Template {
	t.Helper()
	return embeddedtest.Template{
		Name: fingerprint(t),
		Prepare: func(ctx context.Context, url string) error {
			ref, err := reference.Load()
			if err != nil {
				return err
			}
			keys, err := newKeys(t.TempDir())
			if err != nil {
				return err
			}
			if err := postgres.Migrate(ctx, url, keys, ref); err != nil {
				return err
			}
			return forgetKeys(ctx, url)
		},
	}
}

// forgetKeys lets whoever comes claim the database, in which nothing is sealed.
func forgetKeys(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, `DELETE FROM facts WHERE name IN ('index_key', 'sealing_keys')`)
	return err
}

// fingerprint changes with the migrations and the code that loads the booths.
func fingerprint(t testing.TB) string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(here), "..")
	files, err := filepath.Glob(filepath.Join(root, "migrations", "*.sql"))
	if err != nil {
		t.Fatal(err)
	}
	reading, err := filepath.Glob(filepath.Join(root, "..", "..", "party", "place", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, reading...)
	files = append(files, filepath.Join(root, "migrate.go"), filepath.Join(root, "places.go"), filepath.Join(root, "..", "reference", "reference.go"))
	sum := sha256.New()
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sum.Write(raw)
	}
	return hex.EncodeToString(sum.Sum(nil))[:12]
}

// Keys makes keys of the test's own.
func Keys(t testing.TB) *seal.Keys {
	t.Helper()
	keys, err := newKeys(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func newKeys(dir string) (*seal.Keys, error) {
	path := filepath.Join(dir, "keys.json")
	if err := seal.Generate(path); err != nil {
		return nil, err
	}
	return seal.Open(path)
}

// Open gives a store on a database of the test's own.
func Open(t testing.TB, o postgres.Options) *postgres.Store {
	t.Helper()
	store, _ := OpenAt(t, embeddedtest.Database(t, Template(t)), o)
	return store
}

// OpenAt gives a store on the database at url, with keys of its own.
func OpenAt(t testing.TB, url string, o postgres.Options) (*postgres.Store, *seal.Keys) {
	t.Helper()
	ctx := context.Background()
	ref, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	keys := Keys(t)
	if err := postgres.Migrate(ctx, url, keys, ref); err != nil {
		t.Fatal(err)
	}
	if o.Tracer == nil {
		o.Tracer = Freezing()
	}
	store, err := postgres.Open(ctx, url, keys, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store, keys
}
