package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// tries at a statement that lost a race to another: each time the cause is
// visible to the next one.
const tries = 5

// reasonsSQL finds why a row must wait in review. All look-ups are by index and
// all are made whatever the outcome, so that the time tells nothing.
const reasonsSQL = `array_remove(ARRAY[
	CASE WHEN $6 = 'old' THEN 'old-form' END,
	CASE WHEN $6 = 'modern' AND NOT $7 THEN 'check-digit' END,
	CASE WHEN EXISTS (SELECT FROM members WHERE voter_id_index = $5 AND status = 'confirmed' AND nonce <> $2) THEN 'taken' END,
	CASE WHEN $3 = 'family' AND (SELECT count(*) FROM members
		WHERE telegram_id = $1 AND via = 'family' AND status IN ('confirmed', 'review', 'frozen')) >= $17 THEN 'family' END,
	CASE WHEN (SELECT count(*) FROM (SELECT FROM members m, credit c
		WHERE m.enroller_code = c.code AND m.confirmed_at > now() - interval '1 hour' LIMIT $18) AS recent) >= $18 THEN 'burst' END
], NULL)`

// One statement, so one round trip and one transaction: the row, and only where
// it came into being its audit and its event.
const saveSQL = `
WITH credit AS (
	SELECT code FROM offices WHERE status = 'active' AND telegram_id <> $1
	AND code = coalesce((SELECT first_code FROM people WHERE telegram_id = $1), $13)),
why AS (SELECT ` + reasonsSQL + ` AS reasons),
made AS (
	INSERT INTO members (telegram_id, nonce, via, number, voter_id_index, voter_id_sealed, name_sealed,
		ac_no, part_no, letter, booth_version_id, enroller_code, language, consent_version, changed_by, reasons, status)
	SELECT $1, $2, $3, $4, $5, $8, $9, $10, $11, $12,
		(SELECT id FROM booth_versions WHERE label = $14), (SELECT code FROM credit), $15, $16, $19,
		why.reasons, CASE WHEN cardinality(why.reasons) = 0 THEN 'confirmed' ELSE 'review' END
	FROM why
	ON CONFLICT DO NOTHING
	RETURNING id, number),
audited AS (INSERT INTO audit (actor, action, object) SELECT $1, 'member-saved', 'member ' || id FROM made),
told AS (INSERT INTO events (kind, member_id) SELECT 'saved', id FROM made)
SELECT number FROM made`

// SaveMember makes a confirmed draft a member: once a nonce, however often and
// from however many processes it is called. A taken Voter ID makes a row in
// review that costs and answers the same. Where the nonce stands already, or
// the person is a member, that row is given and Fresh tells whether it is what
// was asked.
func (s *Store) SaveMember(ctx context.Context, a flows.Actor, e flows.SaveMember) (flows.Saved, error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	for try := range tries {
		number, err := s.insertMember(ctx, a, e, try)
		if err == nil {
			return flows.Saved{Record: flows.Record{Number: number, Nonce: e.Nonce, Name: e.Name, Via: e.Via}, Fresh: true}, nil
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return flows.Saved{}, wrap("save a member", err)
		}
		// A statement of its own: it sees the row of whoever was first.
		if saved, err := s.standing(ctx, a, e); !errors.Is(err, party.ErrNotFound) {
			return saved, err
		}
	}
	return flows.Saved{}, fmt.Errorf("postgres: save a member: %d races lost: %w", tries, party.ErrUnavailable)
}

func (s *Store) insertMember(ctx context.Context, a flows.Actor, e flows.SaveMember, try int) (number party.Number, err error) {
	name, err := s.sealText(string(e.Name), e.Nonce)
	if err != nil {
		return "", err
	}
	epic, err := s.sealText(e.VoterID.Number, e.Nonce)
	if err != nil {
		return "", err
	}
	ac, part, letter := boothColumns(e.Booth)
	err = s.pool.QueryRow(ctx, saveSQL,
		a.Person, pgtype.UUID{Bytes: e.Nonce, Valid: true}, string(e.Via), string(s.number(e.Nonce, try)),
		s.voterIndex(e.VoterID), string(e.VoterID.Form), e.VoterID.Check, epic, name, ac, part, letter,
		string(e.Code), e.Version, string(a.Language), string(e.Consent), s.o.FamilyPerChat, s.o.LinkPerHour, a.Update).Scan(&number)
	return number, err
}

// number is a draft's membership number: drawn by the index key, so that nobody
// can count members by it and a repeat draws the same; another for each try,
// since two drafts may draw one.
func (s *Store) number(n flows.Nonce, try int) party.Number {
	drawn := s.keys.Index("member-number", append(n[:], byte(try)))
	return party.NewNumber(binary.BigEndian.Uint64(drawn[:8]))
}

func (s *Store) voterIndex(v party.VoterID) []byte {
	index := s.keys.Index("voter-id", []byte(v.Number))
	return index[:]
}

func boothColumns(b party.Booth) (ac, part, letter any) {
	if b.IsZero() {
		return nil, nil, nil
	}
	return b.AC, b.Part, b.Letter
}

// standing finds the row that kept a new one from being made.
func (s *Store) standing(ctx context.Context, a flows.Actor, e flows.SaveMember) (flows.Saved, error) {
	list, err := s.records(ctx, `m.nonce = $1`, pgtype.UUID{Bytes: e.Nonce, Valid: true})
	if err != nil {
		return flows.Saved{}, err
	}
	if len(list) == 1 {
		rec := list[0]
		same := rec.Name == e.Name && rec.VoterID.Number == e.VoterID.Number && boothOf(rec) == e.Booth
		return flows.Saved{Record: rec, Fresh: same}, nil
	}
	if e.Via != party.Self {
		return flows.Saved{}, party.ErrNotFound
	}
	list, err = s.records(ctx, `m.telegram_id = $1 AND m.via = 'self' AND `+live, a.Person)
	if err != nil || len(list) == 0 {
		return flows.Saved{}, errors.Join(err, party.ErrNotFound)
	}
	return flows.Saved{Record: list[0]}, nil
}

func boothOf(r flows.Record) party.Booth {
	if r.Station == nil {
		return party.Booth{}
	}
	return r.Station.Booth
}

const live = `m.status IN ('confirmed', 'review', 'frozen')`

const recordsSQL = `
SELECT m.number, m.nonce, m.via, m.status, m.name_sealed, m.voter_id_sealed,
	b.ac_no, b.part_no, b.letter, b.name_en, b.name_hi, v.label,
	coalesce(m.enroller_code, ''), o.name_sealed, o.seal_context,
	extract(year FROM m.confirmed_at AT TIME ZONE 'Asia/Kolkata')::int,
	extract(month FROM m.confirmed_at AT TIME ZONE 'Asia/Kolkata')::int,
	extract(day FROM m.confirmed_at AT TIME ZONE 'Asia/Kolkata')::int,
	coalesce(m.gender, ''), coalesce(m.social, '')
FROM members m
LEFT JOIN booth_versions v ON v.id = m.booth_version_id
LEFT JOIN booths b ON b.version_id = m.booth_version_id AND b.ac_no = m.ac_no AND b.part_no = m.part_no AND b.letter = m.letter
LEFT JOIN offices o ON o.code = m.enroller_code
WHERE `

// records reads rows; those whose name was erased are left out.
func (s *Store) records(ctx context.Context, where string, arg any) ([]flows.Record, error) {
	rows, err := s.pool.Query(ctx, recordsSQL+where+` AND m.name_sealed IS NOT NULL ORDER BY m.via <> 'self', m.confirmed_at, m.id`, arg)
	if err != nil {
		return nil, wrap("read records", err)
	}
	list, err := pgx.CollectRows(rows, s.scanRecord)
	return list, wrap("read records", err)
}

func (s *Store) scanRecord(row pgx.CollectableRow) (r flows.Record, err error) {
	var nonce, place pgtype.UUID
	var name, epic, inviter []byte
	var st stationRow
	err = row.Scan(&r.Number, &nonce, &r.Via, &r.Status, &name, &epic,
		&st.ac, &st.part, &st.letter, &st.nameEN, &st.nameHI, &st.version,
		&r.Code, &inviter, &place, &r.On.Year, &r.On.Month, &r.On.Day, &r.Gender, &r.Social)
	if err != nil {
		return r, err
	}
	r.Nonce, r.Station = nonce.Bytes, st.station()
	plain, err := s.unsealText(name, nonce.Bytes)
	if err != nil {
		return r, err
	}
	r.Name = party.Name(plain)
	if plain, err = s.unsealText(epic, nonce.Bytes); err != nil {
		return r, err
	}
	if reading, err := party.ReadVoterID(plain); err == nil {
		r.VoterID = reading.ID
	}
	r.Inviter, err = s.unsealText(inviter, place.Bytes)
	return r, err
}

// Records gives the live records made in a chat, and what the person agreed to.
func (s *Store) Records(ctx context.Context, a flows.Actor) (out flows.Records, err error) {
	if out.List, err = s.records(ctx, `m.telegram_id = $1 AND `+live, a.Person); err != nil {
		return out, err
	}
	err = s.pool.QueryRow(ctx, `
SELECT coalesce(extract(year FROM c.on)::int, 0), coalesce(extract(month FROM c.on)::int, 0), coalesce(extract(day FROM c.on)::int, 0),
	coalesce((SELECT given FROM consents WHERE telegram_id = $1 AND kind = 'news' ORDER BY at DESC LIMIT 1), false)
FROM (SELECT (SELECT CASE WHEN given THEN at AT TIME ZONE 'Asia/Kolkata' END FROM consents
	WHERE telegram_id = $1 AND kind = 'membership' AND via = 'self' ORDER BY at DESC LIMIT 1) AS on) c`, a.Person).
		Scan(&out.Consented.Year, &out.Consented.Month, &out.Consented.Day, &out.News)
	return out, wrap("read consents", err)
}

// Withdraw ends a live membership of this chat, and with their own the consent.
// One that has ended already stays so.
func (s *Store) Withdraw(ctx context.Context, a flows.Actor, number party.Number) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	_, err := s.pool.Exec(ctx, `
WITH made AS (
	UPDATE members m SET status = 'withdrawn', withdrawn_at = now(), changed_by = $2, gender = NULL, social = NULL
	WHERE number = $3 AND telegram_id = $1 AND `+live+` RETURNING id, via, consent_version),
told AS (INSERT INTO events (kind, member_id) SELECT 'withdrawn', id FROM made),
revoked AS (
	INSERT INTO consents (telegram_id, update_id, kind, version, given)
	SELECT $1, $2, what, consent_version, false FROM made, (VALUES ('membership'), ('news'), ('about')) AS k (what) WHERE via = 'self'
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
	WHERE telegram_id = $1 AND via = 'self' AND `+live+` RETURNING id, consent_version),
agreed AS (
	INSERT INTO consents (telegram_id, update_id, kind, version, given)
	SELECT $1, $2, 'about', consent_version, $3 || $4 <> '' FROM made ON CONFLICT DO NOTHING)
INSERT INTO audit (actor, action, object) SELECT $1, 'member-about', 'member ' || id FROM made`,
		a.Person, a.Update, string(e.Gender), string(e.Category))
	return wrap("record about a member", err)
}

// CorrectMember changes a live record of this chat and looks at it anew.
// Errors: party.ErrNotFound.
func (s *Store) CorrectMember(ctx context.Context, a flows.Actor, e flows.CorrectMember) (flows.Saved, error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	list, err := s.records(ctx, `m.telegram_id = $1 AND `+live, a.Person)
	if err != nil {
		return flows.Saved{}, err
	}
	for _, rec := range list {
		if rec.Number == e.Number {
			err := s.correct(ctx, a, e, rec.Nonce)
			rec.Name, rec.VoterID = e.Name, e.VoterID
			return flows.Saved{Record: rec, Fresh: true}, wrap("correct a member", err)
		}
	}
	return flows.Saved{}, party.ErrNotFound
}

const correctSQL = `
WITH was AS (SELECT id, status, reasons, changed_by, ac_no, part_no, letter FROM members WHERE nonce = $2 FOR UPDATE),
why AS (SELECT array_remove(ARRAY[
	CASE WHEN $4 = 'old' THEN 'old-form' END,
	CASE WHEN $4 = 'modern' AND NOT $5 THEN 'check-digit' END,
	CASE WHEN EXISTS (SELECT FROM members WHERE voter_id_index = $3 AND status = 'confirmed' AND nonce <> $2) THEN 'taken' END,
	CASE WHEN 'family' = ANY (was.reasons) THEN 'family' END,
	CASE WHEN 'burst' = ANY (was.reasons) THEN 'burst' END], NULL) AS reasons FROM was),
made AS (
	UPDATE members SET voter_id_index = $3, voter_id_sealed = $6, name_sealed = $7, ac_no = $8, part_no = $9, letter = $10,
		booth_version_id = (SELECT id FROM booth_versions WHERE label = $11), reasons = why.reasons, changed_by = $12,
		status = CASE WHEN was.status = 'frozen' THEN 'frozen' WHEN cardinality(why.reasons) = 0 THEN 'confirmed' ELSE 'review' END
	FROM was, why WHERE members.id = was.id RETURNING members.id),
audited AS (INSERT INTO audit (actor, action, object) SELECT $1, 'member-corrected', 'member ' || was.id FROM was WHERE changed_by <> $12)
INSERT INTO events (kind, member_id) SELECT 'corrected', was.id FROM was WHERE changed_by <> $12`

// correct runs again where another row confirmed the same Voter ID meanwhile.
func (s *Store) correct(ctx context.Context, a flows.Actor, e flows.CorrectMember, nonce flows.Nonce) error {
	name, err := s.sealText(string(e.Name), nonce)
	if err != nil {
		return err
	}
	epic, err := s.sealText(e.VoterID.Number, nonce)
	if err != nil {
		return err
	}
	ac, part, letter := boothColumns(e.Booth)
	for range tries {
		_, err = s.pool.Exec(ctx, correctSQL, a.Person, pgtype.UUID{Bytes: nonce, Valid: true}, s.voterIndex(e.VoterID),
			string(e.VoterID.Form), e.VoterID.Check, epic, name, ac, part, letter, e.Version, a.Update)
		var answer *pgconn.PgError
		if !errors.As(err, &answer) || answer.Code != "23505" {
			return err
		}
	}
	return err
}
