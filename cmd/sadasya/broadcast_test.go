package main

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"sadasya/bot/telegramtest"
	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// TestWhatIsSentToManyFromApprovalToRecall: one admin writes, another reads it and
// lets it go; people get it in their language and with their name; who taps the
// button under it gets no other; what was sent is taken back.
func TestWhatIsSentToManyFromApprovalToRecall(t *testing.T) {
	r := newRig(t, rigOptions{})
	kamla, ramesh := r.subscriber("Kamla Devi", "ABC1034560"), r.subscriber("Ramesh Gurjar", "ZZZ1234566")
	anil, bhanu := r.anAdmin("Anil Sharma"), r.anAdmin("Bhanwar Lal")

	first := r.composed(anil, 1)
	bhanu.heard("waits for a second admin")
	read := bhanu.tap("Look at it")
	if !strings.Contains(read[0].Text, "Meeting tomorrow, {name} ji") || !strings.Contains(read[1].Text, "goes to: 2") {
		t.Errorf("the second admin reads %+v", read)
	}
	bhanu.tap("✅ Let it go")
	got := kamla.heard("Meeting tomorrow, Kamla Devi ji")
	if labels := labelsOf(got); !slices.Equal(labels, []string{"Open", "Stop news"}) {
		t.Errorf("under it are %v", labels)
	}
	ramesh.heard("Meeting tomorrow, Ramesh Gurjar ji")
	r.awaitBroadcast(first, party.BroadcastDone)
	if said := kamla.tap("Stop news"); !strings.Contains(said[0].Text, "will not come any more") {
		t.Errorf("%+v", said)
	}

	second := r.composed(anil, 2)
	r.steer(bhanu, second, flows.Approve)
	r.awaitBroadcast(second, party.BroadcastDone)
	if n, m := kamla.count("Meeting tomorrow"), ramesh.count("Meeting tomorrow"); n != 1 || m != 2 {
		t.Errorf("who stopped it got %d, the other %d", n, m)
	}

	r.steer(anil, first, flows.Recall)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := r.telegram.Await(ctx, func() bool { return kamla.count("Meeting tomorrow") == 0 && ramesh.count("Meeting tomorrow") == 1 }); err != nil {
		t.Errorf("it was not taken back: %d and %d left", kamla.count("Meeting tomorrow"), ramesh.count("Meeting tomorrow"))
	}
	anil.heard("The sending of a message to many has ended")
	bhanu.heard("In all: 2") // who approved it is told too
	anil.say("/sent")
	report := anil.tap("2")
	if !strings.Contains(report[0].Text, "Arrived: 2") || !strings.Contains(report[0].Text, "In all: 2") {
		t.Errorf("the report is %s", report[0].Text)
	}
}

// subscriber is a member who wants news.
func (r *rig) subscriber(name, epic string) *chatter {
	r.t.Helper()
	c := r.person(party.English)
	c.enrol(name, epic)
	c.tap("Yes, send")
	return c
}

// anAdmin is an admin who has written to the bot.
func (r *rig) anAdmin(name party.Name) *chatter {
	r.t.Helper()
	c := r.person(party.English)
	c.say("/start")
	c.tap("English")
	c.tap("✅ I am 18+ and I agree")
	if _, err := r.stores.postgres.Appoint(r.t.Context(), postgres.Appointment{Office: party.Admin, TelegramID: c.ID, Name: name}); err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *rig) composed(by *chatter, nonce byte) int {
	r.t.Helper()
	id, state, err := r.stores.postgres.Compose(r.t.Context(), flows.Actor{Person: by.ID}, postgres.Draft{
		Nonce: flows.Nonce{nonce}, Audience: party.Audience{Group: party.Subscribers},
		Letter: party.Letter{
			Text: party.Text{Hindi: "{name} जी, कल सभा है।", English: "Meeting <b>tomorrow</b>, {name} ji"},
			URL:  "https://example.org/meeting", Button: party.Text{Hindi: "देखें", English: "Open"},
		},
	})
	if err != nil || state != party.BroadcastWaiting {
		r.t.Fatalf("%q, %v", state, err)
	}
	return id
}

func (r *rig) steer(by *chatter, id int, deed flows.Deed) {
	r.t.Helper()
	done, err := r.stores.postgres.SteerBroadcast(r.t.Context(), flows.Actor{Person: by.ID, Update: int64(id)}, flows.SteerBroadcast{ID: id, Deed: deed})
	if err != nil || !done.Done {
		r.t.Fatalf("%s: %+v, %v", deed, done, err)
	}
}

func (r *rig) awaitBroadcast(id int, want party.BroadcastState) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	for {
		state, err := r.stores.postgres.BroadcastState(ctx, id)
		if err != nil {
			r.t.Fatalf("%v\n%s", err, lastLines(r.log.String(), 20))
		}
		if state == want {
			return
		}
		<-time.After(20 * time.Millisecond)
	}
}

// heard waits for a bubble with these words.
func (c *chatter) heard(words string) (found telegramtest.Message) {
	c.r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := c.r.telegram.Await(ctx, func() bool {
		for _, m := range c.Messages() {
			if m.FromBot && strings.Contains(m.Text, words) {
				found = m
				return true
			}
		}
		return false
	})
	if err != nil {
		c.r.t.Fatalf("%q was not said: %v\n%s", words, err, lastLines(c.r.log.String(), 20))
	}
	return found
}

// count is how many bubbles have these words now.
func (c *chatter) count(words string) (n int) {
	for _, m := range c.Messages() {
		if m.FromBot && strings.Contains(m.Text, words) {
			n++
		}
	}
	return n
}

func labelsOf(m telegramtest.Message) (labels []string) {
	for _, row := range m.Buttons {
		for _, b := range row {
			labels = append(labels, b.Text)
		}
	}
	return labels
}

// TestWhoWatchesABroadcastSeesItGo: the message that shows it is written anew, by
// whichever replica is left, until its last words are what became of everyone; its
// buttons do what they say, and who is an admin no more sees nothing more.
func TestWhoWatchesABroadcastSeesItGo(t *testing.T) {
	here := newRig(t, rigOptions{})
	anil, bhanu := here.anAdmin("Anil Sharma"), here.anAdmin("Bhanwar Lal")
	id := here.composed(anil, 1)
	here.steer(bhanu, id, flows.Approve)
	here.awaitBroadcast(id, party.BroadcastDone) // there was nobody
	here.exec(t, `UPDATE broadcasts SET state = 'paused', ended_at = NULL, reported_at = NULL WHERE id = $1`, id)
	here.exec(t, `INSERT INTO recipients (broadcast_id, telegram_id, fate) SELECT $1, n, CASE WHEN n <= 40 THEN 'sent'::fate ELSE 'pending' END FROM generate_series(1, 100) n`, id)
	here.exec(t, `INSERT INTO broadcast_blocks (broadcast_id, number, turn, first_id, last_id, epoch, leased_until) VALUES ($1, 0, 0, 1, 100, 1, 'infinity')`, id)
	here.exec(t, `UPDATE broadcasts SET frozen = 100, blocks = 1, started_at = now() - interval '40 seconds' WHERE id = $1`, id)
	for _, c := range []*chatter{anil, bhanu} {
		c.say("/sent")
		c.tap("1")
	}
	message := anil.heard("40 of 100")
	anil.tap("▶ Send on") // the message that it makes is watched from now on
	watched := anil.Messages()[len(anil.Messages())-1].ID
	here.exec(t, `UPDATE recipients SET fate = 'sent' WHERE broadcast_id = $1 AND telegram_id <= 55`, id)
	anil.edited(watched, "55 of 100")
	if !strings.Contains(anil.message(message.ID).Text, "40 of 100") {
		t.Error("the older message is written anew too")
	}

	here.exec(t, `UPDATE offices SET status = 'revoked' WHERE telegram_id = $1`, bhanu.ID)
	there := newRig(t, rigOptions{database: here.database, keys: here.stores.keys, telegram: here.telegram, vacant: true})
	here.stop()
	here.exec(t, `UPDATE recipients SET fate = 'sent' WHERE broadcast_id = $1 AND telegram_id <= 70`, id)
	anil.edited(watched, "70 of 100")
	there.exec(t, `UPDATE recipients SET fate = CASE WHEN telegram_id % 10 = 0 THEN 'failed'::fate ELSE 'sent' END, reason = CASE WHEN telegram_id % 10 = 0 THEN 'no-chat' ELSE '' END WHERE broadcast_id = $1`, id)
	there.exec(t, `UPDATE broadcast_blocks SET done = true WHERE broadcast_id = $1`, id)
	anil.edited(watched, "Arrived: 90\nFailed: 10\nIn all: 100")
	anil.heard("The sending of a message to many has ended")
	for bhanu.r.number(t, `SELECT count(*) FROM broadcast_watches`) > 0 {
		<-time.After(20 * time.Millisecond)
	}
	if n := bhanu.count("70 of 100") + bhanu.count("Failed: 10\nIn all"); n > 0 {
		t.Error("who is an admin no more reads on")
	}
}

// edited waits until a message of the chat has these words.
func (c *chatter) edited(id int, words string) {
	c.r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.r.telegram.Await(ctx, func() bool { return strings.Contains(c.message(id).Text, words) }); err != nil {
		c.r.t.Fatalf("it does not say %q but\n%s\n%v\n%s", words, c.message(id).Text, err, lastLines(c.r.log.String(), 20))
	}
}

// message is one of the chat, as it is now.
func (c *chatter) message(id int) telegramtest.Message {
	for _, m := range c.Messages() {
		if m.ID == id {
			return m
		}
	}
	return telegramtest.Message{}
}
