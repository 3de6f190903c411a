package postgres_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"sadasya/party"
	"sadasya/store/postgres"
)

// multitude fills members: one in fifty waits in review, one in forty for a call,
// in all constituencies and with some booths pending. Nobody's name can be read.
func multitude(t *testing.T, h house, n int) {
	t.Helper()
	h.exec(t, `INSERT INTO members (number, nonce, telegram_id, via, status, reasons, name_sealed, voter_id_sealed, voter_id_index, ac_no, part_no, letter,
			booth_version_id, language, consent_version, confirmed_at, changed_by, recorded_by, call_due)
		SELECT 'n' || i, md5('x' || i)::uuid, i, CASE WHEN i % 2 = 0 THEN 'self' ELSE 'assisted' END,
			CASE WHEN i % 50 = 0 THEN 'review' ELSE 'confirmed' END,
			CASE WHEN i % 50 = 0 THEN ARRAY[(ARRAY['check-digit', 'old-form', 'taken', 'burst'])[i / 50 % 4 + 1]] ELSE '{}' END,
			'', '', int8send(i), CASE WHEN i % 51 <> 0 THEN i % 199 + 1 END, CASE WHEN i % 51 <> 0 THEN i / 200 % 300 + 1 END, CASE WHEN i % 51 <> 0 THEN '' END,
			1, 'hi', '1', now() - i * interval '1 second', 1, CASE WHEN i % 2 = 1 THEN i % 1000 + 1 ELSE 0 END, i % 40 = 1
		FROM generate_series(1, $1::int) AS i`, n)
	h.exec(t, `VACUUM ANALYZE members`)
}

// TestReviewsAreReadByIndex: a screen reads what waits and not the members.
// SADASYA_MULTITUDE says how many they are, and the times are told by -v.
func TestReviewsAreReadByIndex(t *testing.T) {
	n := 20_000
	if s := os.Getenv("SADASYA_MULTITUDE"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		multitude(t, h, n)
		state := make([]int, party.MaxAC)
		for i := range state {
			state[i] = i + 1
		}
		h.exec(t, `SET plan_cache_mode = force_generic_plan`)
		for _, c := range []struct {
			what, sql, index string
			args             []any
		}{
			{"the next entry", postgres.DoubtfulSQL(), "members_review", []any{adminID, state, true, 0, "", 3}},
			{"the next entry of one reason", postgres.DoubtfulSQL(), "members_review", []any{adminID, state, true, 0, "burst", 3}},
			{"the next entry of a constituency", postgres.DoubtfulSQL(), "members_review", []any{chiefID, []int{55}, false, 0, "", 3}},
			{"the next call", postgres.CallSQL(), "members_call", []any{adminID, state, true, 0}},
			{"the desk of a constituency", postgres.ReviewDeskSQL, "members_review", []any{chiefID, []int{55}, false, 3}},
			{"the desk of the state", postgres.ReviewDeskSQL, "members_review", []any{adminID, state, true, 3}},
		} {
			var took []time.Duration
			var plan string
			for range 7 {
				began := time.Now()
				rows, err := h.db.Query(t.Context(), `EXPLAIN (ANALYZE, TIMING OFF) `+c.sql, c.args...)
				if err != nil {
					t.Fatalf("%s: %v", c.what, err)
				}
				lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
				if err != nil {
					t.Fatalf("%s: %v", c.what, err)
				}
				took, plan = append(took, time.Since(began)), strings.Join(lines, "\n")
			}
			slices.Sort(took)
			t.Logf("%s, of %d members: %s at the median, %s at most", c.what, n, took[len(took)/2], took[len(took)-1])
			if !strings.Contains(plan, c.index) || strings.Contains(plan, "Seq Scan on members") {
				t.Errorf("%s is not read by %s:\n%s", c.what, c.index, plan)
			}
		}
	})
}
