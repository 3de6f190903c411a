package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
)

// firstTime tells whether an update does a deed for the first time, and keeps
// that it did, in the transaction that does it. A repeat, also one that runs
// beside it, waits and is told no.
func firstTime(ctx context.Context, tx pgx.Tx, a flows.Actor, deed string) (bool, error) {
	tag, err := tx.Exec(ctx, `INSERT INTO deeds (telegram_id, update_id, deed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, a.Person, a.Update, deed)
	return tag.RowsAffected() == 1, err
}
