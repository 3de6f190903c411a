package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"sadasya/party"
)

// Freezing writes an audience down, a range of accounts at a time. How far it has
// come is written in the same transaction: a process that dies leaves whole
// ranges, the next goes on behind them, and nobody stands there twice.

const (
	rangeSize = 25_000 // accounts looked at in one transaction, and in memory at once
	blockSize = 50     // recipients of one lease
)

// accounts is a range of them, and who of it is in an audience.
type accounts struct {
	after, upTo int64 // the last before it, and its last
	end         bool  // there are no more
	people      []int64
	err         error
}

// mostFreezeTries is how often in a row writing an audience down may fail before it
// pauses, to be tried again when an admin says so. Where Postgres is away nothing
// is counted, since the count stands there.
const mostFreezeTries = 5

// Freeze writes down the audiences of the broadcasts that are to be frozen, and
// tells whether there was one. While one process is at it, others do nothing. One
// that fails holds up no other; the error tells of each.
func (s *Store) Freeze(ctx context.Context) (worked bool, err error) {
	rows, err := s.pool.Query(ctx, `SELECT id FROM broadcasts WHERE state = 'freezing' ORDER BY freeze_tries, id`)
	if err != nil {
		return false, wrap("look for a broadcast", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil || len(ids) == 0 {
		return false, wrap("look for a broadcast", err)
	}
	release, err := s.Lock(ctx, "freezing")
	if err != nil {
		return false, ignore(err, ErrLocked)
	}
	defer release()
	var failed error
	for _, id := range ids {
		err := s.freezeOne(ctx, id)
		if ctx.Err() != nil { // told to end
			return worked, failed
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("broadcast %d: %w", id, err), s.freezeFailed(ctx, id))
			continue
		}
		worked = true
	}
	return worked, failed
}

// freezeOne writes one audience down, from where it is. It stops where the broadcast
// is cancelled.
func (s *Store) freezeOne(ctx context.Context, id int) error {
	var after int64
	var audience party.Audience
	err := s.queryRow(ctx, `SELECT frozen_to, audience FROM broadcasts WHERE id = $1`, []any{id}, &after, &audience)
	if err != nil {
		return wrap("look for a broadcast", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	ranges := make(chan accounts) // the next is looked through while one is written
	go s.lookThrough(ctx, audience, after, ranges)
	defer func() {
		cancel()
		for range ranges { // until it has ended
		}
	}()
	for r := range ranges {
		if r.err != nil {
			return wrap("look through accounts", r.err)
		}
		if r.end {
			s.lookAtLedger(ctx)
		}
		more, err := s.writeDown(ctx, id, r)
		if err != nil || !more {
			return wrap("freeze an audience", err)
		}
	}
	return nil
}

// lookAtLedger lets Postgres plan anew for the ledger's tables: it may have planned
// for empty ones, and would go on with that until it looks at them by itself, a
// minute or so later. That is also what happens where this fails.
func (s *Store) lookAtLedger(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, countTime)
	defer cancel()
	_, _ = s.pool.Exec(ctx, `ANALYZE (SKIP_LOCKED) recipients, broadcast_blocks`)
}

// freezeFailed counts a try that failed; the last of them pauses the broadcast.
func (s *Store) freezeFailed(ctx context.Context, id int) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	_, err := s.pool.Exec(ctx, `
WITH tried AS (
	UPDATE broadcasts SET freeze_tries = freeze_tries + 1, state = CASE WHEN freeze_tries + 1 < $2 THEN state ELSE 'paused' END,
		why = CASE WHEN freeze_tries + 1 < $2 THEN why ELSE $3 END
	WHERE id = $1 AND state = 'freezing' RETURNING id, state)
INSERT INTO audit (actor, action, object, reason) SELECT 0, 'broadcast-paused', 'broadcast ' || id, $3 FROM tried WHERE state = 'paused'`,
		id, mostFreezeTries, party.WhyFreeze)
	return wrap("count a try", err)
}

// lookThrough hands over one range after another, until ctx ends.
func (s *Store) lookThrough(ctx context.Context, a party.Audience, after int64, ranges chan<- accounts) {
	defer close(ranges)
	for {
		r := s.look(ctx, a, after)
		select {
		case ranges <- r:
		case <-ctx.Done():
			return
		}
		if r.end || r.err != nil {
			return
		}
		after = r.upTo
	}
}

// look looks through the range behind an account.
func (s *Store) look(ctx context.Context, a party.Audience, after int64) (r accounts) {
	ctx, cancel := context.WithTimeout(ctx, countTime)
	defer cancel()
	r.after = after
	var upTo *int64
	r.err = s.queryRow(ctx, `SELECT max(telegram_id) FROM (
		SELECT telegram_id FROM people WHERE telegram_id > $1 ORDER BY telegram_id LIMIT $2) next`, []any{after, rangeSize}, &upTo)
	if r.err != nil || upTo == nil {
		r.end = r.err == nil
		return r
	}
	r.upTo = *upTo
	c := s.choose(a)
	c.args[0], c.args[1] = after, r.upTo
	rows, err := s.pool.Query(ctx, c.sql+` ORDER BY 1`, c.args...)
	if err == nil {
		r.people, err = pgx.CollectRows(rows, pgx.RowTo[int64])
	}
	r.err = err
	return r
}

// writeDown writes a range, or behind the last lets the broadcast run; more is
// false where it is not to go on.
func (s *Store) writeDown(ctx context.Context, id int, r accounts) (more bool, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		// A range that Postgres loses in a crash is lost with how far it had come, and
		// is written again: it need not reach the disk before the next. The last does.
		if !r.end {
			if _, err := tx.Exec(ctx, `SET LOCAL synchronous_commit = off`); err != nil {
				return err
			}
		}
		var blocks int
		err := tx.QueryRow(ctx, `SELECT blocks FROM broadcasts WHERE id = $1 AND state = 'freezing' AND frozen_to = $2 FOR UPDATE`, id, r.after).Scan(&blocks)
		if err != nil {
			return ignore(err, pgx.ErrNoRows)
		}
		if r.end {
			_, err = tx.Exec(ctx, `UPDATE broadcasts SET state = 'running', started_at = now() WHERE id = $1`, id)
			return err
		}
		more = true
		if err := writeRange(ctx, tx, id, blocks, r.people); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE broadcasts SET frozen_to = $2, frozen = frozen + $3, blocks = blocks + $4, freeze_tries = 0 WHERE id = $1`,
			id, r.upTo, len(r.people), (len(r.people)+blockSize-1)/blockSize)
		return err
	})
	return more && err == nil, err
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
