package postgres_test

import (
	"testing"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// switching turns a switch as the admin anil.
func switching(t *testing.T, h house, update int64, what party.ClockWord, district string, on bool) flows.Switches {
	t.Helper()
	s, err := h.TurnSwitch(t.Context(), actor(anil, update), flows.TurnSwitch{What: what, District: district, On: on})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestASwitchIsTurnedByAdminsAndRecorded, once an update: a repeat that comes late
// undoes nothing.
func TestASwitchIsTurnedByAdminsAndRecorded(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		anAdmin(t, h, anil)
		s := switching(t, h, 1, party.ClockDaily, "Jaipur", false)
		if !s.Admin || s.District != "Jaipur" || s.List[1].On || s.List[1].By != "Anil Sharma" || s.List[1].At.On != today(t, h) || !s.List[0].On || !s.List[0].At.On.IsZero() {
			t.Errorf("%+v", s)
		}
		if s = switching(t, h, 2, party.ClockDaily, "Jaipur", true); !s.List[1].On {
			t.Errorf("on: %+v", s)
		}
		if s = switching(t, h, 1, party.ClockDaily, "Jaipur", false); !s.List[1].On {
			t.Error("an update that comes again undoes a later one")
		}
		switching(t, h, 3, party.ClockDaily, "", false)
		switching(t, h, 4, party.ClockPace, "Jaipur", true) // as it stood
		switching(t, h, 5, party.ClockPace, "Atlantis", false)
		switching(t, h, 6, "weather", "", false)
		state, err := h.LoadSwitches(t.Context(), actor(anil, 7), flows.LoadSwitches{})
		if err != nil || state.List[1].On || state.List[1].Districts != 0 || !state.List[2].On {
			t.Errorf("%+v, %v", state, err)
		}
		const recorded = `SELECT string_agg(action || ' ' || object || ' by ' || actor, ', ' ORDER BY id) FROM audit WHERE action LIKE 'switched%'`
		if got := one[string](t, h, recorded); got != "switched-off switch daily Jaipur by 901, switched-on switch daily Jaipur by 901, switched-off switch daily by 901" {
			t.Errorf("recorded: %s", got)
		}
		for _, do := range []func(flows.Actor) (flows.Switches, error){
			func(a flows.Actor) (flows.Switches, error) {
				return h.TurnSwitch(t.Context(), a, flows.TurnSwitch{What: party.ClockPace})
			},
			func(a flows.Actor) (flows.Switches, error) {
				return h.LoadSwitches(t.Context(), a, flows.LoadSwitches{})
			},
		} {
			if s, err := do(actor(77, 1)); err != nil || s.Admin || s.List != nil || s.Places != nil {
				t.Errorf("a stranger: %+v, %v", s, err)
			}
		}
		if n := one[int](t, h, `SELECT count(*) FROM switches WHERE what = 'pace'`); n != 0 {
			t.Error("a stranger turned it")
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE action = 'refused' AND object = 'command switches' AND actor = 77`); n != 1 {
			t.Errorf("%d refusals are on record", n)
		}
	})
}

// TestADailyWordThatIsSwitchedOffIsSkipped: it is neither written nor, where it
// waits, said; and it does not come later in the day.
func TestADailyWordThatIsSwitchedOffIsSkipped(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		_, day := dailyHouse(t, h)
		anAdmin(t, h, anil)
		update := int64(0)
		turn := func(district string, on bool) {
			update++
			switching(t, h, update, party.ClockDaily, district, on)
		}
		for _, where := range []string{"Jaipur", ""} {
			turn(where, false)
			tellDaily(t, h, clock(day, 8, 15), party.Date{})
			turn(where, true)
			tellDaily(t, h, clock(day, 9, 0), party.Date{})
			if n := words(t, h); n != 0 {
				t.Errorf("switched off in %q: %d words", where, n)
			}
			day = day.AddDays(1)
		}
		turn("Ajmer", false)
		tellDaily(t, h, clock(day, 8, 15), party.Date{})
		if n := words(t, h); n != 1 {
			t.Errorf("switched off elsewhere: %d words", n)
		}
	})
}

// TestWhatWaitsIsLookedAtAgain: a word that was written is not said where it is
// switched off meanwhile.
func TestWhatWaitsIsLookedAtAgain(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		sunita(t, h)
		anAdmin(t, h, anil)
		for i, c := range []struct {
			what     party.ClockWord
			kind     flows.NoticeKind
			area     party.Area
			district string
			late     bool
		}{
			{party.ClockPace, flows.NoticeShort, party.Area{AC: 55}, "Jaipur", true},
			{party.ClockPace, flows.NoticeShort, party.Area{District: "Jaipur"}, "Jaipur", true},
			{party.ClockPace, flows.NoticeShort, party.Area{District: "Ajmer"}, "Jaipur", false},
			{party.ClockPace, flows.NoticeShort, party.Area{}, "Jaipur", false},
			{party.ClockPace, flows.NoticeShort, party.Area{}, "", true},
			{party.ClockDaily, flows.NoticeShort, party.Area{AC: 55}, "Jaipur", false},
			{party.ClockPace, flows.NoticeJoined, party.Area{AC: 55}, "Jaipur", false},
		} {
			h.exec(t, `DELETE FROM switches`)
			h.exec(t, `DELETE FROM notices`)
			if err := h.Tell(t.Context(), sunitaID, flows.Notice{Kind: c.kind, Area: c.area}); err != nil {
				t.Fatal(err)
			}
			switching(t, h, int64(i+1), c.what, c.district, false)
			if list := due(t, h, 1); len(list) != 1 || list[0].Late != c.late {
				t.Errorf("%+v: %+v", c, list)
			}
		}
	})
}

// TestThePaceIsNotCountedWhereItIsSwitchedOff: when it is on again, three days
// that came after are told, and none of those before.
func TestThePaceIsNotCountedWhereItIsSwitchedOff(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		anAdmin(t, h, anil)
		morning := party.Date{Year: 2027, Month: 2, Day: 8}
		look := func(days int) (chiefs int) {
			t.Helper()
			for range days {
				if err := h.CheckPace(t.Context(), morning, func(party.DayCount) bool { return true }); err != nil {
					t.Fatal(err)
				}
				morning = morning.AddDays(1)
			}
			return one[int](t, h, `SELECT count(*) FROM notices WHERE kind = 'short' AND telegram_id = $1`, chiefID)
		}
		look(2)
		switching(t, h, 1, party.ClockPace, "Jaipur", false)
		if n := look(4); n != 0 {
			t.Errorf("switched off: told %d times", n)
		}
		switching(t, h, 2, party.ClockPace, "Jaipur", true)
		if n := look(2); n != 0 {
			t.Error("days in which it was off are counted")
		}
		if n := look(1); n != 1 {
			t.Errorf("three days after: told %d times", n)
		}
	})
}
