package postgres_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
)

func admin(t *testing.T, h house, person int64) party.Code {
	t.Helper()
	code, err := h.Appoint(t.Context(), postgres.Appointment{Office: party.Admin, TelegramID: person, Name: "Anil Sharma"})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func looks(t *testing.T, h house) string {
	t.Helper()
	return one[string](t, h, `SELECT coalesce(string_agg(action || '/' || object || '/' || reason, ' ' ORDER BY id), '') FROM audit WHERE update_id <> 0`)
}

func TestAMemberIsFoundByNumberVoterIDAndName(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		admin(t, h, adminID)
		e := member(1, "ABC1034560")
		e.Code = appoint(t, h.Store, 900)
		saved := save(t, h.Store, actor(1, 1), e)
		again := member(2, "ABC1034560") // taken: it waits in review
		again.Name, again.Booth.Part = "Kamla Devi Meena", 13
		save(t, h.Store, actor(2, 1), again)
		other := member(3, "ZZZ1234566")
		other.Name = "रमेश गुर्जर"
		save(t, h.Store, actor(3, 1), other)

		update := int64(10)
		find := func(s flows.Sought) flows.MembersFound {
			t.Helper()
			update++
			found, err := h.FindMembers(ctx, actor(adminID, update), flows.FindMembers{Sought: s, Why: flows.ForComplaint})
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		found := find(flows.Sought{Number: saved.Record.Number})
		if len(found.List) != 1 || found.List[0].Name != "कमला दे." || found.List[0].Last != string(saved.Record.Number)[7:] ||
			found.List[0].Status != party.Confirmed || found.List[0].Code != e.Code || found.List[0].Station == nil || found.List[0].On.IsZero() {
			t.Errorf("by number: %+v", found)
		}
		if found := find(flows.Sought{VoterID: e.VoterID}); len(found.List) != 2 || found.List[1].Status != party.Review {
			t.Errorf("by Voter ID: %+v", found)
		}
		// In either script, and spelt otherwise; the nearest first.
		for name, first := range map[party.Name]string{"कमला देवी": "कमला दे.", "Kamala Devi": "कमला दे.", "KAMLA": "Kamla M.", "kamla  devee": "Kamla M."} {
			if found := find(flows.Sought{Name: name, AC: 55}); len(found.List) != 2 || found.List[0].Name != first {
				t.Errorf("%s: %+v", name, found)
			}
		}
		if found := find(flows.Sought{Name: "Kamla", AC: 55, Booth: party.Booth{AC: 55, Part: 13}}); len(found.List) != 1 || found.List[0].Name != "Kamla M." {
			t.Errorf("in one booth: %+v", found)
		}
		for _, s := range []flows.Sought{{Name: "Kamla", AC: 56}, {Name: "Vimla Bai", AC: 55}, {Number: "10000000050"}, {}} {
			if found := find(s); len(found.List) != 0 {
				t.Errorf("%+v: %+v", s, found)
			}
		}
	})
}

// Every look is written down with its reason before it is shown, once however
// often it is shown; and so is that who is no admin was refused.
func TestEveryLookIsWrittenDown(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		admin(t, h, adminID)
		saved := save(t, h.Store, actor(1, 1), member(1, "ABC1034560"))
		look := flows.FindMembers{Sought: flows.Sought{Number: saved.Record.Number}, Why: flows.ForOrder}
		for range 2 {
			if found, err := h.FindMembers(ctx, actor(adminID, 5), look); err != nil || len(found.List) != 1 {
				t.Fatalf("%+v, %v", found, err)
			}
		}
		look.Number = "10000000050"
		if _, err := h.FindMembers(ctx, actor(adminID, 6), look); err != nil {
			t.Fatal(err)
		}
		if got, want := looks(t, h), "member-looked/member 1/order member-looked/nobody/order"; got != want {
			t.Errorf("%q", got)
		}
		enroller := appoint(t, h.Store, 900)
		for i, person := range []int64{1, 900, 77} {
			a := actor(person, int64(20+i))
			if found, err := h.FindMembers(ctx, a, look); err != nil || len(found.List) != 0 {
				t.Errorf("%d finds %+v, %v", person, found, err)
			}
			if trail, err := h.LoadTrail(ctx, a, flows.LoadTrail{Code: enroller}); err != nil || trail.Known {
				t.Errorf("%d reads %+v, %v", person, trail, err)
			}
			if found, err := h.FindOffices(ctx, a, flows.FindOffices{Code: enroller}); err != nil || len(found.List) != 0 {
				t.Errorf("%d finds offices %+v, %v", person, found, err)
			}
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE action = 'refused'`); n != 9 {
			t.Errorf("%d refusals are written down", n)
		}
	})
}

func TestTheTrailTellsWhoDidWhat(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		code := admin(t, h, adminID)
		sunita := appoint(t, h.Store, 900)
		saved := save(t, h.Store, actor(1, 1), member(1, "ABC1034560"))
		if err := h.Withdraw(ctx, actor(1, 2), saved.Record.Number); err != nil {
			t.Fatal(err)
		}
		trail := func(update int64, e flows.LoadTrail) flows.Trail {
			t.Helper()
			got, err := h.LoadTrail(ctx, actor(adminID, update), e)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		got := trail(1, flows.LoadTrail{Number: saved.Record.Number})
		if !got.Known || len(got.List) != 2 || got.List[0].Action != "member-withdrawn" || !got.List[0].By.Citizen || got.List[1].Of.Last != string(saved.Record.Number)[7:] {
			t.Errorf("of a member: %+v", got)
		}
		got = trail(2, flows.LoadTrail{Code: sunita})
		if len(got.List) != 1 || got.List[0].Action != "office-given" || got.List[0].By != (flows.Hand{}) || got.List[0].Of.Code != sunita {
			t.Errorf("of an office: %+v", got)
		}
		got = trail(3, flows.LoadTrail{Object: got.List[0].Object})
		if len(got.List) != 2 || got.List[0].Action != "audit-looked" || got.List[0].By != (flows.Hand{Office: party.Admin, Code: code}) {
			t.Errorf("of what an entry names: %+v", got)
		}
		if got := trail(4, flows.LoadTrail{}); len(got.List) != flows.TrailAtOnce || !got.More {
			t.Errorf("of everything: %+v", got)
		}
		if got := trail(5, flows.LoadTrail{Page: 1}); len(got.List) == 0 || got.Page != 1 {
			t.Errorf("the next page: %+v", got)
		}
		for _, e := range []flows.LoadTrail{{Number: "10000000050"}, {Code: "482177361"}, {Object: "'; DROP TABLE audit"}} {
			if got := trail(6, e); got.Known || len(got.List) != 0 {
				t.Errorf("%+v: %+v", e, got)
			}
		}
		for update, object := range []string{"office 99999999999999999999", "member 99999999999999999999"} { // by a forged button
			trail(int64(7+update), flows.LoadTrail{Object: object})
		}
		if got := trail(9, flows.LoadTrail{}); len(got.List) != flows.TrailAtOnce {
			t.Errorf("behind a number that is none: %+v", got)
		}
	})
}

func BenchmarkFindByName(b *testing.B) {
	for _, n := range []int{1_000, 25_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchmarkFind(b, n) })
	}
}

// benchmarkFind looks for a name among n of one constituency.
func benchmarkFind(b *testing.B, n int) {
	s := postgrestest.Open(b, postgres.Options{})
	if _, err := s.Appoint(b.Context(), postgres.Appointment{Office: party.Admin, TelegramID: adminID}); err != nil {
		b.Fatal(err)
	}
	first := []party.Name{"कमला", "Ramesh", "गीता", "Mohan", "सुनीता", "Vimla"}
	last := []party.Name{"देवी", "Gurjar", "मीणा", "Sharma", "जाट"}
	list := make([]postgres.MadeUp, n)
	for i := range list {
		list[i] = postgres.MadeUp{
			Person: int64(i + 1000), Number: party.NewNumber(uint64(i)), Name: first[i%len(first)] + " " + last[i/7%len(last)],
			VoterID: fmt.Sprintf("ABC%07d", i), Booth: party.Booth{AC: 55, Part: 1 + i%200}, Language: party.Hindi, Status: party.Confirmed,
		}
	}
	if err := s.FillMembers(b.Context(), list); err != nil {
		b.Fatal(err)
	}
	update := int64(0)
	for b.Loop() {
		update++
		found, err := s.FindMembers(b.Context(), actor(adminID, update), flows.FindMembers{Sought: flows.Sought{Name: "Kamla Jat", AC: 55}, Why: flows.ForOrder})
		if err != nil || len(found.List) == 0 {
			b.Fatal(found, err)
		}
	}
}

// BenchmarkExportMembers tells how many rows a second are opened and given on.
func BenchmarkExportMembers(b *testing.B) {
	const rows = 50_000
	s := postgrestest.Open(b, postgres.Options{})
	list := make([]postgres.MadeUp, rows)
	for i := range list {
		list[i] = postgres.MadeUp{
			Person: int64(i + 1000), Number: party.NewNumber(uint64(i)), Name: "कमला देवी", VoterID: fmt.Sprintf("ABC%07d", i),
			Booth: party.Booth{AC: 55, Part: 1 + i%200}, Language: party.Hindi, Status: party.Confirmed,
		}
	}
	if err := s.FillMembers(b.Context(), list); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		n := 0
		if err := s.ExportMembers(b.Context(), func([]string) error { n++; return nil }); err != nil || n != rows {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// TestATrailIsReadThroughOnce: page by page everything that was there at the first
// look comes once, although each look is written down above it.
func TestATrailIsReadThroughOnce(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		admin(t, h, adminID)
		office := one[string](t, h, `SELECT 'office ' || id FROM offices WHERE telegram_id = $1`, adminID)
		for i := range 10 {
			h.exec(t, `INSERT INTO audit (actor, action, object, reason) VALUES (0, 'office-moved', $1, $2)`, office, fmt.Sprint(i))
		}
		for _, e := range []flows.LoadTrail{{}, {Object: office}} {
			var want []string
			all := `SELECT reason FROM audit WHERE object = $1 OR $1 = '' ORDER BY id DESC`
			rows, err := h.db.Query(t.Context(), all, e.Object)
			if err == nil {
				want, err = pgx.CollectRows(rows, pgx.RowTo[string])
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for more := true; more; e.Page++ {
				page, err := h.LoadTrail(t.Context(), actor(adminID, 1), e)
				if err != nil || page.From == 0 || e.From != 0 && page.From != e.From {
					t.Fatalf("%+v, %v", page, err)
				}
				e.From, more = page.From, page.More
				for _, x := range page.List {
					got = append(got, string(x.Why))
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("of %q: %q, and in the audit %q", e.Object, got, want)
			}
		}
	})
}
