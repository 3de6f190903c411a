package postgres_test

import (
	"testing"

	"sadasya/store/postgres"
)

// TestAJobThatWasGivenUpIsToldOfForADay: its row stays for a week, and an alert that
// stays with it hides the next.
func TestAJobThatWasGivenUpIsToldOfForADay(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		for _, ago := range []string{"1 hour", "2 hours", "2 days"} {
			h.exec(t, `INSERT INTO river_job (kind, args, state, max_attempts, finalized_at) VALUES ('list', '{}', 'discarded', 5, now() - $1::text::interval)`, ago)
		}
		h.exec(t, `INSERT INTO river_job (kind, args, state, max_attempts) VALUES ('list', '{}', 'retryable', 5)`)
		p, err := h.Pulse(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]int{}
		for _, j := range p.Jobs {
			found[j.Kind+" "+j.State] = j.Jobs
		}
		if len(found) != 2 || found["list discarded"] != 2 || found["list retryable"] != 1 {
			t.Errorf("%v", found)
		}
	})
}
