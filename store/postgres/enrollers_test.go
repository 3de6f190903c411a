package postgres_test

import (
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
)

func TestAnEnrollerIsFoundWithExactCounts(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		if o, err := h.Enroller(ctx, actor(900, 1)); err != nil || o.Code != "" {
			t.Errorf("somebody who is none: %+v, %v", o, err)
		}
		code, err := h.Appoint(ctx, postgres.Appointment{
			Office: party.Enroller, TelegramID: 900, Name: "सुनीता मीणा", Area: party.Area{Booth: party.Booth{AC: 55, Part: 12}},
		})
		if err != nil {
			t.Fatal(err)
		}
		e := member(1, "ABC1034560")
		e.Code = code
		save(t, h.Store, actor(1, 1), e)
		again := member(2, "ABC1034560") // taken: it waits in review
		again.Code = code
		save(t, h.Store, actor(2, 2), again)
		if _, err := h.db.Exec(ctx, `UPDATE members SET confirmed_at = now() - interval '1 day'`); err != nil {
			t.Fatal(err)
		}
		o, err := h.Enroller(ctx, actor(900, 3))
		if err != nil || o.Code != code || o.Name != "सुनीता मीणा" || o.Station == nil || o.Added != 2 || o.Confirmed != 1 || o.Yesterday != 2 || o.Self != (flows.Tally{Added: 2, Confirmed: 1}) {
			t.Errorf("%+v, %v", o, err)
		}
		if o, err := h.EnrollerOf(ctx, code); err != nil || o.Name != "सुनीता मीणा" || o.Added != 0 {
			t.Errorf("by the code: %+v, %v", o, err)
		}
		if o, err := h.EnrollerOf(ctx, party.NewCode(1)); err != nil || o.Code != "" {
			t.Errorf("a code that nobody has: %+v, %v", o, err)
		}
	})
}

// BenchmarkProgress asks for the figures of 10,000 enrollers in turn, among a
// million members who joined in no order; it prints the 99th percentile.
func BenchmarkProgress(b *testing.B) {
	url := embeddedtest.Database(b, postgrestest.Template(b))
	s, _ := postgrestest.OpenAt(b, url, postgres.Options{})
	const enrollers, first = 10_000, 20_000
	list := make([]postgres.MadeUpEnroller, enrollers)
	for i := range list {
		list[i] = postgres.MadeUpEnroller{Person: first + int64(i), Name: "सुनीता मीणा", Booth: party.Booth{AC: 55, Part: 12}}
	}
	if _, err := s.FillEnrollers(b.Context(), list); err != nil {
		b.Fatal(err)
	}
	db, err := pgx.Connect(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close(b.Context()) }()
	for _, sql := range []string{`
INSERT INTO members (telegram_id, nonce, via, number, status, voter_id_index, voter_id_sealed, name_sealed, ac_no, part_no, letter,
	enroller_code, language, consent_version, changed_by, confirmed_at)
SELECT row_number() OVER (), gen_random_uuid(), (ARRAY['self', 'family', 'assisted'])[1 + n % 3], gen_random_uuid()::text, 'confirmed',
	uuid_send(gen_random_uuid()), repeat('x', 40)::bytea, repeat('x', 60)::bytea, 55, 12, '', code, 'hi', '1', 1, now() - n * interval '1 hour'
FROM offices, generate_series(1, 100) n ORDER BY random()`, `VACUUM ANALYZE members`} {
		if _, err := db.Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		o, err := s.Enroller(b.Context(), flows.Actor{Person: first + int64(len(took)*7919%enrollers)})
		if err != nil || o.Added != 100 {
			b.Fatalf("%+v, %v", o, err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
}
