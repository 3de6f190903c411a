package postgres

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/party"
)

// The ledger of broadcasts as a pump uses it. A block is leased by Postgres's
// clock under an epoch; what is written under an older one counts no more.

const claimSQL = `
WITH mine AS (
	SELECT k.broadcast_id, k.number, b.recalled_at IS NOT NULL AS recall FROM broadcasts b JOIN LATERAL (
		SELECT broadcast_id, number FROM broadcast_blocks
		WHERE broadcast_id = b.id AND NOT done AND leased_until < now() ORDER BY turn LIMIT 1 FOR UPDATE SKIP LOCKED) k ON true
	WHERE b.state = 'running' ORDER BY random() LIMIT 1)
UPDATE broadcast_blocks k SET epoch = k.epoch + 1, leased_until = now() + $1
FROM mine JOIN broadcasts b ON b.id = mine.broadcast_id
WHERE k.broadcast_id = mine.broadcast_id AND k.number = mine.number
	AND NOT EXISTS (SELECT FROM sending WHERE held_until > now())
RETURNING k.broadcast_id, k.number, k.epoch, k.first_id, k.last_id, b.paid, b.letter, b.audience`

// Of one that is taken back, the blocks that are done are gone through again.
const claimRecallSQL = `
WITH mine AS (
	SELECT k.broadcast_id, k.number FROM broadcasts b JOIN LATERAL (
		SELECT broadcast_id, number FROM broadcast_blocks
		WHERE broadcast_id = b.id AND done AND NOT recalled AND leased_until < now() ORDER BY turn LIMIT 1 FOR UPDATE SKIP LOCKED) k ON true
	WHERE b.recalled_at IS NOT NULL LIMIT 1)
UPDATE broadcast_blocks k SET epoch = k.epoch + 1, leased_until = now() + $1
FROM mine JOIN broadcasts b ON b.id = mine.broadcast_id
WHERE k.broadcast_id = mine.broadcast_id AND k.number = mine.number
	AND NOT EXISTS (SELECT FROM sending WHERE held_until > now())
RETURNING k.broadcast_id, k.number, k.epoch, k.first_id, k.last_id, b.paid, b.letter, b.audience`

// Claim leases a block of a broadcast that runs or is taken back, silent: only of
// the latter, for so long by Postgres's clock. ok is false where there is none.
// Neither waits for the other: to go on at 28 a second may take longer than the 48
// hours in which messages can be deleted.
func (s *Store) Claim(ctx context.Context, lasts time.Duration, silent bool) (l party.Lease, ok bool, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	kinds := []string{claimSQL, claimRecallSQL}
	if silent {
		kinds = kinds[1:]
	} else if rand.IntN(2) == 0 {
		slices.Reverse(kinds)
	}
	var first, last int64
	for _, sql := range kinds {
		var audience party.Audience
		err = s.queryRow(ctx, sql, []any{lasts}, &l.Broadcast, &l.Block, &l.Epoch, &first, &last, &l.Paid, &l.Letter, &audience)
		l.Group, l.Reminder, l.Recall = audience.Group, audience.Reminder, sql == claimRecallSQL
		if !errors.Is(err, pgx.ErrNoRows) {
			break
		}
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return l, false, nil
	}
	if err != nil {
		return l, false, wrap("claim recipients", err)
	}
	left := `fate = 'pending'`
	if l.Recall {
		left = `fate = 'sent' AND message_id > 0`
	}
	rows, err := s.pool.Query(ctx, `
SELECT telegram_id, tries, reason = $4, message_id FROM recipients
WHERE broadcast_id = $1 AND telegram_id BETWEEN $2 AND $3 AND `+left+` ORDER BY telegram_id`, l.Broadcast, first, last, party.DoubtReason)
	if err == nil {
		l.Recipients, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (r party.Recipient, err error) {
			return r, row.Scan(&r.Person, &r.Tries, &r.Doubted, &r.Message)
		})
	}
	return l, err == nil, wrap("read recipients", err)
}

// mayWrite says by group, of person $3, why they may not be written to now, or
// nothing. The newest answer to each question counts.
var mayWrite = map[party.Group]string{
	party.Subscribers: `CASE WHEN NOT coalesce((SELECT given FROM consents
		WHERE telegram_id = $3 AND kind = 'news' ORDER BY at DESC LIMIT 1), false) THEN 'news' ELSE '' END`,
	party.Unfinished: `CASE
	WHEN NOT coalesce((SELECT given FROM consents WHERE telegram_id = $3 AND kind = 'reminders' ORDER BY at DESC LIMIT 1), true) THEN 'reminders'
	WHEN NOT coalesce((SELECT given FROM consents WHERE telegram_id = $3 AND kind = 'membership' AND via = 'self' ORDER BY at DESC LIMIT 1), false) THEN 'consent'
	WHEN EXISTS (SELECT FROM members m WHERE m.telegram_id = $3 AND m.via = 'self' AND ` + live + `) THEN 'joined' ELSE '' END`,
	party.Enrollers: dutiesOf(party.Enroller),
	party.Chiefs:    dutiesOf(party.Chief),
}

func dutiesOf(o party.Office) string {
	return `CASE
	WHEN NOT coalesce((SELECT given FROM consents WHERE telegram_id = $3 AND kind = 'duties' ORDER BY at DESC LIMIT 1), true) THEN 'duties'
	WHEN NOT EXISTS (SELECT FROM offices WHERE telegram_id = $3 AND office = '` + string(o) + `' AND status = 'active') THEN 'office' ELSE '' END`
}

// Look tells whether a recipient of a lease may be written to at this moment: the
// lease counts, the broadcast runs, who composed it is in office, Telegram wants
// broadcasts, and the person does.
func (s *Store) Look(ctx context.Context, l party.Lease, person int64) (party.Look, error) {
	looks, err := s.lookAll(ctx, []looked{{l, person}})
	if err != nil {
		return party.Look{}, err
	}
	return s.fill(ctx, l, person, looks[0])
}

// looked is somebody who is looked at, for a lease.
type looked struct {
	lease  party.Lease
	person int64
}

// lookAll looks at several at once, by a statement for each group among them.
func (s *Store) lookAll(ctx context.Context, all []looked) ([]party.Look, error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	looks := make([]party.Look, len(all))
	type kind struct {
		group  party.Group
		recall bool
	}
	kinds := map[kind][]int{}
	for i, x := range all {
		k := kind{x.lease.Group, x.lease.Recall}
		kinds[k] = append(kinds[k], i)
	}
	for k, places := range kinds {
		if err := s.lookOf(ctx, lookSQL(k.group, k.recall), all, places, looks); err != nil {
			return nil, wrap("look at a recipient", err)
		}
	}
	return looks, nil
}

// lookSQL asks of one group, or for what is taken back: nobody is written to then.
func lookSQL(g party.Group, recall bool) string {
	runs, may := `b.state = 'running' AND (o.status = 'active' OR b.composed_by IS NULL)`, strings.ReplaceAll(mayWrite[g], `$3`, `a.person`)
	if recall {
		runs, may = `true`, `''`
	}
	return `
SELECT a.i, k.epoch = a.epoch, ` + runs + `,
	extract(epoch FROM greatest(s.held_until, now()) - now())::float8,
	coalesce(p.reachable, false), coalesce(p.language, ''), ` + may + `
FROM unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::bigint[]) AS a (i, broadcast, block, epoch, person) CROSS JOIN sending s
JOIN broadcasts b ON b.id = a.broadcast LEFT JOIN offices o ON o.id = b.composed_by
JOIN broadcast_blocks k ON k.broadcast_id = a.broadcast AND k.number = a.block
LEFT JOIN people p ON p.telegram_id = a.person`
}

// lookOf looks at those in some places of a list.
func (s *Store) lookOf(ctx context.Context, sql string, all []looked, places []int, looks []party.Look) error {
	var numbers, broadcasts, blocks, epochs []int32
	var people []int64
	for _, i := range places {
		l := all[i].lease
		numbers, broadcasts, blocks = append(numbers, int32(i)), append(broadcasts, int32(l.Broadcast)), append(blocks, int32(l.Block))
		epochs, people = append(epochs, int32(l.Epoch)), append(people, all[i].person)
	}
	return s.again(func() error {
		rows, err := s.pool.Query(ctx, sql, numbers, broadcasts, blocks, epochs, people)
		if err != nil {
			return err
		}
		var i, n int
		var reachable bool
		var held float64
		var look party.Look
		var refuses string
		_, err = pgx.ForEachRow(rows, []any{&i, &look.Mine, &look.Running, &held, &reachable, &look.Language, &refuses}, func() error {
			n++
			looks[i] = judge(look, held, reachable, refuses)
			return nil
		})
		if err == nil && n < len(places) {
			err = pgx.ErrNoRows
		}
		return err
	})
}

// judge says what the looked-at columns come to. Of a recall nobody is written to,
// and the fate is not asked.
func judge(look party.Look, held float64, reachable bool, refuses string) party.Look {
	look.Held, look.Fate = time.Duration(held*float64(time.Second)), party.Pending
	switch {
	case refuses != "":
		look.Fate, look.Reason = party.OptedOut, refuses
	case !reachable:
		look.Fate, look.Reason = party.Unreachable, "blocked"
	}
	return look
}

// fill reads what the letter says of who may be written to.
func (s *Store) fill(ctx context.Context, l party.Lease, person int64, look party.Look) (party.Look, error) {
	if l.Recall { // nobody is written to
		look.Fate, look.Reason = party.Pending, ""
		return look, nil
	}
	if look.Fate != party.Pending {
		return look, nil
	}
	ctx, cancel := detached(ctx)
	defer cancel()
	var err error
	switch {
	case l.Reminder:
		err = s.remind(ctx, l, person, &look)
	case len(l.Letter.Places()) > 0:
		err = s.personal(ctx, l.Group, person, &look)
	}
	return look, err
}

// personal reads what a letter says of its recipient.
func (s *Store) personal(ctx context.Context, g party.Group, person int64, look *party.Look) error {
	sql := `SELECT m.name_sealed, m.nonce, coalesce(m.ac_no, 0), coalesce(m.part_no, 0), coalesce(m.letter, ''), 0
		FROM members m WHERE m.telegram_id = $1 AND m.via = 'self' AND ` + live
	args := []any{person}
	if g == party.Enrollers || g == party.Chiefs {
		office := party.Enroller
		if g == party.Chiefs {
			office = party.Chief
		}
		sql = `SELECT o.name_sealed, o.seal_context, o.ac_no, o.part_no, o.letter, (SELECT count(*) FROM members WHERE enroller_code = o.code AND counts >= 1)
			FROM offices o WHERE o.telegram_id = $1 AND o.office = $2 AND o.status = 'active' ORDER BY o.appointed_at DESC, o.id DESC LIMIT 1`
		args = append(args, string(office))
	}
	var name []byte
	var place pgtype.UUID
	err := s.queryRow(ctx, sql, args, &name, &place, &look.Booth.AC, &look.Booth.Part, &look.Booth.Letter, &look.Count)
	if err != nil {
		return wrap("look at a recipient", ignore(err, pgx.ErrNoRows))
	}
	plain, err := s.unsealText(name, place.Bytes)
	look.Name = party.Name(plain)
	return err
}

// Release gives a block back before its lease ends. It is done where nobody of it
// is pending any more.
func (s *Store) Release(ctx context.Context, l party.Lease) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	if l.Recall {
		_, err := s.pool.Exec(ctx, `
WITH counted AS (
	SELECT count(*) FILTER (WHERE r.message_id < 0) AS taken, count(*) FILTER (WHERE r.fate = 'sent' AND r.message_id > 0) AS rest
	FROM broadcast_blocks k JOIN recipients r ON r.broadcast_id = k.broadcast_id AND r.telegram_id BETWEEN k.first_id AND k.last_id
	WHERE k.broadcast_id = $1 AND k.number = $2)
UPDATE broadcast_blocks k SET leased_until = '-infinity', recalled = counted.rest = 0, taken = counted.taken
FROM counted WHERE broadcast_id = $1 AND number = $2 AND epoch = $3`, l.Broadcast, l.Block, l.Epoch)
		return wrap("give recipients back", err)
	}
	batch := &pgx.Batch{}
	batch.Queue(`SELECT FROM broadcast_blocks WHERE broadcast_id = $1 AND number = $2 AND epoch = $3 FOR UPDATE`, l.Broadcast, l.Block, l.Epoch)
	// Counted by a statement of its own, behind whoever held the block: to go on with
	// a broadcast makes some of it pending again.
	batch.Queue(`
WITH counted AS (SELECT `+partsSQL+` AS parts, bool_or(r.fate = 'failed' AND r.reason = '`+party.RefusedReason+`') AS refused
	FROM broadcast_blocks k JOIN recipients r ON r.broadcast_id = k.broadcast_id AND r.telegram_id BETWEEN k.first_id AND k.last_id
	WHERE k.broadcast_id = $1 AND k.number = $2)
UPDATE broadcast_blocks SET leased_until = '-infinity', done = (counted.parts[1] = 0), refused = counted.refused,
	parts = CASE WHEN counted.parts[1] = 0 THEN counted.parts ELSE '{}' END
FROM counted WHERE broadcast_id = $1 AND number = $2 AND epoch = $3`, l.Broadcast, l.Block, l.Epoch)
	return wrap("give recipients back", s.pool.SendBatch(ctx, batch).Close())
}

// Hold keeps all broadcasts of all replicas from Telegram for so long.
func (s *Store) Hold(ctx context.Context, d time.Duration) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	_, err := s.pool.Exec(ctx, `UPDATE sending SET held_until = greatest(held_until, now() + $1)`, d)
	return wrap("hold broadcasts", err)
}

// Stop ends a broadcast by itself, for a fixed word. Where Telegram refused it to
// many in a row it pauses; with a token that is good no more all of them do, to be
// gone on with once there is another.
func (s *Store) Stop(ctx context.Context, broadcast int, why string) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	sql := `WITH ended AS (UPDATE broadcasts SET state = 'stopped', why = $2, ended_at = now() WHERE id = $1 AND state IN ('running', 'paused') RETURNING id)
		INSERT INTO audit (actor, action, object, reason) SELECT 0, 'broadcast-stopped', 'broadcast ' || id, $2 FROM ended`
	which := map[string]string{party.WhyToken: `$1 > 0`, party.WhyRefused: `id = $1`}[why]
	if which != "" {
		sql = `WITH ended AS (UPDATE broadcasts SET state = 'paused', why = $2 WHERE state = 'running' AND ` + which + ` RETURNING id)
			INSERT INTO audit (actor, action, object, reason) SELECT 0, 'broadcast-paused', 'broadcast ' || id, $2 FROM ended`
	}
	_, err := s.pool.Exec(ctx, sql, broadcast, why)
	return wrap("stop a broadcast", err)
}
