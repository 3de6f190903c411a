package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
)

// How an area is covered: enrollers by booth, counted exactly from the offices;
// members from the roll-ups.

// Coverage tells how an area is covered, the zero Area for the whole of the
// person's office. today is the day in India. Of the courses Done and Week are
// set, the rest is the campaign's. Without an office the area is not the
// person's to see.
func (s *Store) Coverage(ctx context.Context, a flows.Actor, area party.Area, today party.Date, women int) (out flows.Coverage, err error) {
	post, err := s.overseer(ctx, a.Person, area)
	if err != nil || post.Office == "" {
		return out, err
	}
	out.Office, out.Area, out.Today = post.Office, post.Area, today
	acs := s.acsOf(post.Area)
	for _, read := range []func() error{
		func() error { return s.coveredBooths(ctx, &out, acs, women) },
		func() (err error) { out.Dots, err = s.dots(ctx, acs); return err },
		func() error { return s.coveredEnrollers(ctx, &out, acs) },
		func() error { return s.coveredMembers(ctx, &out, acs) },
		func() error { return s.saidMembers(ctx, &out, acs) },
		func() (err error) { out.Fill, err = s.gaps(ctx, acs, women); return err },
		func() error {
			return s.queryRow(ctx, `SELECT count(*) FROM booths WHERE version_id = `+newest, nil, &out.AllBooths)
		},
	} {
		if err := s.again(read); err != nil {
			return flows.Coverage{}, wrap("read the coverage", err)
		}
	}
	return out, nil
}

// overseer gives the office by which a person sees an area, with that area; for
// the zero Area the whole of their highest office. Without one the Post is zero.
func (s *Store) overseer(ctx context.Context, person int64, area party.Area) (party.Post, error) {
	list, err := s.posts(ctx, person)
	if err != nil {
		return party.Post{}, err
	}
	for _, h := range list {
		if h.Post.Office == party.Enroller {
			continue
		}
		if area == (party.Area{}) {
			return h.Post, nil
		}
		if s.within(area, h.Post.Area) {
			return party.Post{Office: h.Post.Office, Area: area}, nil
		}
	}
	return party.Post{}, nil
}

// Oversees tells whether an area of whole constituencies lies within a person's
// office; for the zero Area it gives the whole of their office.
func (s *Store) Oversees(ctx context.Context, person int64, area party.Area) (within party.Area, ok bool, err error) {
	post, err := s.overseer(ctx, person, area)
	return post.Area, post.Office != "", err
}

// CoverageRows gives every booth of an area in order, with its enrollers and
// members, and nothing that is a member's own. Errors: party.ErrNotFound where
// the area is not the person's any more.
func (s *Store) CoverageRows(ctx context.Context, person int64, area party.Area, yield func(flows.BoothRow) error) error {
	post, err := s.overseer(ctx, person, area)
	if err != nil {
		return err
	}
	if post.Office == "" {
		return party.ErrNotFound
	}
	rows, err := s.pool.Query(ctx, `
SELECT b.ac_no, b.part_no, b.letter, b.name_en, b.name_hi, coalesce(e.n, 0), coalesce(e.women, 0), coalesce(r.added, 0), coalesce(r.confirmed, 0)
FROM booths b LEFT JOIN (
	SELECT o.ac_no, o.part_no, o.letter, count(*) AS n, count(*) FILTER (WHERE o.gender = 'woman') AS women
	FROM offices o WHERE `+activeEnrollers+` AND o.ac_no = ANY($1) GROUP BY 1, 2, 3) e USING (ac_no, part_no, letter)
LEFT JOIN rollup_booths r USING (ac_no, part_no, letter)
WHERE b.version_id = `+newest+` AND b.ac_no = ANY($1) ORDER BY b.ac_no, b.part_no, b.letter`, s.acsOf(post.Area))
	if err != nil {
		return wrap("list the coverage", err)
	}
	var row flows.BoothRow
	b := &row.Station.Booth
	_, err = pgx.ForEachRow(rows, []any{&b.AC, &b.Part, &b.Letter, &row.Station.NameEN, &row.Station.NameHI, &row.Enrollers, &row.Women, &row.Added, &row.Confirmed}, func() error {
		row.Constituency, _ = s.ref.Constituency(b.AC)
		return yield(row)
	})
	return wrap("list the coverage", err)
}

// within tells whether an area of whole constituencies lies in another.
func (s *Store) within(area, in party.Area) bool {
	acs, all := s.acsOf(area), s.acsOf(in)
	return len(acs) > 0 && !slices.ContainsFunc(acs, func(ac int) bool { return !slices.Contains(all, ac) })
}

// among limits a column to the constituencies in $1; the whole state is not
// looked for by two hundred numbers, which costs more than the reading.
func (s *Store) among(column string, acs []int) string {
	if len(acs) >= len(s.ref.All()) {
		return `cardinality($1::int[]) > 0`
	}
	return column + ` = ANY($1)`
}

// activeEnrollers limits offices o.
const activeEnrollers = `o.office = 'enroller' AND o.status = 'active'`

// coveredBooths reads the booths of each constituency: all, those with an
// enroller, those with so many women among them.
func (s *Store) coveredBooths(ctx context.Context, out *flows.Coverage, acs []int, women int) error {
	rows, err := s.pool.Query(ctx, `
SELECT b.ac_no, count(*), count(e.n), count(*) FILTER (WHERE coalesce(e.women, 0) >= $2)
FROM booths b LEFT JOIN (
	SELECT o.ac_no, o.part_no, o.letter, count(*) AS n, count(*) FILTER (WHERE o.gender = 'woman') AS women
	FROM offices o WHERE `+activeEnrollers+` AND `+s.among("o.ac_no", acs)+` GROUP BY 1, 2, 3) e USING (ac_no, part_no, letter)
WHERE b.version_id = `+newest+` AND `+s.among("b.ac_no", acs)+` GROUP BY 1 ORDER BY 1`, acs, women)
	if err != nil {
		return err
	}
	out.Parts, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c flows.Covered, err error) {
		var ac int
		err = row.Scan(&ac, &c.Booths, &c.Filled, &c.Women)
		c.Constituency, _ = s.ref.Constituency(ac)
		return c, err
	})
	return err
}

// dots reads where the booths of one constituency lie; none of several.
func (s *Store) dots(ctx context.Context, acs []int) ([]flows.BoothDot, error) {
	if len(acs) != 1 {
		return nil, nil
	}
	rows, err := s.pool.Query(ctx, `
SELECT b.lat, b.lon, EXISTS (SELECT FROM offices o WHERE `+activeEnrollers+` AND (o.ac_no, o.part_no, o.letter) = (b.ac_no, b.part_no, b.letter))
FROM booths b WHERE b.version_id = `+newest+` AND b.ac_no = $1 AND b.lat IS NOT NULL ORDER BY b.part_no, b.letter`, acs[0])
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[flows.BoothDot])
}

// part finds a constituency's, making one where its list of booths is empty.
func part(out *flows.Coverage, c party.Constituency) *flows.Covered {
	at, ok := slices.BinarySearchFunc(out.Parts, c.AC, func(p flows.Covered, ac int) int { return p.Constituency.AC - ac })
	if !ok {
		out.Parts = slices.Insert(out.Parts, at, flows.Covered{Constituency: c})
	}
	return &out.Parts[at]
}

// coveredEnrollers reads the active enrollers of each constituency, and what
// they chose to say.
func (s *Store) coveredEnrollers(ctx context.Context, out *flows.Coverage, acs []int) error {
	from, days := out.Today.WeekBefore()
	rows, err := s.pool.Query(ctx, `
SELECT o.ac_no, count(*), count(*) FILTER (WHERE o.appointed_at >= $2::date::timestamp AT TIME ZONE 'Asia/Kolkata'
		AND o.appointed_at < $3::date::timestamp AT TIME ZONE 'Asia/Kolkata'),
	count(*) FILTER (WHERE o.gender = 'woman'), count(o.gender),
	count(*) FILTER (WHERE o.social = 'GEN'), count(*) FILTER (WHERE o.social = 'OBC'), count(*) FILTER (WHERE o.social = 'SC'),
	count(*) FILTER (WHERE o.social = 'ST'), count(*) FILTER (WHERE o.social = 'minority')
FROM offices o WHERE `+activeEnrollers+` AND `+s.among("o.ac_no", acs)+` GROUP BY 1`, acs, day(from), day(out.Today))
	if err != nil {
		return err
	}
	out.SaidEnrollers, out.Enrollers = flows.Said{}, party.Course{Week: party.Weekly{Days: days}}
	var ac, all, week, women, gender int
	var said [5]int
	_, err = pgx.ForEachRow(rows, []any{&ac, &all, &week, &women, &gender, &said[0], &said[1], &said[2], &said[3], &said[4]}, func() error {
		c, _ := s.ref.Constituency(ac)
		p := part(out, c)
		p.Enrollers = all
		out.Enrollers.Done += all
		out.Enrollers.Week.Gained += week
		out.SaidEnrollers.Women += women
		out.SaidEnrollers.Gender += gender
		for i, category := range party.SocialCategories() {
			out.SaidEnrollers.Categories[i] += said[i]
			if string(category) == string(c.Reservation) && c.Reservation != party.ReservationGEN {
				p.Reserved = said[i]
			}
		}
		return nil
	})
	return err
}

// day is a date as pgx writes it into a column.
func day(d party.Date) time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
}

// coveredMembers reads the members of each constituency. Those whose booth is
// pending belong to the state alone.
func (s *Store) coveredMembers(ctx context.Context, out *flows.Coverage, acs []int) error {
	if out.Area == (party.Area{}) {
		acs = append(slices.Clone(acs), 0)
	}
	from, days := out.Today.WeekBefore()
	rows, err := s.pool.Query(ctx, `
SELECT ac_no, sum(added), sum(confirmed), coalesce(sum(confirmed) FILTER (WHERE day >= $2 AND day < $3), 0)
FROM rollup_days WHERE `+s.among("ac_no", acs)+` GROUP BY 1`, acs, day(from), day(out.Today))
	if err != nil {
		return err
	}
	out.Members = party.Course{Week: party.Weekly{Days: days}}
	var ac, added, confirmed, week int
	_, err = pgx.ForEachRow(rows, []any{&ac, &added, &confirmed, &week}, func() error {
		out.Members.Done += confirmed
		out.Members.Week.Gained += week
		if c, ok := s.ref.Constituency(ac); ok {
			p := part(out, c)
			p.Added, p.Confirmed = added, confirmed
		}
		return nil
	})
	return err
}

// saidMembers reads what members chose to say.
func (s *Store) saidMembers(ctx context.Context, out *flows.Coverage, acs []int) error {
	if out.Area == (party.Area{}) {
		acs = append(slices.Clone(acs), 0)
	}
	rows, err := s.pool.Query(ctx, `SELECT what, sum(members) FROM rollup_said WHERE ac_no = ANY($1) GROUP BY 1`, acs)
	if err != nil {
		return err
	}
	out.SaidMembers = flows.Said{}
	var what string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&what, &n}, func() error {
		out.SaidMembers.Add(what, n)
		return nil
	})
	return err
}
