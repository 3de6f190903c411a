package postgres_test

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres/postgrestest"
)

// What an older program asks of the database must go on working on a newer
// schema: both serve while a rolling update lasts. A release freezes its own by
//
//	SADASYA_FREEZE=testdata/older/NAME.txt go test ./store/postgres
//
// and adds the file: every statement that its tests sent, quoted, a line each.
var olderStatements = []string{"first"}

// TestTheOlderProgramRunsOnThisSchema: Postgres still takes each statement of an
// older program, with its tables, columns and types; and no column has come that
// an older INSERT, which does not name it, would leave empty.
func TestTheOlderProgramRunsOnThisSchema(t *testing.T) {
	url := embeddedtest.Database(t, postgrestest.Template(t))
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, name := range olderStatements {
		statements := readLines(t, "testdata/older/"+name+".txt")
		if len(statements) < 150 {
			t.Errorf("%s: only %d statements", name, len(statements))
		}
		for i, sql := range statements {
			if _, err := conn.PgConn().Prepare(t.Context(), fmt.Sprintf("s%d", i), sql, nil); err != nil {
				t.Errorf("%s: %v\n%s", name, err, sql)
			}
		}
		known := readLines(t, "testdata/older/"+name+".columns.txt")
		rows, err := conn.Query(t.Context(), `
SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c
WHERE c.table_schema = 'public' AND c.is_nullable = 'NO' AND c.column_default IS NULL AND c.is_identity = 'NO'
	AND c.table_name = ANY($1) ORDER BY 1`, tablesOf(known))
		if err != nil {
			t.Fatal(err)
		}
		wanted, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		for _, column := range wanted {
			if !slices.Contains(known, column) {
				t.Errorf("%s must be given, and the program %s does not know it: give it a default", column, name)
			}
		}
		if len(wanted) < 50 {
			t.Errorf("only %d columns were looked at", len(wanted))
		}
	}
}

// tablesOf are the tables of columns.
func tablesOf(columns []string) (list []string) {
	for _, c := range columns {
		table, _, _ := strings.Cut(c, ".")
		if !slices.Contains(list, table) {
			list = append(list, table)
		}
	}
	return list
}

// readLines reads a file of lines; those in quotes are unquoted.
func readLines(t *testing.T, path string) (list []string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		list = append(list, postgrestest.Unquoted(lines.Text()))
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}
