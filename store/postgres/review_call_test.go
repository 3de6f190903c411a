package postgres_test

import (
	"testing"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// callDue saves an entry as recorded by an enroller, with its call due.
func callDue(t *testing.T, h house, nonce byte, epic string, by int64) int64 {
	t.Helper()
	save(t, h.Store, actor(1000+int64(nonce), 1), member(nonce, epic))
	id := idOf(t, h, nonce)
	h.exec(t, `UPDATE members SET via = 'assisted', telegram_id = 0, recorded_by = $2, call_due = true,
		enroller_code = (SELECT code FROM offices WHERE telegram_id = $2 AND office = 'enroller') WHERE id = $1`, id, by)
	return id
}

func TestCallsAreMadeByWhoIsInChargeAndNotByWhoRecorded(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		appoint(t, h.Store, 900)
		appoint(t, h.Store, chiefID) // a chief enroller who enrols too
		theirs, own := callDue(t, h, 1, "ABC1034560", 900), callDue(t, h, 2, "ZZZ0000018", chiefID)
		for _, c := range []struct {
			by    int64
			who   string
			calls []int64
		}{
			{adminID, "an admin", []int64{theirs, own}},
			{chiefID, "the chief enroller", []int64{theirs}},
			{farChiefID, "one of another constituency", nil},
			{900, "the enroller", nil},
			{1, "a citizen", nil},
		} {
			due, err := h.CallDue(t.Context(), actor(c.by, 1), 0)
			if err != nil || due.Left != len(c.calls) || due.Mobile != "" {
				t.Errorf("%s: %+v, %v", c.who, due, err)
			}
			for _, id := range []int64{theirs, own} {
				mine := contains(c.calls, id)
				shown, err := h.ShowMobile(t.Context(), actor(c.by, 2), id)
				if err != nil || (shown.ID != 0) != mine {
					t.Errorf("%s is shown the mobile of %d: %+v, %v", c.who, id, shown, err)
				}
				if mine {
					continue
				}
				done, err := h.RecordCall(t.Context(), actor(c.by, 3), flows.RecordCall{ID: id, Answer: flows.AnswerRight})
				if err != nil || done.Name != "" {
					t.Errorf("%s records a call of %d: %+v, %v", c.who, id, done, err)
				}
			}
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE action = 'mobile-shown'`); n != 3 {
			t.Errorf("%d showings of a mobile are audited, not 3", n)
		}
	})
}

func TestWhatComesOfACall(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		appoint(t, h.Store, 900)
		agreed, unfound, angry, claimed := callDue(t, h, 1, "ABC1034560", 900), callDue(t, h, 2, "ZZZ0000018", 900), callDue(t, h, 3, "ZZZ0000000", 900), callDue(t, h, 4, "WKH1186253", 900)
		h.exec(t, `UPDATE members SET claimed_at = now(), telegram_id = 77 WHERE id = $1`, claimed)
		call := func(update, id int64, a flows.Answer) flows.CallRecorded {
			t.Helper()
			var out [2]flows.CallRecorded
			for i := range out { // the update comes again
				var err error
				if out[i], err = h.RecordCall(t.Context(), actor(chiefID, update), flows.RecordCall{ID: id, Answer: a}); err != nil {
					t.Fatal(err)
				}
			}
			if out[0] != out[1] {
				t.Errorf("%+v, then %+v", out[0], out[1])
			}
			return out[0]
		}
		left := func() int {
			t.Helper()
			due, err := h.CallDue(t.Context(), actor(chiefID, 1), 0)
			if err != nil {
				t.Fatal(err)
			}
			return due.Left
		}
		if n := left(); n != 3 {
			t.Errorf("%d calls: who claimed is not called", n)
		}
		if got := call(10, agreed, flows.AnswerRight); got.Name == "" || standing(t, h, agreed) != "confirmed 2 " {
			t.Errorf("agreed: %+v, %s", got, standing(t, h, agreed))
		}
		if got := call(11, angry, flows.AnswerRefused); got.Name == "" || standing(t, h, angry) != "frozen 1 " {
			t.Errorf("had not agreed: %+v, %s", got, standing(t, h, angry))
		}
		if got := call(12, unfound, flows.AnswerNotFound); !got.Again || left() != 0 {
			t.Errorf("not found: %+v, and %d left today", got, left())
		}
		if got := call(13, unfound, flows.AnswerRight); got.Name == "" { // somebody rang back
			t.Errorf("rang back: %+v", got)
		}
		h.exec(t, `UPDATE members SET call_result = NULL, call_after = now() WHERE id = $1`, unfound)
		if n := left(); n != 1 {
			t.Errorf("%d left on the next day", n)
		}
		if got := call(14, unfound, flows.AnswerNotFound); got.Again || got.Name == "" || left() != 0 {
			t.Errorf("not found twice: %+v", got)
		}
		if got := standing(t, h, unfound); got != "confirmed 1 " {
			t.Errorf("and stays as it was: %s", got)
		}
		if got := one[string](t, h, `SELECT string_agg(kind, ' ' ORDER BY id) FROM events WHERE kind <> 'saved'`); got != "called called" {
			t.Errorf("events: %s", got)
		}
	})
}

func TestTheMobileIsOpenedUnderItsRow(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		appoint(t, h.Store, 900)
		id := callDue(t, h, 1, "ABC1034560", 900)
		nonce := member(1, "ABC1034560").Nonce
		sealed, err := h.keys.Seal([]byte("9829012345"), nonce[:])
		if err != nil {
			t.Fatal(err)
		}
		h.exec(t, `UPDATE members SET mobile_sealed = $2 WHERE id = $1`, id, sealed)
		shown, err := h.ShowMobile(t.Context(), actor(chiefID, 1), id)
		if err != nil || shown.Mobile != party.Mobile("9829012345") || shown.Enroller != "सुनीता मीणा" || shown.Language != party.Hindi {
			t.Errorf("%+v, %v", shown, err)
		}
	})
}
