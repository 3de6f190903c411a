package postgres_test

import (
	"errors"
	"testing"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// A list holds what its reader oversees, masked; a chief enroller's tells neither
// who complained nor who was refused.
func TestAListHoldsWhatItsReaderOversees(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		admin(t, h, adminID)
		if _, err := h.Appoint(ctx, postgres.Appointment{Office: party.Chief, TelegramID: 801, Name: "Ramesh", Area: party.Area{AC: 55}}); err != nil {
			t.Fatal(err)
		}
		code := appoint(t, h.Store, 900)
		for i, epic := range []string{"ABC1034560", "ZZZ1234566", "QQQ5005004", "RJ/20/152/123456"} {
			e := member(byte(i+1), epic)
			e.Code = code
			switch i {
			case 1:
				e.Booth = party.Booth{AC: 1, Part: 1}
			case 2:
				e.Booth = party.Booth{}
			}
			save(t, h.Store, actor(int64(i+1), 1), e)
		}
		h.exec(t, `UPDATE members SET status = 'refused' WHERE telegram_id = 4`)
		list := func(person int64, e flows.Export) (rows []flows.ListRow) {
			t.Helper()
			err := h.List(ctx, person, e, func(r flows.ListRow) error {
				if len(r) != len(flows.HeaderOf(e.What)) {
					t.Errorf("%d cells", len(r))
				}
				rows = append(rows, append(flows.ListRow(nil), r...))
				return nil
			})
			if err != nil && !errors.Is(err, party.ErrNotFound) {
				t.Fatal(err)
			}
			return rows
		}
		if rows := list(adminID, flows.Export{What: flows.ExportMembers}); len(rows) != 4 || rows[0][1] != "कमला देवी" || rows[0][2] != "…560" || rows[3][9] != "refused" {
			t.Errorf("an admin, of the state: %q", rows)
		}
		if rows := list(adminID, flows.Export{What: flows.ExportMembers, Area: party.Area{AC: 1}}); len(rows) != 1 {
			t.Errorf("an admin, of one constituency: %q", rows)
		}
		if rows := list(801, flows.Export{What: flows.ExportMembers}); len(rows) != 1 || rows[0][9] != "confirmed" {
			t.Errorf("a chief: %q", rows)
		}
		if rows := list(801, flows.Export{What: flows.ExportEnrollers}); len(rows) != 1 || rows[0][0] != string(code) {
			t.Errorf("a chief, of enrollers: %q", rows)
		}
		for _, c := range []struct {
			person int64
			area   party.Area
		}{{801, party.Area{AC: 1}}, {801, party.Area{District: "Ajmer"}}, {900, party.Area{}}, {1, party.Area{}}, {77, party.Area{AC: 55}}} {
			e := flows.Export{What: flows.ExportMembers, Area: c.area}
			if rows := list(c.person, e); len(rows) > 0 {
				t.Errorf("%d of %s: %q", c.person, c.area, rows)
			}
			if _, ok, err := h.MayExport(ctx, actor(c.person, 7), e); ok || err != nil {
				t.Errorf("%d may have %s: %v", c.person, c.area, err)
			}
			if err := h.MayList(ctx, actor(c.person, 7), e); !errors.Is(err, party.ErrNotFound) {
				t.Errorf("%d has %s still: %v", c.person, c.area, err)
			}
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE action = 'refused' AND object = 'command export'`); n != 4 {
			t.Errorf("%d refusals are on record", n) // two of 801 came with one update
		}
	})
}
