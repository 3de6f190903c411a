package postgres

import (
	"context"
	"encoding/binary"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// Whatever the outcome all look-ups are made, each along an index and no further
// than its threshold: the time tells nothing.
var assistedReasonsSQL = `array_remove(ARRAY[
	CASE WHEN $6 = 'old' THEN 'old-form' END,
	CASE WHEN $6 = 'modern' AND NOT $7 THEN 'check-digit' END,
	CASE WHEN ` + heldBy("$5", "nonce <> $2") + ` THEN 'taken' END,
	CASE WHEN (SELECT count(*) FROM (SELECT FROM members
			WHERE via = 'assisted' AND recorded_by = $1 AND confirmed_at > now() - interval '1 hour' LIMIT $20) AS hour) >= $20
		OR (SELECT count(*) FROM (SELECT FROM members
			WHERE via = 'assisted' AND recorded_by = $1 AND confirmed_at >= date_trunc('day', now(), 'Asia/Kolkata') LIMIT $21) AS day) >= $21 THEN 'burst' END,
	CASE WHEN (SELECT count(*) FROM (SELECT FROM members WHERE mobile_index = $15 LIMIT $22) AS mobile) >= $22 THEN 'mobile' END,
	CASE WHEN (SELECT count(*) FILTER (WHERE claimed_at IS NULL AND call_result IS DISTINCT FROM 'right') FROM (SELECT claimed_at, call_result FROM members
			WHERE via = 'assisted' AND recorded_by = $1 ORDER BY confirmed_at DESC LIMIT $23) AS last) >= $23 THEN 'unclaimed' END
], NULL)`

// heldBy tells whether another row holds a Voter ID: a confirmed one, or one that
// was stopped. By the latter a complaint looks to those who record and review
// like none, and nobody is recorded anew behind it unseen. Each is along an index.
func heldBy(index, other string) string {
	of := func(status string) string {
		return `EXISTS (SELECT FROM members WHERE voter_id_index = ` + index + ` AND status = '` + status + `' AND ` + other + `)`
	}
	return `(` + of("confirmed") + ` OR ` + of("frozen") + `)`
}

// One statement, as for a citizen: with the row its consent, its audit, its
// event, and the end of its draft.
var saveAssistedSQL = `
WITH credit AS (SELECT ` + mayAssist + ` AS code),
why AS (SELECT ` + assistedReasonsSQL + ` AS reasons),
made AS (
	INSERT INTO members (recorded_by, nonce, via, number, voter_id_index, voter_id_sealed, name_sealed, ac_no, part_no, letter,
		booth_version_id, mobile_sealed, mobile_index, language, consent_version, changed_by, call_due,
		telegram_id, enroller_code, reasons, status)
	SELECT $1, $2, $3, $4, $5, $8, $9, $10, $11, $12,
		(SELECT id FROM booth_versions WHERE label = $13), $14, $15, $16, $17, $18, $19,
		0, credit.code, why.reasons, CASE WHEN cardinality(why.reasons) = 0 THEN 'confirmed' ELSE 'review' END
	FROM credit, why WHERE credit.code IS NOT NULL
	ON CONFLICT DO NOTHING
	RETURNING id, number),
agreed AS (
	INSERT INTO consents (telegram_id, update_id, kind, version, given, nonce, via)
	SELECT 0, $24, 'membership', $17, true, $2, $3 FROM made ON CONFLICT DO NOTHING),
audited AS (INSERT INTO audit (actor, action, object) SELECT $1, 'member-saved', 'member ' || id FROM made),
told AS (INSERT INTO events (kind, member_id) SELECT 'saved', id FROM made),
done AS (DELETE FROM drafts WHERE nonce = $2 AND EXISTS (SELECT FROM made))
SELECT (SELECT code IS NOT NULL FROM credit), (SELECT number FROM made)`

// insertAssisted makes the row of somebody beside an enroller, credited to the
// enroller's own code. Errors: errPowerless, and as insertMember pgx.ErrNoRows
// where another row stands.
func (s *Store) insertAssisted(ctx context.Context, a flows.Actor, e flows.SaveMember, try int) (party.Number, error) {
	var sealed [3][]byte
	for i, plain := range []string{string(e.Name), e.VoterID.Number, string(e.Mobile)} {
		var err error
		if sealed[i], err = s.sealText(plain, e.Nonce); err != nil {
			return "", err
		}
	}
	mobile, mobileIndex := sealed[2], s.mobileIndex(e.Mobile)
	if e.Mobile == "" {
		mobile = nil
	}
	ac, part, letter := boothColumns(e.Booth)
	limits := s.o.Assisted
	var may bool
	var number *string
	err := s.queryRow(ctx, saveAssistedSQL, []any{
		a.Person,
		pgtype.UUID{Bytes: e.Nonce, Valid: true},
		string(e.Via), string(s.number(e.Nonce, try)),
		s.voterIndex(e.VoterID), string(e.VoterID.Form), e.VoterID.Check, sealed[1], sealed[0], ac, part, letter,
		e.Version, mobile, mobileIndex, string(a.Language), string(e.Consent), a.Update, s.calledBack(e.Nonce),
		limits.PerHour, limits.PerDay, limits.PerMobile, limits.Unclaimed, consentOf(e.Nonce),
	}, &may, &number)
	switch {
	case err != nil:
		return "", err
	case !may:
		return "", errPowerless
	case number == nil:
		return "", pgx.ErrNoRows
	}
	return party.Number(*number), nil
}

// mobileIndex is the blind index of a mobile, nil for none.
func (s *Store) mobileIndex(m party.Mobile) []byte {
	if m == "" {
		return nil
	}
	index := s.keys.Index("mobile", []byte(m))
	return index[:]
}

// calledBack draws who is called back, by the index key: nobody can tell
// beforehand, and a repeat draws the same.
func (s *Store) calledBack(n flows.Nonce) bool {
	drawn := s.keys.Index("call-back", n[:])
	return binary.BigEndian.Uint64(drawn[:8])%uint64(s.o.Assisted.CallBackOneIn) == 0
}

// consentOf stands for an update in the consent of somebody beside an enroller,
// which is of its nonce and of no account.
func consentOf(n flows.Nonce) int64 {
	return -1 - int64(binary.BigEndian.Uint64(n[:8])>>1)
}
