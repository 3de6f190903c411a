package postgres_test

import (
	"testing"

	"sadasya/party"
	"sadasya/store/postgres"
)

// The accounts of ADMIN_IDS are admins while they stand in it; who was given the
// office besides keeps it.
func TestAdminsBySettingComeAndGoWithIt(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		if _, err := h.Appoint(ctx, postgres.Appointment{Office: party.Admin, TelegramID: 2, Name: "Anil Sharma"}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			ids          []int64
			given, taken int64
			admins       string
		}{
			{[]int64{1, 2}, 2, 0, "1alone 2also"},
			{[]int64{1, 2}, 0, 0, "1alone 2also"},
			{[]int64{3}, 1, 1, "2 3alone"},
			{[]int64{1, 3}, 1, 0, "1alone 2 3alone"},
			{nil, 0, 2, "2"},
		} {
			given, taken, err := h.SeatAdmins(ctx, c.ids)
			if err != nil || given != c.given || taken != c.taken {
				t.Errorf("%v: %d given, %d taken, %v", c.ids, given, taken, err)
			}
			if got := one[string](t, h, `SELECT coalesce(string_agg(telegram_id || setting, ' ' ORDER BY telegram_id), '') FROM offices WHERE office = 'admin' AND status = 'active'`); got != c.admins {
				t.Errorf("%v: %q", c.ids, got)
			}
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE reason = 'setting'`); n < 4 {
			t.Errorf("%d rows tell of it", n)
		}
	})
}
