package postgres_test

import (
	"errors"
	"sync"
	"testing"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

func TestOfManyCorrectedToOneVoterIDOneIsConfirmed(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		const many = 12
		numbers := make([]party.Number, many)
		for i := range numbers {
			numbers[i] = save(t, h.Store, actor(int64(i+1), 1), member(byte(i+1), "WKH1186254")).Record.Number
		}
		var wg sync.WaitGroup
		for i, number := range numbers {
			wg.Go(func() {
				_, err := h.CorrectMember(t.Context(), actor(int64(i+1), 2), flows.CorrectMember{
					Number: number, Name: "गीता", VoterID: member(0, "ABC1034560").VoterID,
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := one[int](t, h, `SELECT count(*) FROM members WHERE status = 'confirmed'`); n != 1 {
			t.Errorf("%d confirmed", n)
		}
		if n := one[int](t, h, `SELECT count(*) FROM members WHERE status = 'review' AND reasons = '{taken}'`); n != many-1 {
			t.Errorf("%d in review", n)
		}
	})
}

func TestACorrectionIsDoneOnceAndShowsTheRow(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		number := save(t, h.Store, actor(1, 1), member(1, "WKH1186254")).Record.Number
		e := flows.CorrectMember{
			Number: number, Name: "गीता", VoterID: member(0, "WKH1186253").VoterID,
			Booth: party.Booth{AC: 55, Part: 13}, Version: "sample 2014",
		}
		for range 3 {
			saved, err := h.CorrectMember(t.Context(), actor(1, 2), e)
			if err != nil || saved.Record.Name != "गीता" || saved.Record.Number != number || saved.Record.VoterID != e.VoterID ||
				saved.Record.Station == nil || saved.Record.Station.Booth != e.Booth || saved.Record.Nonce != member(1, "ABC1034560").Nonce {
				t.Fatalf("%+v, %v", saved, err)
			}
		}
		for _, what := range []string{`audit WHERE action = 'member-corrected'`, `events WHERE kind = 'corrected'`} {
			if n := one[int](t, h, `SELECT count(*) FROM `+what); n != 1 {
				t.Errorf("%d of %s", n, what)
			}
		}
	})
}

func TestWhoLeftIsNotBroughtBackByACorrection(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		e := member(1, "ABC1034560")
		number := save(t, h.Store, actor(1, 1), e).Record.Number
		if err := h.Withdraw(t.Context(), actor(1, 2), number); err != nil {
			t.Fatal(err)
		}
		_, err := h.CorrectMember(t.Context(), actor(1, 3), flows.CorrectMember{Number: number, Name: "गीता", VoterID: e.VoterID})
		if !errors.Is(err, party.ErrNotFound) {
			t.Errorf("%v", err)
		}
		if row := export(t, h.Store)[0]; row[9] != "withdrawn" || row[1] != "कमला देवी" {
			t.Errorf("%q", row)
		}
	})
}

func TestWhatAMemberTellsCanBeTakenBack(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		save(t, h.Store, actor(1, 1), member(1, "ABC1034560"))
		tell := func(update int64, g party.Gender, c party.SocialCategory) flows.Record {
			t.Helper()
			if err := h.RecordAbout(t.Context(), actor(1, update), flows.RecordAbout{Gender: g, Category: c}); err != nil {
				t.Fatal(err)
			}
			got, err := h.Records(t.Context(), actor(1, 99))
			if err != nil || len(got.List) != 1 {
				t.Fatalf("%+v, %v", got, err)
			}
			return got.List[0]
		}
		if r := tell(2, party.Woman, party.ST); r.Gender != party.Woman || r.Social != party.ST {
			t.Errorf("told: %+v", r)
		}
		if r := tell(3, "", ""); r.Gender != "" || r.Social != "" {
			t.Errorf("taken back: %+v", r)
		}
		if r := tell(2, party.Woman, party.ST); r.Gender != "" {
			t.Errorf("a repeat of the older one: %+v", r)
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE action = 'member-about'`); n != 2 {
			t.Errorf("audited %d times", n)
		}
	})
}
