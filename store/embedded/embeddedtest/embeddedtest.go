// Package embeddedtest gives each test stores of its own: a database cloned
// from a migrated template, an in-process Redis, and where they are at hand the
// real ones. It is for tests, and imports embedded and pgx.
//
// All test processes of a user share one Postgres, which the first starts and
// the last one out stops.
package embeddedtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"sadasya/store/embedded"
)

// Target is a store to run a test on.
type Target struct{ Name, URL string }

// Main runs a package's tests with the shared Postgres kept open, for a TestMain
// (`os.Exit(embeddedtest.Main(m))`): else it is started and stopped again, in
// 0.2 s, for each test that is alone. It gives the exit code.
func Main(m *testing.M) int {
	pg, err := shared()
	code := m.Run() // where it could not be opened, the tests say why
	if err == nil {
		if err := pg.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}

// Database gives the test a database of its own on the shared Postgres, cloned
// from the template and dropped at the test's end.
func Database(t testing.TB, template Template) string {
	t.Helper()
	pg, err := shared()
	if errors.Is(err, embedded.ErrNoPostgres) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pg.Close(); err != nil {
			t.Error(err)
		}
	})
	return clone(t, pg.URL(), template)
}

// Databases gives a database of the test's own on the shared Postgres and,
// where DATABASE_URL is set, one on that server: its user must be allowed to
// create databases.
func Databases(t testing.TB, template Template) []Target {
	t.Helper()
	targets := []Target{{"embedded", Database(t, template)}}
	if server := os.Getenv("DATABASE_URL"); server != "" {
		targets = append(targets, Target{"DATABASE_URL", clone(t, server, template)})
	}
	return targets
}

// shared is the Postgres of all test processes of this user.
func shared() (*embedded.Postgres, error) {
	dir, err := sharedDir()
	if err != nil {
		return nil, err
	}
	return embedded.OpenPostgres(context.Background(), embedded.PostgresOptions{Dir: dir, Fast: true})
}

// sharedDir is where the shared Postgres of this user lies.
func sharedDir() (string, error) {
	dir := filepath.Join(os.TempDir(), "sadasya-tests-"+strconv.Itoa(os.Geteuid()))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || !ok || int(owner.Uid) != os.Geteuid() {
		return "", fmt.Errorf("%s is another user's: remove it", dir)
	}
	return dir, os.Chmod(dir, 0o700)
}
