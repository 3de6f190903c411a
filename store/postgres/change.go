package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// What a member does with their record: correct it, tell more of themselves,
// leave. Each is done once an update, and only to rows of their own chat.

// uniqueViolation is the SQLSTATE of a row that another one keeps out.
const uniqueViolation = "23505"

// CorrectMember changes a live record of this chat and looks at it anew; its
// number, nonce and enroller stay. Errors: party.ErrNotFound.
func (s *Store) CorrectMember(ctx context.Context, a flows.Actor, e flows.CorrectMember) (flows.Saved, error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	// The nonce is what the row's values are sealed under; it never changes.
	var nonce pgtype.UUID
	err := s.queryRow(ctx, `SELECT m.nonce FROM members m WHERE m.number = $2 AND m.telegram_id = $1 AND `+live,
		[]any{a.Person, string(e.Number)}, &nonce)
	if err != nil {
		return flows.Saved{}, wrap("correct a member", err)
	}
	if err := s.correct(ctx, a, e, nonce); err != nil {
		return flows.Saved{}, wrap("correct a member", err)
	}
	list, err := s.records(ctx, `m.nonce = $1`, nonce)
	if err != nil {
		return flows.Saved{}, err
	}
	if len(list) == 0 || !list[0].Status.Live() { // it was withdrawn meanwhile
		return flows.Saved{}, wrap("correct a member", party.ErrNotFound)
	}
	return flows.Saved{Record: list[0], Fresh: true}, nil
}

// One statement. A repeat of the update that changed the row last does nothing,
// and neither does a correction of what was withdrawn meanwhile. What a chat or
// a code did too often stays a reason; what the Voter ID gave is looked at anew.
const correctSQL = `
WITH was AS (SELECT id, status, reasons, ac_no, part_no, letter FROM members m WHERE nonce = $2 AND changed_by <> $12 AND ` + live + ` FOR UPDATE),
why AS (SELECT array_remove(ARRAY[
	CASE WHEN $4 = 'old' THEN 'old-form' END,
	CASE WHEN $4 = 'modern' AND NOT $5 THEN 'check-digit' END,
	CASE WHEN EXISTS (SELECT FROM members WHERE voter_id_index = $3 AND status = 'confirmed' AND nonce <> $2) THEN 'taken' END,
	CASE WHEN 'family' = ANY (was.reasons) THEN 'family' END,
	CASE WHEN 'burst' = ANY (was.reasons) THEN 'burst' END,
	CASE WHEN 'mobile' = ANY (was.reasons) THEN 'mobile' END,
	CASE WHEN 'unclaimed' = ANY (was.reasons) THEN 'unclaimed' END], NULL) AS reasons FROM was),
made AS (
	UPDATE members SET voter_id_index = $3, voter_id_sealed = $6, name_sealed = $7, ac_no = $8, part_no = $9, letter = $10,
		booth_version_id = (SELECT id FROM booth_versions WHERE label = $11), reasons = why.reasons, changed_by = $12,
		status = CASE WHEN was.status = 'frozen' THEN 'frozen' WHEN cardinality(why.reasons) = 0 THEN 'confirmed' ELSE 'review' END
	FROM was, why WHERE members.id = was.id RETURNING members.id),
audited AS (INSERT INTO audit (actor, action, object) SELECT $1, 'member-corrected', 'member ' || id FROM made)
INSERT INTO events (kind, member_id, ac_no, part_no, letter) SELECT 'corrected', made.id, was.ac_no, was.part_no, was.letter FROM made, was`

// correct runs again where another row was confirmed with the same Voter ID
// meanwhile: then it is seen to be taken.
func (s *Store) correct(ctx context.Context, a flows.Actor, e flows.CorrectMember, nonce pgtype.UUID) error {
	name, err := s.sealText(string(e.Name), nonce.Bytes)
	if err != nil {
		return err
	}
	epic, err := s.sealText(e.VoterID.Number, nonce.Bytes)
	if err != nil {
		return err
	}
	ac, part, letter := boothColumns(e.Booth)
	for range tries {
		_, err = s.pool.Exec(ctx, correctSQL, a.Person, nonce, s.voterIndex(e.VoterID),
			string(e.VoterID.Form), e.VoterID.Check, epic, name, ac, part, letter, e.Version, a.Update)
		var answer *pgconn.PgError
		if !errors.As(err, &answer) || answer.Code != uniqueViolation {
			return err
		}
	}
	return err
}

// Withdraw ends a live membership of this chat, and with their own the consents
// that were given. One that has ended already stays so.
func (s *Store) Withdraw(ctx context.Context, a flows.Actor, number party.Number) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	_, err := s.pool.Exec(ctx, `
WITH made AS (
	UPDATE members m SET status = 'withdrawn', withdrawn_at = now(), changed_by = $2, gender = NULL, social = NULL
	WHERE number = $3 AND telegram_id = $1 AND `+live+` RETURNING id, via, consent_version),
told AS (INSERT INTO events (kind, member_id) SELECT 'withdrawn', id FROM made),
revoked AS (
	INSERT INTO consents (telegram_id, update_id, kind, version, given, via)
	SELECT $1, $2, what, consent_version, false, via FROM made, (VALUES ('membership'), ('news'), ('about')) AS k (what)
	WHERE via IN ('self', 'assisted') AND EXISTS (SELECT FROM consents c WHERE c.telegram_id = $1 AND c.kind = what AND c.via = made.via AND c.given)
	ON CONFLICT DO NOTHING)
INSERT INTO audit (actor, action, object) SELECT $1, 'member-withdrawn', 'member ' || id FROM made`, a.Person, a.Update, string(number))
	return wrap("withdraw", err)
}

// RecordAbout writes, or with empty values takes back, what a member says of
// themselves.
func (s *Store) RecordAbout(ctx context.Context, a flows.Actor, e flows.RecordAbout) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	_, err := s.pool.Exec(ctx, `
WITH made AS (
	UPDATE members m SET gender = nullif($3, ''), social = nullif($4, '')
	WHERE telegram_id = $1 AND via = 'self' AND `+live+`
	AND NOT EXISTS (SELECT FROM consents WHERE telegram_id = $1 AND kind = 'about' AND update_id = $2)
	RETURNING id, consent_version),
told AS (INSERT INTO events (kind, member_id) SELECT 'about', id FROM made),
agreed AS (
	INSERT INTO consents (telegram_id, update_id, kind, version, given)
	SELECT $1, $2, 'about', consent_version, $3 || $4 <> '' FROM made ON CONFLICT DO NOTHING)
INSERT INTO audit (actor, action, object) SELECT $1, 'member-about', 'member ' || id FROM made`,
		a.Person, a.Update, string(e.Gender), string(e.Category))
	return wrap("record about a member", err)
}
