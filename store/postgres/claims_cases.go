package postgres

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// Cases: what assisted people bring before an admin who has nothing to do with
// the place, and what is decided. Who that is stands in claims_deciders.go.

// Cases gives one of the open cases that a person may decide, the oldest first,
// and how many there are.
func (s *Store) Cases(ctx context.Context, a flows.Actor, at int) (out flows.Cases, err error) {
	offices, err := s.posts(ctx, a.Person)
	if err != nil {
		return out, err
	}
	if len(offices) == 0 || offices[0].Post.Office != party.Admin {
		return out, wrap("note a refusal", refuse(ctx, s.pool, a, "cases", flows.Sound))
	}
	out.Power = true
	var open []openCase
	err = s.again(func() error { open, err = openCases(ctx, s.pool); return err })
	if err != nil {
		return out, wrap("list cases", err)
	}
	admins, err := s.admins(ctx)
	if err != nil {
		return out, err
	}
	var mine []int64
	for _, c := range open {
		if s.decider(a.Person, admins, c.ground) != 0 {
			mine = append(mine, c.id)
		}
	}
	if out.Count = len(mine); out.Count == 0 {
		return out, nil
	}
	out.At = max(0, min(at, out.Count-1))
	c, err := s.readCase(ctx, mine[out.At])
	out.Case = &c
	return out, ignore(err, party.ErrNotFound)
}

type openCase struct {
	id     int64
	waits  bool // nobody may decide it, so nobody has been told
	ground ground
}

// casesAtOnce bounds how many open cases are looked through.
const casesAtOnce = 1000

func openCases(ctx context.Context, q querier) ([]openCase, error) {
	rows, err := q.Query(ctx, `SELECT c.id, c.waits, c.telegram_id, `+groundColumns+`
FROM cases c JOIN members m ON m.id = c.member_id LEFT JOIN offices o ON o.code = m.enroller_code
WHERE c.decision IS NULL ORDER BY c.id LIMIT $1`, casesAtOnce)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (c openCase, err error) {
		var r groundRow
		var brought int64
		err = row.Scan(append([]any{&c.id, &c.waits, &brought}, r.fields()...)...)
		c.ground = r.ground(brought)
		return c, err
	})
}

// readCase gives what an admin decides from.
func (s *Store) readCase(ctx context.Context, id int64) (c flows.Case, err error) {
	var name []byte
	var place pgtype.UUID
	var st stationRow
	err = s.queryRow(ctx, `
SELECT c.id, c.kind, m.number, `+dayOf("c.opened_at")+`, b.ac_no, b.part_no, b.letter, b.name_en, b.name_hi, v.label, o.name_sealed, o.seal_context,
	(SELECT count(*) FROM members WHERE via = 'assisted' AND recorded_by = m.recorded_by),
	(SELECT count(DISTINCT x.member_id) FROM cases x JOIN members y ON y.id = x.member_id WHERE x.kind = 'unasked' AND y.recorded_by = m.recorded_by)
FROM cases c JOIN members m ON m.id = c.member_id
LEFT JOIN booth_versions v ON v.id = m.booth_version_id
LEFT JOIN booths b ON b.version_id = m.booth_version_id AND b.ac_no = m.ac_no AND b.part_no = m.part_no AND b.letter = m.letter
LEFT JOIN offices o ON o.code = m.enroller_code
WHERE c.id = $1`, []any{id}, &c.ID, &c.Kind, &c.Number, &c.On.Year, &c.On.Month, &c.On.Day,
		&st.ac, &st.part, &st.letter, &st.nameEN, &st.nameHI, &st.version, &name, &place, &c.Recorded, &c.Complaints)
	if err != nil {
		return c, wrap("read a case", err)
	}
	c.Station = st.station()
	c.By, err = s.unsealName(name, place)
	return c, err
}

// DecideCase lets the record stand or puts it out, and tells who brought it.
// Without a number it was not the person's to decide, or decided before. No
// figure that is held moves before Monday.
func (s *Store) DecideCase(ctx context.Context, a flows.Actor, e flows.DecideCase) (out flows.CaseDecided, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = s.racing(ctx, func(tx pgx.Tx) error {
		out = flows.CaseDecided{}
		var d decision
		// The record first, then its case: the order of everyone who locks both.
		err := tx.QueryRow(ctx, `SELECT m.id FROM members m JOIN cases c ON c.member_id = m.id WHERE c.id = $1 FOR UPDATE OF m`, e.ID).Scan(&d.member)
		if err != nil {
			return err
		}
		err = tx.QueryRow(ctx, `SELECT telegram_id, was, kind FROM cases WHERE id = $1 AND decision IS NULL FOR UPDATE`, e.ID).Scan(&d.brought, &d.was, &d.kind)
		if err != nil {
			return err
		}
		g, err := readGround(ctx, tx, d.member, d.brought)
		if err != nil {
			return err
		}
		admins, err := adminsIn(ctx, tx)
		if err != nil {
			return err
		}
		if d.office = s.decider(a.Person, admins, g); d.office == 0 {
			return nil
		}
		return s.decideCase(ctx, tx, a, e, d, &out)
	})
	return out, ignore(wrap("decide a case", err), party.ErrNotFound)
}

type decision struct {
	office, member, brought int64
	was                     string // the record's status before
	kind                    flows.CaseKind
}

func (s *Store) decideCase(ctx context.Context, tx pgx.Tx, a flows.Actor, e flows.DecideCase, d decision, out *flows.CaseDecided) error {
	word, sql := "refused", putOutSQL
	if e.Stands {
		word, sql = "stands", standSQL
	}
	if _, err := tx.Exec(ctx, sql, d.member, a.Update, d.office, d.was, string(d.kind)); err != nil {
		return err
	}
	err := tx.QueryRow(ctx, `
WITH done AS (UPDATE cases SET decision = $2, decided_by = $3, decided_at = now() WHERE id = $1),
audited AS (INSERT INTO audit (actor, action, object, reason) VALUES ($4, 'case-decided', 'case ' || $1::bigint, $2))
SELECT number FROM members WHERE id = $5`, e.ID, word, d.office, a.Person, d.member).Scan(&out.Number)
	if err != nil {
		return err
	}
	out.Stands = e.Stands
	return s.tell(ctx, tx, d.brought, "case "+strconv.FormatInt(e.ID, 10), 0, flows.Notice{Kind: flows.NoticeDecided, Reason: word})
}

// standSQL gives a frozen record back the status that it had. Where the person
// enrolled themselves meanwhile, theirs outranks it.
const standSQL = `
WITH other AS (SELECT EXISTS (SELECT FROM members o, members m WHERE m.id = $1 AND o.id <> m.id
	AND o.voter_id_index = m.voter_id_index AND o.status = 'confirmed') AS is),
made AS (
	UPDATE members m SET changed_by = $2, decided_by = $3, held = NULL, frozen_at = NULL,
		status = CASE WHEN other.is THEN 'refused' ELSE $4 END,
		refusal = CASE WHEN other.is THEN 'outranked' ELSE '' END,
		withdrawn_at = CASE WHEN other.is THEN now() END
	FROM other WHERE m.id = $1 AND m.status = 'frozen' AND $5 = 'unasked' RETURNING m.id)
INSERT INTO events (kind, member_id) SELECT 'stands', id FROM made`

// putOutSQL puts a record out for good; its name is erased in time, as that of
// who left. The figure waits for Monday, where it does not wait already.
const putOutSQL = `
WITH made AS (UPDATE members SET changed_by = $2, decided_by = $3, status = 'refused', refusal = CASE WHEN status = 'frozen' THEN 'unasked' ELSE $5 END,
	held = CASE WHEN status = 'frozen' THEN held ELSE nullif(counts, 0) END, frozen_at = coalesce(frozen_at, now()), withdrawn_at = now()
WHERE id = $1 AND status IN ('confirmed', 'review', 'frozen') AND $4::text IS NOT NULL RETURNING id)
INSERT INTO events (kind, member_id) SELECT 'putout', id FROM made`
