package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// Applications for a booth, by a link for many, and who decides them.

// gatherFor is how long applications are gathered before the chief enroller is
// told of them.
const gatherFor = time.Minute

// Apply keeps an application, the newest of a person by one link. Not taken
// where the link gives nothing, or the booth lies elsewhere.
func (s *Store) Apply(ctx context.Context, a flows.Actor, e flows.Apply) (out flows.Applied, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	if _, err := s.Station(ctx, e.Booth); err != nil {
		return out, ignore(err, party.ErrNotFound)
	}
	place := randomUUID()
	name, err := s.sealText(string(e.Name), place)
	if err != nil {
		return out, err
	}
	hash := sha256.Sum256([]byte(e.Token))
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var chief, link int64
		err := tx.QueryRow(ctx, `
WITH link AS (SELECT id, made_by FROM office_links WHERE token_hash = $1 AND many AND ac_no = $6 AND `+linkHolds+`),
kept AS (
	INSERT INTO applications (link_id, telegram_id, update_id, name_sealed, seal_context, ac_no, part_no, letter, gender, social)
	SELECT id, $2, $3, $4, $5, $6, $7, $8, nullif($9, ''), nullif($10, '') FROM link
	ON CONFLICT (link_id, telegram_id) WHERE status = 'waiting' DO UPDATE
	SET name_sealed = $4, seal_context = $5, part_no = $7, letter = $8, gender = nullif($9, ''), social = nullif($10, '')
	RETURNING id),
audited AS (INSERT INTO audit (actor, action, object) SELECT $2, 'applied', 'application ' || id FROM kept)
SELECT coalesce(o.telegram_id, 0), link.id FROM link LEFT JOIN offices o ON o.id = link.made_by`,
			hash[:], a.Person, a.Update, name, pgtype.UUID{Bytes: place, Valid: true},
			e.Booth.AC, e.Booth.Part, e.Booth.Letter, string(e.Gender), string(e.Social)).Scan(&chief, &link)
		if err != nil {
			return err
		}
		out.Taken = true
		if err := meet(ctx, tx, a); err != nil {
			return err
		}
		return s.tell(ctx, tx, chief, "link "+strconv.FormatInt(link, 10), gatherFor, flows.Notice{Kind: flows.NoticeApplied, Count: 1})
	})
	return out, ignore(wrap("apply", err), party.ErrNotFound)
}

// ignore takes one error for none.
func ignore(err, other error) error {
	if errors.Is(err, other) {
		return nil
	}
	return err
}

// Desk gives what an appointer decides from: their links that still hold, and
// the applicants of their area. Without a post the person appoints nobody.
func (s *Store) Desk(ctx context.Context, a flows.Actor, page int) (out flows.Desk, err error) {
	posts, err := s.posts(ctx, a.Person)
	if err != nil || len(posts) == 0 || posts[0].Post.Office == party.Enroller {
		return out, err
	}
	out.Post, out.Page = posts[0].Post, page
	if out.Links, err = s.linksOf(ctx, a.Person); err != nil {
		return out, err
	}
	acs := s.acsOf(out.Post.Area)
	if err = s.queryRow(ctx, `SELECT count(*) FROM applications WHERE status = 'waiting' AND ac_no = ANY($1)`, []any{acs}, &out.Waiting); err != nil || out.Waiting == 0 {
		return out, wrap("count applicants", err)
	}
	out.Applicants, err = s.applicants(ctx, acs, page)
	if out.More = len(out.Applicants) > flows.ApplicantsAtOnce; out.More {
		out.Applicants = out.Applicants[:flows.ApplicantsAtOnce]
	}
	return out, err
}

func (s *Store) linksOf(ctx context.Context, person int64) (list []flows.MadeLink, err error) {
	err = s.again(func() error {
		rows, err := s.pool.Query(ctx, `
SELECT id, office, district, ac_no, part_no, letter, many, `+dayOf("expires_at")+`
FROM office_links WHERE spent_by IS NULL AND `+linkHolds+` AND made_by IN (SELECT id FROM offices WHERE telegram_id = $1)
ORDER BY id DESC LIMIT $2`, person, flows.LinksAtOnce)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (l flows.MadeLink, err error) {
			var b party.Booth
			err = row.Scan(&l.ID, &l.Office, &l.Area.District, &b.AC, &b.Part, &b.Letter, &l.Many, &l.Until.Year, &l.Until.Month, &l.Until.Day)
			l.Area = areaOf(l.Area.District, b)
			return l, err
		})
		return err
	})
	return list, wrap("list links", err)
}

// dayOf reads year, month and day of a time as it is in Asia/Kolkata.
func dayOf(column string) string {
	at := column + ` AT TIME ZONE 'Asia/Kolkata')::int`
	return `extract(year FROM ` + at + `, extract(month FROM ` + at + `, extract(day FROM ` + at
}

// applicants reads one page and one more, the oldest first.
func (s *Store) applicants(ctx context.Context, acs []int, page int) (list []flows.Applicant, err error) {
	err = s.again(func() error {
		rows, err := s.pool.Query(ctx, `
SELECT p.id, p.name_sealed, p.seal_context, p.ac_no, p.part_no, p.letter, b.name_en, b.name_hi, v.label
FROM applications p LEFT JOIN booth_versions v ON v.id = `+newest+`
LEFT JOIN booths b ON b.version_id = v.id AND b.ac_no = p.ac_no AND b.part_no = p.part_no AND b.letter = p.letter
WHERE p.status = 'waiting' AND p.ac_no = ANY($1) ORDER BY p.id LIMIT $2 OFFSET $3`,
			acs, flows.ApplicantsAtOnce+1, page*flows.ApplicantsAtOnce)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (p flows.Applicant, err error) {
			var name []byte
			var place pgtype.UUID
			var st stationRow
			if err = row.Scan(&p.ID, &name, &place, &st.ac, &st.part, &st.letter, &st.nameEN, &st.nameHI, &st.version); err != nil {
				return p, err
			}
			p.Station = st.station()
			p.Name, err = s.unsealName(name, place)
			return p, err
		})
		return err
	})
	return list, wrap("list applicants", err)
}

// Ground tells where a person may give an office: districts, or the
// constituencies of the only one.
func (s *Store) Ground(ctx context.Context, a flows.Actor, o party.Office) (out flows.Ground, err error) {
	posts, err := s.posts(ctx, a.Person)
	if err != nil || len(posts) == 0 {
		return out, err
	}
	switch area := posts[0].Post.Area; {
	case posts[0].Post.Office == party.Enroller, posts[0].Post.Office == party.Chief && o != party.Enroller:
	case area.AC != 0:
		out.Constituencies = []party.Constituency{s.constituencyOf(area)}
	case area.District != "":
		out.Constituencies = s.ref.Constituencies(area.District)
	default:
		out.Districts = s.ref.Districts()
	}
	return out, nil
}

// DecideApplicant gives an applicant the booth, or not, and tells them. Without
// a name it was not the person's to decide, or decided before.
func (s *Store) DecideApplicant(ctx context.Context, a flows.Actor, e flows.DecideApplicant) (out flows.Decided, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		given := Appointment{Office: party.Enroller, By: a.Person}
		var name []byte
		var place pgtype.UUID
		var b party.Booth
		err := tx.QueryRow(ctx, `
SELECT telegram_id, name_sealed, seal_context, ac_no, part_no, letter, coalesce(gender, ''), coalesce(social, '')
FROM applications WHERE id = $1 AND status = 'waiting' FOR UPDATE`, e.ID).
			Scan(&given.TelegramID, &name, &place, &b.AC, &b.Part, &b.Letter, &given.Gender, &given.Social)
		if err != nil {
			return err
		}
		given.Area.Booth = b
		by, err := s.overIn(ctx, tx, a.Person, party.Post{Office: party.Enroller, Area: given.Area})
		if err != nil || by.ID == 0 {
			return err
		}
		given.ByOffice = by.ID
		if given.Name, err = s.unsealName(name, place); err != nil {
			return err
		}
		out.Name = given.Name
		return s.decide(ctx, tx, e, given)
	})
	return out, ignore(wrap("decide an application", err), party.ErrNotFound)
}

func (s *Store) decide(ctx context.Context, tx pgx.Tx, e flows.DecideApplicant, given Appointment) (err error) {
	n := flows.Notice{Kind: flows.NoticeNotGiven, Office: given.Office, Name: given.Name}
	if n.Station, err = s.stationOf(ctx, tx, given.Area.Booth); err != nil {
		return err
	}
	status := "refused"
	if e.Yes {
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
// Who is not loses the office, and is told. Without a name it was not the
// person's to say.
func (s *Store) ConfirmAppointment(ctx context.Context, a flows.Actor, e flows.ConfirmAppointment) (out flows.AppointmentConfirmed, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var post party.Post
		var person int64
		var name []byte
		var place pgtype.UUID
		var b party.Booth
		err := tx.QueryRow(ctx, `
SELECT telegram_id, office, district, ac_no, part_no, letter, name_sealed, seal_context FROM offices
WHERE id = $1 AND status IN ('active', 'suspended') AND telegram_id <> $2 FOR UPDATE`, e.ID, a.Person).
			Scan(&person, &post.Office, &post.Area.District, &b.AC, &b.Part, &b.Letter, &name, &place)
		if err != nil {
			return err
		}
		post.Area = areaOf(post.Area.District, b)
		if by, err := s.overIn(ctx, tx, a.Person, post); err != nil || by.ID == 0 {
			return err
		}
		if out.Name, err = s.unsealName(name, place); err != nil {
			return err
		}
		out.Right = e.Right
		if e.Right {
			_, err = tx.Exec(ctx, `INSERT INTO audit (actor, action, object) VALUES ($1, 'office-confirmed', 'office ' || $2::bigint)`, a.Person, e.ID)
			return err
		}
		if _, err = tx.Exec(ctx, `
WITH done AS (UPDATE offices SET status = 'revoked', changed_at = now() WHERE id = $2)
INSERT INTO audit (actor, action, object, reason) VALUES ($1, 'office-revoked', 'office ' || $2::bigint, $3)`, a.Person, e.ID, flows.WrongPerson); err != nil {
			return err
		}
		if err = renewMenu(ctx, tx, person); err != nil {
			return err
		}
		n := flows.Notice{Kind: flows.NoticeNotGiven, Office: post.Office, Area: post.Area, Name: out.Name, Reason: flows.WrongPerson}
		if n.Station, err = s.stationOf(ctx, tx, post.Area.Booth); err != nil {
			return err
		}
		return s.tell(ctx, tx, person, "office "+strconv.FormatInt(e.ID, 10), 0, n)
	})
	return out, ignore(wrap("confirm an appointment", err), party.ErrNotFound)
}
