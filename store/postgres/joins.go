package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// Enrollers are told who joined by their code and how far that led. It is found
// out when the events are folded, in that transaction: a save knows nothing of
// it and waits for nobody, however many join by one code at once.

// joinsEvery is the least time between two notices of joins to one enroller.
// Whoever joins meanwhile is gathered in the next.
const joinsEvery = time.Minute

// credit is an active enroller of whose members something changed.
type credit struct {
	office, person   int64
	code             party.Code
	added, confirmed int
	milestone        int // the last one told
	name             party.Name
	station          *party.Station
}

// tellEnrollers keeps notices for the enrollers of the cells that were counted.
func (s *Store) tellEnrollers(ctx context.Context, tx pgx.Tx, touched cells) error {
	if len(touched.codes) == 0 {
		return nil
	}
	list, err := s.credits(ctx, tx, slices.Collect(maps.Keys(touched.codes)))
	if err != nil {
		return err
	}
	// In the order of offices, so that two who write them do not wait for each other.
	slices.SortFunc(list, func(a, b credit) int { return cmp.Compare(a.office, b.office) })
	if err := s.tellJoins(ctx, tx, list, touched.joins); err != nil {
		return err
	}
	for _, c := range list {
		if reached := flows.MilestoneAt(c.confirmed); reached > c.milestone {
			if err := s.tellMilestone(ctx, tx, c, reached); err != nil {
				return err
			}
		}
	}
	return nil
}

// credits reads the active enrollers who have these codes, with their counts.
func (s *Store) credits(ctx context.Context, tx pgx.Tx, codes []string) ([]credit, error) {
	rows, err := tx.Query(ctx, `
SELECT o.id, o.telegram_id, o.code, r.added, r.confirmed, o.milestone, o.name_sealed, o.seal_context,
	b.ac_no, b.part_no, b.letter, b.name_en, b.name_hi, v.label
FROM rollup_codes r JOIN offices o ON o.code = r.code AND o.office = 'enroller' AND o.status = 'active'
LEFT JOIN booth_versions v ON v.id = `+newest+`
LEFT JOIN booths b ON b.version_id = v.id AND b.ac_no = o.ac_no AND b.part_no = o.part_no AND b.letter = o.letter
WHERE r.code = ANY($1)`, codes)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (c credit, err error) {
		var name []byte
		var place pgtype.UUID
		var st stationRow
		err = row.Scan(&c.office, &c.person, &c.code, &c.added, &c.confirmed, &c.milestone, &name, &place,
			&st.ac, &st.part, &st.letter, &st.nameEN, &st.nameHI, &st.version)
		if err != nil {
			return c, err
		}
		c.station = st.station()
		c.name, err = s.unsealName(name, place)
		return c, err
	})
}

// A notice that waits already is due when it was; else the next one is, a minute
// after the last. told_at is when that is.
const joinsSQL = `
WITH new AS (SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bytea[], $4::uuid[]) AS n (office, count, body, context)),
timed AS (
	UPDATE offices o SET told_at = CASE WHEN o.told_at > now() THEN o.told_at ELSE greatest(now(), o.told_at + $5) END
	FROM new WHERE o.id = new.office RETURNING o.id, o.telegram_id, o.told_at)
INSERT INTO notices (telegram_id, kind, subject, count, body_sealed, seal_context, due_at, since)
SELECT t.telegram_id, 'joined', 'office ' || t.id, n.count, n.body, n.context, t.told_at, t.told_at
FROM new n JOIN timed t ON t.id = n.office ORDER BY t.id` + orMerge

func (s *Store) tellJoins(ctx context.Context, tx pgx.Tx, list []credit, joins map[string][]int64) error {
	names, err := s.shortNames(ctx, tx, joins)
	if err != nil {
		return err
	}
	var offices []int64
	var counts []int
	var bodies [][]byte
	var places []pgtype.UUID
	for _, c := range list {
		joined := joins[string(c.code)]
		if len(joined) == 0 {
			continue
		}
		n := flows.Notice{Kind: flows.NoticeJoined, Count: len(joined), Total: c.added}
		if len(joined) == 1 {
			n.Name = names[joined[0]]
		}
		raw, err := json.Marshal(n)
		if err != nil {
			return err
		}
		place := randomUUID()
		sealed, err := s.sealText(string(raw), place)
		if err != nil {
			return err
		}
		offices, counts = append(offices, c.office), append(counts, len(joined))
		bodies, places = append(bodies, sealed), append(places, pgtype.UUID{Bytes: place, Valid: true})
	}
	if len(offices) == 0 {
		return nil
	}
	_, err = tx.Exec(ctx, joinsSQL, offices, counts, bodies, places, joinsEvery)
	return err
}

// shortNames gives first names with an initial, of those who joined alone: more
// at once are only counted.
func (s *Store) shortNames(ctx context.Context, tx pgx.Tx, joins map[string][]int64) (map[int64]party.Name, error) {
	var alone []int64
	for _, joined := range joins {
		if len(joined) == 1 {
			alone = append(alone, joined[0])
		}
	}
	names := make(map[int64]party.Name, len(alone))
	if len(alone) == 0 {
		return names, nil
	}
	rows, err := tx.Query(ctx, `SELECT id, name_sealed, nonce FROM members WHERE id = ANY($1)`, alone)
	if err != nil {
		return nil, err
	}
	var id int64
	var sealed []byte
	var nonce pgtype.UUID
	_, err = pgx.ForEachRow(rows, []any{&id, &sealed, &nonce}, func() error {
		name, err := s.unsealName(sealed, nonce)
		names[id] = party.Name(name.Short())
		return err
	})
	return names, err
}

// tellMilestone tells of a milestone once, whatever the count does later.
func (s *Store) tellMilestone(ctx context.Context, tx pgx.Tx, c credit, reached int) error {
	n := flows.Notice{Kind: flows.NoticeMilestone, Name: c.name, Station: c.station, Total: reached}
	err := tx.QueryRow(ctx, `UPDATE offices SET milestone = $2 WHERE id = $1 RETURNING `+dayOf("now()"), c.office, reached).
		Scan(&n.On.Year, &n.On.Month, &n.On.Day)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, c.person, "office "+strconv.FormatInt(c.office, 10), 0, n)
}
