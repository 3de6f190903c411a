package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"sadasya/bot"
	"sadasya/bot/telegram"
	"sadasya/bot/telegramtest"
	"sadasya/flows"
	"sadasya/flows/flowstest"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
	"sadasya/store/seal"
)

// TestDeedsOfABroadcastAreForAdmins: whatever a button of one asks for, of who is no
// admin it gets the same words, nothing changes, and the refusal is on record.
func TestDeedsOfABroadcastAreForAdmins(t *testing.T) {
	c := newCourt(t)
	writer, lost := c.anAdmin("Anil Sharma"), c.holder(953, party.Admin, party.Area{})
	c.holder(954, party.Admin, party.Area{})
	id := c.composed(writer, 1)
	c.exec(`UPDATE offices SET status = 'revoked' WHERE telegram_id = 953`)
	citizen, chief := c.person(party.English), c.holder(952, party.Chief, party.Area{AC: 55})
	citizen.enrol("Kamla Devi", "ABC1034560")
	none := c.program.render.Text("admin.none", party.English)
	for _, state := range []party.BroadcastState{party.BroadcastWaiting, party.BroadcastPaused, party.BroadcastCancelled} {
		c.exec(`UPDATE broadcasts SET state = $2, ended_at = now(), started_at = now() WHERE id = $1`, id, string(state))
		for _, what := range []string{"", "approve", "decline", "pause", "resume", "cancel", "cancel sure", "recall", "recall sure", "failures", "file"} {
			for _, who := range []*chatter{citizen, chief, lost} {
				c.emptyRedis() // also the count of what they sent
				at := c.number(t, `SELECT coalesce(max(id), 0) FROM audit`)
				said := who.turn(t, strings.TrimSpace("> (forged tap) g.watch:1 "+what))
				if len(said) != 1 || said[0].Text != none {
					t.Errorf("%q of %s: %+v", what, state, said)
				}
				if n := c.number(t, `SELECT count(*) FROM audit WHERE id > $1 AND action = 'refused' AND actor = $2 AND object = 'command sent'`, at, who.ID); n != 1 {
					t.Errorf("%q of %s: %d refusals are on record", what, state, n)
				}
			}
		}
		if is, err := c.stores.postgres.BroadcastState(t.Context(), id); err != nil || is != state {
			t.Errorf("it was %s, and is %s, %v", state, is, err)
		}
		if n := c.number(t, `SELECT count(*) FROM broadcasts WHERE recalled_at IS NOT NULL OR approved_by IS NOT NULL`) + c.number(t, `SELECT count(*) FROM broadcast_watches`); n != 0 {
			t.Errorf("%s: something was done", state)
		}
	}
}

// TestWhoWasNotReachedComesAsAFile to the chat of who asks, and no account is in it.
func TestWhoWasNotReachedComesAsAFile(t *testing.T) {
	r := newRig(t, rigOptions{quiet: true})
	anAdminBesides(t, r)
	anil := r.anAdmin("Anil Sharma")
	r.composed(anil, 1)
	r.ofBroadcasts(t, "sends")
	anil.say("/sent")
	anil.tap("1")
	anil.tap("Who was not reached")
	anil.tap("As a file, one by one")
	raw := anil.file("failures-1.zip").Data
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil || len(archive.File) != 1 {
		t.Fatalf("%v", err)
	}
	f, err := archive.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != 5 || !slices.Equal(rows[0], flows.HeaderOf(flows.ExportFailures)) {
		t.Fatalf("%q, %v", rows, err)
	}
	left := map[flows.Failure]int{}
	for _, want := range flowstest.Missed() {
		left[flows.Failure{Fate: want.Fate, Reason: want.Reason}] = want.Count
	}
	for _, row := range rows[1:] {
		left[flows.Failure{Fate: party.Fate(row[1]), Reason: row[2]}]--
		if len(row[0]) != 12 {
			t.Errorf("%q", row)
		}
	}
	for f, n := range left {
		if n != 0 {
			t.Errorf("%+v: %d are missing", f, n)
		}
	}
	for _, action := range []string{"export-asked", "export-sent"} {
		for r.number(t, `SELECT count(*) FROM audit WHERE action = $1 AND object = 'broadcast 1'`, action) == 0 {
			anil.settle()
		}
	}
}

// TestAWatchedMessageOutlivesItsReplica: the one that writes it anew is killed with
// -9, again and again; another goes on, up to the truth about the end.
func TestAWatchedMessageOutlivesItsReplica(t *testing.T) {
	server := embeddedtest.StartRedis(t)
	if server == nil {
		t.Skip("no redis-server; CI has one")
	}
	database, keys := embeddedtest.Database(t, postgrestest.Template(t)), keyPath(t)
	if err := seal.Generate(keys); err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, database: database, log: &lockedBuffer{}, stores: &stores{postgres: openShared(t, database, keys)}}
	r.telegram = telegramtest.NewServer(telegramtest.Options{Backoff: 20 * time.Millisecond})
	t.Cleanup(r.telegram.Close)
	anAdminBesides(t, r)
	if _, err := r.stores.postgres.Appoint(t.Context(), postgres.Appointment{Office: party.Admin, TelegramID: adminID + 1, Name: "Anil Sharma"}); err != nil {
		t.Fatal(err)
	}
	anil := &chatter{r: r, Person: r.telegram.Person(personWithID(adminID + 1))}
	anil.Send("/start")
	r.exec(t, `INSERT INTO people (telegram_id, language) VALUES ($1, 'en')`, anil.ID)
	r.composed(anil, 1)
	r.ofBroadcasts(t, "sends")
	message, err := telegram.NewAPI(r.telegram.URL(), r.telegram.Token()).Letter(t.Context(), anil.ID, bot.Message{HTML: "?"}, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.stores.postgres.Watch(t.Context(), flows.Watched{Person: anil.ID, Broadcast: 1, Message: message, Shown: []byte{1}}); err != nil {
		t.Fatal(err)
	}
	webhook := "http://127.0.0.1:1/telegram" // nobody writes
	var alive *replica
	for _, words := range []string{"9 of 12", "10 of 12", "11 of 12"} {
		next := newReplica(t, r.telegram, webhook, database, server.URL(), keys)
		next.start()
		if alive != nil {
			r.exec(t, `UPDATE recipients SET fate = 'sent' WHERE broadcast_id = 1 AND telegram_id = (SELECT min(telegram_id) FROM recipients WHERE broadcast_id = 1 AND fate = 'pending')`)
			alive.kill()
		}
		alive = next
		anil.edited(message, words)
	}
	alive.kill()
	newReplica(t, r.telegram, webhook, database, server.URL(), keys).start()
	r.ofBroadcasts(t, "finishes")
	anil.edited(message, "In all: 12")
	for r.number(t, `SELECT count(*) FROM broadcast_watches`) > 0 {
		<-time.After(20 * time.Millisecond)
	}
}
