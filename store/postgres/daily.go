package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// The daily word to enrollers. It is written in batches, each in a transaction
// that also notes how far it came: whoever goes on after a crash, or beside
// another process, begins behind the last enroller of the last batch.

const (
	dailyBatch = 500
	dailyMost  = 100_000 // notices of a day

	// dailyEvery is the time between two that fall due: longer than the pump needs
	// for one, so that what happens meanwhile is told between them.
	dailyEvery = 80 * time.Millisecond
)

// dailyFact names how far the word of a day came: the day, the last office and
// the notices so far, "2027-02-08 4711 312".
const dailyFact = "daily"

// dailySQL reads a batch of those to whom a word may be due, each person once,
// at the newest office. Yesterday is what was done on that day, however it stands
// now, and who waits is told from the figures alone: see countsSQL.
const dailySQL = `
SELECT o.id, o.telegram_id, o.ac_no, o.name_sealed, o.seal_context, c.added, c.confirmed, c.waiting, c.yesterday
FROM (SELECT o.* FROM offices o LEFT JOIN people p ON p.telegram_id = o.telegram_id
	WHERE o.id > $1 AND o.office = 'enroller' AND o.status = 'active' AND o.daily AND o.telegram_id <> 0 AND coalesce(p.reachable, true)
		AND NOT EXISTS (SELECT FROM offices n WHERE n.telegram_id = o.telegram_id AND n.office = 'enroller' AND n.status = 'active'
			AND (n.appointed_at, n.id) > (o.appointed_at, o.id))
	ORDER BY o.id LIMIT $2) o,
LATERAL (SELECT count(*) FILTER (WHERE m.counts >= 1) AS added, count(*) FILTER (WHERE m.counts = 2) AS confirmed,
		count(*) FILTER (WHERE m.via = 'assisted' AND m.counts = 1) AS waiting,
		count(*) FILTER (WHERE m.confirmed_at >= $3 AND m.confirmed_at < $4) AS yesterday
	FROM members m WHERE m.enroller_code = o.code) c
ORDER BY o.id`

// TellDaily writes the word of the day to every enroller to whom it is due, by
// the number of members that each is to reach until the last day of the drive;
// the zero Date: no such day is set. A day's is written once, however often and
// from however many processes it is asked for; outside flows.DailyHour and after
// the last day nothing is. Errors: party.ErrUnavailable; to be asked again, it
// goes on.
func (s *Store) TellDaily(ctx context.Context, now time.Time, target int, last party.Date) error {
	w := dailyRun{day: party.Today(now), target: target, days: last.DaysFrom(now)}
	if !flows.DailyHour(now) || !last.IsZero() && w.days == 0 {
		return nil
	}
	for more := true; more; {
		err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) (err error) {
			more, err = s.tellDailyBatch(ctx, tx, w)
			return err
		})
		if err != nil {
			return wrap("write the daily word", err)
		}
	}
	return nil
}

// dailyRun is the word of one day.
type dailyRun struct {
	day          party.Date
	target, days int
}

// tellDailyBatch writes one batch; more is false after the last. Who does it
// beside another process waits for it.
func (s *Store) tellDailyBatch(ctx context.Context, tx pgx.Tx, w dailyRun) (more bool, err error) {
	office, written, ok, err := dailyMark(ctx, tx, w.day)
	if err != nil || !ok || written >= dailyMost {
		return false, err
	}
	rows, err := tx.Query(ctx, dailySQL, office, min(dailyBatch, dailyMost-written), party.StartOf(w.day.AddDays(-1)), party.StartOf(w.day))
	if err != nil {
		return false, err
	}
	list, err := pgx.CollectRows(rows, s.scanDaily)
	if err != nil || len(list) == 0 {
		return false, err
	}
	n, err := s.keepDaily(ctx, tx, w, list, written)
	if err != nil {
		return false, err
	}
	_, err = tx.Exec(ctx, `UPDATE facts SET value = $2 WHERE name = $1`, dailyFact,
		fmt.Sprintf("%s %d %d", w.day, list[len(list)-1].office, written+n))
	return true, err
}

// dailyMark locks and reads how far the word of a day came. ok is false where
// that of a later day was begun.
func dailyMark(ctx context.Context, tx pgx.Tx, day party.Date) (office int64, written int, ok bool, err error) {
	if _, err = tx.Exec(ctx, `INSERT INTO facts VALUES ($1, '') ON CONFLICT DO NOTHING`, dailyFact); err != nil {
		return 0, 0, false, err
	}
	var value, of string
	if err = tx.QueryRow(ctx, `SELECT value FROM facts WHERE name = $1 FOR UPDATE`, dailyFact).Scan(&value); err != nil {
		return 0, 0, false, err
	}
	if value != "" {
		if _, err = fmt.Sscan(value, &of, &office, &written); err != nil {
			return 0, 0, false, err
		}
	}
	if of < day.String() {
		return 0, 0, true, nil
	}
	return office, written, of == day.String(), nil
}

// dailyRow is one who may hear the word.
type dailyRow struct {
	office, person int64
	ac             int
	name           party.Name
	flows.Daily
}

func (s *Store) scanDaily(row pgx.CollectableRow) (d dailyRow, err error) {
	var name []byte
	var place pgtype.UUID
	if err = row.Scan(&d.office, &d.person, &d.ac, &name, &place, &d.Added, &d.Confirmed, &d.Waiting, &d.Yesterday); err != nil {
		return d, err
	}
	d.name, err = s.unsealName(name, place)
	return d, err
}

// keepDaily keeps the notices of those of a batch to whom a word is due, behind
// so many of that day, and counts them. Where it is switched off there is none of
// that day, also if it is switched on again.
func (s *Store) keepDaily(ctx context.Context, tx pgx.Tx, w dailyRun, list []dailyRow, written int) (int, error) {
	var people []int64
	var bodies [][]byte
	var places []pgtype.UUID
	off, err := s.silenced(ctx, tx, party.ClockDaily)
	if err != nil {
		return 0, err
	}
	for _, d := range list {
		if !d.Due(w.day) || s.hushed(off, party.Area{AC: d.ac}) {
			continue
		}
		if left := w.target - d.Confirmed; left > 0 && w.days > 0 {
			d.PerDay = (left + w.days - 1) / w.days
		}
		raw, err := json.Marshal(flows.Notice{Kind: flows.NoticeDaily, Area: party.Area{AC: d.ac}, Name: d.name, On: w.day, Daily: &d.Daily})
		if err != nil {
			return 0, err
		}
		place := randomUUID()
		sealed, err := s.sealText(string(raw), place)
		if err != nil {
			return 0, err
		}
		people, bodies, places = append(people, d.person), append(bodies, sealed), append(places, pgtype.UUID{Bytes: place, Valid: true})
	}
	if len(people) == 0 {
		return 0, nil
	}
	_, err = tx.Exec(ctx, `
INSERT INTO notices (telegram_id, kind, body_sealed, seal_context, due_at, since)
SELECT n.person, 'daily', n.body, n.context, w.due, w.due
FROM unnest($1::bigint[], $2::bytea[], $3::uuid[]) WITH ORDINALITY AS n (person, body, context, at),
LATERAL (SELECT now() + $4::interval * ($5::integer + n.at)::float8 AS due) w ORDER BY n.person`+orMerge,
		people, bodies, places, dailyEvery, written)
	return len(people), err
}

// lateDaily tells whether a notice is a daily word whose hours are over.
func lateDaily(n flows.Notice, now time.Time) bool {
	return n.Kind == flows.NoticeDaily && (n.On != party.Today(now) || !flows.DailyHour(now))
}

// SetDaily switches the daily word of an enroller, once an update. Switched off,
// one that waits is not said.
func (s *Store) SetDaily(ctx context.Context, a flows.Actor, on bool) (set flows.DailySet, err error) {
	set.On = on
	action := map[bool]string{true: "daily-on", false: "daily-off"}[on]
	return set, wrap("switch the daily word", pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT id, daily FROM offices
			WHERE telegram_id = $1 AND office = 'enroller' AND status = 'active' ORDER BY id FOR UPDATE`, a.Person)
		if err != nil {
			return err
		}
		var offices []int64
		var objects []string
		var id int64
		var was bool
		tag, err := pgx.ForEachRow(rows, []any{&id, &was}, func() error {
			if was != on {
				offices, objects = append(offices, id), append(objects, "office "+strconv.FormatInt(id, 10))
			}
			return nil
		})
		if set.Done = tag.RowsAffected() > 0; err != nil || !set.Done {
			return err
		}
		if first, err := firstTime(ctx, tx, a, action); err != nil || !first {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE offices SET daily = $2 WHERE id = ANY($1)`, offices, on); err != nil {
			return err
		}
		if !on {
			if _, err := tx.Exec(ctx, `DELETE FROM notices WHERE telegram_id = $1 AND kind = 'daily'`, a.Person); err != nil {
				return err
			}
		}
		return note(ctx, tx, a, action, objects, "")
	}))
}
