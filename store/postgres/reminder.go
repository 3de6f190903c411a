package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// The reminder of the unfinished: a broadcast that nobody composed. It is frozen,
// leased and limited as any other; what differs is here. It ends with its hours,
// and each person is reminded once: a row says so before the message goes. So a
// crash may leave one without it, where any other broadcast would write twice.

// ComposeReminder makes the reminder of an evening, once a day however often and
// from however many processes it is asked for. Outside its hours, after the last
// day of the drive (zero: none is set) and where it is switched off for the whole
// state there is none.
func (s *Store) ComposeReminder(ctx context.Context, now time.Time, last party.Date) (made bool, err error) {
	end, ok := party.ReminderEnd(now)
	if !ok || !last.IsZero() && last.DaysFrom(now) == 0 {
		return false, nil
	}
	ctx, cancel := detached(ctx)
	defer cancel()
	off, err := s.silenced(ctx, s.pool, party.ClockReminder)
	if err != nil || off.state {
		return false, wrap("compose the reminder", err)
	}
	sum := sha256.Sum256([]byte("reminder " + party.Today(now).String()))
	audience := party.Audience{Group: party.Unfinished, Reminder: true, Without: off.districts}
	tag, err := s.pool.Exec(ctx, `
INSERT INTO broadcasts (nonce, state, letter, audience, ends_at) VALUES ($1, 'scheduled', '{}', $2, $3) ON CONFLICT DO NOTHING`,
		pgtype.UUID{Bytes: [16]byte(sum[:16]), Valid: true}, audience, end)
	return err == nil && tag.RowsAffected() == 1, wrap("compose the reminder", err)
}

// clock is the time of the reminder's hours, for SQL: NULL is Postgres's own.
func (s *Store) clock() *time.Time {
	if s.o.Clock == nil {
		return nil
	}
	now := s.o.Clock()
	return &now
}

// byClock writes that time in SQL, of a parameter that holds clock().
func byClock(param string) string { return `coalesce(` + param + `::timestamptz, now())` }

// reminderSQL narrows the unfinished of people p, invited by o, to those whom the
// reminder is for.
func (s *Store) reminderSQL(a party.Audience, arg func(any) string) []string {
	acs := []int{}
	for _, district := range a.Without {
		acs = append(acs, s.acsOf(party.Area{District: district})...)
	}
	return []string{
		`NOT EXISTS (SELECT FROM reminded d WHERE d.telegram_id = p.telegram_id)`,
		`NOT EXISTS (SELECT FROM members m WHERE m.telegram_id = p.telegram_id AND m.via = 'self')`,
		`p.updated_at <= ` + byClock(arg(s.clock())) + ` - ` + arg(party.ReminderIdle) + `::interval`,
		`NOT coalesce(o.ac_no = ANY (` + arg(acs) + `) OR o.district = ANY (` + arg(append([]string{}, a.Without...)) + `), false)`,
	}
}

// remind lets a person be reminded by this lease, or says why not at this moment.
// That they are is written before the message goes: whoever finds it there, after
// a crash, does not send again.
func (s *Store) remind(ctx context.Context, l party.Lease, person int64, look *party.Look) error {
	return wrap("remind", pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		off, err := s.silenced(ctx, tx, party.ClockReminder)
		if err != nil {
			return err
		}
		var over, writes, recorded bool
		var by party.Area
		err = tx.QueryRow(ctx, `
SELECT b.ends_at <= `+byClock("$3")+`, p.step, p.updated_at > `+byClock("$3")+` - $4::interval, coalesce(o.district, ''), coalesce(o.ac_no, 0),
	EXISTS (SELECT FROM members m WHERE m.telegram_id = p.telegram_id AND m.via = 'self')
FROM broadcasts b, people p LEFT JOIN offices o ON o.code = p.first_code WHERE b.id = $1 AND p.telegram_id = $2`,
			l.Broadcast, person, s.clock(), party.ReminderIdle).Scan(&over, &look.Step, &writes, &by.District, &by.AC, &recorded)
		switch {
		case errors.Is(err, pgx.ErrNoRows): // purged meanwhile
			look.Fate, look.Reason = party.OptedOut, "consent"
			return nil
		case err != nil:
			return err
		case over:
			look.Running = false
			return nil
		case s.hushed(off, by):
			look.Fate, look.Reason = party.OptedOut, "switched-off"
			return nil
		case writes || recorded || !flows.Remindable(look.Step):
			look.Fate, look.Reason = party.OptedOut, "goes-on"
			return nil
		}
		return markReminded(ctx, tx, l, person, look)
	}))
}

// markReminded notes that a lease reminds a person. Where another has, or this one
// has and nobody knows what became of it, it may not.
func markReminded(ctx context.Context, tx pgx.Tx, l party.Lease, person int64, look *party.Look) error {
	var mine bool
	err := tx.QueryRow(ctx, `
INSERT INTO reminded AS d (telegram_id, broadcast_id, epoch)
SELECT $1::bigint, $2::int, $3::int FROM broadcast_blocks k WHERE k.broadcast_id = $2 AND k.number = $4 AND k.epoch = $3
ON CONFLICT (telegram_id) DO UPDATE SET epoch = d.epoch WHERE d.broadcast_id = $2 AND d.epoch = $3
	AND NOT EXISTS (SELECT FROM recipients r WHERE r.broadcast_id = $2 AND r.telegram_id = $1 AND r.reason = $5)
RETURNING true`, person, l.Broadcast, l.Epoch, l.Block, party.DoubtReason).Scan(&mine)
	if errors.Is(err, pgx.ErrNoRows) {
		look.Fate, look.Reason = party.Uncertain, party.DoubtReason
		return nil
	}
	return err
}

// notReminded takes the note back where the message certainly did not arrive, and
// may another time.
func (s *Store) notReminded(ctx context.Context, l party.Lease, person int64, e party.Entry) error {
	switch {
	case e.Fate == party.Pending && e.Reason != party.DoubtReason, e.Fate == party.Unreachable, e.Fate == party.Failed && (e.Reason == "outage" || e.Reason == party.RefusedReason):
		_, err := s.pool.Exec(ctx, `DELETE FROM reminded WHERE telegram_id = $1 AND broadcast_id = $2 AND epoch = $3`, person, l.Broadcast, l.Epoch)
		return err
	}
	return nil
}

// tendClock ends the clock's broadcasts: those that are through, and those whose
// hours are over.
func (s *Store) tendClock(ctx context.Context) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	_, err := s.pool.Exec(ctx, `
UPDATE broadcasts b SET ended_at = now(), state = CASE WHEN ends_at <= `+byClock("$1")+` THEN 'stopped' ELSE 'done' END,
	why = CASE WHEN ends_at <= `+byClock("$1")+` THEN '`+party.WhyHours+`' ELSE '' END
WHERE composed_by IS NULL AND (state IN ('scheduled', 'freezing', 'running', 'paused') AND ends_at <= `+byClock("$1")+`
	OR state = 'running' AND NOT EXISTS (SELECT FROM broadcast_blocks k WHERE k.broadcast_id = b.id AND NOT k.done))`, s.clock())
	return wrap("end what the clock says", err)
}
