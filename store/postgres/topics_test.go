package postgres_test

import (
	"fmt"
	"testing"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// topicsOf writes how a person's topics stand: "news off, reminders on".
func topicsOf(t *testing.T, all flows.Topics, err error) (s string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for i, topic := range all.List {
		if i > 0 {
			s += ", "
		}
		s += fmt.Sprintf("%s %s", topic.Topic, map[bool]string{true: "on", false: "off"}[topic.On])
	}
	return s
}

// TestTopicsAreThoseThatConcernAPerson, and each is switched by itself.
func TestTopicsAreThoseThatConcernAPerson(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		code := sunita(t, h)
		appointed(t, h)
		anAdmin(t, h, anil)
		unfinished(t, h, 1, code)
		save(t, h.Store, actor(500, 1), member(7, "ABC1034560"))
		update := int64(100)
		for _, c := range []struct {
			who        int64
			topic      flows.Topic
			on         bool
			want, then string
		}{
			{77, flows.TopicNews, true, "", ""}, // nobody
			{reader, flows.TopicReminders, false, "news off, reminders on", "news off, reminders off"},
			{reader, flows.TopicNews, true, "news off, reminders off", "news on, reminders off"},
			{reader, flows.TopicAlarm, false, "news on, reminders off", "news on, reminders off"},
			{reader, "membership", false, "news on, reminders off", "news on, reminders off"},
			{500, flows.TopicNews, true, "news off", "news on"},
			{500, flows.TopicReminders, false, "news on", "news on"},
			{sunitaID, flows.TopicDaily, false, "duties on, daily on", "duties on, daily off"},
			{sunitaID, flows.TopicDuties, false, "duties on, daily off", "duties off, daily off"},
			{chiefID, flows.TopicAlarm, false, "duties on, alarm on", "duties on, alarm off"},
			{anil, flows.TopicAlarm, false, "alarm on", "alarm off"},
			{anil, flows.TopicAlarm, true, "alarm off", "alarm on"},
		} {
			update++
			all, err := h.LoadTopics(t.Context(), actor(c.who, update))
			if got := topicsOf(t, all, err); got != c.want {
				t.Errorf("%d has %q, not %q", c.who, got, c.want)
			}
			for range 2 { // a repeat changes nothing
				all, err = h.SetTopic(t.Context(), actor(c.who, update), flows.SetTopic{Topic: c.topic, On: c.on})
				if got := topicsOf(t, all, err); got != c.then {
					t.Errorf("%d switches %s: %q, not %q", c.who, c.topic, got, c.then)
				}
			}
		}
		all, err := h.SetTopic(t.Context(), actor(anil, update-1), flows.SetTopic{Topic: flows.TopicAlarm})
		if got := topicsOf(t, all, err); got != "alarm on" {
			t.Errorf("an update that comes again undoes a later one: %q", got)
		}
		if n := one[int](t, h, `SELECT count(*) FROM consents WHERE telegram_id = $1 AND kind IN ('news', 'reminders')`, reader); n != 2 {
			t.Errorf("%d answers are kept", n)
		}
		if got := one[string](t, h, `SELECT string_agg(action, ', ' ORDER BY id) FROM audit WHERE action LIKE 'alarm%' AND actor = $1`, anil); got != "alarm-off, alarm-on" {
			t.Errorf("recorded: %s", got)
		}
	})
}

// TestWhoWantsNoAlarmHearsNone: nor one that waits.
func TestWhoWantsNoAlarmHearsNone(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		morning := party.Date{Year: 2027, Month: 2, Day: 8}
		look := func(days int) int {
			t.Helper()
			for range days {
				if err := h.CheckPace(t.Context(), morning, func(party.DayCount) bool { return true }); err != nil {
					t.Fatal(err)
				}
				morning = morning.AddDays(1)
			}
			return one[int](t, h, `SELECT count(*) FROM notices WHERE kind = 'short' AND telegram_id = $1`, chiefID)
		}
		set := func(update int64, on bool) {
			t.Helper()
			if _, err := h.SetTopic(t.Context(), actor(chiefID, update), flows.SetTopic{Topic: flows.TopicAlarm, On: on}); err != nil {
				t.Fatal(err)
			}
		}
		if n := look(3); n != 1 {
			t.Fatalf("told %d times", n)
		}
		set(1, false)
		if n := look(4); n != 0 {
			t.Errorf("switched off: told %d times", n)
		}
		set(2, true)
		if n := look(3); n != 1 {
			t.Errorf("on again: told %d times", n)
		}
	})
}
