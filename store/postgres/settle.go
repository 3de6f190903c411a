package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// settleAtOnce bounds one transaction of SettleWeek.
const settleAtOnce = 1000

// monday is when the week began, in Asia/Kolkata.
const monday = `date_trunc('week', now() AT TIME ZONE 'Asia/Kolkata') AT TIME ZONE 'Asia/Kolkata'`

const settleSQL = `
WITH due AS (SELECT id FROM members WHERE held IS NOT NULL AND frozen_at < ` + monday + ` ORDER BY id LIMIT $1 FOR UPDATE),
made AS (UPDATE members m SET held = NULL FROM due WHERE m.id = due.id RETURNING m.id),
told AS (INSERT INTO events (kind, member_id) SELECT 'settled', id FROM made)
SELECT count(*) FROM made`

// SettleWeek lets go of the figures that complaints of the weeks before have held,
// and tells how many. All of a week's go together, in no order that tells whose.
// One process at a time does it; another gets nothing to do. It may be run again
// at any time, and goes on where a crash left it.
func (s *Store) SettleWeek(ctx context.Context) (settled int64, err error) {
	for {
		var n int64
		err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			var mine bool
			if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock(hashtext('sadasya settle'))`).Scan(&mine); err != nil || !mine {
				return err
			}
			return tx.QueryRow(ctx, settleSQL, settleAtOnce).Scan(&n)
		})
		settled += n
		if err != nil || n < settleAtOnce {
			return settled, wrap("settle", err)
		}
	}
}
