package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
)

// What each use of a slip writes, in the transaction that has locked the record.

// outranked is why a record that nobody had claimed was refused: the person
// enrolled themselves.
const outranked = "outranked"

// claimSlipSQL joins the record to the person's chat. One account that takes more
// than it may is looked at, as a family is.
const claimSlipSQL = `
WITH many AS (SELECT count(*) >= $5 AS too FROM members
	WHERE telegram_id = $1 AND via IN ('family', 'assisted') AND status IN ('confirmed', 'review', 'frozen')),
made AS (
	UPDATE members m SET telegram_id = $1, claimed_at = now(), changed_by = $2, language = $4, consent_version = $6,
		status = CASE WHEN many.too THEN 'review' ELSE m.status END,
		reasons = CASE WHEN many.too AND NOT 'family' = ANY (m.reasons) THEN m.reasons || 'family'::text ELSE m.reasons END
	FROM many WHERE m.id = $3 RETURNING m.id),
told AS (INSERT INTO events (kind, member_id) SELECT 'claimed', id FROM made)
INSERT INTO audit (actor, action, object) SELECT $1, 'member-claimed', 'member ' || id FROM made`

// claim joins the record to the person's chat, and keeps that they agreed: what
// they tapped counts for the record that they got, and for none that they did not.
func (s *Store) claim(ctx context.Context, tx pgx.Tx, a flows.Actor, r slip) error {
	given := flows.RecordConsent{Kind: party.Membership, Version: party.CurrentConsent, Given: true, Via: party.Assisted}
	if err := consent(ctx, tx, a, given); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, claimSlipSQL, a.Person, a.Update, r.id, string(a.Language), s.o.FamilyPerChat, string(party.CurrentConsent))
	return err
}

// stop freezes the record and holds its figure until Monday, and brings the case.
func (s *Store) stop(ctx context.Context, tx pgx.Tx, a flows.Actor, r slip) error {
	if err := s.bring(ctx, tx, a, r.id, r.status, flows.CaseUnasked, a.Person); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
WITH made AS (UPDATE members SET status = 'frozen', frozen_at = now(), held = nullif(counts, 0), changed_by = $2 WHERE id = $1 RETURNING id)
INSERT INTO events (kind, member_id) SELECT 'frozen', id FROM made`, r.id, a.Update)
	return err
}

// eraseSQL erases all that says who it was. A figure that is held stays until
// Monday; any other goes at once.
const eraseSQL = `
WITH made AS (
	UPDATE members SET status = 'withdrawn', withdrawn_at = now(), telegram_id = 0, name_sealed = NULL, voter_id_sealed = NULL, voter_id_index = NULL,
		mobile_sealed = NULL, mobile_index = NULL, gender = NULL, social = NULL, changed_by = $2
	WHERE id = $3 RETURNING id, consent_version),
told AS (INSERT INTO events (kind, member_id) SELECT 'erased', id FROM made),
forgot AS (UPDATE cases c SET telegram_id = 0 FROM made WHERE c.member_id = made.id AND c.telegram_id = $1),
revoked AS (
	INSERT INTO consents (telegram_id, update_id, kind, version, given, via) SELECT $1, $2, 'membership', consent_version, false, 'assisted' FROM made
	WHERE EXISTS (SELECT FROM consents c WHERE c.telegram_id = $1 AND c.kind = 'membership' AND c.via = 'assisted' AND c.given)
	ON CONFLICT DO NOTHING)
INSERT INTO audit (actor, action, object) SELECT $1, 'member-erased', 'member ' || id FROM made`

func erase(ctx context.Context, tx pgx.Tx, a flows.Actor, r slip) error {
	_, err := tx.Exec(ctx, eraseSQL, a.Person, a.Update, r.id)
	return err
}

// mergeSQL puts the assisted record out, and lets the person's own one be
// confirmed where it waited only because of that.
const mergeSQL = `
WITH made AS (
	UPDATE members SET status = 'refused', refusal = 'outranked', withdrawn_at = now(), changed_by = $2 WHERE id = $3 RETURNING id, voter_id_index),
told AS (INSERT INTO events (kind, member_id) SELECT 'outranked', id FROM made),
audited AS (INSERT INTO audit (actor, action, object) SELECT $1, 'member-outranked', 'member ' || id FROM made),
own AS (
	UPDATE members m SET reasons = '{}', status = 'confirmed' FROM made
	WHERE m.telegram_id = $1 AND m.via = 'self' AND m.status = 'review' AND m.reasons = '{taken}' AND m.voter_id_index = made.voter_id_index
	AND NOT EXISTS (SELECT FROM members o WHERE o.voter_id_index = made.voter_id_index AND o.status = 'confirmed' AND o.id <> made.id)
	RETURNING m.id)
INSERT INTO events (kind, member_id) SELECT 'accepted', id FROM own`

func merge(ctx context.Context, tx pgx.Tx, a flows.Actor, r slip) error {
	_, err := tx.Exec(ctx, mergeSQL, a.Person, a.Update, r.id)
	return err
}
