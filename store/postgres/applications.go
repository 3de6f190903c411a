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
// where the link gives nothing, the booth lies elsewhere, or the person is
// suspended.
func (s *Store) Apply(ctx context.Context, a flows.Actor, e flows.Apply) (out flows.Applied, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	if _, err := s.Station(ctx, e.Booth); err != nil {
		return out, ignore(err, party.ErrNotFound)
	}
	hash := sha256.Sum256([]byte(e.Token))
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var link, maker int64
		err := tx.QueryRow(ctx, `SELECT id, coalesce(made_by, 0) FROM office_links
			WHERE token_hash = $1 AND many AND ac_no = $3 AND `+linkHolds+` AND NOT `+pausedSQL+` FOR SHARE`, hash[:], a.Person, e.Booth.AC).Scan(&link, &maker)
		if err != nil {
			return err
		}
		if maker != 0 {
			if by, err := s.makerOver(ctx, tx, maker, party.Post{Office: party.Enroller, Area: party.Area{AC: e.Booth.AC}}); err != nil || by.ID == 0 {
				return err
			}
		}
		out.Taken = true
		first, err := firstTime(ctx, tx, a, "apply "+strconv.FormatInt(link, 10))
		if err != nil || !first {
			return err
		}
		if err := meet(ctx, tx, a); err != nil {
			return err
		}
		return s.keepApplication(ctx, tx, a, e, link, maker)
	})
	return out, ignore(wrap("apply", err), party.ErrNotFound)
}

func (s *Store) keepApplication(ctx context.Context, tx pgx.Tx, a flows.Actor, e flows.Apply, link, maker int64) error {
	place := randomUUID()
	name, err := s.sealText(string(e.Name), place)
	if err != nil {
		return err
	}
	if _, err = tx.Exec(ctx, `
WITH kept AS (
	INSERT INTO applications (link_id, telegram_id, name_sealed, seal_context, ac_no, part_no, letter, gender, social)
	VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8, ''), nullif($9, ''))
	ON CONFLICT (link_id, telegram_id) WHERE status = 'waiting' DO UPDATE
	SET name_sealed = $3, seal_context = $4, part_no = $6, letter = $7, gender = nullif($8, ''), social = nullif($9, '')
	RETURNING id)
INSERT INTO audit (actor, action, object) SELECT $2, 'applied', 'application ' || id FROM kept`,
		link, a.Person, name, pgtype.UUID{Bytes: place, Valid: true}, e.Booth.AC, e.Booth.Part, e.Booth.Letter, string(e.Gender), string(e.Social)); err != nil {
		return err
	}
	chief, err := holder(ctx, tx, maker)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, chief, "link "+strconv.FormatInt(link, 10), gatherFor, flows.Notice{Kind: flows.NoticeApplied, Count: 1})
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
	if err != nil || !appoints(posts) {
		return out, err
	}
	out.Post, out.Page = posts[0].Post, page
	if out.Links, err = s.linksOf(ctx, a.Person); err != nil {
		return out, err
	}
	acs := s.acsWithin(posts, party.Area{})
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
