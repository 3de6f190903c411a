package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/xuri/excelize/v2"

	"sadasya/bot/telegramtest"
	"sadasya/party"
)

// What the drive of drive_test.go is counted as, everywhere where it is.

// tally is added and confirmed.
type tally struct{ added, confirmed int }

func (t tally) and(other tally) tally {
	return tally{t.added + other.added, t.confirmed + other.confirmed}
}

// counted are the figures that follow from the rows of `export members`.
type counted struct {
	rows        [][]string
	state       tally
	district    tally                       // of it, those whose booth is known: all of Jaipur
	booths, acs map[string]tally            // by 55/12; by 55
	codes       map[string]tally            // of an enroller
	ways        map[string]map[string]tally // of an enroller, by via
	recorded    map[string]int              // of an enroller, whatever became of them
	frozen      int
}

// count reads the rows. What is frozen counts as it did, until it is settled.
func (d *drive) count(settled bool) counted {
	d.rig.t.Helper()
	c := counted{booths: map[string]tally{}, acs: map[string]tally{}, codes: map[string]tally{}, ways: map[string]map[string]tally{}, recorded: map[string]int{}}
	for _, row := range d.exported("members") {
		ac, part, code, person, via, status := row[3], row[4], row[5], row[6], row[8], row[9]
		c.rows = append(c.rows, row)
		var n tally
		switch {
		case status == "confirmed" && (via != "assisted" || person != ""):
			n = tally{1, 1}
		case status == "confirmed", status == "frozen" && !settled:
			n = tally{1, 0}
		case status != "frozen":
			d.rig.t.Errorf("a row is %s", status)
		}
		if status == "frozen" {
			c.frozen++
		}
		c.state, c.codes[code] = c.state.and(n), c.codes[code].and(n)
		if c.ways[code] == nil {
			c.ways[code] = map[string]tally{}
		}
		c.ways[code][via] = c.ways[code][via].and(n)
		c.recorded[code]++
		if ac != "" {
			c.district, c.acs[ac], c.booths[ac+"/"+part] = c.district.and(n), c.acs[ac].and(n), c.booths[ac+"/"+part].and(n)
		}
	}
	return c
}

// exported are the rows of `sadasya export`, without the header.
func (d *drive) exported(what string) [][]string {
	d.rig.t.Helper()
	rows, err := csv.NewReader(strings.NewReader(ok(d.rig.t)(d.office.run("export", what, "--out", "-")))).ReadAll()
	if err != nil {
		d.rig.t.Fatal(err)
	}
	return rows[1:]
}

// agree holds every figure against the rows.
func (d *drive) agree(when string, settled bool) counted {
	t := d.rig.t.(*testing.T)
	t.Helper()
	d.program.behind.Flush(t.Context())
	d.emptyRedis() // which counts their pace: nobody asks for so much in ten seconds
	d.fold()
	c := d.count(settled)
	t.Run(when, func(t *testing.T) {
		d.ofEnrollers(t, c)
		d.ofChief(t, c)
		d.ofAdmin(t, c)
		d.ofPictures(t, c)
	})
	return c
}

// fold waits until the roll-ups are up to date, whoever folds.
func (d *drive) fold() {
	t := d.rig.t
	db, err := pgx.Connect(t.Context(), d.database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(context.Background())
	for left := true; left; {
		if _, err := d.stores.postgres.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := db.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM events)`).Scan(&left); err != nil {
			t.Fatal(err)
		}
	}
}

// says fails unless an answer holds all of these.
func says(t *testing.T, said []telegramtest.Message, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if len(said) == 0 || !strings.Contains(said[0].Text, want) {
			t.Errorf("no %q in %+v", want, said)
		}
	}
}

// ofEnrollers are the figures of both, to themselves and in the operator's export.
func (d *drive) ofEnrollers(t *testing.T, c counted) {
	of := map[string]tally{}
	for _, row := range d.exported("enrollers") {
		n, err := strconv.Atoi(row[7])
		if err != nil {
			t.Fatal(err)
		}
		of[row[0]] = tally{added: n, confirmed: c.codes[row[0]].confirmed}
	}
	if diff := cmp.Diff(c.codes, of, cmp.AllowUnexported(tally{})); diff != "" {
		t.Errorf("export enrollers (-rows +export):\n%s", diff)
	}
	for who, words := range map[*chatter]struct{ bar, added, self, family, assisted string }{
		d.geeta:  {"100 में से %d पक्के", "कुल जुड़े: %d;", "ख़ुद जुड़े: %d, पक्के %d", "घर के फ़ोन से: %d, पक्के %d", "आपने दर्ज किए: %d, पर्ची या फ़ोन से पक्के %d"},
		d.ramesh: {"%d of 100 confirmed", "Added in all: %d;", "By themselves: %d, confirmed %d", "On a phone of the family: %d, confirmed %d", "Recorded by you: %d, confirmed by slip or call %d"},
	} {
		code := string(d.codes[who])
		n, ways := c.codes[code], c.ways[code]
		wants := []string{fmt.Sprintf(words.bar, n.confirmed), fmt.Sprintf(words.added, n.added)}
		for via, line := range map[string]string{"self": words.self, "family": words.family, "assisted": words.assisted} {
			if w := ways[via]; w.added > 0 {
				wants = append(wants, fmt.Sprintf(line, w.added, w.confirmed))
			}
		}
		says(t, who.say("/progress"), wants...)
		// Whom they wrote down stays among these: see joinedSQL.
		if n := joinedIn(who.say("/members")[0].Text); n != c.recorded[code] {
			t.Errorf("/members lists %d of %d", n, c.recorded[code])
		}
	}
}

// joinedIn counts who is listed: names, and how many were written down.
func joinedIn(text string) (n int) {
	for _, line := range strings.Split(text, "\n")[1:] {
		_, names, day := strings.Cut(line, ": ")
		if !day {
			continue // what the signs mean
		}
		for _, name := range strings.Split(names, ", ") {
			if written, ok := strings.CutSuffix(name, " ✍️"); ok {
				more, _ := strconv.Atoi(written)
				n += more
				continue
			}
			n++
		}
	}
	return n
}

// ofChief are the figures of the district, to whom it is.
func (d *drive) ofChief(t *testing.T, c counted) {
	list := d.chief.say("/team")
	names := map[*chatter]string{d.geeta: "गीता शर्मा", d.ramesh: "Ramesh Gurjar"}
	says(t, list, "एनरोलर 2 ")
	for who, name := range names {
		n := c.codes[string(d.codes[who])]
		says(t, list, fmt.Sprintf("%s · 55/12 ░░░░░ %d (%d)", name, n.confirmed, n.added))
	}
	for _, button := range []string{"1", "2"} {
		holder := d.chief.tap(button)
		for who, name := range names {
			if n := c.codes[string(d.codes[who])]; strings.Contains(holder[0].Text, name) {
				says(t, holder, fmt.Sprintf("100 में से %d पक्के", n.confirmed), fmt.Sprintf("कुल जुड़े: %d", n.added))
			}
		}
		d.chief.tap("◀ पीछे")
	}
	sheet := d.sheet(t)
	booths, acs, without, noWoman := map[string]tally{}, map[string]tally{}, 0, 0
	for _, row := range sheet {
		var n [4]int
		for i, cell := range row[5:9] {
			n[i], _ = strconv.Atoi(cell)
		}
		if n[0] == 0 {
			without++
		}
		if n[1] == 0 {
			noWoman++
		}
		if is := (tally{n[2], n[3]}); is != (tally{}) {
			booths[row[0]+"/"+row[3]], acs[row[0]] = is, acs[row[0]].and(is)
		}
	}
	if diff := cmp.Diff([]map[string]tally{c.booths, c.acs}, []map[string]tally{booths, acs}, cmp.AllowUnexported(tally{})); diff != "" {
		t.Errorf("the sheet (-rows +sheet):\n%s", diff)
	}
	if without != len(sheet)-1 || noWoman != without {
		t.Errorf("of %d booths %d are without an enroller, %d without a woman", len(sheet), without, noWoman)
	}
	says(t, d.chief.say("/coverage"), fmt.Sprintf("%s में से %s बूथों पर एनरोलर नहीं हैं", party.FormatCount(len(sheet)), party.FormatCount(without)))
	says(t, d.chief.tap("रफ़्तार"), fmt.Sprintf(" में से %d, ", c.district.confirmed))
	d.chief.tap("◀ पीछे")
}

// sheet asks for the district's booths and waits for them.
func (d *drive) sheet(t *testing.T) [][]string {
	t.Helper()
	d.chief.play("/coverage", "📄 सब बूथों की शीट")
	d.seen++
	var files []*telegramtest.Attachment
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := d.telegram.Await(ctx, func() bool {
		files = nil
		for _, m := range d.chief.Messages() {
			if m.File != nil && strings.HasSuffix(m.File.Name, ".xlsx") {
				files = append(files, m.File)
			}
		}
		return len(files) >= d.seen
	})
	if err != nil {
		t.Fatalf("no sheet: %v\n%s", err, d.log)
	}
	book, err := excelize.OpenReader(bytes.NewReader(files[d.seen-1].Data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// ofAdmin are the figures of the state, its districts and a constituency.
func (d *drive) ofAdmin(t *testing.T, c counted) {
	says(t, d.admin.say("/stats"), fmt.Sprintf("Members confirmed: %d of 50,00,000", c.state.confirmed),
		fmt.Sprintf("In all: %d added, %d confirmed, 0 in review", c.state.added, c.state.confirmed), fmt.Sprintf("Stopped %d, refused 0, left 0", c.frozen))
	districts := ""
	for said := d.admin.tap("By district"); ; said = d.admin.tap("Next ▶") {
		districts += said[0].Text + "\n"
		if !slices.ContainsFunc(slices.Concat(said[0].Buttons...), func(b telegramtest.Button) bool { return b.Text == "Next ▶" }) {
			break
		}
	}
	for _, line := range strings.Split(districts, "\n") {
		name, rest, is := strings.Cut(line, ": ")
		want := "0 "
		if name == "Jaipur" {
			want = fmt.Sprintf("%d ", c.district.confirmed)
		}
		if is && strings.Contains(rest, "%") && !strings.HasPrefix(rest, want) {
			t.Errorf("a district: %s", line)
		}
	}
	if want := fmt.Sprint(c.state.added - c.district.added); c.state.added > c.district.added && !strings.Contains(districts, want) {
		t.Errorf("pending are %s, and it says\n%s", want, districts)
	}
	d.admin.say("/coverage")
	says(t, d.admin.tap("Pace"), fmt.Sprintf("Members confirmed: %d of 50,00,000", c.state.confirmed), "Enrollers: 2 of 1,00,000")
	d.admin.play("◀ Back", "One area of it", "Jaipur")
	says(t, d.admin.tap("Pace"), fmt.Sprintf("Members confirmed: %d of ", c.district.confirmed))
	d.admin.play("◀ Back", "One area of it", "Sanganer")
	says(t, d.admin.tap("Pace"), fmt.Sprintf("Members confirmed: %d of ", c.acs["55"].confirmed))
	d.admin.play("◀ Back", "My whole area")
}
