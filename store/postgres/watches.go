package postgres

import (
	"context"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
)

// Messages that show broadcasts, and what is told of each once it is over.

// Watch keeps a message that shows a broadcast, in the place of an older one of the
// same admin.
func (s *Store) Watch(ctx context.Context, w flows.Watched) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	_, err := s.pool.Exec(ctx, `
INSERT INTO broadcast_watches (telegram_id, broadcast_id, message_id, shown) SELECT $1, $2, $3, $4 WHERE `+anAdmin+` IS NOT NULL
ON CONFLICT (telegram_id, broadcast_id) DO UPDATE SET message_id = excluded.message_id, shown = excluded.shown, looked_at = NULL, due_at = now(), since = now()`,
		w.Person, w.Broadcast, w.Message, w.Shown)
	return wrap("watch a broadcast", err)
}

// DueWatches claims messages whose time has come: a claim puts one off by its
// lease. What those watch who are admins no more, or block the bot, is forgotten,
// and so is what is a month old.
func (s *Store) DueWatches(ctx context.Context, most int, lease time.Duration) (list []flows.Watched, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = s.again(func() error {
		rows, err := s.pool.Query(ctx, `
WITH gone AS (
	DELETE FROM broadcast_watches w WHERE w.since < now() - interval '30 days'
	OR NOT EXISTS (SELECT FROM offices o WHERE o.telegram_id = w.telegram_id AND o.office = 'admin' AND o.status = 'active')
	OR EXISTS (SELECT FROM people p WHERE p.telegram_id = w.telegram_id AND NOT p.reachable)
	RETURNING telegram_id, broadcast_id),
due AS (
	SELECT telegram_id, broadcast_id FROM broadcast_watches w WHERE due_at <= now()
	AND NOT EXISTS (SELECT FROM gone g WHERE g.telegram_id = w.telegram_id AND g.broadcast_id = w.broadcast_id)
	ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED),
claimed AS (
	UPDATE broadcast_watches w SET due_at = now() + $2 FROM due
	WHERE w.telegram_id = due.telegram_id AND w.broadcast_id = due.broadcast_id
	RETURNING w.telegram_id, w.broadcast_id, w.message_id, w.shown, w.done, w.looked_at)
SELECT c.telegram_id, c.broadcast_id, c.message_id, c.shown, c.done, coalesce(now() - c.looked_at, interval '0'), coalesce(nullif(p.language, ''), p.tongue, '')
FROM claimed c LEFT JOIN people p ON p.telegram_id = c.telegram_id ORDER BY c.broadcast_id, c.telegram_id`, most, lease)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (w flows.Watched, err error) {
			return w, row.Scan(&w.Person, &w.Broadcast, &w.Message, &w.Shown, &w.Done, &w.Ago, &w.Language)
		})
		return err
	})
	return list, wrap("claim what is watched", err)
}

// SettleWatch writes what a message says now and lets it be due again after a time;
// 0 forgets it. Where another message has taken its place meanwhile, that one stays.
func (s *Store) SettleWatch(ctx context.Context, w flows.Watched, after time.Duration) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	sql, args := `UPDATE broadcast_watches SET shown = $4, done = $6, looked_at = now(), due_at = now() + $5 WHERE telegram_id = $1 AND broadcast_id = $2 AND message_id = $3`,
		[]any{w.Person, w.Broadcast, w.Message, w.Shown, after, w.Done}
	if after == 0 {
		sql, args = `DELETE FROM broadcast_watches WHERE telegram_id = $1 AND broadcast_id = $2 AND message_id = $3`, args[:3]
	}
	_, err := s.pool.Exec(ctx, sql, args...)
	return wrap("settle what is watched", err)
}

// endedSQL takes the broadcasts that ended and of which nothing is told yet. Nobody
// of their audience is pending any more.
const endedSQL = `
UPDATE broadcasts b SET reported_at = now() FROM offices o
WHERE b.composed_by = o.id AND b.ended_at IS NOT NULL AND b.reported_at IS NULL
	AND NOT EXISTS (SELECT FROM broadcast_blocks k WHERE k.broadcast_id = b.id AND NOT k.done)
	AND b.id IN (SELECT id FROM broadcasts WHERE ended_at IS NOT NULL AND reported_at IS NULL ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING b.id, b.frozen, b.state, b.why, b.audience, extract(year FROM b.created_at AT TIME ZONE 'Asia/Kolkata')::int,
	extract(month FROM b.created_at AT TIME ZONE 'Asia/Kolkata')::int, extract(day FROM b.created_at AT TIME ZONE 'Asia/Kolkata')::int,
	ARRAY(SELECT DISTINCT a.telegram_id FROM offices a WHERE a.id IN (b.composed_by, b.approved_by)
		AND EXISTS (SELECT FROM offices h WHERE h.telegram_id = a.telegram_id AND h.office = 'admin' AND h.status = 'active'))`

// Report keeps the truth about each broadcast that has ended, for who composed and
// who approved it, where they are admins still: parts that add up to its audience. Of one that nobody was to get
// any more nothing is told.
func (s *Store) Report(ctx context.Context) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	return wrap("report a broadcast", pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, endedSQL)
		if err != nil {
			return err
		}
		type ended struct {
			flows.Broadcast
			frozen int
			tell   []int64
		}
		list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (b ended, err error) {
			return b, row.Scan(&b.ID, &b.frozen, &b.State, &b.Why, &b.Audience, &b.On.Year, &b.On.Month, &b.On.Day, &b.tell)
		})
		if err != nil {
			return err
		}
		for _, b := range list {
			if b.frozen == 0 && b.State == party.BroadcastCancelled {
				continue
			}
			if b.Parts, _, err = s.progress(ctx, b.ID); err != nil {
				return err
			}
			n := flows.Notice{Kind: flows.NoticeBroadcast, ID: int64(b.ID), Reason: flows.BroadcastIsDone, Sent: &b.Broadcast}
			for _, person := range b.tell {
				if err := s.tell(ctx, tx, person, "done broadcast "+strconv.Itoa(b.ID), 0, n); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}
