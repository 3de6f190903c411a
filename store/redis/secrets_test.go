package redis_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/redis"
)

// atTheCheckCard walks the longest straight way up to the card: a long Hindi
// name, an enroller with another, and the enroller's booth with its own.
func atTheCheckCard(t testing.TB) flows.Session {
	t.Helper()
	name, _, err := party.ParseName("श्रीमती लक्ष्मीबाई राजेश्वरीदेवी चतुर्वेदी भट्टाचार्य") // of 54 signs
	if err != nil {
		t.Fatal(err)
	}
	way := walk{t: t, engine: flows.New(), arrived: flows.Arrived{
		Code: party.NewCode(48217736),
		Inviter: flows.Inviter{Name: "सुनीता मीणा", Station: &party.Station{
			Booth: party.Booth{AC: 55, Part: 12}, NameEN: "Govt Secondary School Room No 05 Keshopura",
			Lat: 26.8753, Lon: 75.7067, Version: "sample 2014",
		}},
	}}
	way.step(flows.Input{Kind: flows.Command, Name: "start", Text: string(way.arrived.Code)})
	way.tap("g.hi")
	way.tap("agree")
	way.step(flows.Input{Kind: flows.Text, Text: string(name)})
	way.step(flows.Input{Kind: flows.Text, Text: "ABC1034560"})
	way.tap("here")
	session := way.turn.Session
	if session.Active == nil || session.Active.State != "check" {
		t.Fatalf("stands at %s", session.Where())
	}
	return session
}

// walk steps the flows with the two effects that lie before the card.
type walk struct {
	t       testing.TB
	engine  *flows.Engine
	arrived flows.Arrived
	turn    flows.Turn
}

func (w *walk) step(in flows.Input) {
	w.t.Helper()
	in.At, in.Nonce = time.Unix(1_795_000_000, 0), flows.Nonce([]byte("0123456789abcdef"))
	turn, err := w.engine.Step(w.turn.Session, in)
	for err == nil && turn.Run != nil {
		var result flows.Result = flows.Recorded{}
		if _, ok := turn.Run.(flows.Arrive); ok {
			result = w.arrived
		}
		turn, err = w.engine.Resume(turn, result)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.turn = turn
}

// tap taps the button of the present screen with this ID.
func (w *walk) tap(id string) {
	w.t.Helper()
	for _, bubble := range w.turn.Screen.Bubbles {
		for _, row := range bubble.Buttons {
			for _, b := range row {
				if b.ID == id {
					w.step(flows.Input{Kind: flows.Tap, Data: b.Data})
					return
				}
			}
		}
	}
	w.t.Fatalf("at %s there is no button %s", w.turn.Session.Where(), id)
}

func TestACheckCardTakesAtMost700Bytes(t *testing.T) {
	session := atTheCheckCard(t)
	for update := range int64(12) {
		session = session.See(1_795_000_000 + update)
	}
	each(t, redis.Options{}, func(t *testing.T, s house) {
		key := sessionKey(t, s, func() {
			if _, err := s.Swap(t.Context(), person, session.Seen[11], session); err != nil {
				t.Fatal(err)
			}
		})
		n, err := s.Client().StrLen(t.Context(), key).Result()
		if err != nil || n > 700 {
			t.Errorf("%d bytes, %v", n, err)
		}
		t.Logf("%d bytes", n)
	})
}

// TestRedisHoldsNothingOfAPerson looks for canaries in every key and value.
func TestRedisHoldsNothingOfAPerson(t *testing.T) {
	draft, err := json.Marshal(map[string]string{"n": "कमला देवी", "en": "Kamla Devi", "e": "ABC1034560", "p": "+919812345678"})
	if err != nil {
		t.Fatal(err)
	}
	packed := make([]byte, 8)
	for i := range packed {
		packed[i] = byte(int64(person) >> (56 - 8*i))
	}
	canaries := []string{
		"कमला", "देवी", "Kamla", "Devi", "ABC1034560", "1034560", "9812345678", strconv.Itoa(person), string(packed[3:]),
		"\\u0915", "enroll", "check",
	}
	each(t, redis.Options{}, func(t *testing.T, s house) {
		session := swapped(t, s, 1, flows.Session{Active: &flows.Conversation{Flow: "enroll", State: "check", Draft: draft}})
		session.Suspended = session.Active
		swapped(t, s, 2, session)
		if _, _, err := s.Load(t.Context(), person, 3); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Count(t.Context(), "Kamla Devi "+strconv.Itoa(person), time.Minute); err != nil {
			t.Fatal(err)
		}
		for _, key := range s.used.keys {
			value := held(t, s, key)
			for _, canary := range canaries {
				if strings.Contains(key, canary) || strings.Contains(value, canary) {
					t.Errorf("%q lies under %s", canary, key[:2])
				}
			}
		}
		if n := len(s.used.keys); n != 3 {
			t.Errorf("%d keys were looked at, want a session, a rate and a counter", n)
		}
	})
}

// held is all that a key holds.
func held(t *testing.T, s house, key string) string {
	t.Helper()
	if s.Client().Type(t.Context(), key).Val() == "zset" {
		list, err := s.Client().ZRange(t.Context(), key, 0, -1).Result()
		if err != nil || len(list) == 0 {
			t.Fatal(list, err)
		}
		return strings.Join(list, " ")
	}
	value, err := s.Client().Get(t.Context(), key).Result()
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// TestAPersonsKeysShareASlot lets a cluster keep them on one node.
func TestAPersonsKeysShareASlot(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		swapped(t, s, 1, loaded(t, s, 1))
		tags := map[string]int{}
		for _, key := range s.used.keys {
			_, rest, _ := strings.Cut(key, "{")
			tag, _, ok := strings.Cut(rest, "}")
			if !ok || tag == "" {
				t.Errorf("%q has no hash tag", key[:2])
			}
			tags[tag]++
		}
		if len(tags) != 1 {
			t.Errorf("%d hash tags", len(tags))
		}
	})
}
