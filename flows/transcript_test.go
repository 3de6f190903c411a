package flows_test

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"sadasya/bot"
	"sadasya/flows"
	"sadasya/flows/flowstest"
	"sadasya/party"
	"sadasya/store/reference"
)

var update = flag.Bool("update", false, "rewrite the transcripts with what is said now")

// TestTranscripts plays every conversation in testdata through the flows alone.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	places := loadPlaces(t)
	t.Cleanup(func() { writeFrozen(t) })
	for _, file := range files {
		t.Run(strings.TrimSuffix(file, ".txt"), func(t *testing.T) {
			t.Parallel()
			play(t, file, places)
		})
	}
}

func play(t *testing.T, file string, places *reference.Reference) {
	t.Helper()
	turns, err := flowstest.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	world := newWorld(places)
	player := flowstest.NewPlayer(world, renderer(t, places), languageOf(file))
	got := make([]flowstest.Turn, len(turns))
	for i, turn := range turns {
		if got[i], err = player.Play(turn); err != nil {
			t.Fatalf("%s\n%v", turn.Input, err)
		}
		keepFrozen(player.Session())
		if lines := longest(got[i].Says); lines > 9 {
			t.Errorf("%s\nanswers %d lines in one bubble, more than 9", turn.Input, lines)
		}
	}
	if *update {
		if err := flowstest.Write(file, got); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := gocmp.Diff(flowstest.Format(turns), flowstest.Format(got)); diff != "" {
		t.Errorf("the conversation has changed (-was +is), go test ./flows -update rewrites it:\n%s", diff)
	}
}

// longest counts the lines of words in the longest bubble. The consent notice
// in full is the one text that may be longer.
func longest(says []string) int {
	most, n := 0, 0
	for _, line := range says {
		switch {
		case line == "--":
			n = 0
		case strings.Contains(line, "<b>6.</b>"):
			return 0
		case strings.HasPrefix(line, "< [") || line == "<":
		default:
			n++
		}
		most = max(most, n)
	}
	return most
}

func languageOf(file string) party.Language {
	l, _ := party.ParseLanguage(strings.TrimPrefix(filepath.Ext(strings.TrimSuffix(file, ".txt")), "."))
	return l
}

func renderer(t testing.TB, places bot.Places) flowstest.Render {
	t.Helper()
	r, err := bot.NewRenderer(party.RajasthanSample(), places, blank{}, func() string { return "sadasya_demo_bot" })
	if err != nil {
		t.Fatal(err)
	}
	return func(s flows.Screen, l party.Language) ([]flowstest.Bubble, [][][]string) {
		messages := r.Render(s, l)
		bubbles := make([]flowstest.Bubble, len(messages))
		data := make([][][]string, len(messages))
		for i, m := range messages {
			bubbles[i].Text = m.HTML
			if m.Picture != nil {
				kind := "photo"
				if m.Picture.Print {
					kind = "document"
				}
				bubbles[i].Text = "(" + kind + " " + m.Picture.Name + ".png)\n" + m.HTML
			}
			if m.Voice != nil {
				bubbles[i].Text = "(voice " + m.Voice.Name + ")"
			}
			bubbles[i].Text += flowstest.Key(m.Locate, m.NoKeys)
			for _, row := range m.Buttons {
				var labels, marks []string
				for _, b := range row {
					labels, marks = append(labels, b.Label), append(marks, b.Data)
				}
				bubbles[i].Buttons = append(bubbles[i].Buttons, labels)
				data[i] = append(data[i], marks)
			}
		}
		return bubbles, data
	}
}

// blank draws nothing, which is enough to be sent.
type blank struct{}

func (blank) Card(bot.Face) ([]byte, error)         { return nil, nil }
func (blank) Coverage(bot.Survey) ([]byte, error)   { return nil, nil }
func (blank) Stats(bot.Figures) ([]byte, error)     { return nil, nil }
func (blank) Poster(bot.Invitation) ([]byte, error) { return nil, nil }
func (blank) Slips(bot.Invitation) ([]byte, error)  { return nil, nil }
func (blank) Certificate(bot.Merit) ([]byte, error) { return nil, nil }
func (blank) Slip(bot.Slip) ([]byte, error)         { return nil, nil }

func loadPlaces(t testing.TB) *reference.Reference {
	t.Helper()
	places, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	return places
}

func newWorld(places *reference.Reference) *flowstest.World { return flowstest.Rajasthan(places) }
