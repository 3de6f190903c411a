package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// tries at a statement that lost a race to another: each time the cause is
// visible to the next one.
const tries = 5

// reasonsSQL finds why a row must wait in review, but for a taken Voter ID. All
// look-ups are by index and all are made whatever the outcome, so that the time
// tells nothing.
const reasonsSQL = `array_remove(ARRAY[
	CASE WHEN $6 = 'old' THEN 'old-form' END,
	CASE WHEN $6 = 'modern' AND NOT $7 THEN 'check-digit' END,
	CASE WHEN $3 = 'family' AND (SELECT count(*) FROM members
		WHERE telegram_id = $1 AND via = 'family' AND status IN ('confirmed', 'review', 'frozen')) >= $17 THEN 'family' END,
	CASE WHEN (SELECT count(*) FROM (SELECT FROM members m, credit c
		WHERE m.enroller_code = c.code AND m.confirmed_at > now() - interval '1 hour' LIMIT $18) AS recent) >= $18 THEN 'burst' END
], NULL)`

// One statement, so one round trip and one transaction: the row, and only where
// it came into being its audit and its event.
//
// Who enrols themselves, or family, outranks what an enroller recorded and nobody
// has claimed: old locks those rows in the order of ids, and outranked puts them
// out before made comes, which waits for their count. Where made then finds its
// place taken after all, the event without a member undoes the whole statement.
const saveSQL = `
WITH credit AS (
	SELECT code FROM offices WHERE status = 'active' AND telegram_id <> $1
	AND code = coalesce((SELECT first_code FROM people WHERE telegram_id = $1), $13)),
why AS (SELECT ` + reasonsSQL + ` AS reasons),
old AS (
	SELECT id FROM members WHERE voter_id_index = $5 AND via = 'assisted' AND claimed_at IS NULL AND status IN ('confirmed', 'review')
	AND (SELECT cardinality(reasons) FROM why) = 0 AND $3 <> 'assisted' AND NOT EXISTS (SELECT FROM members WHERE nonce = $2)
	ORDER BY id FOR UPDATE),
outranked AS (
	UPDATE members m SET status = 'refused', refusal = 'outranked', withdrawn_at = now(), changed_by = $19 FROM old WHERE m.id = old.id RETURNING m.id),
stands AS (
	SELECT CASE WHEN EXISTS (SELECT FROM members WHERE voter_id_index = $5 AND status = 'confirmed' AND nonce <> $2
		AND id NOT IN (SELECT id FROM outranked)) THEN array_append(why.reasons, 'taken') ELSE why.reasons END AS reasons FROM why),
made AS (
	INSERT INTO members (telegram_id, nonce, via, number, voter_id_index, voter_id_sealed, name_sealed,
		ac_no, part_no, letter, booth_version_id, enroller_code, language, consent_version, changed_by, reasons, status)
	SELECT $1, $2, $3, $4, $5, $8, $9, $10, $11, $12,
		(SELECT id FROM booth_versions WHERE label = $14), (SELECT code FROM credit), $15, $16, $19,
		stands.reasons, CASE WHEN cardinality(stands.reasons) = 0 THEN 'confirmed' ELSE 'review' END
	FROM stands, (SELECT count(*) FROM outranked) AS first
	WHERE NOT EXISTS (SELECT FROM members WHERE voter_id_index = $5 AND telegram_id = $1 AND via = 'assisted' AND status IN ('confirmed', 'review'))
	ON CONFLICT DO NOTHING
	RETURNING id, number),
audited AS (
	INSERT INTO audit (actor, action, object) SELECT $1, 'member-saved', 'member ' || id FROM made
	UNION ALL SELECT $1, 'member-outranked', 'member ' || id FROM outranked),
told AS (
	INSERT INTO events (kind, member_id) SELECT 'saved', id FROM made
	UNION ALL SELECT 'outranked', (SELECT outranked.id FROM made) FROM outranked)
SELECT number FROM made`

// SaveMember makes a confirmed draft a member: once a nonce, however often and
// from however many processes it is called. A taken Voter ID makes a row in
// review that costs and answers the same. Where the nonce stands already, or
// the person is a member, that row is given and Fresh tells whether it is what
// was asked.
func (s *Store) SaveMember(ctx context.Context, a flows.Actor, e flows.SaveMember) (flows.Saved, error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	insert := s.insertMember
	if e.Via == party.Assisted {
		insert = s.insertAssisted
	}
	for try := range tries {
		number, err := insert(ctx, a, e, try)
		if err == nil {
			return s.saved(flows.Record{Number: number, Nonce: e.Nonce, Name: e.Name, VoterID: e.VoterID, Via: e.Via}, true), nil
		}
		if !errors.Is(err, pgx.ErrNoRows) && !errors.Is(err, errPowerless) && !raced(err) {
			return flows.Saved{}, wrap("save a member", err)
		}
		// A statement of its own: it sees the row of whoever was first.
		saved, gone := s.standing(ctx, a, e)
		switch {
		case !errors.Is(gone, party.ErrNotFound):
			return saved, gone
		case errors.Is(err, errPowerless):
			return flows.Saved{}, nil
		}
	}
	return flows.Saved{}, fmt.Errorf("postgres: save a member: %d races lost: %w", tries, party.ErrUnavailable)
}

// saved answers with a row, and the slip of one that was made for somebody else.
func (s *Store) saved(rec flows.Record, fresh bool) flows.Saved {
	out := flows.Saved{Record: rec, Fresh: fresh}
	if rec.Via == party.Assisted {
		out.Slip = s.SlipToken(rec.Number)
	}
	return out
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
	err = s.queryRow(ctx, saveSQL, []any{
		a.Person,
		pgtype.UUID{Bytes: e.Nonce, Valid: true},
		string(e.Via), string(s.number(e.Nonce, try)),
		s.voterIndex(e.VoterID), string(e.VoterID.Form), e.VoterID.Check, epic, name, ac, part, letter,
		string(e.Code), e.Version, string(a.Language), string(e.Consent), s.o.FamilyPerChat, s.o.LinkPerHour, a.Update,
	}, &number)
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
		return s.saved(rec, same), nil
	}
	if e.Via == party.Assisted { // what this chat has itself is no answer for somebody else
		return flows.Saved{}, party.ErrNotFound
	}
	claimed, err := s.records(ctx, `m.telegram_id = $1 AND m.via = 'assisted' AND m.status IN ('confirmed', 'review')`, a.Person)
	if err != nil {
		return flows.Saved{}, err
	}
	for _, rec := range claimed {
		if rec.VoterID.Number == e.VoterID.Number {
			return flows.Saved{Record: rec}, nil
		}
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
