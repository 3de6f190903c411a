package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
)

// thisDay is the day that it is in Asia/Kolkata.
const thisDay = `(now() AT TIME ZONE 'Asia/Kolkata')::date`

// waitingSQL counts what a reviewer has waiting: all of it, what is past the
// promise of $4 days, and whether something came since the day $5.
const waitingSQL = `
WITH waits AS (
	SELECT m.confirmed_at FROM unnest($2::int[]) AS a (ac) JOIN members m ON m.ac_no = a.ac WHERE ` + waitsSQL + `
	UNION ALL SELECT m.confirmed_at FROM members m WHERE ` + pendingSQL + ` AND ` + waitsSQL + `)
SELECT count(*), count(*) FILTER (WHERE confirmed_at < now() - make_interval(days => $4)),
	coalesce(max(confirmed_at) >= $5::date::timestamp AT TIME ZONE 'Asia/Kolkata', false) FROM waits`

// TellDoubtful tells each chief enroller, at most once a day, how much waits in
// review: where something came since the day they were told last, or waits longer
// than was promised. It tells how many it told. Any number of processes may run
// it.
func (s *Store) TellDoubtful(ctx context.Context) (told int, err error) {
	rows, err := s.pool.Query(ctx, `
SELECT DISTINCT telegram_id FROM offices WHERE office = 'chief' AND status = 'active' AND coalesce(doubtful_on < `+thisDay+`, true)`)
	if err != nil {
		return 0, wrap("list chief enrollers", err)
	}
	chiefs, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return 0, wrap("list chief enrollers", err)
	}
	for _, chief := range chiefs {
		did, err := s.tellChief(ctx, chief)
		if err != nil {
			return told, wrap("tell of what waits in review", err)
		}
		if did {
			told++
		}
	}
	return told, nil
}

func (s *Store) tellChief(ctx context.Context, chief int64) (told bool, err error) {
	r, err := s.reviewer(ctx, chief)
	if err != nil || r.nowhere() {
		return false, err
	}
	ctx, cancel := detached(ctx)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var last string
		// The offices are locked: another process waits, and then finds them told.
		err := tx.QueryRow(ctx, `
WITH mine AS (SELECT doubtful_on FROM offices WHERE telegram_id = $1 AND office = 'chief' AND status = 'active' ORDER BY id FOR UPDATE)
SELECT coalesce(max(doubtful_on), '2000-01-01')::text FROM mine HAVING coalesce(max(doubtful_on) < `+thisDay+`, true)`, chief).Scan(&last)
		if err != nil {
			return err
		}
		n := flows.Notice{Kind: flows.NoticeDoubtful}
		var came bool
		if err = tx.QueryRow(ctx, waitingSQL, chief, r.acs, r.admin, s.o.ReviewDays, last).Scan(&n.Count, &n.Total, &came); err != nil {
			return err
		}
		if !came && n.Total == 0 {
			return nil
		}
		told = true
		if _, err = tx.Exec(ctx, `UPDATE offices SET doubtful_on = `+thisDay+` WHERE telegram_id = $1 AND office = 'chief' AND status = 'active'`, chief); err != nil {
			return err
		}
		return s.tell(ctx, tx, chief, "", 0, n)
	})
	return told, ignore(err, pgx.ErrNoRows)
}
