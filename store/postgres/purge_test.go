package postgres_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// TestTheLedgerOfWhatIsLongOverIsErased: 30 days after the end no account of it
// stands there, be it an admin's or the clock's; /sent says the same as before, also
// of what was taken back, and the list that it is gone.
func TestTheLedgerOfWhatIsLongOverIsErased(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		anAdmin(t, h, anil)
		var ids []int
		for i := range 4 {
			id, _ := composed(t, h, toAll(byte(i+1)))
			ids = append(ids, id)
		}
		long, recalled, lately, open := ids[0], ids[1], ids[2], ids[3]
		clocks := one[int](t, h, `INSERT INTO broadcasts (nonce, state, letter, audience, ends_at) VALUES (gen_random_uuid(), 'done', '{}', '{"g":"unfinished"}', now()) RETURNING id`)
		h.exec(t, `INSERT INTO recipients (broadcast_id, telegram_id, message_id, fate, reason)
			SELECT b.id, n, CASE WHEN n % 3 = 0 THEN -n ELSE n END, CASE WHEN n % 5 = 0 THEN 'failed'::fate ELSE 'sent' END, '' FROM broadcasts b, generate_series(1, 900) n`)
		h.exec(t, `INSERT INTO broadcast_blocks (broadcast_id, number, turn, first_id, last_id, epoch, done, parts, recalled, taken)
			SELECT b.id, n, n, 2 * n + 1, 2 * n + 2, 1, true, (SELECT ARRAY[0, count(*) FILTER (WHERE fate = 'sent'), count(*) FILTER (WHERE fate = 'failed'), 0, 0, 0, 0]::int[]
				FROM recipients r WHERE r.broadcast_id = b.id AND r.telegram_id BETWEEN 2 * n + 1 AND 2 * n + 2), n % 2 = 0, CASE WHEN n % 4 = 0 THEN 1 END
			FROM broadcasts b, generate_series(0, 449) n`)
		h.exec(t, `UPDATE broadcast_blocks SET recalled = false, taken = NULL WHERE broadcast_id <> $1`, recalled)
		h.exec(t, `UPDATE broadcast_blocks k SET taken = (SELECT count(*) FROM recipients r WHERE r.broadcast_id = $1 AND r.telegram_id BETWEEN k.first_id AND k.last_id AND r.message_id < 0)
			WHERE broadcast_id = $1 AND taken IS NOT NULL`, recalled)
		h.exec(t, `UPDATE broadcast_blocks SET done = false, parts = '{}' WHERE broadcast_id = $1 AND number = 449`, open)
		h.exec(t, `UPDATE broadcasts SET state = 'done', started_at = now(), frozen = 900, blocks = 450, ended_at = now() - make_interval(days => CASE WHEN id = $1 THEN 29 ELSE 31 END),
			recalled_at = CASE WHEN id = $2 THEN now() - interval '30 days' END`, lately, recalled)
		left := func(id int) int { return one[int](t, h, `SELECT count(*) FROM recipients WHERE broadcast_id = $1`, id) }
		want := seenBy(t, h, long).Parts
		if want.Audience() != 900 || want[party.Failed] != 180 {
			t.Fatalf("before: %v", want)
		}
		taken := one[int](t, h, `SELECT count(*) FROM recipients WHERE broadcast_id = $1 AND message_id < 0`, recalled)
		for range 2 {
			if _, _, err := h.Purge(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for id, n := range map[int]int{long: 0, recalled: 0, clocks: 0, lately: 900, open: 900} {
			if got := left(id); got != n {
				t.Errorf("of broadcast %d of %d there are %d left", id, ids, got)
			}
		}
		for _, id := range []int{long, recalled} {
			if diff := cmp.Diff(want, seenBy(t, h, id).Parts); diff != "" {
				t.Errorf("the figures of %d: %s", id, diff)
			}
		}
		if got := seenBy(t, h, recalled); got.Recalled != taken || got.TakingBack {
			t.Errorf("taken back are %d and not %d, still at it: %v", got.Recalled, taken, got.TakingBack)
		}
		for id, erased := range map[int]bool{long: true, lately: false} {
			got, err := h.Failures(t.Context(), actor(anil, 5), flows.LoadFailures{ID: id})
			if err != nil || got.ID != id || got.Erased != erased || len(got.List) == 0 != erased {
				t.Errorf("whom %d did not reach: %+v, %v", id, got, err)
			}
		}
	})
}

// TestErasingIsGoneOnWith: a process that ended midway left a broadcast of which
// nobody is listed any more, and the next erases the rest.
func TestErasingIsGoneOnWith(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		anAdmin(t, h, anil)
		id, _ := composed(t, h, toAll(1))
		h.exec(t, `INSERT INTO recipients (broadcast_id, telegram_id, fate) SELECT $1, n, 'failed' FROM generate_series(3, 4) n`, id)
		h.exec(t, `INSERT INTO broadcast_blocks (broadcast_id, number, turn, first_id, last_id, epoch, done, parts) SELECT $1, n, n, 2 * n + 1, 2 * n + 2, 1, true, '{0,0,2,0,0,0,0}' FROM generate_series(0, 1) n`, id)
		h.exec(t, `UPDATE broadcasts SET state = 'done', started_at = now(), frozen = 4, blocks = 2, erased = 1, ended_at = now() - interval '31 days' WHERE id = $1`, id)
		if got, err := h.Failures(t.Context(), actor(anil, 5), flows.LoadFailures{ID: id}); err != nil || !got.Erased {
			t.Errorf("%+v, %v", got, err)
		}
		err := h.List(t.Context(), anil, flows.Export{What: flows.ExportFailures, Broadcast: id, Format: flows.FormatCSV}, func(r flows.ListRow) error {
			t.Errorf("a row of the half that is left: %q", r)
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if _, _, err := h.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := one[int](t, h, `SELECT count(*) FROM recipients`); n != 0 {
			t.Errorf("%d are left", n)
		}
	})
}

// TestWhoIsPurgedIsInNoLedger: with a person goes that they were reminded, and what
// became of them in all that is over; others keep both. What is under way keeps
// its recipients until it is over.
func TestWhoIsPurgedIsInNoLedger(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		over := running(t, h, 3)
		for l, ok := claim(t, h, time.Minute); ok; l, ok = claim(t, h, time.Minute) {
			for i, r := range l.Recipients {
				if err := h.Record(t.Context(), l, r.Person, party.Entry{Fate: party.Sent, Message: i + 1}); err != nil {
					t.Fatal(err)
				}
			}
			if err := h.Release(t.Context(), l); err != nil {
				t.Fatal(err)
			}
		}
		tend(t, h)
		under, _ := composed(t, h, toAll(2))
		tend(t, h)
		h.exec(t, `INSERT INTO reminded (telegram_id, broadcast_id, epoch) SELECT telegram_id, $1, 1 FROM people`, over)
		h.exec(t, `UPDATE people SET updated_at = now() - interval '31 days' WHERE telegram_id = $1`, reader)
		if people, _, err := h.Purge(t.Context()); err != nil || people != 1 {
			t.Fatalf("%d people, %v", people, err)
		}
		for what, want := range map[string]int{
			`SELECT count(*) FROM reminded WHERE telegram_id = $1`:                         0,
			`SELECT count(*) FROM reminded WHERE telegram_id > $1`:                         2,
			`SELECT count(*) FROM recipients WHERE telegram_id = $1`:                       1, // of what is under way
			`SELECT count(*) FROM recipients r WHERE telegram_id > $1`:                     4,
			`SELECT count(*) FROM recipients r WHERE telegram_id = $1 AND message_id <> 0`: 0,
			`SELECT count(*) FROM consents WHERE telegram_id = $1`:                         0,
		} {
			if got := one[int](t, h, what, reader); got != want {
				t.Errorf("%s: %d", what, got)
			}
		}
		if got := seenBy(t, h, over).Parts; got[party.Sent] != 3 || got.Audience() != 3 {
			t.Errorf("the figures are %v", got)
		}
		if got := seenBy(t, h, under).Parts; got.Audience() != 3 {
			t.Errorf("under way are %v", got)
		}
	})
}
