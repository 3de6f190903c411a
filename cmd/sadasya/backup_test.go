package main

import (
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
	"sadasya/store/seal"
)

// pgTool finds a program of Postgres, the newest.
func pgTool(t *testing.T, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed: CI must install it", name)
		}
		t.Skipf("%s is not installed", name)
	}
	return slices.Max(found)
}

// countsOf counts the rows of every table.
func countsOf(t *testing.T, url string) map[string]int {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `SELECT tablename, (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM ' || quote_ident(tablename), false, true, '')))[1]::text::int
		FROM pg_tables WHERE schemaname = 'public'`)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	var table string
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&table, &n}, func() error { counts[table] = n; return nil }); err != nil {
		t.Fatal(err)
	}
	return counts
}

// TestADumpIsRestoredWhole is the runbook of docs/operations/backup.md: a dump,
// restored into an empty database, has every row, the audit's chain up to the
// link whose name was kept, and opens with its own key file alone.
func TestADumpIsRestoredWhole(t *testing.T) {
	dump, restore := pgTool(t, "pg_dump"), pgTool(t, "pg_restore")
	database, keys := embeddedtest.Database(t, postgrestest.Template(t)), keyPath(t)
	ok(t)(run(t, "keys", "new", "--out", keys))
	store := openShared(t, database, keys)
	r := newRig(t, rigOptions{database: database, keys: keysAt(t, keys), quiet: true})
	var number string
	for n := range int64(3) {
		number = r.person(party.English).enrol("Kamla Devi", madeUpEPIC(n+1))
	}
	r.stop()
	if _, err := store.Fold(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := store.LinkAudit(t.Context()); err != nil {
		t.Fatal(err)
	}
	head, err := store.AuditHead(t.Context())
	if err != nil || head == "" {
		t.Fatal(head, err)
	}

	file := filepath.Join(t.TempDir(), "sadasya.dump")
	command(t, dump, "--format=custom", "--no-owner", "--file", file, database)
	want := countsOf(t, database)
	empty := embeddedtest.Database(t, embeddedtest.Template{Name: "empty", Prepare: func(context.Context, string) error { return nil }})
	command(t, restore, "--no-owner", "--exit-on-error", "--jobs=2", "--dbname", empty, file)

	if got := countsOf(t, empty); !maps.Equal(got, want) || want["members"] != 3 || len(want) < 20 {
		t.Errorf("rows (-before +after):\n%s", cmp.Diff(want, got))
	}
	there := []string{"--database-url", empty, "--encryption-keys", keys}
	if out := ok(t)(run(t, append([]string{"audit", "verify", "--head", head}, there...)...)); !strings.Contains(out, "Newest link: "+head) {
		t.Errorf("the audit: %s", out)
	}
	if out := ok(t)(run(t, append([]string{"export", "members", "--out", "-"}, there...)...)); !strings.Contains(out, number+",Kamla Devi,") {
		t.Errorf("%s is not in\n%s", number, out)
	}
	other := keyPath(t)
	ok(t)(run(t, "keys", "new", "--out", other))
	if code, _, errs := run(t, "export", "members", "--out", "-", "--database-url", empty, "--encryption-keys", other); code != exitFailed || !strings.Contains(errs, postgres.ErrKeys.Error()) {
		t.Errorf("with another key file: exit %d, %q", code, errs)
	}

	// It is served as if nothing had been.
	again := newRig(t, rigOptions{database: empty, keys: keysAt(t, keys), quiet: true})
	if again.person(party.English).enrol("Ramesh Meena", madeUpEPIC(9)) == "" || len(again.rows()) != 4 {
		t.Errorf("%d rows after one more enrolment", len(again.rows()))
	}
}

func command(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

func keysAt(t *testing.T, path string) *seal.Keys {
	t.Helper()
	keys, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}
