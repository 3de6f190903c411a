package postgres_test

import (
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
	"sadasya/store/reference"
)

// TestBoothQueriesFindTheirBooth: of 500 things that people type (made by hand
// for booths drawn at random; testdata/SOURCES.md), at least nine in ten show
// the right place among the five. -v lists the misses.
func TestBoothQueriesFindTheirBooth(t *testing.T) {
	rows := queryRows(t)
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		all, hits := map[string]int{}, map[string]int{}
		found, first := 0, 0
		for _, row := range rows {
			words, kind := row[0], row[3]
			want, err := party.ParseBooth(row[2])
			if err != nil {
				t.Fatal(err)
			}
			near, _ := party.ParseBooth(row[1]) // empty for some
			place := one[int64](t, h, `SELECT id FROM places WHERE ac_no = $1 AND $2 = ANY (booths)`, want.AC, want.PartString())
			got, err := h.FindPlaces(t.Context(), flows.FindPlaces{Words: words, Near: near})
			if err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(got.List, func(p flows.Place) bool { return p.ID == place })
			all[kind]++
			if at < 0 {
				var shown []string
				for _, p := range got.List {
					shown = append(shown, fmt.Sprintf("%s (%d)", p.NameEN, p.AC))
				}
				t.Logf("miss: %s (%s), wanted %s, got %s", words, kind, want, strings.Join(shown, "; "))
				continue
			}
			found++
			hits[kind]++
			if at == 0 {
				first++
			}
		}
		for _, kind := range slices.Sorted(maps.Keys(all)) {
			t.Logf("%-12s %3d of %3d", kind, hits[kind], all[kind])
		}
		t.Logf("of %d queries %d found among the five, %d of them first", len(rows), found, first)
		if found*10 < len(rows)*9 {
			t.Errorf("only %d of %d", found, len(rows))
		}
	})
}

func queryRows(t testing.TB) [][]string {
	t.Helper()
	f, err := os.Open("testdata/booth_queries.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 501 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	return rows[1:]
}

// BenchmarkFindPlaces takes the 500 queries in turn, on the bundled list and on
// one as large as the state's of today; it prints the 99th percentile.
func BenchmarkFindPlaces(b *testing.B) {
	rows := queryRows(b)
	s, _ := postgrestest.OpenAt(b, embeddedtest.Database(b, postgrestest.Template(b)), postgres.Options{})
	b.Run("sample", func(b *testing.B) { findAll(b, s, rows) })

	ref, err := reference.Load()
	if err != nil {
		b.Fatal(err)
	}
	const state = 61_000
	if err := s.ImportBooths(b.Context(), reference.GeneratedVersion(state), slices.Collect(ref.Generated(state)), func(int) {}); err != nil {
		b.Fatal(err)
	}
	b.Run("61000", func(b *testing.B) { findAll(b, s, rows) })
}

func findAll(b *testing.B, s *postgres.Store, rows [][]string) {
	var took []time.Duration
	for b.Loop() {
		row := rows[len(took)%len(rows)]
		near, _ := party.ParseBooth(row[1])
		start := time.Now()
		if _, err := s.FindPlaces(b.Context(), flows.FindPlaces{Words: row[0], Near: near}); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
}
