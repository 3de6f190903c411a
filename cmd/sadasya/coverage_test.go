package main

import (
	"bytes"
	"context"
	"image/png"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"sadasya/bot/telegramtest"
	"sadasya/party"
	"sadasya/store/postgres"
)

// TestACoverageInAllItsForms: the words, the picture and the sheet of a
// constituency agree to the one, and the sheet holds nothing of a member's own.
func TestACoverageInAllItsForms(t *testing.T) {
	r := newRig(t, rigOptions{})
	member := r.person(party.English)
	number := member.enrol("Kamla Devi", "ABC1034560")
	chief := r.person(party.English)
	if _, err := r.stores.postgres.Appoint(t.Context(), postgres.Appointment{
		Office: party.Chief, TelegramID: chief.ID, Name: "Ramesh Gurjar", Area: party.Area{AC: 55},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.stores.postgres.Fold(t.Context()); err != nil {
		t.Fatal(err)
	}
	said := chief.say("/coverage")
	if !strings.Contains(said[0].Text, "have no enroller") || !strings.Contains(said[0].Text, "Sanganer") {
		t.Fatalf("%+v", said)
	}
	empty, _, _ := strings.Cut(strings.Split(said[0].Text, "\n")[1], " of ")
	said = chief.tap("🗺 Picture")
	if _, err := png.Decode(bytes.NewReader(said[0].File.Data)); err != nil || said[0].File.Kind != "photo" {
		t.Errorf("the picture: %v", err)
	}
	chief.tap("◀ Back")
	chief.tap("📄 Sheet of all booths")
	rows := sheetOf(t, r, chief)
	without, confirmed := 0, 0
	for _, row := range rows[1:] {
		if row[0] != "55" {
			t.Fatalf("a row of another's area: %v", row)
		}
		if row[5] == "0" {
			without++
		}
		n, err := strconv.Atoi(row[8])
		if err != nil {
			t.Fatal(err)
		}
		confirmed += n
		for _, cell := range row {
			if strings.Contains(cell, "Kamla") || strings.Contains(cell, "1034560") || strings.Contains(cell, number) {
				t.Errorf("the sheet holds %q", cell)
			}
		}
	}
	if strconv.Itoa(without) != empty || confirmed != 1 {
		t.Errorf("the sheet has %d booths without an enroller and %d confirmed; the screen %s", without, confirmed, empty)
	}
}

// sheetOf waits for the sheet that was asked for, and reads it.
func sheetOf(t *testing.T, r *rig, c *chatter) [][]string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var file *telegramtest.Attachment
	err := r.telegram.Await(ctx, func() bool {
		for _, m := range c.Messages() {
			if m.File != nil && strings.HasSuffix(m.File.Name, ".xlsx") {
				file = m.File
			}
		}
		return file != nil
	})
	if err != nil {
		t.Fatalf("no sheet: %v\n%s", err, r.log)
	}
	book, err := excelize.OpenReader(bytes.NewReader(file.Data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
