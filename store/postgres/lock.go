package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Lock takes a lock by name for as long as this process is connected, or until
// release. It has a connection of its own. Errors: ErrLocked.
func (s *Store) Lock(ctx context.Context, name string) (release func(), err error) {
	config := s.pool.Config().ConnConfig
	if s.o.DirectURL != "" {
		direct, err := readURL(s.o.DirectURL)
		if err != nil {
			return nil, err
		}
		config = direct.ConnConfig
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, wrap("lock", err)
	}
	var mine bool
	err = conn.QueryRow(ctx, `SELECT pg_try_advisory_lock(hashtext($1))`, "sadasya "+name).Scan(&mine)
	if err != nil || !mine {
		_ = conn.Close(context.WithoutCancel(ctx)) // it held nothing
		if err == nil {
			return nil, fmt.Errorf("lock %s: %w", name, ErrLocked)
		}
		return nil, wrap("lock", err)
	}
	return func() {
		ctx, cancel := detached(ctx)
		defer cancel()
		// Closing alone gives it back too, but only once Postgres notices.
		_, _ = conn.Exec(ctx, `SELECT pg_advisory_unlock(hashtext($1))`, "sadasya "+name)
		_ = conn.Close(ctx)
	}, nil
}
