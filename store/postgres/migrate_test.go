package postgres_test

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
	"sadasya/store/reference"
	"sadasya/store/seal"
)

// bare is a database that nobody has migrated.
func bare() embeddedtest.Template {
	return embeddedtest.Template{Name: "bare", Prepare: func(context.Context, string) error { return nil }}
}

func places(t *testing.T) *reference.Reference {
	t.Helper()
	ref, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func TestManyMayMigrateAtOnce(t *testing.T) {
	t.Parallel()
	for _, target := range embeddedtest.Databases(t, bare()) {
		t.Run(target.Name, func(t *testing.T) {
			keys, ref := postgrestest.Keys(t), places(t)
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					if err := postgres.Migrate(t.Context(), target.URL, keys, ref); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			h := house{db: connect(t, target.URL)}
			if n := one[int](t, h, `SELECT count(*) FROM booths`); n != 46_844 {
				t.Errorf("%d booths", n)
			}
			if n := one[int](t, h, `SELECT count(*) FROM booth_versions`); n != 1 {
				t.Errorf("%d lists of booths", n)
			}
		})
	}
}

func TestOtherKeysAreRefusedAndWriteNothing(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		const state = `SELECT string_agg(name || value, ',' ORDER BY name) FROM facts`
		before := one[string](t, h, state)
		others := postgrestest.Keys(t)
		if err := postgres.Migrate(t.Context(), h.url, others, places(t)); !errors.Is(err, postgres.ErrKeys) {
			t.Errorf("migrate: %v", err)
		}
		if _, err := postgres.Open(t.Context(), h.url, others, postgres.Options{}); !errors.Is(err, postgres.ErrKeys) {
			t.Errorf("open: %v", err)
		}
		if after := one[string](t, h, state); after != before {
			t.Error("the facts were changed")
		}
	})
}

// Two that start at once in an empty database, each with keys of its own, find it
// nobody's: one of them has it.
func TestOfTwoWithOtherKeysOneHasTheDatabase(t *testing.T) {
	t.Parallel()
	for _, target := range embeddedtest.Databases(t, bare()) {
		t.Run(target.Name, func(t *testing.T) {
			ref := places(t)
			var opened, refused atomic.Int32
			var wg sync.WaitGroup
			for range 2 {
				keys := postgrestest.Keys(t)
				wg.Go(func() {
					err := postgres.Migrate(t.Context(), target.URL, keys, ref)
					var s *postgres.Store
					if err == nil {
						s, err = postgres.Open(t.Context(), target.URL, keys, postgres.Options{})
					}
					switch {
					case err == nil:
						s.Close()
						opened.Add(1)
					case errors.Is(err, postgres.ErrKeys):
						refused.Add(1)
					default:
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if opened.Load() != 1 || refused.Load() != 1 {
				t.Errorf("%d have it, %d are refused", opened.Load(), refused.Load())
			}
		})
	}
}

func TestAnOlderCopyOfTheKeysIsRefusedAfterARotation(t *testing.T) {
	t.Parallel()
	for _, target := range embeddedtest.Databases(t, postgrestest.Template(t)) {
		t.Run(target.Name, func(t *testing.T) {
			path, copied := filepath.Join(t.TempDir(), "keys.json"), filepath.Join(t.TempDir(), "copy.json")
			keys := generate(t, path)
			raw, err := os.ReadFile(path)
			if err == nil {
				err = os.WriteFile(copied, raw, 0o600)
			}
			if err == nil {
				err = postgres.Migrate(t.Context(), target.URL, keys, places(t))
			}
			if err != nil {
				t.Fatal(err)
			}
			s, err := postgres.Open(t.Context(), target.URL, keys, postgres.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			rotated := rotate(t, path)
			if _, err := s.Reseal(t.Context(), rotated, func(int) {}); err != nil {
				t.Fatal(err)
			}
			old, err := seal.Open(copied)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := postgres.Open(t.Context(), target.URL, old, postgres.Options{}); !errors.Is(err, postgres.ErrKeys) {
				t.Errorf("%v", err)
			}
		})
	}
}

func generate(t *testing.T, path string) *seal.Keys {
	t.Helper()
	if err := seal.Generate(path); err != nil {
		t.Fatal(err)
	}
	keys, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func rotate(t *testing.T, path string) *seal.Keys {
	t.Helper()
	if _, err := seal.Rotate(path); err != nil {
		t.Fatal(err)
	}
	keys, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestAProgramThatIsTooOldIsRefused(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		h.exec(t, `UPDATE facts SET value = '1000' WHERE name = 'oldest_program'`)
		if err := postgres.Migrate(t.Context(), h.url, h.keys, places(t)); !errors.Is(err, postgres.ErrTooOld) {
			t.Errorf("migrate: %v", err)
		}
		if _, err := postgres.Open(t.Context(), h.url, h.keys, postgres.Options{}); !errors.Is(err, postgres.ErrTooOld) {
			t.Errorf("open: %v", err)
		}
	})
}

func TestADatabaseInWhichHindiCannotBeSearchedIsRefused(t *testing.T) {
	t.Parallel()
	for _, target := range embeddedtest.Databases(t, bare()) {
		t.Run(target.Name, func(t *testing.T) {
			u, err := url.Parse(target.URL)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.TrimPrefix(u.Path, "/") + "_c"
			h := house{db: connect(t, target.URL)}
			h.exec(t, `CREATE DATABASE `+name+` TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`)
			u.Path = "/" + name
			err = postgres.Migrate(t.Context(), u.String(), postgrestest.Keys(t), places(t))
			h.exec(t, `DROP DATABASE `+name+` WITH (FORCE)`)
			if !errors.Is(err, postgres.ErrLocale) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestAnEmptyDatabaseIsToldToBeMigrated(t *testing.T) {
	t.Parallel()
	_, err := postgres.Open(t.Context(), embeddedtest.Database(t, bare()), postgrestest.Keys(t), postgres.Options{})
	if err == nil || !strings.Contains(err.Error(), "sadasya migrate") || errors.Is(err, party.ErrUnavailable) {
		t.Errorf("%v", err)
	}
}
