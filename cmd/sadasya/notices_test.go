package main

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"sadasya/bot/telegramtest"
	"sadasya/party"
	"sadasya/store/postgres"
)

// await waits until the bot has said so many messages more than it had, unasked.
func (c *chatter) await(said int) []telegramtest.Message {
	c.r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.r.telegram.Await(ctx, func() bool { return len(c.fromBot()) >= said }); err != nil {
		c.r.t.Fatalf("the bot has said %d messages, not %d: %v\n%s", len(c.fromBot()), said, err, c.r.log)
	}
	return c.fromBot()
}

func (c *chatter) fromBot() (list []telegramtest.Message) {
	for _, m := range c.Messages() {
		if m.FromBot {
			list = append(list, m)
		}
	}
	return list
}

// TestTheAppointerIsAskedWhetherItIsTheRightPerson, and whoever is not is told;
// both see other commands in their menu.
func TestTheAppointerIsAskedWhetherItIsTheRightPerson(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	const chiefID, otherID = 801, 802
	if _, err := r.stores.postgres.Appoint(t.Context(), postgres.Appointment{Office: party.Chief, TelegramID: chiefID, Name: "रमेश गुर्जर", Area: party.Area{AC: 55}}); err != nil {
		t.Fatal(err)
	}
	chief := &chatter{r: r, Person: r.telegram.Person(personWithID(chiefID))}
	other := &chatter{r: r, Person: r.telegram.Person(personWithID(otherID))}
	chief.say("/language")
	chief.tap("English")
	r.program.behind.Flush(t.Context())
	made := chief.say("/appoint 55/12")
	link := linkShape.FindString(made[0].Text)
	before := len(chief.fromBot())
	other.say("/start " + link)
	other.tap("✅ I accept")
	other.say("Geeta Sharma")
	other.tap("Rather not say")
	other.tap("Rather not say")
	r.awaitMenu(otherID, "link")
	asked := chief.await(before + 1)[before]
	if !strings.Contains(asked.Text, "Geeta Sharma has accepted: enroller, booth 12,") {
		t.Errorf("the appointer is asked %q", asked.Text)
	}
	before = len(other.fromBot())
	chief.tap("No")
	if told := other.await(before + 1)[before]; !strings.Contains(told.Text, "taken back: enroller, booth 12,") {
		t.Errorf("who was not meant hears %q", told.Text)
	}
	r.awaitMenu(otherID, "start")
}

// linkShape is the payload of a link to an office.
var linkShape = regexp.MustCompile(`[acep]_[A-Za-z0-9_-]{22}`)

// awaitMenu waits until the menu of a person has a command first.
func (r *rig) awaitMenu(person int64, first string) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := r.telegram.Await(ctx, func() bool {
		menu := r.telegram.Menu(person, "")
		return len(menu) > 0 && menu[0] == first
	})
	if err != nil {
		r.t.Fatalf("the menu of %d is %v: %v", person, r.telegram.Menu(person, ""), err)
	}
}
