package postgres

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"sadasya/flows"
	"sadasya/party"
)

// What becomes of an office: moved, suspended, reinstated, given up. Each is one
// transaction that locks the office and those of who asks, so that nobody acts
// by a power that is being taken from them. Members stay credited to the code.

// ChangeOffice moves, suspends or reinstates an office for who is over it, or
// gives up one's own, and tells whose it was. Not done: it was not the person's
// to do, or cannot be done to that office as it stands.
func (s *Store) ChangeOffice(ctx context.Context, a flows.Actor, e flows.ChangeOffice) (out flows.OfficeChanged, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		it, own, err := s.lockOffices(ctx, tx, e.ID, a.Person)
		if err != nil || !s.mayChange(a.Person, it, own, e) {
			return err
		}
		out.Name, out.Done = it.Name, true
		first, err := firstTime(ctx, tx, a, string(e.Change)+" "+strconv.FormatInt(e.ID, 10))
		if err != nil || !first {
			return err
		}
		return s.change(ctx, tx, a, it, e)
	})
	if errors.Is(err, errNotSo) {
		return flows.OfficeChanged{}, nil
	}
	if there := (&pgconn.PgError{}); errors.As(err, &there) && there.Code == uniqueViolation {
		out.Done, out.There, err = false, true, nil // all of it was undone
	}
	return out, ignore(wrap("change an office", err), party.ErrNotFound)
}

// mayChange looks at the power of who asks, by their own offices.
func (s *Store) mayChange(person int64, it officeRow, own []officeRow, e flows.ChangeOffice) bool {
	if e.Change == flows.OfficeResign {
		return it.Person == person && it.Post.Office != party.Admin
	}
	if it.Person == person || s.overOne(own, it.Post).ID == 0 || !slices.Contains(flows.ReasonsFor(e.Change), e.Reason) {
		return false
	}
	if it.Post.Office == party.Admin || e.Change != flows.OfficeMove {
		return it.Post.Office != party.Admin
	}
	post := party.Post{Office: it.Post.Office, Area: e.Area}
	return s.placed(post) && s.overOne(own, post).ID != 0
}

// change writes one change where the office stands so that it can be made, with
// its audit and what its holder is told. Errors: errNotSo.
func (s *Store) change(ctx context.Context, tx pgx.Tx, a flows.Actor, it officeRow, e flows.ChangeOffice) (err error) {
	n := flows.Notice{ID: it.ID, Office: it.Post.Office, Area: it.Post.Area, Reason: string(e.Reason)}
	var tag pgconn.CommandTag
	action := ""
	switch e.Change {
	case flows.OfficeMove:
		action, n.Kind, n.Area = "office-moved", flows.NoticeMoved, e.Area
		if n.Station, err = s.stationOf(ctx, tx, e.Area.Booth); err != nil {
			return err
		}
		if n.Station == nil && it.Post.Office == party.Enroller {
			return errNotSo // no such booth is listed
		}
		tag, err = tx.Exec(ctx, `UPDATE offices SET district = $2, ac_no = $3, part_no = $4, letter = $5, changed_at = now()
			WHERE id = $1 AND status IN ('active', 'suspended')`, it.ID, e.Area.District, areaAC(e.Area), e.Area.Booth.Part, e.Area.Booth.Letter)
	case flows.OfficeSuspend:
		action, n.Kind = "office-suspended", flows.NoticeSuspended
		tag, err = restate(ctx, tx, it.ID, "suspended", "active")
	case flows.OfficeReinstate:
		action, n.Kind = "office-reinstated", flows.NoticeReinstated
		tag, err = restate(ctx, tx, it.ID, "active", "suspended")
	case flows.OfficeResign:
		action = "office-resigned"
		tag, err = restate(ctx, tx, it.ID, "resigned", "active", "suspended")
	}
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 {
		return errNotSo
	}
	if err = renewMenu(ctx, tx, it.Person); err != nil {
		return err
	}
	if _, err = tx.Exec(ctx, `INSERT INTO audit (actor, action, object, reason) VALUES ($1, $2, 'office ' || $3::bigint, $4)`,
		a.Person, action, it.ID, string(e.Reason)); err != nil || n.Kind == "" {
		return err
	}
	return s.tellHolder(ctx, tx, it, n)
}

func restate(ctx context.Context, tx pgx.Tx, id int64, to string, from ...string) (pgconn.CommandTag, error) {
	return tx.Exec(ctx, `UPDATE offices SET status = $2, changed_at = now() WHERE id = $1 AND status = ANY($3)`, id, to, from)
}

// tellHolder tells who holds an office what became of it; what it was before and
// is still untold is not said any more.
func (s *Store) tellHolder(ctx context.Context, tx pgx.Tx, it officeRow, n flows.Notice) error {
	subject := "office " + strconv.FormatInt(it.ID, 10)
	if n.Kind != flows.NoticeMoved {
		if _, err := tx.Exec(ctx, `DELETE FROM notices WHERE telegram_id = $1 AND subject = $2 AND kind = ANY($3)`,
			it.Person, subject, []string{string(flows.NoticeSuspended), string(flows.NoticeReinstated)}); err != nil {
			return err
		}
	}
	if n.Station == nil && it.Post.Office == party.Enroller {
		var err error
		if n.Station, err = s.stationOf(ctx, tx, it.Post.Area.Booth); err != nil {
			return err
		}
	}
	return s.tell(ctx, tx, it.Person, subject, 0, n)
}

// letterEvery is how long an office-holder is left alone after a letter.
const letterEvery = time.Hour

// errTooSoon says that the last letter is not an hour old.
var errTooSoon = errors.New("written to within the hour")

// SendLetter sends a person's own words to an office-holder who is under them,
// at most one an hour to each. Neither done nor a wait: they were not the
// person's to write to.
func (s *Store) SendLetter(ctx context.Context, a flows.Actor, e flows.SendLetter) (out flows.LetterSent, err error) {
	if n := utf8.RuneCountInString(e.Words); n == 0 || n > flows.LetterLimit {
		return out, nil
	}
	ctx, cancel := detached(ctx)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		it, own, err := s.lockOffices(ctx, tx, e.ID, a.Person)
		by := s.overOne(own, it.Post)
		if err != nil || by.ID == 0 || it.Person == a.Person || it.Status != "active" && it.Status != "suspended" {
			return err
		}
		out.Name, out.Done = it.Name, true
		first, err := firstTime(ctx, tx, a, "letter "+strconv.FormatInt(e.ID, 10))
		if err != nil || !first {
			return err
		}
		if err = tx.QueryRow(ctx, `SELECT coalesce(ceil(extract(epoch FROM letter_at + $2 - now()) / 60), 0)::int FROM offices WHERE id = $1`,
			it.ID, letterEvery).Scan(&out.Wait); err != nil {
			return err
		}
		if out.Wait > 0 {
			out.Done = false
			return errTooSoon
		}
		if _, err = tx.Exec(ctx, `
WITH written AS (UPDATE offices SET letter_at = now() WHERE id = $2)
INSERT INTO audit (actor, action, object) VALUES ($1, 'letter-sent', 'office ' || $2::bigint)`, a.Person, it.ID); err != nil {
			return err
		}
		n := flows.Notice{Kind: flows.NoticeLetter, Office: by.Post.Office, Area: by.Post.Area, Name: by.Name, Words: e.Words}
		return s.tell(ctx, tx, it.Person, strconv.FormatInt(by.ID, 10)+" "+strconv.FormatInt(a.Update, 10), 0, n)
	})
	out.Wait = max(out.Wait, 0)
	return out, ignore(ignore(wrap("send a letter", err), errTooSoon), party.ErrNotFound)
}
