package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// asideContext is what a set-aside update is sealed under;
// sealedPlaces names it too.
const asideContext = "set aside"

// Aside is an update that could not be handled.
type Aside struct {
	ID     int64
	Update int64  // 0: it had none
	Reason string // a fixed word
	Raw    []byte // the update as it came
	At     time.Time
	Tries  int  // to handle it again, in vain
	Sealed bool // it cannot be opened with the keys that there are: Raw is nil
}

// SetAside keeps an update that could not be handled, sealed, once under its
// id. Update 0: it had none.
func (s *Store) SetAside(ctx context.Context, update int64, reason string, raw []byte) error {
	sealed, err := s.keys.Seal(raw, []byte(asideContext))
	if err != nil {
		return wrap("set aside", err)
	}
	_, err = s.pool.Exec(ctx, `INSERT INTO set_aside (update_id, reason, raw) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, update, reason, sealed)
	return wrap("set aside", err)
}

// CountSetAside tells how many updates wait for the operator.
func (s *Store) CountSetAside(ctx context.Context) (n int, err error) {
	err = s.queryRow(ctx, `SELECT count(*) FROM set_aside`, nil, &n)
	return n, wrap("count what is set aside", err)
}

// CountAsideAfter tells how many of them come after an id.
func (s *Store) CountAsideAfter(ctx context.Context, after int64) (n int, err error) {
	err = s.queryRow(ctx, `SELECT count(*) FROM set_aside WHERE id > $1`, []any{after}, &n)
	return n, wrap("count what is set aside", err)
}

// OldestAside gives the ids of the oldest that come after an id.
func (s *Store) OldestAside(ctx context.Context, after int64, limit int) ([]int64, error) {
	rows, err := s.pool.Query(ctx, `SELECT id FROM set_aside WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
	if err != nil {
		return nil, wrap("list what is set aside", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	return ids, wrap("list what is set aside", err)
}

// EachAside hands over the oldest that come after an id, opened, one after
// another: each may be a megabyte, and only one is held. One that cannot be opened
// comes without what it holds. An error of yield ends it, and is returned.
func (s *Store) EachAside(ctx context.Context, after int64, limit int, yield func(Aside) error) error {
	rows, err := s.pool.Query(ctx, `SELECT id, update_id, reason, raw, at, tries FROM set_aside WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
	if err != nil {
		return wrap("list what is set aside", err)
	}
	defer rows.Close()
	for rows.Next() {
		var a Aside
		var sealed []byte
		if err := rows.Scan(&a.ID, &a.Update, &a.Reason, &sealed, &a.At, &a.Tries); err != nil {
			return wrap("list what is set aside", err)
		}
		a.Raw, err = s.keys.Unseal(sealed, []byte(asideContext))
		if a.Sealed = err != nil; a.Sealed {
			a.Raw = nil
		}
		if err := yield(a); err != nil {
			return err
		}
	}
	return wrap("list what is set aside", rows.Err())
}

// TakeUp lets do handle again what was set aside, while nobody else can: it gets
// the update as it came. Where do succeeds the row is gone, and the audit tells
// that it was handled again; else the try is counted, and do's error returned. A
// crash between the two leaves the row: who takes it up again meets an update that
// was handled. Errors: party.ErrNotFound for one that is gone, ErrLocked for one
// that is being taken up.
func (s *Store) TakeUp(ctx context.Context, id int64, do func(ctx context.Context, raw []byte) error) error {
	var failed error
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var there bool
		var sealed []byte
		err := tx.QueryRow(ctx, `
SELECT EXISTS (SELECT FROM set_aside WHERE id = $1), (SELECT raw FROM set_aside WHERE id = $1 FOR UPDATE SKIP LOCKED)`, id).Scan(&there, &sealed)
		switch {
		case err != nil:
			return err
		case !there:
			return pgx.ErrNoRows
		case sealed == nil:
			return ErrLocked
		}
		raw, err := s.keys.Unseal(sealed, []byte(asideContext))
		if err != nil {
			return err
		}
		if failed = do(ctx, raw); failed != nil {
			_, err = tx.Exec(ctx, `UPDATE set_aside SET tries = tries + 1 WHERE id = $1`, id)
			return err
		}
		return gone(ctx, tx, id, "setaside-replayed")
	})
	if err != nil {
		return wrap("take up what was set aside", err)
	}
	return failed
}

// DropSetAside removes one for good, and tells the audit. Errors:
// party.ErrNotFound.
func (s *Store) DropSetAside(ctx context.Context, id int64) error {
	return wrap("drop what was set aside", pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		return gone(ctx, tx, id, "setaside-dropped")
	}))
}

// gone removes a row and writes down what became of it, by the command line.
func gone(ctx context.Context, tx pgx.Tx, id int64, action string) error {
	tag, err := tx.Exec(ctx, `DELETE FROM set_aside WHERE id = $1`, id)
	if err == nil && tag.RowsAffected() == 0 {
		return pgx.ErrNoRows
	}
	if err == nil {
		_, err = tx.Exec(ctx, `INSERT INTO audit (actor, action, object) VALUES (0, $2, 'setaside ' || $1::bigint)`, id, action)
	}
	return err
}
