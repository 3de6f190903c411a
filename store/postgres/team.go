package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// The team of who looks after an area. Counts come from the roll-ups, a few
// seconds old; those of one office-holder who is opened are exact.

// teamSQL reads the enrollers of an area once, into narrow rows, counts them and
// sorts no more of them than are shown; names are read for those alone. %[1]s
// picks, %[2]s sorts, %[3]s is where.
const teamSQL = `
WITH them AS MATERIALIZED (
	SELECT o.id, o.status, coalesce(r.added, 0) AS added, coalesce(r.confirmed, 0) AS confirmed,
		o.changed_at, greatest(r.last_at, o.changed_at) AS stirred
	FROM offices o LEFT JOIN rollup_codes r ON r.code = o.code
	WHERE o.office = 'enroller' AND o.status IN ('active', 'suspended') AND %[3]s),
tally AS (
	SELECT count(*) FILTER (WHERE status = 'active') AS active, count(*) FILTER (WHERE ` + quiet + `) AS quiet,
		count(*) FILTER (WHERE status = 'suspended') AS suspended FROM them),
page AS (SELECT row_number() OVER () AS nth, p.* FROM (
	SELECT id, added, confirmed FROM them WHERE %[1]s ORDER BY %[2]s LIMIT $2 OFFSET $3) p)
SELECT t.active, t.quiet, t.suspended, o.id, page.added, page.confirmed, o.code, o.status = 'suspended', o.name_sealed, o.seal_context,
	o.office, o.district, o.ac_no, o.part_no, o.letter
FROM tally t LEFT JOIN page ON true LEFT JOIN offices o ON o.id = page.id
ORDER BY page.nth`

// quiet is an active enroller to whose code nobody came for 3 days, nor were
// they appointed, moved or reinstated since.
const quiet = `status = 'active' AND stirred < now() - interval '3 days'`

// teamView is how a view picks and sorts.
func teamView(v flows.TeamView, where string) (flows.TeamView, string) {
	picks, sorts := `status = 'active'`, `confirmed DESC, added DESC, id`
	switch v {
	case flows.Emptiest:
		sorts = `confirmed, added, id`
	case flows.Quiet:
		picks, sorts = quiet, `stirred, id`
	case flows.Suspended:
		picks, sorts = `status = 'suspended'`, `changed_at DESC, id`
	default:
		v = flows.Fullest
	}
	return v, fmt.Sprintf(teamSQL, picks, sorts, where)
}

// chiefsSQL lists the chief enrollers of the state with $4, else those whose area
// is the district $5 or lies in these constituencies.
const chiefsSQL = `
SELECT 0, 0, 0, id, 0, 0, code, status = 'suspended', name_sealed, seal_context, office, district, ac_no, part_no, letter
FROM offices WHERE office = 'chief' AND status IN ('active', 'suspended')
AND ($4 OR ac_no = ANY($1) OR district <> '' AND district = $5)
ORDER BY ac_no <> 0, district, ac_no, id LIMIT $2 OFFSET $3`

// Team lists one page of the enrollers of an area, as far as it lies in the
// person's own; of chief enrollers to an admin. Without a post there is no team.
func (s *Store) Team(ctx context.Context, a flows.Actor, e flows.LoadTeam) (out flows.Team, err error) {
	posts, err := s.posts(ctx, a.Person)
	if err != nil || !appoints(posts) {
		return out, err
	}
	out.Post, out.Area = posts[0].Post, e.Area
	if out.Area == (party.Area{}) {
		out.Area = posts[0].Post.Area
	}
	out.Page = min(e.Page, flows.TeamPages-1)
	acs := s.acsWithin(posts, e.Area)
	args := []any{acs, flows.HoldersAtOnce + 1, out.Page * flows.HoldersAtOnce}
	sql := chiefsSQL
	if out.View = flows.Chiefs; e.View == flows.Chiefs && out.Post.Office == party.Admin {
		args = append(args, e.Area == party.Area{}, e.Area.District)
	} else {
		out.View, sql = teamView(e.View, s.among("o.ac_no", acs))
	}
	if err = s.again(func() error { return s.readTeam(ctx, sql, args, &out) }); err != nil {
		return out, wrap("list a team", err)
	}
	if out.More = len(out.List) > flows.HoldersAtOnce; out.More {
		out.List, out.More = out.List[:flows.HoldersAtOnce], out.Page < flows.TeamPages-1
	}
	return out, nil
}

func (s *Store) readTeam(ctx context.Context, sql string, args []any, out *flows.Team) error {
	out.List = nil
	rows, err := s.pool.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	var id *int64
	var added, confirmed, ac, part *int
	var code, office, district, letter *string
	var suspended *bool
	var name []byte
	var place pgtype.UUID
	_, err = pgx.ForEachRow(rows, []any{
		&out.Active, &out.Quiet, &out.Suspended, &id, &added, &confirmed, &code, &suspended, &name, &place,
		&office, &district, &ac, &part, &letter,
	}, func() error {
		if id == nil {
			return nil // the counts alone
		}
		h := flows.Holder{ID: *id, Code: party.Code(*code), Suspended: *suspended, Added: *added, Confirmed: *confirmed}
		h.Post = party.Post{Office: party.Office(*office), Area: areaOf(*district, party.Booth{AC: *ac, Part: *part, Letter: *letter})}
		if h.Name, err = s.unsealName(name, place); err != nil {
			return err
		}
		out.List = append(out.List, h)
		return nil
	})
	return err
}

const holderSQL = `
SELECT o.id, o.telegram_id, o.office, o.district, o.ac_no, o.part_no, o.letter, o.status, o.code, o.name_sealed, o.seal_context,
	coalesce(b.name_en, ''), coalesce(b.name_hi, ''), coalesce(v.label, ''), '' || (o.appointed_at AT TIME ZONE 'Asia/Kolkata')::date
FROM offices o LEFT JOIN booths b ON b.version_id = ` + newest + ` AND b.ac_no = o.ac_no AND b.part_no = o.part_no AND b.letter = o.letter
LEFT JOIN booth_versions v ON v.id = b.version_id
WHERE o.status IN ('active', 'suspended') AND `

// Holder gives one office-holder with exact counts, to who is over them, and to
// themselves; the zero Holder to anyone else.
func (s *Store) Holder(ctx context.Context, a flows.Actor, id int64) (h flows.Holder, err error) {
	list, err := s.holders(ctx, a.Person, `o.id = $1`, id)
	if err != nil || len(list) == 0 {
		return h, err
	}
	if h = list[0]; !h.Own {
		if by, err := s.over(ctx, a.Person, h.Post); err != nil || by.ID == 0 {
			return flows.Holder{}, err
		}
	}
	err = s.queryRow(ctx, `SELECT count(*) FILTER (WHERE counts > 0), count(*) FILTER (WHERE counts = 2) FROM members WHERE enroller_code = $1`,
		[]any{string(h.Code)}, &h.Added, &h.Confirmed)
	return h, wrap("count an enroller's members", err)
}

// OwnOffices lists what the person can give up, the highest first. An admin's
// office is not among it: another admin takes it.
func (s *Store) OwnOffices(ctx context.Context, a flows.Actor) (out flows.OwnOffices, err error) {
	out.List, err = s.holders(ctx, a.Person, `o.telegram_id = $1 AND o.office <> 'admin' ORDER BY o.office, o.id`, a.Person)
	return out, err
}

func (s *Store) holders(ctx context.Context, person int64, where string, arg any) (list []flows.Holder, err error) {
	err = s.again(func() error {
		rows, err := s.pool.Query(ctx, holderSQL+where, arg)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (h flows.Holder, err error) {
			var o officeRow
			var st party.Station
			var since string
			if o, err = s.scanOffice(row, &st.NameEN, &st.NameHI, &st.Version, &since); err != nil {
				return h, err
			}
			h = flows.Holder{ID: o.ID, Post: o.Post, Name: o.Name, Code: o.Code, Suspended: o.Status == "suspended", Own: o.Person == person}
			if st.Version != "" {
				st.Booth = o.Post.Area.Booth
				h.Station = &st
			}
			return h, h.Since.UnmarshalText([]byte(since))
		})
		return err
	})
	return list, wrap("look an office up", err)
}
