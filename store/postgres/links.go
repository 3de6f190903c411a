package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// Links to offices. Of a token only the hash is kept: who reads the database
// cannot accept one. One whose maker was suspended, or moved away from what it
// gives, gives nothing.

const linkHolds = `revoked_at IS NULL AND expires_at > now()
	AND (made_by IS NULL OR EXISTS (SELECT FROM offices WHERE id = made_by AND status = 'active'))`

// linksPerMaker is how many links of one person may be open at a time.
const linksPerMaker = 500

// CreateLink keeps a link to an office for 7 days. Errors: party.ErrNotFound
// for a booth that is not listed.
func (s *Store) CreateLink(ctx context.Context, a Appointment, token party.LinkToken) error {
	_, err := s.createLink(ctx, s.pool, a, token)
	return err
}

func (s *Store) createLink(ctx context.Context, q rowQuerier, a Appointment, token party.LinkToken) (id int64, err error) {
	if err := s.checkPlace(ctx, a); err != nil && !token.Many() {
		return 0, err
	}
	place := randomUUID()
	name, err := s.sealText(string(a.Name), place)
	if err != nil {
		return 0, err
	}
	hash := sha256.Sum256([]byte(token))
	err = q.QueryRow(ctx, `
WITH made AS (
	INSERT INTO office_links (token_hash, office, name_sealed, seal_context, district, ac_no, part_no, letter, made_by, many)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, nullif($11::bigint, 0), $12) ON CONFLICT DO NOTHING RETURNING id, office),
audited AS (INSERT INTO audit (actor, action, object) SELECT $9, 'link-made', office || ' of ' || $10::text FROM made)
SELECT id FROM made UNION ALL SELECT id FROM office_links WHERE token_hash = $1 LIMIT 1`,
		hash[:], string(a.Office), name, pgtype.UUID{Bytes: place, Valid: true},
		a.Area.District, areaAC(a.Area), a.Area.Booth.Part, a.Area.Booth.Letter, a.By, a.Area.String(), a.ByOffice, token.Many()).Scan(&id)
	return id, wrap("keep a link", err)
}

// MakeLink makes a link to an office that the person may give: the same nonce
// gives the same link. Without the power, or for a place that is none, there is
// no token; with too many open ones there is none either.
func (s *Store) MakeLink(ctx context.Context, a flows.Actor, e flows.MakeLink) (out flows.LinkMade, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	post := party.Post{Office: e.Office, Area: e.Area}
	if e.Many && (e.Office != party.Enroller || e.Area != party.Area{AC: e.Area.AC} || s.constituencyOf(e.Area).AC == 0) || !e.Many && !s.placed(post) {
		return out, nil
	}
	drawn := s.keys.Index("office-link", e.Nonce[:])
	token := party.NewLinkToken(e.Office, drawn)
	if e.Many {
		token = party.NewApplyToken(drawn)
	}
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		by, err := s.overIn(ctx, tx, a.Person, post)
		if err != nil || by.ID == 0 {
			return err
		}
		if err = tx.QueryRow(ctx, `SELECT count(*) >= $2 FROM office_links WHERE spent_by IS NULL AND `+linkHolds+`
			AND made_by IN (SELECT id FROM offices WHERE telegram_id = $1)`, a.Person, linksPerMaker).Scan(&out.Full); err != nil || out.Full {
			return err
		}
		if out.ID, err = s.createLink(ctx, tx, Appointment{Office: e.Office, Area: e.Area, By: a.Person, ByOffice: by.ID}, token); err == nil {
			out.Token = token
		}
		return err
	})
	return out, ignore(wrap("make a link", err), party.ErrNotFound) // a booth that is listed no more
}

// RevokeLink withdraws a link that the person made and that nobody has accepted.
func (s *Store) RevokeLink(ctx context.Context, a flows.Actor, id int64) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	_, err := s.pool.Exec(ctx, `
WITH made AS (
	UPDATE office_links SET revoked_at = now() WHERE id = $2 AND spent_by IS NULL AND revoked_at IS NULL
	AND made_by IN (SELECT id FROM offices WHERE telegram_id = $1 AND status = 'active') RETURNING id)
INSERT INTO audit (actor, action, object) SELECT $1, 'link-revoked', 'link ' || id FROM made`, a.Person, id)
	return wrap("withdraw a link", err)
}

// AcceptLink gives the office of a link to the person who opened it, under the
// name that citizens will read, and asks the appointer whether it is the right
// person. The same person gets the same answer again while they hold the office.
// Who is suspended takes no other office. An admin's office waits for the yes of
// another admin where there are two: there is no code yet. Errors:
// party.ErrNotFound for a link that nobody made, party.ErrLinkSpent for one that
// another accepted, that was withdrawn, has expired or was made by who may give
// it no more.
func (s *Store) AcceptLink(ctx context.Context, a flows.Actor, e flows.AcceptLink) (office party.Office, code party.Code, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	hash := sha256.Sum256([]byte(e.Token))
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		given, gave, err := s.openLink(ctx, tx, hash[:], a.Person)
		if err != nil {
			return err
		}
		office = given.Office
		if waits, err := s.awaited(ctx, tx, hash[:]); err != nil || waits {
			return err
		}
		if gave != 0 { // to this person: nothing is done again
			code, err = codeOf(ctx, tx, gave)
			return err
		}
		if e.Name != "" {
			given.Name = e.Name
		}
		given.Gender, given.Social = e.Gender, e.Social
		if err := meet(ctx, tx, a); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE office_links SET spent_by = $2, spent_at = now() WHERE token_hash = $1`, hash[:], a.Person); err != nil {
			return err
		}
		if asked, err := s.askToGive(ctx, tx, a, given, hash[:]); err != nil || asked {
			return err
		}
		if gave, code, err = s.drawCode(ctx, tx, given); err != nil {
			return err
		}
		if err := s.askAppointer(ctx, tx, gave, given); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE office_links SET gave = $2 WHERE token_hash = $1`, hash[:], gave)
		return err
	})
	if err != nil {
		return "", "", wrap("accept a link", err)
	}
	return office, code, nil
}

// askAppointer asks who made the link whether the right person accepted it; who
// accepts their own is not asked.
func (s *Store) askAppointer(ctx context.Context, tx pgx.Tx, office int64, given Appointment) error {
	appointer, err := holder(ctx, tx, given.ByOffice)
	if err != nil || appointer == 0 || appointer == given.TelegramID {
		return err
	}
	n := flows.Notice{Kind: flows.NoticeAccepted, ID: office, Office: given.Office, Area: given.Area, Name: given.Name}
	if n.Station, err = s.stationOf(ctx, tx, given.Area.Booth); err != nil {
		return err
	}
	return s.tell(ctx, tx, appointer, "office "+strconv.FormatInt(office, 10), 0, n)
}

// holder is who holds an office; 0 for the command line.
func holder(ctx context.Context, q rowQuerier, office int64) (person int64, err error) {
	if office == 0 {
		return 0, nil
	}
	err = q.QueryRow(ctx, `SELECT telegram_id FROM offices WHERE id = $1`, office).Scan(&person)
	return person, err
}

// stationOf looks a booth up, nil for none and for one that is listed no more.
func (s *Store) stationOf(ctx context.Context, q rowQuerier, b party.Booth) (found *party.Station, err error) {
	if b.IsZero() {
		return found, nil
	}
	st, err := scanStation(q.QueryRow(ctx, stationSQL, b.AC, b.Part, b.Letter))
	if err == nil {
		st.Lat, st.Lon = 0, 0
		found = &st
	}
	return found, ignore(err, pgx.ErrNoRows)
}

// openLink locks a one-time link and reads what it gives; gave is the office
// that this person has by it already.
func (s *Store) openLink(ctx context.Context, tx pgx.Tx, hash []byte, person int64) (given Appointment, gave int64, err error) {
	var name []byte
	var place pgtype.UUID
	var by int64
	var holds bool
	var b party.Booth
	err = tx.QueryRow(ctx, `
SELECT office, district, ac_no, part_no, letter, name_sealed, seal_context, coalesce(spent_by, 0), coalesce(gave, 0),
	`+linkHolds+` AND NOT `+pausedSQL+`, coalesce(made_by, 0)
FROM office_links WHERE token_hash = $1 AND NOT many FOR UPDATE`, hash, person).
		Scan(&given.Office, &given.Area.District, &b.AC, &b.Part, &b.Letter, &name, &place, &by, &gave, &holds, &given.ByOffice)
	if err != nil {
		return given, 0, err
	}
	given.Area = areaOf(given.Area.District, b)
	given.TelegramID, given.By = person, person
	if by != 0 {
		if by != person {
			err = party.ErrLinkSpent
		}
		return given, gave, err
	}
	if holds && given.ByOffice != 0 {
		maker, err := s.makerOver(ctx, tx, given.ByOffice, party.Post{Office: given.Office, Area: given.Area})
		if err != nil {
			return given, 0, err
		}
		holds = maker.ID != 0
	}
	if !holds {
		return given, 0, party.ErrLinkSpent
	}
	given.Name, err = s.unsealName(name, place)
	return given, 0, err
}

// pausedSQL tells whether the person $2 holds an office that is suspended.
const pausedSQL = `EXISTS (SELECT FROM offices WHERE telegram_id = $2 AND status = 'suspended')`

// codeOf is the code of an office that is held. Errors: party.ErrLinkSpent where
// it is held no more.
func codeOf(ctx context.Context, tx pgx.Tx, office int64) (code party.Code, err error) {
	err = tx.QueryRow(ctx, `SELECT code FROM offices WHERE id = $1 AND status = 'active'`, office).Scan(&code)
	if errors.Is(err, pgx.ErrNoRows) {
		err = party.ErrLinkSpent
	}
	return code, err
}
