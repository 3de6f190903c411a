package postgres

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
)

// gapsLookedAt is how many booths are looked at closely: of those that lack the
// most, those with the most members.
const gapsLookedAt = 12

// Candidates first, by what is at hand of every booth; only of those what stands
// around them: who is in the same building, and who is the nearest outside it.
// Distances are of flat degrees, east ones shortened: within one constituency
// that orders well enough.
const gapsSQL = `
WITH at AS (
	SELECT o.ac_no, o.part_no, o.letter, count(*) AS n, count(*) FILTER (WHERE o.gender = 'woman') AS women, array_agg(o.code) AS codes
	FROM offices o WHERE ` + activeEnrollers + ` AND o.ac_no = ANY($1) GROUP BY 1, 2, 3),
gaps AS (
	SELECT b.*, coalesce(at.n, 0) AS n, coalesce(r.added, 0) AS added
	FROM booths b LEFT JOIN at USING (ac_no, part_no, letter) LEFT JOIN rollup_booths r USING (ac_no, part_no, letter)
	WHERE b.version_id = ` + newest + ` AND b.ac_no = ANY($1) AND (at.n IS NULL OR at.women < $2)
	ORDER BY (at.n IS NULL) DESC, coalesce(r.added, 0) DESC, b.ac_no, b.part_no, b.letter LIMIT $3)
SELECT b.ac_no, b.part_no, b.letter, b.name_en, b.name_hi, coalesce(b.lat, 0), coalesce(b.lon, 0), v.label, b.n, b.added,
	coalesce(building.n, 0), CASE WHEN near.codes IS NULL THEN 'nobody' WHEN EXISTS (
		SELECT FROM rollup_codes c WHERE c.code = ANY(near.codes) AND c.added > 0 AND c.last_at > now() - make_interval(days => $4)
	) THEN 'busy' ELSE 'quiet' END
FROM gaps b JOIN booth_versions v ON v.id = b.version_id
LEFT JOIN LATERAL (SELECT p.booths FROM places p
	WHERE p.version_id = b.version_id AND p.ac_no = b.ac_no AND b.part_no || b.letter = ANY(p.booths) LIMIT 1) place ON true
LEFT JOIN LATERAL (SELECT sum(at.n) AS n FROM at
	WHERE at.ac_no = b.ac_no AND at.part_no || at.letter = ANY(place.booths) AND (at.part_no, at.letter) <> (b.part_no, b.letter)) building ON true
LEFT JOIN LATERAL (SELECT at.codes FROM at JOIN booths o ON o.version_id = b.version_id AND (o.ac_no, o.part_no, o.letter) = (at.ac_no, at.part_no, at.letter)
	WHERE at.ac_no = b.ac_no AND (at.part_no, at.letter) <> (b.part_no, b.letter) AND NOT coalesce(at.part_no || at.letter = ANY(place.booths), false)
	ORDER BY (o.lat - b.lat) ^ 2 + ((o.lon - b.lon) * 0.89) ^ 2 NULLS LAST, at.part_no, at.letter LIMIT 1) near ON true`

// gaps gives the booths to be filled first.
func (s *Store) gaps(ctx context.Context, acs []int, women int) ([]party.Gap, error) {
	rows, err := s.pool.Query(ctx, gapsSQL, acs, women, gapsLookedAt, party.QuietDays)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (g party.Gap, err error) {
		st := &g.Station
		err = row.Scan(&st.Booth.AC, &st.Booth.Part, &st.Booth.Letter, &st.NameEN, &st.NameHI, &st.Lat, &st.Lon, &st.Version,
			&g.Enrollers, &g.Members, &g.Building, &g.Near)
		return g, err
	})
	slices.SortFunc(list, party.CompareGaps)
	return list[:min(len(list), flows.FillToday)], err
}
