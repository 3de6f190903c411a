// Package embeddedtest gives each test stores of its own: a database cloned
// from a migrated template, an in-process Redis, and where they are at hand the
// real ones. It is for tests.
package embeddedtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/jackc/pgx/v5"

	"sadasya/store/embedded"
)

// Template is a database that tests clone. Name must change with its contents.
type Template struct {
	Name    string
	Prepare func(ctx context.Context, url string) error
}

// Target is a store to run a test on.
type Target struct{ Name, URL string }

const (
	testPrefix     = "t_"
	templatePrefix = "tmpl_"
)

// Database gives the test a database of its own on the embedded Postgres.
func Database(t testing.TB, template Template) string {
	t.Helper()
	pg, err := embedded.OpenPostgres(context.Background(), embedded.PostgresOptions{Dir: sharedDir(), Fast: true})
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

// Databases gives the embedded Postgres and, where DATABASE_URL is set, that one.
func Databases(t testing.TB, template Template) []Target {
	t.Helper()
	targets := []Target{{"embedded", Database(t, template)}}
	if real := os.Getenv("DATABASE_URL"); real != "" {
		targets = append(targets, Target{"DATABASE_URL", clone(t, real, template)})
	}
	return targets
}

// Redis gives the test an in-process Redis of its own.
func Redis(t testing.TB) string {
	t.Helper()
	server := miniredis.RunT(t)
	return "redis://" + server.Addr() + "/0"
}

// Redises gives an in-process Redis, a redis-server where one is installed, and
// where REDIS_URL is set that one.
func Redises(t testing.TB) []Target {
	t.Helper()
	targets := []Target{{"miniredis", Redis(t)}}
	if server := StartRedis(t); server != nil {
		targets = append(targets, Target{"redis-server", server.URL()})
	}
	if real := os.Getenv("REDIS_URL"); real != "" {
		targets = append(targets, Target{"REDIS_URL", real})
	}
	return targets
}

// sharedDir is one server for all test processes of a user.
func sharedDir() string {
	return filepath.Join(os.TempDir(), "sadasya-test-"+strconv.Itoa(os.Getuid()))
}

// one at a time within a process: the server lets nobody clone a template that
// another is cloning from while it is connected to.
var cloning sync.Mutex

func clone(t testing.TB, server string, template Template) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cloning.Lock()
	defer cloning.Unlock()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	// Across processes: one prepares or clones, the others wait.
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(hashtext('sadasya templates'))`); err != nil {
		t.Fatal(err)
	}
	if err := prepare(ctx, conn, server, template); err != nil {
		t.Fatal(err)
	}
	name := testPrefix + strconv.FormatInt(time.Now().Unix(), 10) + "_" + strings.ToLower(rand.Text()[:12])
	if _, err := conn.Exec(ctx, fmt.Sprintf(`CREATE DATABASE %s TEMPLATE %s`, name, templatePrefix+template.Name)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { drop(t, server, name) })
	return withDatabase(server, name)
}

// prepare makes the template where it is not there, and clears away what killed
// runs left an hour ago and older templates.
func prepare(ctx context.Context, conn *pgx.Conn, server string, template Template) error {
	rows, err := conn.Query(ctx, `SELECT datname FROM pg_database`)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	there := false
	for _, n := range names {
		there = there || n == templatePrefix+template.Name
		if stale(n) {
			_, _ = conn.Exec(ctx, `DROP DATABASE IF EXISTS `+n+` WITH (FORCE)`) // another process may be at it
		}
	}
	if there {
		return nil
	}
	making := templatePrefix + "making"
	for _, sql := range []string{`DROP DATABASE IF EXISTS ` + making + ` WITH (FORCE)`, `CREATE DATABASE ` + making} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	if err := template.Prepare(ctx, withDatabase(server, making)); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, fmt.Sprintf(`ALTER DATABASE %s RENAME TO %s`, making, templatePrefix+template.Name))
	return err
}

func stale(database string) bool {
	rest, ok := strings.CutPrefix(database, testPrefix)
	if !ok {
		return false
	}
	at, _, _ := strings.Cut(rest, "_")
	made, err := strconv.ParseInt(at, 10, 64)
	return err == nil && time.Since(time.Unix(made, 0)) > time.Hour
}

func drop(t testing.TB, server, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, `DROP DATABASE IF EXISTS `+name+` WITH (FORCE)`); err != nil {
		t.Error(err)
	}
}

func withDatabase(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic("a database URL that pgx took: " + err.Error())
	}
	u.Path = "/" + name
	return u.String()
}
