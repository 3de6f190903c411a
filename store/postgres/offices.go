package postgres

import (
	"context"
	"crypto/rand"
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
	ByOffice   int64      // the office of who appoints; 0: the command line
	Gender     party.Gender
	Social     party.SocialCategory
}

// Appoint gives an office at once and returns its referral code. The same
// account at the same place keeps its code; its name is renewed, and a
// suspended office holds again. Errors: party.ErrNotFound for a booth that is
// not listed.
func (s *Store) Appoint(ctx context.Context, a Appointment) (party.Code, error) {
	if a.TelegramID <= 0 {
		return "", errors.New("postgres: appoint: whom? a Telegram id is wanted")
	}
	if err := s.checkPlace(ctx, a); err != nil {
		return "", err
	}
	_, code, err := s.drawCode(ctx, s.pool, a)
	return code, wrap("appoint", err)
}

// checkPlace makes sure that an enroller's booth is listed. Errors:
// party.ErrNotFound.
func (s *Store) checkPlace(ctx context.Context, a Appointment) error {
	if a.Office != party.Enroller {
		return nil
	}
	_, err := s.Station(ctx, a.Area.Booth)
	return err
}

type rowQuerier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

type store interface {
	rowQuerier
	execer
}

// drawCode appoints with the first code drawn that is free, and gives the
// office's id with it.
func (s *Store) drawCode(ctx context.Context, q store, a Appointment) (int64, party.Code, error) {
	for range tries {
		id, code, err := s.appoint(ctx, q, a)
		if err == nil {
			err = renewMenu(ctx, q, a.TelegramID)
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return id, code, err
		}
	}
	return 0, "", fmt.Errorf("no free referral code in %d draws: %w", tries, party.ErrUnavailable)
}

// appoint draws a code; where another office has it there is no row.
func (s *Store) appoint(ctx context.Context, q rowQuerier, a Appointment) (id int64, code party.Code, err error) {
	drawn, place := randomCode(), randomUUID()
	name, err := s.sealText(string(a.Name), place)
	if err != nil {
		return 0, "", err
	}
	err = q.QueryRow(ctx, `
WITH had AS (
	UPDATE offices SET name_sealed = $3, seal_context = $4, status = 'active', changed_at = now(),
		appointed_by = nullif($11::bigint, 0), gender = nullif($12, ''), social = nullif($13, ''),
		setting = CASE setting WHEN 'alone' THEN 'also' ELSE setting END
	WHERE id = (SELECT id FROM offices
		WHERE telegram_id = $1 AND office = $2 AND district = $6 AND ac_no = $7 AND part_no = $8 AND letter = $9
		ORDER BY status IN ('active', 'suspended') DESC, id DESC LIMIT 1) RETURNING id, code),
got AS (
	INSERT INTO offices (telegram_id, office, name_sealed, seal_context, code, district, ac_no, part_no, letter, appointed_by, gender, social)
	SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($11::bigint, 0), nullif($12, ''), nullif($13, '') WHERE NOT EXISTS (SELECT FROM had)
	ON CONFLICT DO NOTHING RETURNING id, code),
one AS (SELECT * FROM had UNION ALL SELECT * FROM got),
audited AS (INSERT INTO audit (actor, action, object) SELECT $10, 'office-given', 'office ' || id FROM one)
SELECT id, code FROM one`,
		a.TelegramID, string(a.Office), name, pgtype.UUID{Bytes: place, Valid: true}, string(drawn),
		a.Area.District, areaAC(a.Area), a.Area.Booth.Part, a.Area.Booth.Letter, a.By, a.ByOffice, string(a.Gender), string(a.Social)).Scan(&id, &code)
	return id, code, err
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
