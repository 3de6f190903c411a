package main

import (
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"sadasya/cmd/sadasya/bench"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres/postgrestest"
)

func TestBenchMeasuresWholeConversations(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("what a process uses is read from /proc")
	}
	t.Setenv("SADASYA_TEST_REPLICA", "1") // its children are this binary
	t.Setenv("DATA_DIR", t.TempDir())
	out := ok(t)(run(t, "bench", "--citizens", "20", "--at-once", "4", "--pairs", "1", "--profile", t.TempDir()+"/cpu"))
	figures := benchFigures(t, out)
	for name, want := range map[string][2]float64{ // least of the bot and of the floor
		"enrolments/s": {1, 1}, bench.Updates: {1, 1}, bench.P99: {0.01, 0.01}, bench.CPU: {1, 1}, "allocations per update": {50, 50},
		"bytes of a session": {200, 50}, "Redis round trips per update": {1, 1.9}, "Postgres round trips per update": {0.4, 0.1},
		"bytes of a member": {100, 0}, // of so few, tables are pages
	} {
		got, there := figures[name]
		if !there || got[0] < want[0] || got[1] < want[1] {
			t.Errorf("%s: %v, wanted at least %v\n%s", name, got, want, out)
		}
	}
	// The floor is one GET, one SET and one INSERT in eight updates.
	if got := figures["Redis round trips per update"][1]; got > 2.1 {
		t.Errorf("the floor takes %.2f Redis round trips", got)
	}
}

// TestBenchFloodMeasuresTheOthers: the flood comes, all of it is answered, and
// others enrol meanwhile.
func TestBenchFloodMeasuresTheOthers(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("what a process uses is read from /proc")
	}
	t.Setenv("SADASYA_TEST_REPLICA", "1")
	t.Setenv("DATA_DIR", t.TempDir())
	out := ok(t)(run(t, "bench", "--flood", "--citizens", "16", "--pairs", "1"))
	for _, want := range []string{`(?m)^flood, messages/s +0\.00 +[1-9]`, `(?m)^flood, not answered 200 +0\.00 +0\.00`, `(?m)^others' answer p99, ms +[0-9.]+ +[0-9.]+`, `(?m)^the aim, .*: (reached|missed)`} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("%s is not in\n%s", want, out)
		}
	}
}

// benchFigures reads the table: a name, then the bot's figure and the floor's.
func benchFigures(t *testing.T, out string) map[string][2]float64 {
	t.Helper()
	spread := regexp.MustCompile(`\([^)]*\)`)
	figures := map[string][2]float64{}
	for line := range strings.Lines(out) {
		if len(line) < 40 {
			continue
		}
		fields := strings.Fields(spread.ReplaceAllString(line[32:], ""))
		if len(fields) < 2 { // the ratio to nothing is left out
			continue
		}
		bot, err1 := strconv.ParseFloat(fields[0], 64)
		floor, err2 := strconv.ParseFloat(fields[1], 64)
		if err1 == nil && err2 == nil {
			figures[strings.TrimSpace(line[:32])] = [2]float64{bot, floor}
		}
	}
	return figures
}

func TestBenchFillMakesWhatItSays(t *testing.T) {
	t.Setenv("DATABASE_URL", embeddedtest.Database(t, postgrestest.Template(t)))
	keys := keyPath(t)
	ok(t)(run(t, "keys", "new", "--out", keys))
	t.Setenv("ENCRYPTION_KEYS", keys)
	ok(t)(run(t, "bench", "--fill", "500"))
	store := openShared(t, os.Getenv("DATABASE_URL"), keys)
	statuses := map[string]int{}
	for _, row := range rowsOf(t, store) {
		statuses[row[9]]++
		if _, err := party.ParseNumber(row[0]); err != nil {
			t.Errorf("%s: %v", row[0], err)
		}
		if r, err := party.ReadVoterID(row[2]); row[2] != "" && (err != nil || !r.ID.Check) {
			t.Errorf("%s is no sound Voter ID: %v", row[2], err)
		}
	}
	if statuses["confirmed"] < 480 || statuses["review"] != 10 {
		t.Errorf("%v", statuses)
	}
	if v, err := store.CurrentVersion(t.Context()); err != nil || v.Label != "generated 61000" {
		t.Errorf("%+v, %v", v, err)
	}
	if code, _, errs := run(t, "bench", "--fill", "1"); code != exitFailed || !strings.Contains(errs, "empty") {
		t.Errorf("members were added to others: exit %d, %s", code, errs)
	}
}

// TestBenchSizesTellsWhatIsTouched: a database of a size is filled, and of each
// question the pages that Postgres touches for it are told.
func TestBenchSizesTellsWhatIsTouched(t *testing.T) {
	t.Setenv("DATA_DIR", t.TempDir())
	t.Setenv("DATABASE_URL", "")
	out := ok(t)(run(t, "bench", "--sizes", "400", "--asked", "2"))
	for _, name := range []string{"confirm: a member", "/stats", "/find by Voter ID", "audience: news, a constituency", "/export of a constituency"} {
		line := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + ` .*$`).FindString(out)
		fields := strings.Fields(strings.TrimPrefix(line, name))
		if len(fields) < 4 {
			t.Fatalf("%s: %q in\n%s", name, line, out)
		}
		if pages, err := strconv.Atoi(fields[2]); err != nil || pages < 5 {
			t.Errorf("%s touches %q pages", name, fields[2])
		}
	}
	if !strings.Contains(out, "members                                ") || !regexp.MustCompile(`(?m)^as CSV +4\d\d `).MatchString(out) {
		t.Errorf("neither bytes nor the export:\n%s", out)
	}
}
