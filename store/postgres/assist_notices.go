package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
)

// What becomes of drafts by the clock.

// purgeDrafts removes what nobody said yes to within the hours it is kept, and
// tells an enroller some hours before how many will be gone.
func (s *Store) purgeDrafts(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, `DELETE FROM drafts WHERE created_at < now() - make_interval(hours => $1)`, flows.DraftHours); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `
WITH warned AS (
	UPDATE drafts SET warned_at = now() WHERE warned_at IS NULL AND created_at < now() - make_interval(hours => $1) RETURNING telegram_id)
SELECT telegram_id, count(*) FROM warned GROUP BY telegram_id ORDER BY telegram_id`, flows.DraftHours-flows.DraftWarning)
	if err != nil {
		return err
	}
	type told struct {
		Person int64
		Count  int
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[told])
	if err != nil || len(list) == 0 {
		return err
	}
	after, err := awake(ctx, tx)
	for _, t := range list {
		if err == nil {
			err = s.tell(ctx, tx, t.Person, "", after, flows.Notice{Kind: flows.NoticeDrafts, Count: t.Count})
		}
	}
	return err
}

// awake tells how long it is until people are told what can wait for the
// morning: not between 21:00 and 08:15 in Asia/Kolkata.
func awake(ctx context.Context, q rowQuerier) (time.Duration, error) {
	var seconds int
	err := q.QueryRow(ctx, `
SELECT CASE WHEN at < '08:15' THEN extract(epoch FROM time '08:15' - at)
	WHEN at >= '21:00' THEN extract(epoch FROM time '08:15' - at) + 24 * 60 * 60 ELSE 0 END::int
FROM (SELECT (now() AT TIME ZONE 'Asia/Kolkata')::time AS at) AS clock`).Scan(&seconds)
	return time.Duration(seconds) * time.Second, err
}
