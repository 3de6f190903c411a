package postgres_test

import (
	"slices"
	"testing"
	"time"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
)

// fillTeamSQL makes the drive at its end: 1,00,000 enrollers over all listed
// booths, each with ten members, and their roll-ups. Names are those of one
// enroller who was appointed; members are nobody.
var fillTeamSQL = []string{
	`INSERT INTO offices (office, code, telegram_id, name_sealed, seal_context, ac_no, part_no, letter, status, changed_at)
	SELECT 'enroller', (700000000 + n)::text, 5000000 + n, o.name_sealed, o.seal_context, b.ac_no, b.part_no, b.letter,
		CASE WHEN n % 50 = 0 THEN 'suspended' ELSE 'active' END, now() - make_interval(hours => n % 300)
	FROM (SELECT * FROM offices WHERE telegram_id = 811) o, generate_series(1, 100000) n
	JOIN (SELECT *, row_number() OVER (ORDER BY ac_no, part_no, letter) AS nth, count(*) OVER () AS all FROM booths
		WHERE version_id = (SELECT max(id) FROM booth_versions)) b ON b.nth = 1 + n % b.all`,
	`INSERT INTO members (number, nonce, telegram_id, via, status, name_sealed, voter_id_index, ac_no, part_no, letter, enroller_code, language, consent_version, changed_by, confirmed_at)
	SELECT (10000000000 + m.n)::text, gen_random_uuid(), 9000000 + m.n, 'self', 'confirmed', '', sha256(m.n::text::bytea), o.ac_no, o.part_no, o.letter, o.code, 'hi', '1', 1,
		now() - make_interval(mins => (m.n % 60000)::int)
	FROM generate_series(1, 1000000) AS m (n) JOIN offices o ON o.code = (700000001 + m.n % 100000)::text`,
	`INSERT INTO rollup_codes (code, added, confirmed, last_at)
	SELECT enroller_code, count(*) + ('x' || substr(md5(enroller_code), 1, 2))::bit(8)::int, count(*), max(confirmed_at)
	FROM members WHERE enroller_code IS NOT NULL GROUP BY 1`,
	`VACUUM ANALYZE offices`, `VACUUM ANALYZE members`, `VACUUM ANALYZE rollup_codes`,
}

// BenchmarkTeam is what /team costs at 1,00,000 enrollers and 10,00,000 members:
// within 100 ms for a district, 300 ms for the state, at the 99th percentile.
func BenchmarkTeam(b *testing.B) {
	url := embeddedtest.Database(b, postgrestest.Template(b))
	s, _ := postgrestest.OpenAt(b, url, postgres.Options{})
	for _, a := range []postgres.Appointment{
		{Office: party.Admin, TelegramID: adminID, Name: "मीना कंवर"},
		{Office: party.Chief, TelegramID: chiefID, Name: "रमेश गुर्जर", Area: party.Area{District: "Jaipur"}},
		{Office: party.Enroller, TelegramID: geetaID, Name: "गीता देवी", Area: booth(55, 12)},
	} {
		if _, err := s.Appoint(b.Context(), a); err != nil {
			b.Fatal(err)
		}
	}
	db := connect(b, url)
	for _, sql := range fillTeamSQL {
		if _, err := db.Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		by int64
		e  flows.LoadTeam
	}{
		"district":           {chiefID, flows.LoadTeam{}},
		"district/emptiest":  {chiefID, flows.LoadTeam{View: flows.Emptiest, Page: 20}},
		"district/quiet":     {chiefID, flows.LoadTeam{View: flows.Quiet}},
		"constituency":       {adminID, flows.LoadTeam{Area: party.Area{AC: 55}}},
		"state":              {adminID, flows.LoadTeam{}},
		"state/quiet":        {adminID, flows.LoadTeam{View: flows.Quiet, Page: flows.TeamPages - 1}},
		"state/the last one": {adminID, flows.LoadTeam{View: flows.Emptiest, Page: flows.TeamPages - 1}},
	} {
		b.Run(name, func(b *testing.B) {
			took := percentiles(b, func() error {
				team, err := s.Team(b.Context(), actor(c.by, 1), c.e)
				if err == nil && len(team.List) != flows.HoldersAtOnce {
					b.Fatalf("%d are listed", len(team.List))
				}
				return err
			})
			b.ReportMetric(float64(took(99).Microseconds())/1000, "p99-ms")
		})
	}
	id := must(s.Team(b.Context(), actor(adminID, 1), flows.LoadTeam{}))(b).List[0].ID
	b.Run("one", func(b *testing.B) {
		took := percentiles(b, func() error { _, err := s.Holder(b.Context(), actor(chiefID, 1), id); return err })
		b.ReportMetric(float64(took(99).Microseconds())/1000, "p99-ms")
	})
}

// percentiles runs do for the benchmark, and tells how long a share of the runs
// took at most.
func percentiles(b *testing.B, do func() error) func(percent int) time.Duration {
	b.Helper()
	var times []time.Duration
	for b.Loop() {
		began := time.Now()
		if err := do(); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(began))
	}
	slices.Sort(times)
	return func(percent int) time.Duration { return times[(len(times)-1)*percent/100] }
}
