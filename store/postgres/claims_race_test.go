package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgtype"
	"pgregory.net/rapid"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// sound holds what must be so of one Voter ID, whatever happened: at most one
// confirmed row, and none that is live without its name.
func sound(ctx context.Context, t rapid.TB, h house, when string) {
	t.Helper()
	var confirmed, nameless int
	err := h.db.QueryRow(ctx, `
SELECT coalesce(max(n), 0), (SELECT count(*) FROM members WHERE status IN ('confirmed', 'review', 'frozen') AND name_sealed IS NULL)
FROM (SELECT count(*) AS n FROM members WHERE status = 'confirmed' GROUP BY voter_id_index) s`).Scan(&confirmed, &nameless)
	if err != nil || confirmed > 1 || nameless > 0 {
		t.Fatalf("%s: %d confirmed with one Voter ID, %d without a name, %v", when, confirmed, nameless, err)
	}
}

// Of many who come at once to one record, one has it; a person's own enrolment
// outranks what nobody has claimed, and never what somebody has.
func TestRacesForOneRecordHaveOneEnd(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		for round := range 12 {
			epic := raceEPIC(round)
			number, token := recorded(t, h, byte(round+1), epic)
			var race sync.WaitGroup
			ends := make([]string, 8)
			for i := range ends {
				race.Go(func() {
					a := actor(int64(1000+100*round+i), int64(i+1))
					if i%4 == 3 {
						e := member(byte(100+20*round%100+i), epic)
						e.Nonce = flows.Nonce{byte(round), byte(i), 50}
						if _, err := h.SaveMember(t.Context(), a, e); err != nil {
							t.Errorf("enrolling: %v", err)
						}
						return
					}
					as := []flows.SlipUse{flows.SlipClaim, flows.SlipStop, flows.SlipErase}[i%4]
					done, err := h.UseSlip(t.Context(), a, flows.UseSlip{Token: token, Use: as})
					if err != nil {
						t.Errorf("%s: %v", as, err)
					}
					if done.Done {
						ends[i] = string(as)
					}
				})
			}
			race.Wait()
			sound(t.Context(), t, h, fmt.Sprint("round ", round))
			won := len(slices.DeleteFunc(ends, func(s string) bool { return s == "" }))
			enrolled := one[int](t, h, `SELECT count(*) FROM members WHERE via = 'self' AND status = 'confirmed' AND telegram_id / 100 = $1`, 10+round)
			refused := one[bool](t, h, `SELECT refusal = 'outranked' FROM members WHERE number = $1`, string(number))
			if won > 1 || refused != (won == 0) || refused && enrolled != 1 {
				t.Errorf("round %d: %d had the record, outranked: %v, %d enrolled and confirmed", round, won, refused, enrolled)
			}
			if err := countsAreRows(t.Context(), h.Store, h.db); err != nil {
				t.Error(err)
			}
		}
	})
}

// Two who enrol themselves at once with one Voter ID that an enroller recorded:
// one is confirmed, the other waits, and the record is out once.
func TestTwoEnrolThemselvesOverOneRecord(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		for round := range 10 {
			epic := raceEPIC(round)
			number, _ := recorded(t, h, byte(round+1), epic)
			var race sync.WaitGroup
			for i := range 4 {
				e := member(1, epic)
				e.Nonce = flows.Nonce{byte(round), byte(i / 2), 60} // each draft twice
				race.Go(func() {
					if _, err := h.SaveMember(t.Context(), actor(int64(2000+10*round+i/2), 5), e); err != nil {
						t.Error(err)
					}
				})
			}
			race.Wait()
			sound(t.Context(), t, h, fmt.Sprint("round ", round))
			got := one[string](t, h, `SELECT string_agg(status, ' ' ORDER BY status) FROM members WHERE telegram_id / 10 = $1`, 200+round)
			if s := status(t, h, number); got != "confirmed review" || s != "refused 0" {
				t.Errorf("round %d: enrolled %s, recorded %s", round, got, s)
			}
		}
		if n := one[int](t, h, `SELECT count(*) FROM events WHERE kind = 'outranked'`); n != 10 {
			t.Errorf("%d outranked", n)
		}
	})
}

// A draft that finds no place of its own outranks nothing: the person became a
// member by another one meanwhile.
func TestNothingIsOutrankedInVain(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		for round := range 30 {
			person := int64(3000 + round)
			number, _ := recorded(t, h, byte(round+1), raceEPIC(100+round))
			var race sync.WaitGroup
			for i := range 2 {
				e := member(1, raceEPIC(100+100*i+round))
				e.Nonce = flows.Nonce{byte(round), byte(i), 70}
				race.Go(func() {
					if _, err := h.SaveMember(t.Context(), actor(person, int64(i+1)), e); err != nil {
						t.Error(err)
					}
				})
			}
			race.Wait()
			own := one[bool](t, h, `SELECT voter_id_index = (SELECT voter_id_index FROM members WHERE number = $2) FROM members WHERE telegram_id = $1`, person, string(number))
			if out := status(t, h, number) == "refused 0"; out != own {
				t.Errorf("round %d: outranked %v, by whom it is about %v", round, out, own)
			}
		}
	})
}

// raceEPIC is the nth number of a series whose check digits hold.
func raceEPIC(n int) string {
	for last := range 10 {
		number := fmt.Sprintf("RCE%06d%d", n, last)
		if r, err := party.ReadVoterID(number); err == nil && r.ID.Check && r.ID.Number == number {
			return number
		}
	}
	panic("one of ten digits is a check digit")
}

// record is what the machine below believes of one assisted record.
type record struct {
	status        string
	claimed       int64
	stopped       int64
	erased        bool
	held, live    int // the figure that is held; that of the status
	settledMonday bool
}

func (r record) figure() int {
	if r.held > 0 {
		return r.held
	}
	if r.status == "confirmed" || r.status == "review" {
		return r.live
	}
	return 0
}

// TestOneRecordUnderAnySequence: whatever claimants, complaints, erasures,
// enrolments, decisions and Mondays come in whatever order, the record stands as
// a plain machine says, its figure too, and nothing that ended comes back.
func TestOneRecordUnderAnySequence(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		round := 0
		rapid.Check(t, func(rt *rapid.T) {
			round++
			if round > 120 { // shrinking goes on
				round = 120 + round%100
			}
			epic := raceEPIC(1000 + round)
			h.exec(t, `DELETE FROM cases; DELETE FROM members; DELETE FROM consents; DELETE FROM notices`)
			number, token := recorded(t, h, 1, epic)
			m := record{status: "confirmed", live: 1}
			var self bool // somebody enrolled themselves and is confirmed
			update := int64(100)
			for range rapid.IntRange(1, 12).Draw(rt, "steps") {
				update++
				who := rapid.Int64Range(11, 13).Draw(rt, "who")
				what := rapid.SampledFrom([]string{"claim", "stop", "erase", "enrol", "monday", "settle", "stands", "putout", "enroller", "leave"}).Draw(rt, "what")
				a := actor(who, update)
				switch what {
				case "claim", "stop", "erase":
					done, err := h.UseSlip(t.Context(), a, flows.UseSlip{Token: token, Use: flows.SlipUse(what)})
					if err != nil {
						rt.Fatal(err)
					}
					if want := m.use(what, who, own(t.Context(), rt, h, who)); done.Done != want {
						rt.Fatalf("%d by %s: done %v, want %v (%+v)", who, what, done.Done, want, m)
					}
				case "enroller":
					use(t, h, actor(recorderID, update), token, rapid.SampledFrom([]flows.SlipUse{flows.SlipClaim, flows.SlipErase, flows.SlipStop}).Draw(rt, "as"))
				case "enrol":
					e := member(1, epic)
					e.Nonce = flows.Nonce{byte(update), byte(who), byte(round)}
					fresh := save(t, h.Store, a, e).Fresh
					outranks := fresh && !self && (m.status == "confirmed" || m.status == "review") && m.claimed == 0
					if outranks {
						m.status = "refused"
					}
					if n := one[int](t, h, `SELECT count(*) FROM members WHERE nonce = $1 AND status = 'confirmed'`, pgtype.UUID{Bytes: e.Nonce, Valid: true}); outranks && n != 1 {
						rt.Fatal("who outranked the record is not confirmed")
					}
					self = self || fresh && m.status != "confirmed"
				case "monday":
					h.exec(t, `UPDATE members SET frozen_at = frozen_at - interval '8 days' WHERE held IS NOT NULL`)
					m.settledMonday = m.held > 0
				case "settle":
					if _, err := h.SettleWeek(t.Context()); err != nil {
						rt.Fatal(err)
					}
					if m.settledMonday {
						m.held, m.settledMonday = 0, false
					}
				case "stands", "putout":
					m.decide(t.Context(), what == "stands", self, h, rt, update)
				case "leave":
					if err := h.Withdraw(t.Context(), a, number); err != nil {
						rt.Fatal(err)
					}
					if m.claimed == who && (m.status == "confirmed" || m.status == "review" || m.status == "frozen") {
						m.status = "withdrawn"
					}
				}
				sound(t.Context(), rt, h, what)
				if got, want := status(t, h, number), fmt.Sprintf("%s %d", m.status, m.figure()); got != want {
					rt.Fatalf("after %d by %s: %s, want %s (%+v)", who, what, got, want, m)
				}
			}
			if err := countsAreRows(t.Context(), h.Store, h.db); err != nil {
				rt.Fatal(err)
			}
		})
	})
}

// own tells whether the person is a member by themselves; all here have one
// Voter ID.
func own(ctx context.Context, t rapid.TB, h house, who int64) (is bool) {
	t.Helper()
	err := h.db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM members WHERE telegram_id = $1 AND via = 'self')`, who).Scan(&is)
	if err != nil {
		t.Fatal(err)
	}
	return is
}

// use moves the machine and tells whether it is done.
func (r *record) use(what string, who int64, member bool) bool {
	free := r.claimed == 0 && (r.status == "confirmed" || r.status == "review")
	theirs := free || r.claimed == who && (r.status == "confirmed" || r.status == "review") ||
		r.claimed == who && r.status == "frozen" && r.stopped != who
	stopped := r.stopped == who && !r.erased && (r.status == "frozen" || r.status == "refused")
	switch {
	case what == "claim" && free && !member:
		r.claimed, r.live = who, 2
	case what == "claim":
		return r.claimed == who && (r.status == "confirmed" || r.status == "review")
	case what == "stop" && stopped:
	case what == "stop" && theirs && r.status != "frozen":
		r.held, r.status, r.stopped, r.settledMonday = r.figure(), "frozen", who, false
	case what == "erase" && (theirs || stopped):
		r.status, r.erased, r.claimed, r.stopped = "withdrawn", true, -1, 0
	default:
		return false
	}
	return true
}

// decide lets an admin decide the complaint, if one is open.
func (r *record) decide(ctx context.Context, stands, self bool, h house, rt *rapid.T, update int64) {
	rt.Helper()
	var id int64
	err := h.db.QueryRow(ctx, `SELECT coalesce(min(id), 0) FROM cases WHERE kind = 'unasked' AND decision IS NULL`).Scan(&id)
	if err != nil {
		rt.Fatal(err)
	}
	done, err := h.DecideCase(ctx, actor(adminID, update), flows.DecideCase{ID: id, Stands: stands})
	if err != nil || (done.Number != "") != (id != 0) {
		rt.Fatalf("deciding case %d: %+v, %v", id, done, err)
	}
	switch {
	case id == 0 || r.status != "frozen":
	case !stands:
		r.status = "refused"
	case self:
		r.status, r.held, r.stopped = "refused", 0, 0
	default:
		r.status, r.held, r.stopped = "confirmed", 0, 0
	}
}
