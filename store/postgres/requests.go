package postgres

import (
	"context"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// What one admin asks of the others: to make an admin, or to revoke one. The
// first answer counts within 24 hours: never that of who asks, nor of whom it is
// about, who is not told either and could neither agree nor stop it.

// twoAdmins tells whether there is another admin who could agree. The lock keeps
// two who leave at once from each taking the other for the second.
func twoAdmins(ctx context.Context, tx pgx.Tx) (two bool, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) > 1 FROM (
		SELECT telegram_id FROM offices WHERE office = 'admin' AND status = 'active' FOR UPDATE) a`).Scan(&two)
	return two, err
}

// anotherAdmin tells, behind twoAdmins, whether there is one who neither asks nor
// is whom it is about.
func anotherAdmin(ctx context.Context, tx pgx.Tx, asks, about int64) (there bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM offices WHERE office = 'admin' AND status = 'active' AND telegram_id NOT IN ($1, $2))`, asks, about).Scan(&there)
	return there, err
}

// mayAgree tells whether an admin's yes counts: not within 24 hours after another
// admin gave the office. Whom the operator appointed counts at once.
const mayAgree = `(o.appointed_by IS NULL OR o.setting <> '' OR o.changed_at <= now() - interval '24 hours')`

// askToRevoke keeps the request, one an office, and tells the other admins.
func (s *Store) askToRevoke(ctx context.Context, tx pgx.Tx, a flows.Actor, by held, t targeted, why flows.Why) error {
	// One that has run out gives way, and one of who is no admin any more.
	if _, err := tx.Exec(ctx, `UPDATE admin_requests SET status = 'refused' WHERE office_id = $1 AND kind = 'revoke' AND status = 'waiting'
		AND (expires_at <= now() OR NOT EXISTS (SELECT FROM offices WHERE id = asked_by AND status = 'active'))`, t.id); err != nil {
		return err
	}
	var id int64
	err := tx.QueryRow(ctx, `
INSERT INTO admin_requests (kind, office_id, telegram_id, name_sealed, seal_context, reason, asked_by) VALUES ('revoke', $1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING RETURNING id`, t.id, t.person, t.name, t.place, string(why), by.ID).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil // it is asked already
	}
	if err != nil {
		return err
	}
	if err := note(ctx, tx, a, "revoke-asked", []string{"office " + strconv.FormatInt(t.id, 10)}, string(why)); err != nil {
		return err
	}
	name, err := s.unsealName(t.name, t.place)
	if err != nil {
		return err
	}
	return s.tellAdmins(ctx, tx, []int64{a.Person, t.person}, by, flows.Notice{Kind: flows.NoticeAsked, ID: id, Office: party.Admin, Name: name, Reason: string(why)})
}

// askToGive keeps the request to make an admin of who accepted an admin's link,
// and tells the other admins; asked is false where nobody needs to agree.
func (s *Store) askToGive(ctx context.Context, tx pgx.Tx, a flows.Actor, given Appointment, link []byte) (asked bool, err error) {
	if given.Office != party.Admin || given.ByOffice == 0 {
		return false, nil
	}
	if two, err := twoAdmins(ctx, tx); err != nil || !two {
		return false, err
	}
	by := held{ID: given.ByOffice}
	var asker int64
	if err := tx.QueryRow(ctx, `SELECT telegram_id, code FROM offices WHERE id = $1`, by.ID).Scan(&asker, &by.Code); err != nil {
		return false, err
	}
	place := randomUUID()
	name, err := s.sealText(string(given.Name), place)
	if err != nil {
		return false, err
	}
	var id int64
	err = tx.QueryRow(ctx, `
INSERT INTO admin_requests (kind, link_hash, telegram_id, name_sealed, seal_context, gender, social, asked_by)
VALUES ('give', $1, $2, $3, $4, nullif($5, ''), nullif($6, ''), $7) RETURNING id`,
		link, given.TelegramID, name, pgtype.UUID{Bytes: place, Valid: true}, string(given.Gender), string(given.Social), by.ID).Scan(&id)
	if err != nil {
		return false, err
	}
	if err := note(ctx, tx, a, "admin-asked", []string{"request " + strconv.FormatInt(id, 10)}, ""); err != nil {
		return false, err
	}
	n := flows.Notice{Kind: flows.NoticeAsked, ID: id, Office: party.Admin, Name: given.Name, Reason: flows.AskedToGive}
	return true, s.tellAdmins(ctx, tx, []int64{asker, given.TelegramID}, by, n)
}

// awaited tells whether the admins have yet to agree to who accepted a link.
// Errors: party.ErrLinkSpent where they did not, in time.
func (s *Store) awaited(ctx context.Context, tx pgx.Tx, link []byte) (waits bool, err error) {
	var status string
	err = tx.QueryRow(ctx, `SELECT CASE WHEN status = 'waiting' AND expires_at <= now() THEN 'refused' ELSE status END
		FROM admin_requests WHERE link_hash = $1`, link).Scan(&status)
	if err == nil && status == "refused" {
		err = party.ErrLinkSpent
	}
	return status == "waiting", ignore(err, pgx.ErrNoRows)
}

// tellAdmins tells all admins but who asks and whom it is about.
func (s *Store) tellAdmins(ctx context.Context, tx pgx.Tx, but []int64, by held, n flows.Notice) error {
	var name []byte
	var place pgtype.UUID
	if err := tx.QueryRow(ctx, `SELECT name_sealed, seal_context FROM offices WHERE id = $1`, by.ID).Scan(&name, &place); err != nil {
		return err
	}
	asks, err := s.unsealName(name, place)
	if err != nil {
		return err
	}
	if n.Words = string(asks); n.Words == "" {
		n.Words = by.Code.Display()
	}
	rows, err := tx.Query(ctx, `SELECT DISTINCT telegram_id FROM offices WHERE office = 'admin' AND status = 'active' AND telegram_id <> ALL ($1)`, but)
	if err != nil {
		return err
	}
	others, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	for _, person := range others {
		if err := s.tell(ctx, tx, person, "request "+strconv.FormatInt(n.ID, 10), 0, n); err != nil {
			return err
		}
	}
	return nil
}

// request is one that waits, locked.
type request struct {
	targeted // of one to give: who accepted
	id       int64
	give     bool
	reason   string
	askedBy  int64 // an office
	asker    int64 // who holds it
	gender   party.Gender
	social   party.SocialCategory
}

// DecideRequest agrees to what another admin asked, or not. The first answer
// counts; the asker and whom it is about are told what became of it. Whom it is
// about has no say: to them there is no such request.
func (s *Store) DecideRequest(ctx context.Context, a flows.Actor, e flows.DecideRequest) (out flows.RequestDecided, err error) {
	err = s.asAdmin(ctx, a, "agree", func(tx pgx.Tx, by held) error {
		r, err := lockRequest(ctx, tx, e.ID)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if r.person == a.Person { // as if there were none
			return refuse(ctx, tx, a, "agree", flows.Sound)
		}
		if out.Name, err = s.unsealName(r.name, r.place); err != nil {
			return err
		}
		out.Give = r.give
		if out.Outcome, err = mayDecide(ctx, tx, a, by, r); err != nil || out.Outcome != "" {
			return err
		}
		out.Outcome = flows.Refused
		if e.Yes {
			out.Outcome = flows.Done
		}
		return s.settleRequest(ctx, tx, a, by, r, out.Name, e.Yes)
	})
	if err != nil {
		return flows.RequestDecided{}, wrap("decide a request", err)
	}
	return out, nil
}

// lockRequest finds what waits; what one asked who is no admin any more is void.
func lockRequest(ctx context.Context, tx pgx.Tx, id int64) (r request, err error) {
	err = tx.QueryRow(ctx, `
SELECT r.id, r.kind = 'give', coalesce(r.office_id, 0), r.telegram_id, r.name_sealed, r.seal_context, r.reason, r.asked_by, o.telegram_id,
	coalesce(r.gender, ''), coalesce(r.social, '')
FROM admin_requests r JOIN offices o ON o.id = r.asked_by AND o.status = 'active'
WHERE r.id = $1 AND r.status = 'waiting' AND r.expires_at > now() FOR UPDATE OF r`, id).
		Scan(&r.id, &r.give, &r.targeted.id, &r.person, &r.name, &r.place, &r.reason, &r.askedBy, &r.asker, &r.gender, &r.social)
	return r, err
}

// mayDecide gives the outcome where this admin may not.
func mayDecide(ctx context.Context, tx pgx.Tx, a flows.Actor, by held, r request) (o flows.Outcome, err error) {
	if r.asker == a.Person {
		return flows.Own, nil
	}
	var counts bool
	if err := tx.QueryRow(ctx, `SELECT `+mayAgree+` FROM offices o WHERE o.id = $1`, by.ID).Scan(&counts); err != nil || counts {
		return "", err
	}
	return flows.TooEarly, nil
}

// settleRequest does what was asked, or not, and tells those it is about.
func (s *Store) settleRequest(ctx context.Context, tx pgx.Tx, a flows.Actor, by held, r request, name party.Name, yes bool) error {
	status, kind := "refused", flows.NoticeAgainst
	if yes {
		status, kind = "agreed", flows.NoticeAgreed
	}
	if _, err := tx.Exec(ctx, `UPDATE admin_requests SET status = $2, decided_by = $3 WHERE id = $1`, r.id, status, by.ID); err != nil {
		return err
	}
	if err := note(ctx, tx, a, "request-"+status, []string{"request " + strconv.FormatInt(r.id, 10)}, r.reason); err != nil {
		return err
	}
	n := flows.Notice{Kind: kind, ID: r.id, Office: party.Admin, Name: name, Reason: r.reason}
	if r.give {
		n.Reason = flows.AskedToGive
	}
	subject := "request " + strconv.FormatInt(r.id, 10)
	if err := s.tell(ctx, tx, r.asker, subject, 0, n); err != nil {
		return err
	}
	switch {
	case r.give && yes:
		given := Appointment{
			Office: party.Admin, Name: name, TelegramID: r.person, By: a.Person, ByOffice: r.askedBy, Gender: r.gender, Social: r.social,
		}
		id, code, err := s.drawCode(ctx, tx, given)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE office_links SET gave = $2 WHERE token_hash = (SELECT link_hash FROM admin_requests WHERE id = $1)`, r.id, id); err != nil {
			return err
		}
		return s.tell(ctx, tx, r.person, subject, 0, flows.Notice{Kind: flows.NoticeMadeAdmin, ID: id, Code: code})
	case r.give:
		return s.tell(ctx, tx, r.person, subject, 0, flows.Notice{Kind: flows.NoticeNotGiven, Office: party.Admin, Name: name})
	case yes:
		t, err := lockOffice(ctx, tx, r.targeted.id)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && t.setting != "" {
			return nil // it is gone, or the operator's by now
		}
		if err != nil {
			return err
		}
		return s.takeAway(ctx, tx, a, t, r.reason)
	}
	return nil
}
