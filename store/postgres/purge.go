package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Whoever left nothing behind but a conversation, long ago. It reads all of
// people, once a day: an index on updated_at would cost every step a person takes.
const purgePeopleSQL = `
WITH gone AS (
	DELETE FROM people p WHERE p.updated_at < now() - make_interval(days => $1)
	AND NOT EXISTS (SELECT FROM members m WHERE m.telegram_id = p.telegram_id)
	AND NOT EXISTS (SELECT FROM offices o WHERE o.telegram_id = p.telegram_id)
	RETURNING telegram_id),
consented AS (DELETE FROM consents c USING gone WHERE c.telegram_id = gone.telegram_id),
forgotten AS (DELETE FROM reminded r USING gone WHERE r.telegram_id = gone.telegram_id)
SELECT coalesce(array_agg(telegram_id), '{}') FROM gone`

// What is left of a membership that ended is its number, its booth, its
// enroller and its days: what the counts rest on, and nobody's name.
const purgeMembersSQL = `
UPDATE members SET name_sealed = NULL, voter_id_sealed = NULL, voter_id_index = NULL,
	mobile_sealed = NULL, mobile_index = NULL, telegram_id = 0, gender = NULL, social = NULL
WHERE withdrawn_at < now() - make_interval(days => $1) AND voter_id_sealed IS NOT NULL`

// Purge erases what the notice promises to erase: people and their consents,
// where no membership came of it within the unfinished days, and name, Voter ID
// and Telegram id of who left, after the days of retention; the drafts that waited
// too long for a yes; and the recipients of broadcasts that are long over. It tells
// how many people and members. One process at a time does it, but for the
// recipients; another gets nothing to do.
func (s *Store) Purge(ctx context.Context) (people, members int64, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var mine bool
		if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock(hashtext('sadasya purge'))`).Scan(&mine); err != nil || !mine {
			return err
		}
		tag, err := tx.Exec(ctx, purgeMembersSQL, s.o.WithdrawnDays)
		if err != nil {
			return err
		}
		members = tag.RowsAffected()
		if _, err = tx.Exec(ctx, `DELETE FROM deeds WHERE at < now() - interval '30 days'`); err != nil {
			return err
		}
		if err := s.purgeDrafts(ctx, tx); err != nil {
			return err
		}
		if err := purgeComposing(ctx, tx); err != nil {
			return err
		}
		var gone []int64
		if err := tx.QueryRow(ctx, purgePeopleSQL, s.o.UnfinishedDays).Scan(&gone); err != nil {
			return err
		}
		people = int64(len(gone))
		return forget(ctx, tx, gone)
	})
	if err != nil {
		return 0, 0, wrap("purge", err) // all of it was undone
	}
	return people, members, s.eraseLedger(ctx)
}
