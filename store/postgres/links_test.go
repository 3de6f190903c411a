package postgres_test

import (
	"errors"
	"sync"
	"testing"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

func accepts(t *testing.T, h house, person int64, token party.LinkToken) (code party.Code) {
	t.Helper()
	_, code, err := h.AcceptLink(t.Context(), actor(person, 50), flows.AcceptLink{Token: token, Name: "गीता देवी"})
	if err != nil && !errors.Is(err, party.ErrNotFound) && !errors.Is(err, party.ErrLinkSpent) {
		t.Fatal(err)
	}
	return code
}

func opens(t *testing.T, h house, person int64, token party.LinkToken) bool {
	t.Helper()
	out, err := h.OpenLink(t.Context(), actor(person, 51), token)
	if err != nil && !errors.Is(err, party.ErrNotFound) {
		t.Fatal(err)
	}
	return out.Office != ""
}

// TestWhenALinkGivesItsOffice takes one link of a chief enroller to booth 55/12
// through all that may befall it before person 1 opens and accepts it.
func TestWhenALinkGivesItsOffice(t *testing.T) {
	for what, c := range map[string]struct {
		befalls string
		gives   bool
	}{
		"nothing":                       {`SELECT 1`, true},
		"it ends this very moment":      {`UPDATE office_links SET expires_at = now()`, false},
		"it ends in a minute":           {`UPDATE office_links SET expires_at = now() + interval '1 minute'`, true},
		"it is withdrawn":               {`UPDATE office_links SET revoked_at = now()`, false},
		"its maker is suspended":        {`UPDATE offices SET status = 'suspended' WHERE telegram_id = 801`, false},
		"its maker is revoked":          {`UPDATE offices SET status = 'revoked' WHERE telegram_id = 801`, false},
		"its maker gives up":            {`UPDATE offices SET status = 'resigned' WHERE telegram_id = 801`, false},
		"its maker is moved away":       {`UPDATE offices SET ac_no = 1 WHERE telegram_id = 801`, false},
		"its maker gets the district":   {`UPDATE offices SET ac_no = 0, district = 'Jaipur' WHERE telegram_id = 801`, true},
		"its maker is an enroller now":  {`UPDATE offices SET office = 'enroller', part_no = 1 WHERE telegram_id = 801`, false},
		"another accepted it":           {`UPDATE office_links SET spent_by = 7, gave = (SELECT min(id) FROM offices)`, false},
		"the person is suspended":       {`INSERT INTO offices (office, code, telegram_id, name_sealed, ac_no, part_no, status) VALUES ('enroller', '111111111', 1, '', 1, 1, 'suspended')`, false},
		"the person gave up that booth": {`INSERT INTO offices (office, code, telegram_id, name_sealed, ac_no, part_no, status) VALUES ('enroller', '111111111', 1, '', 55, 12, 'resigned')`, true},
		"the person has that booth":     {`INSERT INTO offices (office, code, telegram_id, name_sealed, ac_no, part_no) VALUES ('enroller', '111111111', 1, '', 55, 12)`, true},
		"it is one for many":            {`UPDATE office_links SET many = true`, false},
	} {
		t.Run(what, func(t *testing.T) {
			eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
				appointed(t, h)
				link := makeLink(t, h, chiefID, 1, party.Enroller, booth(55, 12), false)
				h.exec(t, c.befalls)
				if opens(t, h, 1, link.Token) != c.gives && what != "it is one for many" {
					t.Errorf("it opens: %v", !c.gives)
				}
				code := accepts(t, h, 1, link.Token)
				if (code != "") != c.gives {
					t.Fatalf("it gives: %v", code != "")
				}
				if n := one[int](t, h, `SELECT count(*) FROM offices WHERE telegram_id = 1 AND status = 'active' AND ac_no = 55`); n != map[bool]int{true: 1}[c.gives] {
					t.Errorf("%d offices", n)
				}
				if c.gives && accepts(t, h, 1, link.Token) != code {
					t.Error("accepted again, it gives another code")
				}
				if c.gives && (accepts(t, h, 2, link.Token) != "" || opens(t, h, 2, link.Token)) {
					t.Error("it gives something to a second person")
				}
			})
		})
	}
}

func TestOneOfTwoWhoAcceptAtOnceGetsTheOffice(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		link := makeLink(t, h, chiefID, 1, party.Enroller, booth(55, 12), false)
		var wait sync.WaitGroup
		for i := range 8 { // four people, each from two replicas
			wait.Go(func() {
				_, _, err := h.AcceptLink(t.Context(), actor(int64(1+i%4), 1), flows.AcceptLink{Token: link.Token, Name: "गीता"})
				if err != nil && !errors.Is(err, party.ErrLinkSpent) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n := one[int](t, h, `SELECT count(*) FROM offices WHERE office = 'enroller'`); n != 1 {
			t.Errorf("%d offices by one link", n)
		}
		if n := one[int](t, h, `SELECT count(*) FROM notices WHERE kind = 'accepted'`); n != 1 {
			t.Errorf("the appointer is asked %d times", n)
		}
	})
}

func TestWhoAcceptedKeepsTheOfficeWhileItIsHeld(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		link := makeLink(t, h, chiefID, 1, party.Enroller, booth(55, 12), false)
		code := accepts(t, h, 1, link.Token)
		id := officeOf(t, h, 1)
		change(t, h, actor(chiefID, 2), flows.ChangeOffice{ID: id, Change: flows.OfficeMove, Area: booth(55, 13)})
		if out, err := h.OpenLink(t.Context(), actor(1, 52), link.Token); err != nil || !out.Held || out.Name != "गीता देवी" {
			t.Errorf("opened again it is %+v, %v", out, err)
		}
		if accepts(t, h, 1, link.Token) != code || one[string](t, h, `SELECT part_no || status FROM offices WHERE telegram_id = 1`) != "13active" {
			t.Error("the link moved the office back, or gave another")
		}
		change(t, h, actor(chiefID, 3), flows.ChangeOffice{ID: id, Change: flows.OfficeSuspend})
		if opens(t, h, 1, link.Token) || accepts(t, h, 1, link.Token) != "" {
			t.Error("the link says that a suspended office is held")
		}
		another := makeLink(t, h, chiefID, 2, party.Enroller, booth(55, 14), false)
		if opens(t, h, 1, another.Token) || accepts(t, h, 1, another.Token) != "" {
			t.Error("who is suspended takes another office")
		}
		if accepts(t, h, 2, another.Token) == "" {
			t.Error("the link was spent by who got nothing")
		}
	})
}

func TestAChiefEnrollerMayTakeABoothOfTheirOwnArea(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		link := makeLink(t, h, chiefID, 1, party.Enroller, booth(55, 12), false)
		if accepts(t, h, chiefID, link.Token) == "" {
			t.Fatal("their own link gives them nothing")
		}
		if n := one[int](t, h, `SELECT count(*) FROM notices WHERE kind = 'accepted'`); n != 0 {
			t.Error("they are asked whether they are the right person")
		}
		if got := one[string](t, h, `SELECT string_agg(action, ' ' ORDER BY id) FROM audit WHERE actor = $1`, chiefID); got != "link-made office-given" {
			t.Errorf("audited: %s", got)
		}
		if out, err := h.ConfirmAppointment(t.Context(), actor(chiefID, 9), flows.ConfirmAppointment{ID: officeOf(t, h, chiefID), Right: true}); err != nil || out.Name != "" {
			t.Errorf("they confirm themselves: %+v, %v", out, err)
		}
	})
}

func TestLinksToNowhereAreNotMade(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		for i, c := range []flows.MakeLink{
			{Office: "king"},
			{Office: party.Admin, Area: party.Area{AC: 55}},
			{Office: party.Chief, Area: party.Area{District: "Atlantis"}},
			{Office: party.Chief, Area: party.Area{AC: 201}},
			{Office: party.Chief, Area: booth(55, 12)},
			{Office: party.Chief, Area: party.Area{AC: 55}, Many: true},
			{Office: party.Enroller, Area: party.Area{AC: 55}},
			{Office: party.Enroller, Area: booth(55, 9000)},
			{Office: party.Enroller, Area: party.Area{District: "Jaipur"}, Many: true},
			{Office: party.Enroller, Many: true},
		} {
			c.Nonce = flows.Nonce{byte(i + 1)}
			if made, err := h.MakeLink(t.Context(), actor(adminID, 1), c); err != nil || made.Token != "" {
				t.Errorf("%+v: %v, %v", c, made.Token, err)
			}
		}
		if n := one[int](t, h, `SELECT count(*) FROM office_links`); n != 0 {
			t.Errorf("%d links are kept", n)
		}
		h.exec(t, `INSERT INTO office_links (token_hash, office, name_sealed, seal_context, ac_no, part_no, made_by)
			SELECT int4send(n), 'enroller', '', gen_random_uuid(), 55, 12, $1 FROM generate_series(1, 500) n`, officeOf(t, h, chiefID))
		if made := makeLink(t, h, chiefID, 99, party.Enroller, booth(55, 12), false); made.Token != "" || !made.Full {
			t.Errorf("one link too many: %+v", made)
		}
	})
}

func TestAnApplicationIsDecidedOnceOnTwoReplicas(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		link := makeLink(t, h, chiefID, 1, party.Enroller, party.Area{AC: 55}, true)
		apply := func(person, update int64) bool {
			t.Helper()
			out, err := h.Apply(t.Context(), actor(person, update), flows.Apply{Token: link.Token, Booth: party.Booth{AC: 55, Part: 12}, Name: "गीता"})
			if err != nil {
				t.Fatal(err)
			}
			return out.Taken
		}
		apply(1, 1)
		id := one[int64](t, h, `SELECT id FROM applications`)
		var wait sync.WaitGroup
		told := make([]party.Name, 6)
		for i := range told { // the chief's one tap on two replicas, and taps of an admin and the chief
			wait.Go(func() {
				by := []flows.Actor{actor(chiefID, 7), actor(adminID, 8), actor(chiefID, 9)}[i%3]
				out, err := h.DecideApplicant(t.Context(), by, flows.DecideApplicant{ID: id, Yes: true})
				if told[i] = out.Name; err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		said := 0
		for i, name := range told {
			if name != told[(i+3)%6] {
				t.Errorf("a repeat was told %q after %q", told[(i+3)%6], name)
			}
			if name != "" {
				said++
			}
		}
		if said != 2 {
			t.Errorf("%d were told that they decided: %q", said, told)
		}
		if n := one[int](t, h, `SELECT count(*) FROM offices WHERE telegram_id = 1`); n != 1 {
			t.Errorf("%d offices", n)
		}
		if !apply(1, 1) || one[int](t, h, `SELECT count(*) FROM applications`) != 1 {
			t.Error("the repeat of an application that was decided makes another")
		}
		code := one[string](t, h, `SELECT code FROM offices WHERE telegram_id = 1`)
		apply(1, 2) // who has the booth asks for it
		if _, err := h.DecideApplicant(t.Context(), actor(chiefID, 10), flows.DecideApplicant{ID: id + 1, Yes: true}); err != nil {
			t.Fatal(err)
		}
		if got := one[string](t, h, `SELECT string_agg(code, ' ') FROM offices WHERE telegram_id = 1`); got != code {
			t.Errorf("who has the booth gets it again: %s, had %s", got, code)
		}
		apply(1, 3)
		change(t, h, actor(chiefID, 11), flows.ChangeOffice{ID: officeOf(t, h, 1), Change: flows.OfficeSuspend})
		if out, err := h.DecideApplicant(t.Context(), actor(chiefID, 12), flows.DecideApplicant{ID: id + 2, Yes: true}); err != nil || out.Name != "" {
			t.Errorf("who was suspended meanwhile is approved: %+v, %v", out, err)
		}
		if apply(1, 4) {
			t.Error("who is suspended applies")
		}
	})
}

func TestTheWrongPersonsMembersStay(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		code := accepts(t, h, 1, makeLink(t, h, chiefID, 1, party.Enroller, booth(55, 12), false).Token)
		e := member(4, "ABC1034560")
		e.Code = code
		save(t, h.Store, actor(4, 1), e)
		no := flows.ConfirmAppointment{ID: officeOf(t, h, 1)}
		for range 2 {
			if out, err := h.ConfirmAppointment(t.Context(), actor(chiefID, 2), no); err != nil || out.Name == "" || out.Right {
				t.Errorf("%+v, %v", out, err)
			}
		}
		if out, err := h.ConfirmAppointment(t.Context(), actor(chiefID, 3), no); err != nil || out.Name != "" {
			t.Errorf("said once more: %+v, %v", out, err)
		}
		if got := one[string](t, h, `SELECT enroller_code || ' ' || status FROM members`); got != string(code)+" confirmed" {
			t.Errorf("the member they brought: %s", got)
		}
		admin := accepts(t, h, 2, makeLink(t, h, adminID, 2, party.Admin, party.Area{}, false).Token)
		if _, err := h.Appoint(t.Context(), postgres.Appointment{Office: party.Admin, TelegramID: 888, Name: "मीना"}); err != nil || admin == "" {
			t.Fatal(err)
		}
		if out, err := h.ConfirmAppointment(t.Context(), actor(888, 1), flows.ConfirmAppointment{ID: officeOf(t, h, 2)}); err != nil || out.Name != "" {
			t.Errorf("an admin takes the office of another's choice: %+v, %v", out, err)
		}
	})
}
