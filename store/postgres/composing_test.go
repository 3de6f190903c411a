package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// TestComposingIsKeptUntilItIsSent: one draft an admin, sealed; gone once it is
// a broadcast, after 30 days, or with the office.
func TestComposingIsKeptUntilItIsSent(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		anAdmin(t, h, anil)
		load := func(person int64) flows.ComposingLoaded {
			t.Helper()
			out, err := h.LoadComposing(t.Context(), actor(person, 1))
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		d := flows.ComposeDraft{State: "english", Draft: flows.Composing{
			Audience: party.Audience{Group: party.Enrollers, ACs: []int{55, 56}}, Letter: party.Letter{Text: party.Text{Hindi: "कल सभा है।"}},
		}}
		keep := func(person int64) {
			t.Helper()
			if err := h.KeepComposing(t.Context(), person, d); err != nil {
				t.Fatal(err)
			}
		}
		if out := load(anil); !out.May || out.Draft != nil {
			t.Errorf("nothing was begun: %+v", out)
		}
		keep(77) // no admin
		keep(anil)
		keep(anil)
		if diff := cmp.Diff(&d, load(anil).Draft); diff != "" {
			t.Error(diff)
		}
		if out := load(77); out.May || out.Draft != nil {
			t.Errorf("who is no admin: %+v", out)
		}
		if n := one[int](t, h, `SELECT count(*) FROM broadcast_drafts WHERE position(convert_to('सभा', 'UTF8') IN body_sealed) = 0`); n != 1 {
			t.Errorf("%d sealed", n)
		}
		composed(t, h, toAll(1))
		if out := load(anil); out.Draft != nil {
			t.Errorf("it was sent: %+v", out)
		}
		for _, ends := range []string{
			`UPDATE broadcast_drafts SET updated_at = now() - interval '31 days'`,
			`UPDATE offices SET status = 'revoked' WHERE telegram_id = 901`,
		} {
			keep(anil)
			h.exec(t, ends)
			if _, _, err := h.Purge(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := one[int](t, h, `SELECT count(*) FROM broadcast_drafts`); n != 0 {
				t.Errorf("after %s it is there", ends)
			}
		}
	})
}

// TestWhoStandsAtAPartIsInTheAudience: at the booth stands also who looks for it by
// district, and who confirms a repaired number stands at the Voter ID.
func TestWhoStandsAtAPartIsInTheAudience(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		anAdmin(t, h, anil)
		for i, step := range []string{"name", "nameown", "voterid", "idseen", "idodd", "booth", "elsewhere", "district", "ac", "stations", "places", "rooms", "locating", "check"} {
			h.exec(t, `INSERT INTO people (telegram_id, language, step) VALUES ($1, 'hi', $2)`, reader+i, "enroll/"+step)
			h.exec(t, `INSERT INTO consents (telegram_id, update_id, kind, version, given, via) VALUES ($1, 1, 'membership', '1', true, 'self')`, reader+i)
		}
		for step, want := range map[string]int{"": 14, "name": 2, "voterid": 3, "booth": 8, "check": 1} {
			out, err := h.CountAudience(t.Context(), actor(anil, 1), flows.CountAudience{Audience: party.Audience{Group: party.Unfinished, Step: step}})
			if err != nil || out.Count != want {
				t.Errorf("at %q stand %d, want %d, %v", step, out.Count, want, err)
			}
		}
	})
}
