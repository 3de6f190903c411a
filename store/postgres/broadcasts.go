package postgres

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// Broadcasts from the draft to the end. Only an admin in office composes,
// approves and steers; it is looked up in the transaction that writes.

// Draft is a broadcast as it is composed.
type Draft struct {
	Nonce    flows.Nonce // of the conversation; the same gives the same broadcast
	Letter   party.Letter
	Audience party.Audience
	Paid     bool
	At       time.Time // when to send; zero: now
}

// anAdmin is the office of a person $1 who may send to many.
const anAdmin = `(SELECT id FROM offices WHERE telegram_id = $1 AND office = 'admin' AND status = 'active' ORDER BY id LIMIT 1)`

// steerable tells whether a person $1 may steer a broadcast: an admin, and not what
// the clock says, which is switched off and not paused, and is on no screen.
const steerable = `composed_by IS NOT NULL AND ` + anAdmin + ` IS NOT NULL`

// Compose keeps a broadcast and hands it on: to a second admin where there are
// two, else to be sent. Its id is 0 for who is no admin.
func (s *Store) Compose(ctx context.Context, a flows.Actor, d Draft) (id int, state party.BroadcastState, err error) {
	if err := d.Audience.Validate(); err != nil {
		return 0, "", err
	}
	ctx, cancel := detached(ctx)
	defer cancel()
	var at *time.Time
	if !d.At.IsZero() {
		at = &d.At
	}
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var fresh bool
		err := tx.QueryRow(ctx, composeSQL, a.Person, pgtype.UUID{Bytes: d.Nonce, Valid: true}, d.Letter, d.Audience, d.Paid, at).Scan(&id, &state, &fresh)
		if err != nil || !fresh {
			return ignore(err, pgx.ErrNoRows)
		}
		if _, err := tx.Exec(ctx, `DELETE FROM broadcast_drafts WHERE telegram_id = $1`, a.Person); err != nil {
			return err
		}
		if state != party.BroadcastWaiting {
			return nil
		}
		return s.askAdmins(ctx, tx, a.Person, id)
	})
	return id, state, wrap("compose a broadcast", err)
}

const composeSQL = `
WITH made AS (
	INSERT INTO broadcasts (nonce, state, letter, audience, paid, composed_by, send_at)
	SELECT $2, CASE WHEN EXISTS (SELECT FROM offices o WHERE o.office = 'admin' AND o.status = 'active' AND o.telegram_id <> $1)
		THEN 'waiting' ELSE 'scheduled' END, $3, $4, $5, id, coalesce($6::timestamptz, now())
	FROM (SELECT ` + anAdmin + ` AS id) o WHERE id IS NOT NULL
	ON CONFLICT DO NOTHING RETURNING id, state),
audited AS (INSERT INTO audit (actor, action, object) SELECT $1, 'broadcast-composed', 'broadcast ' || id FROM made)
SELECT id, state, true FROM made UNION ALL SELECT id, state, false FROM broadcasts WHERE nonce = $2 AND composed_by = ` + anAdmin + ` LIMIT 1`

// askAdmins tells the other admins that a broadcast waits for one of them.
func (s *Store) askAdmins(ctx context.Context, tx pgx.Tx, composer int64, id int) error {
	rows, err := tx.Query(ctx, `SELECT DISTINCT telegram_id FROM offices WHERE office = 'admin' AND status = 'active' AND telegram_id <> $1`, composer)
	if err != nil {
		return err
	}
	others, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	for _, other := range others {
		n := flows.Notice{Kind: flows.NoticeBroadcast, ID: int64(id)}
		if err := s.tell(ctx, tx, other, "broadcast "+strconv.Itoa(id), 0, n); err != nil {
			return err
		}
	}
	return nil
}

// Pause, Resume and Cancel steer one that is under way; done is false for who is
// no admin, and where it does not stand so that it can be.
func (s *Store) Pause(ctx context.Context, a flows.Actor, id int) (done bool, err error) {
	return s.steer(ctx, `UPDATE broadcasts SET state = 'paused', why = 'admin' WHERE id = $2 AND state = 'running' AND `+steerable+` RETURNING id`,
		"broadcast-paused", a.Person, id)
}

// Resume goes on where it paused, be it with writing the audience down. Whom
// Telegram refused the message, for a reason that we have no word for, is pending
// again where that was why it paused: they have not got it for certain, and only
// now is nothing under way any more that could add to them.
func (s *Store) Resume(ctx context.Context, a flows.Actor, id int) (done bool, err error) {
	return s.steer(ctx, `
WITH mine AS (SELECT id, why FROM broadcasts WHERE id = $2 AND state = 'paused' AND `+steerable+` FOR UPDATE),
again AS (
	SELECT k.broadcast_id, k.number, k.first_id, k.last_id FROM broadcast_blocks k JOIN mine ON mine.id = k.broadcast_id
	WHERE mine.why = '`+party.WhyRefused+`' AND (k.refused OR NOT k.done AND k.epoch > 0)),
open AS (UPDATE broadcast_blocks k SET done = false, refused = false, parts = '{}' FROM again WHERE k.broadcast_id = again.broadcast_id AND k.number = again.number),
pending AS (
	UPDATE recipients r SET fate = 'pending', reason = '' FROM again
	WHERE r.broadcast_id = again.broadcast_id AND r.telegram_id BETWEEN again.first_id AND again.last_id
		AND r.fate = 'failed' AND r.reason = '`+party.RefusedReason+`')
UPDATE broadcasts b SET state = CASE WHEN started_at IS NULL THEN 'freezing' ELSE 'running' END, why = '', freeze_tries = 0
FROM mine WHERE b.id = mine.id RETURNING b.id`, "broadcast-resumed", a.Person, id)
}

// Cancel ends it for good: who has not got it does not get it.
func (s *Store) Cancel(ctx context.Context, a flows.Actor, id int) (done bool, err error) {
	return s.steer(ctx, `UPDATE broadcasts SET state = 'cancelled', ended_at = now() WHERE id = $2
		AND state IN ('waiting', 'scheduled', 'freezing', 'running', 'paused') AND `+steerable+` RETURNING id`,
		"broadcast-cancelled", a.Person, id)
}

// steer runs an update that gives the broadcast's id, and audits it.
func (s *Store) steer(ctx context.Context, update, action string, person int64, args ...any) (done bool, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var id int
		if err := tx.QueryRow(ctx, update, append([]any{person}, args...)...).Scan(&id); err != nil {
			return ignore(err, pgx.ErrNoRows)
		}
		done = true
		_, err := tx.Exec(ctx, `INSERT INTO audit (actor, action, object) VALUES ($1, $2, 'broadcast ' || $3::int)`, person, action, id)
		return err
	})
	return done && err == nil, wrap("steer a broadcast", err)
}

// Tend does what broadcasts need besides sending: those whose hour has come are
// frozen, those of an admin who is one no more stop, those without anybody
// pending are done, and of those that ended early the rest is cancelled. It tells
// whether there is more to do at once. Any number of processes may call it.
func (s *Store) Tend(ctx context.Context) (more bool, err error) {
	const due = `UPDATE broadcasts SET state = 'freezing' WHERE state = 'scheduled' AND send_at <= now()`
	const revoked = `
WITH ended AS (
	UPDATE broadcasts b SET state = 'stopped', why = '` + party.WhyOffice + `', ended_at = now() FROM offices o
	WHERE o.id = b.composed_by AND o.status <> 'active' AND b.state IN ('waiting', 'scheduled', 'freezing', 'running', 'paused') RETURNING b.id)
INSERT INTO audit (actor, action, object, reason) SELECT 0, 'broadcast-stopped', 'broadcast ' || id, '` + party.WhyOffice + `' FROM ended`
	for _, sql := range []string{due, revoked} {
		if err := s.tend(ctx, sql); err != nil {
			return false, err
		}
	}
	if err := s.tendClock(ctx); err != nil {
		return false, err
	}
	if err := s.finish(ctx); err != nil {
		return false, err
	}
	froze, failed := s.Freeze(ctx) // which is no reason to leave others as they are
	closed, err := s.closeBlocks(ctx)
	return froze || closed, errors.Join(failed, err)
}

func (s *Store) tend(ctx context.Context, sql string) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	_, err := s.pool.Exec(ctx, sql)
	return wrap("tend broadcasts", err)
}

// finish ends the broadcasts that nobody waits for any more.
func (s *Store) finish(ctx context.Context) error {
	return s.tend(ctx, `
UPDATE broadcasts b SET state = 'done', ended_at = now() WHERE b.state = 'running'
	AND NOT EXISTS (SELECT FROM broadcast_blocks k WHERE k.broadcast_id = b.id AND NOT k.done)`)
}

// BroadcastState tells how a broadcast stands.
func (s *Store) BroadcastState(ctx context.Context, id int) (state party.BroadcastState, err error) {
	err = s.queryRow(ctx, `SELECT state FROM broadcasts WHERE id = $1`, []any{id}, &state)
	return state, wrap("look at a broadcast", err)
}
