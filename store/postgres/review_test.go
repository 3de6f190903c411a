package postgres_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// doubted saves an entry and puts it in review for the given reasons.
func doubted(t *testing.T, h house, person int64, nonce byte, epic string, doubts ...party.Doubt) int64 {
	t.Helper()
	save(t, h.Store, actor(person, 9000+int64(nonce)), member(nonce, epic))
	id := idOf(t, h, nonce)
	h.exec(t, `UPDATE members SET status = 'review', reasons = $2 WHERE id = $1`, id, doubts)
	return id
}

func idOf(t *testing.T, h house, nonce byte) int64 {
	t.Helper()
	return one[int64](t, h, `SELECT id FROM members WHERE nonce = $1`, member(nonce, "ABC1034560").Nonce)
}

func judge(t *testing.T, h house, by, update, id int64, v flows.Verdict, why party.Refusal) flows.Judgement {
	t.Helper()
	out, err := h.JudgeEntry(t.Context(), actor(by, update), flows.JudgeEntry{ID: id, Verdict: v, Why: why})
	if err != nil {
		t.Fatal(err)
	}
	return out.Outcome
}

// standing is a row's status, figure and doubts.
func standing(t *testing.T, h house, id int64) string {
	t.Helper()
	return one[string](t, h, `SELECT status || ' ' || counts || ' ' || array_to_string(reasons, ',') FROM members WHERE id = $1`, id)
}

func TestEntriesAreReviewedByWhoIsInCharge(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		h.exec(t, `INSERT INTO offices (office, code, telegram_id, name_sealed, ac_no, status) VALUES ('chief', '111111111', 803, '', 55, 'suspended')`)
		code := appoint(t, h.Store, 900)
		listed := doubted(t, h, 1, 1, "WKH1186254", party.CheckDigit)
		pending := doubted(t, h, 2, 2, "ZZZ0000018", party.Burst)
		h.exec(t, `UPDATE members SET ac_no = NULL, part_no = NULL, letter = NULL, enroller_code = $2 WHERE id = $1`, pending, string(code))
		nobodys := doubted(t, h, 3, 3, "ZZZ0000000", party.Burst)
		h.exec(t, `UPDATE members SET ac_no = NULL, part_no = NULL, letter = NULL WHERE id = $1`, nobodys)
		for _, c := range []struct {
			by   int64
			who  string
			sees []int64
		}{
			{adminID, "an admin", []int64{listed, pending, nobodys}},
			{chiefID, "the chief enroller of the constituency", []int64{listed, pending}},
			{farChiefID, "one of another constituency", nil},
			{803, "a suspended one", nil},
			{900, "an enroller", nil},
			{1, "a citizen", nil},
		} {
			var seen []int64
			for e := (flows.LoadDoubtful{}); ; {
				got, err := h.Doubtful(t.Context(), actor(c.by, 1), e)
				if err != nil {
					t.Fatal(err)
				}
				if got.ID == 0 {
					break
				}
				if got.VoterID.Number != "" {
					t.Errorf("%s sees a number in full unasked", c.who)
				}
				seen = append(seen, got.ID)
				e.After = got.ID
			}
			if diff := cmp.Diff(c.sees, seen); diff != "" {
				t.Errorf("%s sees (-want +got):\n%s", c.who, diff)
			}
			desk, err := h.ReviewDesk(t.Context(), actor(c.by, 1))
			if err != nil || desk.Waiting != len(c.sees) || desk.Power != (len(c.sees) > 0 || c.by == farChiefID) {
				t.Errorf("%s: %+v, %v", c.who, desk, err)
			}
			for _, id := range []int64{listed, pending, nobodys, 9999} {
				shown, err := h.ShowVoterID(t.Context(), actor(c.by, 2), id)
				if err != nil || (shown.ID != 0) != contains(c.sees, id) {
					t.Errorf("%s is shown the number of %d: %v, %v", c.who, id, shown.ID != 0, err)
				}
				if contains(c.sees, id) {
					continue
				}
				if got := judge(t, h, c.by, 3, id, flows.Accept, ""); got != flows.EntryGone && got != flows.EntryOwn {
					t.Errorf("%s decides %d: %q", c.who, id, got)
				}
				mended, err := h.MendEntry(t.Context(), actor(c.by, 4), flows.MendEntry{ID: id, Name: "x"})
				if err != nil || mended.Name != "" {
					t.Errorf("%s corrects %d: %+v, %v", c.who, id, mended, err)
				}
			}
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE action = 'number-shown'`); n != 5 {
			t.Errorf("%d showings of a number are audited, not 5", n)
		}
	})
}

func contains(list []int64, id int64) bool {
	for _, x := range list {
		if x == id {
			return true
		}
	}
	return false
}

// TestNobodyReviewsWhatTheyEnrolled: neither their own row, nor their family's,
// nor what they recorded or is credited to a code of theirs, nor an entry that
// disputes the number of one of these.
func TestNobodyReviewsWhatTheyEnrolled(t *testing.T) {
	for name, how := range map[string]string{
		"their own row":                    `UPDATE members SET telegram_id = 801 WHERE id = $1`,
		"their family":                     `UPDATE members SET telegram_id = 801, via = 'family' WHERE id = $1`,
		"what they recorded":               `UPDATE members SET telegram_id = 0, via = 'assisted', recorded_by = 801 WHERE id = $1`,
		"a code of theirs":                 `UPDATE members SET enroller_code = (SELECT code FROM offices WHERE telegram_id = 801 AND office = 'enroller') WHERE id = $1`,
		"a code of theirs, suspended":      `WITH o AS (UPDATE offices SET status = 'suspended' WHERE telegram_id = 801 AND office = 'enroller' RETURNING code) UPDATE members SET enroller_code = o.code FROM o WHERE id = $1`,
		"one that disputes their own":      `UPDATE members SET telegram_id = 801 WHERE status = 'confirmed' AND $1::bigint > 0`,
		"one that disputes their enrolled": `UPDATE members SET via = 'assisted', recorded_by = 801 WHERE status = 'confirmed' AND $1::bigint > 0`,
	} {
		t.Run(name, func(t *testing.T) {
			eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
				appointed(t, h)
				appoint(t, h.Store, chiefID)
				save(t, h.Store, actor(1, 9001), member(1, "ABC1034560"))
				id := doubted(t, h, 2, 2, "ABC1034560", party.Taken)
				h.exec(t, how, id)
				if got, err := h.Doubtful(t.Context(), actor(chiefID, 1), flows.LoadDoubtful{}); err != nil || got.ID != 0 {
					t.Errorf("it is shown: %+v, %v", got, err)
				}
				for _, v := range []flows.Verdict{flows.Accept, flows.Stands, flows.Refuse} {
					if got := judge(t, h, chiefID, 2, id, v, party.OtherReason); got != flows.EntryOwn {
						t.Errorf("%s: %q", v, got)
					}
				}
				if got := standing(t, h, id); got != "review 1 taken" {
					t.Error(got)
				}
				if got := judge(t, h, adminID, 2, id, flows.Stands, ""); got != flows.EntryStands {
					t.Errorf("an admin: %q", got)
				}
			})
		})
	}
}

func TestADecisionIsMadeOnceAndTold(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		odd := doubted(t, h, 1, 1, "WKH1186254", party.CheckDigit)
		burst := doubted(t, h, 2, 2, "ZZZ0000018", party.Burst)
		refused := doubted(t, h, 3, 3, "ZZZ0000000", party.Burst)
		for range 2 { // the update comes again
			if got := judge(t, h, chiefID, 10, odd, flows.Accept, ""); got != flows.EntryStands {
				t.Errorf("accepted: %q", got)
			}
			if got := judge(t, h, chiefID, 11, refused, flows.Refuse, party.NotOnRoll); got != flows.EntryRefused {
				t.Errorf("refused: %q", got)
			}
		}
		judge(t, h, chiefID, 12, burst, flows.Accept, "")
		if got := judge(t, h, adminID, 13, odd, flows.Refuse, party.OtherReason); got != flows.EntryGone {
			t.Errorf("a second reviewer: %q", got)
		}
		for id, want := range map[int64]string{odd: "confirmed 2 ", burst: "confirmed 2 ", refused: "refused 0 burst"} {
			if got := standing(t, h, id); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
		if got := one[string](t, h, `SELECT string_agg(action || ' ' || reason, ', ' ORDER BY id) FROM audit WHERE action LIKE 'review-%'`); got != "review-accepted check-digit, review-refused not-on-roll, review-accepted burst" {
			t.Errorf("audited: %s", got)
		}
		if got := one[string](t, h, `SELECT string_agg(kind, ', ' ORDER BY id) FROM events WHERE kind <> 'saved'`); got != "accepted, refused, accepted" {
			t.Errorf("events: %s", got)
		}
		// Who was told that the number is to be matched hears of it; who was not, knows of no review.
		if got := one[string](t, h, `SELECT string_agg(telegram_id || kind, ', ' ORDER BY telegram_id) FROM notices WHERE kind <> 'menu'`); got != "1reviewed, 3refused" {
			t.Errorf("told: %s", got)
		}
	})
}

// TestTwoReviewersAtOnce: one decides, the other is told.
func TestTwoReviewersAtOnce(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		for i := range byte(10) {
			id := doubted(t, h, int64(100+i), i+1, fmt.Sprintf("RJ/20/152/12345%d", i), party.OldForm)
			outcomes := make([]flows.Judgement, 2)
			var wg sync.WaitGroup
			for who, verdict := range []flows.Verdict{flows.Accept, flows.Refuse} {
				wg.Go(func() {
					out, err := h.JudgeEntry(t.Context(), actor([]int64{adminID, chiefID}[who], int64(i)*10+int64(who)+50), flows.JudgeEntry{ID: id, Verdict: verdict, Why: party.OtherReason})
					if err != nil {
						t.Error(err)
					}
					outcomes[who] = out.Outcome
				})
			}
			wg.Wait()
			if (outcomes[0] == flows.EntryStands) == (outcomes[1] == flows.EntryRefused) {
				t.Errorf("%q", outcomes)
			}
		}
	})
}

// TestOfTwoEntriesWithOneNumberOneStands: accepting says that another holds it;
// letting it stand puts the other one in review, and what a reviewer let stand
// only an admin puts out.
func TestOfTwoEntriesWithOneNumberOneStands(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		save(t, h.Store, actor(1, 9001), member(1, "ABC1034560"))
		save(t, h.Store, actor(2, 1), member(2, "ABC1034560"))
		first, second := idOf(t, h, 1), idOf(t, h, 2)
		out, err := h.JudgeEntry(t.Context(), actor(chiefID, 20), flows.JudgeEntry{ID: second, Verdict: flows.Accept})
		if err != nil || out.Outcome != flows.EntryHeld || out.Other.IsZero() {
			t.Errorf("%+v, %v", out, err)
		}
		if got := judge(t, h, chiefID, 21, second, flows.Stands, ""); got != flows.EntryStands {
			t.Errorf("%q", got)
		}
		if got := standing(t, h, first) + "; " + standing(t, h, second); got != "review 1 taken; confirmed 2 " {
			t.Error(got)
		}
		if got := judge(t, h, chiefID, 22, first, flows.Stands, ""); got != flows.EntrySettled {
			t.Errorf("back again: %q", got)
		}
		if got := judge(t, h, adminID, 23, first, flows.Stands, ""); got != flows.EntryStands {
			t.Errorf("an admin: %q", got)
		}
		if got := standing(t, h, first) + "; " + standing(t, h, second); got != "confirmed 2 ; review 1 taken" {
			t.Error(got)
		}
		if n := one[int](t, h, `SELECT count(*) FROM notices WHERE kind <> 'menu'`); n != 0 {
			t.Errorf("%d notices tell a member of a review that nobody told them of", n)
		}
		if n := one[int](t, h, `SELECT count(*) FROM events WHERE kind IN ('accepted', 'displaced')`); n != 4 {
			t.Errorf("%d events, not 4", n)
		}
	})
}

// TestManyEntriesOfOneNumberAreJudgedAtOnce: whatever the order, one is confirmed
// in the end and nobody waits for ever.
func TestManyEntriesOfOneNumberAreJudgedAtOnce(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		for i := range byte(6) {
			save(t, h.Store, actor(int64(i+1), 1), member(i+1, "ABC1034560"))
		}
		var wg sync.WaitGroup
		for i := range byte(6) {
			id := idOf(t, h, i+1)
			wg.Go(func() {
				for try := range int64(3) {
					if _, err := h.JudgeEntry(t.Context(), actor(adminID, 100+int64(i)*10+try), flows.JudgeEntry{ID: id, Verdict: flows.Stands}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if n := one[int](t, h, `SELECT count(*) FROM members WHERE status = 'confirmed'`); n != 1 {
			t.Errorf("%d are confirmed", n)
		}
	})
}

func TestWhoWasNotAskedIsTreatedAsOneWhoComplained(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		id := doubted(t, h, 1, 1, "ABC1034560", party.Burst)
		h.exec(t, `UPDATE members SET via = 'assisted', telegram_id = 0, recorded_by = 900 WHERE id = $1`, id)
		for range 2 {
			if got := judge(t, h, chiefID, 5, id, flows.Refuse, party.NotAsked); got != flows.EntryRefused {
				t.Errorf("%q", got)
			}
		}
		if got := standing(t, h, id); got != "frozen 1 burst" {
			t.Errorf("%q: the enroller's figure must stand until Monday", got)
		}
		if n := one[int](t, h, `SELECT count(*) FROM events WHERE kind <> 'saved'`); n != 0 {
			t.Errorf("%d events", n)
		}
		if n := one[int](t, h, `SELECT count(*) FROM cases WHERE member_id = $1 AND kind = 'unasked'`, id); n != 1 {
			t.Errorf("%d cases come before an admin", n)
		}
		if got, err := h.Doubtful(t.Context(), actor(chiefID, 6), flows.LoadDoubtful{}); err != nil || got.ID != 0 {
			t.Errorf("a frozen row is reviewed: %+v, %v", got, err)
		}
	})
}

func TestACorrectedEntryIsLookedAtAnew(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		save(t, h.Store, actor(9, 1), member(9, "ABC1034560"))
		id := doubted(t, h, 1, 1, "WKH1186254", party.CheckDigit, party.Burst)
		mend := func(update int64, e flows.MendEntry) flows.Judgement {
			e.ID = id
			out, err := h.MendEntry(t.Context(), actor(chiefID, update), e)
			if err != nil {
				t.Fatal(err)
			}
			return out.Outcome
		}
		number := func(epic string) party.VoterID { return member(0, epic).VoterID }
		for i, c := range []struct {
			what string
			e    flows.MendEntry
			want flows.Judgement
			row  string
		}{
			{"the name", flows.MendEntry{Name: "कमला बाई"}, flows.EntryWaits, "review 1 check-digit,burst"},
			{"the booth", flows.MendEntry{Booth: party.Booth{AC: 55, Part: 13}, Version: "sample 2014"}, flows.EntryWaits, "review 1 check-digit,burst"},
			{"a number that another has", flows.MendEntry{VoterID: number("ABC1034560")}, flows.EntryWaits, "review 1 taken,burst"},
			{"an old one", flows.MendEntry{VoterID: number("RJ/20/152/123456")}, flows.EntryWaits, "review 1 old-form,burst"},
			{"a sound one", flows.MendEntry{VoterID: number("WKH1186253")}, flows.EntryWaits, "review 1 burst"},
		} {
			for range 2 {
				if got := mend(int64(20+i), c.e); got != c.want {
					t.Errorf("%s: %q", c.what, got)
				}
			}
			if got := standing(t, h, id); got != c.row {
				t.Errorf("%s: %q, want %q", c.what, got, c.row)
			}
		}
		h.exec(t, `UPDATE members SET reasons = '{check-digit}' WHERE id = $1`, id)
		if got := mend(30, flows.MendEntry{VoterID: number("WKH1186253")}); got != flows.EntryStands {
			t.Errorf("nothing left: %q", got)
		}
		row := strings.Join(export(t, h.Store)[1][1:6], " ")
		if row != "कमला बाई WKH1186253 55 13 " {
			t.Errorf("%q", row)
		}
		if got := one[string](t, h, `SELECT string_agg(reason, ' ' ORDER BY id) FROM audit WHERE action = 'review-corrected'`); got != "name booth voter-id voter-id voter-id voter-id" {
			t.Errorf("audited: %s", got)
		}
		if got := one[int](t, h, `SELECT part_no FROM events WHERE kind = 'corrected' ORDER BY id LIMIT 1 OFFSET 1`); got != 12 {
			t.Errorf("the event of a moved booth names %d", got)
		}
	})
}

// TestChiefEnrollersAreToldOnceADayWhatWaits: when something came since, and
// every day while something waits longer than was promised.
func TestChiefEnrollersAreToldOnceADayWhatWaits(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		told := func() int {
			t.Helper()
			n, err := h.TellDoubtful(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := told(); n != 0 {
			t.Errorf("%d are told that nothing waits", n)
		}
		doubted(t, h, 1, 1, "WKH1186254", party.CheckDigit)
		doubted(t, h, 2, 2, "ZZZ0000018", party.Burst)
		if n := told(); n != 1 {
			t.Errorf("%d are told that entries came", n)
		}
		if n := told(); n != 0 {
			t.Errorf("%d are told twice on a day", n)
		}
		if got := one[string](t, h, `SELECT telegram_id || ' ' || count FROM notices WHERE kind = 'doubtful'`); got != "801 2" {
			t.Error(got)
		}
		nextDay := func(came string) {
			h.exec(t, `UPDATE offices SET doubtful_on = doubtful_on - 1`)
			h.exec(t, `UPDATE members SET confirmed_at = now() - $1::interval`, came)
		}
		nextDay("2 days")
		if n := told(); n != 0 {
			t.Errorf("%d are told on a day on which nothing came", n)
		}
		nextDay("4 days")
		if n := told(); n != 1 {
			t.Errorf("%d are told of what waits too long", n)
		}
	})
}
