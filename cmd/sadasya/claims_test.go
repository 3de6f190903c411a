package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sadasya/flows"
	"sadasya/flows/flowstest"
	"sadasya/party"
	"sadasya/store/postgres"
)

// slips are those that a transcript may name, each made when it first does: of
// records that the rig's enroller made for Kamla Devi.
type slips struct {
	t     *testing.T
	r     *rig
	chat  *chatter
	epic  string
	named map[string]party.SlipToken
}

func (r *rig) slips(t *testing.T, c *chatter) *slips {
	return &slips{t: t, r: r, chat: c, epic: madeUpEPIC(c.ID % 1_000_000), named: map[string]party.SlipToken{}}
}

// in writes the payloads and the Voter ID where a line names them.
func (s *slips) in(words string) string {
	s.t.Helper()
	for name, made := range map[string]func() party.SlipToken{
		"USEDSLIP":   func() party.SlipToken { return s.record(2, enrollerID, s.other(1), 77) },
		"DOUBLESLIP": func() party.SlipToken { return s.record(3, enrollerID, s.epic, 0) },
		"OWNSLIP":    func() party.SlipToken { return s.record(4, s.chat.ID, s.other(2), 0) },
		"WRONGSLIP":  func() party.SlipToken { return flowstest.OurSlips().Wrong },
		" SLIP":      func() party.SlipToken { return s.record(1, enrollerID, s.epic, 0) },
	} {
		if strings.Contains(words, name) && s.named[name] == "" {
			s.named[name] = made()
		}
	}
	all := flowstest.Slips{
		Open: s.named[" SLIP"], Used: s.named["USEDSLIP"], Double: s.named["DOUBLESLIP"],
		Own: s.named["OWNSLIP"], Wrong: s.named["WRONGSLIP"],
	}
	return strings.ReplaceAll(all.In(words), "EPIC", s.epic)
}

// other is another Voter ID than the chat's.
func (s *slips) other(n int64) string { return madeUpEPIC((s.chat.ID + n*333_333) % 1_000_000) }

// record makes an assisted record; claimed by an account unless that is 0.
func (s *slips) record(n byte, by int64, epic string, claimed int64) party.SlipToken {
	s.t.Helper()
	return s.r.recordFor(s.t, flows.Nonce{n, byte(s.chat.ID), byte(s.chat.ID >> 8), byte(s.chat.ID >> 16), byte(s.chat.ID >> 24)}, by, epic, claimed)
}

// recordFor keeps a record as an enroller's chat would, and gives its slip.
func (r *rig) recordFor(t *testing.T, n flows.Nonce, by int64, epic string, claimed int64) party.SlipToken {
	t.Helper()
	reading, err := party.ReadVoterID(epic)
	if err != nil {
		t.Fatal(err)
	}
	saved, err := r.stores.postgres.SaveMember(t.Context(), flows.Actor{Person: enrollerID, Update: 1, Language: party.Hindi}, flows.SaveMember{
		Nonce: n, Via: party.Assisted, Name: "कमला देवी", VoterID: reading.ID, Booth: party.Booth{AC: 55, Part: 12},
		Version: r.list(t), Consent: party.CurrentConsent,
	})
	if err != nil {
		t.Fatal(err)
	}
	r.exec(t, `UPDATE members SET telegram_id = $1, claimed_at = CASE WHEN $1::bigint <> 0 THEN now() END, recorded_by = $2, enroller_code = $3 WHERE number = $4`,
		claimed, by, string(r.code), string(saved.Record.Number))
	return r.stores.postgres.SlipToken(saved.Record.Number)
}

// list names the newest list of booths.
func (r *rig) list(t *testing.T) string {
	t.Helper()
	v, err := r.stores.postgres.CurrentVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v.Label
}

// TestAComplaintGoesToAnAdminAndShowsNowhereElse: what the enroller and the chief
// enroller read is the same to the letter before it and after it, until Monday, and
// nothing comes to them unasked.
func TestAComplaintGoesToAnAdminAndShowsNowhereElse(t *testing.T) {
	r := newRig(t, rigOptions{})
	holder := func(o party.Office, id int64, area party.Area) *chatter {
		c := &chatter{r: r, Person: r.telegram.Person(personWithID(id))}
		if o != party.Enroller { // that one is appointed
			_, err := r.stores.postgres.Appoint(t.Context(), postgres.Appointment{Office: o, TelegramID: id, Name: "Meena Kanwar", Area: area})
			if err != nil {
				t.Fatal(err)
			}
		}
		return c
	}
	admin, chief, sunita := holder(party.Admin, 950, party.Area{}), holder(party.Chief, 951, party.Area{AC: 55}), holder(party.Enroller, enrollerID, party.Area{})
	token := r.recordFor(t, flows.Nonce{1}, enrollerID, madeUpEPIC(1), 0)
	r.recordFor(t, flows.Nonce{2}, enrollerID, madeUpEPIC(2), 0)
	seen := func() (all string) {
		if _, err := r.stores.postgres.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, command := range []string{"/progress", "/members", "/link", "/cases"} {
			all += fmt.Sprintln(flowstest.Says(r.bubbles(sunita.say(command))))
		}
		for _, command := range []string{"/team", "/coverage", "/cases"} {
			all += fmt.Sprintln(flowstest.Says(r.bubbles(chief.say(command))))
		}
		return all
	}
	before := seen()
	unasked := func() (n [2]int) {
		r.sayDue(t)
		return [2]int{len(sunita.fromBot()), len(chief.fromBot())}
	}
	kamla := r.person(party.English)
	heard := unasked()
	kamla.say("/start " + string(token))
	kamla.tap("Enrolled without asking")
	kamla.tap("Yes, stop it")
	if n := r.number(t, `SELECT count(*) FROM members WHERE status = 'frozen'`); n != 1 {
		t.Errorf("%d records are stopped", n)
	}
	if now := unasked(); now != heard {
		t.Errorf("after the complaint the enroller and the chief enroller hear of it: %v messages, and %v before", now, heard)
	}
	if diff := cmp.Diff(before, seen()); diff != "" {
		t.Errorf("after the complaint (-before +now):\n%s", diff)
	}
	if said := admin.say("/cases"); !strings.Contains(said[0].Text, "Case 1 of 1") || !strings.Contains(said[0].Text, "Enrolled without asking") || strings.Contains(said[0].Text, "कमला") {
		t.Errorf("the admin reads %+v", said)
	}
	heard = unasked()
	admin.tap("It stays out")
	kamla.tap("Erase everything")
	kamla.tap("Yes, erase all")
	if now := unasked(); now != heard {
		t.Errorf("after the decision the enroller and the chief enroller hear of it: %v messages, and %v before", now, heard)
	}
	if diff := cmp.Diff(before, seen()); diff != "" {
		t.Errorf("after the decision and the erasure (-before +now):\n%s", diff)
	}
	r.exec(t, `UPDATE members SET frozen_at = frozen_at - interval '7 days' WHERE held IS NOT NULL`)
	if n, err := r.stores.postgres.SettleWeek(t.Context()); err != nil || n != 1 {
		t.Errorf("settled %d, %v", n, err)
	}
	if cmp.Equal(before, seen()) {
		t.Error("on Monday nothing has moved")
	}
}

// TestTheOperatorIsWarnedOfCasesThatNobodyMayDecide once an hour, by a count.
func TestTheOperatorIsWarnedOfCasesThatNobodyMayDecide(t *testing.T) {
	r := newRig(t, rigOptions{quiet: true})
	kamla := r.person(party.English)
	kamla.say("/start " + string(r.recordFor(t, flows.Nonce{1}, enrollerID, madeUpEPIC(1), 0)))
	kamla.tap("Enrolled without asking")
	kamla.tap("Yes, stop it")
	const minute = time.Minute
	begin := r.program.now()
	var warned time.Time
	for _, x := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {59 * minute, 1}, {60 * minute, 2}} {
		warned = r.program.tellCasesOnce(t.Context(), begin.Add(x.after), warned)
		if said := strings.Count(r.log.String(), "no admin may decide"); said != x.want || !strings.Contains(r.log.String(), " cases=1") {
			t.Errorf("after %v warned %d times, not %d", x.after, said, x.want)
		}
	}
	if _, err := r.stores.postgres.Appoint(t.Context(), postgres.Appointment{Office: party.Admin, TelegramID: 950, Name: "Meena Kanwar"}); err != nil {
		t.Fatal(err)
	}
	r.program.tellCasesOnce(t.Context(), begin.Add(120*minute), warned)
	if said := strings.Count(r.log.String(), "no admin may decide"); said != 2 {
		t.Errorf("with an admin warned %d times", said)
	}
	if n := r.number(t, `SELECT count(*) FROM notices WHERE telegram_id = 950 AND kind = 'cases'`); n != 1 {
		t.Errorf("the admin is told %d times", n)
	}
}

// TestWhoTriesManySlipsIsToldNothing: after ten that nobody made, one that is
// good is not looked up either.
func TestWhoTriesManySlipsIsToldNothing(t *testing.T) {
	r := newRig(t, rigOptions{})
	token := r.recordFor(t, flows.Nonce{1}, enrollerID, madeUpEPIC(1), 0)
	guesser := r.person(party.English)
	for n := range 10 {
		wrong := party.NewSlipToken(token.Number(), [16]byte{byte(n)})
		if said := guesser.say("/start " + string(wrong)); !strings.Contains(said[0].Text, "does not work") {
			t.Fatalf("guess %d: %+v", n, said)
		}
	}
	if said := guesser.say("/start " + string(token)); !strings.Contains(said[0].Text, "does not work") {
		t.Errorf("after ten guesses: %+v", said)
	}
	if said := r.person(party.English).say("/start " + string(token)); !strings.Contains(said[0].Text, "कमला देवी") {
		t.Errorf("to another: %+v", said)
	}
}
