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

// ListSetAside gives the oldest of them, opened.
func (s *Store) ListSetAside(ctx context.Context, limit int) ([]Aside, error) {
	rows, err := s.pool.Query(ctx, `SELECT id, update_id, reason, raw, at FROM set_aside ORDER BY id LIMIT $1`, limit)
	if err != nil {
		return nil, wrap("list what is set aside", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Aside])
	if err != nil {
		return nil, wrap("list what is set aside", err)
	}
	for i := range list {
		if list[i].Raw, err = s.keys.Unseal(list[i].Raw, []byte(asideContext)); err != nil {
			return nil, wrap("unseal", err)
		}
	}
	return list, nil
}

// DeleteSetAside removes one that was dealt with; one that is gone stays so.
func (s *Store) DeleteSetAside(ctx context.Context, id int64) error {
	_, err := s.pool.Exec(ctx, `DELETE FROM set_aside WHERE id = $1`, id)
	return wrap("delete what was set aside", err)
}
