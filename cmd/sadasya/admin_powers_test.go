package main

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"sadasya/bot/telegramtest"
	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// adminCommands are for admins, with what their screens hold and no other.
// Chief enrollers have /export too, of their own area.
var adminCommands = map[string]string{
	"stats": "In all:", "find": "Whom do you look for", "revoke": "Whose office", "audit": "Whose record", "export": "Which list",
	"broadcast": "Whom is it for", "sent": "Nothing was sent yet", "switches": "Messages that go by themselves",
	"cases": "No case",
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

// adminCommandsOfPowers are the commands that powers gives to admins, and those
// that admins and chief enrollers share.
func adminCommandsOfPowers() (names []string) {
	for name, row := range powers {
		if _, known := adminCommands[name]; known || row.office == party.Admin && typedCommand(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func typedCommand(name string) bool {
	return slices.Contains(flows.CommandsOf([]party.Office{party.Admin}), name)
}

// howSent is how a command comes: who sends it, how, and whether it is to be on
// record whose it was.
type howSent struct {
	name  string
	actor int64
	send  func(command string)
	own   []string // commands that are this person's own to use
}

// TestEveryAdminCommandIsRefusedInEveryWay: of every command of admins, by
// everyone who is none and in every way in which none is taken, nothing is shown,
// and each refusal is on record, once.
func TestEveryAdminCommandIsRefusedInEveryWay(t *testing.T) {
	c := newCourt(t)
	citizen := c.person(party.English)
	citizen.enrol("Kamla Devi", "ABC1034560")
	anil := c.holder(950, party.Admin, party.Area{})
	lost := c.holder(954, party.Admin, party.Area{})
	revoked := c.holder(953, party.Admin, party.Area{})
	c.exec(`UPDATE offices SET status = 'revoked' WHERE telegram_id IN (953, 954)`)
	outsider, enroller := c.person(party.English), c.holder(enrollerID, party.Enroller, party.Area{Booth: party.Booth{AC: 55, Part: 12}})
	chief := c.holder(952, party.Chief, party.Area{AC: 55})
	types := func(p *chatter) func(string) { return func(command string) { p.say("/" + command) } }
	// In chats of several each command has one of its own: what is written down of a
	// chat in an hour is bounded.
	chats := int64(0)
	chat := func(kind string) map[string]any { chats--; return map[string]any{"id": chats, "type": kind} }
	said := func(command string, chat map[string]any) map[string]any {
		return map[string]any{
			"message_id": 9, "date": 1, "chat": chat, "text": "/" + command, "from": map[string]any{"id": anil.ID, "first_name": "Anil"},
			"entities": []map[string]any{{"type": "bot_command", "offset": 0, "length": len(command) + 1}},
		}
	}
	for _, w := range []howSent{
		{"an outsider", outsider.ID, types(outsider), nil},
		{"a citizen", citizen.ID, types(citizen), nil},
		{"an enroller", enroller.ID, types(enroller), nil},
		{"a chief", chief.ID, types(chief), []string{"export"}}, // of the own area
		{"a revoked admin", revoked.ID, types(revoked), nil},
		{"forwarded", anil.ID, func(command string) {
			anil.SendWith("/"+command, map[string]any{"forward_origin": map[string]any{"type": "hidden_user"}})
		}, nil},
		{"edited", anil.ID, func(command string) { anil.Edit("/" + command) }, nil},
		{"in a group", anil.ID, func(command string) { anil.SendRaw(map[string]any{"message": said(command, chat("group"))}) }, nil},
		{"in a supergroup", anil.ID, func(command string) { anil.SendRaw(map[string]any{"message": said(command, chat("supergroup"))}) }, nil},
		{"in a channel", 0, func(command string) {
			post := said(command, chat("channel"))
			delete(post, "from")
			anil.SendRaw(map[string]any{"channel_post": post})
		}, nil},
		{"a replayed tap", lost.ID, func(command string) { lost.TapData(0, "g."+command) }, nil},
	} {
		for _, command := range adminCommandsOfPowers() {
			t.Run(w.name+" /"+command, func(t *testing.T) {
				c.t = t
				c.emptyRedis() // also the counts of what one person sends
				at := c.number(t, `SELECT coalesce(max(id), 0) FROM audit`)
				before := map[*chatter]int{}
				everyone := []*chatter{outsider, citizen, enroller, chief, revoked, anil, lost}
				for _, p := range everyone {
					before[p] = lastID(p.Person)
				}
				w.send(command)
				for _, p := range everyone {
					p.settle()
				}
				if slices.Contains(w.own, command) {
					return
				}
				for _, p := range everyone {
					for _, m := range p.Messages() {
						if m.FromBot && m.ID > before[p] && strings.Contains(m.Text, adminCommands[command]) {
							t.Errorf("it shows %s", m.Text)
						}
					}
				}
				actor := w.actor
				if actor == 0 {
					actor = chats
				}
				refused := c.number(t, `SELECT count(*) FROM audit WHERE id > $1 AND action = 'refused' AND object = 'command ' || $2::text AND actor = $3`, at, command, actor)
				if all := c.number(t, `SELECT count(*) FROM audit WHERE id > $1 AND action = 'refused'`, at); refused != 1 || all != 1 {
					t.Errorf("%d refusals are on record, %d of it", all, refused)
				}
			})
		}
	}
	c.t = t
	for command, shows := range adminCommands {
		said := anil.say("/" + command)
		if len(said) == 0 || !strings.Contains(said[0].Text, shows) {
			t.Errorf("an admin says /%s: %+v", command, said)
		}
		anil.say("/cancel") // what is composed would be finished first
	}
}

// TestWhoFloodsTheAuditIsNotWrittenDownForEver: refusals of one person, and of
// one group, are bounded in an hour.
func TestWhoFloodsTheAuditIsNotWrittenDownForEver(t *testing.T) {
	c := newCourt(t)
	for i := range 70 {
		err := c.stores.postgres.NoteRefusal(t.Context(), flows.Actor{Person: 77, Update: int64(i + 1)}, flows.NoteRefusal{Command: "stats", Why: flows.Forwarded})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := c.refusals(77, "stats"); n != 60 {
		t.Errorf("%d refusals of one person are on record", n)
	}
	anybody := c.person(party.English)
	for i := range 30 {
		anybody.SendRaw(map[string]any{"message": map[string]any{
			"message_id": 9, "date": 1, "chat": map[string]any{"id": -5, "type": "group"}, "text": "/Stats", "from": map[string]any{"id": 100 + i, "first_name": "Anil"},
		}})
		anybody.settle()
	}
	if n := c.number(t, `SELECT count(*) FROM audit WHERE action = 'refused' AND reason = 'group'`); n != 20 {
		t.Errorf("%d refusals of one group are on record", n)
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
