package main

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sadasya/bot/telegramtest"
	"sadasya/flows"
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
		return len(menu) > 0 && menu[0].Command == first
	})
	if err != nil {
		r.t.Fatalf("the menu of %d is %v: %v", person, r.telegram.Menu(person, ""), err)
	}
}

// TestANoticeOutlivesAPauseAndAnOutage: Telegram wants a pause, then is away,
// and takes the message at the third try; it is said once.
func TestANoticeOutlivesAPauseAndAnOutage(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{quiet: true})
	sunita := &chatter{r: r, Person: r.telegram.Person(personWithID(enrollerID))}
	sunita.say("/progress")
	before := len(sunita.fromBot())
	r.person(party.English).enrol("Kamla Devi", "ABC1034560")
	var faults atomic.Int64
	r.telegram.OnCall(func(c telegramtest.Call) *telegramtest.Fault {
		if c.Method != "sendMessage" || c.Params["chat_id"] != fmt.Sprint(enrollerID) {
			return nil
		}
		switch faults.Add(1) {
		case 1:
			return &telegramtest.Fault{Status: http.StatusTooManyRequests, RetryAfter: 1}
		case 2:
			return &telegramtest.Fault{Status: http.StatusBadGateway, Page: true}
		}
		return nil
	})
	r.sayDue(t)
	if len(sunita.fromBot()) != before || faults.Load() != 1 {
		t.Fatalf("%d tries, and the pause was not kept", faults.Load())
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for len(sunita.fromBot()) == before {
		select {
		case <-tick.C:
			r.sayDue(t)
		case <-ctx.Done():
			t.Fatalf("never said\n%s", r.log)
		}
	}
	r.sayDue(t)
	said := sunita.fromBot()[before:]
	if len(said) != 1 || !strings.Contains(said[0].Text, "Kamla D.") || faults.Load() != 3 {
		t.Errorf("%d tries, %+v", faults.Load(), said)
	}
}

// TestWhoBlockedTheBotIsLeftAlone until they write again.
func TestWhoBlockedTheBotIsLeftAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{quiet: true})
	sunita := &chatter{r: r, Person: r.telegram.Person(personWithID(enrollerID))}
	sunita.say("/start")
	before := len(sunita.fromBot())
	sunita.Block()
	sunita.settle()
	r.person(party.English).enrol("Kamla Devi", "ABC1034560")
	calls := len(r.telegram.Calls())
	r.sayDue(t)
	for _, c := range r.telegram.Calls()[calls:] {
		if c.Params["chat_id"] == fmt.Sprint(enrollerID) && c.Method == "sendMessage" {
			t.Error("tried all the same")
		}
	}
	sunita.Unblock()
	sunita.settle()
	r.person(party.English).enrol("Geeta Sharma", "WKH1186253")
	r.sayDue(t)
	if said := sunita.fromBot()[before:]; len(said) != 1 || !strings.Contains(said[0].Text, "Geeta S.") {
		t.Errorf("%+v", said)
	}
}

// TestACodeOfThePast names nobody: who had it, and lost the office, is not
// appointed now.
func TestACodeOfThePast(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{quiet: true})
	const chiefID, otherID = 801, 802
	if _, err := r.stores.postgres.Appoint(t.Context(), postgres.Appointment{Office: party.Chief, TelegramID: chiefID, Name: "Ramesh Gurjar", Area: party.Area{AC: 55}}); err != nil {
		t.Fatal(err)
	}
	made, err := r.stores.postgres.MakeLink(t.Context(), flows.Actor{Person: chiefID}, flows.MakeLink{Nonce: flows.Nonce{1}, Office: party.Enroller, Area: party.Area{Booth: party.Booth{AC: 55, Part: 13}}})
	if err != nil {
		t.Fatal(err)
	}
	_, code, err := r.stores.postgres.AcceptLink(t.Context(), flows.Actor{Person: otherID}, flows.AcceptLink{Token: made.Token, Name: "Geeta Sharma"})
	if err != nil {
		t.Fatal(err)
	}
	citizen := r.person(party.English)
	if said := citizen.say("/verify " + string(code)); !strings.Contains(said[0].Text, "Geeta Sharma is an enroller, appointed by the chief enroller of Sanganer.") {
		t.Errorf("while appointed: %q", said[0].Text)
	}
	chief := &chatter{r: r, Person: r.telegram.Person(personWithID(chiefID))}
	chief.say("/language")
	chief.tap("English")
	r.program.behind.Flush(t.Context())
	r.sayDue(t)
	chief.tap("No")
	if said := citizen.say("/verify " + string(code)); !strings.Contains(said[0].Text, "is not appointed now") || strings.Contains(said[0].Text, "Geeta") {
		t.Errorf("after it: %q", said[0].Text)
	}
}
