package postgres

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"sadasya/store/seal"
)

// Which keys a database was written with: the index key's fingerprint, since a
// Voter ID indexed by another key could be recorded twice, and the ids of the
// sealing keys that its rows wear.

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

// sealedTables are all places where a sealed value lies: its table, key column,
// the column that is its context, and the sealed columns.
var sealedTables = []struct{ table, key, context, column string }{
	{"members", "id", "nonce", "name_sealed"},
	{"members", "id", "nonce", "voter_id_sealed"},
	{"offices", "id", "seal_context", "name_sealed"},
	{"office_links", "token_hash", "seal_context", "name_sealed"},
}

// Reseal seals every row anew that wears an older key than the newest of keys,
// and tells how many. It goes on where an earlier call ended.
func (s *Store) Reseal(ctx context.Context, keys *seal.Keys, progress func(int)) (total int, err error) {
	// From here on, programs that lack the new key do not start.
	if err := s.setFact(ctx, "sealing_keys", joinIDs(keys.KeyIDs())); err != nil {
		return 0, err
	}
	for _, t := range sealedTables {
		for {
			n, err := s.resealSome(ctx, keys, t.table, t.key, t.context, t.column)
			if err != nil {
				return total, err
			}
			total += n
			progress(n)
			if n < resealBatch {
				break
			}
		}
	}
	return total, nil
}

// resealSome finds rows by the key id that Tink writes before every sealed
// value. It scans the table, which is a matter of minutes for millions of rows.
func (s *Store) resealSome(ctx context.Context, keys *seal.Keys, table, key, place, column string) (n int, err error) {
	prefix := []byte{1}
	prefix = append(prefix, byte(keys.PrimaryID()>>24), byte(keys.PrimaryID()>>16), byte(keys.PrimaryID()>>8), byte(keys.PrimaryID()))
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, fmt.Sprintf(`SELECT %s, %s, %s FROM %s WHERE %s IS NOT NULL AND substr(%s, 1, 5) <> $1
			LIMIT %d FOR UPDATE SKIP LOCKED`, key, place, column, table, column, column, resealBatch), prefix)
		if err != nil {
			return err
		}
		type row struct {
			Key    any
			Nonce  [16]byte
			Sealed []byte
		}
		list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
		if err != nil {
			return err
		}
		batch := &pgx.Batch{}
		for _, r := range list {
			plain, err := keys.Unseal(r.Sealed, r.Nonce[:])
			if err != nil {
				return err
			}
			sealed, err := keys.Seal(plain, r.Nonce[:])
			if err != nil {
				return err
			}
			batch.Queue(fmt.Sprintf(`UPDATE %s SET %s = $1 WHERE %s = $2`, table, column, key), sealed, r.Key)
		}
		n = len(list)
		return tx.SendBatch(ctx, batch).Close()
	})
	return n, wrap("seal anew", err)
}

// ForgetKeys lets the next program claim an empty database with other keys: for
// a template that tests clone. It refuses where anything is sealed.
func ForgetKeys(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return wrap("connect", err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, `DELETE FROM facts WHERE name IN ('index_key', 'sealing_keys')
		AND NOT EXISTS (SELECT FROM members) AND NOT EXISTS (SELECT FROM offices) AND NOT EXISTS (SELECT FROM set_aside)`)
	return wrap("forget the keys", err)
}
