package postgres_test

import (
	"strings"
	"sync"
	"testing"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// Those of the tests of teams, beside those of appointed.
const (
	geetaID = 811 // enroller of booth 55/12
	mohanID = 812 // enroller of booth 1/1
)

// teamed gives the offices of appointed and two enrollers, and their offices' ids.
func teamed(t *testing.T, h house) (geeta, mohan int64) {
	t.Helper()
	appointed(t, h)
	for id, a := range map[int64]postgres.Appointment{
		geetaID: {Name: "गीता देवी", Area: booth(55, 12)},
		mohanID: {Name: "मोहन लाल", Area: booth(1, 1)},
	} {
		a.Office, a.TelegramID = party.Enroller, id
		if _, err := h.Appoint(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	return officeOf(t, h, geetaID), officeOf(t, h, mohanID)
}

func officeOf(t *testing.T, h house, person int64) int64 {
	t.Helper()
	return one[int64](t, h, `SELECT max(id) FROM offices WHERE telegram_id = $1`, person)
}

func codeOf(t *testing.T, h house, office int64) party.Code {
	t.Helper()
	return party.Code(one[string](t, h, `SELECT code FROM offices WHERE id = $1`, office))
}

func change(t *testing.T, h house, a flows.Actor, e flows.ChangeOffice) flows.OfficeChanged {
	t.Helper()
	if e.Reason == "" && e.Change != flows.OfficeResign {
		e.Reason = flows.OtherCause
	}
	out, err := h.ChangeOffice(t.Context(), a, e)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestNobodyChangesAnOfficeOutsideTheirPower(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		geeta, mohan := teamed(t, h)
		chief, admin := officeOf(t, h, chiefID), officeOf(t, h, adminID)
		h.exec(t, `INSERT INTO offices (office, code, telegram_id, name_sealed, ac_no, status) VALUES ('chief', '111111111', 803, '', 55, 'suspended')`)
		suspend := func(id int64) flows.ChangeOffice { return flows.ChangeOffice{ID: id, Change: flows.OfficeSuspend} }
		move := func(id int64, a party.Area) flows.ChangeOffice {
			return flows.ChangeOffice{ID: id, Change: flows.OfficeMove, Area: a}
		}
		king := suspend(geeta)
		king.Reason = "king"
		for i, c := range []struct {
			what string
			by   int64
			e    flows.ChangeOffice
		}{
			{"a citizen", 1, suspend(geeta)},
			{"an enroller of another booth", mohanID, suspend(geeta)},
			{"a chief of another area", farChiefID, suspend(geeta)},
			{"a suspended chief", 803, suspend(geeta)},
			{"an enroller themselves", geetaID, suspend(geeta)},
			{"a chief, an enroller elsewhere", chiefID, suspend(mohan)},
			{"a chief themselves", chiefID, suspend(chief)},
			{"a chief, an admin", chiefID, suspend(admin)},
			{"an admin themselves", adminID, suspend(admin)},
			{"a chief, out of the area", chiefID, move(geeta, booth(1, 1))},
			{"a chief, to no booth", chiefID, move(geeta, booth(55, 9000))},
			{"a chief, to a constituency", chiefID, move(geeta, party.Area{AC: 55})},
			{"a chief of where they would go", farChiefID, move(geeta, booth(1, 1))},
			{"an admin, a chief to no district", adminID, move(chief, party.Area{District: "Atlantis"})},
			{"an admin, a chief to a booth", adminID, move(chief, booth(55, 12))},
			{"an admin, an admin", adminID, move(admin, party.Area{AC: 55})},
			{"a chief, without a reason of the list", chiefID, king},
			{"a chief, an office that there is none of", chiefID, suspend(1 << 40)},
			{"a chief, what is not suspended", chiefID, flows.ChangeOffice{ID: geeta, Change: flows.OfficeReinstate}},
			{"another's office given up", chiefID, flows.ChangeOffice{ID: geeta, Change: flows.OfficeResign}},
			{"an admin gives up", adminID, flows.ChangeOffice{ID: admin, Change: flows.OfficeResign}},
			{"no such change", chiefID, flows.ChangeOffice{ID: geeta, Change: "crown"}},
		} {
			if out := change(t, h, actor(c.by, int64(i+1)), c.e); out.Done || out.There {
				t.Errorf("%s: %+v", c.what, out)
			}
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE action LIKE 'office-%' AND action <> 'office-given'`); n != 0 {
			t.Errorf("%d changes in the audit", n)
		}
		if n := one[int](t, h, `SELECT count(*) FROM notices WHERE kind IN ('moved', 'suspended', 'reinstated')`); n != 0 {
			t.Errorf("%d are told of what was not done", n)
		}
	})
}

func TestAChangeIsDoneOnceAuditedAndToldToTheHolderAlone(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		geeta, _ := teamed(t, h)
		code := codeOf(t, h, geeta)
		steps := []flows.ChangeOffice{
			{ID: geeta, Change: flows.OfficeMove, Area: booth(55, 13), Reason: flows.WrongBooth},
			{ID: geeta, Change: flows.OfficeSuspend, Reason: flows.Complaint},
			{ID: geeta, Change: flows.OfficeReinstate, Reason: flows.ByMistake},
		}
		for i, e := range steps {
			var wait sync.WaitGroup
			for range 4 { // one update, on several replicas
				wait.Go(func() {
					if out, err := h.ChangeOffice(t.Context(), actor(chiefID, int64(10+i)), e); err != nil || !out.Done || out.Name != "गीता देवी" {
						t.Errorf("%s: %+v, %v", e.Change, out, err)
					}
				})
			}
			wait.Wait()
		}
		if got := one[string](t, h, `SELECT string_agg(concat_ws(' ', actor, action, object = 'office ' || $1::bigint, reason), ', ' ORDER BY id) FROM audit
			WHERE action LIKE 'office-%' AND action <> 'office-given'`, geeta); got != "801 office-moved t wrong-booth, 801 office-suspended t complaint, 801 office-reinstated t mistake" {
			t.Errorf("audited: %s", got)
		}
		// Who was suspended and reinstated before they were told hears the last.
		if got := one[string](t, h, `SELECT string_agg(telegram_id || ' ' || kind, ', ' ORDER BY kind) FROM notices WHERE kind IN ('moved', 'suspended', 'reinstated')`); got != "811 moved, 811 reinstated" {
			t.Errorf("told: %s", got)
		}
		if got := one[string](t, h, `SELECT ac_no || '/' || part_no || ' ' || status || ' ' || code FROM offices WHERE id = $1`, geeta); got != "55/13 active "+string(code) {
			t.Errorf("the office: %s", got)
		}
	})
}

func TestAMoveToAPlaceThatWasHeldBefore(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		geeta, _ := teamed(t, h)
		code := codeOf(t, h, geeta)
		again := postgres.Appointment{Office: party.Enroller, TelegramID: geetaID, Name: "गीता देवी", Area: booth(55, 13)}
		if _, err := h.Appoint(t.Context(), again); err != nil {
			t.Fatal(err)
		}
		other := officeOf(t, h, geetaID)
		move := flows.ChangeOffice{ID: geeta, Change: flows.OfficeMove, Area: booth(55, 13)}
		if out := change(t, h, actor(chiefID, 1), move); out.Done || !out.There || out.Name == "" {
			t.Errorf("to where they hold an office: %+v", out)
		}
		if out := change(t, h, actor(geetaID, 2), flows.ChangeOffice{ID: other, Change: flows.OfficeResign}); !out.Done {
			t.Errorf("given up: %+v", out)
		}
		if out := change(t, h, actor(chiefID, 3), move); !out.Done || codeOf(t, h, geeta) != code {
			t.Errorf("to where they held one: %+v", out)
		}
		if got, err := h.Appoint(t.Context(), again); err != nil || got != code {
			t.Errorf("appointed there again: %s, %v; want %s", got, err, code)
		}
	})
}

func TestASuspensionStopsNobodyAndCreditsNobodyUntilItIsLifted(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		geeta, _ := teamed(t, h)
		code := codeOf(t, h, geeta)
		arrive(t, h, actor(1, 1), code) // before: the code is kept
		arrive(t, h, actor(2, 1), code)
		join := func(person int64, epic string) (credited string) {
			t.Helper()
			e := member(byte(person), epic)
			e.Code = code
			if saved, err := h.SaveMember(t.Context(), actor(person, 9), e); err != nil || !saved.Fresh {
				t.Fatalf("%d does not join: %+v, %v", person, saved, err)
			}
			return one[string](t, h, `SELECT coalesce(enroller_code, '') FROM members WHERE telegram_id = $1`, person)
		}
		if got := join(4, "ABC1034560"); got != string(code) {
			t.Errorf("before: credited to %q", got)
		}
		change(t, h, actor(chiefID, 1), flows.ChangeOffice{ID: geeta, Change: flows.OfficeSuspend})
		if got := join(1, "WKH1186253"); got != "" {
			t.Errorf("with the code kept before: credited to %q", got)
		}
		if got := arrive(t, h, actor(3, 1), code); got.Code != "" {
			t.Errorf("arrives by it: %+v", got)
		}
		if got := join(3, "ZZZ1234566"); got != "" {
			t.Errorf("by a suspended code: credited to %q", got)
		}
		if got := one[string](t, h, `SELECT enroller_code FROM members WHERE telegram_id = 4`); got != string(code) {
			t.Errorf("who joined before is credited to %q", got)
		}
		change(t, h, actor(chiefID, 2), flows.ChangeOffice{ID: geeta, Change: flows.OfficeReinstate})
		if got := join(2, "XYZ7654328"); got != string(code) {
			t.Errorf("after it holds again: credited to %q", got)
		}
	})
}

func TestAMovedChiefHasTheNewAreaAndNotTheOld(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		geeta, mohan := teamed(t, h)
		old := makeLink(t, h, chiefID, 1, party.Enroller, booth(55, 12), false)
		change(t, h, actor(adminID, 1), flows.ChangeOffice{ID: officeOf(t, h, chiefID), Change: flows.OfficeMove, Area: party.Area{AC: 1}})
		suspend := func(update, id int64) bool {
			return change(t, h, actor(chiefID, update), flows.ChangeOffice{ID: id, Change: flows.OfficeSuspend}).Done
		}
		if suspend(2, geeta) || !suspend(3, mohan) {
			t.Error("the powers stayed where they were")
		}
		if _, err := h.OpenLink(t.Context(), actor(1, 1), old.Token); err == nil {
			t.Error("a link to the area that was left opens")
		}
		if _, _, err := h.AcceptLink(t.Context(), actor(1, 2), flows.AcceptLink{Token: old.Token, Name: "सीता"}); err == nil {
			t.Error("a link to the area that was left gives an office")
		}
		if got, err := h.Holder(t.Context(), actor(chiefID, 4), geeta); err != nil || got.ID != 0 {
			t.Errorf("sees who is not theirs any more: %+v, %v", got, err)
		}
	})
}

func TestALetterIsSentOnceAnHour(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		geeta, _ := teamed(t, h)
		write := func(by, update, to int64, words string) flows.LetterSent {
			t.Helper()
			out, err := h.SendLetter(t.Context(), actor(by, update), flows.SendLetter{ID: to, Words: words})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		for _, by := range []int64{1, geetaID, mohanID, farChiefID} {
			if out := write(by, 1, geeta, "नमस्ते"); out.Done || out.Wait > 0 {
				t.Errorf("%d writes: %+v", by, out)
			}
		}
		if out := write(chiefID, 1, geeta, strings.Repeat("अ", flows.LetterLimit+1)); out.Done {
			t.Error("a letter that is too long is sent")
		}
		for range 2 { // a repeat is told the same
			if out := write(chiefID, 2, geeta, "नमस्ते"); !out.Done || out.Wait != 0 {
				t.Errorf("%+v", out)
			}
		}
		if out := write(chiefID, 3, geeta, "और"); out.Done || out.Wait != 60 {
			t.Errorf("within the hour: %+v", out)
		}
		if out := write(adminID, 1, geeta, "और"); out.Done {
			t.Errorf("by another within the hour: %+v", out)
		}
		h.exec(t, `UPDATE offices SET letter_at = letter_at - interval '1 hour'`)
		if out := write(adminID, 2, geeta, "और"); !out.Done {
			t.Errorf("after an hour: %+v", out)
		}
		if n := one[int](t, h, `SELECT count(*) FROM notices WHERE kind = 'letter' AND telegram_id = $1`, geetaID); n != 2 {
			t.Errorf("%d letters on their way", n)
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE action = 'letter-sent'`); n != 2 {
			t.Errorf("%d letters in the audit", n)
		}
	})
}
