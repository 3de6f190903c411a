package postgres

import (
	"context"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
)

// What a person is written unasked. Consents keep every answer, the newest counts;
// what an office brings is switched with the office.

const topicsSQL = `
SELECT coalesce((SELECT given FROM consents WHERE telegram_id = $1 AND kind = 'membership' AND via = 'self' ORDER BY at DESC LIMIT 1), false),
	EXISTS (SELECT FROM members m WHERE m.telegram_id = $1 AND m.via = 'self'),
	EXISTS (SELECT FROM members m WHERE m.telegram_id = $1 AND m.via = 'self' AND ` + live + `),
	coalesce((SELECT given FROM consents WHERE telegram_id = $1 AND kind = 'news' ORDER BY at DESC LIMIT 1), false),
	coalesce((SELECT given FROM consents WHERE telegram_id = $1 AND kind = 'reminders' ORDER BY at DESC LIMIT 1), true),
	coalesce((SELECT given FROM consents WHERE telegram_id = $1 AND kind = 'duties' ORDER BY at DESC LIMIT 1), true),
	(SELECT bool_or(daily) FROM offices WHERE telegram_id = $1 AND status = 'active' AND office = 'enroller'),
	(SELECT bool_or(alarm) FROM offices WHERE telegram_id = $1 AND status = 'active' AND office IN ('chief', 'admin')),
	EXISTS (SELECT FROM offices WHERE telegram_id = $1 AND status = 'active' AND office IN ('chief', 'enroller'))`

// LoadTopics tells what the person is written unasked.
func (s *Store) LoadTopics(ctx context.Context, a flows.Actor) (out flows.Topics, err error) {
	var agreed, recorded, member, news, reminders, duties, serves bool
	var daily, alarm *bool // NULL: no such office
	err = s.queryRow(ctx, topicsSQL, []any{a.Person}, &agreed, &recorded, &member, &news, &reminders, &duties, &daily, &alarm, &serves)
	if err != nil {
		return out, wrap("look at topics", err)
	}
	add := func(concerns bool, topic flows.Topic, on bool) {
		if concerns {
			out.List = append(out.List, flows.TopicSet{Topic: topic, On: on})
		}
	}
	add(agreed || member, flows.TopicNews, news)
	add(agreed && !recorded, flows.TopicReminders, reminders)
	add(serves, flows.TopicDuties, duties)
	add(daily != nil, flows.TopicDaily, daily != nil && *daily)
	add(alarm != nil, flows.TopicAlarm, alarm != nil && *alarm)
	return out, nil
}

// SetTopic switches a topic that concerns the person, once an update, and tells
// how all of them stand.
func (s *Store) SetTopic(ctx context.Context, a flows.Actor, e flows.SetTopic) (flows.Topics, error) {
	all, err := s.LoadTopics(ctx, a)
	if err != nil || !slices.ContainsFunc(all.List, func(t flows.TopicSet) bool { return t.Topic == e.Topic }) {
		return all, err
	}
	switch e.Topic {
	case flows.TopicDaily:
		_, err = s.SetDaily(ctx, a, e.On)
	case flows.TopicAlarm:
		err = s.setAlarm(ctx, a, e.On)
	default:
		err = s.RecordConsent(ctx, a, flows.RecordConsent{Kind: party.ConsentKind(e.Topic), Version: party.CurrentConsent, Given: e.On, Via: party.Self})
	}
	if err != nil {
		return flows.Topics{}, err
	}
	return s.LoadTopics(ctx, a)
}

// setAlarm switches the alarm of the pace, once an update. Switched off, one that
// waits is not said.
func (s *Store) setAlarm(ctx context.Context, a flows.Actor, on bool) error {
	action := map[bool]string{true: "alarm-on", false: "alarm-off"}[on]
	return wrap("switch the alarm", pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if first, err := firstTime(ctx, tx, a, action); err != nil || !first {
			return err
		}
		rows, err := tx.Query(ctx, `UPDATE offices SET alarm = $2 WHERE telegram_id = $1 AND status = 'active' AND office IN ('chief', 'admin') AND alarm <> $2 RETURNING id`, a.Person, on)
		if err != nil {
			return err
		}
		offices, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return err
		}
		if !on {
			if _, err := tx.Exec(ctx, `DELETE FROM notices WHERE telegram_id = $1 AND kind = 'short'`, a.Person); err != nil {
				return err
			}
		}
		objects := make([]string, len(offices))
		for i, id := range offices {
			objects[i] = "office " + strconv.FormatInt(id, 10)
		}
		return note(ctx, tx, a, action, objects, "")
	}))
}
