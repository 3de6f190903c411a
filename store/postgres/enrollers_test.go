package postgres_test

import (
	"testing"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

func TestAnEnrollerIsFoundWithExactCounts(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		if o, err := h.Enroller(ctx, actor(900, 1)); err != nil || o.Code != "" {
			t.Errorf("somebody who is none: %+v, %v", o, err)
		}
		code, err := h.Appoint(ctx, postgres.Appointment{
			Office: party.Enroller, TelegramID: 900, Name: "सुनीता मीणा", Area: party.Area{Booth: party.Booth{AC: 55, Part: 12}},
		})
		if err != nil {
			t.Fatal(err)
		}
		e := member(1, "ABC1034560")
		e.Code = code
		save(t, h.Store, actor(1, 1), e)
		again := member(2, "ABC1034560") // taken: it waits in review
		again.Code = code
		save(t, h.Store, actor(2, 2), again)
		if _, err := h.db.Exec(ctx, `UPDATE members SET confirmed_at = now() - interval '1 day'`); err != nil {
			t.Fatal(err)
		}
		o, err := h.Enroller(ctx, actor(900, 3))
		if err != nil || o.Code != code || o.Name != "सुनीता मीणा" || o.Station == nil || o.Added != 2 || o.Confirmed != 1 || o.Yesterday != 2 || o.Self != (flows.Tally{Added: 2, Confirmed: 1}) {
			t.Errorf("%+v, %v", o, err)
		}
		if o, err := h.EnrollerOf(ctx, code); err != nil || o.Name != "सुनीता मीणा" || o.Added != 0 {
			t.Errorf("by the code: %+v, %v", o, err)
		}
		if o, err := h.EnrollerOf(ctx, party.NewCode(1)); err != nil || o.Code != "" {
			t.Errorf("a code that nobody has: %+v, %v", o, err)
		}
	})
}
