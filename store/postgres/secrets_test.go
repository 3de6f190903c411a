package postgres_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// A dump of the database tells nobody's name, Voter ID, token or message.
func TestADumpTellsNothing(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		e := member(1, "RJ/20/152/123456")
		save(t, h.Store, actor(1, 1), e)
		token := party.NewLinkToken(party.Enroller, [16]byte{7, 7, 7})
		office := postgres.Appointment{Office: party.Enroller, TelegramID: 900, Name: "सुनीता मीणा", Area: party.Area{Booth: e.Booth}}
		if err := h.CreateLink(ctx, office, token); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.AcceptLink(ctx, actor(900, 1), flows.AcceptLink{Token: token}); err != nil {
			t.Fatal(err)
		}
		if err := h.SetAside(ctx, 9, "panic", []byte(`{"text":"मेरा नंबर 9829012345"}`)); err != nil {
			t.Fatal(err)
		}
		dumped := dump(t, h)
		for _, canary := range []string{string(e.Name), e.VoterID.Number, "123456", "सुनीता", string(token), string(token)[2:], "9829012345", "मेरा नंबर"} {
			for _, shape := range []string{canary, hex.EncodeToString([]byte(canary))} {
				if strings.Contains(dumped, shape) {
					t.Errorf("the dump holds %q", shape)
				}
			}
		}
		if !strings.Contains(dumped, e.Version) { // the dump is one
			t.Error("the dump lacks what stands in the open")
		}
		list, err := asides(ctx, h, 9)
		if err != nil || len(list) != 1 || list[0].Update != 9 || !strings.Contains(string(list[0].Raw), "9829012345") {
			t.Errorf("%d, %v", len(list), err)
		}
	})
}

// dump is every table but the booths, as text.
func dump(t *testing.T, h house) string {
	t.Helper()
	rows, err := h.db.Query(t.Context(), `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> 'booths'`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 10 {
		t.Fatalf("%q, %v", tables, err)
	}
	var out strings.Builder
	for _, table := range tables {
		if _, err := h.db.PgConn().CopyTo(t.Context(), &out, `COPY `+table+` TO STDOUT`); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// A sealed value opens only in its own row.
func TestASealedValueCannotBeMovedToAnotherRow(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		save(t, h.Store, actor(1, 1), member(1, "ABC1034560"))
		save(t, h.Store, actor(2, 1), member(2, "ZZZ1234566"))
		h.exec(t, `UPDATE members SET voter_id_sealed = (SELECT voter_id_sealed FROM members WHERE telegram_id = 1) WHERE telegram_id = 2`)
		if got, err := h.Records(t.Context(), actor(2, 2)); err == nil {
			t.Errorf("%+v", got)
		}
	})
}

func TestAMemberTakesAtMost700Bytes(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		e := member(1, "ABC1034560")
		e.Code = appoint(t, h.Store, 900)
		save(t, h.Store, actor(1, 1), e)
		const many = 20_000
		h.exec(t, `
INSERT INTO members (number, nonce, telegram_id, via, status, name_sealed, voter_id_sealed, voter_id_index,
	ac_no, part_no, letter, booth_version_id, enroller_code, language, consent_version, changed_by)
SELECT (10000000000 + n)::text, gen_random_uuid(), 1000000000 + n, via, status, name_sealed, voter_id_sealed, uuid_send(gen_random_uuid()),
	ac_no, part_no, letter, booth_version_id, enroller_code, language, consent_version, changed_by
FROM members, generate_series(1, $1) AS n`, many)
		bytes := one[int](t, h, `SELECT pg_total_relation_size('members') / (SELECT count(*) FROM members)`)
		t.Logf("%d bytes a member, indexes among them", bytes)
		if bytes > 700 {
			t.Errorf("%d bytes a member", bytes)
		}
	})
}
