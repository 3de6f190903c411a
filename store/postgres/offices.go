package postgres

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/party"
)

// Appointment is an office to be given.
type Appointment struct {
	Office     party.Office
	Area       party.Area
	Name       party.Name // as citizens will read it
	TelegramID int64      // 0: by a link
	By         int64      // who appoints; 0: the command line
}

// Appoint gives an office at once and returns its referral code. The same
// account at the same place keeps its code; its name is renewed.
func (s *Store) Appoint(ctx context.Context, a Appointment) (party.Code, error) {
	for range tries {
		code, err := s.appoint(ctx, s.pool, a)
		if !errors.Is(err, pgx.ErrNoRows) {
			return code, wrap("appoint", err)
		}
	}
	return "", fmt.Errorf("postgres: appoint: no free referral code in %d draws: %w", tries, party.ErrUnavailable)
}

type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// appoint draws a code; where another office has it there is no row.
func (s *Store) appoint(ctx context.Context, q querier, a Appointment) (code party.Code, err error) {
	drawn, place := randomCode(), randomUUID()
	name, err := s.sealText(string(a.Name), place)
	if err != nil {
		return "", err
	}
	err = q.QueryRow(ctx, `
WITH had AS (
	UPDATE offices SET name_sealed = $3, seal_context = $4, status = 'active'
	WHERE telegram_id = $1 AND office = $2 AND district = $6 AND ac_no = $7 AND part_no = $8 AND letter = $9 RETURNING id, code),
got AS (
	INSERT INTO offices (telegram_id, office, name_sealed, seal_context, code, district, ac_no, part_no, letter)
	SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE NOT EXISTS (SELECT FROM had)
	ON CONFLICT DO NOTHING RETURNING id, code),
one AS (SELECT * FROM had UNION ALL SELECT * FROM got),
audited AS (INSERT INTO audit (actor, action, object) SELECT $10, 'office-given', 'office ' || id FROM one)
SELECT code FROM one`,
		a.TelegramID, string(a.Office), name, pgtype.UUID{Bytes: place, Valid: true}, string(drawn),
		a.Area.District, areaAC(a.Area), a.Area.Booth.Part, a.Area.Booth.Letter, a.By).Scan(&code)
	return code, err
}

func areaAC(a party.Area) int {
	if a.Booth.AC != 0 {
		return a.Booth.AC
	}
	return a.AC
}

func randomCode() party.Code {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand says so
	return party.NewCode(binary.BigEndian.Uint64(b[:]))
}

func randomUUID() (b [16]byte) {
	_, _ = rand.Read(b[:])
	return b
}

// CreateLink keeps a one-time link of an office for 7 days, by the hash of its
// token.
func (s *Store) CreateLink(ctx context.Context, a Appointment, token party.LinkToken) error {
	place := randomUUID()
	name, err := s.sealText(string(a.Name), place)
	if err != nil {
		return err
	}
	hash := sha256.Sum256([]byte(token))
	_, err = s.pool.Exec(ctx, `
INSERT INTO office_links (token_hash, office, name_sealed, seal_context, district, ac_no, part_no, letter)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		hash[:], string(a.Office), name, pgtype.UUID{Bytes: place, Valid: true}, a.Area.District, areaAC(a.Area), a.Area.Booth.Part, a.Area.Booth.Letter)
	return wrap("keep a link", err)
}
