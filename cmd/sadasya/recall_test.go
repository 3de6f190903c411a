package main

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres/postgrestest"
	"sadasya/store/redis"
)

// TestWhatIsRecalledIsNotTrusted: another replica has moved a person on; a tap
// on the old screen reaches this one, which remembers the session as it was. It
// must not act on it.
func TestWhatIsRecalledIsNotTrusted(t *testing.T) {
	url := embeddedtest.Redis(t)
	database := embeddedtest.Database(t, postgrestest.Template(t))
	r := newRig(t, rigOptions{redis: url, database: database})
	c := r.person(party.English)
	c.say("/start " + string(r.code))
	c.tap("English") // the notice stands, and this process remembers it

	other, err := redis.Open(t.Context(), url, r.stores.keys, redis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	session, _, err := other.Load(t.Context(), c.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	moved := *session.Active
	moved.State, moved.Rev = "declined", moved.Rev+1
	session.Active = &moved
	if _, err := other.Swap(t.Context(), c.ID, 1, session.See(1)); err != nil {
		t.Fatal(err)
	}

	said := c.tap("✅ I am 18+ and I agree")
	if len(said) != 1 || strings.Contains(said[0].Text, "What name") {
		t.Errorf("the stale tap was taken: %+v", said)
	}
	if s, _, err := other.Load(t.Context(), c.ID, 2); err != nil || s.Active.State != "declined" {
		t.Errorf("the session went on: %+v, %v", s.Active, err)
	}
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var consents int
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM consents WHERE telegram_id = $1`, c.ID).Scan(&consents); err != nil || consents != 0 {
		t.Errorf("%d consents were recorded, %v", consents, err)
	}
}

// TestAnAnswerKeepsWhatAnotherReplicaWrote: one replica remembers that it asked for
// the Voter ID of Kamla; by another she goes back and says that she is Geeta. The
// number that then reaches the first is Geeta's.
func TestAnAnswerKeepsWhatAnotherReplicaWrote(t *testing.T) {
	r, here, there := twoReplicas(t)
	r.telegram.SetBackends(here)
	c := r.person(party.English)
	c.say("/start " + string(r.code))
	c.tap("English")
	c.tap("✅ I am 18+ and I agree")
	c.say("Kamla Devi")
	r.telegram.SetBackends(there)
	c.tap("◀ Back")
	c.say("Geeta Devi")
	r.telegram.SetBackends(here)
	c.say(madeUpEPIC(1))
	if said := c.tap("✅ Yes, here"); len(said) != 1 || !strings.Contains(said[0].Text, "Geeta Devi") {
		t.Fatalf("the check card shows %+v", said)
	}
	number := numberIn(c.tap("✅ All is right"))
	if row := r.rows()[number]; row == nil || row[1] != "Geeta Devi" {
		t.Errorf("the row of %q is %q", number, row)
	}
}
