package postgres

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"sadasya/store/seal"
)

// Which keys a database was written with: the index key's fingerprint, since a
// Voter ID indexed by another key could be recorded twice, and the ids of the
// sealing keys that its rows may wear.

// claimKeys writes the keys into a database that has none yet.
func claimKeys(ctx context.Context, conn *pgx.Conn, keys *seal.Keys) error {
	_, err := conn.Exec(ctx, `INSERT INTO facts VALUES ('index_key', $1), ('sealing_keys', $2) ON CONFLICT DO NOTHING`,
		keys.Fingerprint(), joinIDs(keys.KeyIDs()))
	return wrap("claim the keys", err)
}

func checkKeys(facts map[string]string, keys *seal.Keys) error {
	if facts["index_key"] != keys.Fingerprint() {
		return ErrKeys
	}
	have := keys.KeyIDs()
	for _, id := range splitIDs(facts["sealing_keys"]) {
		if !slices.Contains(have, id) {
			return fmt.Errorf("%w (it lacks key %d)", ErrKeys, id)
		}
	}
	return nil
}

func joinIDs(ids []uint32) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = strconv.FormatUint(uint64(id), 10)
	}
	return strings.Join(words, " ")
}

func splitIDs(s string) []uint32 {
	var ids []uint32
	for _, word := range strings.Fields(s) {
		if id, err := strconv.ParseUint(word, 10, 32); err == nil {
			ids = append(ids, uint32(id))
		}
	}
	return ids
}

// resealBatch is how many rows are sealed anew in one transaction.
const resealBatch = 500

// sealedPlace is a table that holds sealed values.
type sealedPlace struct {
	table, key string
	after      any    // below every key
	context    string // SQL for what the values are sealed under
	columns    []string
}

// sealedPlaces are all of them.
func sealedPlaces() []sealedPlace {
	return []sealedPlace{
		{"members", "id", int64(0), "uuid_send(nonce)", []string{"name_sealed", "voter_id_sealed"}},
		{"offices", "id", int64(0), "uuid_send(seal_context)", []string{"name_sealed"}},
		{"office_links", "token_hash", []byte{}, "uuid_send(seal_context)", []string{"name_sealed"}},
		{"applications", "id", int64(0), "uuid_send(seal_context)", []string{"name_sealed"}},
		{"notices", "id", int64(0), "uuid_send(seal_context)", []string{"body_sealed"}},
		{"admin_requests", "id", int64(0), "uuid_send(seal_context)", []string{"name_sealed"}},
		{"broadcast_drafts", "telegram_id", int64(0), "uuid_send(seal_context)", []string{"body_sealed"}},
		{"set_aside", "id", int64(0), "'" + asideContext + "'::bytea", []string{"raw"}},
	}
}

// Reseal seals every row anew that wears an older key than the newest of keys,
// and tells how many. It may run beside serve, and again after it was ended.
// The older keys stay on record as needed: a process that has not met the new
// one yet still seals by them.
func (s *Store) Reseal(ctx context.Context, keys *seal.Keys, progress func(int)) (total int, err error) {
	// From here on, programs that lack the new key do not start.
	if err := s.setFact(ctx, "sealing_keys", joinIDs(keys.KeyIDs())); err != nil {
		return 0, err
	}
	for _, p := range sealedPlaces() {
		for full := true; full; {
			var n int
			if n, p.after, err = s.resealSome(ctx, keys, p); err != nil {
				return total, wrap("seal anew", err)
			}
			total += n
			progress(n)
			full = n == resealBatch
		}
	}
	return total, nil
}

// sealedRow is a row on its way from one key to another; a NULL stays nil.
type sealedRow struct {
	Key     any
	Context []byte
	Values  [][]byte
}

// resealSome finds rows by the key id that Tink writes before every sealed
// value, and tells the last key that it dealt with: so the table is read once,
// along its primary key, however many batches that takes.
func (s *Store) resealSome(ctx context.Context, keys *seal.Keys, p sealedPlace) (n int, last any, err error) {
	prefix := binary.BigEndian.AppendUint32([]byte{1}, keys.PrimaryID())
	var stale, set []string
	for i, column := range p.columns {
		stale = append(stale, fmt.Sprintf("substr(%s, 1, 5) <> $1", column))
		set = append(set, fmt.Sprintf("%s = $%d", column, i+2))
	}
	find := fmt.Sprintf(`SELECT %s, %s, ARRAY[%s] FROM %s WHERE %s > $2 AND (%s) ORDER BY %s LIMIT %d FOR UPDATE`,
		p.key, p.context, strings.Join(p.columns, ", "), p.table, p.key, strings.Join(stale, " OR "), p.key, resealBatch)
	update := fmt.Sprintf(`UPDATE %s SET %s WHERE %s = $1`, p.table, strings.Join(set, ", "), p.key)
	last = p.after
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, find, prefix, p.after)
		if err != nil {
			return err
		}
		list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[sealedRow])
		if err != nil {
			return err
		}
		batch := &pgx.Batch{}
		for _, r := range list {
			args := []any{r.Key}
			for _, old := range r.Values {
				sealed, err := sealAnew(keys, old, r.Context)
				if err != nil {
					return err
				}
				args = append(args, sealed)
			}
			batch.Queue(update, args...)
			last = r.Key
		}
		n = len(list)
		return tx.SendBatch(ctx, batch).Close()
	})
	return n, last, err
}

func sealAnew(keys *seal.Keys, old, place []byte) ([]byte, error) {
	if old == nil {
		return nil, nil //nolint:nilnil // what was erased stays so
	}
	plain, err := keys.Unseal(old, place)
	if err != nil {
		return nil, err
	}
	return keys.Seal(plain, place)
}
