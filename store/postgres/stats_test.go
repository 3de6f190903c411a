package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
)

func TestTheDriveIsCountedByStatusDayAndDistrict(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		admin(t, h, adminID)
		e := member(1, "ABC1034560")
		saved := save(t, h.Store, actor(1, 1), e)
		save(t, h.Store, actor(2, 1), member(2, "ABC1034560")) // taken: in review
		elsewhere := member(3, "ZZZ1234566")
		elsewhere.Booth = party.Booth{AC: 1, Part: 1}
		save(t, h.Store, actor(3, 1), elsewhere)
		pending := member(4, "QQQ5005004")
		pending.Booth = party.Booth{}
		save(t, h.Store, actor(4, 1), pending)
		h.exec(t, `UPDATE members SET confirmed_at = now() - interval '40 days' WHERE telegram_id = 3`)
		if err := h.Withdraw(ctx, actor(1, 2), saved.Record.Number); err != nil {
			t.Fatal(err)
		}
		h.exec(t, `UPDATE members SET gender = CASE telegram_id WHEN 2 THEN 'woman' ELSE 'man' END, social = CASE telegram_id WHEN 2 THEN 'SC' END WHERE telegram_id IN (1, 2, 4)`)
		if _, err := h.Fold(ctx); err != nil {
			t.Fatal(err)
		}
		s, err := h.Stats(ctx, actor(adminID, 1))
		if err != nil {
			t.Fatal(err)
		}
		if want := (flows.Standing{Added: 3, Confirmed: 2, Review: 1, Withdrawn: 1}); s.All != want {
			t.Errorf("in all %+v", s.All)
		}
		if want := (flows.Standing{Added: 2, Confirmed: 1, Review: 1, Withdrawn: 1}); s.Today != want || s.Week != want {
			t.Errorf("today %+v, this week %+v", s.Today, s.Week)
		}
		if s.Pending != 1 || s.Members.Done != 2 || s.At.On.IsZero() || len(s.Districts) < 30 {
			t.Errorf("%+v", s)
		}
		if s.Said != (flows.Said{Women: 1, Gender: 2, Categories: [5]int{0, 0, 1, 0, 0}}) {
			t.Errorf("said %+v", s.Said)
		}
		booths, added := 0, 0
		for _, d := range s.Districts {
			if c := party.Constituency(d.District); c.DistrictEN == "Jaipur" && d.Said != (flows.Said{Women: 1, Gender: 1, Categories: [5]int{0, 0, 1, 0, 0}}) {
				t.Errorf("said in Jaipur: %+v", d.Said)
			}
			booths += d.Booths
			added += d.Added
			if c := party.Constituency(d.District); c.DistrictEN == "Jaipur" && (d.Added != 1 || d.Confirmed != 0 || d.Today != 1) {
				t.Errorf("Jaipur: %+v", d)
			}
		}
		if booths != 46_844 || added != 2 {
			t.Errorf("%d booths, %d added", booths, added)
		}
		// The figures are those of the rows, fold by fold.
		if n := one[int](t, h, `SELECT count(*) FROM members WHERE counts >= 1`); n != s.All.Added {
			t.Errorf("%d rows count", n)
		}
		if s, err := h.Stats(ctx, actor(2, 2)); err != nil || !s.At.On.IsZero() || s.All != (flows.Standing{}) {
			t.Errorf("for a citizen: %+v, %v", s, err)
		}
	})
}

func TestStepsAreCountedWhoeverWroteThem(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		admin(t, h, adminID)
		for i := range int64(5) {
			if _, err := h.Arrive(ctx, actor(i+1, 1), flows.Arrive{}); err != nil {
				t.Fatal(err)
			}
		}
		write := func(step string, language party.Language, people ...int64) {
			t.Helper()
			var list []flows.Progress
			for _, p := range people {
				list = append(list, flows.Progress{Person: p, Language: language, Step: step})
			}
			if err := h.WriteSteps(ctx, list); err != nil {
				t.Fatal(err)
			}
		}
		write("enroll/name", party.Hindi, 1, 2, 3)
		write("enroll/voterid", party.English, 3, 4)
		h.exec(t, `DELETE FROM people WHERE telegram_id = 1`)
		funnel := func(update int64) string {
			t.Helper()
			if err := h.CountSteps(ctx); err != nil {
				t.Fatal(err)
			}
			s, err := h.Stats(ctx, actor(adminID, update))
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, step := range s.Steps {
				all = append(all, fmt.Sprintf("%s %s %d", step.Step, step.Language, step.People))
			}
			return strings.Join(all, ", ")
		}
		if got := funnel(1); got != "enroll/name hi 1, enroll/voterid en 2" {
			t.Errorf("%q", got)
		}
		write("enroll/booth", party.English, 4)
		if got := funnel(2); got != "enroll/name hi 1, enroll/voterid en 2" {
			t.Errorf("too soon it is not counted again: %q", got)
		}
		h.exec(t, `UPDATE facts SET value = now()::text WHERE name = 'steps_due'`)
		if got := funnel(3); got != "enroll/booth en 1, enroll/name hi 1, enroll/voterid en 1" {
			t.Errorf("later: %q", got)
		}
	})
}

// BenchmarkStats counts a drive at its end: every constituency on every day.
func BenchmarkStats(b *testing.B) {
	url := embeddedtest.Database(b, postgrestest.Template(b))
	s, _ := postgrestest.OpenAt(b, url, postgres.Options{})
	if _, err := s.Appoint(b.Context(), postgres.Appointment{Office: party.Admin, TelegramID: adminID}); err != nil {
		b.Fatal(err)
	}
	db, err := pgx.Connect(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close(context.Background())
	if _, err := db.Exec(b.Context(), `INSERT INTO rollup_days (ac_no, day, added, confirmed, review)
		SELECT ac, current_date - d, 115, 110, 5 FROM generate_series(0, 200) ac, generate_series(0, 240) d`); err != nil {
		b.Fatal(err)
	}
	update := int64(0)
	for b.Loop() {
		update++
		if _, err := s.Stats(b.Context(), actor(adminID, update)); err != nil {
			b.Fatal(err)
		}
	}
}
