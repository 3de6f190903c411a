package postgres_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// TestAWatchedMessageIsInOneHand: a claim keeps others off until its lease ends; a
// newer message takes the place of the older, whatever is settled of that; with the
// office it is forgotten.
func TestAWatchedMessageIsInOneHand(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		anAdmin(t, h, anil)
		id, _ := composed(t, h, toAll(1))
		claim := func(lease time.Duration) []flows.Watched {
			t.Helper()
			list, err := h.DueWatches(t.Context(), 10, lease)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		keep := func(message int) {
			t.Helper()
			if err := h.Watch(t.Context(), flows.Watched{Person: 901, Broadcast: id, Message: message, Shown: []byte("a")}); err != nil {
				t.Fatal(err)
			}
		}
		keep(5)
		if err := h.Watch(t.Context(), flows.Watched{Person: 77, Broadcast: id, Message: 6, Shown: []byte("a")}); err != nil { // no admin
			t.Fatal(err)
		}
		list := claim(time.Hour)
		if len(list) != 1 || list[0].Message != 5 || len(claim(time.Hour)) != 0 {
			t.Fatalf("claimed %+v", list)
		}
		h.exec(t, `UPDATE broadcast_watches SET due_at = now()`) // the process died, and the lease is over
		if list = claim(time.Hour); len(list) != 1 {
			t.Fatalf("after the lease %+v", list)
		}
		keep(8)
		for _, after := range []time.Duration{time.Hour, 0} { // of the older
			if err := h.SettleWatch(t.Context(), list[0], after); err != nil {
				t.Fatal(err)
			}
		}
		if list = claim(time.Hour); len(list) != 1 || list[0].Message != 8 {
			t.Fatalf("the newer one: %+v", list)
		}
		h.exec(t, `UPDATE broadcast_watches SET due_at = now()`)
		h.exec(t, `UPDATE offices SET status = 'revoked' WHERE telegram_id = 901`)
		if list = claim(time.Hour); len(list) != 0 || one[int](t, h, `SELECT count(*) FROM broadcast_watches`) != 0 {
			t.Errorf("an admin no more: %+v", list)
		}
	})
}

// TestTheEndIsToldOnce to who composed and who approved, and nobody of the audience
// is pending then.
func TestTheEndIsToldOnce(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		anAdmin(t, h, anil)
		anAdmin(t, h, bhanu)
		anAdmin(t, h, 903)
		id, _ := composed(t, h, toAll(1))
		if out, err := h.SteerBroadcast(t.Context(), flows.Actor{Person: 902}, flows.SteerBroadcast{ID: id, Deed: flows.Approve}); err != nil || !out.Done {
			t.Fatalf("%v, %v", out.Done, err)
		}
		h.exec(t, `DELETE FROM notices`)
		h.exec(t, `INSERT INTO recipients (broadcast_id, telegram_id, fate) SELECT $1, n, CASE WHEN n = 1 THEN 'sent'::fate ELSE 'pending' END FROM generate_series(1, 3) n`, id)
		h.exec(t, `INSERT INTO broadcast_blocks (broadcast_id, number, turn, first_id, last_id, epoch) VALUES ($1, 0, 0, 1, 3, 1)`, id)
		h.exec(t, `UPDATE broadcasts SET frozen = 3, blocks = 1, started_at = now(), state = 'running' WHERE id = $1`, id)
		if done, err := h.Cancel(t.Context(), flows.Actor{Person: 901}, id); err != nil || !done {
			t.Fatalf("%v, %v", done, err)
		}
		report := func() {
			t.Helper()
			if err := h.Report(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		report()
		if n := one[int](t, h, `SELECT count(*) FROM notices WHERE kind = 'broadcast'`); n != 0 {
			t.Fatalf("%d are told while two are pending", n)
		}
		tend(t, h)
		report()
		report()
		due, err := h.Due(t.Context(), 10, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		var told []int64
		for _, d := range due {
			if d.Notice.Kind != flows.NoticeBroadcast {
				continue
			}
			told = append(told, d.Person)
			if s := d.Notice.Sent; s == nil || s.Parts[party.Sent] != 1 || s.Parts[party.Cancelled] != 2 || s.Parts.Audience() != 3 || s.State != party.BroadcastCancelled {
				t.Errorf("told %+v", d.Notice)
			}
		}
		if slices.Sort(told); !slices.Equal(told, []int64{901, 902}) {
			t.Errorf("told are %d", told)
		}
	})
}

// TestWhoWasNotReachedIsListedWithoutAccounts: by reason, and one by one, with
// nothing that tells who it is; the list is audited, and for admins alone.
func TestWhoWasNotReachedIsListedWithoutAccounts(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		anAdmin(t, h, anil)
		id, _ := composed(t, h, toAll(1))
		other, _ := composed(t, h, toAll(2))
		for _, b := range []int{id, other} {
			h.exec(t, `INSERT INTO recipients (broadcast_id, telegram_id, fate, reason) VALUES
				($1, 1000000001, 'sent', ''), ($1, 1000000002, 'pending', ''), ($1, 1000000003, 'failed', 'no-chat'), ($1, 1000000004, 'unreachable', 'blocked'), ($1, 1000000005, 'failed', 'no-chat')`, b)
		}
		a := flows.Actor{Person: 901, Update: 1}
		all, err := h.Failures(t.Context(), a, flows.LoadFailures{ID: id})
		want := []flows.Failure{{Fate: party.Failed, Reason: "no-chat", Count: 2}, {Fate: party.Unreachable, Reason: "blocked", Count: 1}}
		if err != nil || !slices.Equal(all.List, want) {
			t.Errorf("%+v, %v", all, err)
		}
		rows := func(broadcast int) (refs []string) {
			t.Helper()
			e := flows.Export{What: flows.ExportFailures, Broadcast: broadcast, Format: flows.FormatCSV}
			if err := h.List(t.Context(), 901, e, func(r flows.ListRow) error {
				if len(r) != len(flows.HeaderOf(e.What)) || slices.Contains(r, "1000000003") {
					t.Errorf("%q", r)
				}
				refs = append(refs, r[0])
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			return refs
		}
		here, there := rows(id), rows(other)
		if len(here) != 3 || slices.ContainsFunc(here, func(ref string) bool { return slices.Contains(there, ref) }) || !slices.Equal(here, rows(id)) {
			t.Errorf("references %q and %q", here, there)
		}
		e := flows.Export{What: flows.ExportFailures, Broadcast: id, Format: flows.FormatCSV}
		if _, may, err := h.MayExport(t.Context(), a, e); err != nil || !may {
			t.Errorf("%v, %v", may, err)
		}
		if _, may, err := h.MayExport(t.Context(), flows.Actor{Person: 77, Update: 2}, e); err != nil || may {
			t.Errorf("who is no admin: %v, %v", may, err)
		}
		if err := h.List(t.Context(), 77, e, func(flows.ListRow) error { t.Error("a row"); return nil }); err == nil {
			t.Error("who is no admin has the list")
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE (action, actor, object) IN (('export-asked', 901, $1), ('refused', 77, 'command sent'))`, "broadcast "+strconv.Itoa(id)); n != 2 {
			t.Errorf("%d rows of the audit", n)
		}
	})
}
