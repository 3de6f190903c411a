package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"sadasya/party"
)

// What has become of a broadcast's recipients, in numbers. A block is counted when
// it is done, so that nobody who looks at a broadcast counts millions of rows.

// partsSQL counts recipients r by fate, in the type's order.
const partsSQL = `ARRAY[count(*) FILTER (WHERE r.fate = 'pending'), count(*) FILTER (WHERE r.fate = 'sent'), count(*) FILTER (WHERE r.fate = 'failed'),
	count(*) FILTER (WHERE r.fate = 'unreachable'), count(*) FILTER (WHERE r.fate = 'opted-out'), count(*) FILTER (WHERE r.fate = 'uncertain'),
	count(*) FILTER (WHERE r.fate = 'cancelled')]::int[]`

// Parts tells what has become of the recipients of a broadcast, to the row.
func (s *Store) Parts(ctx context.Context, id int) (party.Parts, error) {
	ctx, cancel := context.WithTimeout(ctx, countTime)
	defer cancel()
	rows, err := s.pool.Query(ctx, `SELECT fate::text, count(*) FROM recipients WHERE broadcast_id = $1 GROUP BY fate`, id)
	if err != nil {
		return nil, wrap("count recipients", err)
	}
	parts := party.Parts{}
	var fate party.Fate
	var n int
	_, err = pgx.ForEachRow(rows, []any{&fate, &n}, func() error { parts[fate] = n; return nil })
	return parts, wrap("count recipients", err)
}

// Blocks that are done have their parts; of the others those that were taken are
// counted, which are few: what workers hold, and what a pause left. The blocks are
// gone through once, a hundred thousand for five million recipients.
const progressSQL = `
WITH k AS MATERIALIZED (
	SELECT sum(parts[2]) AS sent, sum(parts[3]) AS failed, sum(parts[4]) AS unreachable, sum(parts[5]) AS opted_out, sum(parts[6]) AS uncertain,
		sum(parts[7]) AS cancelled, coalesce(sum(taken), 0) AS taken,
		array_agg(number) FILTER (WHERE parts = '{}') AS open, array_agg(number) FILTER (WHERE recalled AND taken IS NULL) AS uncounted
	FROM broadcast_blocks WHERE broadcast_id = $1 AND epoch > 0),
rest AS (
	SELECT ` + partsSQL + ` AS parts FROM k CROSS JOIN unnest(k.open) AS o (number) JOIN broadcast_blocks b ON b.broadcast_id = $1 AND b.number = o.number
	JOIN recipients r ON r.broadcast_id = $1 AND r.telegram_id BETWEEN b.first_id AND b.last_id)
SELECT (SELECT array_agg(coalesce(d, 0) + o ORDER BY i)::int[]
		FROM unnest(ARRAY[0, k.sent, k.failed, k.unreachable, k.opted_out, k.uncertain, k.cancelled], rest.parts) WITH ORDINALITY AS part (d, o, i)),
	k.taken::int + (SELECT count(*) FROM unnest(k.uncounted) AS u (number) JOIN broadcast_blocks b ON b.broadcast_id = $1 AND b.number = u.number
		JOIN recipients r ON r.broadcast_id = $1 AND r.telegram_id BETWEEN b.first_id AND b.last_id AND r.message_id < 0)::int,
	(SELECT frozen FROM broadcasts WHERE id = $1)
FROM k, rest`

// progress is what Parts gives, without reading millions of rows, and how many
// messages were taken back.
func (s *Store) progress(ctx context.Context, id int) (parts party.Parts, taken int, err error) {
	var list []int
	var all int
	if err := s.queryRow(ctx, progressSQL, []any{id}, &list, &taken, &all); err != nil {
		return nil, 0, wrap("count recipients", err)
	}
	parts = party.Parts{}
	for i, fate := range party.Fates()[1:] {
		if n := list[i+1]; n > 0 {
			parts[fate] = n
			all -= n
		}
	}
	if all > 0 {
		parts[party.Pending] = all
	}
	return parts, taken, nil
}

// closedAtOnce are blocks closed in one transaction.
const closedAtOnce = 200

// closeBlocks cancels who is still pending of broadcasts that ended early, some
// blocks at a time, and counts them. Blocks in a worker's hands are left until they
// are given back.
func (s *Store) closeBlocks(ctx context.Context) (some bool, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
WITH mine AS (
	SELECT k.broadcast_id, k.number, k.first_id, k.last_id FROM broadcasts b JOIN broadcast_blocks k ON k.broadcast_id = b.id
	WHERE b.state IN ('cancelled', 'stopped') AND NOT k.done AND k.leased_until < now() LIMIT $1 FOR UPDATE OF k SKIP LOCKED),
cancelled AS (
	UPDATE recipients r SET fate = 'cancelled' FROM mine
	WHERE r.broadcast_id = mine.broadcast_id AND r.telegram_id BETWEEN mine.first_id AND mine.last_id AND r.fate = 'pending')
SELECT broadcast_id, number FROM mine`, closedAtOnce)
		if err != nil {
			return err
		}
		type block struct{ Broadcast, Number int32 }
		blocks, err := pgx.CollectRows(rows, pgx.RowToStructByPos[block])
		if err != nil || len(blocks) == 0 {
			return err
		}
		some = true
		var broadcasts, numbers []int32
		for _, b := range blocks {
			broadcasts, numbers = append(broadcasts, b.Broadcast), append(numbers, b.Number)
		}
		// Counted by a statement of its own, which sees what the one before wrote, and
		// whatever a worker whose lease was over had written until then.
		_, err = tx.Exec(ctx, `
UPDATE broadcast_blocks k SET done = true, epoch = k.epoch + 1, parts = counted.parts FROM (
	SELECT k.broadcast_id, k.number, `+partsSQL+` AS parts
	FROM unnest($1::int[], $2::int[]) AS mine (broadcast_id, number) JOIN broadcast_blocks k USING (broadcast_id, number)
	JOIN recipients r ON r.broadcast_id = k.broadcast_id AND r.telegram_id BETWEEN k.first_id AND k.last_id
	GROUP BY k.broadcast_id, k.number) counted
WHERE k.broadcast_id = counted.broadcast_id AND k.number = counted.number`, broadcasts, numbers)
		return err
	})
	return some && err == nil, wrap("cancel recipients", err)
}
