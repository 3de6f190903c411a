package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// SetAside keeps an update that could not be handled, sealed, once under its
// id. Update 0: it had none.
func (s *Store) SetAside(ctx context.Context, update int64, reason string, raw []byte) error {
	sealed, err := s.keys.Seal(raw, []byte("set aside"))
	if err != nil {
		return wrap("set aside", err)
	}
	_, err = s.pool.Exec(ctx, `INSERT INTO set_aside (update_id, reason, raw) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, update, reason, sealed)
	return wrap("set aside", err)
}

// CountSetAside tells how many updates wait for the operator.
func (s *Store) CountSetAside(ctx context.Context) (n int, err error) {
	err = s.pool.QueryRow(ctx, `SELECT count(*) FROM set_aside`).Scan(&n)
	return n, wrap("count what is set aside", err)
}

// ErrLocked says that another process holds a lock.
var ErrLocked = errors.New("another process holds it")

// Lock takes a lock by name for as long as this process is connected, or until
// release. Errors: ErrLocked.
func (s *Store) Lock(ctx context.Context, name string) (release func(), err error) {
	conn, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
	if err != nil {
		return nil, wrap("lock", err)
	}
	var mine bool
	if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock(hashtext($1))`, "sadasya "+name).Scan(&mine); err != nil || !mine {
		_ = conn.Close(ctx)
		if err == nil {
			err = fmt.Errorf("lock %s: %w", name, ErrLocked)
		}
		return nil, err
	}
	return func() { _ = conn.Close(context.WithoutCancel(ctx)) }, nil
}
