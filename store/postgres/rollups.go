package postgres

import (
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"sadasya/party"
)

// Roll-ups are folded from events. An event only says which cells to look at: a
// cell is counted anew from its rows, so that it cannot drift. Events are taken
// by deleting them and not by a watermark, since a lower id may be committed
// after a higher one. What is committed with an event is seen by the counting,
// whose snapshot is later than that of the taking; what is committed in between
// leaves its own event, and is counted again with it.

// eventsAtOnce bounds a transaction of folding to some hundred milliseconds.
const eventsAtOnce = 1000

// foldLock is held by whoever folds or rebuilds, to the end of the transaction:
// the next one sees what was written under it.
const foldLock = `hashtext('sadasya fold')`

// Fold counts anew what the events say, until none is left, and tells how many
// it took. One process at a time does it; another takes none. The first time in
// a database it counts everything.
func (s *Store) Fold(ctx context.Context) (taken int, err error) {
	built, err := s.rollupsBuilt(ctx)
	if err != nil {
		return 0, err
	}
	if !built {
		return 0, s.RebuildRollups(ctx)
	}
	for {
		n, err := s.foldSome(ctx)
		taken += n
		if err != nil || n < eventsAtOnce {
			return taken, wrap("fold events", err)
		}
	}
}

func (s *Store) rollupsBuilt(ctx context.Context) (built bool, err error) {
	err = s.queryRow(ctx, `SELECT EXISTS (SELECT FROM facts WHERE name = 'rollups')`, nil, &built)
	return built, wrap("look for roll-ups", err)
}

func (s *Store) foldSome(ctx context.Context) (taken int, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var mine bool
		if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock(`+foldLock+`)`).Scan(&mine); err != nil || !mine {
			return err
		}
		var touched cells
		if touched, taken, err = takeEvents(ctx, tx); err != nil {
			return err
		}
		if err := touched.recount(ctx, tx); err != nil {
			return err
		}
		return s.tellEnrollers(ctx, tx, touched)
	})
	if err != nil {
		return 0, err // all of it was undone
	}
	return taken, nil
}

// OFFSET 0 keeps the planner from joining by anything but the key.
const takeSQL = `
WITH taken AS (
	DELETE FROM events WHERE id IN (SELECT id FROM events ORDER BY id LIMIT $1)
	RETURNING kind, member_id, ac_no, part_no, letter, code)
SELECT coalesce(t.ac_no, 0), coalesce(t.part_no, 0), coalesce(t.letter, ''), coalesce(t.code, ''),
	coalesce(m.ac_no, 0), coalesce(m.part_no, 0), coalesce(m.letter, ''), coalesce(m.enroller_code, ''),
	(m.confirmed_at AT TIME ZONE 'Asia/Kolkata')::date::text, t.kind <> 'saved', m.said,
	t.member_id, t.kind = 'saved' AND m.via <> 'assisted'
FROM taken t, LATERAL (
	SELECT ac_no, part_no, letter, enroller_code, confirmed_at, via, coalesce(gender, social) IS NOT NULL AS said
	FROM members WHERE id = t.member_id OFFSET 0) m`

// takeEvents deletes the oldest events and gives the cells that they touched:
// those where their members were, and those where they are.
func takeEvents(ctx context.Context, tx pgx.Tx) (touched cells, taken int, err error) {
	rows, err := tx.Query(ctx, takeSQL, eventsAtOnce)
	if err != nil {
		return touched, 0, err
	}
	touched = newCells()
	var was, is party.Booth
	var code, credited, day string
	var before, said bool // the row was there before; who it is of says something of themselves
	var member int64
	var joined bool // of their own accord, which the enroller did not see
	_, err = pgx.ForEachRow(rows, []any{
		&was.AC, &was.Part, &was.Letter, &code, &is.AC, &is.Part, &is.Letter, &credited, &day, &before, &said, &member, &joined,
	}, func() error {
		taken++
		if joined && credited != "" {
			touched.joins[credited] = append(touched.joins[credited], member)
		}
		touched.add(is, credited, day, before || said)
		if before {
			touched.add(was, code, day, true)
		}
		return nil
	})
	return touched, taken, err
}

// cells are those to be counted anew. Constituency 0 stands for a booth that is
// pending, and for one before that was not named: counted once too often.
type cells struct {
	booths map[party.Booth]bool
	codes  map[string]bool
	days   map[acDay]bool
	acs    map[int]bool       // of what members chose to say
	joins  map[string][]int64 // by code, the members who joined by it
}

type acDay struct {
	ac  int
	day string // 2006-01-02, in Asia/Kolkata
}

func newCells() cells {
	return cells{booths: map[party.Booth]bool{}, codes: map[string]bool{}, days: map[acDay]bool{}, acs: map[int]bool{}, joins: map[string][]int64{}}
}

func (c cells) add(b party.Booth, code, day string, said bool) {
	c.booths[b], c.codes[code], c.days[acDay{b.AC, day}] = true, true, true
	if said {
		c.acs[b.AC] = true
	}
}

// figures are counted of rows m everywhere in the same way.
const figures = `count(*) FILTER (WHERE m.counts >= 1) AS added, count(*) FILTER (WHERE m.counts = 2) AS confirmed`

// standing counts rows m by how they stand, where they are not confirmed.
const standing = `count(*) FILTER (WHERE m.status = 'review') AS review, count(*) FILTER (WHERE m.status = 'frozen') AS frozen,
	count(*) FILTER (WHERE m.status = 'refused') AS refused, count(*) FILTER (WHERE m.status = 'withdrawn') AS withdrawn`

// daySpan limits rows m to a day in Asia/Kolkata.
const daySpan = `m.confirmed_at >= c.day::timestamp AT TIME ZONE 'Asia/Kolkata'
	AND m.confirmed_at < (c.day + 1)::timestamp AT TIME ZONE 'Asia/Kolkata'`

const (
	recountBoothsSQL = `
INSERT INTO rollup_booths AS r (ac_no, part_no, letter, added, confirmed)
SELECT c.ac_no, c.part_no, c.letter, n.added, n.confirmed
FROM unnest($1::smallint[], $2::smallint[], $3::text[]) AS c (ac_no, part_no, letter), LATERAL (
	SELECT ` + figures + ` FROM members m WHERE m.ac_no = c.ac_no AND m.part_no = c.part_no AND m.letter = c.letter) n
WHERE c.ac_no <> 0
ON CONFLICT (ac_no, part_no, letter) DO UPDATE SET added = excluded.added, confirmed = excluded.confirmed
WHERE (r.added, r.confirmed) <> (excluded.added, excluded.confirmed)`

	recountCodesSQL = `
INSERT INTO rollup_codes AS r (code, added, confirmed, last_at)
SELECT c.code, n.added, n.confirmed, n.last_at
FROM unnest($1::text[]) AS c (code), LATERAL (
	SELECT ` + figures + `, coalesce(max(m.confirmed_at) FILTER (WHERE m.counts >= 1), 'epoch') AS last_at
	FROM members m WHERE m.enroller_code = c.code) n
WHERE c.code <> ''
ON CONFLICT (code) DO UPDATE SET added = excluded.added, confirmed = excluded.confirmed, last_at = excluded.last_at
WHERE (r.added, r.confirmed, r.last_at) <> (excluded.added, excluded.confirmed, excluded.last_at)`

	recountDaysSQL = `
INSERT INTO rollup_days AS r (ac_no, day, added, confirmed, review, frozen, refused, withdrawn)
SELECT c.ac_no, c.day, n.added, n.confirmed, n.review, n.frozen, n.refused, n.withdrawn
FROM unnest($1::smallint[], $2::text[]::date[]) AS c (ac_no, day), LATERAL (
	SELECT ` + figures + `, ` + standing + ` FROM members m WHERE m.ac_no = c.ac_no AND ` + daySpan + `) n
WHERE c.ac_no <> 0
UNION ALL
SELECT c.ac_no, c.day, n.added, n.confirmed, n.review, n.frozen, n.refused, n.withdrawn
FROM unnest($1::smallint[], $2::text[]::date[]) AS c (ac_no, day), LATERAL (
	SELECT ` + figures + `, ` + standing + ` FROM members m WHERE m.ac_no IS NULL AND ` + daySpan + `) n
WHERE c.ac_no = 0
ON CONFLICT (ac_no, day) DO UPDATE SET added = excluded.added, confirmed = excluded.confirmed,
	review = excluded.review, frozen = excluded.frozen, refused = excluded.refused, withdrawn = excluded.withdrawn
WHERE (r.added, r.confirmed, r.review, r.frozen, r.refused, r.withdrawn) <>
	(excluded.added, excluded.confirmed, excluded.review, excluded.frozen, excluded.refused, excluded.withdrawn)`

	// Those pending may be hundreds of thousands: they are summed from their days.
	recountPendingSQL = `
INSERT INTO rollup_booths AS r (ac_no, part_no, letter, added, confirmed)
SELECT 0, 0, '', coalesce(sum(added), 0), coalesce(sum(confirmed), 0) FROM rollup_days WHERE ac_no = 0
ON CONFLICT (ac_no, part_no, letter) DO UPDATE SET added = excluded.added, confirmed = excluded.confirmed
WHERE (r.added, r.confirmed) <> (excluded.added, excluded.confirmed)`

	saidSQL = `
SELECT coalesce(m.ac_no, 0), s.what, count(*)
FROM members m, unnest(ARRAY[m.gender, m.social]) AS s (what)
WHERE (m.gender IS NOT NULL OR m.social IS NOT NULL) AND m.counts >= 1 AND s.what IS NOT NULL`
)

// recount counts the cells from the rows as they are now.
func (c cells) recount(ctx context.Context, tx pgx.Tx) error {
	var acs, parts []int
	var letters []string
	for b := range c.booths {
		acs, parts, letters = append(acs, b.AC), append(parts, b.Part), append(letters, b.Letter)
	}
	if _, err := tx.Exec(ctx, recountBoothsSQL, acs, parts, letters); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, recountCodesSQL, slices.Collect(maps.Keys(c.codes))); err != nil {
		return err
	}
	var days []string
	acs = nil
	for d := range c.days {
		acs, days = append(acs, d.ac), append(days, d.day)
	}
	if _, err := tx.Exec(ctx, recountDaysSQL, acs, days); err != nil {
		return err
	}
	if c.booths[party.Booth{}] {
		if _, err := tx.Exec(ctx, recountPendingSQL); err != nil {
			return err
		}
	}
	return c.recountSaid(ctx, tx)
}

func (c cells) recountSaid(ctx context.Context, tx pgx.Tx) error {
	if len(c.acs) == 0 {
		return nil
	}
	acs := slices.Collect(maps.Keys(c.acs))
	if _, err := tx.Exec(ctx, `DELETE FROM rollup_said WHERE ac_no = ANY($1)`, acs); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO rollup_said `+saidSQL+` AND m.ac_no = ANY($1) GROUP BY m.ac_no, s.what`, acs)
	if err == nil && c.acs[0] {
		_, err = tx.Exec(ctx, `INSERT INTO rollup_said `+saidSQL+` AND m.ac_no IS NULL GROUP BY m.ac_no, s.what`)
	}
	return err
}

// RebuildRollups counts everything anew: for a database that has rows of before
// there were roll-ups. It reads all members once a roll-up, and waits for
// whoever folds. Of who joined within the last minute enrollers are told: in a
// new database the first may come before this.
func (s *Store) RebuildRollups(ctx context.Context) error {
	return wrap("count everything", pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(`+foldLock+`)`); err != nil {
			return err
		}
		recent, err := dropEvents(ctx, tx)
		if err != nil {
			return err
		}
		for _, sql := range []string{
			`DELETE FROM rollup_booths`, `DELETE FROM rollup_codes`, `DELETE FROM rollup_days`, `DELETE FROM rollup_said`,
			`INSERT INTO rollup_booths SELECT coalesce(ac_no, 0), coalesce(part_no, 0), coalesce(letter, ''), ` + figures + ` FROM members m GROUP BY 1, 2, 3`,
			`INSERT INTO rollup_codes SELECT enroller_code, ` + figures + `, coalesce(max(confirmed_at) FILTER (WHERE counts >= 1), 'epoch')
				FROM members m WHERE enroller_code IS NOT NULL GROUP BY 1`,
			`INSERT INTO rollup_days SELECT coalesce(ac_no, 0), (confirmed_at AT TIME ZONE 'Asia/Kolkata')::date, ` + figures + `, ` + standing + ` FROM members m GROUP BY 1, 2`,
			`INSERT INTO rollup_said ` + saidSQL + ` GROUP BY 1, 2`,
			`INSERT INTO facts VALUES ('rollups', '1') ON CONFLICT (name) DO NOTHING`,
		} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return s.tellEnrollers(ctx, tx, recent)
	}))
}

// dropEvents deletes all events and gives who has just joined.
func dropEvents(ctx context.Context, tx pgx.Tx) (recent cells, err error) {
	recent = newCells()
	rows, err := tx.Query(ctx, `
WITH taken AS (DELETE FROM events RETURNING kind, member_id, at)
SELECT m.enroller_code, m.id FROM taken t JOIN members m ON m.id = t.member_id
WHERE t.kind = 'saved' AND t.at > now() - interval '1 minute' AND m.via <> 'assisted' AND m.enroller_code IS NOT NULL`)
	if err != nil {
		return recent, err
	}
	var code string
	var member int64
	_, err = pgx.ForEachRow(rows, []any{&code, &member}, func() error {
		recent.codes[code], recent.joins[code] = true, append(recent.joins[code], member)
		return nil
	})
	return recent, err
}
