package postgres_test

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
)

// More rows than one batch, an erased one among them, and beside it a store
// that still has the older keys in its hands.
func TestAfterARotationEveryRowWearsTheNewKey(t *testing.T) {
	t.Parallel()
	for _, target := range embeddedtest.Databases(t, postgrestest.Template(t)) {
		t.Run(target.Name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "keys.json")
			keys := generate(t, path)
			if err := postgres.Migrate(t.Context(), target.URL, keys, places(t)); err != nil {
				t.Fatal(err)
			}
			s, err := postgres.Open(t.Context(), target.URL, keys, postgres.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			h := house{Store: s, url: target.URL, keys: keys, db: connect(t, target.URL)}
			fill(t, h, 520)
			rotated := rotate(t, path)
			told := 0
			total, err := s.Reseal(t.Context(), rotated, func(n int) { told += n })
			if err != nil || total != 520+3 || told != total {
				t.Errorf("%d sealed anew, %d told, %v", total, told, err)
			}
			prefix := binary.BigEndian.AppendUint32([]byte{1}, rotated.PrimaryID())
			for table, column := range map[string]string{"members": "name_sealed", "members m": "voter_id_sealed", "offices": "name_sealed", "office_links": "name_sealed", "set_aside": "raw"} {
				if n := one[int](t, h, fmt.Sprintf(`SELECT count(*) FROM %s WHERE substr(%s, 1, 5) <> $1`, table, column), prefix); n != 0 {
					t.Errorf("%d of %s wear the older key", n, table)
				}
			}
			if again, err := s.Reseal(t.Context(), rotated, func(int) {}); err != nil || again != 0 {
				t.Errorf("again: %d, %v", again, err)
			}
			if row := export(t, s)[0]; row[1] != "कमला देवी" {
				t.Errorf("%q", row)
			}
			if list, err := asides(t.Context(), s, 9); err != nil || len(list) != 1 || string(list[0].Raw) != "raw" {
				t.Errorf("%+v, %v", list, err)
			}
		})
	}
}

// fill makes n members, one of them erased, an office, a link and an update set aside.
func fill(t *testing.T, h house, n int) {
	t.Helper()
	work := make(chan int)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range work {
				e := member(1, "ABC1034560")
				e.Nonce[2], e.Nonce[3] = byte(i), byte(i>>8)
				if _, err := h.SaveMember(t.Context(), actor(int64(i+1), 1), e); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range n + 1 {
		work <- i
	}
	close(work)
	wg.Wait()
	h.exec(t, `UPDATE members SET status = 'withdrawn', name_sealed = NULL, voter_id_sealed = NULL WHERE telegram_id = $1`, n+1)
	appoint(t, h.Store, 900)
	link := postgres.Appointment{Office: party.Chief, Name: "गीता", Area: party.Area{AC: 55}}
	if err := h.CreateLink(t.Context(), link, party.NewLinkToken(party.Chief, [16]byte{1})); err != nil {
		t.Fatal(err)
	}
	if err := h.SetAside(t.Context(), 7, "panic", []byte("raw")); err != nil {
		t.Fatal(err)
	}
}
