package postgres_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// each runs a test on every Postgres at hand.
func each(t *testing.T, o postgres.Options, test func(t *testing.T, s *postgres.Store)) {
	t.Helper()
	eachHouse(t, o, func(t *testing.T, h house) {
		t.Helper()
		test(t, h.Store)
	})
}

func actor(person, update int64) flows.Actor {
	return flows.Actor{Person: person, Update: update, Language: party.Hindi}
}

func member(nonce byte, epic string) flows.SaveMember {
	r, err := party.ReadVoterID(epic)
	if err != nil {
		panic(err)
	}
	return flows.SaveMember{
		Nonce: flows.Nonce{nonce, 7}, Via: party.Self, Name: "कमला देवी", VoterID: r.ID,
		Booth: party.Booth{AC: 55, Part: 12}, Version: "sample 2014", Consent: party.CurrentConsent,
	}
}

func save(t *testing.T, s *postgres.Store, a flows.Actor, e flows.SaveMember) flows.Saved {
	t.Helper()
	saved, err := s.SaveMember(t.Context(), a, e)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func export(t *testing.T, s *postgres.Store) [][]string {
	t.Helper()
	var rows [][]string
	err := s.ExportMembers(t.Context(), func(row []string) error {
		rows = append(rows, append([]string(nil), row...))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestAMemberIsSavedOnceHoweverOften(t *testing.T) {
	each(t, postgres.Options{}, func(t *testing.T, s *postgres.Store) {
		e := member(1, "ABC1034560")
		numbers := make([]party.Number, 50)
		var wg sync.WaitGroup
		for i := range numbers {
			wg.Go(func() {
				saved, err := s.SaveMember(t.Context(), actor(1, int64(i)), e)
				if err != nil {
					t.Error(err)
				}
				numbers[i] = saved.Record.Number
			})
		}
		wg.Wait()
		for _, n := range numbers {
			if n != numbers[0] || n == "" {
				t.Errorf("numbers %q and %q", n, numbers[0])
			}
		}
		rows := export(t, s)
		if len(rows) != 1 {
			t.Fatalf("%d rows", len(rows))
		}
		want := []string{string(numbers[0]), "कमला देवी", "ABC1034560", "55", "12", "", "1", "hi", "self", "confirmed", rows[0][10]}
		if diff := cmp.Diff(want, rows[0]); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTheRowWinsOverAnotherDraftOfItsNonce(t *testing.T) {
	each(t, postgres.Options{}, func(t *testing.T, s *postgres.Store) {
		first := save(t, s, actor(1, 1), member(1, "ABC1034560"))
		other := member(1, "ZZZ1234566")
		again := save(t, s, actor(1, 2), other)
		if again.Fresh || again.Record.Number != first.Record.Number || again.Record.VoterID.Number != "ABC1034560" {
			t.Errorf("%+v", again)
		}
	})
}

func TestOneLiveMembershipOfTheirOwnAnAccount(t *testing.T) {
	each(t, postgres.Options{}, func(t *testing.T, s *postgres.Store) {
		first := save(t, s, actor(1, 1), member(1, "ABC1034560"))
		second := save(t, s, actor(1, 2), member(2, "ZZZ1234566"))
		if second.Fresh || second.Record.Number != first.Record.Number {
			t.Errorf("a second one: %+v", second)
		}
		if err := s.Withdraw(t.Context(), actor(1, 3), first.Record.Number); err != nil {
			t.Fatal(err)
		}
		if third := save(t, s, actor(1, 4), member(3, "ABC1034560")); !third.Fresh {
			t.Errorf("after leaving: %+v", third)
		}
	})
}

func TestATakenVoterIDWaitsInReviewAndLooksTheSame(t *testing.T) {
	each(t, postgres.Options{}, func(t *testing.T, s *postgres.Store) {
		numbers := []string{"ABC1034560", "ZZZ1234566", "WKH1186253", "QQQ5005004", "ZZZ0000018", "ZZZ0000000", "QQQ9999996"}
		for n, epic := range numbers {
			var wg sync.WaitGroup
			for i := range int64(20) {
				person := int64(20*n) + i + 1
				wg.Go(func() {
					saved, err := s.SaveMember(t.Context(), actor(person, 1), member(byte(person), epic))
					if err != nil || !saved.Fresh || saved.Record.Number == "" {
						t.Errorf("%+v, %v", saved, err)
					}
				})
			}
			wg.Wait()
		}
		counts := map[string]int{}
		for _, row := range export(t, s) {
			counts[row[9]]++
		}
		if diff := cmp.Diff(map[string]int{"confirmed": len(numbers), "review": 19 * len(numbers)}, counts); diff != "" {
			t.Error(diff)
		}
	})
}

func TestReasonsForReview(t *testing.T) {
	each(t, postgres.Options{FamilyPerChat: 2, LinkPerHour: 3}, func(t *testing.T, s *postgres.Store) {
		code := appoint(t, s, 900)
		status := func(a flows.Actor, e flows.SaveMember) string {
			number := save(t, s, a, e).Record.Number
			for _, row := range export(t, s) {
				if row[0] == string(number) {
					return row[9]
				}
			}
			return "none"
		}
		family := func(nonce byte, epic string) flows.SaveMember {
			e := member(nonce, epic)
			e.Via = party.Family
			return e
		}
		byCode := func(nonce byte, epic string) flows.SaveMember {
			e := member(nonce, epic)
			e.Code = code
			return e
		}
		for _, c := range []struct {
			why  string
			a    flows.Actor
			e    flows.SaveMember
			want string
		}{
			{"a check digit that fails", actor(1, 1), member(1, "WKH1186254"), "review"},
			{"the old form", actor(2, 1), member(2, "RJ/20/152/123456"), "review"},
			{"the first of a family", actor(3, 1), family(3, "ZZZ0000018"), "confirmed"},
			{"the second of a family", actor(3, 2), family(4, "ZZZ0000000"), "confirmed"},
			{"one more than a family", actor(3, 3), family(5, "QQQ9999996"), "review"},
			{"a first newcomer by a code", actor(4, 1), byCode(6, "QQQ5005004"), "confirmed"},
			{"a second", actor(5, 1), byCode(7, "ZZZ1234566"), "confirmed"},
			{"a third", actor(6, 1), byCode(8, "WKH1186253"), "confirmed"},
			{"more than the code's threshold in an hour", actor(7, 1), byCode(9, "ABC1034560"), "review"},
		} {
			if got := status(c.a, c.e); got != c.want {
				t.Errorf("%s: %s, want %s", c.why, got, c.want)
			}
		}
	})
}

func appoint(t *testing.T, s *postgres.Store, person int64) party.Code {
	t.Helper()
	code, err := s.Appoint(t.Context(), postgres.Appointment{
		Office: party.Enroller, TelegramID: person, Name: "सुनीता मीणा", Area: party.Area{Booth: party.Booth{AC: 55, Part: 12}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestCorrectionsAreCheckedAnew(t *testing.T) {
	each(t, postgres.Options{}, func(t *testing.T, s *postgres.Store) {
		save(t, s, actor(1, 1), member(1, "ABC1034560"))
		mine := save(t, s, actor(2, 1), member(2, "WKH1186254"))
		correct := func(update int64, epic string) string {
			e := member(0, epic)
			_, err := s.CorrectMember(t.Context(), actor(2, update), flows.CorrectMember{
				Number: mine.Record.Number, Name: "गीता", VoterID: e.VoterID, Booth: party.Booth{AC: 55, Part: 13}, Version: "sample 2014",
			})
			if err != nil {
				t.Fatal(err)
			}
			return export(t, s)[1][9]
		}
		if got := correct(2, "WKH1186253"); got != "confirmed" {
			t.Errorf("with a sound number: %s", got)
		}
		if got := correct(3, "ABC1034560"); got != "review" {
			t.Errorf("with another's number: %s", got)
		}
		row := export(t, s)[1]
		if row[1] != "गीता" || row[4] != "13" || row[0] != string(mine.Record.Number) {
			t.Errorf("%q", row)
		}
		_, err := s.CorrectMember(t.Context(), actor(1, 9), flows.CorrectMember{Number: mine.Record.Number, Name: "x"})
		if err == nil {
			t.Error("another's record was corrected")
		}
	})
}

func TestRecordsAreOfThisChatAlone(t *testing.T) {
	each(t, postgres.Options{}, func(t *testing.T, s *postgres.Store) {
		ctx := t.Context()
		code := appoint(t, s, 900)
		if _, err := s.Arrive(ctx, actor(1, 1), flows.Arrive{Code: code}); err != nil {
			t.Fatal(err)
		}
		consent := flows.RecordConsent{Kind: party.Membership, Version: party.CurrentConsent, Given: true, Via: party.Self}
		for range 2 {
			if err := s.RecordConsent(ctx, actor(1, 2), consent); err != nil {
				t.Fatal(err)
			}
		}
		e := member(1, "ABC1034560")
		save(t, s, actor(1, 3), e)
		save(t, s, actor(2, 3), member(2, "ZZZ1234566"))
		if err := s.RecordAbout(ctx, actor(1, 4), flows.RecordAbout{Gender: party.Woman, Category: party.ST}); err != nil {
			t.Fatal(err)
		}
		got, err := s.Records(ctx, actor(1, 5))
		if err != nil || len(got.List) != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		r := got.List[0]
		if r.Name != e.Name || r.VoterID != e.VoterID || r.Code != code || r.Inviter != "सुनीता मीणा" ||
			r.Station == nil || r.Station.Booth != e.Booth || r.Gender != party.Woman || r.Social != party.ST || r.On.IsZero() || got.Consented.IsZero() {
			t.Errorf("%+v", got)
		}
		if err := s.Withdraw(ctx, actor(2, 6), r.Number); err != nil {
			t.Fatal(err)
		}
		if got, _ := s.Records(ctx, actor(1, 7)); len(got.List) != 1 {
			t.Error("another withdrew it")
		}
	})
}
