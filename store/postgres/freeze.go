package postgres

import (
	"context"

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
		rows, err := tx.Query(ctx, c.sql+` ORDER BY 1`, c.args...)
		if err != nil {
			return err
		}
		people, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return err
		}
		if err := writeRange(ctx, tx, id, blocks, people); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE broadcasts SET frozen_to = $2, frozen = frozen + $3, blocks = blocks + $4 WHERE id = $1`,
			id, *upTo, len(people), (len(people)+blockSize-1)/blockSize)
		return err
	})
	return worked, wrap("freeze an audience", err)
}

// writeRange writes recipients, in the order of their accounts, and their blocks.
// They come back to Postgres by COPY, which takes half the time of an INSERT.
func writeRange(ctx context.Context, tx pgx.Tx, broadcast, blocks int, people []int64) error {
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"recipients"}, []string{"telegram_id", "broadcast_id"},
		pgx.CopyFromSlice(len(people), func(i int) ([]any, error) { return []any{people[i], broadcast}, nil }))
	if err != nil {
		return err
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"broadcast_blocks"}, []string{"broadcast_id", "number", "turn", "first_id", "last_id"},
		pgx.CopyFromSlice((len(people)+blockSize-1)/blockSize, func(i int) ([]any, error) {
			number, first := blocks+i, i*blockSize
			return []any{broadcast, number, turnOf(number), people[first], people[min(first+blockSize, len(people))-1]}, nil
		}))
	return err
}

// turnOf mixes the order of blocks. Source: Knuth's multiplicative hash.
func turnOf(number int) int32 { return int32(uint32(number) * 2654435761) }
