package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"sadasya/party"
)

// SeatAdmins makes the accounts of the setting ADMIN_IDS admins, and takes the
// office from those who were admins by that setting alone and stand in it no
// more; who was given the office by another admin besides keeps it. It tells how
// many each. The process that started last decides.
func (s *Store) SeatAdmins(ctx context.Context, ids []int64) (given, taken int64, err error) {
	ids = append([]int64{}, ids...) // an empty list is not NULL
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('sadasya admins'))`); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
WITH left_out AS (
	UPDATE offices SET status = CASE WHEN setting = 'alone' THEN 'revoked' ELSE status END, setting = '', changed_at = now()
	WHERE office = 'admin' AND setting <> '' AND NOT telegram_id = ANY($1) RETURNING id, telegram_id, status),
audited AS (INSERT INTO audit (actor, action, object, reason) SELECT 0, 'office-revoked', 'office ' || id, 'setting' FROM left_out WHERE status = 'revoked')
SELECT telegram_id FROM left_out WHERE status = 'revoked'`, ids)
		if err != nil {
			return err
		}
		gone, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return err
		}
		for _, person := range gone {
			if err := renewMenu(ctx, tx, person); err != nil {
				return err
			}
		}
		taken = int64(len(gone))
		for _, id := range ids {
			n, err := s.seatAdmin(ctx, tx, id)
			if err != nil {
				return err
			}
			given += n
		}
		return nil
	})
	if err != nil {
		return 0, 0, wrap("seat the admins", err)
	}
	return given, taken, nil
}

// seatAdmin does it for one; nothing where it is so already.
func (s *Store) seatAdmin(ctx context.Context, tx pgx.Tx, id int64) (int64, error) {
	tag, err := tx.Exec(ctx, `
WITH kept AS (
	UPDATE offices SET setting = CASE WHEN status = 'active' AND setting = '' THEN 'also' WHEN setting = '' THEN 'alone' ELSE setting END,
		status = 'active', changed_at = CASE WHEN status = 'active' THEN changed_at ELSE now() END
	WHERE telegram_id = $1 AND office = 'admin' AND (setting = '' OR status <> 'active') RETURNING id)
INSERT INTO audit (actor, action, object, reason) SELECT 0, 'office-given', 'office ' || id, 'setting' FROM kept`, id)
	if err == nil && tag.RowsAffected() > 0 {
		err = renewMenu(ctx, tx, id)
	}
	if err != nil {
		return 0, err
	}
	if n := tag.RowsAffected(); n > 0 {
		return n, renewMenu(ctx, tx, id)
	}
	var known bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM offices WHERE telegram_id = $1 AND office = 'admin')`, id).Scan(&known); err != nil || known {
		return 0, err
	}
	office, _, err := s.drawCode(ctx, tx, Appointment{Office: party.Admin, TelegramID: id})
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `UPDATE offices SET setting = 'alone' WHERE id = $1`, office)
	return 1, err
}
