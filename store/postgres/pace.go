package postgres

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
)

// CheckPace looks, on a morning, at the day before in the area of every admin
// and chief enroller: short tells whether it fell short. Days in a row are
// counted with the office, and at the third its holder is told, once until a
// day suffices. Where the alarm is switched off, or its holder wants none, days
// are not counted: they are told of three that came after. A day is looked at once, however often and from however many
// processes it is asked for.
func (s *Store) CheckPace(ctx context.Context, today party.Date, short func(party.DayCount) bool) error {
	return wrap("look at the pace", pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `INSERT INTO facts VALUES ('pace', $1)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE facts.value < excluded.value`, today.String())
		if err != nil || tag.RowsAffected() == 0 {
			return err // the day was looked at
		}
		counts, err := dayCounts(ctx, tx, today)
		if err != nil {
			return err
		}
		offices, err := paced(ctx, tx)
		if err != nil {
			return err
		}
		off, err := s.silenced(ctx, tx, party.ClockPace)
		if err != nil {
			return err
		}
		for _, o := range offices {
			welcome := o.alarm && !s.hushed(off, o.Post.Area)
			if err := s.pace(ctx, tx, o, welcome && short(sumOf(counts, s.acsOf(o.Post.Area), o.Post.Area == party.Area{}))); err != nil {
				return err
			}
		}
		return nil
	}))
}

// pacedOffice is one that hears of the pace.
type pacedOffice struct {
	held
	person int64
	days   int  // in a row that fell short
	alarm  bool // the holder wants to hear of it
}

func paced(ctx context.Context, tx pgx.Tx) ([]pacedOffice, error) {
	rows, err := tx.Query(ctx, `SELECT id, telegram_id, office, district, ac_no, short_days, alarm FROM offices
		WHERE status = 'active' AND office IN ('admin', 'chief') ORDER BY id FOR UPDATE`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (o pacedOffice, err error) {
		err = row.Scan(&o.ID, &o.person, &o.Post.Office, &o.Post.Area.District, &o.Post.Area.AC, &o.days, &o.alarm)
		return o, err
	})
}

// pace notes a day of one office.
func (s *Store) pace(ctx context.Context, tx pgx.Tx, o pacedOffice, short bool) error {
	days := 0
	if short {
		days = min(o.days+1, party.ShortDaysTold+1) // told is told
	}
	if days != o.days {
		if _, err := tx.Exec(ctx, `UPDATE offices SET short_days = $2 WHERE id = $1`, o.ID, days); err != nil {
			return err
		}
	}
	if days != party.ShortDaysTold {
		return nil
	}
	return s.tell(ctx, tx, o.person, "pace "+strconv.FormatInt(o.ID, 10), 0,
		flows.Notice{Kind: flows.NoticeShort, ID: o.ID, Office: o.Post.Office, Area: o.Post.Area})
}

// dayCounts counts each constituency; 0 has those whose booth is pending.
func dayCounts(ctx context.Context, tx pgx.Tx, today party.Date) (map[int]party.DayCount, error) {
	rows, err := tx.Query(ctx, `
SELECT ac_no, sum(booths), sum(members), sum(came), sum(enrollers), sum(appointed) FROM (
	SELECT ac_no, count(*) AS booths, 0 AS members, 0 AS came, 0 AS enrollers, 0 AS appointed FROM booths WHERE version_id = `+newest+` GROUP BY 1
	UNION ALL
	SELECT ac_no, 0, sum(confirmed), coalesce(sum(confirmed) FILTER (WHERE day = $1::date - 1), 0), 0, 0 FROM rollup_days GROUP BY 1
	UNION ALL
	SELECT o.ac_no, 0, 0, 0, count(*), count(*) FILTER (WHERE (o.appointed_at AT TIME ZONE 'Asia/Kolkata')::date = $1::date - 1)
	FROM offices o WHERE `+activeEnrollers+` GROUP BY 1) AS parts GROUP BY 1`, day(today))
	if err != nil {
		return nil, err
	}
	counts := map[int]party.DayCount{}
	var ac int
	var d party.DayCount
	_, err = pgx.ForEachRow(rows, []any{&ac, &d.Booths, &d.Members, &d.MembersYesterday, &d.Enrollers, &d.EnrollersYesterday}, func() error {
		counts[ac] = d
		return nil
	})
	return counts, err
}

// sumOf sums an area up; the state has those too whose booth is pending.
func sumOf(counts map[int]party.DayCount, acs []int, state bool) (sum party.DayCount) {
	for _, c := range counts {
		sum.AllBooths += c.Booths
	}
	if state {
		acs = append(acs, 0)
	}
	for _, ac := range acs {
		c := counts[ac]
		sum.Booths += c.Booths
		sum.Members += c.Members
		sum.MembersYesterday += c.MembersYesterday
		sum.Enrollers += c.Enrollers
		sum.EnrollersYesterday += c.EnrollersYesterday
	}
	return sum
}
