package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
)

// The numbers of the drive, from roll-ups alone: what they cost does not grow
// with the members.

// Of each constituency (0: booth pending) the days are summed up to today ($1),
// this week before it (from $2), the week before that, and whatever came earlier.
// The days are given, since to find them for each row costs four times the rest.
const statsSQL = `
SELECT ac_no, CASE WHEN day >= $1::date THEN 0 WHEN day >= $2::date THEN 1 WHEN day >= $2::date - 7 THEN 2 ELSE 3 END AS span,
	sum(added), sum(confirmed), sum(review), sum(frozen), sum(refused), sum(withdrawn)
FROM rollup_days GROUP BY 1, 2`

// Stats counts for an admin; who is none gets no day, and the refusal is written
// down.
func (s *Store) Stats(ctx context.Context, a flows.Actor) (out flows.Stats, err error) {
	err = s.asAdmin(ctx, a, "stats", func(tx pgx.Tx, _ held) error {
		err := tx.QueryRow(ctx, `SELECT `+dayOf("now()")+`, extract(hour FROM now() AT TIME ZONE 'Asia/Kolkata')::int, extract(minute FROM now() AT TIME ZONE 'Asia/Kolkata')::int`).
			Scan(&out.At.On.Year, &out.At.On.Month, &out.At.On.Day, &out.At.Hour, &out.At.Minute)
		if err != nil {
			return err
		}
		booths, err := boothsByAC(ctx, tx)
		if err != nil {
			return err
		}
		if err := s.tally(ctx, tx, &out, booths); err != nil {
			return err
		}
		if err := s.said(ctx, tx, &out); err != nil {
			return err
		}
		out.Steps, err = steps(ctx, tx)
		return err
	})
	if err != nil {
		return flows.Stats{}, wrap("count the drive", err)
	}
	return out, nil
}

// boothsByAC counts the booths of the newest list.
func boothsByAC(ctx context.Context, tx pgx.Tx) (map[int]int, error) {
	rows, err := tx.Query(ctx, `SELECT ac_no, count(*) FROM booths WHERE version_id = `+newest+` GROUP BY ac_no`)
	if err != nil {
		return nil, err
	}
	booths := map[int]int{}
	var ac, n int
	_, err = pgx.ForEachRow(rows, []any{&ac, &n}, func() error { booths[ac] = n; return nil })
	return booths, err
}

// tally sums the constituencies' days up to the drive and to its districts.
func (s *Store) tally(ctx context.Context, tx pgx.Tx, out *flows.Stats, booths map[int]int) error {
	at := map[string]int{}
	for i, c := range s.ref.Districts() {
		at[c.DistrictEN] = i
		out.Districts = append(out.Districts, flows.DistrictCount{District: flows.DistrictOf(c)})
	}
	for _, c := range s.ref.All() {
		out.Districts[at[c.DistrictEN]].Booths += booths[c.AC]
	}
	rows, err := tx.Query(ctx, statsSQL, sqlDate(out.At.On), sqlDate(out.At.On.Monday()))
	if err != nil {
		return err
	}
	_, gainedOver := out.At.On.WeekBefore()
	gainedIn := 1
	if out.At.On.Monday() == out.At.On {
		gainedIn = 2
	}
	out.Members.Week.Days = gainedOver
	var ac, span int
	var t flows.Standing
	_, err = pgx.ForEachRow(rows, []any{&ac, &span, &t.Added, &t.Confirmed, &t.Review, &t.Frozen, &t.Refused, &t.Withdrawn}, func() error {
		out.All = sum(out.All, t)
		if span <= 1 {
			out.Week = sum(out.Week, t)
		}
		if span == 0 {
			out.Today = sum(out.Today, t)
		}
		if span == gainedIn {
			out.Members.Week.Gained += t.Confirmed
		}
		c, ok := s.ref.Constituency(ac)
		if !ok {
			out.Pending += t.Added
			return nil
		}
		d := &out.Districts[at[c.DistrictEN]]
		d.Added += t.Added
		d.Confirmed += t.Confirmed
		if span == 0 {
			d.Today += t.Added
		}
		return nil
	})
	out.Members.Done = out.All.Confirmed
	return err
}

// said sums what members chose to say up to the state, and to its districts, which
// tally has listed.
func (s *Store) said(ctx context.Context, tx pgx.Tx, out *flows.Stats) error {
	at := map[string]int{}
	for i, d := range out.Districts {
		at[d.District.DistrictEN] = i
	}
	rows, err := tx.Query(ctx, `SELECT ac_no, what, members FROM rollup_said`)
	if err != nil {
		return err
	}
	var ac, n int
	var what string
	_, err = pgx.ForEachRow(rows, []any{&ac, &what, &n}, func() error {
		out.Said.Add(what, n)
		if c, ok := s.ref.Constituency(ac); ok {
			out.Districts[at[c.DistrictEN]].Said.Add(what, n)
		}
		return nil
	})
	return err
}

func sqlDate(d party.Date) time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
}

func sum(a, b flows.Standing) flows.Standing {
	return flows.Standing{
		Added: a.Added + b.Added, Confirmed: a.Confirmed + b.Confirmed, Review: a.Review + b.Review,
		Frozen: a.Frozen + b.Frozen, Refused: a.Refused + b.Refused, Withdrawn: a.Withdrawn + b.Withdrawn,
	}
}

func steps(ctx context.Context, tx pgx.Tx) ([]flows.StepCount, error) {
	rows, err := tx.Query(ctx, `SELECT step, language, people FROM rollup_steps ORDER BY step, language`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (t flows.StepCount, err error) {
		return t, row.Scan(&t.Step, &t.Language, &t.People)
	})
}

// How often the steps are counted: not before so long, and never for more than
// this part of the time.
const (
	stepsEvery = 10 * time.Second
	stepsPart  = 50
)

// CountSteps counts anew where people stand, from all of them: so the figures
// cannot drift, whoever wrote a step or purged a person, and no step that is
// taken costs more for them. One process at a time does it, and not before fifty
// times as long has passed as it took the last time.
func (s *Store) CountSteps(ctx context.Context) error {
	return wrap("count the steps", pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var mine, due bool
		err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock(hashtext('sadasya steps'))`).Scan(&mine)
		if err != nil || !mine {
			return err
		}
		err = tx.QueryRow(ctx, `SELECT NOT EXISTS (SELECT FROM facts WHERE name = 'steps_due' AND value::timestamptz > clock_timestamp())`).Scan(&due)
		if err != nil || !due {
			return err
		}
		for _, sql := range []string{
			`DELETE FROM rollup_steps`,
			`INSERT INTO rollup_steps SELECT step, language, count(*) FROM people WHERE step <> '' GROUP BY step, language`,
		} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, `
INSERT INTO facts VALUES ('steps_due', (clock_timestamp() + greatest($1, $2 * (clock_timestamp() - now())))::text)
ON CONFLICT (name) DO UPDATE SET value = excluded.value`, stepsEvery, stepsPart)
		return err
	}))
}
