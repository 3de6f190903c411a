package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// Calling back those whom an enroller recorded. Who calls sees them in their
// area, never one whom they recorded themselves.

// callSQL reads one row m to be called. $5 is where it stands.
const callSQL = `
SELECT m.id, m.nonce, m.name_sealed, b.ac_no, b.part_no, b.letter, b.name_en, b.name_hi, v.label, o.name_sealed, o.seal_context,
	m.language, m.mobile_sealed, m.call_after IS NOT NULL
FROM members m
LEFT JOIN booth_versions v ON v.id = m.booth_version_id
LEFT JOIN booths b ON b.version_id = m.booth_version_id AND b.ac_no = m.ac_no AND b.part_no = m.part_no AND b.letter = m.letter
LEFT JOIN offices o ON o.code = m.enroller_code
WHERE m.id = `

// CallDue gives the next person to be called after another one, the longest due
// first and without their number. Without an ID there is none.
func (s *Store) CallDue(ctx context.Context, a flows.Actor, after int64) (out flows.CallDue, err error) {
	r, err := s.reviewer(ctx, a.Person)
	if err != nil || r.nowhere() {
		return out, err
	}
	out, err = s.call(ctx, s.pool, pickSQL(callableSQL)+callSQL+`(SELECT id FROM pick)`, a.Person, r.acs, r.admin, after)
	if err != nil {
		return flows.CallDue{}, ignore(wrap("look for a call", err), party.ErrNotFound)
	}
	out.Mobile = ""
	err = s.queryRow(ctx, `
SELECT (SELECT count(*) FROM unnest($2::int[]) AS a (ac) JOIN members m ON m.ac_no = a.ac WHERE `+callableSQL+`)
	+ (SELECT count(*) FROM members m WHERE `+pendingSQL+` AND `+callableSQL+`)`, []any{a.Person, r.acs, r.admin}, &out.Left)
	return out, wrap("count calls", err)
}

// ShowMobile gives the number to dial, and audits that it was seen. Without an ID
// the call is not the person's.
func (s *Store) ShowMobile(ctx context.Context, a flows.Actor, id int64) (out flows.CallDue, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		c, err := s.lockCase(ctx, tx, a, id)
		if err != nil || !c.callable() {
			return err
		}
		if out, err = s.call(ctx, tx, callSQL+`$1`, id); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, auditLookSQL, a.Person, a.Update, "mobile-shown", id)
		return err
	})
	return out, ignore(wrap("show a mobile", err), party.ErrNotFound)
}

// callable tells whether a call back is due and the reviewer's to make.
func (c entryCase) callable() bool {
	return c.mine() && c.callDue && c.result == "" && (c.status == party.Confirmed || c.status == party.Review)
}

func (s *Store) call(ctx context.Context, q rowQuerier, sql string, args ...any) (out flows.CallDue, err error) {
	var nonce, place pgtype.UUID
	var name, enroller, mobile []byte
	var st stationRow
	if err = q.QueryRow(ctx, sql, args...).Scan(&out.ID, &nonce, &name, &st.ac, &st.part, &st.letter, &st.nameEN, &st.nameHI, &st.version,
		&enroller, &place, &out.Language, &mobile, &out.Again); err != nil {
		return flows.CallDue{}, err
	}
	out.Station = st.station()
	if out.Name, err = s.unsealName(name, nonce); err != nil {
		return flows.CallDue{}, err
	}
	if out.Enroller, err = s.unsealName(enroller, place); err != nil {
		return flows.CallDue{}, err
	}
	plain, err := s.unsealText(mobile, nonce.Bytes)
	out.Mobile = party.Mobile(plain)
	return out, err
}

// RecordCall writes what came of a call: who agreed counts as confirmed, who was
// not found comes once more on another day and then stays as they are, who had
// not agreed is treated as one who complained. Without a name it was not the
// person's to make, or made before.
func (s *Store) RecordCall(ctx context.Context, a flows.Actor, e flows.RecordCall) (out flows.CallRecorded, err error) {
	err = s.deciding(ctx, a, e.ID, func(tx pgx.Tx, c entryCase) error {
		out = flows.CallRecorded{}
		if c.done && c.mine() { // by this update, before
			out = flows.CallRecorded{Name: c.name, Again: c.result == ""}
			return nil
		}
		if !c.callable() {
			return nil
		}
		out = flows.CallRecorded{Name: c.name, Again: e.Answer == flows.AnswerNotFound && !c.again}
		return s.recordCall(ctx, tx, a, c, e.Answer)
	})
	return out, wrap("record a call", err)
}

// recordCallSQL writes an answer. Nobody who was not found at first has a result
// yet; from tomorrow they are called again.
const recordCallSQL = `
WITH made AS (
	UPDATE members SET changed_by = $2, call_result = CASE WHEN $4 = 'not-found' AND call_after IS NULL THEN NULL ELSE $4 END,
		call_after = CASE WHEN $4 = 'not-found' THEN (date_trunc('day', now() AT TIME ZONE 'Asia/Kolkata') + interval '1 day') AT TIME ZONE 'Asia/Kolkata' ELSE call_after END
	WHERE id = $3 RETURNING id),
told AS (INSERT INTO events (kind, member_id) SELECT 'called', id FROM made WHERE $4 = 'right')
INSERT INTO audit (actor, action, object, reason) SELECT $1, 'called-back', 'member ' || id, $4 FROM made`

func (s *Store) recordCall(ctx context.Context, tx pgx.Tx, a flows.Actor, c entryCase, answer flows.Answer) error {
	if _, err := tx.Exec(ctx, recordCallSQL, a.Person, a.Update, c.id, string(answer)); err != nil {
		return err
	}
	if answer == flows.AnswerRefused {
		return s.freeze(ctx, tx, a, c)
	}
	return nil
}
