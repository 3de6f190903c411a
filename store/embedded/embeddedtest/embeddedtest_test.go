package embeddedtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
)

// TestMain shows Main, and lets the test binary be another package's tests.
func TestMain(m *testing.M) { os.Exit(Main(m)) }

// template makes a table of one row, and counts how often it was asked to.
func template(name string, made *atomic.Int32) Template {
	return Template{Name: name, Prepare: func(ctx context.Context, url string) error {
		made.Add(1)
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, `CREATE TABLE row AS SELECT 1 AS n`)
		return err
	}}
}

// value asks for one number.
func value(t testing.TB, url, query string, args ...any) (n int) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(context.Background(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// fresh is the name of a template that was never made before.
func fresh() string { return fmt.Sprintf("try%d_%d", os.Getpid(), time.Now().UnixNano()) }

func TestEachTestHasADatabaseOfItsOwnOfOneTemplate(t *testing.T) {
	var made atomic.Int32
	name := fresh()
	var mu sync.Mutex
	urls := map[string]bool{}
	t.Run("at once", func(t *testing.T) {
		for i := range 12 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				url := Database(t, template(name, &made))
				if got := value(t, url, `UPDATE row SET n = n + 1 RETURNING n`); got != 2 {
					t.Errorf("another test wrote here: %d", got)
				}
				mu.Lock()
				defer mu.Unlock()
				urls[url] = true
			})
		}
	})
	if len(urls) != 12 {
		t.Errorf("%d databases for 12 tests", len(urls))
	}
	if made.Load() != 1 {
		t.Errorf("the template was prepared %d times", made.Load())
	}
	watch := Database(t, template(name, &made))
	t.Cleanup(func() { drop(t, watch, templatePrefix+name) })
	for url := range urls {
		database, _, _ := strings.Cut(strings.TrimPrefix(url, "postgres:///"), "?")
		if value(t, watch, `SELECT count(*) FROM pg_database WHERE datname = $1`, database) != 0 {
			t.Errorf("%s is left", database)
		}
	}
}

func TestATemplateThatCannotBePreparedIsNeverCloned(t *testing.T) {
	var made atomic.Int32
	server := Database(t, template("try", &made))
	conn, err := pgx.Connect(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	k := &keeper{conn: conn, server: server}
	name := fresh()
	fails := Template{Name: name, Prepare: func(context.Context, string) error { return os.ErrInvalid }}
	if err := k.clone(t.Context(), fails, clonePrefix+"1_never"); err == nil {
		t.Fatal("cloned")
	}
	if got := value(t, Database(t, template(name, &made)), `SELECT n FROM row`); got != 1 {
		t.Error("the template is the one that failed")
	}
	drop(t, server, templatePrefix+name)
}

func TestWhatKilledRunsLeftIsClearedAway(t *testing.T) {
	var made atomic.Int32
	server := Database(t, template("try", &made))
	conn, err := pgx.Connect(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	k := &keeper{conn: conn, server: server}
	word := fmt.Sprint(time.Now().UnixNano())
	left := fmt.Sprintf("%s%d_%s", clonePrefix, time.Now().Add(-2*cloneKept).Unix(), word)
	running := fmt.Sprintf("%s%d_%s", clonePrefix, time.Now().Unix(), word)
	old := templatePrefix + "old" + word
	for _, sql := range []string{
		`CREATE DATABASE ` + left, `CREATE DATABASE ` + running, `CREATE DATABASE ` + old,
		fmt.Sprintf(`COMMENT ON DATABASE %s IS '%d'`, old, time.Now().Add(-2*templateKept).Unix()),
	} {
		if err := k.exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { drop(t, server, running) })
	Database(t, template("try", &made))
	for name, want := range map[string]int{left: 0, old: 0, running: 1} {
		if got := value(t, server, `SELECT count(*) FROM pg_database WHERE datname = $1`, name); got != want {
			t.Errorf("%s: there %d times, want %d", name, got, want)
		}
	}
}

func TestTheLastPackageOutStopsTheServer(t *testing.T) {
	if os.Getenv("SADASYA_TEST_INNER") != "" {
		var made atomic.Int32
		Database(t, template("try", &made))
		return
	}
	dir, err := os.MkdirTemp("", "s-") // short: a socket lies in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	var packages sync.WaitGroup
	for range 3 {
		packages.Go(func() {
			cmd := exec.Command(os.Args[0], "-test.run=^TestTheLastPackageOutStopsTheServer$", "-test.count=1")
			cmd.Env = append(os.Environ(), "SADASYA_TEST_INNER=1", "TMPDIR="+dir)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	packages.Wait()
	t.Setenv("TMPDIR", dir)
	after, err := shared()
	if err != nil {
		t.Skip(err)
	}
	defer func() { _ = after.Close() }()
	if !after.Fresh() {
		t.Error("the server was left running")
	}
}

func TestEveryRedisWorksAndTheRealOneCanBeKilled(t *testing.T) {
	for _, target := range Redises(t) {
		t.Run(target.Name, func(t *testing.T) {
			o, err := redis.ParseURL(target.URL)
			if err != nil {
				t.Fatal(err)
			}
			client := redis.NewClient(o)
			defer func() { _ = client.Close() }()
			if err := client.Set(t.Context(), "sadasya:test", "x", time.Minute).Err(); err != nil {
				t.Error(err)
			}
		})
	}
	server := StartRedis(t)
	if server == nil {
		t.Skip("no redis-server; CI has one")
	}
	o, err := redis.ParseURL(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	o.MaxRetries = -1
	client := redis.NewClient(o)
	defer func() { _ = client.Close() }()
	if err := client.Set(t.Context(), "a", "b", 0).Err(); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	if client.Ping(t.Context()).Err() == nil {
		t.Error("it answers after it was killed")
	}
	server.Start()
	if n, err := client.Exists(t.Context(), "a").Result(); err != nil || n != 0 {
		t.Errorf("started again with %d keys, %v", n, err)
	}
}

func TestADatabaseThatIsNoURLIsRefusedWithoutRepeatingIt(t *testing.T) {
	_, err := withDatabase("host=db password=canary", "x")
	if err == nil || strings.Contains(err.Error(), "canary") {
		t.Errorf("%v", err)
	}
}
