package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// entryCase is a row as it stands to one reviewer, locked.
type entryCase struct {
	id       int64
	number   party.Number
	nonce    [16]byte
	status   party.Status
	via      party.Via
	person   int64 // of the chat; 0: nobody's
	name     party.Name
	voterID  party.VoterID
	doubts   []string
	language party.Language
	mobile   []byte // sealed
	callDue  bool
	result   flows.Answer // of the calls; empty: none yet
	again    bool         // nobody was found once
	done     bool         // this update decided it
	own      bool         // the reviewer had a hand in it
	by       held         // the reviewer's office over it; zero: none
	other    otherEntry
}

// otherEntry is the row that holds the number of another one: a confirmed one, or
// one that was stopped, which a reviewer cannot tell from it.
type otherEntry struct {
	id      int64 // 0: there is none
	on      party.Date
	settled bool // a reviewer let it stand
	own     bool // the reviewer had a hand in it
}

const caseSQL = `
SELECT m.number, m.nonce, m.status, m.via, m.telegram_id, m.name_sealed, m.voter_id_sealed, m.reasons, m.language, m.mobile_sealed,
	m.call_due AND m.claimed_at IS NULL, coalesce(m.call_result, ''), m.call_after IS NOT NULL, m.changed_by = $3, NOT (` + notOwnSQL + `),
	coalesce(m.ac_no, o.ac_no, 0), coalesce(m.part_no, 0), coalesce(m.letter, '')
FROM members m LEFT JOIN offices o ON o.code = m.enroller_code AND o.office = 'enroller'
WHERE m.id = $2`

const otherSQL = `
SELECT m.id, (m.confirmed_at AT TIME ZONE 'Asia/Kolkata')::date::text, m.decided_by IS NOT NULL, NOT (` + notOwnSQL + `)
FROM members m WHERE m.status IN ('confirmed', 'frozen') AND m.voter_id_index = (SELECT voter_id_index FROM members WHERE id = $2) AND m.id <> $2
ORDER BY m.status, m.id LIMIT 1`

// lockCase locks a row, and with it those that hold its number, in
// the order of their ids, as every writer of two rows does; then it reads them.
// Errors: pgx.ErrNoRows.
func (s *Store) lockCase(ctx context.Context, tx pgx.Tx, a flows.Actor, id int64) (c entryCase, err error) {
	if _, err := tx.Exec(ctx, `
SELECT FROM members WHERE id IN (SELECT $1::bigint UNION ALL
	SELECT id FROM members WHERE status IN ('confirmed', 'frozen') AND voter_id_index = (SELECT voter_id_index FROM members WHERE id = $1))
ORDER BY id FOR UPDATE`, id); err != nil {
		return c, err
	}
	c.id = id
	var nonce pgtype.UUID
	var name, epic []byte
	var b party.Booth
	err = tx.QueryRow(ctx, caseSQL, a.Person, id, a.Update).Scan(&c.number, &nonce, &c.status, &c.via, &c.person, &name, &epic, &c.doubts, &c.language, &c.mobile,
		&c.callDue, &c.result, &c.again, &c.done, &c.own, &b.AC, &b.Part, &b.Letter)
	if err != nil {
		return c, err
	}
	c.nonce = nonce.Bytes
	if c.name, err = s.unsealName(name, nonce); err != nil {
		return c, err
	}
	number, err := s.unsealText(epic, c.nonce)
	if err != nil {
		return c, err
	}
	c.voterID = storedVoterID(number)
	if c.by, err = s.reviewerOf(ctx, tx, a.Person, b); err != nil {
		return c, err
	}
	var on string
	err = tx.QueryRow(ctx, otherSQL, a.Person, id).Scan(&c.other.id, &on, &c.other.settled, &c.other.own)
	if ignore(err, pgx.ErrNoRows) != nil {
		return c, err
	}
	return c, c.other.on.UnmarshalText([]byte(on))
}

// reviewerOf gives the office by which a person reviews what lies at a booth, or
// in its constituency where the booth is pending, the highest first; the zero
// held where none does. It is held as it is until the end of the transaction.
func (s *Store) reviewerOf(ctx context.Context, tx pgx.Tx, person int64, b party.Booth) (held, error) {
	list, err := readPosts(ctx, tx, postsSQL+` FOR SHARE`, person)
	if err != nil {
		return held{}, err
	}
	place, known := s.ref.Constituency(b.AC)
	if b.Part == 0 {
		b = party.Booth{}
	}
	for _, h := range list {
		if h.Post.Office == party.Admin || known && h.Post.Office == party.Chief && h.Post.Area.Contains(place, b) {
			return h, nil
		}
	}
	return held{}, nil
}

// auditLookSQL audits that something of a member was seen: once an update.
const auditLookSQL = `
INSERT INTO audit (actor, update_id, action, object) VALUES ($1, $2, $3, 'member ' || $4::bigint)
ON CONFLICT (actor, update_id, action, object) WHERE update_id <> 0 DO NOTHING`

// mine tells whether the case is the reviewer's to decide.
func (c entryCase) mine() bool { return c.by.ID != 0 && !c.own }
