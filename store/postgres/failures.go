package postgres

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
)

// Whom a broadcast did not reach.

// missed are the fates of those who will not get it.
const missed = `fate NOT IN ('pending', 'sent')`

// Failures tells an admin who was not reached, by reason, the most first.
func (s *Store) Failures(ctx context.Context, a flows.Actor, e flows.LoadFailures) (out flows.Failures, err error) {
	may, err := s.watches(ctx, a)
	if err != nil || !may {
		return out, err
	}
	ctx, cancel := context.WithTimeout(ctx, countTime)
	defer cancel()
	err = s.queryRow(ctx, `SELECT EXISTS (SELECT FROM broadcasts WHERE id = $1 AND erased > 0)`, []any{e.ID}, &out.Erased)
	if err != nil || out.Erased {
		out.ID = e.ID
		return out, wrap("count who was not reached", err)
	}
	rows, err := s.pool.Query(ctx, `
SELECT fate::text, reason, count(*) FROM recipients WHERE broadcast_id = $1 AND `+missed+` GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2`, e.ID)
	if err != nil {
		return out, wrap("count who was not reached", err)
	}
	out.ID = e.ID
	out.List, err = pgx.CollectRows(rows, pgx.RowToStructByPos[flows.Failure])
	return out, wrap("count who was not reached", err)
}

// failuresOf names in the audit what such a list is of.
func failuresOf(e flows.Export) string { return "broadcast " + strconv.Itoa(e.Broadcast) }

// mayListFailures tells whether a person may have the list one by one; both a yes
// and a no are written down.
func (s *Store) mayListFailures(ctx context.Context, a flows.Actor, e flows.Export) (may bool, err error) {
	err = s.asAdmin(ctx, a, "sent", func(tx pgx.Tx, _ held) error {
		may = true
		return note(ctx, tx, a, "export-asked", []string{failuresOf(e)}, e.Format)
	})
	return may && err == nil, wrap("note an export", err)
}

// listFailures gives whom a broadcast did not reach, in constant memory. Errors:
// party.ErrNotFound for who is no admin.
func (s *Store) listFailures(ctx context.Context, person int64, broadcast int, yield func(flows.ListRow) error) error {
	posts, err := s.posts(ctx, person)
	if err != nil {
		return err
	}
	if len(posts) == 0 || posts[0].Post.Office != party.Admin {
		return party.ErrNotFound
	}
	rows, err := s.pool.Query(ctx, `
SELECT r.telegram_id, r.fate::text, r.reason, coalesce(m.number, ''), coalesce(o.code, ''),
	coalesce(nullif(coalesce(o.ac_no, m.ac_no), 0)::text, ''), coalesce(nullif(coalesce(o.part_no, m.part_no), 0) || coalesce(o.letter, m.letter, ''), ''), coalesce(p.language, '')
FROM recipients r LEFT JOIN people p ON p.telegram_id = r.telegram_id
LEFT JOIN LATERAL (SELECT number, ac_no, part_no, letter FROM members m WHERE m.telegram_id = r.telegram_id AND m.via = 'self' AND `+live+` LIMIT 1) m ON true
LEFT JOIN LATERAL (SELECT code, ac_no, part_no, letter FROM offices o WHERE o.telegram_id = r.telegram_id AND o.status = 'active' AND o.office IN ('enroller', 'chief')
	AND EXISTS (SELECT FROM broadcasts b WHERE b.id = r.broadcast_id AND b.audience ->> 'g' = o.office || 's') ORDER BY o.id DESC LIMIT 1) o ON true
WHERE r.broadcast_id = $1 AND NOT EXISTS (SELECT FROM broadcasts b WHERE b.id = $1 AND b.erased > 0) AND r.`+missed+` ORDER BY r.telegram_id`, broadcast)
	if err != nil {
		return wrap("list who was not reached", err)
	}
	var account int64
	cells := make([]string, 8)
	dest := []any{&account}
	for i := range cells[1:] {
		dest = append(dest, &cells[i+1])
	}
	_, err = pgx.ForEachRow(rows, dest, func() error {
		cells[0] = s.recipientRef(broadcast, account)
		return yield(cells)
	})
	return wrap("list who was not reached", err)
}

// recipientRef tells one recipient of a broadcast from another. It is made by the
// index key, of the broadcast too: nobody can tell by it who that is, nor find the
// same person in another list.
func (s *Store) recipientRef(broadcast int, account int64) string {
	index := s.keys.Index("recipient", binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(nil, uint32(broadcast)), uint64(account)))
	return hex.EncodeToString(index[:6])
}
