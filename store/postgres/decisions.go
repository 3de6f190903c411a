package postgres

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// Where a person may appoint, and what they decide of who applied or accepted.

// Ground tells where a person may give an office: districts, or the
// constituencies of the only one.
func (s *Store) Ground(ctx context.Context, a flows.Actor, o party.Office) (out flows.Ground, err error) {
	posts, err := s.posts(ctx, a.Person)
	if err != nil {
		return out, err
	}
	posts = slices.DeleteFunc(posts, func(h held) bool {
		return h.Post.Office == party.Enroller || h.Post.Office == party.Chief && o != party.Enroller
	})
	if len(posts) == 0 {
		return out, nil
	}
	if area := posts[0].Post.Area; area == (party.Area{}) {
		out.Districts = s.ref.Districts()
	} else if len(posts) == 1 && area.District != "" {
		out.Constituencies = s.ref.Constituencies(area.District)
	} else {
		out = s.groundOf(s.acsWithin(posts, party.Area{}))
	}
	return out, nil
}

// groundOf offers several constituencies: by their districts where there are
// more than one.
func (s *Store) groundOf(acs []int) (out flows.Ground) {
	for _, ac := range acs {
		c, _ := s.ref.Constituency(ac)
		out.Constituencies = append(out.Constituencies, c)
		if !slices.ContainsFunc(out.Districts, func(d party.Constituency) bool { return d.DistrictEN == c.DistrictEN }) {
			out.Districts = append(out.Districts, c)
		}
	}
	if len(out.Districts) > 1 {
		return flows.Ground{Districts: out.Districts}
	}
	return flows.Ground{Constituencies: out.Constituencies}
}

// application is one as it stands in the table.
type application struct {
	Appointment
	status string
	paused bool // the applicant holds an office that is suspended
}

func (s *Store) lockApplication(ctx context.Context, tx pgx.Tx, id int64) (p application, err error) {
	var name []byte
	var place pgtype.UUID
	err = tx.QueryRow(ctx, `
SELECT telegram_id, name_sealed, seal_context, ac_no, part_no, letter, coalesce(gender, ''), coalesce(social, ''), status,
	EXISTS (SELECT FROM offices o WHERE o.telegram_id = a.telegram_id AND o.status = 'suspended')
FROM applications a WHERE id = $1 FOR UPDATE`, id).
		Scan(&p.TelegramID, &name, &place, &p.Area.Booth.AC, &p.Area.Booth.Part, &p.Area.Booth.Letter, &p.Gender, &p.Social, &p.status, &p.paused)
	if err != nil {
		return p, err
	}
	p.Office = party.Enroller
	p.Name, err = s.unsealName(name, place)
	return p, err
}

// DecideApplicant gives an applicant the booth, or not, and tells them. Without
// a name it was not the person's to decide, or decided before. Nobody who is
// suspended gets a booth by applying for it.
func (s *Store) DecideApplicant(ctx context.Context, a flows.Actor, e flows.DecideApplicant) (out flows.Decided, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		p, err := s.lockApplication(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		by, err := s.overIn(ctx, tx, a.Person, party.Post{Office: party.Enroller, Area: p.Area})
		if err != nil || by.ID == 0 {
			return err
		}
		first, err := firstTime(ctx, tx, a, "decide "+strconv.FormatInt(e.ID, 10))
		if err != nil {
			return err
		}
		if first && (p.status != "waiting" || e.Yes && p.paused) {
			return errNotSo
		}
		if out.Name = p.Name; !first {
			return nil
		}
		p.By, p.ByOffice = a.Person, by.ID
		return s.decide(ctx, tx, e, p.Appointment)
	})
	if errors.Is(err, errNotSo) {
		return flows.Decided{}, nil
	}
	return out, ignore(wrap("decide an application", err), party.ErrNotFound)
}

// decide writes what was decided. Errors: errNotSo where the booth is listed no
// more.
func (s *Store) decide(ctx context.Context, tx pgx.Tx, e flows.DecideApplicant, given Appointment) (err error) {
	n := flows.Notice{Kind: flows.NoticeNotGiven, Office: given.Office, Area: given.Area, Name: given.Name}
	if n.Station, err = s.stationOf(ctx, tx, given.Area.Booth); err != nil {
		return err
	}
	status := "refused"
	if e.Yes {
		if n.Station == nil {
			return errNotSo
		}
		status, n.Kind = "accepted", flows.NoticeGiven
		if n.ID, n.Code, err = s.drawCode(ctx, tx, given); err != nil {
			return err
		}
	}
	if _, err = tx.Exec(ctx, `
WITH done AS (UPDATE applications SET status = $2, decided_by = $3 WHERE id = $1)
INSERT INTO audit (actor, action, object) VALUES ($4, 'application-' || $2, 'application ' || $1::bigint)`, e.ID, status, given.ByOffice, given.By); err != nil {
		return err
	}
	return s.tell(ctx, tx, given.TelegramID, "application "+strconv.FormatInt(e.ID, 10), 0, n)
}

// ConfirmAppointment is the appointer's answer whether the right person accepted.
// Who is not loses the office, and is told; the members they brought stay
// credited to the code. Without a name it was not the person's to say.
func (s *Store) ConfirmAppointment(ctx context.Context, a flows.Actor, e flows.ConfirmAppointment) (out flows.AppointmentConfirmed, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		it, own, err := s.lockOffices(ctx, tx, e.ID, a.Person)
		if err != nil {
			return err
		}
		if mine, err := s.mayConfirm(ctx, tx, a.Person, it, own); err != nil || !mine {
			return err
		}
		first, err := firstTime(ctx, tx, a, "confirm "+strconv.FormatInt(e.ID, 10))
		if err != nil {
			return err
		}
		if first && it.Status != "active" && it.Status != "suspended" {
			return errNotSo
		}
		if out.Name, out.Right = it.Name, e.Right; !first {
			return nil
		}
		return s.confirm(ctx, tx, a, it, e.Right)
	})
	if errors.Is(err, errNotSo) {
		return flows.AppointmentConfirmed{}, nil
	}
	return out, ignore(wrap("confirm an appointment", err), party.ErrNotFound)
}

// mayConfirm tells whether a person has a say about who accepted: who is over
// the office; about an admin only who gave the office, while the new admin's own
// yes does not count yet. Later it needs another's (requests.go).
func (s *Store) mayConfirm(ctx context.Context, tx pgx.Tx, person int64, it officeRow, own []officeRow) (bool, error) {
	if it.Person == person || s.overOne(own, it.Post).ID == 0 {
		return false, nil
	}
	if it.Post.Office != party.Admin {
		return true, nil
	}
	var by int64
	err := tx.QueryRow(ctx, `SELECT coalesce(appointed_by, 0) FROM offices o WHERE id = $1 AND NOT `+mayAgree, it.ID).Scan(&by)
	return slices.ContainsFunc(own, func(o officeRow) bool { return o.ID == by }), ignore(err, pgx.ErrNoRows)
}

func (s *Store) confirm(ctx context.Context, tx pgx.Tx, a flows.Actor, it officeRow, right bool) (err error) {
	if right {
		_, err = tx.Exec(ctx, `INSERT INTO audit (actor, action, object) VALUES ($1, 'office-confirmed', 'office ' || $2::bigint)`, a.Person, it.ID)
		return err
	}
	if _, err = tx.Exec(ctx, `
WITH done AS (UPDATE offices SET status = 'revoked', changed_at = now() WHERE id = $2)
INSERT INTO audit (actor, action, object, reason) VALUES ($1, 'office-revoked', 'office ' || $2::bigint, $3)`, a.Person, it.ID, flows.WrongPerson); err != nil {
		return err
	}
	if err = renewMenu(ctx, tx, it.Person); err != nil {
		return err
	}
	n := flows.Notice{Kind: flows.NoticeNotGiven, Office: it.Post.Office, Area: it.Post.Area, Name: it.Name, Reason: flows.WrongPerson}
	if n.Station, err = s.stationOf(ctx, tx, it.Post.Area.Booth); err != nil {
		return err
	}
	return s.tell(ctx, tx, it.Person, "office "+strconv.FormatInt(it.ID, 10), 0, n)
}
