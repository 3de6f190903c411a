package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"sadasya/party"
)

// Freezing writes an audience down, a range of accounts at a time. How far it has
// come is written in the same transaction: a process that dies leaves whole
// ranges, the next goes on behind them, and nobody stands there twice.

const (
	rangeSize = 100_000 // accounts looked at in one transaction, well under a second
	blockSize = 50      // recipients of one lease
)

// Freeze writes down the next range of a broadcast that is being frozen, and
// tells whether there was one. Another process that is at it is not waited for.
func (s *Store) Freeze(ctx context.Context) (worked bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), countTime)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var id, blocks int
		var after int64
		var audience party.Audience
		err := tx.QueryRow(ctx, `SELECT id, frozen_to, blocks, audience FROM broadcasts
			WHERE state = 'freezing' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`).Scan(&id, &after, &blocks, &audience)
		if err != nil {
			return ignore(err, pgx.ErrNoRows)
		}
		worked = true
		var upTo *int64
		err = tx.QueryRow(ctx, `SELECT max(telegram_id) FROM (
			SELECT telegram_id FROM people WHERE telegram_id > $1 ORDER BY telegram_id LIMIT $2) next`, after, rangeSize).Scan(&upTo)
		if err != nil {
			return err
		}
		if upTo == nil {
			_, err = tx.Exec(ctx, `UPDATE broadcasts SET state = 'running', started_at = now() WHERE id = $1`, id)
			return err
		}
		c := s.choose(audience)
		c.args[0], c.args[1] = after, *upTo
		n := len(c.args)
		_, err = tx.Exec(ctx, freezeSQL(c.sql, n), append(c.args, id, blocks, blockSize)...)
		return err
	})
	return worked, wrap("freeze an audience", err)
}

// freezeSQL writes a range; its own arguments follow the n of chosen.
func freezeSQL(chosen string, n int) string {
	id, blocks, size := fmt.Sprint("$", n+1), fmt.Sprint("$", n+2), fmt.Sprint("$", n+3)
	return `
WITH chosen AS MATERIALIZED (` + chosen + `),
numbered AS MATERIALIZED (SELECT telegram_id, (row_number() OVER (ORDER BY telegram_id) - 1) / ` + size + `::int AS block FROM chosen),
written AS (INSERT INTO recipients (broadcast_id, telegram_id) SELECT ` + id + `::int, telegram_id FROM numbered ORDER BY telegram_id),
blocked AS (
	INSERT INTO broadcast_blocks (broadcast_id, number, turn, first_id, last_id)
	SELECT ` + id + `::int, ` + blocks + `::int + block, hashint4((` + blocks + `::int + block)::int), min(telegram_id), max(telegram_id)
	FROM numbered GROUP BY block)
UPDATE broadcasts SET frozen_to = $2, frozen = frozen + (SELECT count(*) FROM numbered),
	blocks = blocks + (SELECT count(DISTINCT block) FROM numbered) WHERE id = ` + id
}
