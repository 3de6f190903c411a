package postgres

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
)

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
INSERT INTO notices (telegram_id, kind, subject, count, body_sealed, seal_context, due_at)
VALUES ($1, $2, $3, $4, $5, $6, now() + $7)
ON CONFLICT (telegram_id, kind, subject) DO UPDATE SET count = notices.count + excluded.count,
	body_sealed = excluded.body_sealed, seal_context = excluded.seal_context`,
		person, string(n.Kind), subject, n.Count, sealed, pgtype.UUID{Bytes: place, Valid: true}, after)
	return wrap("keep a notice", err)
}
