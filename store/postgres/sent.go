package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
)

// Broadcasts as admins see them in the chat.

// CountAudience tells an admin how many an audience has now, and whether another
// admin must approve what is sent to it.
func (s *Store) CountAudience(ctx context.Context, a flows.Actor, e flows.CountAudience) (out flows.AudienceCounted, err error) {
	var admin bool
	err = s.queryRow(ctx, `SELECT `+anAdmin+` IS NOT NULL, EXISTS (SELECT FROM offices WHERE office = 'admin' AND status = 'active' AND telegram_id <> $1)`,
		[]any{a.Person}, &admin, &out.Others)
	if err != nil || !admin || e.Audience.Validate() != nil {
		return flows.AudienceCounted{}, wrap("look offices up", err)
	}
	out.Count, err = s.count(ctx, e.Audience)
	return out, err
}

// ComposeBroadcast keeps a broadcast as it was composed in the chat.
func (s *Store) ComposeBroadcast(ctx context.Context, a flows.Actor, e flows.ComposeBroadcast) (out flows.BroadcastComposed, err error) {
	d := Draft{Nonce: e.Nonce, Letter: e.Letter, Audience: e.Audience, Paid: e.Paid}
	if e.At != 0 {
		d.At = time.Unix(e.At, 0)
	}
	id, state, err := s.Compose(ctx, a, d)
	return flows.BroadcastComposed{ID: id, Waits: state == party.BroadcastWaiting}, err
}

const broadcastSQL = `
SELECT b.id, extract(year FROM b.created_at AT TIME ZONE 'Asia/Kolkata')::int, extract(month FROM b.created_at AT TIME ZONE 'Asia/Kolkata')::int,
	extract(day FROM b.created_at AT TIME ZONE 'Asia/Kolkata')::int, b.state, b.why, b.letter, b.audience, o.telegram_id = $1,
	NOT EXISTS (SELECT FROM offices x WHERE x.office = 'admin' AND x.status = 'active' AND x.telegram_id <> o.telegram_id),
	b.started_at IS NOT NULL AND b.ended_at > now() - interval '48 hours' AND b.recalled_at IS NULL AND b.state IN ('done', 'cancelled', 'stopped'),
	b.paid, CASE WHEN b.send_at > now() THEN extract(epoch FROM b.send_at)::bigint ELSE 0 END,
	CASE WHEN b.send_at <= now() AND b.send_at <> b.created_at THEN extract(epoch FROM b.send_at)::bigint ELSE 0 END, b.recalled_at IS NOT NULL,
	b.recalled_at IS NOT NULL AND EXISTS (SELECT FROM broadcast_blocks k WHERE k.broadcast_id = b.id AND k.done AND NOT k.recalled),
	coalesce(extract(epoch FROM coalesce(b.ended_at, now()) - b.started_at), 0)::float8
FROM broadcasts b JOIN offices o ON o.id = b.composed_by
WHERE ` + anAdmin + ` IS NOT NULL AND b.state <> 'draft'`

// scanBroadcast reads one, with for how long it has run.
func scanBroadcast(row pgx.Row) (b flows.Broadcast, ran float64, err error) {
	var recalls *bool
	err = row.Scan(&b.ID, &b.On.Year, &b.On.Month, &b.On.Day, &b.State, &b.Why, &b.Letter, &b.Audience, &b.Mine, &b.Alone, &recalls, &b.Paid, &b.At, &b.Passed, &b.Recalling, &b.TakingBack, &ran)
	b.Recalls = recalls != nil && *recalls
	return b, ran, err
}

// watches tells whether a person may look at broadcasts; who may not is written
// down.
func (s *Store) watches(ctx context.Context, a flows.Actor) (may bool, err error) {
	err = s.asAdmin(ctx, a, "sent", func(pgx.Tx, held) error {
		may = true
		return nil
	})
	return may, wrap("look offices up", err)
}

// Broadcasts gives the newest, without their parts.
func (s *Store) Broadcasts(ctx context.Context, a flows.Actor) (out flows.Broadcasts, err error) {
	if out.Admin, err = s.watches(ctx, a); err != nil || !out.Admin {
		return out, err
	}
	rows, err := s.pool.Query(ctx, broadcastSQL+` ORDER BY b.id DESC LIMIT $2`, a.Person, flows.BroadcastsAtOnce)
	if err != nil {
		return out, wrap("list broadcasts", err)
	}
	out.List, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (flows.Broadcast, error) {
		b, _, err := scanBroadcast(row)
		return b, err
	})
	return out, wrap("list broadcasts", err)
}

// Broadcast tells an admin how one stands.
func (s *Store) Broadcast(ctx context.Context, a flows.Actor, id int) (out flows.BroadcastLoaded, err error) {
	var ran float64
	err = s.again(func() error {
		out.Broadcast, ran, err = scanBroadcast(s.pool.QueryRow(ctx, broadcastSQL+` AND b.id = $2`, a.Person, id))
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) { // there is none, or it is not the person's to see
		_, err = s.watches(ctx, a)
		return flows.BroadcastLoaded{}, err
	}
	if err != nil {
		return out, wrap("look at a broadcast", err)
	}
	if out.State == party.BroadcastWaiting {
		out.Count, err = s.count(ctx, out.Audience)
		return out, err
	}
	if out.Parts, out.Recalled, err = s.progress(ctx, id); err != nil {
		return out, err
	}
	if done := out.Parts.Audience() - out.Parts[party.Pending]; ran >= 1 {
		out.Rate = int(float64(done) / ran)
	}
	return out, nil
}

// SteerBroadcast does what an admin wants of a broadcast.
func (s *Store) SteerBroadcast(ctx context.Context, a flows.Actor, e flows.SteerBroadcast) (out flows.BroadcastSteered, err error) {
	switch e.Deed {
	case flows.Approve, flows.Decline:
		if out.Done, err = s.decideBroadcast(ctx, a, e); err == nil && !out.Done && e.Deed == flows.Approve {
			err = s.queryRow(ctx, `SELECT EXISTS (SELECT FROM offices o WHERE o.id = `+anAdmin+` AND NOT `+mayAgree+`)`, []any{a.Person}, &out.Early)
		}
	case flows.Pause:
		out.Done, err = s.Pause(ctx, a, e.ID)
	case flows.Resume:
		out.Done, err = s.Resume(ctx, a, e.ID)
	case flows.Cancel:
		out.Done, err = s.Cancel(ctx, a, e.ID)
	case flows.Recall:
		out.Done, err = s.Recall(ctx, a, e.ID)
	default:
		err = fmt.Errorf("postgres: no such deed: %s", e.Deed)
	}
	return out, err
}

const decideSQL = `
WITH decided AS (
	UPDATE broadcasts b SET state = $3, approved_by = o.id, ended_at = CASE WHEN $3 = 'cancelled' THEN now() END
	FROM offices o WHERE o.id = ` + anAdmin + ` AND b.id = $2 AND b.state = 'waiting' AND b.composed_by IS NOT NULL
		AND NOT EXISTS (SELECT FROM offices c WHERE c.id = b.composed_by AND c.telegram_id = $1)
		AND ($3 <> 'scheduled' OR ` + mayAgree + `) RETURNING b.id, b.composed_by, b.send_at),
audited AS (INSERT INTO audit (actor, action, object) SELECT $1, CASE WHEN $5 THEN 'broadcast-approved' ELSE 'broadcast-refused' END, 'broadcast ' || id FROM decided)
SELECT c.telegram_id, greatest(extract(epoch FROM d.send_at)::bigint, $4), extract(epoch FROM now())::bigint FROM decided d JOIN offices c ON c.id = d.composed_by`

// decideBroadcast lets a broadcast that waits go out, or not, and tells who composed
// it: also when it goes. done is false for who is no admin, or has been one for
// less than a day, who composed it, and where it waits no more.
func (s *Store) decideBroadcast(ctx context.Context, a flows.Actor, e flows.SteerBroadcast) (done bool, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	to, n := party.BroadcastCancelled, flows.Notice{Kind: flows.NoticeBroadcast, ID: int64(e.ID), Reason: flows.BroadcastIsDeclined}
	if e.Deed == flows.Approve {
		to, n.Reason = party.BroadcastScheduled, flows.BroadcastIsApproved
	}
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var composer, now int64
		if err := tx.QueryRow(ctx, decideSQL, a.Person, e.ID, string(to), e.Night, e.Deed == flows.Approve).Scan(&composer, &n.At, &now); err != nil {
			return ignore(err, pgx.ErrNoRows)
		}
		done = true
		if n.At <= now || e.Deed == flows.Decline {
			n.At = 0
		}
		return s.tell(ctx, tx, composer, "decided broadcast "+strconv.Itoa(e.ID), 0, n)
	})
	return done && err == nil, wrap("decide of a broadcast", err)
}

// Recall lets what was sent within 48 hours be deleted again: of a broadcast that
// took days, the rest stays. done is false for who is no admin, and where it ended
// before that or not at all.
func (s *Store) Recall(ctx context.Context, a flows.Actor, id int) (done bool, err error) {
	return s.steer(ctx, `UPDATE broadcasts SET recalled_at = now() WHERE id = $2 AND state IN ('done', 'cancelled', 'stopped')
		AND recalled_at IS NULL AND started_at IS NOT NULL AND ended_at > now() - interval '48 hours' AND `+steerable+` RETURNING id`,
		"broadcast-recalled", a.Person, id)
}
