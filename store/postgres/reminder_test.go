package postgres_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// evening is the hour of the reminder on the day after a test's today.
func evening(t *testing.T, h house) time.Time {
	t.Helper()
	return clock(today(t, h).AddDays(1), 18, 30)
}

// unfinished makes n people, from reader on, who agreed, stand at the Voter ID and
// have been silent for a day. A code, where there is one, is whose link they
// came by.
func unfinished(t *testing.T, h house, n int, code party.Code) {
	t.Helper()
	h.exec(t, `INSERT INTO people (telegram_id, language, step, updated_at, first_code)
		SELECT $1::bigint + i, 'hi', 'enroll/voterid', now() - interval '1 day', nullif($3, '') FROM generate_series(0, $2::int - 1) AS i`, reader, n, string(code))
	h.exec(t, `INSERT INTO consents (telegram_id, update_id, kind, version, given) SELECT $1::bigint + i, 1, 'membership', '1', true FROM generate_series(0, $2::int - 1) AS i`, reader, n)
}

// timed is a clock that a test moves.
type timed struct{ now time.Time }

func (c *timed) Now() time.Time { return c.now }

// eachEvening runs a test on every Postgres with a clock of its own, which stands
// at the hour of the reminder.
func eachEvening(t *testing.T, test func(t *testing.T, h house, c *timed)) {
	t.Helper()
	var now timed
	eachHouse(t, postgres.Options{Clock: now.Now}, func(t *testing.T, h house) {
		now.now = evening(t, h)
		test(t, h, &now)
	})
}

func compose(t *testing.T, h house, now time.Time) bool {
	t.Helper()
	made, err := h.ComposeReminder(t.Context(), now, party.Date{})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// pumpAll reminds whoever is due, as a pump does, and tells whom.
func pumpAll(t *testing.T, h house) (went []int64) {
	t.Helper()
	tend(t, h)
	for l, ok := claim(t, h, time.Minute); ok; l, ok = claim(t, h, time.Minute) {
		for _, r := range l.Recipients {
			look, err := h.Look(t.Context(), l, r.Person)
			if err != nil {
				t.Fatal(err)
			}
			if !look.Running {
				break
			}
			e := party.Entry{Fate: look.Fate, Reason: look.Reason}
			if look.Fate == party.Pending {
				went = append(went, r.Person)
				e = party.Entry{Fate: party.Sent, Message: 1}
			}
			if err := h.Record(t.Context(), l, r.Person, e); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Release(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	tend(t, h)
	return went
}

// TestTheReminderIsComposedOnceAnEvening, however many processes are asked, within
// its hours, until the last day, and not where it is off for the state.
func TestTheReminderIsComposedOnceAnEvening(t *testing.T) {
	eachEvening(t, func(t *testing.T, h house, c *timed) {
		anAdmin(t, h, anil)
		day := party.Today(c.now)
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() { compose(t, h, c.now) })
		}
		wg.Wait()
		n := func() int { return one[int](t, h, `SELECT count(*) FROM broadcasts WHERE composed_by IS NULL`) }
		if n() != 1 {
			t.Errorf("%d of one evening", n())
		}
		compose(t, h, clock(day.AddDays(1), 18, 29))
		compose(t, h, clock(day.AddDays(1), 20, 30))
		if made, err := h.ComposeReminder(t.Context(), clock(day.AddDays(1), 19, 0), day); made || err != nil {
			t.Errorf("after the last day: %v, %v", made, err)
		}
		switching(t, h, 1, party.ClockReminder, "", false)
		compose(t, h, clock(day.AddDays(1), 19, 0))
		if n() != 1 {
			t.Errorf("%d, of them one is due", n())
		}
		switching(t, h, 2, party.ClockReminder, "", true)
		compose(t, h, clock(day.AddDays(1), 20, 29))
		if n() != 2 {
			t.Errorf("%d of two evenings", n())
		}
	})
}

// TestWhoIsReminded: who agreed, has something to go on with, does not write just
// now, wants it, can be reached, and was not reminded.
func TestWhoIsReminded(t *testing.T) {
	eachEvening(t, func(t *testing.T, h house, c *timed) {
		code := sunita(t, h)
		anAdmin(t, h, anil)
		cases := []struct {
			what, sql string
			want      bool
		}{
			{"unfinished", `SELECT $1::bigint`, true},
			{"took the consent back", `INSERT INTO consents (telegram_id, update_id, kind, version, given) VALUES ($1, 2, 'membership', '1', false)`, false},
			{"agreed anew", `INSERT INTO consents (telegram_id, update_id, kind, version, given) VALUES ($1, 2, 'reminders', '1', true)`, true},
			{"wants no reminder", `INSERT INTO consents (telegram_id, update_id, kind, version, given) VALUES ($1, 2, 'reminders', '1', false)`, false},
			{"never agreed", `DELETE FROM consents WHERE telegram_id = $1`, false},
			{"agreed for a relative", `UPDATE consents SET via = 'family' WHERE telegram_id = $1`, false},
			{"blocked the bot", `UPDATE people SET reachable = false WHERE telegram_id = $1`, false},
			{"cancelled", `UPDATE people SET step = '' WHERE telegram_id = $1`, false},
			{"declined", `UPDATE people SET step = 'enroll/declined' WHERE telegram_id = $1`, false},
			{"wrote an hour ago", `UPDATE people SET updated_at = $2::timestamptz - interval '1 hour' WHERE telegram_id = $1`, false},
			{"was refused", `INSERT INTO members (number, nonce, telegram_id, via, status, language, consent_version, changed_by)
				VALUES ('1', gen_random_uuid(), $1, 'self', 'refused', 'hi', '1', 1)`, false},
			{"enrolled a relative", `INSERT INTO members (number, nonce, telegram_id, via, status, language, consent_version, changed_by)
				VALUES ('2', gen_random_uuid(), $1, 'family', 'withdrawn', 'hi', '1', 1)`, true},
		}
		unfinished(t, h, len(cases), code)
		var want []int64
		for i, k := range cases {
			sql := `WITH at AS (SELECT $2::timestamptz) ` + k.sql
			h.exec(t, sql, int64(reader+i), c.now)
			if k.want {
				want = append(want, int64(reader+i))
			}
		}
		compose(t, h, c.now)
		went := pumpAll(t, h)
		slices.Sort(went)
		if !slices.Equal(went, want) {
			t.Errorf("reminded are %v, not %v", went, want)
		}
		c.now = c.now.AddDate(0, 0, 1)
		h.exec(t, `UPDATE people SET reachable = true`)
		compose(t, h, c.now)
		if went := pumpAll(t, h); !slices.Equal(went, []int64{reader + 6, reader + 9}) { // who can be reached again, and who has become silent
			t.Errorf("on the next evening %v", went)
		}
	})
}

// TestNobodySteersWhatTheClockSays: no deed of an admin acts on it, whatever number
// a button holds.
func TestNobodySteersWhatTheClockSays(t *testing.T) {
	eachEvening(t, func(t *testing.T, h house, c *timed) {
		anAdmin(t, h, anil)
		compose(t, h, c.now)
		id := one[int](t, h, `SELECT id FROM broadcasts`)
		for state, deeds := range map[string][]flows.Deed{
			"running": {flows.Pause, flows.Cancel}, "paused": {flows.Resume, flows.Cancel}, "scheduled": {flows.Cancel}, "done": {flows.Recall},
			"waiting": {flows.Approve, flows.Decline, flows.Cancel},
		} {
			for _, deed := range deeds {
				h.exec(t, `UPDATE broadcasts SET state = $1, started_at = now(), ended_at = CASE WHEN $1 = 'done' THEN now() END`, state)
				out, err := h.SteerBroadcast(t.Context(), actor(anil, 3), flows.SteerBroadcast{ID: id, Deed: deed})
				if err != nil || out.Done || one[string](t, h, `SELECT state || (recalled_at IS NOT NULL) FROM broadcasts`) != state+"false" {
					t.Errorf("%s of one that is %s: %+v, %v", deed, state, out, err)
				}
			}
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE action LIKE 'broadcast-%'`); n != 0 {
			t.Errorf("%d rows of the audit", n)
		}
	})
}
