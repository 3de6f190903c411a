package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sadasya/bot"
	"sadasya/bot/telegramtest"
	"sadasya/flows"
	"sadasya/party"
)

// The pictures and lists in which the drive of drive_test.go is counted.

// watched notes what is drawn.
type watched struct {
	bot.Pictures
	survey  bot.Survey
	figures bot.Figures
}

func (w *watched) Coverage(s bot.Survey) ([]byte, error) {
	w.survey = s
	return w.Pictures.Coverage(s)
}

func (w *watched) Stats(f bot.Figures) ([]byte, error) {
	w.figures = f
	return w.Pictures.Stats(f)
}

// ofPictures draws both pictures from figures that are those of the rows, and
// wants the same from the bot to the byte.
func (d *drive) ofPictures(t *testing.T, c counted) {
	real, err := newPictures(d.stores.keys, d.program.name)
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{Pictures: real}
	render, err := bot.NewRenderer(d.stores.campaign, d.stores.reference, w, d.program.name)
	if err != nil {
		t.Fatal(err)
	}
	drawn := func(p flows.Picture, l party.Language) []byte {
		t.Helper()
		return render.Render(flows.Screen{Bubbles: []flows.Bubble{{Picture: p}}}, l)[0].Picture.PNG
	}
	today := party.Today(time.Now())
	covered, err := d.stores.postgres.Coverage(t.Context(), flows.Actor{Person: d.chief.ID}, party.Area{}, today, d.stores.campaign.Aims.WomenPerBooth)
	if err != nil {
		t.Fatal(err)
	}
	want := drawn(flows.CoveragePicture{Coverage: covered.Against(d.stores.campaign)}, party.Hindi)
	d.chief.say("/coverage")
	if said := d.chief.tap("🗺 तस्वीर"); said[0].File == nil || !bytes.Equal(said[0].File.Data, want) {
		t.Error("the bot draws another coverage")
	}
	d.chief.tap("◀ पीछे")
	acs := map[string]tally{}
	for _, p := range w.survey.Parts {
		if n := (tally{p.Added, p.Confirmed}); n != (tally{}) {
			acs[strconv.Itoa(p.Constituency.AC)] = n
		}
	}
	if diff := cmp.Diff(c.acs, acs, cmp.AllowUnexported(tally{})); diff != "" {
		t.Errorf("the picture's constituencies (-rows +picture):\n%s", diff)
	}
	var done []int
	for _, b := range w.survey.Bars {
		done = append(done, b.Done)
	}
	if want := []int{1, 1, 2, c.district.confirmed}; !slices.Equal(done, want) {
		t.Errorf("the picture's bars are %v, want %v: booths, of them with a woman, enrollers, members", done, want)
	}

	stats, err := d.stores.postgres.Stats(t.Context(), flows.Actor{Person: d.admin.ID})
	if err != nil {
		t.Fatal(err)
	}
	want = drawn(flows.StatsPicture{Stats: stats.Against(d.stores.campaign, today)}, party.English)
	d.admin.say("/stats")
	if said := d.admin.tap("As a picture"); len(said) == 0 || said[0].File == nil || !bytes.Equal(said[0].File.Data, want) {
		t.Errorf("the bot draws other numbers: %+v\n%s", said, d.log)
	}
	if is := (tally{w.figures.All.Added, w.figures.All.Confirmed}); is != c.state {
		t.Errorf("the picture of the drive has %+v, the rows %+v", is, c.state)
	}
}

// lists are those that the chief and the admin take out.
func (d *drive) lists(c counted) {
	t := d.rig.t.(*testing.T)
	d.chief.play("/export", "सदस्य", "पूरा क्षेत्र", "CSV")
	var district tally
	for _, row := range listIn(t, d.chief.file("members-1.zip")) {
		district = district.and(map[string]tally{"added": {1, 0}, "confirmed": {1, 1}}[row[9]])
	}
	if district != c.district {
		t.Errorf("the chief's list has %+v, the rows %+v", district, c.district)
	}
	d.admin.play("/export", "Enrollers", "All of it", "CSV")
	codes := map[string]tally{}
	for _, row := range listIn(t, d.admin.file("enrollers-1.zip")) {
		added, _ := strconv.Atoi(row[6])
		confirmed, _ := strconv.Atoi(row[7])
		codes[row[0]] = tally{added, confirmed}
	}
	if diff := cmp.Diff(c.codes, codes, cmp.AllowUnexported(tally{})); diff != "" {
		t.Errorf("the admin's list of enrollers (-rows +list):\n%s", diff)
	}
}

// listIn are the rows of a list in a zip, without the header.
func listIn(t *testing.T, file *telegramtest.Attachment) [][]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file.Data), int64(len(file.Data)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := archive.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	raw, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}
