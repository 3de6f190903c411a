package postgres_test

import (
	"fmt"
	"testing"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

func arrive(t *testing.T, h house, a flows.Actor, code party.Code) flows.Arrived {
	t.Helper()
	got, err := h.Arrive(t.Context(), a, flows.Arrive{Code: code})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func agree(t *testing.T, h house, a flows.Actor, kind party.ConsentKind, version party.ConsentVersion, given bool) {
	t.Helper()
	err := h.RecordConsent(t.Context(), a, flows.RecordConsent{Kind: kind, Version: version, Given: given, Via: party.Self})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheFirstValidCodeStays(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		first, second := appoint(t, h.Store, 900), appoint(t, h.Store, 901)
		if got := arrive(t, h, actor(1, 1), "123456789"); got.Code != "" || got.Inviter.Name != "" {
			t.Errorf("by a code that nobody has: %+v", got)
		}
		got := arrive(t, h, actor(1, 2), first)
		if got.Code != first || got.Inviter.Name != "सुनीता मीणा" || got.Inviter.Station == nil || got.Inviter.Station.Booth.String() != "55/12" {
			t.Errorf("by a valid one: %+v", got)
		}
		if got := arrive(t, h, actor(1, 3), second); got.Code != first {
			t.Errorf("by another: %+v", got)
		}
		if got := arrive(t, h, actor(1, 4), ""); got.Code != first {
			t.Errorf("without one: %+v", got)
		}
	})
}

func TestAnOwnCodeIsNoCodeAndIsFlagged(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		code := appoint(t, h.Store, 900)
		if got := arrive(t, h, actor(900, 1), code); got.Code != "" {
			t.Errorf("%+v", got)
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE action = 'own-code' AND actor = 900`); n != 1 {
			t.Errorf("flagged %d times", n)
		}
		save(t, h.Store, actor(900, 2), member(1, "ABC1034560"))
		if row := export(t, h.Store)[0]; row[5] != "" {
			t.Errorf("credited to %s", row[5])
		}
	})
}

func TestASuspendedCodeCreditsNobodyAndStopsNobody(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		code := appoint(t, h.Store, 900)
		arrive(t, h, actor(1, 1), code)
		h.exec(t, `UPDATE offices SET status = 'suspended'`)
		if got := arrive(t, h, actor(1, 2), ""); got.Inviter.Name != "" {
			t.Errorf("still invited by %q", got.Inviter.Name)
		}
		if got := arrive(t, h, actor(2, 1), code); got.Code != "" {
			t.Errorf("a newcomer by it: %+v", got)
		}
		e := member(1, "ABC1034560")
		e.Code = code
		if saved := save(t, h.Store, actor(1, 3), e); !saved.Fresh {
			t.Errorf("%+v", saved)
		}
		if row := export(t, h.Store)[0]; row[5] != "" || row[9] != "confirmed" {
			t.Errorf("%q", row)
		}
	})
}

func TestArrivingAgainWritesNothing(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		arrive(t, h, actor(1, 1), appoint(t, h.Store, 900))
		const version = `SELECT ctid::text || ' ' || xmin FROM people WHERE telegram_id = 1`
		before := one[string](t, h, version)
		arrive(t, h, actor(1, 2), "")
		if after := one[string](t, h, version); after != before {
			t.Errorf("the row was written: %s, %s", before, after)
		}
	})
}

func TestWhoBlockedTheBotIsReachedAgainWhenTheyWrite(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		arrive(t, h, actor(1, 1), "")
		if err := h.SetReachable(t.Context(), 1, false); err != nil {
			t.Fatal(err)
		}
		if one[bool](t, h, `SELECT reachable FROM people`) {
			t.Error("it was not noted")
		}
		arrive(t, h, actor(1, 2), "")
		if !one[bool](t, h, `SELECT reachable FROM people`) {
			t.Error("they are thought unreachable")
		}
	})
}

func TestTheNewestConsentToThePresentNoticeCounts(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		consented := func(update int64, want bool) {
			t.Helper()
			if got := arrive(t, h, actor(1, update), ""); got.Consented != want || got.NewsAsked {
				t.Errorf("update %d: %+v", update, got)
			}
		}
		consented(1, false)
		agree(t, h, actor(1, 2), party.Membership, "2020-01", true)
		consented(3, false) // to another notice
		agree(t, h, actor(1, 4), party.Membership, party.CurrentConsent, true)
		consented(5, true)
		agree(t, h, actor(1, 6), party.Membership, party.CurrentConsent, false)
		agree(t, h, actor(1, 4), party.Membership, party.CurrentConsent, true) // a repeat of the older one
		consented(7, false)
		if n := one[int](t, h, `SELECT count(*) FROM consents`); n != 3 {
			t.Errorf("%d consents", n)
		}
		agree(t, h, actor(1, 8), party.News, party.CurrentConsent, false)
		if got := arrive(t, h, actor(1, 9), ""); !got.NewsAsked || got.Language != party.Hindi {
			t.Errorf("%+v", got)
		}
	})
}

func TestLeavingTakesBackWhatWasGiven(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		agree(t, h, actor(1, 1), party.Membership, party.CurrentConsent, true)
		number := save(t, h.Store, actor(1, 2), member(1, "ABC1034560")).Record.Number
		if got := arrive(t, h, actor(1, 3), ""); got.Member != number || got.Nonce != member(1, "ABC1034560").Nonce {
			t.Errorf("as a member: %+v", got)
		}
		for range 2 {
			if err := h.Withdraw(t.Context(), actor(1, 4), number); err != nil {
				t.Fatal(err)
			}
		}
		got := arrive(t, h, actor(1, 5), "")
		if got.Member != "" || got.Consented || got.NewsAsked {
			t.Errorf("after leaving: %+v", got)
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE action = 'member-withdrawn'`); n != 1 {
			t.Errorf("audited %d times", n)
		}
	})
}

func TestStepsAreWrittenInOneGo(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		const many = 3000
		h.exec(t, `INSERT INTO people (telegram_id, language) SELECT n, 'hi' FROM generate_series(1, $1) AS n`, many)
		steps := make([]flows.Progress, many+1) // one of them unknown
		for i := range steps {
			steps[i] = flows.Progress{Person: int64(many + 1 - i), Step: fmt.Sprint("enroll/", i%3), Language: party.English}
		}
		if err := h.WriteSteps(t.Context(), steps); err != nil {
			t.Fatal(err)
		}
		if n := one[int](t, h, `SELECT count(*) FROM people WHERE step LIKE 'enroll/%' AND language = 'en'`); n != many {
			t.Errorf("%d steps", n)
		}
	})
}

func TestPurgeErasesWhatWasPromised(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		for person := range int64(4) {
			arrive(t, h, actor(person+1, 1), "")
			agree(t, h, actor(person+1, 2), party.Membership, party.CurrentConsent, true)
		}
		stays := save(t, h.Store, actor(1, 3), member(1, "ABC1034560")).Record.Number
		left := save(t, h.Store, actor(2, 3), member(2, "ZZZ1234566")).Record.Number
		if err := h.Withdraw(t.Context(), actor(2, 4), left); err != nil {
			t.Fatal(err)
		}
		h.exec(t, `UPDATE people SET updated_at = now() - interval '31 days' WHERE telegram_id <> 4`)
		purge := func(wantPeople, wantMembers int64) {
			t.Helper()
			people, members, err := h.Purge(t.Context())
			if err != nil || people != wantPeople || members != wantMembers {
				t.Errorf("%d people, %d members, %v", people, members, err)
			}
		}
		purge(1, 0) // person 3 alone: 1 is a member, 2 left today, 4 is at it
		if n := one[int](t, h, `SELECT count(*) FROM consents WHERE telegram_id = 3`); n != 0 {
			t.Errorf("%d consents of someone who is gone", n)
		}
		h.exec(t, `UPDATE members SET withdrawn_at = now() - interval '91 days' WHERE withdrawn_at IS NOT NULL`)
		purge(1, 1)
		purge(0, 0)
		for _, row := range export(t, h.Store) {
			switch {
			case row[0] == string(left) && (row[1] != "" || row[2] != "" || row[6] != "" || row[9] != "withdrawn"):
				t.Errorf("left: %q", row)
			case row[0] == string(stays) && (row[1] == "" || row[6] != "1"):
				t.Errorf("stays: %q", row)
			}
		}
		if saved := save(t, h.Store, actor(2, 3), member(2, "ZZZ1234566")); saved.Fresh || saved.Record.Number != left {
			t.Errorf("a draft whose row was erased: %+v", saved)
		}
	})
}
