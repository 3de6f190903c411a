package main

import (
	"strings"
	"testing"
	"time"

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
	if does == "comes" {
		c.r.evening(t)
		return
	}
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
	case "forgets":
		c.r.emptyRedis()
	case "writes", "wrote", "approves", "refuses", "sends", "finishes":
		c.r.ofBroadcasts(t, does)
	default:
		t.Fatalf("nobody can do %q here", words)
	}
	c.r.sayDue(t)
}

// ofBroadcasts lets the other admin, or Telegram, do something with the newest
// broadcast, or write one. What is sent is made up: its one block is in nobody's
// hands that would send it.
func (r *rig) ofBroadcasts(t *testing.T, does string) {
	t.Helper()
	s, other := r.stores.postgres, flows.Actor{Person: adminID}
	if does == "writes" || does == "wrote" {
		at := time.Unix(flowstest.AnotherHour(), 0)
		if does == "wrote" {
			at = time.Now().Add(-time.Second)
		}
		if _, _, err := s.Compose(t.Context(), other, postgres.Draft{
			Nonce: flows.Nonce{1, byte(r.number(t, `SELECT count(*) FROM broadcasts`))}, Letter: flowstest.AnotherLetter(), Audience: party.Audience{Group: party.Subscribers}, At: at,
		}); err != nil {
			t.Fatal(err)
		}
		return
	}
	id := r.number(t, `SELECT max(id) FROM broadcasts`)
	switch does {
	case "approves", "refuses":
		deed := flows.Decline
		if does == "approves" {
			deed = flows.Approve
		}
		if out, err := s.SteerBroadcast(t.Context(), other, flows.SteerBroadcast{ID: int(id), Deed: deed}); err != nil || !out.Done {
			t.Fatalf("%v, %v", out.Done, err)
		}
	case "sends":
		r.exec(t, `INSERT INTO broadcast_blocks (broadcast_id, number, turn, first_id, last_id, epoch, leased_until) VALUES ($1, 0, 0, 1, 12, 1, 'infinity')`, id)
		r.exec(t, `INSERT INTO recipients (broadcast_id, telegram_id) SELECT $1, n FROM generate_series(1, 12) n`, id)
		r.befalls(t, id, flowstest.Halfway())
		r.exec(t, `UPDATE broadcasts SET state = 'running', started_at = now() + interval '1 hour', frozen = 12, blocks = 1, send_at = now() WHERE id = $1`, id)
	case "finishes":
		r.befalls(t, id, flowstest.Whole())
		r.exec(t, `UPDATE broadcast_blocks SET done = true WHERE broadcast_id = $1`, id)
		for r.number(t, `SELECT count(*) FROM broadcasts WHERE id = $1 AND reported_at IS NULL`, id) > 0 {
			if _, err := s.Tend(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := s.Report(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// befalls writes down what became of the recipients of a broadcast.
func (r *rig) befalls(t *testing.T, id int64, parts party.Parts) {
	t.Helper()
	for _, f := range flowstest.Missed() {
		r.exec(t, `UPDATE recipients SET fate = $2::text::fate, reason = $3 WHERE broadcast_id = $1 AND telegram_id IN (
			SELECT telegram_id FROM recipients WHERE broadcast_id = $1 AND fate = 'pending' LIMIT greatest(0, $4 - (
				SELECT count(*) FROM recipients WHERE broadcast_id = $1 AND fate = $2::text::fate AND reason = $3)))`, id, string(f.Fate), f.Reason, f.Count)
	}
	r.exec(t, `UPDATE recipients SET fate = 'sent' WHERE broadcast_id = $1 AND telegram_id IN (
		SELECT telegram_id FROM recipients WHERE broadcast_id = $1 AND fate = 'pending' LIMIT greatest(0, $2 - (
			SELECT count(*) FROM recipients WHERE broadcast_id = $1 AND fate = 'sent')))`, id, parts[party.Sent])
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
