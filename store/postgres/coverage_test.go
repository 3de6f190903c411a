package postgres_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// today is the day in India as Postgres has it.
func today(t *testing.T, h house) (d party.Date) {
	t.Helper()
	if err := d.UnmarshalText([]byte(one[string](t, h, `SELECT (now() AT TIME ZONE 'Asia/Kolkata')::date::text`))); err != nil {
		t.Fatal(err)
	}
	return d
}

func covered(t *testing.T, h house, person int64, area party.Area) flows.Coverage {
	t.Helper()
	if _, err := h.Fold(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, err := h.Coverage(t.Context(), actor(person, 1), area, today(t, h), 1)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// enrollerAt appoints an enroller who says what they are, and gives the code.
func enrollerAt(t *testing.T, h house, id int64, b party.Area, g party.Gender, c party.SocialCategory) party.Code {
	t.Helper()
	code, err := h.Appoint(t.Context(), postgres.Appointment{
		Office: party.Enroller, TelegramID: id, Name: "सुनीता मीणा", Area: b, Gender: g, Social: c,
	})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestWhoSeesWhichCoverage(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		if _, err := h.Appoint(t.Context(), postgres.Appointment{Office: party.Chief, TelegramID: 804, Name: "कमला देवी", Area: party.Area{District: "Jaipur"}}); err != nil {
			t.Fatal(err)
		}
		enrollerAt(t, h, 1, booth(55, 12), "", "")
		h.exec(t, `INSERT INTO offices (office, code, telegram_id, name_sealed, ac_no, status) VALUES ('chief', '111111111', 803, '', 55, 'suspended')`)
		state, jaipur, sanganer, far := party.Area{}, party.Area{District: "Jaipur"}, party.Area{AC: 55}, party.Area{AC: 1}
		for _, c := range []struct {
			who  int64
			area party.Area
			want party.Area
			sees bool
		}{
			{adminID, state, state, true},
			{adminID, jaipur, jaipur, true},
			{adminID, far, far, true},
			{804, state, jaipur, true},
			{804, jaipur, jaipur, true},
			{804, sanganer, sanganer, true},
			{804, far, state, false},
			{804, party.Area{District: "Ajmer"}, state, false},
			{804, party.Area{District: "Nowhere"}, state, false},
			{chiefID, state, sanganer, true},
			{chiefID, jaipur, state, false},
			{chiefID, far, state, false},
			{farChiefID, sanganer, state, false},
			{farChiefID, state, far, true},
			{803, state, state, false},
			{803, sanganer, state, false},
			{1, state, state, false},
			{1, sanganer, state, false},
			{2, state, state, false},
		} {
			got := covered(t, h, c.who, c.area)
			if (got.Office != "") != c.sees || got.Area != c.want || (len(got.Parts) > 0) != c.sees {
				t.Errorf("%d looks at %s: %q of %s, %d constituencies", c.who, c.area, got.Office, got.Area, len(got.Parts))
			}
		}
	})
}

func TestCoverageCounts(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		code := enrollerAt(t, h, 1, booth(55, 12), party.Woman, party.OBC)
		enrollerAt(t, h, 2, booth(55, 12), party.Man, party.SC)
		enrollerAt(t, h, 3, booth(55, 13), party.Man, "")
		enrollerAt(t, h, 4, booth(1, 1), party.Woman, party.ST)
		h.exec(t, `UPDATE offices SET status = 'suspended' WHERE telegram_id = 4`)
		for i, b := range []party.Booth{{AC: 55, Part: 12}, {AC: 55, Part: 20}, {}} {
			e := member(byte(i+1), madeUp(i))
			e.Booth, e.Code = b, code
			save(t, h.Store, actor(int64(100+i), 1), e)
		}
		if err := h.RecordAbout(t.Context(), actor(100, 2), flows.RecordAbout{Gender: party.Woman, Category: party.SC}); err != nil {
			t.Fatal(err)
		}
		state := covered(t, h, adminID, party.Area{})
		booths := one[int](t, h, `SELECT count(*) FROM booths WHERE ac_no = 55`)
		i := slices.IndexFunc(state.Parts, func(p flows.Covered) bool { return p.Constituency.AC == 55 })
		got := state.Parts[i]
		want := flows.Covered{Constituency: got.Constituency, Booths: booths, Filled: 2, Women: 1, Enrollers: 3, Added: 2, Confirmed: 2}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("constituency 55 (-want +got):\n%s", diff)
		}
		all := state.Whole()
		if len(state.Parts) != 200 || all.Booths != 46_844 || state.AllBooths != 46_844 || all.Filled != 2 || all.Enrollers != 3 || all.Confirmed != 2 {
			t.Errorf("%d constituencies, %+v", len(state.Parts), all)
		}
		if state.Members.Done != 3 || state.Enrollers.Done != 3 {
			t.Errorf("members %+v, enrollers %+v: those pending belong to the state", state.Members, state.Enrollers)
		}
		if diff := cmp.Diff(flows.Said{Women: 1, Gender: 3, Categories: [5]int{0, 1, 1, 0, 0}}, state.SaidEnrollers); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(flows.Said{Women: 1, Gender: 1, Categories: [5]int{0, 0, 1, 0, 0}}, state.SaidMembers); diff != "" {
			t.Error(diff)
		}
		if one := covered(t, h, chiefID, party.Area{}); one.Members.Done != 2 || one.Enrollers.Done != 3 || one.Whole() != (flows.Covered{Booths: booths, Filled: 2, Women: 1, Enrollers: 3, Added: 2, Confirmed: 2}) {
			t.Errorf("%+v, %+v", one.Members, one.Whole())
		}
	})
}

// TestThisWeekIsThatOfTheCalendar: what came before Monday, and today, is not of
// this week's complete days.
func TestThisWeekIsThatOfTheCalendar(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		now := today(t, h)
		from, days := now.WeekBefore()
		for i, on := range []party.Date{from, now.AddDays(-1), from.AddDays(-1), now} {
			e := member(byte(i+1), madeUpEPIC(i))
			number := save(t, h.Store, actor(int64(100+i), 1), e).Record.Number
			h.exec(t, `UPDATE members SET confirmed_at = $2::date::timestamp AT TIME ZONE 'Asia/Kolkata' WHERE number = $1`, string(number), on.String())
		}
		h.exec(t, `DELETE FROM facts WHERE name = 'rollups'`)
		if got := covered(t, h, chiefID, party.Area{}).Members; got.Done != 4 || got.Week != (party.Weekly{Gained: 2, Days: days}) {
			t.Errorf("%+v", got)
		}
	})
}

func madeUpEPIC(n int) string {
	for last := range 10 {
		number := "ZZY00000" + string(rune('0'+n)) + string(rune('0'+last))
		if r, err := party.ReadVoterID(number); err == nil && r.ID.Check {
			return number
		}
	}
	panic("one of ten digits is a check digit")
}

// TestTheBoothsToFill: people joined where nobody is on the spot; then a building
// without anybody; who is near, and brings nobody, speaks for it.
func TestTheBoothsToFill(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		none := covered(t, h, chiefID, party.Area{})
		if len(none.Fill) != 3 || none.Fill[0].Near != party.NearNobody || none.Fill[0].Station.Booth.Part >= none.Fill[1].Station.Booth.Part {
			t.Errorf("of an empty constituency: %+v", none.Fill)
		}
		code := enrollerAt(t, h, 1, booth(55, 12), party.Man, "")
		e := member(1, "ABC1034560")
		e.Booth, e.Code = party.Booth{AC: 55, Part: 40}, code
		save(t, h.Store, actor(100, 1), e)
		some := covered(t, h, chiefID, party.Area{})
		if g := some.Fill[0]; g.Station.Booth.Part != 40 || g.Members != 1 || g.Near != party.NearBusy {
			t.Errorf("where somebody joined: %+v", g)
		}
		h.exec(t, `UPDATE rollup_codes SET last_at = now() - interval '4 days'`)
		if g := covered(t, h, chiefID, party.Area{}).Fill[0]; g.Near != party.NearQuiet {
			t.Errorf("beside one who is quiet: %+v", g)
		}
		h.exec(t, `INSERT INTO offices (office, code, telegram_id, name_sealed, ac_no, part_no, letter, gender)
			SELECT 'enroller', 'x' || row_number() OVER (), 1000 + row_number() OVER (), '', ac_no, part_no, letter, 'woman' FROM booths
			WHERE ac_no = 55 AND (part_no, letter) <> (12, '')`)
		full := covered(t, h, chiefID, party.Area{})
		if len(full.Fill) != 1 || full.Fill[0].Station.Booth.Part != 12 || full.Fill[0].Enrollers != 1 || !slices.Equal(full.Fill[0].Reasons(), []party.GapReason{party.GapNoWoman, party.GapQuiet}) {
			t.Errorf("only 55/12 has no woman: %+v", full.Fill)
		}
	})
}
