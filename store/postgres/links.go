package postgres

import (
	"context"
	"crypto/sha256"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// One-time links to offices. Of a token only the hash is kept: who reads the
// database cannot accept one.

// CreateLink keeps a link to an office for 7 days. Errors: party.ErrNotFound
// for a booth that is not listed.
func (s *Store) CreateLink(ctx context.Context, a Appointment, token party.LinkToken) error {
	if err := s.checkPlace(ctx, a); err != nil {
		return err
	}
	place := randomUUID()
	name, err := s.sealText(string(a.Name), place)
	if err != nil {
		return err
	}
	hash := sha256.Sum256([]byte(token))
	_, err = s.pool.Exec(ctx, `
WITH made AS (
	INSERT INTO office_links (token_hash, office, name_sealed, seal_context, district, ac_no, part_no, letter)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING office)
INSERT INTO audit (actor, action, object) SELECT $9, 'link-made', office || ' of ' || $10::text FROM made`,
		hash[:], string(a.Office), name, pgtype.UUID{Bytes: place, Valid: true},
		a.Area.District, areaAC(a.Area), a.Area.Booth.Part, a.Area.Booth.Letter, a.By, a.Area.String())
	return wrap("keep a link", err)
}

// AcceptLink gives the office of a link to the person who opened it; name is
// what citizens will read, and where it is empty the link's own. The same person
// gets the same answer again. Errors: party.ErrNotFound for a link that nobody
// made, party.ErrLinkSpent for one that another accepted or that has expired.
func (s *Store) AcceptLink(ctx context.Context, a flows.Actor, token party.LinkToken, name party.Name) (office party.Office, code party.Code, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	hash := sha256.Sum256([]byte(token))
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		given, spent, err := s.openLink(ctx, tx, hash[:], a.Person)
		if err != nil {
			return err
		}
		office = given.Office
		if spent { // by this person: nothing is done again
			code, err = heldCode(ctx, tx, given)
			return err
		}
		if name != "" {
			given.Name = name
		}
		if code, err = s.drawCode(ctx, tx, given); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE office_links SET spent_by = $2, spent_at = now() WHERE token_hash = $1`, hash[:], a.Person)
		return err
	})
	if err != nil {
		return "", "", wrap("accept a link", err)
	}
	return office, code, nil
}

// openLink locks a link and reads what it gives; spent tells that this person
// has accepted it before.
func (s *Store) openLink(ctx context.Context, tx pgx.Tx, hash []byte, person int64) (given Appointment, spent bool, err error) {
	var name []byte
	var place pgtype.UUID
	var by int64
	var expired bool
	var b party.Booth
	err = tx.QueryRow(ctx, `
SELECT office, district, ac_no, part_no, letter, name_sealed, seal_context, coalesce(spent_by, 0), expires_at <= now()
FROM office_links WHERE token_hash = $1 FOR UPDATE`, hash).
		Scan(&given.Office, &given.Area.District, &b.AC, &b.Part, &b.Letter, &name, &place, &by, &expired)
	if err != nil {
		return given, false, err
	}
	if by != 0 && by != person || by == 0 && expired {
		return given, false, party.ErrLinkSpent
	}
	if b.Part != 0 {
		given.Area.Booth = b
	} else {
		given.Area.AC = b.AC
	}
	given.TelegramID, given.By = person, person
	plain, err := s.unsealText(name, place.Bytes)
	given.Name = party.Name(plain)
	return given, by != 0, err
}

// heldCode is the code of an office as it was given. Errors: party.ErrLinkSpent
// where the office is no more.
func heldCode(ctx context.Context, tx pgx.Tx, a Appointment) (code party.Code, err error) {
	err = tx.QueryRow(ctx, `SELECT code FROM offices
		WHERE telegram_id = $1 AND office = $2 AND district = $3 AND ac_no = $4 AND part_no = $5 AND letter = $6`,
		a.TelegramID, string(a.Office), a.Area.District, areaAC(a.Area), a.Area.Booth.Part, a.Area.Booth.Letter).Scan(&code)
	if errors.Is(err, pgx.ErrNoRows) {
		err = party.ErrLinkSpent
	}
	return code, err
}
