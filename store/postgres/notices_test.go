package postgres_test

import (
	"sync"
	"testing"
	"time"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// chiefsAreTold leaves n notices to a chief enroller that somebody applied.
func chiefsAreTold(t *testing.T, h house, n int) {
	t.Helper()
	appointed(t, h)
	for i := range n {
		h.exec(t, `INSERT INTO notices (telegram_id, kind, subject, count) VALUES (801, 'applied', $1, 1)`, string(rune('a'+i)))
	}
	h.exec(t, `DELETE FROM notices WHERE kind = 'menu'`)
}

func due(t *testing.T, h house, most int) []flows.Due {
	t.Helper()
	list, err := h.Due(t.Context(), most, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestTwoReplicasNeverClaimOneNotice(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		chiefsAreTold(t, h, 20)
		var all sync.WaitGroup
		lists := make([][]flows.Due, 4)
		for i := range lists {
			all.Go(func() { lists[i], _ = h.Due(t.Context(), 10, time.Minute) })
		}
		all.Wait()
		seen := map[int64]bool{}
		for _, list := range lists {
			for _, d := range list {
				if seen[d.ID] {
					t.Errorf("notice %d was claimed twice", d.ID)
				}
				seen[d.ID] = true
			}
		}
		if len(seen) != 20 || len(due(t, h, 10)) != 0 {
			t.Errorf("%d of 20 claimed", len(seen))
		}
	})
}

func TestAClaimedNoticeIsDueAgainAfterItsLease(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		chiefsAreTold(t, h, 1)
		first := due(t, h, 1)
		if len(first) != 1 || first[0].Person != chiefID || first[0].Notice.Kind != flows.NoticeApplied || first[0].Notice.Count != 1 || first[0].Tries != 1 || !first[0].Reachable {
			t.Fatalf("%+v", first)
		}
		h.exec(t, `UPDATE notices SET due_at = due_at - interval '1 minute'`)
		again := due(t, h, 1)
		if len(again) != 1 || again[0].Tries != 2 {
			t.Fatalf("after the lease: %+v", again)
		}
		again[0].Tries = 0
		if err := h.Postpone(t.Context(), again[0], -time.Second); err != nil {
			t.Fatal(err)
		}
		if back := due(t, h, 1); len(back) != 1 || back[0].Tries != 1 {
			t.Errorf("given back: %+v", back)
		}
		if err := h.Drop(t.Context(), again[0]); err != nil || one[int](t, h, `SELECT count(*) FROM notices`) != 0 {
			t.Errorf("dropped: %v", err)
		}
	})
}

// TestWhatIsGatheredWhileANoticeIsSaidIsNotLost: the one that was claimed is
// said with what it held then; the rest stays.
func TestWhatIsGatheredWhileANoticeIsSaidIsNotLost(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		link := makeLink(t, h, chiefID, 1, party.Enroller, party.Area{AC: 55}, true)
		apply := func(person int64) {
			_, err := h.Apply(t.Context(), actor(person, person), flows.Apply{Token: link.Token, Booth: party.Booth{AC: 55, Part: 12}, Name: "गीता"})
			if err != nil {
				t.Fatal(err)
			}
		}
		apply(1)
		apply(2)
		h.exec(t, `DELETE FROM notices WHERE kind <> 'applied'`)
		if early := due(t, h, 5); len(early) != 0 {
			t.Fatalf("said before it was gathered: %+v", early)
		}
		h.exec(t, `UPDATE notices SET due_at = now()`)
		list := due(t, h, 5)
		apply(3)
		if err := h.Said(t.Context(), list[0]); err != nil || list[0].Notice.Count != 2 {
			t.Fatalf("%+v, %v", list, err)
		}
		h.exec(t, `UPDATE notices SET due_at = now()`)
		rest := due(t, h, 5)
		if len(rest) != 1 || rest[0].Notice.Count != 1 || rest[0].Tries != 1 {
			t.Fatalf("the rest: %+v", rest)
		}
		if err := h.Said(t.Context(), rest[0]); err != nil || one[int](t, h, `SELECT count(*) FROM notices`) != 0 {
			t.Errorf("it stays after it was said: %v", err)
		}
	})
}

func TestNoticesKnowTheLanguageAndWhoCanBeReached(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		chiefsAreTold(t, h, 1)
		arrive(t, h, actor(chiefID, 1), "")
		if err := h.WriteSteps(t.Context(), []flows.Progress{{Person: chiefID, Language: party.English}}); err != nil {
			t.Fatal(err)
		}
		if err := h.SetReachable(t.Context(), chiefID, false); err != nil {
			t.Fatal(err)
		}
		for _, d := range due(t, h, 5) {
			if d.Language != party.English || d.Reachable {
				t.Errorf("%+v", d)
			}
		}
	})
}

// TestMenusFollowOfficesAndLanguages: whoever gets an office, loses it or
// changes the language is shown another menu; a citizen's stays.
func TestMenusFollowOfficesAndLanguages(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		menus := func(when string, want int64) {
			t.Helper()
			got := one[int64](t, h, `SELECT coalesce(sum(telegram_id), 0)::bigint FROM notices WHERE kind = 'menu'`)
			if got != want {
				t.Errorf("%s: of %d, want %d", when, got, want)
			}
			h.exec(t, `DELETE FROM notices`)
		}
		appointed(t, h)
		menus("the command line appoints", adminID+chiefID+farChiefID)
		link := makeLink(t, h, chiefID, 1, party.Enroller, booth(55, 12), false)
		if _, _, err := h.AcceptLink(t.Context(), actor(1, 1), flows.AcceptLink{Token: link.Token, Name: "गीता"}); err != nil {
			t.Fatal(err)
		}
		menus("a link is accepted", 1)
		if got, err := h.OfficesOf(t.Context(), 1); err != nil || len(got) != 1 || got[0] != party.Enroller {
			t.Errorf("%v, %v", got, err)
		}
		arrive(t, h, actor(2, 1), "")
		for _, person := range []int64{1, 2} {
			if err := h.WriteSteps(t.Context(), []flows.Progress{{Person: person, Language: party.English, Step: "x"}}); err != nil {
				t.Fatal(err)
			}
		}
		menus("both speak English now", 1)
		if err := h.WriteSteps(t.Context(), []flows.Progress{{Person: 1, Language: party.English, Step: "y"}}); err != nil {
			t.Fatal(err)
		}
		menus("a step further", 0)
		a := actor(1, 9)
		a.Language = party.Hindi
		if err := h.RecordConsent(t.Context(), a, flows.RecordConsent{Kind: party.News, Version: "1", Via: party.Self}); err != nil {
			t.Fatal(err)
		}
		menus("a consent in Hindi", 1)
		id := one[int64](t, h, `SELECT id FROM offices WHERE telegram_id = 1`)
		if _, err := h.ConfirmAppointment(t.Context(), actor(chiefID, 2), flows.ConfirmAppointment{ID: id}); err != nil {
			t.Fatal(err)
		}
		menus("it was the wrong person", 1)
		if got, err := h.OfficesOf(t.Context(), 1); err != nil || len(got) != 0 {
			t.Errorf("%v, %v", got, err)
		}
	})
}

// TestANoticeThatNeverGoesIsSeenToWait: neither a claim nor putting it off makes it
// look as if it had just fallen due; what is wanted for later has not waited yet.
func TestANoticeThatNeverGoesIsSeenToWait(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		waits := func(when string, most int, least, under time.Duration) {
			t.Helper()
			p, err := h.Pulse(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if p.Notices != most || p.NoticesAge < least || p.NoticesAge >= under {
				t.Errorf("%s: %d wait, the oldest for %v", when, p.Notices, p.NoticesAge)
			}
		}
		appointed(t, h)
		link := makeLink(t, h, chiefID, 1, party.Enroller, party.Area{AC: 55}, true)
		apply := func(person int64) {
			_, err := h.Apply(t.Context(), actor(person, person), flows.Apply{Token: link.Token, Booth: party.Booth{AC: 55, Part: 12}, Name: "गीता"})
			if err != nil {
				t.Fatal(err)
			}
		}
		apply(1)
		h.exec(t, `DELETE FROM notices WHERE kind <> 'applied'`)
		waits("it is gathered for a minute", 0, 0, time.Second)

		h.exec(t, `UPDATE notices SET due_at = due_at - interval '1 hour', since = since - interval '1 hour'`)
		for range 3 {
			list := due(t, h, 5)
			if len(list) != 1 {
				t.Fatalf("%+v", list)
			}
			waits("while somebody tries", 1, 58*time.Minute, time.Hour)
			if err := h.Postpone(t.Context(), list[0], time.Minute); err != nil {
				t.Fatal(err)
			}
			waits("put off", 1, 58*time.Minute, time.Hour)
			h.exec(t, `UPDATE notices SET due_at = now()`)
		}
		list := due(t, h, 5)
		apply(2)
		waits("with one more in it", 1, 58*time.Minute, time.Hour)
		if err := h.Said(t.Context(), list[0]); err != nil {
			t.Fatal(err)
		}
		waits("said, and what came meanwhile is gathered", 0, 0, time.Second)
		waitFromDue(t, h)
	})
}

// waitFromDue holds that notices which nobody has tried yet wait from when they
// fall due.
func waitFromDue(t *testing.T, h house) {
	t.Helper()
	if n := one[int](t, h, `SELECT count(*) FROM notices WHERE since <> due_at`); n != 0 || one[int](t, h, `SELECT count(*) FROM notices`) == 0 {
		t.Errorf("%d notices wait from another time than that at which they fall due", n)
	}
}
