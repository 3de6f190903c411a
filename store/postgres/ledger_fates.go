package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"sadasya/party"
)

// Record writes what became of a recipient, where the lease still counts and
// nothing final stands there. Who blocked the bot is not tried again by anyone
// until they write.
func (s *Store) Record(ctx context.Context, l party.Lease, person int64, e party.Entry) error {
	if _, err := s.recordAll(ctx, []recorded{{l, person, e}}); err != nil {
		return err
	}
	return s.afterFate(ctx, l, person, e)
}

// afterFate does what a fate comes to besides the ledger.
func (s *Store) afterFate(ctx context.Context, l party.Lease, person int64, e party.Entry) error {
	if !l.Reminder || l.Recall {
		return nil
	}
	ctx, cancel := detached(ctx)
	defer cancel()
	return wrap("record a recipient", s.notReminded(ctx, l, person, e))
}

// recorded is what became of somebody, for a lease.
type recorded struct {
	lease  party.Lease
	person int64
	entry  party.Entry
}

// The commit waits for the disk, as every other: a fate that a crash of Postgres
// loses is a message sent again.
const recordSQL = `
WITH e AS (
	SELECT e.* FROM unnest($1::int[], $2::int[], $3::int[], $4::bigint[], $5::text[], $6::text[], $7::int[], $8::int[])
		AS e (broadcast, block, epoch, person, fate, reason, message, tries)
	JOIN broadcast_blocks k ON k.broadcast_id = e.broadcast AND k.number = e.block AND k.epoch = e.epoch),
blocked AS (UPDATE people p SET reachable = false, updated_at = now() FROM e WHERE p.telegram_id = e.person AND e.fate = 'unreachable' AND p.reachable)
UPDATE recipients r SET fate = e.fate::fate, reason = e.reason, message_id = e.message, tries = e.tries
FROM e WHERE r.broadcast_id = e.broadcast AND r.telegram_id = e.person AND r.fate = 'pending'`

const recordRecallSQL = `
UPDATE recipients r SET message_id = e.message FROM unnest($1::int[], $2::int[], $3::int[], $4::bigint[], $5::int[]) AS e (broadcast, block, epoch, person, message)
JOIN broadcast_blocks k ON k.broadcast_id = e.broadcast AND k.number = e.block AND k.epoch = e.epoch
WHERE r.broadcast_id = e.broadcast AND r.telegram_id = e.person AND r.fate = 'sent' AND r.message_id > 0`

// recordAll writes several at once, all or none.
func (s *Store) recordAll(ctx context.Context, all []recorded) ([]struct{}, error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	var sent, recalls columns
	for _, x := range all {
		if x.lease.Recall {
			recalls.add(x)
		} else {
			sent.add(x)
		}
	}
	batch := &pgx.Batch{}
	if len(sent.people) > 0 {
		batch.Queue(recordSQL, sent.broadcasts, sent.blocks, sent.epochs, sent.people, sent.fates, sent.reasons, sent.messages, sent.tries)
	}
	if len(recalls.people) > 0 {
		batch.Queue(recordRecallSQL, recalls.broadcasts, recalls.blocks, recalls.epochs, recalls.people, recalls.messages)
	}
	return make([]struct{}, len(all)), wrap("record recipients", s.pool.SendBatch(ctx, batch).Close())
}

// columns are several, field by field.
type columns struct {
	broadcasts, blocks, epochs, messages, tries []int32
	people                                      []int64
	fates, reasons                              []string
}

func (e *columns) add(x recorded) {
	e.broadcasts, e.blocks, e.epochs = append(e.broadcasts, int32(x.lease.Broadcast)), append(e.blocks, int32(x.lease.Block)), append(e.epochs, int32(x.lease.Epoch))
	e.people, e.fates, e.reasons = append(e.people, x.person), append(e.fates, string(x.entry.Fate)), append(e.reasons, x.entry.Reason)
	e.messages, e.tries = append(e.messages, int32(x.entry.Message)), append(e.tries, int32(x.entry.Tries))
}
