package main

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/flows/flowstest"
	"sadasya/party"
	"sadasya/store/postgres"
)

// meanwhile lets somebody else do what a transcript says, and then everything be
// said that is to be said unasked.
func (c *chatter) meanwhile(t *testing.T, words string) {
	t.Helper()
	who, does := flowstest.Meanwhile(words)
	other := c.r.person(party.English)
	switch does {
	case "":
	case "joins":
		own, err := c.r.stores.postgres.Enroller(t.Context(), flows.Actor{Person: c.ID})
		if err != nil || own.Code == "" {
			t.Fatalf("the chat is no enroller's: %v", err)
		}
		other.enrolBy(own.Code, string(who), madeUpEPIC(other.ID%1_000_000))
	case "accepts":
		other.say("/start " + c.lastLink(t))
		other.tap("✅ I accept")
		other.says(string(who))
	case "applies":
		other.say("/start " + c.lastLink(t))
		other.tap("✅ I want to apply")
		other.say("12")
		other.says(string(who))
	case "appoints", "declines": // whoever applied last
		c.r.decide(t, does == "appoints")
	default:
		t.Fatalf("nobody can do %q here", words)
	}
	c.r.sayDue(t)
}

// says gives a name, and nothing else of themselves.
func (c *chatter) says(name string) {
	c.say(name)
	c.tap("Rather not say")
	c.tap("Rather not say")
}

// lastLink is the newest link to an office in the chat.
func (c *chatter) lastLink(t *testing.T) string {
	t.Helper()
	all := c.Messages()
	for i := range all {
		if link := linkShape.FindString(all[len(all)-1-i].Text); link != "" {
			return link
		}
	}
	t.Fatal("no link was shown")
	return ""
}

// decide lets an admin say yes or no to the newest application.
func (r *rig) decide(t *testing.T, yes bool) {
	t.Helper()
	const adminID = 950
	if _, err := r.stores.postgres.Appoint(t.Context(), postgres.Appointment{Office: party.Admin, TelegramID: adminID, Name: "Anil Sharma"}); err != nil {
		t.Fatal(err)
	}
	for page := 0; ; page++ {
		desk, err := r.stores.postgres.Desk(t.Context(), flows.Actor{Person: adminID}, page)
		if err != nil || len(desk.Applicants) == 0 {
			t.Fatalf("nobody applied: %v", err)
		}
		if desk.More {
			continue
		}
		e := flows.DecideApplicant{ID: desk.Applicants[len(desk.Applicants)-1].ID, Yes: yes}
		if out, err := r.stores.postgres.DecideApplicant(t.Context(), flows.Actor{Person: adminID, Update: e.ID}, e); err != nil || out.Name == "" {
			t.Fatalf("%+v, %v", out, err)
		}
		return
	}
}

// sayDue lets time pass for all notices, and says them.
func (r *rig) sayDue(t *testing.T) {
	t.Helper()
	if _, err := r.stores.postgres.Fold(t.Context()); err != nil {
		t.Fatal(err)
	}
	db, err := pgx.Connect(t.Context(), r.database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(t.Context()) }()
	if _, err := db.Exec(t.Context(), `UPDATE notices SET due_at = now()`); err != nil {
		t.Fatal(err)
	}
	for r.program.notifier.Round(t.Context()) > 0 {
	}
	if strings.Contains(r.log.String(), "a notice was given up") {
		t.Errorf("a notice was given up:\n%s", r.log)
	}
}
