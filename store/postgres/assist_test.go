package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

const seatedID = 900 // enroller of booth 55/12

func seated(t *testing.T, h house) party.Code {
	t.Helper()
	code, err := h.Appoint(t.Context(), postgres.Appointment{
		Office: party.Enroller, TelegramID: seatedID, Name: "सुनीता मीणा", Area: party.Area{Booth: party.Booth{AC: 55, Part: 12}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// taken is what an enroller took down.
func taken(name party.Name, epic string) flows.AssistDraft {
	m := member(1, epic)
	return flows.AssistDraft{Name: name, VoterID: m.VoterID, Station: &party.Station{Booth: m.Booth, Version: m.Version}}
}

func keep(t *testing.T, h house, a flows.Actor, d flows.AssistDraft) flows.DraftKept {
	t.Helper()
	kept, err := h.KeepDraft(t.Context(), a, flows.KeepDraft{Draft: d})
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// assisted is what saves a draft.
func assisted(d flows.DraftKept, epic string, m party.Mobile) flows.SaveMember {
	e := member(1, epic)
	e.Nonce, e.Via, e.Mobile = d.Nonce, party.Assisted, m
	return e
}

func TestADraftIsKeptOnceAnUpdateAndForItsEnrollerAlone(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		seated(t, h)
		var wg sync.WaitGroup
		ids := make([]int64, 20)
		for i := range ids { // racing, as on two replicas
			wg.Go(func() {
				kept, err := h.KeepDraft(t.Context(), actor(seatedID, 7), flows.KeepDraft{Draft: taken("कमला देवी", "ABC1034560")})
				if err != nil || !kept.Enroller {
					t.Errorf("%+v, %v", kept, err)
				}
				ids[i] = kept.ID
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id != ids[0] || id == 0 {
				t.Fatalf("drafts %v", ids)
			}
		}
		second := keep(t, h, actor(seatedID, 8), taken("राम लाल", "ZZZ1234566"))
		changed := taken("राम लाल", "ZZZ1234566")
		changed.ID, changed.Nonce, changed.Mobile = second.ID, second.Nonce, "9829012345"
		keep(t, h, actor(seatedID, 9), changed)
		list, err := h.Drafts(t.Context(), actor(seatedID, 10), 0)
		if err != nil || list.Waiting != 2 || len(list.List) != 2 || list.List[0].Name != "कमला देवी" || list.List[1].Mobile != "9829012345" || list.List[1].VoterID.Number != "ZZZ1234566" {
			t.Errorf("%+v, %v", list, err)
		}
		for _, other := range []int64{901, 0} {
			got, err := h.Draft(t.Context(), actor(other, 1), second.ID)
			if err != nil || got.Draft.ID != 0 {
				t.Errorf("another sees %+v, %v", got, err)
			}
			if err := h.DropDraft(t.Context(), actor(other, 1), second.ID); err != nil {
				t.Fatal(err)
			}
			if kept, err := h.KeepDraft(t.Context(), actor(other, 2), flows.KeepDraft{Draft: changed}); err != nil || kept.Enroller || kept.ID != 0 {
				t.Errorf("another keeps %+v, %v", kept, err)
			}
		}
		if n := one[int](t, h, `SELECT count(*) FROM drafts`); n != 2 {
			t.Errorf("%d drafts", n)
		}
		if err := h.DropDraft(t.Context(), actor(seatedID, 11), second.ID); err != nil {
			t.Fatal(err)
		}
		if list, _ := h.Drafts(t.Context(), actor(seatedID, 12), 3); list.Waiting != 1 || list.Page != 0 {
			t.Errorf("after one was thrown away: %+v", list)
		}
	})
}

func TestOneEnrollerHasSoManyDrafts(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		seated(t, h)
		h.exec(t, `INSERT INTO drafts (nonce, telegram_id, body_sealed) SELECT gen_random_uuid(), $1, '' FROM generate_series(1, $2)`, seatedID, flows.DraftsLimit)
		if kept := keep(t, h, actor(seatedID, 1), taken("कमला देवी", "ABC1034560")); kept.ID != 0 || kept.Waiting != flows.DraftsLimit {
			t.Errorf("%+v", kept)
		}
	})
}

func TestAnAssistedMemberIsSavedOnceWithAllThatBelongsToIt(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		code := seated(t, h)
		kept := keep(t, h, actor(seatedID, 1), taken("कमला देवी", "ABC1034560"))
		e := assisted(kept, "ABC1034560", "9829012345")
		var wg sync.WaitGroup
		saved := make([]flows.Saved, 20)
		for i := range saved {
			wg.Go(func() {
				var err error
				if saved[i], err = h.SaveMember(t.Context(), actor(seatedID, int64(i+2)), e); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, s := range saved {
			if s.Record.Number != saved[0].Record.Number || s.Record.Number == "" || s.Slip != saved[0].Slip || s.Slip.Number() != s.Record.Number || !s.Fresh {
				t.Errorf("%+v", s)
			}
		}
		rows := export(t, h.Store)
		if len(rows) != 1 || rows[0][1] != "कमला देवी" || rows[0][5] != string(code) || rows[0][6] != "" || rows[0][8] != "assisted" || rows[0][9] != "confirmed" {
			t.Errorf("%q", rows)
		}
		for what, sql := range map[string]string{
			"row":     `SELECT count(*) FROM members WHERE telegram_id = 0 AND recorded_by = 900 AND counts = 1 AND mobile_sealed IS NOT NULL AND mobile_index IS NOT NULL`,
			"consent": `SELECT count(*) FROM consents c JOIN members m USING (nonce) WHERE c.telegram_id = 0 AND c.kind = 'membership' AND c.via = 'assisted' AND c.given AND c.update_id < 0 AND c.version = m.consent_version`,
			"event":   `SELECT count(*) FROM events WHERE kind = 'saved'`,
			"audit":   `SELECT count(*) FROM audit WHERE action = 'member-saved' AND actor = 900`,
		} {
			if n := one[int](t, h, sql); n != 1 {
				t.Errorf("%d times: %s", n, what)
			}
		}
		if n := one[int](t, h, `SELECT count(*) FROM drafts`); n != 0 {
			t.Errorf("%d drafts", n)
		}
		// The message that made the draft comes again, long after.
		if again := keep(t, h, actor(seatedID, 1), taken("कमला देवी", "ABC1034560")); again.ID != 0 || !again.Enroller {
			t.Errorf("a draft of a member: %+v", again)
		}
		own, err := h.Records(t.Context(), actor(seatedID, 50))
		if err != nil || len(own.List) != 0 || !own.Consented.IsZero() {
			t.Errorf("the enroller's own records: %+v, %v", own, err)
		}
		if _, err := h.CorrectMember(t.Context(), actor(seatedID, 51), flows.CorrectMember{Number: saved[0].Record.Number, Name: "X Y", VoterID: e.VoterID}); err == nil {
			t.Error("the enroller corrects it")
		}
		if err := h.Withdraw(t.Context(), actor(seatedID, 52), saved[0].Record.Number); err != nil {
			t.Fatal(err)
		}
		if export(t, h.Store)[0][9] != "confirmed" {
			t.Error("the enroller withdrew it")
		}
		if a, err := h.Arrive(t.Context(), actor(seatedID, 53), flows.Arrive{}); err != nil || a.Member != "" || a.Consented {
			t.Errorf("the enroller arrives as %+v, %v", a, err)
		}
	})
}

func TestWhoIsNoActiveEnrollerSavesNobody(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		seated(t, h)
		kept := keep(t, h, actor(seatedID, 1), taken("कमला देवी", "ABC1034560"))
		first := save(t, h.Store, actor(seatedID, 2), assisted(kept, "ABC1034560", ""))
		other := keep(t, h, actor(seatedID, 3), taken("राम लाल", "ZZZ1234566"))
		h.exec(t, `UPDATE offices SET status = 'suspended'`)
		if got := save(t, h.Store, actor(seatedID, 4), assisted(other, "ZZZ1234566", "")); got.Record.Number != "" {
			t.Errorf("suspended: %+v", got)
		}
		if again := save(t, h.Store, actor(seatedID, 5), assisted(kept, "ABC1034560", "")); again.Record.Number != first.Record.Number || again.Slip != first.Slip {
			t.Errorf("what was saved before: %+v", again)
		}
		if a, err := h.Assist(t.Context(), actor(seatedID, 6)); err != nil || a.Code != "" {
			t.Errorf("%+v, %v", a, err)
		}
		if n := one[int](t, h, `SELECT count(*) FROM members`); n != 1 {
			t.Errorf("%d members", n)
		}
		// A chief is told how: the office is named.
		if _, err := h.Appoint(t.Context(), postgres.Appointment{Office: party.Chief, TelegramID: 800, Name: "Ramesh Gurjar", Area: party.Area{AC: 55}}); err != nil {
			t.Fatal(err)
		}
		if a, err := h.Assist(t.Context(), actor(800, 1)); err != nil || a.Code != "" || a.Office != party.Chief {
			t.Errorf("a chief: %+v, %v", a, err)
		}
	})
}

// bulk saves so many people of made-up numbers, one after another.
func bulk(t *testing.T, h house, n int, m party.Mobile) {
	t.Helper()
	for range n {
		at := one[int64](t, h, `SELECT count(*) + 1 FROM members`)
		d := flows.DraftKept{Nonce: flows.Nonce{byte(at), byte(at >> 8), 9}}
		save(t, h.Store, actor(seatedID, 100+at), assisted(d, soundEPIC(at), m))
	}
}

func soundEPIC(n int64) string {
	for last := range 10 {
		number := fmt.Sprintf("ZZY%06d%d", n, last)
		if r, err := party.ReadVoterID(number); err == nil && r.ID.Check {
			return number
		}
	}
	panic("one of ten digits is a check digit")
}

// reasons are those of the newest row.
func reasons(t *testing.T, h house) string {
	t.Helper()
	return one[string](t, h, `SELECT array_to_string(reasons, ' ') || CASE status WHEN 'review' THEN '' ELSE '!' END FROM members ORDER BY id DESC LIMIT 1`)
}

func TestDoubtfulAssistedMembersWaitInReview(t *testing.T) {
	limits := postgres.AssistedLimits{PerHour: 4, PerDay: 6, PerMobile: 3, Unclaimed: 5}
	eachHouse(t, postgres.Options{Assisted: limits}, func(t *testing.T, h house) {
		seated(t, h)
		older := func(by string) {
			h.exec(t, `UPDATE members SET confirmed_at = confirmed_at - $1::interval`, by)
		}
		bulk(t, h, 4, "")
		if got := reasons(t, h); got != "!" {
			t.Errorf("the fourth: %q", got)
		}
		if bulk(t, h, 1, ""); reasons(t, h) != "burst" {
			t.Errorf("the fifth of an hour: %q", reasons(t, h))
		}
		older("3 days")
		if bulk(t, h, 1, ""); reasons(t, h) != "unclaimed" {
			t.Errorf("after five whom nobody claimed: %q", reasons(t, h))
		}
		h.exec(t, `UPDATE members SET call_result = 'right' WHERE id = (SELECT max(id) FROM members)`)
		older("3 days")
		if bulk(t, h, 3, "9829012345"); reasons(t, h) != "!" {
			t.Errorf("the third of a mobile: %q", reasons(t, h))
		}
		h.exec(t, `UPDATE members SET claimed_at = now()`)
		if bulk(t, h, 1, "9829012345"); reasons(t, h) != "mobile" {
			t.Errorf("the fourth of a mobile: %q", reasons(t, h))
		}
		if n := one[int](t, h, `SELECT count(DISTINCT mobile_index) FROM members`); n != 1 {
			t.Errorf("one mobile has %d indexes", n)
		}
	})
}

func TestADaysLimitCountsTheDayOfIndia(t *testing.T) {
	eachHouse(t, postgres.Options{Assisted: postgres.AssistedLimits{PerHour: 100, PerDay: 3}}, func(t *testing.T, h house) {
		seated(t, h)
		bulk(t, h, 3, "")
		h.exec(t, `UPDATE members SET confirmed_at = date_trunc('day', now(), 'Asia/Kolkata')`)
		if bulk(t, h, 1, ""); reasons(t, h) != "burst" {
			t.Errorf("the fourth of a day: %q", reasons(t, h))
		}
		h.exec(t, `UPDATE members SET confirmed_at = date_trunc('day', now(), 'Asia/Kolkata') - interval '1 second'`)
		if bulk(t, h, 1, ""); reasons(t, h) != "!" {
			t.Errorf("the first of a day: %q", reasons(t, h))
		}
	})
}

func TestATakenNumberOfAnAssistedMemberLooksTheSame(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		seated(t, h)
		save(t, h.Store, actor(1, 1), member(3, "ABC1034560"))
		kept := keep(t, h, actor(seatedID, 1), taken("कमला देवी", "ABC1034560"))
		got := save(t, h.Store, actor(seatedID, 2), assisted(kept, "ABC1034560", ""))
		if !got.Fresh || got.Record.Number == "" || got.Record.Status != "" || reasons(t, h) != "taken" {
			t.Errorf("%+v, %s", got, reasons(t, h))
		}
	})
}

func TestOneInSoManyIsDrawnForACallAndAlwaysTheSame(t *testing.T) {
	eachHouse(t, postgres.Options{Assisted: postgres.AssistedLimits{PerHour: 1000, PerDay: 1000, CallBackOneIn: 4}}, func(t *testing.T, h house) {
		seated(t, h)
		bulk(t, h, 200, "")
		if n := one[int](t, h, `SELECT count(*) FROM members WHERE call_due`); n < 25 || n > 80 {
			t.Errorf("%d of 200 are called back, with 1 in 4", n)
		}
	})
}

func TestDraftsThatWaitTooLongAreGoneAndToldBefore(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		seated(t, h)
		for update, age := range map[int64]string{1: "73 hours", 2: "61 hours", 3: "62 hours", 4: "59 hours"} {
			kept := keep(t, h, actor(seatedID, update), taken("कमला देवी", "ABC1034560"))
			h.exec(t, `UPDATE drafts SET created_at = now() - $2::interval WHERE id = $1`, kept.ID, age)
		}
		for range 2 { // an hour later nothing is told twice
			if _, _, err := h.Purge(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if n := one[int](t, h, `SELECT count(*) FROM drafts`); n != 3 {
			t.Errorf("%d drafts are left", n)
		}
		if n := one[int](t, h, `SELECT count FROM notices WHERE telegram_id = 900 AND kind = 'drafts'`); n != 2 {
			t.Errorf("told of %d", n)
		}
	})
}

// TestTheAssistedSaveGoesByIndex: at whatever size, each look-up of the save
// reads along an index.
func TestTheAssistedSaveGoesByIndex(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		seated(t, h)
		bulk(t, h, 30, "9829012345")
		h.exec(t, `ANALYZE members`)
		h.exec(t, `SET enable_seqscan = off`)
		for _, sql := range []string{
			`SELECT FROM members WHERE via = 'assisted' AND recorded_by = 900 AND confirmed_at > now() - interval '1 hour' LIMIT 15`,
			`SELECT FROM members WHERE mobile_index = '\x00' LIMIT 5`,
			`SELECT claimed_at, call_result FROM members WHERE via = 'assisted' AND recorded_by = 900 ORDER BY confirmed_at DESC LIMIT 20`,
			`SELECT id FROM drafts WHERE telegram_id = 900 ORDER BY id LIMIT 5`,
		} {
			if plan := planOf(t, h.db, sql); strings.Contains(plan, "Seq Scan") || strings.Contains(plan, "Sort") {
				t.Errorf("%s\n%s", sql, plan)
			}
		}
	})
}

func planOf(t *testing.T, db *pgx.Conn, sql string) string {
	t.Helper()
	rows, err := db.Query(context.Background(), "EXPLAIN "+sql)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}
