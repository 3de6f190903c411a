package postgres_test

import (
	"testing"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// Telegram ids of those who hold an office in these tests.
const (
	adminID    = 800
	chiefID    = 801 // of constituency 55
	farChiefID = 802 // of constituency 1
)

// appointed gives the offices above.
func appointed(t *testing.T, h house) {
	t.Helper()
	for _, a := range []postgres.Appointment{
		{Office: party.Admin, TelegramID: adminID, Name: "मीना कंवर"},
		{Office: party.Chief, TelegramID: chiefID, Name: "रमेश गुर्जर", Area: party.Area{AC: 55}},
		{Office: party.Chief, TelegramID: farChiefID, Name: "मोहन लाल", Area: party.Area{AC: 1}},
	} {
		if _, err := h.Appoint(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
}

func booth(ac, part int) party.Area { return party.Area{Booth: party.Booth{AC: ac, Part: part}} }

func makeLink(t *testing.T, h house, by int64, nonce byte, o party.Office, area party.Area, many bool) flows.LinkMade {
	t.Helper()
	made, err := h.MakeLink(t.Context(), actor(by, 1), flows.MakeLink{Nonce: flows.Nonce{nonce}, Office: o, Area: area, Many: many})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestLinksAreMadeWithinOnesArea(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		h.exec(t, `INSERT INTO offices (office, code, telegram_id, name_sealed, ac_no, status) VALUES ('chief', '111111111', 803, '', 55, 'suspended')`)
		for i, c := range []struct {
			by    int64
			o     party.Office
			area  party.Area
			many  bool
			gives bool
		}{
			{adminID, party.Admin, party.Area{}, false, true},
			{adminID, party.Chief, party.Area{District: "Jaipur"}, false, true},
			{adminID, party.Enroller, booth(1, 1), false, true},
			{chiefID, party.Enroller, booth(55, 12), false, true},
			{chiefID, party.Enroller, party.Area{AC: 55}, true, true},
			{chiefID, party.Chief, party.Area{AC: 55}, false, false},
			{chiefID, party.Admin, party.Area{}, false, false},
			{chiefID, party.Enroller, booth(1, 1), false, false},
			{chiefID, party.Enroller, party.Area{AC: 1}, true, false},
			{farChiefID, party.Enroller, booth(55, 12), false, false},
			{803, party.Enroller, booth(55, 12), false, false},
			{1, party.Enroller, booth(55, 12), false, false},
		} {
			made := makeLink(t, h, c.by, byte(i+1), c.o, c.area, c.many)
			if (made.Token != "") != c.gives || made.Token.Many() != (c.many && c.gives) {
				t.Errorf("%d makes a link to %s of %s: %v", c.by, c.o, c.area, made.Token != "")
			}
		}
	})
}

func TestALinkIsTheSameForItsNonceAndCanBeWithdrawn(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		first := makeLink(t, h, chiefID, 1, party.Enroller, booth(55, 12), false)
		if again := makeLink(t, h, chiefID, 1, party.Enroller, booth(55, 12), false); again != first {
			t.Errorf("%v, then %v", first.ID, again.ID)
		}
		opened, err := h.OpenLink(t.Context(), actor(1, 1), first.Token)
		if err != nil || opened.By != "रमेश गुर्जर" || opened.Station == nil {
			t.Errorf("%+v, %v", opened, err)
		}
		if err := h.RevokeLink(t.Context(), actor(farChiefID, 2), first.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.OpenLink(t.Context(), actor(1, 1), first.Token); err != nil {
			t.Errorf("another withdrew it: %v", err)
		}
		if err := h.RevokeLink(t.Context(), actor(chiefID, 2), first.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.OpenLink(t.Context(), actor(1, 1), first.Token); err == nil {
			t.Error("a link that was withdrawn opens")
		}
		second := makeLink(t, h, chiefID, 2, party.Enroller, booth(55, 12), false)
		h.exec(t, `UPDATE offices SET status = 'suspended' WHERE telegram_id = 801`)
		if _, _, err := h.AcceptLink(t.Context(), actor(1, 1), flows.AcceptLink{Token: second.Token, Name: "गीता"}); err == nil {
			t.Error("a link of a suspended chief enroller is accepted")
		}
	})
}

func TestTheAppointerSaysWhetherItIsTheRightPerson(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		link := makeLink(t, h, chiefID, 1, party.Enroller, booth(55, 12), false)
		_, code, err := h.AcceptLink(t.Context(), actor(1, 1), flows.AcceptLink{Token: link.Token, Name: "गीता", Gender: party.Woman, Social: party.SC})
		if err != nil {
			t.Fatal(err)
		}
		if n := one[int](t, h, `SELECT count(*) FROM notices WHERE telegram_id = 801 AND kind = 'accepted'`); n != 1 {
			t.Errorf("%d questions to the appointer", n)
		}
		if row := one[string](t, h, `SELECT gender || social || (appointed_by IS NOT NULL) FROM offices WHERE telegram_id = 1`); row != "womanSCtrue" {
			t.Errorf("%s", row)
		}
		id := one[int64](t, h, `SELECT id FROM offices WHERE telegram_id = 1`)
		for _, stranger := range []int64{1, farChiefID, 77} {
			if out, err := h.ConfirmAppointment(t.Context(), actor(stranger, 2), flows.ConfirmAppointment{ID: id}); err != nil || out.Name != "" {
				t.Errorf("%d decides: %+v, %v", stranger, out, err)
			}
		}
		for range 2 { // a repeat says the same or nothing, and undoes nothing
			if _, err := h.ConfirmAppointment(t.Context(), actor(chiefID, 2), flows.ConfirmAppointment{ID: id}); err != nil {
				t.Fatal(err)
			}
		}
		if got := arrive(t, h, actor(50, 1), code); got.Code != "" {
			t.Errorf("the code of the wrong person credits: %+v", got)
		}
	})
}

func TestApplicantsAreDecidedInAList(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		link := makeLink(t, h, chiefID, 1, party.Enroller, party.Area{AC: 55}, true)
		update := int64(0)
		apply := func(person int64, b party.Booth, name party.Name) bool {
			update++
			out, err := h.Apply(t.Context(), actor(person, update), flows.Apply{Token: link.Token, Booth: b, Name: name, Gender: party.Woman})
			if err != nil {
				t.Fatal(err)
			}
			return out.Taken
		}
		if _, _, err := h.AcceptLink(t.Context(), actor(9, 1), flows.AcceptLink{Token: link.Token, Name: "गीता"}); err == nil {
			t.Error("a link to apply by gives an office")
		}
		if apply(1, party.Booth{AC: 1, Part: 1}, "गीता") || apply(1, party.Booth{AC: 55, Part: 9000}, "गीता") {
			t.Error("an application for a booth elsewhere is taken")
		}
		for person := range int64(7) {
			if !apply(person+1, party.Booth{AC: 55, Part: 12}, "गीता") {
				t.Fatal("not taken")
			}
		}
		apply(7, party.Booth{AC: 55, Part: 13}, "सीता") // the newest counts
		desk, err := h.Desk(t.Context(), actor(chiefID, 2), 1)
		if err != nil || desk.Waiting != 7 || len(desk.Applicants) != 2 || desk.More || desk.Applicants[1].Station.Booth.Part != 13 {
			t.Fatalf("%+v, %v", desk, err)
		}
		if far, err := h.Desk(t.Context(), actor(farChiefID, 2), 0); err != nil || far.Waiting != 0 {
			t.Errorf("of another area: %+v, %v", far, err)
		}
		yes := flows.DecideApplicant{ID: desk.Applicants[1].ID, Yes: true}
		if out, err := h.DecideApplicant(t.Context(), actor(farChiefID, 3), yes); err != nil || out.Name != "" {
			t.Errorf("decided from another area: %+v, %v", out, err)
		}
		if out, err := h.DecideApplicant(t.Context(), actor(chiefID, 3), yes); err != nil || out.Name != "सीता" {
			t.Errorf("%+v, %v", out, err)
		}
		if out, err := h.DecideApplicant(t.Context(), actor(chiefID, 4), yes); err != nil || out.Name != "" {
			t.Errorf("decided twice: %+v, %v", out, err)
		}
		if _, err := h.DecideApplicant(t.Context(), actor(adminID, 5), flows.DecideApplicant{ID: desk.Applicants[0].ID}); err != nil {
			t.Fatal(err)
		}
		if got := one[string](t, h, `SELECT string_agg(telegram_id || kind, ',' ORDER BY telegram_id) FROM notices WHERE kind <> 'menu'`); got != "6notgiven,7given,801applied" {
			t.Errorf("told: %s", got)
		}
		if n := one[int](t, h, `SELECT count FROM notices WHERE kind = 'applied'`); n != 8 {
			t.Errorf("gathered %d", n)
		}
		if o, err := h.Enroller(t.Context(), actor(7, 1)); err != nil || o.Name != "सीता" {
			t.Errorf("%+v, %v", o, err)
		}
	})
}
