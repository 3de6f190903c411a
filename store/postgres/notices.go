package postgres

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// What is to be said to people unasked. A claim puts a notice off by its lease,
// so that a replica that dies leaves it due again. since is when it fell due first,
// and stays: by it an operator sees what cannot be said.

type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// tell keeps a notice for a person, in the transaction of what it tells of. One
// of the same kind and subject that still waits gives way to it, and its count
// is added.
func (s *Store) tell(ctx context.Context, q execer, person int64, subject string, after time.Duration, n flows.Notice) error {
	if person == 0 {
		return nil // appointed by the command line
	}
	raw, err := json.Marshal(n)
	if err != nil {
		return err
	}
	place := randomUUID()
	sealed, err := s.sealText(string(raw), place)
	if err != nil {
		return err
	}
	_, err = q.Exec(ctx, `
INSERT INTO notices (telegram_id, kind, subject, count, body_sealed, seal_context, due_at, since)
VALUES ($1, $2, $3, $4, $5, $6, now() + $7, now() + $7)`+orMerge,
		person, string(n.Kind), subject, n.Count, sealed, pgtype.UUID{Bytes: place, Valid: true}, after)
	return wrap("keep a notice", err)
}

// orMerge ends the INSERT of a notice. Its version tells who is saying the older
// one that there is more.
const orMerge = `
ON CONFLICT (telegram_id, kind, subject) DO UPDATE SET count = notices.count + excluded.count,
	body_sealed = excluded.body_sealed, seal_context = excluded.seal_context, version = notices.version + 1, tries = 0`

// Due claims notices whose time has come, the longest due first; nobody else
// gets them before the lease is over.
func (s *Store) Due(ctx context.Context, most int, lease time.Duration) (list []flows.Due, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = s.again(func() error {
		rows, err := s.pool.Query(ctx, `
WITH due AS (
	SELECT id FROM notices WHERE due_at <= now() ORDER BY due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED),
claimed AS (
	UPDATE notices n SET due_at = now() + $2, tries = tries + 1 FROM due WHERE n.id = due.id
	RETURNING n.id, n.telegram_id, n.kind, n.count, n.body_sealed, n.seal_context, n.version, n.tries)
SELECT c.id, c.telegram_id, c.kind, c.count, c.body_sealed, c.seal_context, c.version, c.tries, coalesce(nullif(p.language, ''), p.tongue, ''), coalesce(p.reachable, true), now(), `+silencedAs+`
FROM claimed c LEFT JOIN people p ON p.telegram_id = c.telegram_id ORDER BY c.id`, most, lease)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, s.scanDue)
		return err
	})
	return list, wrap("claim notices", err)
}

// scanDue reads a notice. One that cannot be read by this program has no kind:
// another replica may be newer, or know a newer key.
func (s *Store) scanDue(row pgx.CollectableRow) (d flows.Due, err error) {
	var kind flows.NoticeKind
	var count int
	var sealed []byte
	var place pgtype.UUID
	var now time.Time
	var off []string
	if err = row.Scan(&d.ID, &d.Person, &kind, &count, &sealed, &place, &d.Version, &d.Tries, &d.Language, &d.Reachable, &now, &off); err != nil {
		return d, err
	}
	if sealed != nil {
		plain, err := s.unsealText(sealed, place.Bytes)
		if err != nil || json.Unmarshal([]byte(plain), &d.Notice) != nil {
			kind = ""
		}
	}
	d.Notice.Kind, d.Notice.Count = kind, count
	d.Late = lateDaily(d.Notice, now) || s.hushedNotice(d.Notice, off)
	return d, nil
}

// Said forgets a notice that arrived. What was gathered in it since it was
// claimed stays, to be said a while later; it has not waited before.
func (s *Store) Said(ctx context.Context, d flows.Due) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	_, err := s.pool.Exec(ctx, `
WITH gone AS (DELETE FROM notices WHERE id = $1 AND version = $2 RETURNING id)
UPDATE notices SET count = count - $3, tries = 0, due_at = now() + $4, since = now() + $4 WHERE id = $1 AND NOT EXISTS (SELECT FROM gone)`,
		d.ID, d.Version, d.Notice.Count, gatherFor)
	return wrap("forget a notice", err)
}

// Postpone lets a notice be due again after a time, with d.Tries behind it.
func (s *Store) Postpone(ctx context.Context, d flows.Due, after time.Duration) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	_, err := s.pool.Exec(ctx, `UPDATE notices SET due_at = now() + $2, tries = $3 WHERE id = $1`, d.ID, after, d.Tries)
	return wrap("postpone a notice", err)
}

// Drop forgets a notice that will never arrive.
func (s *Store) Drop(ctx context.Context, d flows.Due) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	_, err := s.pool.Exec(ctx, `DELETE FROM notices WHERE id = $1`, d.ID)
	return wrap("drop a notice", err)
}

// OfficesOf lists the offices that a person holds now, each kind once, the
// highest first.
func (s *Store) OfficesOf(ctx context.Context, person int64) (list []party.Office, err error) {
	posts, err := s.posts(ctx, person)
	for _, h := range posts {
		if len(list) == 0 || list[len(list)-1] != h.Post.Office {
			list = append(list, h.Post.Office)
		}
	}
	return list, err
}

// renewMenu lets the menu of commands of a person be shown anew, once what
// changed their offices is committed.
func renewMenu(ctx context.Context, q execer, person int64) error {
	_, err := q.Exec(ctx, `
INSERT INTO notices (telegram_id, kind) VALUES ($1, 'menu')`+orMerge, person)
	return wrap("let a menu be renewed", err)
}
