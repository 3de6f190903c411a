package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// What waits for a reviewer: entries in review in the constituencies of their
// offices, and with an admin all of them. One whose booth is pending lies where
// the booth of the credited enroller lies; with nobody credited it is the
// admins'. Nobody is shown what they enrolled, nor an entry whose number is held
// by one that they enrolled. $1 is the reviewer, $2 their constituencies, $3
// whether they are an admin.

// notOwnSQL keeps out what the reviewer had a hand in.
const notOwnSQL = `m.telegram_id <> $1 AND m.recorded_by <> $1
	AND NOT coalesce(m.enroller_code = ANY (ARRAY(SELECT code FROM offices WHERE telegram_id = $1)), false)`

// notHeldSQL keeps out entries that dispute the number of one of the reviewer's.
const notHeldSQL = `m.voter_id_index NOT IN (
	SELECT voter_id_index FROM members WHERE telegram_id = $1 AND status IN ('confirmed', 'frozen')
	UNION ALL SELECT voter_id_index FROM members WHERE via = 'assisted' AND recorded_by = $1 AND status IN ('confirmed', 'frozen')
	UNION ALL SELECT h.voter_id_index FROM offices o JOIN members h ON h.enroller_code = o.code AND h.status IN ('confirmed', 'frozen') WHERE o.telegram_id = $1)`

// pendingSQL are the entries without a booth that are the reviewer's.
const pendingSQL = `m.ac_no IS NULL AND ($3 OR m.enroller_code IN (SELECT code FROM offices WHERE office = 'enroller' AND ac_no = ANY ($2)))`

const waitsSQL = `m.status = 'review' AND ` + notOwnSQL + ` AND ` + notHeldSQL

// callableSQL are those who are to be called today. Only who agreed to nothing
// yet: a claim takes them off.
const callableSQL = `m.call_due AND m.call_result IS NULL AND m.claimed_at IS NULL AND m.status IN ('confirmed', 'review')
	AND coalesce(m.call_after <= now(), true) AND ` + notOwnSQL

// Each constituency is read along its own stretch of the index, and so is what is
// pending.
const reviewDeskSQL = `
WITH all_of AS (
	SELECT m.reasons, m.confirmed_at, ` + notOwnSQL + ` AS fair, ` + notHeldSQL + ` AS free
	FROM unnest($2::int[]) AS a (ac) JOIN members m ON m.ac_no = a.ac WHERE m.status = 'review'
	UNION ALL SELECT m.reasons, m.confirmed_at, ` + notOwnSQL + `, ` + notHeldSQL + ` FROM members m WHERE m.status = 'review' AND ` + pendingSQL + `),
waits AS (SELECT * FROM all_of WHERE fair AND free),
due AS (
	SELECT FROM unnest($2::int[]) AS a (ac) JOIN members m ON m.ac_no = a.ac WHERE ` + callableSQL + `
	UNION ALL SELECT FROM members m WHERE ` + pendingSQL + ` AND ` + callableSQL + `)
SELECT '' AS doubt, count(*), count(*) FILTER (WHERE confirmed_at < now() - make_interval(days => $4)),
	(SELECT count(*) FROM all_of WHERE NOT fair), (SELECT count(*) FROM due) FROM waits
UNION ALL SELECT doubt, count(*), 0, 0, 0 FROM waits, unnest(reasons) AS doubt GROUP BY doubt`

// reach is where a person reviews.
type reach struct {
	acs   []int
	admin bool
}

// reviewer gives where a person reviews; nowhere without an office for it.
func (s *Store) reviewer(ctx context.Context, person int64) (r reach, err error) {
	posts, err := s.posts(ctx, person)
	for _, h := range posts {
		switch h.Post.Office {
		case party.Admin:
			return reach{acs: s.acsOf(party.Area{}), admin: true}, nil
		case party.Chief:
			r.acs = append(r.acs, s.acsOf(h.Post.Area)...)
		}
	}
	return r, err
}

func (r reach) nowhere() bool { return len(r.acs) == 0 }

// ReviewDesk counts what waits for a person.
func (s *Store) ReviewDesk(ctx context.Context, a flows.Actor) (out flows.ReviewDesk, err error) {
	r, err := s.reviewer(ctx, a.Person)
	if err != nil || r.nowhere() {
		return out, err
	}
	out.Power = true
	counts := map[party.Doubt]int{}
	err = s.again(func() error {
		rows, err := s.pool.Query(ctx, reviewDeskSQL, a.Person, r.acs, r.admin, s.o.ReviewDays)
		if err != nil {
			return err
		}
		var doubt party.Doubt
		var n, late, own, due int
		_, err = pgx.ForEachRow(rows, []any{&doubt, &n, &late, &own, &due}, func() error {
			if doubt == "" {
				out.Waiting, out.Late, out.Own, out.Calls = n, late, own, due
			}
			counts[doubt] = n
			return nil
		})
		return err
	})
	for _, doubt := range party.Doubts() {
		if n := counts[doubt]; n > 0 {
			out.Doubts = append(out.Doubts, flows.DoubtCount{Doubt: doubt, Count: n})
		}
	}
	return out, wrap("count what waits in review", err)
}

// pickSQL finds the oldest row m after row $4 that is the reviewer's: the oldest
// of each constituency, and the oldest of those.
func pickSQL(where string) string {
	after := ` AND (m.confirmed_at, m.id) > (c.confirmed_at, c.id) AND ` + where + ` ORDER BY m.confirmed_at, m.id LIMIT 1`
	return `
WITH c AS (SELECT confirmed_at, id FROM members WHERE id = $4 UNION ALL SELECT '-infinity', 0 WHERE $4 = 0),
pick AS (
	SELECT p.id FROM c, LATERAL (
		SELECT x.confirmed_at, x.id FROM unnest($2::int[]) AS a (ac), LATERAL (SELECT m.confirmed_at, m.id FROM members m WHERE m.ac_no = a.ac` + after + `) x
		UNION ALL (SELECT m.confirmed_at, m.id FROM members m WHERE ` + pendingSQL + after + `)) p
	ORDER BY p.confirmed_at, p.id LIMIT 1)`
}

// entrySQL reads one row as a reviewer sees it: of whom else holds the number
// nothing but the day.
func entrySQL(id, promisedDays string) string {
	return `
SELECT m.id, m.nonce, m.name_sealed, m.voter_id_sealed, b.ac_no, b.part_no, b.letter, b.name_en, b.name_hi, v.label,
	m.via, m.reasons, o.name_sealed, o.seal_context, coalesce((h.confirmed_at AT TIME ZONE 'Asia/Kolkata')::date::text, ''),
	extract(day FROM now() - m.confirmed_at)::int, m.confirmed_at < now() - make_interval(days => ` + promisedDays + `)
FROM members m
LEFT JOIN booth_versions v ON v.id = m.booth_version_id
LEFT JOIN booths b ON b.version_id = m.booth_version_id AND b.ac_no = m.ac_no AND b.part_no = m.part_no AND b.letter = m.letter
LEFT JOIN offices o ON o.code = m.enroller_code
LEFT JOIN LATERAL (
	(SELECT confirmed_at FROM members WHERE voter_id_index = m.voter_id_index AND status = 'confirmed' AND id <> m.id LIMIT 1)
	UNION ALL (SELECT confirmed_at FROM members WHERE voter_id_index = m.voter_id_index AND status = 'frozen' AND id <> m.id ORDER BY id LIMIT 1)
	LIMIT 1) h ON true
WHERE m.id = ` + id
}

// Doubtful gives the oldest entry after another one, its number masked. Without
// an ID there is none.
func (s *Store) Doubtful(ctx context.Context, a flows.Actor, e flows.LoadDoubtful) (out flows.Doubtful, err error) {
	r, err := s.reviewer(ctx, a.Person)
	if err != nil || r.nowhere() {
		return out, err
	}
	sql := pickSQL(waitsSQL+` AND ($5 = '' OR $5 = ANY (m.reasons))`) + entrySQL(`(SELECT id FROM pick)`, `$6`)
	out, err = s.entry(ctx, s.pool, sql, a.Person, r.acs, r.admin, e.After, string(e.Doubt), s.o.ReviewDays)
	out.VoterID = party.VoterID{}
	return out, ignore(wrap("look for an entry in review", err), party.ErrNotFound)
}

// ShowVoterID gives an entry in review with its number in full, to whom it is to
// decide, and audits that they saw it. Without an ID it is not theirs.
func (s *Store) ShowVoterID(ctx context.Context, a flows.Actor, id int64) (out flows.Doubtful, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		c, err := s.lockCase(ctx, tx, a, id)
		if err != nil || c.by.ID == 0 || c.own || c.status != party.Review {
			return err
		}
		if out, err = s.entry(ctx, tx, entrySQL(`$1`, `$2`), id, s.o.ReviewDays); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, auditLookSQL, a.Person, a.Update, "number-shown", id)
		return err
	})
	return out, ignore(wrap("show a number", err), party.ErrNotFound)
}

// entry reads what entrySQL gives.
func (s *Store) entry(ctx context.Context, q rowQuerier, sql string, args ...any) (e flows.Doubtful, err error) {
	var nonce, place pgtype.UUID
	var name, epic, enroller []byte
	var st stationRow
	var doubts []string
	var other string
	err = q.QueryRow(ctx, sql, args...).Scan(&e.ID, &nonce, &name, &epic, &st.ac, &st.part, &st.letter, &st.nameEN, &st.nameHI, &st.version,
		&e.Via, &doubts, &enroller, &place, &other, &e.Days, &e.Late)
	if err != nil {
		return flows.Doubtful{}, err
	}
	e.Station = st.station()
	for _, d := range doubts {
		e.Doubts = append(e.Doubts, party.Doubt(d))
	}
	if err = e.Other.UnmarshalText([]byte(other)); err != nil {
		return flows.Doubtful{}, err
	}
	if e.Name, err = s.unsealName(name, nonce); err != nil {
		return flows.Doubtful{}, err
	}
	number, err := s.unsealText(epic, nonce.Bytes)
	if err != nil {
		return flows.Doubtful{}, err
	}
	e.VoterID = storedVoterID(number)
	e.Masked = e.VoterID.Masked()
	e.Enroller, err = s.unsealName(enroller, place)
	return e, err
}
