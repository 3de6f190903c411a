package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// A pooler that gives a connection for one transaction alone takes a lock of a
// session and gives it to nobody: the session goes to others with it, and whoever
// wants the lock next waits for ever. So it is looked for before the first lock.

// poolerTries is how often two connections are looked at: others who are pooled
// may come in between.
const poolerTries = 3

// pooled tells whether the sessions behind a connection are given away between
// two transactions. A pooler makes up the process that it tells its clients, so
// that without one nothing more is asked.
func pooled(ctx context.Context, conn *pgx.Conn) (bool, error) {
	first, err := session(ctx, conn)
	if err != nil || first == conn.PgConn().PID() {
		return false, wrap("look for a pooler", err)
	}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	other, err := pgx.ConnectConfig(ctx, conn.Config())
	if err != nil {
		return false, nil //nolint:nilerr // each session is one client's, and there are no more of them
	}
	defer func() { _ = other.Close(context.WithoutCancel(ctx)) }()
	for range poolerTries {
		if shared, err := shareSession(ctx, conn, other); shared || err != nil {
			return shared, wrap("look for a pooler", err)
		}
	}
	return false, nil
}

// shareSession holds a transaction open on one connection: where its session was
// the other's, or the other meanwhile has another, sessions are given away.
func shareSession(ctx context.Context, conn, other *pgx.Conn) (shared bool, err error) {
	before, err := session(ctx, conn)
	if err != nil {
		return false, err
	}
	err = pgx.BeginFunc(ctx, other, func(tx pgx.Tx) error {
		held, err := session(ctx, tx)
		if err != nil {
			return err
		}
		now, err := session(ctx, conn)
		shared = held == before || now != before
		return err
	})
	return shared, err
}

// session is the process of Postgres that answers. Nothing is prepared for it:
// that too would stay behind.
func session(ctx context.Context, q rowQuerier) (pid uint32, err error) {
	err = q.QueryRow(ctx, `SELECT pg_backend_pid()`, pgx.QueryExecModeExec).Scan(&pid)
	return pid, err
}
