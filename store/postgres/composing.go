package postgres

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
)

// What admins compose, sealed whole: one draft a person, for 30 days.

// LoadComposing tells whether a person may write to many, and what they have begun.
// Who may not is written down.
func (s *Store) LoadComposing(ctx context.Context, a flows.Actor) (out flows.ComposingLoaded, err error) {
	err = s.asAdmin(ctx, a, "broadcast", func(tx pgx.Tx, _ held) error {
		out.May = true
		var sealed []byte
		var place pgtype.UUID
		err := tx.QueryRow(ctx, `SELECT body_sealed, seal_context, `+dayOf("updated_at")+` FROM broadcast_drafts
			WHERE telegram_id = $1 AND updated_at > now() - interval '30 days'`, a.Person).
			Scan(&sealed, &place, &out.On.Year, &out.On.Month, &out.On.Day)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		plain, err := s.unsealText(sealed, place.Bytes)
		if err != nil {
			return err
		}
		var d flows.ComposeDraft
		if json.Unmarshal([]byte(plain), &d) == nil { // else a newer program wrote it, and that can go on with it
			out.Draft = &d
		}
		return nil
	})
	return out, wrap("look for a draft", err)
}

// KeepComposing writes down what a person composes, in the place of what was there.
func (s *Store) KeepComposing(ctx context.Context, person int64, d flows.ComposeDraft) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	raw, err := json.Marshal(d)
	if err != nil {
		return err
	}
	place := randomUUID()
	sealed, err := s.sealText(string(raw), place)
	if err != nil {
		return err
	}
	_, err = s.pool.Exec(ctx, `INSERT INTO broadcast_drafts (telegram_id, body_sealed, seal_context) SELECT $1, $2, $3 WHERE `+anAdmin+` IS NOT NULL
ON CONFLICT (telegram_id) DO UPDATE SET body_sealed = excluded.body_sealed, seal_context = excluded.seal_context, updated_at = now()`,
		person, sealed, pgtype.UUID{Bytes: place, Valid: true})
	return wrap("keep a draft", err)
}

// DropComposing forgets it.
func (s *Store) DropComposing(ctx context.Context, person int64) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	_, err := s.pool.Exec(ctx, `DELETE FROM broadcast_drafts WHERE telegram_id = $1`, person)
	return wrap("forget a draft", err)
}

// purgeComposing erases what nobody has gone on with for 30 days, or may go on with.
func purgeComposing(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM broadcast_drafts d WHERE updated_at < now() - interval '30 days'
OR NOT EXISTS (SELECT FROM offices o WHERE o.telegram_id = d.telegram_id AND o.office = 'admin' AND o.status = 'active')`)
	return err
}
