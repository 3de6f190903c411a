package postgres

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"
)

// The ledger holds accounts, and what became of each. Neither outlives its use: 30
// days after a broadcast has ended its recipients are erased, and of a person who is
// purged before that at once. What the blocks counted stays: /sent says the same.

const (
	ledgerDays     = 30   // that recipients are kept after the end
	erasedAtOnce   = 200  // blocks of a statement: 10,000 recipients
	accountsAtOnce = 1000 // of a statement
)

// eraseLedger erases the recipients of broadcasts that are long over, some blocks a
// transaction: it can be broken off at any time, and goes on where it was.
func (s *Store) eraseLedger(ctx context.Context) error {
	for more := true; more && ctx.Err() == nil; {
		var err error
		if more, err = s.eraseBlocks(ctx); err != nil {
			return wrap("erase recipients", err)
		}
	}
	return nil
}

// eraseBlocks erases the next recipients there are. Blocks follow each other by
// account, so some of them are one stretch of the key. Of what nobody has counted
// that was taken back, it is counted before; nothing can be taken back after 30 days.
func (s *Store) eraseBlocks(ctx context.Context) (more bool, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var id, from int
		err := tx.QueryRow(ctx, `
SELECT id, erased FROM broadcasts b WHERE ended_at < now() - make_interval(days => $1) AND erased < blocks
	AND NOT EXISTS (SELECT FROM broadcast_blocks k WHERE k.broadcast_id = b.id AND NOT k.done)
ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`, ledgerDays).Scan(&id, &from)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		more = true
		if _, err = tx.Exec(ctx, `
UPDATE broadcast_blocks k SET recalled = true, epoch = epoch + 1, leased_until = '-infinity',
	taken = (SELECT count(*) FROM recipients r WHERE r.broadcast_id = k.broadcast_id AND r.telegram_id BETWEEN k.first_id AND k.last_id AND r.message_id < 0)
FROM broadcasts b WHERE b.id = $1 AND b.recalled_at IS NOT NULL AND k.broadcast_id = $1 AND k.number >= $2 AND k.number < $2 + $3 AND (NOT k.recalled OR k.taken IS NULL)`,
			id, from, erasedAtOnce); err != nil {
			return err
		}
		var first, last *int64
		if err = tx.QueryRow(ctx, `SELECT min(first_id), max(last_id) FROM broadcast_blocks WHERE broadcast_id = $1 AND number >= $2 AND number < $2 + $3`,
			id, from, erasedAtOnce).Scan(&first, &last); err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, `DELETE FROM recipients WHERE broadcast_id = $1 AND telegram_id BETWEEN $2 AND $3`, id, first, last); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE broadcasts SET erased = least(erased + $2, blocks) WHERE id = $1`, id, erasedAtOnce)
		return err
	})
	return more && err == nil, err
}

// forget erases people from the ledger of all that is over: there a block is counted
// and nobody writes to it. What is under way goes 30 days after its end.
func forget(ctx context.Context, tx pgx.Tx, people []int64) error {
	if len(people) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, `
SELECT id FROM broadcasts b WHERE ended_at IS NOT NULL AND erased < blocks AND NOT EXISTS (
	SELECT FROM broadcast_blocks k WHERE k.broadcast_id = b.id AND (NOT k.done OR b.recalled_at IS NOT NULL AND (NOT k.recalled OR k.taken IS NULL)))`)
	if err != nil {
		return err
	}
	over, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return err
	}
	for some := range slices.Chunk(people, accountsAtOnce) {
		for _, id := range over {
			if _, err := tx.Exec(ctx, `DELETE FROM recipients WHERE broadcast_id = $1 AND telegram_id = ANY ($2)`, id, some); err != nil {
				return err
			}
		}
	}
	return nil
}
