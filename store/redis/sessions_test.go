package redis_test

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/redis"
)

// loaded reads the session for an update, as whoever handles it does.
func loaded(t testing.TB, s house, update int64) flows.Session {
	t.Helper()
	session, _, err := s.Load(t.Context(), person, update)
	if err != nil {
		t.Fatal(err)
	}
	return session.See(update)
}

// swapped writes the session for an update.
func swapped(t testing.TB, s house, update int64, session flows.Session) flows.Session {
	t.Helper()
	v, err := s.Swap(t.Context(), person, update, session.See(update))
	if err != nil {
		t.Fatal(err)
	}
	session = session.See(update)
	session.V = v
	return session
}

func TestNobodysSessionIsTheZeroOne(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		session, rate, err := s.Load(t.Context(), person, 1)
		if err != nil || rate != 1 {
			t.Errorf("rate %d, %v", rate, err)
		}
		if diff := cmp.Diff(flows.Session{}, session); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWhatIsSwappedIsLoaded(t *testing.T) {
	draft, err := json.Marshal(map[string]string{"n": "श्रीमती लक्ष्मीबाई ड़ोंगरे", "x": "a\u0000b\"<&>🙏"})
	if err != nil {
		t.Fatal(err)
	}
	sessions := map[string]flows.Session{
		"empty": {},
		"Hindi": {
			Language: party.Hindi, Album: "13579", StrayDay: 20_761, Strays: 2,
			Active: &flows.Conversation{
				Flow: "enroll", Version: 3, State: "check", Nonce: flows.Nonce{1, 2, 255}, Rev: 7, Refused: 4, Cool: 1_793_000_000, Draft: draft,
			},
			Suspended: &flows.Conversation{Flow: "about", Version: 1, State: "gender", Draft: json.RawMessage(`{}`)},
		},
	}
	each(t, redis.Options{}, func(t *testing.T, s house) {
		update := int64(1)
		for name, session := range sessions {
			session.V = loaded(t, s, update).V // over the one before
			want := swapped(t, s, update, session)
			update++
			if diff := cmp.Diff(want, loadedAsIs(t, s, update), cmpopts.IgnoreUnexported(flows.Conversation{})); diff != "" {
				t.Errorf("%s (-written +read):\n%s", name, diff)
			}
		}
	})
}

func loadedAsIs(t *testing.T, s house, update int64) flows.Session {
	t.Helper()
	session, _, err := s.Load(t.Context(), person, update)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func TestAnOldVersionIsAConflict(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		none := loaded(t, s, 2)
		first := swapped(t, s, 1, flows.Session{Language: party.Hindi})
		second := swapped(t, s, 3, first)
		for name, old := range map[string]flows.Session{"none": none, "first": first.See(2)} {
			if _, err := s.Swap(t.Context(), person, 2, old); !errors.Is(err, flows.ErrConflict) {
				t.Errorf("over %s: %v", name, err)
			}
		}
		if got := loadedAsIs(t, s, 4); got.V != second.V {
			t.Error("a refused write changed what stands")
		}
	})
}

// A session that was lost and begun anew never takes a write meant for the old.
func TestALostSessionTakesNoOldWrite(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		var old flows.Session
		key := sessionKey(t, s, func() { old = swapped(t, s, 1, flows.Session{}) })
		if err := s.Client().Del(t.Context(), key).Err(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Swap(t.Context(), person, 2, old.See(2)); !errors.Is(err, flows.ErrConflict) {
			t.Errorf("over nothing: %v", err)
		}
		swapped(t, s, 3, flows.Session{})
		if _, err := s.Swap(t.Context(), person, 2, old.See(2)); !errors.Is(err, flows.ErrConflict) {
			t.Errorf("over the new one: %v", err)
		}
	})
}

func TestAnUpdateThatAnotherWroteIsSeen(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		first := swapped(t, s, 1, flows.Session{})
		mine, others := loaded(t, s, 2), loaded(t, s, 2)
		swapped(t, s, 2, others)
		if _, err := s.Swap(t.Context(), person, 2, mine); !errors.Is(err, flows.ErrSeen) {
			t.Errorf("%v, want seen", err)
		}
		if _, err := s.Swap(t.Context(), person, 3, first.See(3)); !errors.Is(err, flows.ErrConflict) {
			t.Errorf("another update: %v, want a conflict", err)
		}
	})
}

func TestTheThirtyThirdUpdateForgetsTheFirst(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		session := flows.Session{}
		for update := range int64(flows.SeenLimit) + 1 {
			session = swapped(t, s, update+1, session)
		}
		got := loadedAsIs(t, s, 100)
		if len(got.Seen) != flows.SeenLimit || got.HasSeen(1) || !got.HasSeen(2) || !got.HasSeen(flows.SeenLimit+1) {
			t.Errorf("it remembers %v", got.Seen)
		}
		got.Seen = append(got.Seen, 1000)
		if _, err := s.Swap(t.Context(), person, 1000, got); err == nil {
			t.Error("33 ids were written")
		}
	})
}

func TestASessionLivesThirtyDaysFromItsLastWrite(t *testing.T) {
	const days = 30 * 24 * time.Hour
	each(t, redis.Options{}, func(t *testing.T, s house) {
		var session flows.Session
		key := sessionKey(t, s, func() { session = swapped(t, s, 1, flows.Session{}) })
		if err := s.Client().PExpire(t.Context(), key, time.Hour).Err(); err != nil {
			t.Fatal(err)
		}
		swapped(t, s, 2, session)
		if left := s.Client().PTTL(t.Context(), key).Val(); left > days || left < days-time.Minute {
			t.Errorf("it lives for %v", left)
		}
	})
}

func TestTwentyWriteAndOneWins(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		session := flows.Session{}
		for round := range int64(5) {
			var all sync.WaitGroup
			won := make(chan flows.Version, 20)
			for i := range int64(20) {
				all.Go(func() {
					update := round*100 + i
					v, err := s.Swap(t.Context(), person, update, session.See(update))
					switch {
					case err == nil:
						won <- v
					case !errors.Is(err, flows.ErrConflict):
						t.Error(err)
					}
				})
			}
			all.Wait()
			if len(won) != 1 {
				t.Fatalf("round %d: %d won", round, len(won))
			}
			session = loadedAsIs(t, s, 999)
			if session.V != <-won {
				t.Error("what stands is not the winner's")
			}
		}
	})
}

func TestTheRateCountsNewUpdatesWithinTheWindow(t *testing.T) {
	each(t, redis.Options{Window: time.Hour}, func(t *testing.T, s house) {
		session := loaded(t, s, 1)
		swapped(t, s, 1, session)
		for _, step := range []struct {
			update int64
			rate   int
		}{{2, 2}, {3, 3}, {1, 0}, {2, 2}, {4, 4}, {3, 3}} { // what comes again keeps its place
			if _, rate, err := s.Load(t.Context(), person, step.update); err != nil || rate != step.rate {
				t.Errorf("update %d: rate %d, %v; want %d", step.update, rate, err, step.rate)
			}
		}
		if _, rate, err := s.Load(t.Context(), person+1, 5); err != nil || rate != 1 {
			t.Errorf("another person: rate %d, %v", rate, err)
		}
		for _, key := range s.used.keys {
			if left := s.Client().PTTL(t.Context(), key).Val(); strings.HasPrefix(key, "u:") && (left <= 0 || left > time.Hour) {
				t.Errorf("a rate lives for %v", left)
			}
		}
	})
}

func TestRecallGivesWhatThisProcessWrote(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		if _, ok := s.Recall(person); ok {
			t.Error("something was recalled of nobody")
		}
		mine := swapped(t, s, 1, loaded(t, s, 1))
		got, ok := s.Recall(person)
		if diff := cmp.Diff(mine, got, cmpopts.IgnoreUnexported(flows.Conversation{})); !ok || diff != "" {
			t.Errorf("%v %s", ok, diff)
		}
		if _, err := s.Swap(t.Context(), person, 2, flows.Session{Seen: []int64{2}}); !errors.Is(err, flows.ErrConflict) {
			t.Errorf("%v", err)
		}
		if _, ok := s.Recall(person); ok {
			t.Error("recalled although another had written")
		}
		swapped(t, s, 3, loaded(t, s, 3))
		if _, ok := s.Recall(person + 4096); ok {
			t.Error("somebody else's was recalled")
		}
		s.Forget(time.Now().Add(time.Hour))
		if _, ok := s.Recall(person); ok {
			t.Error("it was not forgotten")
		}
	})
}

func TestAWriteThatKeepsThePaceCountsAndRefuses(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		session := swapped(t, s, 1, loaded(t, s, 1)) // counted once, by the reading
		for update := int64(2); update <= 3; update++ {
			session.Pace = 3
			session = swapped(t, s, update, session)
		}
		session.Pace = 3
		if _, err := s.Swap(t.Context(), person, 4, session.See(4)); !errors.Is(err, flows.ErrTooMany) {
			t.Errorf("a fourth of three: %v", err)
		}
		again, rate, err := s.Load(t.Context(), person, 4)
		if err != nil || rate != 4 || again.HasSeen(4) {
			t.Errorf("rate %d, %v, %v", rate, again.Seen, err)
		}
	})
}

// TestWhatComesAgainKeepsItsPlace: an update that was counted and then failed on
// our side comes again, many times, and is none too many.
func TestWhatComesAgainKeepsItsPlace(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		session := swapped(t, s, 1, loaded(t, s, 1))
		for range 50 {
			if _, rate, err := s.Load(t.Context(), person, 2); err != nil || rate != 2 {
				t.Fatalf("rate %d, %v", rate, err)
			}
		}
		for update := int64(3); update <= 6; update++ { // the pace is three
			if _, rate, err := s.Load(t.Context(), person, update); err != nil || rate != int(update) {
				t.Fatalf("rate %d, %v", rate, err)
			}
		}
		session.Pace = 3
		if session = swapped(t, s, 2, session); !session.HasSeen(2) {
			t.Errorf("seen %v", session.Seen)
		}
		session.Pace = 3
		if _, err := s.Swap(t.Context(), person, 6, session.See(6)); !errors.Is(err, flows.ErrTooMany) {
			t.Errorf("one too many: %v", err)
		}
	})
}
