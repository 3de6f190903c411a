package main

import (
	"crypto/rand"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sadasya/bot/telegramtest"
	"sadasya/flows/flowstest"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
)

var (
	numberShape = regexp.MustCompile(`\b\d{3} \d{4} \d{4}\b`)
	figures     = regexp.MustCompile(`\d[\d,]*`)
	clockShape  = regexp.MustCompile(`\b\d\d:\d\d\b`)
	codeShape   = regexp.MustCompile(`(start=|<b>)\d{9}\b|\b\d{3} \d{3} \d{3}\b`)
)

// TestTranscriptsThroughTheRunningBot plays the conversations of the flows
// through the whole program: by webhook with the in-process Redis, by polling
// with a real one.
func TestTranscriptsThroughTheRunningBot(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../flows/testdata/*/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, redis := range embeddedtest.Redises(t) {
		polling := redis.Name != "miniredis"
		r := newRig(t, rigOptions{polling: polling, redis: redis.URL, quiet: true, now: flowstest.Now})
		t.Run(redis.Name, func(t *testing.T) {
			for _, file := range files {
				if strings.Contains(file, "/broadcast/") || strings.Contains(file, "/clock/") {
					continue // they count people, or turn what is everybody's: see below
				}
				t.Run(filepath.Base(file), func(t *testing.T) { r.playTranscript(t, file) })
			}
		})
		for _, call := range r.telegram.Calls() {
			// Some who hold an office in these tests never wrote to the bot.
			if call.Error != "" && call.Method != "deleteMessage" && !strings.Contains(call.Error, "chat not found") {
				t.Errorf("%s was refused: %s", call.Method, call.Error)
			}
		}
	}
}

func (r *rig) playTranscript(t *testing.T, file string) {
	t.Helper()
	turns, err := flowstest.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	l, _ := party.ParseLanguage(strings.TrimPrefix(filepath.Ext(strings.TrimSuffix(file, ".txt")), "."))
	c := r.person(l)
	enroller := r.makeLink(t, party.Enroller, party.Area{Booth: party.Booth{AC: 55, Part: 12}})
	chief := r.makeLink(t, party.Chief, party.Area{AC: 55})
	apply := r.makeApplyLink(t)
	team := r.makeTeam(t, file)
	quiet := r.makeLink(t, party.Chief, party.Area{AC: 1})
	admin := r.makeLink(t, party.Admin, party.Area{})
	anAdminBesides(t, r)
	slips := r.slips(t, c)
	if filepath.Base(filepath.Dir(file)) == "review" {
		r.makeDoubts(t, c.ID)
	}
	got := make([]flowstest.Turn, len(turns))
	for i, turn := range turns {
		turns[i].Effects = nil // those are for the flows alone
		input := flowstest.Links(strings.NewReplacer("QUIETLINK", quiet, "ADMINLINK", admin).Replace(slips.in(turn.Input)), enroller, chief, apply, team)
		got[i] = flowstest.Turn{Remarks: turn.Remarks, Input: turn.Input, Says: flowstest.Says(r.bubbles(c.turn(t, input)))}
		for j, line := range got[i].Says {
			got[i].Says[j] = flowstest.MaskEPIC(line, slips.epic)
		}
	}
	want, is := flowstest.Format(turns), flowstest.Format(got)
	if filepath.Base(filepath.Dir(file)) == "stats" { // everybody's figures, whose number the other transcripts make
		want, is = figures.ReplaceAllString(want, "0"), figures.ReplaceAllString(is, "0")
	}
	if diff := cmp.Diff(want, is); diff != "" {
		t.Errorf("the running bot says otherwise (-transcript +bot):\n%s", diff)
	}
}

// turn plays one line of a transcript.
func (c *chatter) turn(t *testing.T, input string) []telegramtest.Message {
	t.Helper()
	before := len(c.Messages())
	last := 0
	if before > 0 {
		last = c.Messages()[before-1].ID
	}
	mark, words, _ := strings.Cut(input, " ")
	var err error
	if mark == "..." {
		c.meanwhile(t, words)
	}
	switch note, rest, special := strings.Cut(strings.TrimPrefix(words, "("), ")"); {
	case mark == "...":
	case mark == "[x]":
		_, err = c.Tap(words)
	case mark == "[old]":
		_, err = c.TapOld(words)
	case special && strings.HasPrefix(words, "("):
		c.special(note, strings.TrimSpace(rest))
	default:
		c.Send(strings.NewReplacer("MYNUMBER", numberIn(c.Messages()), "CODE", string(c.r.code), `\n`, "\n").Replace(words))
	}
	if err != nil {
		t.Fatal(err)
	}
	c.settle()
	var said []telegramtest.Message
	for _, m := range c.Messages() {
		if m.ID > last && m.FromBot {
			said = append(said, m)
		}
	}
	return said
}

func (c *chatter) special(note, rest string) {
	if at, ok := flowstest.Place(note); ok {
		c.SendLocation(at.Lat, at.Lon)
		return
	}
	switch note {
	case "edited":
		c.Edit(rest)
	case "forwarded":
		c.SendWith(rest, map[string]any{"forward_origin": map[string]any{"type": "hidden_user"}})
	case "viabot":
		c.SendWith(rest, map[string]any{"via_bot": map[string]any{"id": 5, "is_bot": true}})
	case "contact":
		c.SendWith("", map[string]any{"contact": map[string]any{"phone_number": "919829012345", "user_id": c.ID}})
	case "photo":
		c.SendPhoto(telegramtest.File{Name: "letter.png", Data: []byte("a picture")}, "")
	case "forged tap":
		c.TapData(0, rest)
	default:
		c.SendWith("", map[string]any{note: map[string]any{"file_id": "x"}})
	}
}

// bubbles are messages as a transcript has them: codes, numbers and today's
// date as it writes them.
func (r *rig) bubbles(said []telegramtest.Message) []flowstest.Bubble {
	zone, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		r.t.Fatal(err)
	}
	now := time.Now().In(zone)
	mask := func(s string) string {
		s = numberShape.ReplaceAllString(flowstest.Mask(s, r.code), "N")
		s = codeShape.ReplaceAllString(s, "${1}CODE")
		s = flowstest.MaskLast(clockShape.ReplaceAllString(s, "12:00"))
		for _, l := range party.Languages() {
			s = strings.ReplaceAll(s, dayOf(now).In(l), flowstest.Today.In(l))
			s = strings.ReplaceAll(s, dayOf(now.AddDate(0, 0, 7)).In(l), flowstest.NextWeek.In(l))
		}
		return s
	}
	var bubbles []flowstest.Bubble
	for _, m := range said {
		b := flowstest.Bubble{Text: mask(m.HTML)}
		if m.File != nil {
			b.Text = strings.TrimSpace("(" + m.File.Kind + " " + m.File.Name + ")\n" + b.Text)
		}
		if label := ""; len(m.Keys) > 0 || m.KeysGone {
			if len(m.Keys) > 0 {
				label = m.Keys[0][0].Text
			}
			b.Text += flowstest.Key(label, m.KeysGone)
		}
		for _, row := range m.Buttons {
			var labels []string
			for _, x := range row {
				labels = append(labels, mask(x.Text))
			}
			b.Buttons = append(b.Buttons, labels)
		}
		bubbles = append(bubbles, b)
	}
	return bubbles
}

func dayOf(t time.Time) party.Date {
	return party.Date{Year: t.Year(), Month: int(t.Month()), Day: t.Day()}
}

// makeLink makes a one-time link to an office.
func (r *rig) makeLink(t *testing.T, o party.Office, area party.Area) string {
	t.Helper()
	payload, err := give(t.Context(), r.stores, postgres.Appointment{Office: o, Area: area})
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

// makeApplyLink makes a link by which many apply in constituency 55.
func (r *rig) makeApplyLink(t *testing.T) string {
	t.Helper()
	var random [16]byte
	_, _ = rand.Read(random[:])
	token := party.NewApplyToken(random)
	if err := r.stores.postgres.CreateLink(t.Context(), postgres.Appointment{Office: party.Enroller, Area: party.Area{AC: 55}}, token); err != nil {
		t.Fatal(err)
	}
	return string(token)
}

// TestTranscriptsOfTheWholeDrive plays those that tell how many people there are,
// or turn what is everybody's, each where there are no others.
func TestTranscriptsOfTheWholeDrive(t *testing.T) {
	files, err := filepath.Glob("../../flows/testdata/broadcast/*.txt")
	more, _ := filepath.Glob("../../flows/testdata/clock/*.txt")
	files = append(files, more...)
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			atAnySpeed := func(c *party.Campaign) { c.Thresholds.Messages = 1000 } // some are longer than a person can type in ten seconds
			newRig(t, rigOptions{quiet: true, now: flowstest.Now, campaign: atAnySpeed}).playTranscript(t, file)
		})
	}
}

// anAdminBesides makes somebody an admin, whoever else is one.
func anAdminBesides(t *testing.T, r *rig) {
	t.Helper()
	if _, err := r.stores.postgres.Appoint(t.Context(), postgres.Appointment{Office: party.Admin, TelegramID: adminID, Name: "Bhanwar Lal"}); err != nil {
		t.Fatal(err)
	}
}
