package postgres

import (
	"context"

	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// One statement, so one round trip: six look-ups by key, and a write only for a
// newcomer, for the first valid code, and for who had blocked the bot.
const arriveSQL = `
WITH mine AS (SELECT language, first_code FROM people WHERE telegram_id = $1),
given AS (SELECT code FROM offices WHERE code = $2 AND status = 'active' AND telegram_id <> $1),
kept AS (
	INSERT INTO people (telegram_id, first_code) SELECT $1, (SELECT code FROM given)
	ON CONFLICT (telegram_id) DO UPDATE
	SET first_code = coalesce(people.first_code, excluded.first_code), reachable = true, updated_at = now()
	WHERE NOT people.reachable OR people.first_code IS NULL AND excluded.first_code IS NOT NULL),
flagged AS (
	INSERT INTO audit (actor, action, object)
	SELECT $1, 'own-code', 'office ' || id FROM offices WHERE code = $2 AND telegram_id = $1),
first AS (SELECT coalesce((SELECT first_code FROM mine), (SELECT code FROM given)) AS code)
SELECT coalesce((SELECT language FROM mine), ''),
	coalesce((SELECT given AND version = $3 FROM consents
		WHERE telegram_id = $1 AND kind = 'membership' AND via = 'self' ORDER BY at DESC LIMIT 1), false),
	EXISTS (SELECT FROM consents WHERE telegram_id = $1 AND kind = 'news'),
	coalesce(f.code, ''), o.name_sealed, o.seal_context,
	b.ac_no, b.part_no, b.letter, b.name_en, b.name_hi, v.label,
	m.number, m.nonce
FROM first f
LEFT JOIN offices o ON o.code = f.code AND o.status = 'active'
LEFT JOIN booth_versions v ON v.id = ` + newest + `
LEFT JOIN booths b ON b.version_id = v.id AND b.ac_no = o.ac_no AND b.part_no = o.part_no AND b.letter = o.letter
LEFT JOIN members m ON m.telegram_id = $1 AND m.via = 'self' AND m.status IN ('confirmed', 'review', 'frozen')`

// Arrive tells who a person is and who invited them, and keeps the first valid
// referral code; their own is none.
func (s *Store) Arrive(ctx context.Context, a flows.Actor, e flows.Arrive) (out flows.Arrived, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	var name []byte
	var place, nonce pgtype.UUID
	var st stationRow
	var number *string
	err = s.queryRow(ctx, arriveSQL, []any{a.Person, string(e.Code), string(party.CurrentConsent)},
		&out.Language, &out.Consented, &out.NewsAsked, &out.Code, &name, &place,
		&st.ac, &st.part, &st.letter, &st.nameEN, &st.nameHI, &st.version, &number, &nonce)
	if err != nil {
		return out, wrap("arrive", err)
	}
	out.Inviter.Station = st.station()
	if out.Inviter.Name, err = s.unsealText(name, place.Bytes); err != nil {
		return out, err
	}
	if number != nil {
		out.Member, out.Nonce = party.Number(*number), nonce.Bytes
	}
	return out, nil
}

// stationRow is a station of an outer join: nothing, where there is none.
type stationRow struct {
	ac, part                        *int
	letter, nameEN, nameHI, version *string
}

func (r stationRow) station() *party.Station {
	if r.ac == nil || r.part == nil || r.nameEN == nil {
		return nil
	}
	return &party.Station{
		Booth:  party.Booth{AC: *r.ac, Part: *r.part, Letter: *r.letter},
		NameEN: *r.nameEN, NameHI: *r.nameHI, Version: *r.version,
	}
}

// sealText seals a text under its place; unsealText opens it, nothing to "".
func (s *Store) sealText(text string, place [16]byte) ([]byte, error) {
	sealed, err := s.keys.Seal([]byte(text), place[:])
	return sealed, wrap("seal", err)
}

func (s *Store) unsealText(sealed []byte, place [16]byte) (string, error) {
	if sealed == nil {
		return "", nil
	}
	plain, err := s.keys.Unseal(sealed, place[:])
	return string(plain), wrap("unseal", err)
}

// RecordConsent writes an answer, once an update, and the language it was given in.
func (s *Store) RecordConsent(ctx context.Context, a flows.Actor, e flows.RecordConsent) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	return consent(ctx, s.pool, a, e)
}

var consentSQL = `
WITH spoke AS (
	INSERT INTO people (telegram_id, language) VALUES ($1, $7)
	ON CONFLICT (telegram_id) DO UPDATE SET language = excluded.language, updated_at = now()
	WHERE people.language <> excluded.language AND excluded.language <> '' RETURNING telegram_id),
menus AS (` + menusOf("spoke") + `)
INSERT INTO consents (telegram_id, update_id, kind, version, given, nonce, via) VALUES ($1, $2, $3, $4, $5, $6, $8)
ON CONFLICT DO NOTHING`

func consent(ctx context.Context, q execer, a flows.Actor, e flows.RecordConsent) error {
	_, err := q.Exec(ctx, consentSQL, a.Person, a.Update, string(e.Kind), string(e.Version), e.Given, pgtype.UUID{Bytes: e.Nonce, Valid: e.Nonce != flows.Nonce{}}, string(a.Language), string(e.Via))
	return wrap("record a consent", err)
}

// SetReachable notes whether the person can be written to.
func (s *Store) SetReachable(ctx context.Context, person int64, reachable bool) error {
	_, err := s.pool.Exec(ctx, `UPDATE people SET reachable = $2, updated_at = now() WHERE telegram_id = $1 AND reachable <> $2`, person, reachable)
	return wrap("note whether a person can be reached", err)
}

// meet keeps whom an office is given to, or who asks for one, with the language
// that they were just spoken to in.
func meet(ctx context.Context, q execer, a flows.Actor) error {
	_, err := q.Exec(ctx, `
INSERT INTO people (telegram_id, tongue) VALUES ($1, $2) ON CONFLICT (telegram_id) DO UPDATE
SET tongue = excluded.tongue, reachable = true, updated_at = now()`, a.Person, string(a.Language))
	return wrap("meet a person", err)
}

// menusOf renews the menus of those in a table of telegram_id who hold an
// office, since they are spoken to in another language now.
func menusOf(table string) string {
	return `INSERT INTO notices (telegram_id, kind) SELECT DISTINCT x.telegram_id, 'menu' FROM ` + table + ` x
		JOIN offices o ON o.telegram_id = x.telegram_id AND o.status = 'active'` + orMerge
}

// WriteSteps writes where people stand, in one statement whatever their number.
// In the order of ids, so that two writers cannot wait for each other. Whoever
// chose a language before they ever arrived, such as an admin whom the command
// line appointed, is kept with it.
func (s *Store) WriteSteps(ctx context.Context, steps []flows.Progress) error {
	ids, languages, states := make([]int64, len(steps)), make([]string, len(steps)), make([]string, len(steps))
	for i, p := range steps {
		ids[i], languages[i], states[i] = p.Person, string(p.Language), p.Step
	}
	_, err := s.pool.Exec(ctx, `
WITH met AS (
	INSERT INTO people (telegram_id, language) SELECT n.id, n.language FROM unnest($1::bigint[], $2::text[]) AS n (id, language)
	WHERE n.language <> '' ORDER BY n.id ON CONFLICT DO NOTHING RETURNING telegram_id),
new AS (
	SELECT n.id, n.language, n.step, p.language AS old FROM unnest($1::bigint[], $2::text[], $3::text[]) AS n (id, language, step)
	JOIN people p ON p.telegram_id = n.id ORDER BY n.id FOR UPDATE OF p),
spoke AS (SELECT id AS telegram_id FROM new WHERE language NOT IN ('', old) UNION ALL SELECT telegram_id FROM met),
menus AS (`+menusOf("spoke")+`)
UPDATE people p SET step = new.step, language = CASE WHEN new.language = '' THEN p.language ELSE new.language END, updated_at = now()
FROM new WHERE p.telegram_id = new.id AND (p.step <> new.step OR new.language NOT IN ('', p.language))`, ids, languages, states)
	return wrap("write steps", err)
}
