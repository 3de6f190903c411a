package postgres_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// recorderID is the enroller of booth 55/12, who records people; kamlaID is who
// was recorded.
const (
	recorderID = 900
	kamlaID    = 7
)

// recorded makes an assisted record of a Voter ID as an enroller's chat does, and
// gives its slip.
func recorded(t *testing.T, h house, nonce byte, epic string) (party.Number, party.SlipToken) {
	t.Helper()
	code, err := h.Appoint(t.Context(), postgres.Appointment{Office: party.Enroller, TelegramID: recorderID, Name: "सुनीता मीणा", Area: booth(55, 12)})
	if err != nil {
		t.Fatal(err)
	}
	e := member(nonce, epic)
	e.Nonce, e.Via = flows.Nonce{nonce, 99}, party.Assisted
	number := save(t, h.Store, actor(recorderID, int64(nonce)), e).Record.Number
	h.exec(t, `UPDATE members SET telegram_id = 0, recorded_by = $2, enroller_code = $3, mobile_sealed = '\x01', mobile_index = '\x02' WHERE nonce = $1`,
		pgtype.UUID{Bytes: e.Nonce, Valid: true}, recorderID, string(code))
	return number, h.SlipToken(number)
}

func opened(t *testing.T, h house, person int64, token party.SlipToken) flows.SlipOpened {
	t.Helper()
	o, err := h.OpenSlip(t.Context(), actor(person, 1), token)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func use(t *testing.T, h house, a flows.Actor, token party.SlipToken, as flows.SlipUse) flows.SlipDone {
	t.Helper()
	done, err := h.UseSlip(t.Context(), a, flows.UseSlip{Token: token, Use: as})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// figures are what an enroller sees of their own.
type figures struct{ Added, Confirmed, Yesterday int }

// joinedOf is the enroller's list of seven days.
func joinedOf(t *testing.T, h house) flows.Joined {
	t.Helper()
	list, err := h.Joined(t.Context(), actor(recorderID, 1), flows.ListJoined{})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func figuresOf(t *testing.T, h house) figures {
	t.Helper()
	o, err := h.Enroller(t.Context(), actor(recorderID, 1))
	if err != nil {
		t.Fatal(err)
	}
	return figures{o.Added, o.Confirmed, o.Yesterday}
}

// exportedMembers is how many members the export of enrollers gives the recorder.
func exportedMembers(t *testing.T, h house) (n string) {
	t.Helper()
	err := h.ExportEnrollers(t.Context(), func(row []string) error {
		if row[4] == fmt.Sprint(recorderID) {
			n = row[7]
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// rolledUp are the roll-ups, brought up to date, as lines.
func rolledUp(t *testing.T, h house) []string {
	t.Helper()
	if err := countsAreRows(t.Context(), h.Store, h.db); err != nil {
		t.Error(err)
	}
	cells, err := lines(t.Context(), h.db, cellsSQL)
	if err != nil {
		t.Fatal(err)
	}
	return cells
}

func status(t *testing.T, h house, n party.Number) string {
	t.Helper()
	return one[string](t, h, `SELECT status || ' ' || counts FROM members WHERE number = $1`, string(n))
}

func TestOpeningASlipIsNotClaimingAndClaimingIsDoneOnce(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		number, token := recorded(t, h, 1, "ABC1034560")
		for range 2 {
			if o := opened(t, h, kamlaID, token); o.Standing != flows.SlipOpen || o.By != "सुनीता मीणा" || o.Name != "कमला देवी" || o.Station == nil || o.Number != "" {
				t.Fatalf("opened: %+v", o)
			}
		}
		if s := status(t, h, number); s != "confirmed 1" {
			t.Errorf("after opening: %s", s)
		}
		for update := range int64(3) {
			if done := use(t, h, actor(kamlaID, 10+update/2), token, flows.SlipClaim); !done.Done || done.Number != number {
				t.Errorf("claimed: %+v", done)
			}
		}
		if s, f := status(t, h, number), figuresOf(t, h); s != "confirmed 2" || f != (figures{1, 1, 0}) {
			t.Errorf("after the claim: %s, %+v", s, f)
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE action = 'member-claimed'`); n != 1 {
			t.Errorf("%d claims", n)
		}
		if n := one[int](t, h, `SELECT count(*) FROM consents WHERE telegram_id = $1 AND via = 'assisted' AND given`, kamlaID); n != 1 {
			t.Errorf("%d consents", n)
		}
		records, err := h.Records(t.Context(), actor(kamlaID, 1))
		if err != nil || len(records.List) != 1 || records.List[0].Number != number {
			t.Errorf("the claimant's records: %+v, %v", records, err)
		}
		if o := opened(t, h, kamlaID, token); o.Standing != flows.SlipOwn || o.Number != number {
			t.Errorf("opened again: %+v", o)
		}
	})
}

func TestTheEnrollersOwnAccountsGetNothingByASlip(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		number, token := recorded(t, h, 1, "ABC1034560")
		// The office has gone to another account; the first recorded all the same.
		h.exec(t, `UPDATE members SET recorded_by = 901`)
		for _, person := range []int64{recorderID, 901} {
			if o := opened(t, h, person, token); o != (flows.SlipOpened{Standing: flows.SlipRecorder}) {
				t.Errorf("%d opens %+v", person, o)
			}
			for _, as := range []flows.SlipUse{flows.SlipClaim, flows.SlipStop, flows.SlipErase, flows.SlipMerge, flows.SlipDispute} {
				if done := use(t, h, actor(person, 5), token, as); done != (flows.SlipDone{Standing: flows.SlipRecorder}) {
					t.Errorf("%d by %s: %+v", person, as, done)
				}
			}
		}
		if s := status(t, h, number); s != "confirmed 1" {
			t.Error(s)
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE action = 'own-slip'`); n != 12 {
			t.Errorf("%d refusals audited", n)
		}
		if n := one[int](t, h, `SELECT count(*) FROM cases`); n != 0 {
			t.Errorf("%d cases", n)
		}
	})
}

func TestASecondClaimantGetsNothingAndOpensACase(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		number, token := recorded(t, h, 1, "ABC1034560")
		use(t, h, actor(kamlaID, 10), token, flows.SlipClaim)
		if o := opened(t, h, 8, token); o != (flows.SlipOpened{Standing: flows.SlipUsed}) {
			t.Errorf("another opens %+v", o)
		}
		for _, as := range []flows.SlipUse{flows.SlipClaim, flows.SlipStop, flows.SlipErase, flows.SlipMerge, flows.SlipDispute} {
			if done := use(t, h, actor(8, 11), token, as); done != (flows.SlipDone{Case: true, Standing: flows.SlipUsed}) {
				t.Errorf("another by %s: %+v", as, done)
			}
		}
		if s := status(t, h, number); s != "confirmed 2" {
			t.Error(s)
		}
		if n := one[int](t, h, `SELECT count(*) FROM cases WHERE kind = 'claimed-twice' AND telegram_id = 8`); n != 1 {
			t.Errorf("%d cases", n)
		}
		if n := one[int](t, h, `SELECT count FROM notices WHERE telegram_id = $1 AND kind = 'cases'`, adminID); n != 1 {
			t.Errorf("the admin is told of %d", n)
		}
	})
}

func TestAWrongTokenIsAsUnknownAsAnother(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		number, token := recorded(t, h, 1, "ABC1034560")
		own := save(t, h.Store, actor(3, 1), member(3, "WKH1186253")).Record.Number
		other := party.NewSlipToken(number, [16]byte{1})
		for _, wrong := range []party.SlipToken{"", "s", other, token[:len(token)-1], h.SlipToken(own), h.SlipToken("10000000000")} {
			if o := opened(t, h, kamlaID, wrong); o != (flows.SlipOpened{}) {
				t.Errorf("opened %+v", o)
			}
			if done := use(t, h, actor(kamlaID, 5), wrong, flows.SlipClaim); done != (flows.SlipDone{}) {
				t.Errorf("used %+v", done)
			}
		}
	})
}

// A stranger reads of a stopped record what they read before; their yes to it is
// a case, and no consent.
func TestWhoGetsNoRecordHasAgreedToNone(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		_, token := recorded(t, h, 1, "ABC1034560")
		use(t, h, actor(kamlaID, 10), token, flows.SlipStop)
		if o := opened(t, h, 8, token); o.Standing != flows.SlipOpen {
			t.Errorf("a stranger reads %+v", o)
		}
		if done := use(t, h, actor(8, 11), token, flows.SlipClaim); !done.Case {
			t.Errorf("a stranger claims: %+v", done)
		}
		if n := one[int](t, h, `SELECT count(*) FROM consents WHERE telegram_id = 8`); n != 0 {
			t.Errorf("%d consents", n)
		}
		if n := one[int](t, h, `SELECT count(*) FROM people WHERE telegram_id = 8`); n != 0 {
			t.Error("the stranger is kept")
		}
	})
}

// Who complained finds what is kept of it without the slip, until it is erased or
// stands again; nobody else does.
func TestWhatWasStoppedIsFoundWithoutTheSlip(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		_, token := recorded(t, h, 1, "ABC1034560")
		found := func(person int64, want party.SlipToken) {
			t.Helper()
			got, err := h.Stopped(t.Context(), actor(person, 1))
			records, inRecords := h.Records(t.Context(), actor(person, 1))
			if err != nil || inRecords != nil || got.Token != want || (records.Stopped == 1) != (want != "") {
				t.Errorf("%d finds %t, and %d among the records: %v, %v", person, got.Token != "", records.Stopped, err, inRecords)
			}
		}
		found(kamlaID, "")
		use(t, h, actor(kamlaID, 10), token, flows.SlipStop)
		found(kamlaID, token)
		found(8, "")
		found(recorderID, "")
		if done := use(t, h, actor(kamlaID, 11), token, flows.SlipErase); !done.Done {
			t.Errorf("erased: %+v", done)
		}
		found(kamlaID, "")
	})
}

// What the enroller sees of their own, and what any other account sees by the
// link, is the same before a complaint and after it.
func TestAComplaintShowsNowhereBeforeMonday(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		number, token := recorded(t, h, 1, "ABC1034560")
		recorded(t, h, 2, "WKH1186253")
		h.exec(t, `UPDATE members SET confirmed_at = now() - interval '1 day'`)
		before, listed, stranger, rolled := figuresOf(t, h), joinedOf(t, h), opened(t, h, 8, token), rolledUp(t, h)
		same := func(when string) {
			t.Helper()
			if f := figuresOf(t, h); f != before {
				t.Errorf("%s the enroller sees %+v, before %+v", when, f, before)
			}
			if diff := cmp.Diff(listed, joinedOf(t, h)); diff != "" || len(listed.List) != 2 {
				t.Errorf("%s the enroller's list tells (-before +now):\n%s", when, diff)
			}
			if n := exportedMembers(t, h); n != fmt.Sprint(before.Added) {
				t.Errorf("%s the operator's list has %s members, not %d", when, n, before.Added)
			}
			if diff := cmp.Diff(rolled, rolledUp(t, h)); diff != "" {
				t.Errorf("%s the roll-ups tell (-before +now):\n%s", when, diff)
			}
		}
		for range 2 {
			if done := use(t, h, actor(kamlaID, 10), token, flows.SlipStop); !done.Done || done.Standing != flows.SlipStopped {
				t.Fatalf("stopped: %+v", done)
			}
		}
		same("after the complaint")
		if o := opened(t, h, 8, token); o.Standing != stranger.Standing || o.Name != stranger.Name || o.By != stranger.By {
			t.Errorf("a stranger reads %+v, before %+v", o, stranger)
		}
		if done := use(t, h, actor(8, 11), token, flows.SlipErase); !done.Case || status(t, h, number) != "frozen 1" {
			t.Errorf("a stranger erases what was stopped: %+v", done)
		}
		for range 2 {
			if done := use(t, h, actor(kamlaID, 12), token, flows.SlipErase); !done.Done {
				t.Errorf("erased: %+v", done)
			}
		}
		same("after the erasure")
		if n := one[int](t, h, `SELECT count(*) FROM members WHERE number = $1 AND telegram_id = 0
			AND coalesce(name_sealed, voter_id_sealed, voter_id_index, mobile_sealed, mobile_index) IS NULL`, string(number)); n != 1 {
			t.Error("something is left of who it was")
		}
		if _, err := h.SettleWeek(t.Context()); err != nil {
			t.Fatal(err)
		}
		same("before Monday")
		h.exec(t, `UPDATE members SET frozen_at = frozen_at - interval '7 days' WHERE held IS NOT NULL`)
		for i, want := range []int64{1, 0} {
			if n, err := h.SettleWeek(t.Context()); err != nil || n != want {
				t.Errorf("settling %d: %d, %v", i, n, err)
			}
		}
		if diff := cmp.Diff(listed, joinedOf(t, h)); diff != "" {
			t.Errorf("on Monday the enroller's list tells (-before +now):\n%s", diff)
		}
		if f := figuresOf(t, h); f != (figures{1, 0, 2}) {
			t.Errorf("after Monday the enroller sees %+v", f)
		}
		if n := exportedMembers(t, h); n != "1" {
			t.Errorf("after Monday the operator's list has %s members", n)
		}
		if cmp.Equal(rolled, rolledUp(t, h)) {
			t.Error("the roll-ups have not moved")
		}
	})
}

func TestAnErasureWithoutAComplaintTakesTheFigureAtOnce(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		number, token := recorded(t, h, 1, "ABC1034560")
		for range 2 {
			if done := use(t, h, actor(kamlaID, 10), token, flows.SlipErase); !done.Done {
				t.Errorf("erased: %+v", done)
			}
		}
		if s, f := status(t, h, number), figuresOf(t, h); s != "withdrawn 0" || f.Added != 0 {
			t.Errorf("%s, %+v", s, f)
		}
		if n := one[int](t, h, `SELECT count(*) FROM events WHERE kind = 'erased'`); n != 1 {
			t.Errorf("%d events", n)
		}
		if o := opened(t, h, kamlaID, token); o != (flows.SlipOpened{Standing: flows.SlipUsed}) {
			t.Errorf("opened again: %+v", o)
		}
	})
}

func TestWhoIsAMemberAlreadyKeepsTheirOwn(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		own := save(t, h.Store, actor(kamlaID, 1), member(3, "ABC1034560")).Record.Number
		number, token := recorded(t, h, 1, "ABC1034560")
		if o := opened(t, h, kamlaID, token); o.Standing != flows.SlipDouble || o.Number != own {
			t.Fatalf("opened: %+v", o)
		}
		if done := use(t, h, actor(kamlaID, 4), token, flows.SlipClaim); done.Done || done.Standing != flows.SlipDouble {
			t.Errorf("claimed: %+v", done)
		}
		for range 2 {
			if done := use(t, h, actor(kamlaID, 5), token, flows.SlipMerge); !done.Done || done.Number != own {
				t.Errorf("merged: %+v", done)
			}
		}
		if a, b := status(t, h, own), status(t, h, number); a != "confirmed 2" || b != "refused 0" {
			t.Errorf("own %s, recorded %s", a, b)
		}
	})
}

// Who decides a case has nothing to do with the place: an admin who did not
// record it, holds no office over the booth, did not give the enroller theirs,
// and is neither who brought the case nor who holds the record.
func TestACaseIsDecidedByAnAdminWhoIsFar(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h) // an admin and two chief enrollers
		const chiefToo, farChiefToo, appointer, complainer = 810, 811, 812, 813
		for _, a := range []postgres.Appointment{
			{Office: party.Admin, TelegramID: chiefToo},
			{Office: party.Chief, TelegramID: chiefToo, Area: party.Area{AC: 55}},
			{Office: party.Admin, TelegramID: farChiefToo},
			{Office: party.Chief, TelegramID: farChiefToo, Area: party.Area{AC: 1}},
			{Office: party.Admin, TelegramID: appointer},
			{Office: party.Admin, TelegramID: complainer},
			{Office: party.Admin, TelegramID: recorderID},
		} {
			a.Name = "मीना कंवर"
			if _, err := h.Appoint(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
		number, token := recorded(t, h, 1, "ABC1034560")
		h.exec(t, `UPDATE offices SET appointed_by = (SELECT id FROM offices WHERE telegram_id = $1) WHERE office = 'enroller'`, appointer)
		use(t, h, actor(complainer, 10), token, flows.SlipStop)
		decides := map[int64]bool{adminID: true, farChiefToo: true}
		for _, person := range []int64{chiefID, farChiefID, recorderID, chiefToo, appointer, complainer, kamlaID, farChiefToo, adminID} {
			cases, err := h.Cases(t.Context(), actor(person, 1), 0)
			if err != nil || (cases.Case != nil) != decides[person] {
				t.Errorf("%d is shown %+v, %v", person, cases, err)
			}
			if told := one[int](t, h, `SELECT count(*) FROM notices WHERE telegram_id = $1 AND kind = 'cases'`, person); (told == 1) != decides[person] {
				t.Errorf("%d is told %d times", person, told)
			}
			if !decides[person] {
				done, err := h.DecideCase(t.Context(), actor(person, 20), flows.DecideCase{ID: one[int64](t, h, `SELECT id FROM cases`), Stands: true})
				if err != nil || done != (flows.CaseDecided{}) {
					t.Errorf("%d decides: %+v, %v", person, done, err)
				}
			}
		}
		if s := status(t, h, number); s != "frozen 1" {
			t.Fatal(s)
		}
		for i, want := range []flows.CaseDecided{{Number: number, Stands: true}, {}} {
			done, err := h.DecideCase(t.Context(), actor(adminID, int64(30+i)), flows.DecideCase{ID: one[int64](t, h, `SELECT id FROM cases`), Stands: true})
			if err != nil || done != want {
				t.Errorf("decided: %+v, %v", done, err)
			}
		}
		if s := status(t, h, number); s != "confirmed 1" {
			t.Error(s)
		}
		if n := one[int](t, h, `SELECT count(*) FROM notices WHERE telegram_id = $1 AND kind = 'decided'`, complainer); n != 1 {
			t.Errorf("who brought it is told %d times", n)
		}
		if n := one[int](t, h, `SELECT count(*) FROM audit WHERE action = 'case-decided' AND actor = $1 AND reason = 'stands'`, adminID); n != 1 {
			t.Errorf("%d decisions audited", n)
		}
	})
}

// The only admin appointed the enroller: they decide, for as long as nobody else
// may. Where nobody may at all the case waits, and whoever may later is told.
func TestNoCaseIsLeftWithoutWhoMayDecide(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		makeAdmin := func(person int64) {
			t.Helper()
			if _, err := h.Appoint(t.Context(), postgres.Appointment{Office: party.Admin, TelegramID: person, Name: "मीना कंवर"}); err != nil {
				t.Fatal(err)
			}
		}
		shown := func(when string, want map[int64]bool) {
			t.Helper()
			for person, decides := range want {
				cases, err := h.Cases(t.Context(), actor(person, 1), 0)
				if told := one[int](t, h, `SELECT coalesce(sum(count), 0) FROM notices WHERE telegram_id = $1 AND kind = 'cases'`, person); err != nil || (cases.Count == 1) != decides || decides && told != 1 {
					t.Errorf("%s %d is shown %d cases and told of %d, %v", when, person, cases.Count, told, err)
				}
			}
		}
		waiting := func(when string, want int) {
			t.Helper()
			for range 2 {
				if n, err := h.TellCases(t.Context()); err != nil || n != want {
					t.Errorf("%s %d cases wait, not %d: %v", when, n, want, err)
				}
			}
		}
		const appointer, far = 812, 813
		makeAdmin(appointer)
		_, token := recorded(t, h, 1, "ABC1034560")
		h.exec(t, `UPDATE offices SET appointed_by = (SELECT id FROM offices WHERE telegram_id = $1) WHERE office = 'enroller'`, appointer)

		if done := use(t, h, actor(kamlaID, 10), token, flows.SlipStop); !done.Done {
			t.Fatalf("stopped: %+v", done)
		}
		waiting("with who appointed alone,", 0)
		shown("alone,", map[int64]bool{appointer: true})

		h.exec(t, `INSERT INTO offices (office, district, ac_no, part_no, letter, status, code, telegram_id, name_sealed, seal_context)
			SELECT 'chief', '', 55, 0, '', 'active', '111111111', $1, name_sealed, seal_context FROM offices WHERE telegram_id = $1`, appointer)
		waiting("with a chief enroller of the place,", 1)
		shown("as chief enroller of the place,", map[int64]bool{appointer: false})
		if done, err := h.DecideCase(t.Context(), actor(appointer, 20), flows.DecideCase{ID: one[int64](t, h, `SELECT id FROM cases`), Stands: true}); err != nil || done != (flows.CaseDecided{}) {
			t.Errorf("a chief enroller of the place decides: %+v, %v", done, err)
		}

		makeAdmin(far)
		waiting("with an admin who is far,", 0)
		shown("with an admin who is far,", map[int64]bool{appointer: false, far: true})

		h.exec(t, `UPDATE offices SET status = 'revoked' WHERE office = 'chief'`)
		shown("while another is far,", map[int64]bool{appointer: false, far: true})
		h.exec(t, `UPDATE offices SET status = 'suspended' WHERE telegram_id = $1`, far)
		shown("once the other is suspended,", map[int64]bool{appointer: true, far: false})
	})
}

// TestWhoComplainedIsNotRecordedAgainUnseen records somebody a second time: with a
// complaint in between or without one, a reviewer sees and does the same.
func TestWhoComplainedIsNotRecordedAgainUnseen(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		appointed(t, h)
		h.exec(t, `UPDATE offices SET appointed_by = NULL`)
		for i, complained := range []bool{false, true} {
			epic := []string{"ABC1034560", "ZZZ1234566"}[i]
			_, slip := recorded(t, h, byte(10*i+1), epic)
			if complained && !use(t, h, actor(kamlaID, 3), slip, flows.SlipStop).Done {
				t.Fatal("the complaint is not taken")
			}
			recorded(t, h, byte(10*i+2), epic)
			at := func(nonce byte) int64 {
				return one[int64](t, h, `SELECT id FROM members WHERE nonce = $1`, pgtype.UUID{Bytes: flows.Nonce{nonce, 99}, Valid: true})
			}
			first, second := at(byte(10*i+1)), at(byte(10*i+2))
			if got := standing(t, h, second); got != "review 1 taken" {
				t.Fatalf("complained %v: recorded again it is %q", complained, got)
			}
			e, err := h.Doubtful(t.Context(), actor(chiefID, 40), flows.LoadDoubtful{})
			if err != nil || e.ID != second || e.Other.IsZero() {
				t.Errorf("complained %v: the chief enroller sees %+v, %v", complained, e, err)
			}
			update := int64(50 + 10*i)
			if got := judge(t, h, chiefID, update, second, flows.Accept, ""); got != flows.EntryHeld {
				t.Errorf("complained %v: accepted it is %q", complained, got)
			}
			if got := judge(t, h, chiefID, update+1, second, flows.Stands, ""); got != flows.EntryStands {
				t.Errorf("complained %v: let stand it is %q", complained, got)
			}
			want := map[bool]string{false: "review 1 taken; confirmed 1 ", true: "frozen 1 ; confirmed 1 "}[complained]
			if got := standing(t, h, first) + "; " + standing(t, h, second); got != want {
				t.Errorf("complained %v: %q", complained, got)
			}
			h.exec(t, `UPDATE members SET status = 'withdrawn' WHERE id = $1`, first) // out of the way of the next
		}
	})
}
