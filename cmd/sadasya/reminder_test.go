package main

import (
	"testing"
	"time"

	"sadasya/flows/flowstest"
	"sadasya/party"
)

// evening lets the hour of the reminder come, on a day of its own, after a day in
// which nobody wrote.
func (r *rig) evening(t *testing.T) {
	t.Helper()
	r.program.behind.Flush(t.Context())
	r.exec(t, `UPDATE people SET updated_at = now() - interval '1 day'`)
	evenings := r.number(t, `SELECT count(*) FROM broadcasts WHERE composed_by IS NULL`)
	now := party.StartOf(flowstest.Today.AddDays(int(evenings))).Add(party.ReminderFrom + time.Minute)
	made, err := r.stores.postgres.ComposeReminder(t.Context(), now, party.Date{})
	if err != nil || !made {
		t.Fatalf("the reminder was composed: %v, %v", made, err)
	}
	r.awaitBroadcast(int(r.number(t, `SELECT max(id) FROM broadcasts WHERE composed_by IS NULL`)), party.BroadcastDone)
}

// TestTheClockRemindsWhoDidNotFinish through the running program: once, and in the
// language that they speak.
func TestTheClockRemindsWhoDidNotFinish(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{quiet: true})
	kamla, geeta, member := r.person(party.Hindi), r.person(party.English), r.person(party.English)
	for c, agree := range map[*chatter]string{kamla: "✅ उम्र 18+ है, सहमत हूँ", geeta: "✅ I am 18+ and I agree"} {
		c.say("/start " + string(r.code))
		c.tap(map[*chatter]string{kamla: "हिन्दी", geeta: "English"}[c])
		c.tap(agree)
	}
	geeta.say("Geeta Sharma")
	member.enrol("Kamla Devi", "ABC1034560")
	r.evening(t)
	kamla.heard("नमस्ते। शुरुआत हो चुकी है, बस थोड़ा-सा बाकी है।")
	geeta.heard("Namaste. Your answers are safe. The Voter ID number comes next.")
	r.evening(t)
	for c, words := range map[*chatter]string{kamla: "नमस्ते। शुरुआत", geeta: "Namaste. Your answers"} {
		if n := c.count(words); n != 1 {
			t.Errorf("reminded %d times", n)
		}
	}
	if n := member.count("Your answers are safe"); n != 0 {
		t.Error("a member is reminded")
	}
	if said := geeta.tap("Go on"); len(said) != 1 || said[0].Text == "" {
		t.Errorf("going on: %+v", said)
	}
}
