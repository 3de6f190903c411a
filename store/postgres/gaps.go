package postgres

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
)

// gapsLookedAt is how many booths are looked at closely: of those that lack the
// most, those with the most members.
const gapsLookedAt = 12

// Candidates first, a kind after the other and no more than are wanted: booths
// without an enroller where people have joined, the most first;
// those where nobody has; those with too few women. Only of the candidates it is
// read what stands around them: who is in the same building, and who is the
// nearest outside it. Distances are of flat degrees, east ones shortened: within
// one constituency that orders well enough. {r}, {b} and {o} limit them to the
// constituencies in $1.
const gapsSQL = `
WITH listed AS (SELECT ` + newest + ` AS id),
gaps AS MATERIALIZED (
	(SELECT r.ac_no, r.part_no, r.letter, 0 AS n, r.added FROM (
			SELECT * FROM rollup_booths r WHERE r.added > 0 AND {r} AND NOT EXISTS (
				SELECT FROM offices o WHERE ` + activeEnrollers + ` AND (o.ac_no, o.part_no, o.letter) = (r.ac_no, r.part_no, r.letter)) OFFSET 0) r
		JOIN booths b ON (b.version_id, b.ac_no, b.part_no, b.letter) = ((SELECT id FROM listed), r.ac_no, r.part_no, r.letter)
		ORDER BY r.added DESC, r.ac_no, r.part_no, r.letter LIMIT $3)
	UNION ALL
	(SELECT b.ac_no, b.part_no, b.letter, 0, 0 FROM booths b
		WHERE b.version_id = (SELECT id FROM listed) AND {b}
		AND NOT EXISTS (SELECT FROM offices o WHERE ` + activeEnrollers + ` AND (o.ac_no, o.part_no, o.letter) = (b.ac_no, b.part_no, b.letter))
		AND NOT EXISTS (SELECT FROM rollup_booths r WHERE (r.ac_no, r.part_no, r.letter) = (b.ac_no, b.part_no, b.letter) AND r.added > 0)
		ORDER BY b.ac_no, b.part_no, b.letter LIMIT $3)
	UNION ALL
	(SELECT b.ac_no, b.part_no, b.letter, o.n, coalesce(r.added, 0) FROM (
			SELECT o.ac_no, o.part_no, o.letter, count(*) AS n FROM offices o WHERE ` + activeEnrollers + ` AND {o}
			GROUP BY 1, 2, 3 HAVING count(*) FILTER (WHERE o.gender = 'woman') < $2) o
		JOIN booths b ON (b.version_id, b.ac_no, b.part_no, b.letter) = ((SELECT id FROM listed), o.ac_no, o.part_no, o.letter)
		LEFT JOIN rollup_booths r ON (r.ac_no, r.part_no, r.letter) = (b.ac_no, b.part_no, b.letter)
		ORDER BY coalesce(r.added, 0) DESC, b.ac_no, b.part_no, b.letter LIMIT $3)
	LIMIT $3)
SELECT b.ac_no, b.part_no, b.letter, b.name_en, b.name_hi, coalesce(b.lat, 0), coalesce(b.lon, 0), v.label, g.n, g.added,
	coalesce(building.n, 0), CASE WHEN near.codes IS NULL THEN 'nobody' WHEN EXISTS (
		SELECT FROM rollup_codes c WHERE c.code = ANY(near.codes) AND c.added > 0 AND c.last_at > now() - make_interval(days => $4)
	) THEN 'busy' ELSE 'quiet' END
FROM gaps g JOIN booths b ON (b.version_id, b.ac_no, b.part_no, b.letter) = ((SELECT id FROM listed), g.ac_no, g.part_no, g.letter)
JOIN booth_versions v ON v.id = b.version_id
LEFT JOIN LATERAL (SELECT p.booths FROM places p
	WHERE p.version_id = b.version_id AND p.ac_no = b.ac_no AND b.part_no || b.letter = ANY(p.booths) LIMIT 1) place ON true
LEFT JOIN LATERAL (SELECT count(*) AS n FROM offices o WHERE ` + activeEnrollers + ` AND o.ac_no = b.ac_no
	AND o.part_no || o.letter = ANY(place.booths) AND (o.part_no, o.letter) <> (b.part_no, b.letter)) building ON true
LEFT JOIN LATERAL (SELECT array_agg(o.code) AS codes FROM offices o WHERE ` + activeEnrollers + ` AND (o.ac_no, o.part_no, o.letter) = (
	SELECT o.ac_no, o.part_no, o.letter FROM offices o
	JOIN booths at ON (at.version_id, at.ac_no, at.part_no, at.letter) = (b.version_id, o.ac_no, o.part_no, o.letter)
	WHERE ` + activeEnrollers + ` AND o.ac_no = b.ac_no AND (o.part_no, o.letter) <> (b.part_no, b.letter)
	AND NOT coalesce(o.part_no || o.letter = ANY(place.booths), false)
	ORDER BY (at.lat - b.lat) ^ 2 + ((at.lon - b.lon) * 0.89) ^ 2 NULLS LAST, o.part_no, o.letter LIMIT 1)) near ON true`

// gaps gives the booths to be filled first.
func (s *Store) gaps(ctx context.Context, acs []int, women int) ([]party.Gap, error) {
	sql := strings.NewReplacer("{r}", s.among("r.ac_no", acs), "{b}", s.among("b.ac_no", acs), "{o}", s.among("o.ac_no", acs)).Replace(gapsSQL)
	rows, err := s.pool.Query(ctx, sql, acs, women, gapsLookedAt, party.QuietDays)
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
