package embeddedtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Template is a database that tests clone. It is prepared once for a name, which
// must therefore change with what Prepare does, and is of small letters, digits
// and _.
type Template struct {
	Name    string
	Prepare func(ctx context.Context, url string) error
}

const (
	clonePrefix    = "sadasya_test_" // then the Unix time of its making, _, and a random word
	templatePrefix = "sadasya_template_"
	making         = "sadasya_making" // a template until it is whole

	cloneKept    = time.Hour      // longer than any test: what is older was left by one that was killed
	templateKept = 24 * time.Hour // since it was last cloned
)

// clone makes a database of the test's own on a server.
func clone(t testing.TB, server string, template Template) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	if _, err := withDatabase(server, making); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	k := &keeper{conn: conn, server: server}
	name := clonePrefix + strconv.FormatInt(time.Now().Unix(), 10) + "_" + strings.ToLower(rand.Text()[:12])
	if err := k.clone(ctx, template, name); err != nil {
		t.Fatalf("a database for the test: %v", err)
	}
	t.Cleanup(func() { drop(t, server, name) })
	url, err := withDatabase(server, name)
	if err != nil {
		t.Fatal(err)
	}
	return url
}

const lock = `hashtext('sadasya templates')`

// keeper keeps the templates of a server, by a connection of its own.
type keeper struct {
	conn   *pgx.Conn
	server string
}

// clone clones the template, and prepares it before where that is due. Many
// processes may clone at once, but one alone prepares and clears away: the
// server's advisory lock sees to that, and ends with the connection.
func (k *keeper) clone(ctx context.Context, template Template, name string) error {
	if err := k.exec(ctx, `SELECT pg_advisory_lock_shared(`+lock+`)`); err != nil {
		return err
	}
	due, err := k.due(ctx, template)
	if err != nil {
		return err
	}
	if due {
		if err := k.exec(ctx, `SELECT pg_advisory_unlock_shared(`+lock+`), pg_advisory_lock(`+lock+`)`); err != nil {
			return err
		}
		if err := k.prepare(ctx, template); err != nil {
			return err
		}
	}
	return k.create(ctx, name, templatePrefix+template.Name)
}

// create makes a database from a template. Whoever has just prepared the
// template may still be leaving it.
func (k *keeper) create(ctx context.Context, name, from string) error {
	for {
		err := k.exec(ctx, `CREATE DATABASE `+name+` TEMPLATE `+from)
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || refused.Code != "55006" { // object_in_use
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// found is a database of ours on the server, and when its template was last
// noted as used.
type found struct {
	name string
	used time.Time
}

func (k *keeper) list(ctx context.Context) ([]found, error) {
	const query = `SELECT datname, coalesce(shobj_description(oid, 'pg_database'), '0') FROM pg_database WHERE datname LIKE 'sadasya\_t%'`
	rows, err := k.conn.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (f found, err error) {
		var used string
		err = row.Scan(&f.name, &used)
		seconds, _ := strconv.ParseInt(used, 10, 64) // another's remark is as good as none
		f.used = time.Unix(seconds, 0)
		return f, err
	})
}

// stale tells whether a database was left behind.
func (f found) stale() bool {
	if strings.HasPrefix(f.name, templatePrefix) {
		return time.Since(f.used) > templateKept
	}
	rest, ok := strings.CutPrefix(f.name, clonePrefix)
	made, _, _ := strings.Cut(rest, "_")
	seconds, err := strconv.ParseInt(made, 10, 64)
	return ok && err == nil && time.Since(time.Unix(seconds, 0)) > cloneKept
}

// due tells whether the template is to be made or noted as used, or something
// to be cleared away.
func (k *keeper) due(ctx context.Context, template Template) (bool, error) {
	all, err := k.list(ctx)
	there := false
	for _, f := range all {
		if f.stale() {
			return true, err
		}
		there = there || f.name == templatePrefix+template.Name && time.Since(f.used) < cloneKept
	}
	return !there, err
}

// prepare makes the template where it is not there, and clears away the rest.
func (k *keeper) prepare(ctx context.Context, template Template) error {
	all, err := k.list(ctx)
	if err != nil {
		return err
	}
	name, there := templatePrefix+template.Name, false
	for _, f := range all {
		switch {
		case f.name == name:
			there = true
		case f.stale():
			if err := k.exec(ctx, `DROP DATABASE IF EXISTS `+f.name+` WITH (FORCE)`); err != nil {
				return err
			}
		}
	}
	if !there {
		if err := k.make(ctx, template); err != nil {
			return err
		}
	}
	return k.exec(ctx, fmt.Sprintf(`COMMENT ON DATABASE %s IS '%d'`, name, time.Now().Unix()))
}

// make makes the template under another name, so that half a one is never cloned.
func (k *keeper) make(ctx context.Context, template Template) error {
	for _, sql := range []string{`DROP DATABASE IF EXISTS ` + making + ` WITH (FORCE)`, `CREATE DATABASE ` + making} {
		if err := k.exec(ctx, sql); err != nil {
			return err
		}
	}
	url, err := withDatabase(k.server, making)
	if err != nil {
		return err
	}
	if err := template.Prepare(ctx, url); err != nil {
		return fmt.Errorf("prepare the template %s: %w", template.Name, err)
	}
	if err := vacuum(ctx, url); err != nil {
		return err
	}
	return k.exec(ctx, `ALTER DATABASE `+making+` RENAME TO `+templatePrefix+template.Name)
}

// vacuum gives every clone the statistics that a database gets in time.
func vacuum(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, `VACUUM ANALYZE`)
	return err
}

func (k *keeper) exec(ctx context.Context, sql string) error {
	_, err := k.conn.Exec(ctx, sql)
	return err
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

// errNotAURL does not repeat what was given: it may hold a password.
var errNotAURL = errors.New("DATABASE_URL must be of the form postgres://user@host/database")

func withDatabase(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return "", errNotAURL
	}
	u.Path = "/" + name
	return u.String(), nil
}
