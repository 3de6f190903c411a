package postgres_test

import (
	"sync"
	"testing"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// adminLink lets an admin make a link to an admin's office, and somebody accept it.
func adminLink(t *testing.T, h house, by, person, update int64) party.Code {
	t.Helper()
	link, err := h.MakeLink(t.Context(), actor(by, update), flows.MakeLink{Nonce: flows.Nonce{byte(update), byte(person)}, Office: party.Admin})
	if err != nil || link.Token == "" {
		t.Fatalf("%+v, %v", link, err)
	}
	var code party.Code
	for range 2 { // the update comes again
		if _, code, err = h.AcceptLink(t.Context(), actor(person, update), flows.AcceptLink{Token: link.Token, Name: "Ramesh Gurjar"}); err != nil {
			t.Fatal(err)
		}
	}
	return code
}

func isAdmin(t *testing.T, h house, person int64) bool {
	t.Helper()
	return one[bool](t, h, `SELECT EXISTS (SELECT FROM offices WHERE telegram_id = $1 AND office = 'admin' AND status = 'active')`, person)
}

func decide(t *testing.T, h house, person, update, id int64, yes bool) flows.Outcome {
	t.Helper()
	got, err := h.DecideRequest(t.Context(), actor(person, update), flows.DecideRequest{ID: id, Yes: yes})
	if err != nil {
		t.Fatal(err)
	}
	return got.Outcome
}

// told lists whom notices of a kind wait for.
func told(t *testing.T, h house, kind flows.NoticeKind) string {
	t.Helper()
	return one[string](t, h, `SELECT coalesce(string_agg(telegram_id::text, ' ' ORDER BY telegram_id), '') FROM notices WHERE kind = $1`, string(kind))
}

func TestAnOfficeIsTakenBackOnceAndAtOnce(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		admin(t, h, adminID)
		code := appoint(t, h.Store, 900)
		for _, e := range []flows.FindOffices{{Code: code}, {Name: "Sunita"}, {Name: "सुनीता मीणा"}} {
			found, err := h.FindOffices(ctx, actor(adminID, 1), e)
			if err != nil || len(found.List) != 1 || found.List[0].Code != code || found.List[0].Area.Booth.IsZero() {
				t.Errorf("%+v: %+v, %v", e, found, err)
			}
		}
		id := one[int64](t, h, `SELECT id FROM offices WHERE telegram_id = 900`)
		for range 2 {
			if got, err := h.RevokeOffice(ctx, actor(adminID, 2), flows.RevokeOffice{ID: id, Why: flows.ForMisuse}); err != nil || got.Outcome != flows.Done {
				t.Errorf("%+v, %v", got, err)
			}
		}
		if got, err := h.RevokeOffice(ctx, actor(adminID, 3), flows.RevokeOffice{ID: id, Why: flows.ForMisuse}); err != nil || got.Outcome != "" {
			t.Errorf("again: %+v, %v", got, err)
		}
		if o, err := h.Enroller(ctx, actor(900, 1)); err != nil || o.Code != "" {
			t.Errorf("it still holds: %+v, %v", o, err)
		}
		if got := looks(t, h); got != "office-revoked/office 2/misuse" {
			t.Errorf("%q", got)
		}
		if got := told(t, h, flows.NoticeRevoked); got != "900" {
			t.Errorf("told: %q", got)
		}
		if got, err := h.RevokeOffice(ctx, actor(900, 4), flows.RevokeOffice{ID: 1, Why: flows.ForMisuse}); err != nil || got.Outcome != "" || !isAdmin(t, h, adminID) {
			t.Errorf("by who is none: %+v, %v", got, err)
		}
	})
}

// A single admin makes another alone. Where there are two, the next one needs the
// yes of another, who has been an admin for a day or is the operator's.
func TestASecondAdminAgreesToANewOne(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		admin(t, h, adminID)
		if adminLink(t, h, adminID, 801, 1) == "" || !isAdmin(t, h, 801) {
			t.Fatal("a single admin makes none")
		}
		if code := adminLink(t, h, adminID, 802, 2); code != "" || isAdmin(t, h, 802) {
			t.Fatalf("without the second one: %q", code)
		}
		if got := told(t, h, flows.NoticeAsked); got != "801" {
			t.Errorf("asked: %q", got)
		}
		if got := decide(t, h, adminID, 10, 1, true); got != flows.Own {
			t.Errorf("one's own: %q", got)
		}
		if got := decide(t, h, 801, 11, 1, true); got != flows.TooEarly {
			t.Errorf("a new admin's: %q", got)
		}
		for _, person := range []int64{802, 900, 77} {
			if got := decide(t, h, person, 12, 1, true); got != "" {
				t.Errorf("by %d: %q", person, got)
			}
		}
		h.exec(t, `UPDATE offices SET changed_at = now() - interval '25 hours' WHERE telegram_id = 801`)
		if got := decide(t, h, 801, 13, 1, true); got != flows.Done || !isAdmin(t, h, 802) {
			t.Errorf("a day later: %q", got)
		}
		if got := decide(t, h, 801, 14, 1, false); got != "" || !isAdmin(t, h, 802) {
			t.Errorf("after the first answer: %q", got)
		}
		if got := told(t, h, flows.NoticeMadeAdmin) + "/" + told(t, h, flows.NoticeAgreed); got != "802/800" {
			t.Errorf("told: %q", got)
		}
		if code := adminLink(t, h, adminID, 803, 3); code != "" {
			t.Fatal(code)
		}
		h.exec(t, `UPDATE offices SET status = 'revoked' WHERE telegram_id = $1`, adminID)
		if got := decide(t, h, 801, 15, 2, true); got != "" || isAdmin(t, h, 803) {
			t.Errorf("asked by who is no admin any more: %q", got)
		}
		h.exec(t, `UPDATE offices SET status = 'active' WHERE telegram_id = $1`, adminID)
		h.exec(t, `UPDATE admin_requests SET expires_at = now() - interval '1 second' WHERE status = 'waiting'`)
		if got := decide(t, h, 801, 15, 2, true); got != "" || isAdmin(t, h, 803) {
			t.Errorf("after 24 hours: %q", got)
		}
	})
}

func TestAnAdminIsRevokedByTwo(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		admin(t, h, 800)
		admin(t, h, 801)
		admin(t, h, 802)
		revoke := func(by, update, office int64) flows.Outcome {
			t.Helper()
			got, err := h.RevokeOffice(ctx, actor(by, update), flows.RevokeOffice{ID: office, Why: flows.ForMisuse})
			if err != nil {
				t.Fatal(err)
			}
			return got.Outcome
		}
		for update := range int64(2) {
			if got := revoke(800, update, 3); got != flows.Asked || !isAdmin(t, h, 802) {
				t.Errorf("alone: %q", got)
			}
		}
		if n := one[int](t, h, `SELECT count(*) FROM admin_requests`); n != 1 {
			t.Errorf("%d requests", n)
		}
		if got := decide(t, h, 801, 10, 1, false); got != flows.Refused || !isAdmin(t, h, 802) || told(t, h, flows.NoticeAgainst) != "800" {
			t.Errorf("not agreed: %q", got)
		}
		admin(t, h, 803)
		if got := revoke(803, 11, 3); got != flows.Asked {
			t.Errorf("%q", got)
		}
		h.exec(t, `UPDATE offices SET status = 'revoked' WHERE telegram_id = 803`)
		if got := revoke(800, 12, 3); got != flows.Asked {
			t.Errorf("after one that is void: %q", got)
		}
		waiting := one[int64](t, h, `SELECT id FROM admin_requests WHERE status = 'waiting'`)
		// Two answer at once: one counts.
		outcomes := make([]flows.Outcome, 2)
		var wg sync.WaitGroup
		for i := range outcomes {
			wg.Go(func() { outcomes[i] = decide(t, h, 801, int64(20+i), waiting, true) })
		}
		wg.Wait()
		if outcomes[0]+outcomes[1] != flows.Done || isAdmin(t, h, 802) {
			t.Errorf("%q", outcomes)
		}
		if _, _, err := h.SeatAdmins(ctx, []int64{801}); err != nil {
			t.Fatal(err)
		}
		if got := revoke(800, 30, 2); got != flows.BySetting || !isAdmin(t, h, 801) {
			t.Errorf("by the setting: %q", got)
		}
	})
}

// Whom a revocation is about is not asked, not told, and has neither a yes nor a
// no: to them there is no such request. Where nobody else could agree it is not
// kept either.
func TestWhomItIsAboutHasNoSay(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		admin(t, h, 800)
		admin(t, h, 801)
		revoke := func(by, update, office int64) flows.Outcome {
			t.Helper()
			got, err := h.RevokeOffice(ctx, actor(by, update), flows.RevokeOffice{ID: office, Why: flows.ForMisuse})
			if err != nil {
				t.Fatal(err)
			}
			return got.Outcome
		}
		if got := revoke(800, 1, 2); got != flows.NoThird || !isAdmin(t, h, 801) || told(t, h, flows.NoticeAsked) != "" {
			t.Errorf("of two: %q", got)
		}
		admin(t, h, 802)
		if got := revoke(800, 2, 2); got != flows.Asked {
			t.Errorf("of three: %q", got)
		}
		if got := told(t, h, flows.NoticeAsked); got != "802" {
			t.Errorf("asked: %q", got)
		}
		for update, yes := range map[int64]bool{3: false, 4: true} {
			got, err := h.DecideRequest(ctx, actor(801, update), flows.DecideRequest{ID: 1, Yes: yes})
			if err != nil || got != (flows.RequestDecided{}) || one[string](t, h, `SELECT status FROM admin_requests`) != "waiting" {
				t.Errorf("by whom it is about, %v: %+v, %v", yes, got, err)
			}
			if n := one[int](t, h, `SELECT count(*) FROM audit WHERE actor = 801 AND update_id = $1 AND action = 'refused'`, update); n != 1 {
				t.Errorf("%d refusals are on record", n)
			}
		}
		if got := decide(t, h, 802, 5, 1, true); got != flows.Done || isAdmin(t, h, 801) {
			t.Errorf("by the third: %q", got)
		}
	})
}

// That the wrong person accepted is said of a new admin by who made the link,
// and by nobody later: else it would be a way around the second one.
func TestTheWrongPersonIsNoWayAroundTheSecondAdmin(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		admin(t, h, 800)
		adminLink(t, h, 800, 801, 1)
		wrong := func(by, update, office int64) {
			t.Helper()
			if _, err := h.ConfirmAppointment(ctx, actor(by, update), flows.ConfirmAppointment{ID: office}); err != nil {
				t.Fatal(err)
			}
		}
		if wrong(801, 2, 1); !isAdmin(t, h, 800) {
			t.Error("a new admin revoked the one before")
		}
		h.exec(t, `UPDATE offices SET changed_at = now() - interval '25 hours' WHERE id = 2`)
		if wrong(800, 3, 2); !isAdmin(t, h, 801) {
			t.Error("an admin of a day was revoked by one")
		}
		h.exec(t, `UPDATE offices SET changed_at = now() WHERE id = 2`)
		if wrong(800, 4, 2); isAdmin(t, h, 801) {
			t.Error("the wrong person stayed")
		}
	})
}

// Whom an admin made an admin lets nobody's broadcast go out on the same day.
func TestANewAdminApprovesNoBroadcast(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		anAdmin(t, h, anil)
		adminLink(t, h, anil, bhanu, 1)
		id, state := composed(t, h, toAll(1))
		if state != party.BroadcastWaiting {
			t.Fatal(state)
		}
		if out, err := h.SteerBroadcast(t.Context(), actor(bhanu, 2), flows.SteerBroadcast{ID: id, Deed: flows.Approve}); out.Done || err != nil {
			t.Errorf("at once: %v, %v", out.Done, err)
		}
		h.exec(t, `UPDATE offices SET changed_at = now() - interval '25 hours' WHERE telegram_id = $1`, bhanu)
		if out, err := h.SteerBroadcast(t.Context(), actor(bhanu, 3), flows.SteerBroadcast{ID: id, Deed: flows.Approve}); !out.Done || err != nil {
			t.Errorf("a day later: %v, %v", out.Done, err)
		}
	})
}
