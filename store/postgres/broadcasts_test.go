package postgres_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// Admins and readers of these tests.
const (
	anil   = 901
	bhanu  = 902
	reader = 10_000 // the first of those who read
)

// anAdmin makes an account an admin.
func anAdmin(t *testing.T, h house, person int64) {
	t.Helper()
	if _, err := h.Appoint(t.Context(), postgres.Appointment{Office: party.Admin, TelegramID: person, Name: "Anil Sharma"}); err != nil {
		t.Fatal(err)
	}
}

// subscribers makes n people who want news.
func subscribers(t *testing.T, h house, n int) {
	t.Helper()
	h.exec(t, `INSERT INTO people (telegram_id, language) SELECT $1::bigint + i, CASE i % 2 WHEN 0 THEN 'hi' ELSE 'en' END FROM generate_series(0, $2::int - 1) AS i`, reader, n)
	h.exec(t, `INSERT INTO consents (telegram_id, update_id, kind, version, given) SELECT $1::bigint + i, 1, 'news', '1', true FROM generate_series(0, $2::int - 1) AS i`, reader, n)
}

func toAll(nonce byte) postgres.Draft {
	return postgres.Draft{
		Nonce: flows.Nonce{nonce}, Audience: party.Audience{Group: party.Subscribers},
		Letter: party.Letter{Text: party.Text{Hindi: "कल सभा है।", English: "A meeting tomorrow."}},
	}
}

func composed(t *testing.T, h house, d postgres.Draft) (int, party.BroadcastState) {
	t.Helper()
	id, state, err := h.Compose(t.Context(), actor(anil, 1), d)
	if err != nil || id == 0 {
		t.Fatalf("%d, %v", id, err)
	}
	return id, state
}

// tend lets broadcasts go on until there is nothing to do at once.
func tend(t *testing.T, h house) {
	t.Helper()
	for more := true; more; {
		var err error
		if more, err = h.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func claim(t *testing.T, h house, lasts time.Duration) (party.Lease, bool) {
	t.Helper()
	l, ok, err := h.Claim(t.Context(), lasts, false)
	if err != nil {
		t.Fatal(err)
	}
	return l, ok
}

func stateOf(t *testing.T, h house, id int) string {
	t.Helper()
	return one[string](t, h, `SELECT state || ' ' || why FROM broadcasts WHERE id = $1`, id)
}

func partsOf(t *testing.T, h house, id int) party.Parts {
	t.Helper()
	parts, err := h.Parts(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

// running is a broadcast to n people that runs.
func running(t *testing.T, h house, n int) int {
	t.Helper()
	anAdmin(t, h, anil)
	subscribers(t, h, n)
	id, _ := composed(t, h, toAll(1))
	tend(t, h)
	return id
}

func TestEveryoneOfAnAudienceMeetsOneFate(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		id := running(t, h, 230)
		fates := party.Fates()[1:]
		want := party.Parts{}
		n := 0
		for l, ok := claim(t, h, time.Minute); ok; l, ok = claim(t, h, time.Minute) {
			for _, r := range l.Recipients {
				e := party.Entry{Fate: fates[n%len(fates)], Message: n + 1}
				want[e.Fate]++
				n++
				if err := h.Record(t.Context(), l, r.Person, e); err != nil {
					t.Fatal(err)
				}
				if err := h.Record(t.Context(), l, r.Person, party.Entry{Fate: party.Failed}); err != nil { // a fate is final
					t.Fatal(err)
				}
			}
			if err := h.Release(t.Context(), l); err != nil {
				t.Fatal(err)
			}
		}
		tend(t, h)
		if diff := cmp.Diff(want, partsOf(t, h, id)); diff != "" || want.Audience() != 230 || stateOf(t, h, id) != "done " {
			t.Errorf("%s %s", stateOf(t, h, id), diff)
		}
		if n := one[int](t, h, `SELECT count(*) FROM people WHERE NOT reachable`); n != want[party.Unreachable] {
			t.Errorf("%d people are thought unreachable, want %d", n, want[party.Unreachable])
		}
		if sum := one[int](t, h, `SELECT sum(p)::int FROM broadcast_blocks, unnest(parts) p`); sum != 230 {
			t.Errorf("the blocks add up to %d", sum)
		}
	})
}

func TestALeaseThatIsOverCountsNoMore(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		id := running(t, h, 3)
		old, _ := claim(t, h, -time.Second) // over as soon as it is taken
		if _, ok := claim(t, h, time.Minute); !ok {
			t.Fatal("nobody else gets it")
		}
		if _, ok := claim(t, h, time.Minute); ok {
			t.Error("a third one gets it too")
		}
		if err := h.Record(t.Context(), old, old.Recipients[0].Person, party.Entry{Fate: party.Sent}); err != nil {
			t.Fatal(err)
		}
		if err := h.Release(t.Context(), old); err != nil {
			t.Fatal(err)
		}
		look, err := h.Look(t.Context(), old, old.Recipients[0].Person)
		if err != nil || look.Mine {
			t.Errorf("%+v, %v", look, err)
		}
		if parts := partsOf(t, h, id); parts[party.Sent] != 0 {
			t.Errorf("%v", parts)
		}
	})
}

func TestATryIsKeptForWhoeverGoesOn(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		running(t, h, 1)
		l, _ := claim(t, h, time.Minute)
		if err := h.Record(t.Context(), l, reader, party.Entry{Fate: party.Pending, Reason: party.DoubtReason, Tries: 2}); err != nil {
			t.Fatal(err)
		}
		if err := h.Release(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		next, _ := claim(t, h, time.Minute)
		if diff := cmp.Diff([]party.Recipient{{Person: reader, Tries: 2, Doubted: true}}, next.Recipients); diff != "" {
			t.Error(diff)
		}
	})
}

func TestConsentIsLookedAtAgain(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		running(t, h, 3)
		l, _ := claim(t, h, time.Minute)
		look := func(person int64) party.Look {
			t.Helper()
			got, err := h.Look(t.Context(), l, person)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		want := party.Look{Mine: true, Running: true, Fate: party.Pending, Language: party.Hindi}
		if diff := cmp.Diff(want, look(reader)); diff != "" {
			t.Error(diff)
		}
		agree(t, h, actor(reader, 2), party.News, party.CurrentConsent, false)
		if got := look(reader); got.Fate != party.OptedOut || got.Reason != "news" {
			t.Errorf("%+v", got)
		}
		if err := h.SetReachable(t.Context(), reader+1, false); err != nil {
			t.Fatal(err)
		}
		if got := look(reader + 1); got.Fate != party.Unreachable {
			t.Errorf("%+v", got)
		}
		if err := h.Hold(t.Context(), 30*time.Second); err != nil {
			t.Fatal(err)
		}
		if got := look(reader + 2); got.Held < 29*time.Second || got.Held > 30*time.Second {
			t.Errorf("%+v", got)
		}
		if _, ok := claim(t, h, time.Minute); ok {
			t.Error("recipients are handed out during a pause")
		}
	})
}

func TestSteeringActsOnTheNextMessage(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		id := running(t, h, 120)
		l, _ := claim(t, h, time.Minute)
		mine := len(l.Recipients)
		runs := func() bool {
			t.Helper()
			look, err := h.Look(t.Context(), l, reader)
			if err != nil {
				t.Fatal(err)
			}
			return look.Running
		}
		steer := func(what func(context.Context, flows.Actor, int) (bool, error), person int64, want bool) {
			t.Helper()
			if done, err := what(t.Context(), actor(person, 5), id); done != want || err != nil {
				t.Errorf("%v, %v", done, err)
			}
		}
		steer(h.Pause, bhanu, false) // no admin
		if !runs() {
			t.Error("somebody who is no admin paused it")
		}
		steer(h.Pause, anil, true)
		if _, more := claim(t, h, time.Minute); runs() || more {
			t.Error("it goes on")
		}
		steer(h.Resume, anil, true)
		if !runs() {
			t.Error("it does not go on")
		}
		steer(h.Cancel, anil, true)
		steer(h.Resume, anil, false)
		tend(t, h)
		if parts := partsOf(t, h, id); parts[party.Cancelled] != 120-mine || parts[party.Pending] != mine { // a block is in a worker's hands
			t.Errorf("%v", parts)
		}
		if err := h.Record(t.Context(), l, l.Recipients[0].Person, party.Entry{Fate: party.Sent}); err != nil { // it was on its way
			t.Fatal(err)
		}
		if err := h.Release(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		tend(t, h)
		if parts := partsOf(t, h, id); parts[party.Cancelled] != 119 || parts[party.Sent] != 1 {
			t.Errorf("%v", parts)
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE action LIKE 'broadcast-%'`); n != 4 {
			t.Errorf("%d audited", n)
		}
	})
}

func TestTheBroadcastOfWhoIsNoAdminAnyMoreStops(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		id := running(t, h, 3)
		l, _ := claim(t, h, time.Minute)
		h.exec(t, `UPDATE offices SET status = 'revoked' WHERE telegram_id = $1`, anil)
		if look, err := h.Look(t.Context(), l, reader); err != nil || look.Running {
			t.Errorf("%+v, %v", look, err)
		}
		tend(t, h)
		if got := stateOf(t, h, id); got != "stopped office" {
			t.Error(got)
		}
	})
}

func TestATokenThatIsGoodNoMorePausesAll(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		id := running(t, h, 3)
		other, _ := composed(t, h, toAll(2))
		tend(t, h)
		if err := h.Stop(t.Context(), id, party.WhyToken); err != nil {
			t.Fatal(err)
		}
		if a, b := stateOf(t, h, id), stateOf(t, h, other); a != "paused token" || b != a {
			t.Errorf("%s, %s", a, b)
		}
		if done, err := h.Resume(t.Context(), actor(anil, 9), id); !done || err != nil {
			t.Errorf("%v, %v", done, err)
		}
		if err := h.Stop(t.Context(), id, "markup"); err != nil {
			t.Fatal(err)
		}
		if got := stateOf(t, h, id); got != "stopped markup" {
			t.Error(got)
		}
	})
}

func TestASecondAdminApproves(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		anAdmin(t, h, anil)
		if id, _, err := h.Compose(t.Context(), actor(bhanu, 1), toAll(9)); id != 0 || err != nil {
			t.Errorf("somebody who is no admin composed %d, %v", id, err)
		}
		anAdmin(t, h, bhanu)
		id, state := composed(t, h, toAll(1))
		if again, same := composed(t, h, toAll(1)); state != party.BroadcastWaiting || again != id || same != state {
			t.Errorf("%d %s, then %d %s", id, state, again, same)
		}
		for _, c := range []struct {
			by   int64
			want bool
		}{{anil, false}, {77, false}, {bhanu, true}, {bhanu, false}} {
			if out, err := h.SteerBroadcast(t.Context(), actor(c.by, 2), flows.SteerBroadcast{ID: id, Deed: flows.Approve}); out.Done != c.want || err != nil {
				t.Errorf("%d: %v, %v", c.by, out.Done, err)
			}
		}
		if got := stateOf(t, h, id); got != "scheduled " {
			t.Error(got)
		}
	})
}

// TestWhatWaitsForNobodyIsKnown: a broadcast whose second admin is one no more does
// not go without one; who composed it sees that nobody can approve it, until there
// is another.
func TestWhatWaitsForNobodyIsKnown(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		anAdmin(t, h, anil)
		anAdmin(t, h, bhanu)
		id, _ := composed(t, h, toAll(1))
		looks := func(want bool) {
			t.Helper()
			all, err := h.Broadcasts(t.Context(), actor(anil, 9))
			if err != nil || len(all.List) != 1 || all.List[0].Alone != want {
				t.Errorf("the list: %+v, %v", all.List, err)
			}
			if got := seenBy(t, h, id); got.Alone != want || got.State != party.BroadcastWaiting {
				t.Errorf("%s, alone: %v", got.State, got.Alone)
			}
		}
		looks(false)
		h.exec(t, `UPDATE offices SET status = 'revoked' WHERE telegram_id = $1`, bhanu)
		tend(t, h)
		looks(true)
		anAdmin(t, h, 903)
		looks(false)
	})
}

// Who approves learns the hour and that it costs, as who composed it did.
// A new admin who approves within a day is told why it does not count.
func TestTheYesOfANewAdminIsEarly(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		anAdmin(t, h, anil)
		anAdmin(t, h, bhanu)
		h.exec(t, `UPDATE offices SET appointed_by = (SELECT id FROM offices WHERE telegram_id = $1) WHERE telegram_id = $2`, anil, bhanu)
		id, _ := composed(t, h, toAll(1))
		approve := flows.SteerBroadcast{ID: id, Deed: flows.Approve}
		for _, c := range []struct {
			by   int64
			want flows.BroadcastSteered
		}{{bhanu, flows.BroadcastSteered{Early: true}}, {anil, flows.BroadcastSteered{}}, {77, flows.BroadcastSteered{}}} {
			if got, err := h.SteerBroadcast(t.Context(), actor(c.by, 2), approve); got != c.want || err != nil {
				t.Errorf("%d: %+v, %v", c.by, got, err)
			}
		}
		h.exec(t, `UPDATE offices SET changed_at = now() - interval '25 hours' WHERE telegram_id = $1`, bhanu)
		if got, err := h.SteerBroadcast(t.Context(), actor(bhanu, 3), approve); got != (flows.BroadcastSteered{Done: true}) || err != nil {
			t.Errorf("a day later: %+v, %v", got, err)
		}
	})
}

func TestWhoApprovesLearnsTheHourAndThePrice(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		anAdmin(t, h, anil)
		anAdmin(t, h, bhanu)
		d := toAll(1)
		d.Paid, d.At = true, time.Now().Add(time.Hour).Truncate(time.Second)
		id, _ := composed(t, h, d)
		if got, err := h.Broadcast(t.Context(), actor(bhanu, 2), id); err != nil || !got.Paid || got.At != d.At.Unix() {
			t.Errorf("%+v, %v", got, err)
		}
		h.exec(t, `UPDATE broadcasts SET send_at = now()`)
		if got, err := h.Broadcast(t.Context(), actor(bhanu, 3), id); err != nil || got.At != 0 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestFreezingGoesOnWhereItWasAndTakesNobodyTwice(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		anAdmin(t, h, anil)
		const n = 120_000
		subscribers(t, h, n)
		id, _ := composed(t, h, toAll(1))
		h.exec(t, `UPDATE broadcasts SET state = 'freezing'`)
		var all sync.WaitGroup
		for range 3 { // as many replicas
			all.Go(func() {
				if _, err := h.Freeze(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for worked := true; worked; {
			var err error
			if worked, err = h.Freeze(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := one[string](t, h, `SELECT concat_ws(' ', state, frozen, blocks) FROM broadcasts WHERE id = $1`, id); got != fmt.Sprint("running ", n, " ", n/50) {
			t.Error(got)
		}
		if got := one[int](t, h, `SELECT count(*) FROM recipients`); got != n {
			t.Errorf("%d recipients", got)
		}
		if lost := one[int](t, h, `SELECT count(*) FROM recipients r WHERE NOT EXISTS (
			SELECT FROM broadcast_blocks k WHERE r.telegram_id BETWEEN k.first_id AND k.last_id)`); lost != 0 {
			t.Errorf("%d are in no block", lost)
		}
	})
}

func TestWhatWasSentIsTakenBack(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		id := running(t, h, 3)
		l, _ := claim(t, h, time.Minute)
		for i, fate := range []party.Fate{party.Sent, party.Sent, party.Failed} {
			if err := h.Record(t.Context(), l, l.Recipients[i].Person, party.Entry{Fate: fate, Message: 7 + i}); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Release(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		if done, err := h.Recall(t.Context(), actor(anil, 7), id); done || err != nil {
			t.Errorf("taken back while it runs: %v", err)
		}
		tend(t, h)
		h.exec(t, `UPDATE broadcasts SET started_at = now() - interval '60 hours'`) // it took days
		if got, err := h.Broadcast(t.Context(), actor(anil, 8), id); !got.Recalls || err != nil {
			t.Errorf("%+v, %v", got, err)
		}
		h.exec(t, `UPDATE broadcasts SET ended_at = ended_at - interval '49 hours'`)
		if got, err := h.Broadcast(t.Context(), actor(anil, 8), id); got.Recalls || err != nil {
			t.Errorf("%+v, %v", got, err)
		}
		if done, err := h.Recall(t.Context(), actor(anil, 8), id); done || err != nil {
			t.Errorf("two days later: %v", err)
		}
		h.exec(t, `UPDATE broadcasts SET ended_at = ended_at + interval '49 hours'`)
		if done, err := h.Recall(t.Context(), actor(anil, 8), id); !done || err != nil {
			t.Fatalf("%v, %v", done, err)
		}
		if got, err := h.Broadcast(t.Context(), actor(anil, 8), id); !got.TakingBack || !got.UnderWay() || err != nil {
			t.Errorf("%+v, %v", got, err)
		}
		back, ok := claim(t, h, time.Minute)
		if want := []party.Recipient{{Person: reader, Message: 7}, {Person: reader + 1, Message: 8}}; !ok || !back.Recall || cmp.Diff(want, back.Recipients) != "" {
			t.Fatalf("%+v", back)
		}
		if look, err := h.Look(t.Context(), back, reader); err != nil || !look.Mine || look.Fate != party.Pending {
			t.Errorf("%+v, %v", look, err)
		}
		for i, message := range []int{-7, 0} { // the second could not be deleted
			if err := h.Record(t.Context(), back, back.Recipients[i].Person, party.Entry{Fate: party.Sent, Message: message}); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Release(t.Context(), back); err != nil {
			t.Fatal(err)
		}
		if _, more := claim(t, h, time.Minute); more {
			t.Error("it is gone through again")
		}
		got, err := h.Broadcast(t.Context(), actor(anil, 9), id)
		if err != nil || got.Recalled != 1 || got.Recalls || got.UnderWay() || cmp.Diff(party.Parts{party.Sent: 2, party.Failed: 1}, got.Parts) != "" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestFreezingIsGoneOnWithByAnother(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		admin := int64(anil)
		anAdmin(t, h, admin)
		subscribers(t, h, 120)
		id, _ := composed(t, h, toAll(1))
		// A process that died left the first seventy.
		h.exec(t, `UPDATE broadcasts SET state = 'freezing', frozen_to = $1, frozen = 70, blocks = 2`, reader+69)
		h.exec(t, `INSERT INTO recipients (broadcast_id, telegram_id) SELECT $1, $2::bigint + i FROM generate_series(0, 69) AS i`, id, reader)
		h.exec(t, `INSERT INTO broadcast_blocks (broadcast_id, number, turn, first_id, last_id) VALUES ($1, 0, 0, $2::bigint, $2::bigint + 49), ($1, 1, 1, $2::bigint + 50, $2::bigint + 69)`, id, int64(reader))
		tend(t, h)
		if got := one[string](t, h, `SELECT concat_ws(' ', state, frozen, blocks) FROM broadcasts`); got != "running 120 3" {
			t.Error(got)
		}
		if n := one[int](t, h, `SELECT count(*) FROM recipients`); n != 120 {
			t.Errorf("%d recipients", n)
		}
	})
}

// refuse brings a lease's recipients to the fate of who was refused for no known
// reason.
func refuse(t *testing.T, h house, l party.Lease) {
	t.Helper()
	for _, r := range l.Recipients {
		if err := h.Record(t.Context(), l, r.Person, party.Entry{Fate: party.Failed, Reason: party.RefusedReason}); err != nil {
			t.Fatal(err)
		}
	}
}

// Whoever was refused in a row that paused the broadcast is written to when it
// goes on: of blocks that were done by then, of the one in a worker's hands, and of
// one whose worker died.
func TestWhoWasRefusedIsTriedAgainWhenItGoesOn(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		id := running(t, h, 200)
		var held party.Lease
		for i, lasts := range []time.Duration{time.Minute, time.Minute, time.Minute, -time.Second} {
			l, _ := claim(t, h, lasts)
			if i == 0 { // sent, and others failed for good
				for j, r := range l.Recipients {
					e := party.Entry{Fate: party.Sent, Message: 1}
					if j%2 == 0 {
						e = party.Entry{Fate: party.Failed, Reason: "no-chat"}
					}
					if err := h.Record(t.Context(), l, r.Person, e); err != nil {
						t.Fatal(err)
					}
				}
			} else {
				refuse(t, h, l)
			}
			switch i {
			case 2:
				held = l
			case 3: // its worker died
			default:
				if err := h.Release(t.Context(), l); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := h.Stop(t.Context(), id, party.WhyRefused); err != nil {
			t.Fatal(err)
		}
		tend(t, h)
		if got := stateOf(t, h, id); got != "paused refused" {
			t.Fatal(got)
		}
		if done, err := h.Resume(t.Context(), actor(anil, 9), id); !done || err != nil {
			t.Fatalf("%v, %v", done, err)
		}
		if err := h.Release(t.Context(), held); err != nil {
			t.Fatal(err)
		}
		want := party.Parts{party.Sent: 25, party.Failed: 25, party.Pending: 150}
		if diff := cmp.Diff(want, partsOf(t, h, id)); diff != "" {
			t.Error(diff)
		}
		n := 0
		for l, ok := claim(t, h, time.Minute); ok; l, ok = claim(t, h, time.Minute) {
			for _, r := range l.Recipients {
				n++
				if err := h.Record(t.Context(), l, r.Person, party.Entry{Fate: party.Sent, Message: 1}); err != nil {
					t.Fatal(err)
				}
			}
			if err := h.Release(t.Context(), l); err != nil {
				t.Fatal(err)
			}
		}
		tend(t, h)
		if got := stateOf(t, h, id); n != 150 || got != "done " {
			t.Errorf("%d are written to again; %s", n, got)
		}
		if diff := cmp.Diff(party.Parts{party.Sent: 175, party.Failed: 25}, seenBy(t, h, id).Parts); diff != "" {
			t.Error(diff)
		}
	})
}

// A worker that gives its block back in the middle of an admin's letting the
// broadcast go on does not close it over those who are pending again.
func TestABlockGivenBackAsItGoesOnStaysOpen(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		id := running(t, h, 50)
		l, _ := claim(t, h, time.Minute)
		refuse(t, h, l)
		tx, err := connect(t, h.url).Begin(t.Context()) // what Resume does, step by step
		if err != nil {
			t.Fatal(err)
		}
		for _, sql := range []string{
			`UPDATE broadcast_blocks SET done = false, refused = false, parts = '{}' WHERE broadcast_id = $1`,
			`UPDATE recipients SET fate = 'pending', reason = '' WHERE broadcast_id = $1`,
		} {
			if _, err := tx.Exec(t.Context(), sql, id); err != nil {
				t.Fatal(err)
			}
		}
		given := make(chan error, 1)
		go func() { given <- h.Release(t.Context(), l) }()
		const waits = `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')`
		for !one[bool](t, h, waits) {
			select {
			case err := <-given:
				t.Fatalf("it did not wait: %v", err)
			default:
			}
		}
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := <-given; err != nil {
			t.Fatal(err)
		}
		if again, ok := claim(t, h, time.Minute); !ok || len(again.Recipients) != 50 {
			t.Errorf("%d are written to again", len(again.Recipients))
		}
	})
}

// seenBy is a broadcast as an admin sees it.
func seenBy(t *testing.T, h house, id int) flows.BroadcastLoaded {
	t.Helper()
	got, err := h.Broadcast(t.Context(), actor(anil, 99), id)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// What an admin reads of a broadcast that ended early comes from its blocks: not
// one recipient is counted for it. The same of what was taken back.
func TestTheNumbersOfABroadcastComeFromItsBlocks(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		id := running(t, h, 500)
		l, _ := claim(t, h, time.Minute)
		for i, r := range l.Recipients[:30] {
			if err := h.Record(t.Context(), l, r.Person, party.Entry{Fate: party.Sent, Message: i + 1}); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(party.Parts{party.Sent: 30, party.Pending: 470}, seenBy(t, h, id).Parts); diff != "" {
			t.Errorf("under way: %s", diff)
		}
		if err := h.Release(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		if done, err := h.Cancel(t.Context(), actor(anil, 8), id); !done || err != nil {
			t.Fatalf("%v, %v", done, err)
		}
		tend(t, h)
		want := party.Parts{party.Sent: 30, party.Cancelled: 470}
		if diff := cmp.Diff(want, partsOf(t, h, id)); diff != "" {
			t.Errorf("by the row: %s", diff)
		}
		if done, err := h.Recall(t.Context(), actor(anil, 10), id); !done || err != nil {
			t.Fatalf("%v, %v", done, err)
		}
		for l, ok := claim(t, h, time.Minute); ok; l, ok = claim(t, h, time.Minute) {
			for _, r := range l.Recipients {
				if err := h.Record(t.Context(), l, r.Person, party.Entry{Fate: party.Sent, Message: -r.Message}); err != nil {
					t.Fatal(err)
				}
			}
			if err := h.Release(t.Context(), l); err != nil {
				t.Fatal(err)
			}
		}
		h.exec(t, `ALTER TABLE recipients RENAME TO counted`)
		h.exec(t, `CREATE TABLE recipients (LIKE counted)`) // nobody is there to be counted
		if got := seenBy(t, h, id); got.Recalled != 30 || cmp.Diff(want, got.Parts) != "" {
			t.Errorf("without recipients: %d taken back, %v", got.Recalled, got.Parts)
		}
	})
}

// One whose audience cannot be written down holds up neither the one behind it nor
// what was cancelled, and pauses by and by; it goes on with its audience.
func TestAnAudienceThatCannotBeWrittenDownHoldsUpNoOther(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		anAdmin(t, h, anil)
		subscribers(t, h, 120)
		cancelled, _ := composed(t, h, toAll(3))
		tend(t, h)
		bad, _ := composed(t, h, toAll(1))
		good, _ := composed(t, h, toAll(2))
		if done, err := h.Cancel(t.Context(), actor(anil, 5), cancelled); !done || err != nil {
			t.Fatalf("%v, %v", done, err)
		}
		// Somebody stands in its ledger already: the key forbids a second time.
		h.exec(t, `INSERT INTO recipients (broadcast_id, telegram_id) VALUES ($1, $2)`, bad, reader)
		failed := 0
		for i := range 20 {
			if _, err := h.Tend(t.Context()); err != nil {
				failed++
			}
			if got := stateOf(t, h, good); i == 0 && got != "running " {
				t.Errorf("the one behind it: %s", got)
			}
		}
		if a, b := stateOf(t, h, bad), stateOf(t, h, good); a != "paused freeze" || b != "running " || failed != 5 {
			t.Errorf("%s after %d tries; the one behind it: %s", a, failed, b)
		}
		if parts := seenBy(t, h, cancelled).Parts; parts[party.Cancelled] != 120 {
			t.Errorf("the cancelled one is left with %v", parts)
		}
		h.exec(t, `DELETE FROM recipients WHERE broadcast_id = $1`, bad)
		if done, err := h.Resume(t.Context(), actor(anil, 6), bad); !done || err != nil {
			t.Fatalf("%v, %v", done, err)
		}
		tend(t, h)
		if got := stateOf(t, h, bad); got != "running " || partsOf(t, h, bad)[party.Pending] != 120 {
			t.Errorf("%s with %v", got, partsOf(t, h, bad))
		}
	})
}

// In quiet hours nothing but a recall is handed out.
func TestInSilenceOnlyARecallIsHandedOut(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		id := running(t, h, 3)
		if l, ok, err := h.Claim(t.Context(), time.Minute, true); ok || err != nil {
			t.Errorf("%+v, %v", l, err)
		}
		l, _ := claim(t, h, time.Minute)
		if err := h.Record(t.Context(), l, reader, party.Entry{Fate: party.Sent, Message: 7}); err != nil {
			t.Fatal(err)
		}
		if err := h.Release(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		for i, steer := range []func(context.Context, flows.Actor, int) (bool, error){h.Cancel, h.Recall} {
			if done, err := steer(t.Context(), actor(anil, int64(4+i)), id); !done || err != nil {
				t.Fatalf("%v, %v", done, err)
			}
			tend(t, h)
		}
		if l, ok, err := h.Claim(t.Context(), time.Minute, true); !ok || !l.Recall || err != nil {
			t.Errorf("%+v, %v", l, err)
		}
	})
}

// Many workers who share a ledger write down what each of them did: what is sent,
// what is taken back at the same time, who opted out and who blocked the bot.
func TestWorkersWhoShareALedgerWriteDownWhatEachDid(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		id := running(t, h, 1000)
		all := h.Gathered()
		work := func(entry func(party.Lease, party.Recipient, party.Look) party.Entry) {
			var workers sync.WaitGroup
			for range 16 {
				workers.Go(func() {
					for {
						l, ok, err := all.Claim(t.Context(), time.Minute, false)
						if err != nil {
							t.Error(err)
						}
						if !ok || err != nil {
							return
						}
						for _, r := range l.Recipients {
							look, err := all.Look(t.Context(), l, r.Person)
							if err != nil || !look.Mine || r.Person != reader+7 && look.Language != [2]party.Language{party.Hindi, party.English}[r.Person%2] {
								t.Errorf("%+v, %v", look, err)
							}
							if err := all.Record(t.Context(), l, r.Person, entry(l, r, look)); err != nil {
								t.Error(err)
							}
						}
						if err := all.Release(t.Context(), l); err != nil {
							t.Error(err)
						}
					}
				})
			}
			workers.Wait()
		}
		agree(t, h, actor(reader+7, 2), party.News, party.CurrentConsent, false)
		deed := func(l party.Lease, r party.Recipient, look party.Look) party.Entry {
			switch {
			case l.Recall:
				return party.Entry{Fate: party.Sent, Message: -r.Message}
			case look.Fate != party.Pending:
				return party.Entry{Fate: look.Fate, Reason: look.Reason}
			case r.Person == reader+8:
				return party.Entry{Fate: party.Unreachable, Reason: "blocked"}
			}
			return party.Entry{Fate: party.Sent, Message: int(r.Person)}
		}
		work(deed)
		tend(t, h)
		want := party.Parts{party.Sent: 998, party.OptedOut: 1, party.Unreachable: 1}
		if diff := cmp.Diff(want, partsOf(t, h, id)); diff != "" {
			t.Error(diff)
		}
		if n := one[int](t, h, `SELECT count(*) FROM recipients WHERE fate = 'sent' AND message_id <> telegram_id`); n != 0 {
			t.Errorf("%d have the message of another", n)
		}
		other, _ := composed(t, h, toAll(2))
		tend(t, h)
		if done, err := h.Recall(t.Context(), actor(anil, 7), id); !done || err != nil {
			t.Fatalf("%v, %v", done, err)
		}
		work(deed) // one is sent and the other taken back
		tend(t, h)
		if got := seenBy(t, h, id); got.Recalled != 998 || cmp.Diff(want, got.Parts) != "" {
			t.Errorf("%d taken back, %v", got.Recalled, got.Parts)
		}
		if diff := cmp.Diff(party.Parts{party.Sent: 998}, partsOf(t, h, other)); diff != "" { // the two were not in its audience
			t.Error(diff)
		}
	})
}
