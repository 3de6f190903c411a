package postgres_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// sunita is an enroller in these tests.
const sunitaID = 900

func sunita(t *testing.T, h house) party.Code {
	t.Helper()
	code, err := h.Appoint(t.Context(), postgres.Appointment{Office: party.Enroller, TelegramID: sunitaID, Name: "सुनीता मीणा", Area: booth(55, 12)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Fold(t.Context()); err != nil { // the first counts all there is, and tells nobody
		t.Fatal(err)
	}
	h.exec(t, `DELETE FROM notices`)
	return code
}

// joins saves the nth person by a code.
func joins(t *testing.T, h house, n int, code party.Code, via party.Via) {
	t.Helper()
	e := member(0, "ABC1034560")
	e.Nonce = flows.Nonce{byte(n), byte(n >> 8), 3}
	e.VoterID.Number, e.Code, e.Via = fmt.Sprintf("ABD%07d", n), code, via
	if via != party.Assisted {
		save(t, h.Store, actor(int64(10_000+n), 1), e)
		return
	}
	save(t, h.Store, actor(sunitaID, int64(n)), e)
	h.exec(t, `UPDATE members SET telegram_id = $1 WHERE nonce = $2`, 10_000+n, pgtype.UUID{Bytes: e.Nonce, Valid: true})
}

func fold(t *testing.T, h house) {
	t.Helper()
	if _, err := h.Fold(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// dueIn tells in how many seconds the enroller hears of joins, and of how many.
func dueIn(t *testing.T, h house) (seconds, count int) {
	t.Helper()
	err := h.db.QueryRow(t.Context(), `SELECT round(extract(epoch FROM due_at - now()))::int, count FROM notices WHERE kind = 'joined'`).Scan(&seconds, &count)
	if err != nil {
		t.Fatal(err)
	}
	return seconds, count
}

// TestJoinsAreToldAtOnceAndThenOnceAMinute: the first at once, the others
// gathered.
func TestJoinsAreToldAtOnceAndThenOnceAMinute(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		code := sunita(t, h)
		joins(t, h, 1, code, party.Self)
		fold(t, h)
		if in, n := dueIn(t, h); in > 0 || n != 1 {
			t.Errorf("%d told in %d s", n, in)
		}
		first := due(t, h, 5)
		if len(first) != 1 || first[0].Person != sunitaID || first[0].Notice.Name != "कमला दे." || first[0].Notice.Total != 1 {
			t.Fatalf("%+v", first)
		}
		if err := h.Said(t.Context(), first[0]); err != nil {
			t.Fatal(err)
		}
		joins(t, h, 2, code, party.Family)
		fold(t, h)
		joins(t, h, 3, code, party.Self)
		joins(t, h, 4, code, party.Self)
		fold(t, h)
		if in, n := dueIn(t, h); in < 50 || in > 60 || n != 3 {
			t.Errorf("%d more told in %d s", n, in)
		}
		waitFromDue(t, h)
		h.exec(t, `UPDATE notices SET due_at = now()`)
		h.exec(t, `UPDATE offices SET told_at = now() - interval '1 hour'`)
		if d := due(t, h, 5); len(d) != 1 || d[0].Notice.Count != 3 || d[0].Notice.Total != 4 || d[0].Notice.Name != "" {
			t.Errorf("%+v", d)
		}
		joins(t, h, 5, code, party.Self) // while that is being said
		fold(t, h)
		if _, n := dueIn(t, h); n != 4 {
			t.Errorf("gathered %d", n)
		}
	})
}

// TestTheFirstOfANewDatabaseIsTold: they may join before anything was counted.
func TestTheFirstOfANewDatabaseIsTold(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		code := sunita(t, h)
		h.exec(t, `DELETE FROM facts WHERE name = 'rollups'`)
		joins(t, h, 1, code, party.Self)
		joins(t, h, 2, code, party.Self)
		h.exec(t, `UPDATE events SET at = now() - interval '1 hour' WHERE id = (SELECT min(id) FROM events)`) // of an older program
		fold(t, h)
		if _, n := dueIn(t, h); n != 1 {
			t.Errorf("%d told", n)
		}
	})
}

// TestWhatAnEnrollerSawIsNotTold: who was recorded by the enroller, who joined
// by nobody's code, and who joined by that of a suspended one.
func TestWhatAnEnrollerSawIsNotTold(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		code := sunita(t, h)
		joins(t, h, 1, code, party.Assisted)
		joins(t, h, 2, "", party.Self)
		fold(t, h)
		joins(t, h, 3, code, party.Self)
		h.exec(t, `UPDATE offices SET status = 'suspended'`)
		fold(t, h)
		if n := one[int](t, h, `SELECT count(*) FROM notices`); n != 0 {
			t.Errorf("%d told", n)
		}
	})
}

// TestAMilestoneIsToldOnce, however the count moves about it, and the highest
// where several are passed at once.
func TestAMilestoneIsToldOnce(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		code := sunita(t, h)
		told := func(when string, want ...int) {
			t.Helper()
			fold(t, h)
			h.exec(t, `DELETE FROM notices WHERE kind = 'joined'`)
			list := due(t, h, 5)
			if len(list) != len(want) {
				t.Fatalf("%s: %+v, want %v", when, list, want)
			}
			for i, d := range list {
				n := d.Notice
				if n.Kind != flows.NoticeMilestone || n.Total != want[i] || n.Name != "सुनीता मीणा" || n.Station == nil || n.On.IsZero() {
					t.Errorf("%s: %+v", when, n)
				}
				if err := h.Said(t.Context(), d); err != nil {
					t.Fatal(err)
				}
			}
		}
		for n := range 24 {
			joins(t, h, n, code, party.Self)
		}
		told("24 joined")
		joins(t, h, 24, code, party.Self)
		told("the 25th", 25)
		if err := h.Withdraw(t.Context(), actor(10_000, 2), party.Number(one[string](t, h, `SELECT number FROM members WHERE telegram_id = 10000`))); err != nil {
			t.Fatal(err)
		}
		told("one left")
		joins(t, h, 25, code, party.Self)
		told("25 again")
		for n := 26; n < 101; n++ {
			joins(t, h, n, code, party.Self)
		}
		told("all at once", 100)
	})
}

// TestManyJoinByOneCodeAtOnce: saves wait neither for each other nor for the
// folding, and every join is told.
func TestManyJoinByOneCodeAtOnce(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		code := sunita(t, h)
		stop := make(chan struct{})
		var folding, saving sync.WaitGroup
		folding.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					if _, err := h.Fold(t.Context()); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
		for worker := range 4 {
			saving.Go(func() {
				for n := range 10 {
					joins(t, h, worker*10+n, code, party.Self)
				}
			})
		}
		saving.Wait()
		close(stop)
		folding.Wait()
		fold(t, h)
		if n := one[int](t, h, `SELECT sum(count) FROM notices WHERE kind = 'joined'`); n != 40 {
			t.Errorf("%d of 40 are told", n)
		}
	})
}

// TestMembersAreListedByDayForTheirEnrollerAlone: those of seven days who have
// not left, a page at a time.
func TestMembersAreListedByDayForTheirEnrollerAlone(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		code := sunita(t, h)
		for n := range 24 {
			joins(t, h, n, code, party.Self)
		}
		h.exec(t, `UPDATE members SET confirmed_at = confirmed_at - interval '1 day' * (id % 12)`) // a half of them over a week ago
		h.exec(t, `UPDATE members SET status = 'withdrawn' WHERE id = (SELECT max(id) FROM members WHERE id % 12 = 0)`)
		got, err := h.Joined(t.Context(), actor(sunitaID, 1), flows.ListJoined{})
		if err != nil || got.Code != code || len(got.List) != 13 || got.More {
			t.Fatalf("%d, %v, %v", len(got.List), got.More, err)
		}
		for i, j := range got.List {
			if j.Name != "कमला देवी" || j.Via != party.Self || j.On.IsZero() || i > 0 && got.List[i-1].On.Before(j.On) {
				t.Errorf("%d: %+v", i, j)
			}
		}
		h.exec(t, `UPDATE members SET confirmed_at = now(), status = 'confirmed'`)
		first, err := h.Joined(t.Context(), actor(sunitaID, 1), flows.ListJoined{})
		if err != nil || len(first.List) != flows.JoinedAPage || !first.More {
			t.Errorf("%d, %v, %v", len(first.List), first.More, err)
		}
		if next, err := h.Joined(t.Context(), actor(sunitaID, 1), flows.ListJoined{Page: 1}); err != nil || len(next.List) != 24-flows.JoinedAPage || next.More {
			t.Errorf("%d, %v, %v", len(next.List), next.More, err)
		}
		if other, err := h.Joined(t.Context(), actor(77, 1), flows.ListJoined{}); err != nil || other.Code != "" || len(other.List) != 0 {
			t.Errorf("to a stranger: %+v, %v", other, err)
		}
		h.exec(t, `UPDATE offices SET status = 'suspended'`)
		if past, err := h.Joined(t.Context(), actor(sunitaID, 1), flows.ListJoined{}); err != nil || past.Code != "" || len(past.List) != 0 {
			t.Errorf("to who is suspended: %+v, %v", past, err)
		}
	})
}

// TestACodeTellsWhoAppointed, and that its holder is no enroller any more.
func TestACodeTellsWhoAppointed(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		byParty := sunita(t, h)
		link := makeLink(t, h, chiefID, 1, party.Enroller, booth(55, 13), false)
		_, byChief, err := h.AcceptLink(t.Context(), actor(1, 1), flows.AcceptLink{Token: link.Token, Name: "गीता"})
		if err != nil {
			t.Fatal(err)
		}
		for code, want := range map[party.Code]party.Post{byParty: {}, byChief: {Office: party.Chief, Area: party.Area{AC: 55}}} {
			if o, err := h.EnrollerOf(t.Context(), code); err != nil || o.By != want || o.Past {
				t.Errorf("%+v, %v", o, err)
			}
		}
		for _, status := range []string{"suspended", "resigned", "revoked"} {
			h.exec(t, `UPDATE offices SET status = $1 WHERE telegram_id = 1`, status)
			if o, err := h.EnrollerOf(t.Context(), byChief); err != nil || o.Code != byChief || !o.Past {
				t.Errorf("%s: %+v, %v", status, o, err)
			}
		}
	})
}

// TestProgressCountsByWay: each way has its own figures, and one that was
// recorded for somebody is confirmed by a claim or a call.
func TestProgressCountsByWay(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		code := sunita(t, h)
		for n, via := range []party.Via{party.Self, party.Self, party.Family, party.Assisted, party.Assisted, party.Assisted} {
			joins(t, h, n, code, via)
		}
		h.exec(t, `UPDATE members SET status = 'review' WHERE telegram_id = 10000`)
		h.exec(t, `UPDATE members SET claimed_at = now() WHERE telegram_id = 10003`)
		h.exec(t, `UPDATE members SET call_result = 'right' WHERE telegram_id = 10004`)
		got, err := h.Enroller(t.Context(), actor(sunitaID, 1))
		want := flows.Enroller{
			Code: code, Name: got.Name, Station: got.Station, Added: 6, Confirmed: 4,
			Self: flows.Tally{Added: 2, Confirmed: 1}, Family: flows.Tally{Added: 1, Confirmed: 1}, Assisted: flows.Tally{Added: 3, Confirmed: 2},
		}
		if err != nil || got != want {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
