package postgres_test

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
	"sadasya/store/reference"
)

// TestCountsAreTheRows: whatever is done in whatever order, the figures of every
// enroller, booth, constituency, district and of the state are those of the rows,
// and the rows are what the rules want. After each step the roll-ups are folded
// and all of it is held against counting_model_test.go.
func TestCountsAreTheRows(t *testing.T) {
	t.Parallel()
	url := embeddedtest.Database(t, postgrestest.Template(t))
	s, keys := postgrestest.OpenAt(t, url, postgres.Options{FamilyPerChat: modelFamily, LinkPerHour: modelBurst, Assisted: modelAssisted()})
	h := house{Store: s, url: url, keys: keys, db: connect(t, url)}
	if _, err := s.Fold(t.Context()); err != nil { // the first time it counts everything
		t.Fatal(err)
	}
	ref, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	// Deleted and not truncated, which takes ten times as long for a few rows.
	empty := one[string](t, h, `SELECT 'SET session_replication_role = replica; ' || string_agg('DELETE FROM ' || quote_ident(tablename), '; ') FROM pg_tables
		WHERE schemaname = 'public' AND tablename NOT IN ('booths', 'booth_versions', 'places', 'place_words', 'facts', 'goose_db_version')`)
	rapid.Check(t, func(rt *rapid.T) {
		if _, err := h.db.PgConn().Exec(t.Context(), empty).ReadAll(); err != nil {
			rt.Fatal(err)
		}
		appointed(t, h)
		c := &counting{t: t, h: h, ref: ref, update: 1000}
		rt.Repeat(map[string]func(*rapid.T){
			"":        c.agree,
			"appoint": c.appoint, "change": c.change,
			"enrol": c.enrol, "enrol again": c.enrolAgain, "correct": c.correct, "withdraw": c.withdraw, "say": c.say,
			"judge": c.judge, "mend": c.mend,
			"assist": c.assist, "use a slip": c.useSlip, "call": c.call, "settle": c.settle,
		})
	})
}

// counting is one sequence of steps.
type counting struct {
	t      *testing.T
	h      house
	ref    *reference.Reference
	m      model
	update int64
	last   *enrolment // to be sent again
}

type enrolment struct {
	a flows.Actor
	e flows.SaveMember
}

// Who and what is drawn from. Persons below 10 are citizens, the others enrol too
// and are members themselves.
var (
	countedPersons = []int64{1, 2, 3, 4, 10, 11, 12}
	countedBooths  = []party.Booth{{AC: 55, Part: 12}, {AC: 55, Part: 13}, {AC: 54, Part: 1}, {AC: 1, Part: 1}}
	countedNumbers = []string{"ABC1034560", "ZZZ0000018", "ZZZ0000000", "QQQ9999996", "WKH1186254", "RJ/20/152/123456"}
)

func drawPerson(rt *rapid.T) int64 { return rapid.SampledFrom(countedPersons).Draw(rt, "person") }

func drawBooth(rt *rapid.T) party.Booth { return rapid.SampledFrom(countedBooths).Draw(rt, "booth") }

func drawNumber(rt *rapid.T) party.VoterID {
	return member(0, rapid.SampledFrom(countedNumbers).Draw(rt, "Voter ID")).VoterID
}

// drawOf draws one of a list; with none the step is another one.
func drawOf[T any](rt *rapid.T, list []T, what string) T {
	if len(list) == 0 {
		rt.Skip("none: " + what)
	}
	return rapid.SampledFrom(list).Draw(rt, what)
}

// actor is a person with an update of their own.
func (c *counting) actor(person int64) flows.Actor {
	c.update++
	return actor(person, c.update)
}

func (c *counting) ok(rt *rapid.T, err error) {
	if err != nil {
		rt.Fatal(err)
	}
}

// twice does a step, and again with the same update: the second changes nothing
// and gives the same.
func twice[R comparable](rt *rapid.T, do func() (R, error)) R {
	first, err := do()
	if err != nil {
		rt.Fatal(err)
	}
	again, err := do()
	if err != nil || again != first {
		rt.Fatalf("the same update again: %+v, then %+v, %v", first, again, err)
	}
	return first
}

// appoint gives an office at once, or by a link.
func (c *counting) appoint(rt *rapid.T) {
	person, b := rapid.SampledFrom([]int64{10, 11, 12}).Draw(rt, "enroller"), drawBooth(rt)
	var code party.Code
	var err error
	if rapid.Bool().Draw(rt, "by a link") {
		a := c.actor(adminID)
		var made flows.LinkMade
		made, err = c.h.MakeLink(c.t.Context(), a, flows.MakeLink{Nonce: flows.Nonce{byte(a.Update), byte(a.Update >> 8), 3}, Office: party.Enroller, Area: party.Area{Booth: b}})
		c.ok(rt, err)
		_, code, err = c.h.AcceptLink(c.t.Context(), c.actor(person), flows.AcceptLink{Token: made.Token, Name: "गीता"})
	} else {
		code, err = c.h.Appoint(c.t.Context(), postgres.Appointment{Office: party.Enroller, TelegramID: person, Name: "गीता", Area: party.Area{Booth: b}})
	}
	if errors.Is(err, party.ErrLinkSpent) {
		return // a suspended person is reinstated, and not by a link
	}
	c.ok(rt, err)
	if o := c.m.office(code); o != nil {
		o.status = "active"
		return
	}
	o := &modelOffice{person: person, code: code, booth: b, status: "active"}
	o.id = one[int64](c.t, c.h, `SELECT id FROM offices WHERE code = $1`, string(code))
	c.m.offices = append(c.m.offices, o)
}

// change moves, suspends, reinstates or gives up an office: nothing that was
// credited to it moves with it.
func (c *counting) change(rt *rapid.T) {
	o := drawOf(rt, c.m.offices, "office")
	what := rapid.SampledFrom([]flows.OfficeChange{flows.OfficeMove, flows.OfficeSuspend, flows.OfficeReinstate, flows.OfficeResign}).Draw(rt, "change")
	e, by := flows.ChangeOffice{ID: o.id, Change: what, Reason: flows.OtherCause}, int64(adminID)
	if what == flows.OfficeMove {
		e.Area.Booth = drawBooth(rt)
	}
	if what == flows.OfficeResign {
		by = o.person
	}
	a := c.actor(by)
	done, err := c.h.ChangeOffice(c.t.Context(), a, e)
	c.ok(rt, err)
	if !done.Done {
		return
	}
	switch what {
	case flows.OfficeMove:
		o.booth = e.Area.Booth
	case flows.OfficeSuspend:
		o.status = "suspended"
	case flows.OfficeReinstate:
		o.status = "active"
	case flows.OfficeResign:
		o.status = "resigned"
	}
}

// enrol is a person's own enrolment, or one on their phone.
func (c *counting) enrol(rt *rapid.T) {
	a := c.actor(drawPerson(rt))
	e := flows.SaveMember{
		Nonce: flows.Nonce{byte(a.Update), byte(a.Update >> 8), 7}, Via: rapid.SampledFrom([]party.Via{party.Self, party.Family}).Draw(rt, "via"),
		Name: "कमला देवी", VoterID: drawNumber(rt), Version: "sample 2014", Consent: party.CurrentConsent,
	}
	if rapid.Bool().Draw(rt, "the booth is known") {
		e.Booth = drawBooth(rt)
	}
	if len(c.m.offices) > 0 && rapid.IntRange(0, 3).Draw(rt, "by a code") > 0 {
		e.Code = drawOf(rt, c.m.offices, "code").code
	}
	c.last = &enrolment{a, e}
	c.send(rt, *c.last)
}

// send saves an enrolment. Of one draft there is one row, and of a person one
// live membership of their own.
func (c *counting) send(rt *rapid.T, x enrolment) {
	saved, err := c.h.SaveMember(c.t.Context(), x.a, x.e)
	c.ok(rt, err)
	if slices.ContainsFunc(c.m.rows, func(r *modelRow) bool { return r.nonce == x.e.Nonce }) {
		return
	}
	if c.m.theirs(x.a.Person, x.e.VoterID) {
		if saved.Fresh {
			rt.Fatalf("a second row of a number that they claimed: %+v", saved)
		}
		return
	}
	if mine := c.m.self(x.a.Person); x.e.Via == party.Self && mine != nil {
		if saved.Fresh || saved.Record.Number != mine.number {
			rt.Fatalf("a second membership of their own: %+v", saved)
		}
		return
	}
	r := &modelRow{
		person: x.a.Person, number: saved.Record.Number, nonce: x.e.Nonce, via: x.e.Via, booth: x.e.Booth,
		code: c.m.credited(x.e.Code, x.a.Person), epic: x.e.VoterID,
	}
	r.id = one[int64](c.t, c.h, `SELECT id FROM members WHERE nonce = $1`, r.nonce)
	c.m.save(r)
}

// enrolAgain sends the last enrolment once more.
func (c *counting) enrolAgain(rt *rapid.T) {
	if c.last == nil {
		rt.Skip("nobody enrolled")
	}
	c.send(rt, *c.last)
}

// correct is a person's correction of a row of theirs.
func (c *counting) correct(rt *rapid.T) {
	r := drawOf(rt, c.m.live(drawPerson(rt), ""), "row")
	e := flows.CorrectMember{Number: r.number, Name: "कमला बाई", VoterID: drawNumber(rt), Version: "sample 2014"}
	if rapid.Bool().Draw(rt, "the booth is known") {
		e.Booth = drawBooth(rt)
	}
	a := c.actor(r.person)
	for range 2 {
		_, err := c.h.CorrectMember(c.t.Context(), a, e)
		c.ok(rt, err)
	}
	c.m.correct(r, e.VoterID, e.Booth)
}

// say is what a member says of themselves, or takes back.
func (c *counting) say(rt *rapid.T) {
	e := flows.RecordAbout{
		Gender:   rapid.SampledFrom(append(party.Genders(), "")).Draw(rt, "gender"),
		Category: rapid.SampledFrom(append(party.SocialCategories(), "")).Draw(rt, "category"),
	}
	a := c.actor(drawPerson(rt))
	for range 2 {
		c.ok(rt, c.h.RecordAbout(c.t.Context(), a, e))
	}
}

func (c *counting) withdraw(rt *rapid.T) {
	r := drawOf(rt, c.m.live(drawPerson(rt), ""), "row")
	a := c.actor(r.person)
	for range 2 {
		c.ok(rt, c.h.Withdraw(c.t.Context(), a, r.number))
	}
	r.status = party.Withdrawn
}

// reviewer draws an admin or the chief enroller of constituency 55.
func (c *counting) reviewer(rt *rapid.T, r *modelRow) (by int64, admin, power bool) {
	if rapid.Bool().Draw(rt, "an admin") {
		return adminID, true, true
	}
	b := r.booth
	if o := c.m.office(r.code); b.IsZero() && o != nil {
		b = o.booth
	}
	return chiefID, false, b.AC == 55
}

func (c *counting) judge(rt *rapid.T) {
	r := drawOf(rt, c.m.rows, "row")
	by, admin, power := c.reviewer(rt, r)
	e := flows.JudgeEntry{ID: r.id, Verdict: rapid.SampledFrom([]flows.Verdict{flows.Accept, flows.Stands, flows.Refuse}).Draw(rt, "verdict")}
	if e.Verdict == flows.Refuse {
		e.Why = rapid.SampledFrom(party.Refusals()).Draw(rt, "why")
	}
	a := c.actor(by)
	got := twice(rt, func() (flows.Judged, error) { return c.h.JudgeEntry(c.t.Context(), a, e) })
	want := flows.EntryGone
	if power {
		want = c.m.judge(r, admin, e.Verdict, e.Why)
	}
	if got.Outcome != want {
		rt.Fatalf("%s is answered %q, want %q", e.Verdict, got.Outcome, want)
	}
}

func (c *counting) mend(rt *rapid.T) {
	r := drawOf(rt, c.m.rows, "row")
	by, _, power := c.reviewer(rt, r)
	e := flows.MendEntry{ID: r.id}
	switch rapid.SampledFrom([]string{"name", "number", "booth"}).Draw(rt, "what") {
	case "name":
		e.Name = "कमला बाई"
	case "number":
		e.VoterID = drawNumber(rt)
	case "booth":
		e.Booth, e.Version = drawBooth(rt), "sample 2014"
	}
	a := c.actor(by)
	got, err := c.h.MendEntry(c.t.Context(), a, e)
	c.ok(rt, err)
	want := flows.EntryGone
	if power {
		want = c.m.mend(r, e)
	}
	if got.Outcome != want {
		rt.Fatalf("corrected: %q, want %q", got.Outcome, want)
	}
}

// modelAssisted are the bounds of the model.
func modelAssisted() postgres.AssistedLimits {
	const none = 1_000_000 // midnight may come while it runs
	return postgres.AssistedLimits{PerHour: modelPerHour, PerDay: none, PerMobile: modelPerMobile, Unclaimed: modelUnclaimed, CallBackOneIn: modelCalledBack}
}

// assist is an enrolment by an enroller for somebody beside them, at whatever
// booth, sent twice. Who holds no active office makes no member.
func (c *counting) assist(rt *rapid.T) {
	a := c.actor(rapid.SampledFrom([]int64{1, 10, 11, 12}).Draw(rt, "enroller"))
	e := flows.SaveMember{
		Nonce: flows.Nonce{byte(a.Update), byte(a.Update >> 8), 7}, Via: party.Assisted, Name: "कमला देवी", VoterID: drawNumber(rt),
		Mobile: rapid.SampledFrom([]party.Mobile{"", "9829012345", "9829012346"}).Draw(rt, "mobile"),
		Booth:  drawBooth(rt), Version: "sample 2014", Consent: party.CurrentConsent,
	}
	if len(c.m.offices) > 0 { // whatever code comes with it: the credit is the enroller's own
		e.Code = drawOf(rt, c.m.offices, "code").code
	}
	saved, err := c.h.SaveMember(c.t.Context(), a, e)
	c.ok(rt, err)
	again, err := c.h.SaveMember(c.t.Context(), a, e)
	c.ok(rt, err)
	o := c.m.active(a.Person)
	if o == nil {
		if saved.Record.Number != "" || again.Record.Number != "" {
			rt.Fatalf("without an office: %+v, %+v", saved, again)
		}
		return
	}
	if !saved.Fresh || !again.Fresh || again.Record.Number != saved.Record.Number {
		rt.Fatalf("a draft, and again: %+v, %+v", saved, again)
	}
	drawn := c.h.keys.Index("call-back", e.Nonce[:])
	r := &modelRow{
		number: saved.Record.Number, nonce: e.Nonce, via: e.Via, booth: e.Booth, code: o.code, epic: e.VoterID, mobile: e.Mobile,
		recordedBy: o.person, callDue: binary.BigEndian.Uint64(drawn[:8])%modelCalledBack == 0,
	}
	r.id = one[int64](c.t, c.h, `SELECT id FROM members WHERE nonce = $1`, r.nonce)
	c.m.save(r)
}

// recorded are the rows that an enroller recorded.
func (c *counting) recorded() (list []*modelRow) {
	for _, r := range c.m.rows {
		if r.via == party.Assisted {
			list = append(list, r)
		}
	}
	return list
}

// useSlip is what whoever holds a slip does by its link.
func (c *counting) useSlip(rt *rapid.T) {
	r, person := drawOf(rt, c.recorded(), "record"), drawPerson(rt)
	use := rapid.SampledFrom([]flows.SlipUse{flows.SlipClaim, flows.SlipClaim, flows.SlipStop, flows.SlipErase}).Draw(rt, "use")
	token := party.NewSlipToken(r.number, c.h.keys.Index("slip", []byte(r.number)))
	a := c.actor(person)
	for range 2 {
		_, err := c.h.UseSlip(c.t.Context(), a, flows.UseSlip{Token: token, Use: use})
		c.ok(rt, err)
	}
	c.m.slip(r, person, use)
}

// call is a call back by a reviewer.
func (c *counting) call(rt *rapid.T) {
	r := drawOf(rt, c.recorded(), "record")
	by, _, power := c.reviewer(rt, r)
	e := flows.RecordCall{ID: r.id, Answer: rapid.SampledFrom([]flows.Answer{flows.AnswerRight, flows.AnswerNotFound, flows.AnswerRefused}).Draw(rt, "answer")}
	a := c.actor(by)
	got := twice(rt, func() (flows.CallRecorded, error) { return c.h.RecordCall(c.t.Context(), a, e) })
	if done := power && c.m.called(r, e.Answer); done != (got.Name != "") {
		rt.Fatalf("a call is recorded: %v, want %v", got.Name != "", done)
	}
}

// settle lets a week pass.
func (c *counting) settle(rt *rapid.T) {
	c.h.exec(c.t, `UPDATE members SET frozen_at = frozen_at - interval '8 days' WHERE held IS NOT NULL`)
	_, err := c.h.SettleWeek(c.t.Context())
	c.ok(rt, err)
	c.m.settle()
}
