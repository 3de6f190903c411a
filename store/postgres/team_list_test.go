package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// shareOut appoints seven enrollers of booths 55/1 to 55/7, of whom the first
// has 60 members and each next ten fewer.
func shareOut(t *testing.T, h house) {
	t.Helper()
	appointed(t, h)
	for i := range 7 {
		a := postgres.Appointment{Office: party.Enroller, TelegramID: int64(900 + i), Name: party.Name(fmt.Sprintf("Enroller %d", i+1)), Area: booth(55, i+1)}
		if _, err := h.Appoint(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		if i < 6 {
			h.exec(t, `INSERT INTO rollup_codes (code, added, confirmed, last_at) SELECT code, $2, $2 - 5, now() - make_interval(days => $3) FROM offices WHERE telegram_id = $1`,
				int64(900+i), 60-10*i, i)
		}
	}
	h.exec(t, `UPDATE offices SET changed_at = now() - interval '10 days' WHERE telegram_id >= 900`)
	h.exec(t, `UPDATE offices SET status = 'suspended' WHERE telegram_id = 901`)
	h.exec(t, `UPDATE offices SET changed_at = now() WHERE telegram_id = 906`) // moved today
}

func TestATeamIsListedByEachView(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		shareOut(t, h)
		for _, c := range []struct {
			by    int64
			e     flows.LoadTeam
			names string
			more  bool
		}{
			{chiefID, flows.LoadTeam{}, "1 3 4 5 6", true},
			{chiefID, flows.LoadTeam{Page: 1}, "7", false},
			{chiefID, flows.LoadTeam{View: flows.Emptiest}, "7 6 5 4 3", true},
			{chiefID, flows.LoadTeam{View: flows.Quiet}, "6 5 4", false},
			{chiefID, flows.LoadTeam{View: flows.Suspended}, "2", false},
			{chiefID, flows.LoadTeam{View: flows.Chiefs}, "1 3 4 5 6", true}, // for admins alone
			{chiefID, flows.LoadTeam{View: "king"}, "1 3 4 5 6", true},
			{chiefID, flows.LoadTeam{Page: 1 << 30}, "", false},
			{adminID, flows.LoadTeam{Area: party.Area{District: "Jaipur"}}, "1 3 4 5 6", true},
			{adminID, flows.LoadTeam{Area: party.Area{AC: 55}}, "1 3 4 5 6", true},
			{adminID, flows.LoadTeam{Area: party.Area{AC: 1}}, "", false},
			{farChiefID, flows.LoadTeam{}, "", false},
			{farChiefID, flows.LoadTeam{Area: party.Area{AC: 55}}, "", false}, // of another
			{farChiefID, flows.LoadTeam{Area: party.Area{District: "Jaipur"}}, "", false},
			{900, flows.LoadTeam{}, "", false},
			{1, flows.LoadTeam{Area: party.Area{AC: 55}}, "", false},
		} {
			team, err := h.Team(t.Context(), actor(c.by, 1), c.e)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, holder := range team.List {
				names = append(names, strings.TrimPrefix(string(holder.Name), "Enroller "))
			}
			if got := strings.Join(names, " "); got != c.names || team.More != c.more {
				t.Errorf("%d sees by %+v: %s, more %v", c.by, c.e, got, team.More)
			}
			if leads := c.by == chiefID || c.by == adminID || c.by == farChiefID; leads != (team.Post.Office != "") {
				t.Errorf("%d leads: %v", c.by, team.Post)
			}
		}
		team, err := h.Team(t.Context(), actor(chiefID, 1), flows.LoadTeam{Page: 9})
		if err != nil || team.Active != 6 || team.Quiet != 3 || team.Suspended != 1 {
			t.Errorf("counts beside an empty page: %+v, %v", team, err)
		}
		if first := must(h.Team(t.Context(), actor(chiefID, 1), flows.LoadTeam{}))(t).List[0]; first.Added != 60 || first.Confirmed != 55 || first.Post.Area != booth(55, 1) {
			t.Errorf("the first: %+v", first)
		}
	})
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestChiefEnrollersAreListedToAdminsByArea(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		for i, area := range []party.Area{{District: "Jaipur"}, {}} {
			a := postgres.Appointment{Office: party.Chief, TelegramID: int64(820 + i), Name: "कैलाश", Area: area}
			if _, err := h.Appoint(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
		for area, want := range map[party.Area]string{
			{}:                   "state, district Jaipur, constituency 1, constituency 55",
			{District: "Jaipur"}: "district Jaipur, constituency 55",
			{AC: 55}:             "constituency 55",
			{AC: 2}:              "",
		} {
			team := must(h.Team(t.Context(), actor(adminID, 1), flows.LoadTeam{View: flows.Chiefs, Area: area}))(t)
			var got []string
			for _, holder := range team.List {
				got = append(got, holder.Post.Area.String())
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("of %s: %v", area, got)
			}
		}
	})
}

func TestAnOfficeHolderIsShownWithExactCounts(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		geeta, _ := teamed(t, h)
		e := member(1, "ABC1034560")
		e.Code = codeOf(t, h, geeta)
		if _, err := h.SaveMember(t.Context(), actor(1, 9), e); err != nil {
			t.Fatal(err)
		}
		for by, own := range map[int64]bool{chiefID: false, adminID: false, geetaID: true} {
			got := must(h.Holder(t.Context(), actor(by, 1), geeta))(t)
			if got.Name != "गीता देवी" || got.Added != 1 || got.Confirmed != 1 || got.Own != own || got.Station == nil || got.Since.IsZero() {
				t.Errorf("%d sees %+v", by, got)
			}
		}
		for _, by := range []int64{1, mohanID, farChiefID} {
			if got := must(h.Holder(t.Context(), actor(by, 1), geeta))(t); got.ID != 0 {
				t.Errorf("%d sees %+v", by, got)
			}
		}
		if own := must(h.OwnOffices(t.Context(), actor(geetaID, 1)))(t); len(own.List) != 1 || own.List[0].ID != geeta {
			t.Errorf("one's own: %+v", own)
		}
		if own := must(h.OwnOffices(t.Context(), actor(adminID, 1)))(t); len(own.List) != 0 {
			t.Errorf("an admin gives up: %+v", own)
		}
	})
}
