package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"sadasya/bot/telegramtest"
	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// file waits for a file in a chat whose name ends so.
func (c *chatter) file(suffix string) *telegramtest.Attachment {
	c.r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	last := 0
	for {
		for _, m := range c.Messages() {
			if last = max(last, m.ID); m.File != nil && strings.HasSuffix(m.File.Name, suffix) {
				return m.File
			}
		}
		if _, err := c.WaitMessage(ctx, last); err != nil {
			c.r.t.Fatalf("no file %s: %v\n%s", suffix, err, c.r.log)
		}
	}
}

// TestAListComesToTheChatMasked: made by a job, in a zip, under a message that
// tells how far it is; asked for and sent is in the audit, and nobody else gets it.
func TestAListComesToTheChatMasked(t *testing.T) {
	r := newRig(t, rigOptions{})
	citizen := r.person(party.English)
	number := citizen.enrol("Kamla Devi", "ABC1034560")
	if said := citizen.say("/export"); strings.Contains(said[0].Text, "Which list") {
		t.Fatalf("a citizen: %+v", said)
	}
	const adminID = 950
	if _, err := r.stores.postgres.Appoint(t.Context(), postgres.Appointment{Office: party.Admin, TelegramID: adminID, Name: "Anil Sharma"}); err != nil {
		t.Fatal(err)
	}
	anil := &chatter{r: r, Person: r.telegram.Person(personWithID(adminID))}
	anil.say("/export")
	anil.tap("Members")
	anil.tap("All of it")
	anil.tap("CSV")
	raw := anil.file("members-1.zip").Data
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
	if err != nil || len(rows) != 2 || rows[1][0] != number || rows[1][1] != "Kamla Devi" || rows[1][2] != "…560" || strings.Contains(string(content), "ABC103") {
		t.Errorf("%q, %v", rows, err)
	}
	anil.say("/export")
	anil.tap("Enrollers")
	anil.tap("All of it")
	anil.tap("Excel")
	if f := anil.file("enrollers-1.zip"); len(f.Data) == 0 {
		t.Error("an empty book")
	}
	trail, err := r.stores.postgres.LoadTrail(t.Context(), flows.Actor{Person: adminID, Update: 1}, flows.LoadTrail{Object: "members of state"})
	if err != nil || len(trail.List) == 0 || trail.List[len(trail.List)-1].Action != "export-asked" {
		t.Errorf("on record: %+v, %v", trail, err)
	}
}
