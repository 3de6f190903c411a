package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// MemberHeader names the columns of ExportMembers.
func (s *Store) MemberHeader() []string {
	return []string{"number", "name", "epic", "ac_no", "part_no", "enroller_code", "telegram_id", "language", "via", "status", "confirmed_at"}
}

// memberRow is a member on the way out.
type memberRow struct {
	cells      [11]string
	nonce      pgtype.UUID
	name, epic []byte
	at         time.Time
}

// ExportMembers gives every row in the order it was made, one at a time; the
// slice is used again. Names and numbers are open: the file must be guarded.
// A row that was erased has neither, and no Telegram id.
func (s *Store) ExportMembers(ctx context.Context, yield func(row []string) error) error {
	rows, err := s.pool.Query(ctx, `
SELECT number, nonce, name_sealed, voter_id_sealed, coalesce(ac_no::text, ''), coalesce(part_no || letter, ''),
	coalesce(enroller_code, ''), coalesce(nullif(telegram_id, 0)::text, ''), language, via, status, confirmed_at FROM members ORDER BY id`)
	if err != nil {
		return wrap("export", err)
	}
	err = inOrder(ctx, rows,
		func(r *memberRow) error {
			c := &r.cells
			return rows.Scan(&c[0], &r.nonce, &r.name, &r.epic, &c[3], &c[4], &c[5], &c[6], &c[7], &c[8], &c[9], &r.at)
		},
		func(r *memberRow) (err error) {
			if r.cells[1], err = s.unsealText(r.name, r.nonce.Bytes); err != nil {
				return err
			}
			r.cells[10] = r.at.UTC().Format(time.RFC3339)
			r.cells[2], err = s.unsealText(r.epic, r.nonce.Bytes)
			return err
		},
		func(r *memberRow) error { return yield(r.cells[:]) })
	return wrap("export", err)
}

// EnrollerHeader names the columns of ExportEnrollers.
func (s *Store) EnrollerHeader() []string {
	return []string{"code", "name", "ac_no", "part_no", "telegram_id", "status", "appointed_at", "members"}
}

// ExportEnrollers gives every enroller with the number of members added: what
// the enroller sees too, so that a complaint shows here on no other day.
func (s *Store) ExportEnrollers(ctx context.Context, yield func(row []string) error) error {
	rows, err := s.pool.Query(ctx, `
SELECT o.code, o.seal_context, o.name_sealed, coalesce(nullif(o.ac_no, 0)::text, ''),
	coalesce(nullif(o.part_no, 0) || o.letter, ''), o.telegram_id::text, o.status, o.appointed_at,
	(SELECT count(*) FROM members m WHERE m.enroller_code = o.code AND m.counts >= 1)::text
FROM offices o WHERE o.office = 'enroller' ORDER BY o.id`)
	if err != nil {
		return wrap("export", err)
	}
	out := make([]string, 8)
	var place pgtype.UUID
	var name []byte
	var at time.Time
	_, err = pgx.ForEachRow(rows, []any{&out[0], &place, &name, &out[2], &out[3], &out[4], &out[5], &at, &out[7]}, func() error {
		if out[1], err = s.unsealText(name, place.Bytes); err != nil {
			return err
		}
		out[6] = at.UTC().Format(time.RFC3339)
		return yield(out)
	})
	return wrap("export", err)
}
