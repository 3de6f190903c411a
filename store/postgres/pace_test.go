package postgres_test

import (
	"sync"
	"testing"

	"sadasya/party"
	"sadasya/store/postgres"
)

// TestThreeShortDaysAreToldOnce: to each office of its own area, once until a day
// suffices, however many processes look.
func TestThreeShortDaysAreToldOnce(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		enrollerAt(t, h, 1, booth(55, 12), "", "")
		morning := party.Date{Year: 2027, Month: 2, Day: 8}
		look := func(short func(party.DayCount) bool) {
			t.Helper()
			var wg sync.WaitGroup
			for range 3 {
				wg.Go(func() {
					if err := h.CheckPace(t.Context(), morning, short); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			morning = morning.AddDays(1)
		}
		told := func() int {
			t.Helper()
			return one[int](t, h, `SELECT count(*) FROM notices WHERE kind = 'short'`)
		}
		sanganer := one[int](t, h, `SELECT count(*) FROM booths WHERE ac_no = 55`)
		ofSanganer := func(d party.DayCount) bool {
			if d.AllBooths != 46_844 {
				t.Errorf("%+v", d)
			}
			return d.Booths == sanganer
		}
		look(ofSanganer)
		look(ofSanganer)
		if n := told(); n != 0 {
			t.Errorf("told %d after two days", n)
		}
		look(ofSanganer)
		if n := one[int64](t, h, `SELECT telegram_id FROM notices WHERE kind = 'short'`); n != chiefID {
			t.Errorf("%d is told", n)
		}
		h.exec(t, `DELETE FROM notices`)
		for range 4 {
			look(ofSanganer)
		}
		if n := told(); n != 0 {
			t.Errorf("told %d again", n)
		}
		look(func(party.DayCount) bool { return false })
		for range 3 {
			look(func(party.DayCount) bool { return true })
		}
		if n := told(); n != 3 {
			t.Errorf("%d of admin and two chiefs are told", n)
		}
	})
}

func TestADayIsCountedByItsArea(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		code := enrollerAt(t, h, 1, booth(55, 12), "", "")
		for i, b := range []party.Booth{{AC: 55, Part: 12}, {}} {
			e := member(byte(i+1), madeUp(i))
			e.Booth, e.Code = b, code
			save(t, h.Store, actor(int64(100+i), 1), e)
		}
		if _, err := h.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
		var state, sanganer, far bool
		err := h.CheckPace(t.Context(), today(t, h).AddDays(1), func(d party.DayCount) bool {
			state = state || d.Booths == d.AllBooths && d.Members == 2 && d.MembersYesterday == 2 && d.Enrollers == 1 && d.EnrollersYesterday == 1
			sanganer = sanganer || d.Booths < d.AllBooths && d.Members == 1 && d.Enrollers == 1
			far = far || d.Members == 0 && d.Enrollers == 0
			return false
		})
		if err != nil || !state || !sanganer || !far {
			t.Errorf("state %v, Sanganer %v, far %v: %v", state, sanganer, far, err)
		}
	})
}
