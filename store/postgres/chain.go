package postgres

import (
	"context"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// The audit as a chain. Rows are written without a link, in the transaction of
// what they tell of, so that nobody waits for anybody; LinkAudit chains them
// behind, one process at a time. docs/decisions/0023 has the encoding.

// linkBatch is how many rows are linked in one transaction.
const linkBatch = 2000

// lateBy is how much older than the newest row before it a linked row may be: a
// transaction is not open for longer.
const lateBy = time.Hour

// auditRow is all of a row that its link covers.
type auditRow struct {
	id, update, actor      int64
	at                     time.Time
	action, object, reason string
}

// link is one of the chain: its place, from 1, and its MAC.
type link struct {
	seq int64
	mac [16]byte
}

// next gives the link that a row has behind l.
func (s *Store) next(l link, r auditRow) link {
	b := make([]byte, 0, 256)
	b = append(b, l.mac[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(l.seq+1))
	b = binary.BigEndian.AppendUint64(b, uint64(r.id))
	b = binary.BigEndian.AppendUint64(b, uint64(r.at.UnixMicro()))
	b = binary.BigEndian.AppendUint64(b, uint64(r.actor))
	b = binary.BigEndian.AppendUint64(b, uint64(r.update))
	for _, word := range []string{r.action, r.object, r.reason} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(word)))
		b = append(b, word...)
	}
	return link{seq: l.seq + 1, mac: s.keys.Index("audit-link", b)}
}

// headFact is the fact that holds the newest link: its place, its MAC, and a MAC
// of both, so that the end of the chain cannot be cut off.
const headFact = "audit_head"

func (s *Store) headValue(l link) string {
	tag := s.keys.Index("audit-head", append(binary.BigEndian.AppendUint64(nil, uint64(l.seq)), l.mac[:]...))
	return fmt.Sprintf("%d %x %x", l.seq, l.mac, tag)
}

// parseHead reads a head; ok is false for one that we did not write.
func (s *Store) parseHead(value string) (l link, ok bool) {
	fields := strings.Fields(value)
	if len(fields) != 3 {
		return l, false
	}
	seq, err := strconv.ParseInt(fields[0], 10, 64)
	mac, err2 := hex.DecodeString(fields[1])
	if err != nil || err2 != nil || len(mac) != len(l.mac) {
		return l, false
	}
	l = link{seq: seq, mac: [16]byte(mac)}
	return l, subtle.ConstantTimeCompare([]byte(s.headValue(l)), []byte(value)) == 1
}

// ErrAuditBroken says that the chain of the audit cannot be gone on with.
var ErrAuditBroken = errors.New("the newest link of the audit is not there as it was written; sadasya audit verify tells more")

// LinkAudit gives their links to the rows that have none yet, in the order of
// their ids, and tells how many. One process at a time does it; another gets
// nothing to do. Errors: ErrAuditBroken.
func (s *Store) LinkAudit(ctx context.Context) (total int, err error) {
	for full := true; full && err == nil; {
		var n int
		err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			var mine bool
			if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock(hashtext('sadasya audit'))`).Scan(&mine); err != nil || !mine {
				return err
			}
			var err error
			n, err = s.linkSome(ctx, tx)
			return err
		})
		total, full = total+n, n == linkBatch
	}
	return total, wrap("link the audit", err)
}

const openRowsSQL = `SELECT id, at, actor, update_id, action, object, reason FROM audit WHERE seq IS NULL ORDER BY id LIMIT $1`

func (s *Store) linkSome(ctx context.Context, tx pgx.Tx) (int, error) {
	rows, err := tx.Query(ctx, openRowsSQL, linkBatch)
	if err != nil {
		return 0, err
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r auditRow, err error) {
		err = row.Scan(&r.id, &r.at, &r.actor, &r.update, &r.action, &r.object, &r.reason)
		return r, err
	})
	if err != nil || len(list) == 0 {
		return 0, err
	}
	head, err := s.head(ctx, tx)
	if err != nil {
		return 0, err
	}
	ids, seqs, macs := make([]int64, len(list)), make([]int64, len(list)), make([][]byte, len(list))
	for i, r := range list {
		head = s.next(head, r)
		ids[i], seqs[i], macs[i] = r.id, head.seq, append([]byte(nil), head.mac[:]...)
	}
	if _, err := tx.Exec(ctx, `
UPDATE audit a SET seq = n.seq, mac = n.mac FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS n (id, seq, mac) WHERE a.id = n.id`, ids, seqs, macs); err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO facts VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2`, headFact, s.headValue(head))
	return len(list), err
}

// head gives the newest link, the zero link before there is one. It makes sure
// that the chain ends there, so that a new link never hides that it was cut.
func (s *Store) head(ctx context.Context, tx pgx.Tx) (l link, err error) {
	var last int64
	var mac []byte
	var value string
	err = tx.QueryRow(ctx, `
SELECT coalesce((SELECT value FROM facts WHERE name = $1), ''), coalesce(a.seq, 0), a.mac
FROM (SELECT) AS one LEFT JOIN (SELECT seq, mac FROM audit WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1) AS a ON true`, headFact).
		Scan(&value, &last, &mac)
	if err != nil || value == "" && last == 0 {
		return l, err
	}
	l, ok := s.parseHead(value)
	if !ok || l.seq != last || string(l.mac[:]) != string(mac) {
		return l, ErrAuditBroken
	}
	return l, nil
}

// orRestored is what it means besides that a link whose name was kept is not there.
const orRestored = "or the database was restored to a time before that name was kept"

// AuditReport is what became of a look along the whole chain.
type AuditReport struct {
	Linked int64     // rows in the chain
	Open   int64     // rows that wait for their link
	Newest time.Time // of the newest linked row
	Head   string    // names the newest link: to be kept apart, and asked for another time
	Break  string    // the first break; empty: there is none
}

// VerifyAudit goes along the whole chain and tells the first break. kept is a
// head that was told another time, empty for none: the chain must still hold it.
// It reads one state of the database, in constant memory, while others write.
func (s *Store) VerifyAudit(ctx context.Context, kept string, progress func(int)) (out AuditReport, err error) {
	mustHold, err := parseKept(kept)
	if err != nil {
		return out, err
	}
	err = pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		var value string
		err := tx.QueryRow(ctx, `SELECT coalesce((SELECT value FROM facts WHERE name = $1), ''), (SELECT count(*) FROM audit WHERE seq IS NULL)`, headFact).
			Scan(&value, &out.Open)
		if err != nil {
			return err
		}
		at, err := s.walk(ctx, tx, &out, mustHold, progress)
		if err != nil || out.Break != "" {
			return err
		}
		out.Head = headName(at)
		switch head, ok := s.parseHead(value); {
		case value == "" && at.seq == 0:
		case !ok:
			out.Break = "the record of the newest link is missing, or was not written by this program"
		case head.seq > at.seq:
			out.Break = fmt.Sprintf("links %d to %d are cut off: the newest that was written is %d", at.seq+1, head.seq, head.seq)
		case head != at:
			out.Break = fmt.Sprintf("link %d is not the newest that was written", at.seq)
		}
		if out.Break == "" && mustHold.seq > at.seq {
			out.Break = fmt.Sprintf("links %d to %d are cut off: you kept the name of link %d (%s)", at.seq+1, mustHold.seq, mustHold.seq, orRestored)
		}
		return nil
	})
	return out, wrap("verify the audit", err)
}

// walk goes along the chain to its end, or to the first break.
func (s *Store) walk(ctx context.Context, tx pgx.Tx, out *AuditReport, kept keptHead, progress func(int)) (at link, err error) {
	rows, err := tx.Query(ctx, `SELECT id, at, actor, update_id, action, object, reason, seq, mac FROM audit WHERE seq IS NOT NULL ORDER BY seq`)
	if err != nil {
		return at, err
	}
	defer rows.Close()
	var newest time.Time
	for rows.Next() {
		var r auditRow
		var seq int64
		var mac []byte
		if err := rows.Scan(&r.id, &r.at, &r.actor, &r.update, &r.action, &r.object, &r.reason, &seq, &mac); err != nil {
			return at, err
		}
		if seq != at.seq+1 {
			out.Break = fmt.Sprintf("link %d is missing; the next is %d, row %d of %s", at.seq+1, seq, r.id, r.at.UTC().Format(time.RFC3339))
			return at, nil
		}
		at = s.next(at, r)
		switch {
		case string(at.mac[:]) != string(mac):
			out.Break = fmt.Sprintf("link %d does not hold: row %d of %s was changed, moved or put in", seq, r.id, r.at.UTC().Format(time.RFC3339))
		case newest.Sub(r.at) > lateBy:
			out.Break = fmt.Sprintf("link %d is out of time: row %d says %s, the rows before it are of %s", seq, r.id, r.at.UTC().Format(time.RFC3339), newest.UTC().Format(time.RFC3339))
		case kept.seq == at.seq && !strings.HasPrefix(hex.EncodeToString(at.mac[:]), kept.mac):
			out.Break = fmt.Sprintf("link %d is another than the one whose name you kept (%s)", seq, orRestored)
		}
		if out.Break != "" {
			return at, nil
		}
		if r.at.After(newest) {
			newest = r.at
		}
		out.Linked++
		progress(1)
	}
	out.Newest = newest
	return at, rows.Err()
}

// keptHead is a head as it was told: a place and the beginning of a MAC.
type keptHead struct {
	seq int64
	mac string
}

// headName is how a head is told: "1204-9f31c2a47b60e5d8".
func headName(l link) string {
	if l.seq == 0 {
		return ""
	}
	return fmt.Sprintf("%d-%x", l.seq, l.mac[:8])
}

// ErrHeadName says that a text is none that VerifyAudit told.
var ErrHeadName = errors.New("the name of a link is wanted as audit verify printed it, such as 1204-9f31c2a47b60e5d8")

func parseKept(name string) (k keptHead, err error) {
	if name == "" {
		return k, nil
	}
	seq, mac, _ := strings.Cut(name, "-")
	k.seq, err = strconv.ParseInt(seq, 10, 64)
	if raw, bad := hex.DecodeString(mac); err != nil || bad != nil || len(raw) != 8 || k.seq < 1 {
		return k, ErrHeadName
	}
	k.mac = strings.ToLower(mac)
	return k, nil
}

// AuditHead names the newest link, as VerifyAudit does; empty before there is one.
func (s *Store) AuditHead(ctx context.Context) (string, error) {
	facts, err := readFacts(ctx, s.pool)
	if err != nil {
		return "", err
	}
	l, _ := s.parseHead(facts[headFact])
	return headName(l), nil
}
