package main

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"sadasya/bot/telegramtest"
	"sadasya/party"
	"sadasya/store/postgres"
)

// adminCommands are for admins, with what their screens hold and no other.
// Chief enrollers have /export too, of their own area.
var adminCommands = map[string]string{
	"stats": "In all:", "find": "Whom do you look for", "revoke": "Whose office", "audit": "Whose record", "export": "Which list",
	"broadcast": "Whom is it for", "sent": "Nothing was sent yet", "switches": "Messages that go by themselves",
}

// court is a rig with a database to look behind.
type court struct {
	*rig
	db *pgx.Conn
}

func newCourt(t *testing.T) court {
	t.Helper()
	r := newRig(t, rigOptions{quiet: true})
	db, err := pgx.Connect(t.Context(), r.database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close(context.Background()) })
	return court{rig: r, db: db}
}

// holder appoints somebody and gives their chat.
func (c court) holder(id int64, o party.Office, area party.Area) *chatter {
	c.t.Helper()
	a := postgres.Appointment{Office: o, TelegramID: id, Name: "Somebody", Area: area}
	if _, err := c.stores.postgres.Appoint(c.t.Context(), a); err != nil {
		c.t.Fatal(err)
	}
	return &chatter{r: c.rig, Person: c.telegram.Person(personWithID(id))}
}

func (c court) exec(sql string, args ...any) {
	c.t.Helper()
	if _, err := c.db.Exec(c.t.Context(), sql, args...); err != nil {
		c.t.Fatal(err)
	}
}

// refusals counts what the audit has of a person's refused command.
func (c court) refusals(person int64, command string) (n int) {
	c.t.Helper()
	err := c.db.QueryRow(c.t.Context(), `SELECT count(*) FROM audit WHERE action = 'refused' AND actor = $1 AND object = 'command ' || $2::text`, person, command).Scan(&n)
	if err != nil {
		c.t.Fatal(err)
	}
	return n
}

// Every command of admins, by everyone who is none and in every way in which none
// is taken: nothing of it is shown, and that it was refused is written down.
func TestAdminCommandsAreRefusedToEveryoneElse(t *testing.T) {
	c := newCourt(t)
	citizen := c.person(party.English)
	citizen.enrol("Kamla Devi", "ABC1034560")
	revoked := c.holder(953, party.Admin, party.Area{})
	c.exec(`UPDATE offices SET status = 'revoked' WHERE telegram_id = 953`)
	persons := map[string]*chatter{
		"an outsider":     c.person(party.English),
		"a citizen":       citizen,
		"an enroller":     c.holder(enrollerID, party.Enroller, party.Area{Booth: party.Booth{AC: 55, Part: 12}}),
		"a chief":         c.holder(952, party.Chief, party.Area{AC: 55}),
		"a revoked admin": revoked,
	}
	for who, person := range persons {
		for command, shows := range adminCommands {
			if who == "a chief" && command == "export" {
				continue // of the own area
			}
			said := person.say("/" + command)
			if len(said) == 0 || strings.Contains(said[0].Text, shows) {
				t.Errorf("%s says /%s: %+v", who, command, said)
			}
			if n := c.refusals(person.ID, command); n != 1 {
				t.Errorf("%s says /%s: %d refusals are on record", who, command, n)
			}
		}
	}
	anil := c.holder(950, party.Admin, party.Area{})
	for command, shows := range adminCommands {
		said := anil.say("/" + command)
		if len(said) == 0 || !strings.Contains(said[0].Text, shows) {
			t.Errorf("an admin says /%s: %+v", command, said)
		}
		anil.say("/cancel") // what is composed would be finished first
	}
}

// The commands of an admin in ways in which none is taken.
func TestAnAdminsCommandIsNotTakenInEveryWay(t *testing.T) {
	c := newCourt(t)
	anil := c.holder(950, party.Admin, party.Area{})
	for command, shows := range adminCommands {
		before := len(anil.Messages())
		anil.SendWith("/"+command, map[string]any{"forward_origin": map[string]any{"type": "hidden_user"}})
		anil.settle()
		anil.Edit("/" + command)
		anil.settle()
		for _, chat := range []map[string]any{{"id": -1001, "type": "group"}, {"id": -1002, "type": "supergroup"}} {
			anil.SendRaw(map[string]any{"message": map[string]any{
				"message_id": 9, "date": 1, "chat": chat, "text": "/" + command, "from": map[string]any{"id": anil.ID, "first_name": "Anil"},
				"entities": []map[string]any{{"type": "bot_command", "offset": 0, "length": len(command) + 1}},
			}})
			anil.settle()
		}
		anil.SendRaw(map[string]any{"channel_post": map[string]any{"message_id": 9, "date": 1, "chat": map[string]any{"id": -1003, "type": "channel"}, "text": "/" + command}})
		anil.settle()
		for _, m := range anil.Messages()[before:] {
			if m.FromBot && strings.Contains(m.Text, shows) {
				t.Errorf("/%s is taken: %s", command, m.Text)
			}
		}
		if n := c.refusals(anil.ID, command); n != 2 { // forwarded, edited; what is said in a group is not heard
			t.Errorf("/%s: %d refusals are on record", command, n)
		}
	}
}

// A button of an office counts while the office does: replayed by who lost it, or
// written by who never had it, it does nothing.
func TestAnAdminsButtonsEndWithTheOffice(t *testing.T) {
	c := newCourt(t)
	citizen := c.person(party.English)
	number := citizen.enrol("Kamla Devi", "ABC1034560")
	anil := c.holder(950, party.Admin, party.Area{})
	anil.say("/find")
	anil.say(number)
	found := anil.tap("A complaint came")
	if !strings.Contains(found[0].Text, "Kamla D.") {
		t.Fatalf("%+v", found)
	}
	anil.say("/find")
	anil.say(number)
	c.exec(`UPDATE offices SET status = 'revoked' WHERE telegram_id = 950`)
	if said := anil.tap("A lawful order"); strings.Contains(said[0].Text, "Kamla") {
		t.Errorf("after the office: %+v", said)
	}
	if n := c.refusals(950, "find"); n != 1 {
		t.Errorf("%d refusals are on record", n)
	}
	for _, person := range []*chatter{anil, citizen} {
		for _, data := range []string{"g.agree:1", "g.disagree:1", "g.stats", "g.stats:districts", "g.audit:member 1", "g.find", "g.revoke", "g.export", "g.switches:Jaipur", "g.switch:pace off", "g.switchwhere"} {
			last := lastID(person.Person)
			person.TapData(0, data)
			person.settle()
			for _, m := range person.Messages() {
				if m.ID <= last || !m.FromBot {
					continue
				}
				for _, shows := range append(values(adminCommands), "What was done", "is an admin now") {
					if strings.Contains(m.Text, shows) {
						t.Errorf("%s shows %q", data, m.Text)
					}
				}
			}
		}
	}
}

func lastID(p *telegramtest.Person) (last int) {
	for _, m := range p.Messages() {
		last = max(last, m.ID)
	}
	return last
}

func values(m map[string]string) (list []string) {
	for _, v := range m {
		list = append(list, v)
	}
	return list
}
