package flows

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sadasya/party"
)

func TestTablesHaveNoFaults(t *testing.T) {
	for _, fault := range Check() {
		t.Error(fault)
	}
}

func TestCheckFindsWhatLooplabAccepts(t *testing.T) {
	ask := func(int, Result) Screen { return Screen{} }
	broken := Table[int]{
		Name: "broken", First: "a",
		Moves: []Move{
			{"x", []State{"a"}, "b"}, {"x", []State{"a"}, "c"}, // the second would win in silence
			{"y", []State{"a"}, "typo"},
		},
		Steps: map[State]Step[int]{
			"a": {Ask: ask}, "b": {}, "c": {Ask: ask}, "lost": {Ask: ask, Rests: true},
			"d": {Run: func(int, Nonce) Effect { return nil }},
		},
	}
	var all strings.Builder
	for _, fault := range broken.check() {
		fmt.Fprintln(&all, fault)
	}
	for _, want := range []string{
		`"x" leads from a twice`, `"y" leads to typo`, "state b neither asks nor works",
		"state c has no way out", "nothing leads to state lost", "state d works and nobody takes the result",
	} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("not found: %s\nin\n%s", want, all.String())
		}
	}
}

func TestDiagramsAreThoseOfTheTables(t *testing.T) {
	diagrams, err := Draw()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diagrams {
		got, err := os.ReadFile(filepath.Join("..", "docs", "flows", d.Flow+".md"))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != fmt.Sprintf(DiagramPage, d.Flow, d.Mermaid) {
			t.Errorf("docs/flows/%s.md is not the table's picture; go generate ./flows draws it anew", d.Flow)
		}
	}
}

func TestSessionForgetsTheOldestOfThirtyThreeUpdates(t *testing.T) {
	var s Session
	for id := range int64(SeenLimit + 1) {
		s = s.See(id)
	}
	if s.HasSeen(0) || !s.HasSeen(1) || !s.HasSeen(SeenLimit) || len(s.Seen) != SeenLimit {
		t.Errorf("remembers %v", s.Seen)
	}
}

// The longest data of any button must fit Telegram's 64 bytes.
func TestButtonDataFitsTelegram(t *testing.T) {
	longest := "pick:Sri Ganganagar North" // longer than any district's name
	c := Conversation{Rev: 1 << 31, State: constituent}
	for s := range enroll().Steps {
		if len(s) > len(c.State) {
			c.State = s
		}
	}
	if n := len(mark(c) + longest); n > 64 {
		t.Errorf("a button's data may take %d bytes", n)
	}
}

func TestNonceSurvivesText(t *testing.T) {
	n := Nonce{1, 2, 250, 255}
	text, _ := n.MarshalText()
	var back Nonce
	if err := back.UnmarshalText(text); err != nil || back != n || len(text) != base64.RawURLEncoding.EncodedLen(16) {
		t.Errorf("%s became %v, %v", text, back, err)
	}
	if back.UnmarshalText([]byte("short")) == nil {
		t.Error("a short nonce was taken")
	}
}

func BenchmarkStep(b *testing.B) {
	e := New()
	s := Session{Language: party.Hindi}
	turn, err := e.arrive(Turn{Session: s}, Input{}, "")
	if err != nil {
		b.Fatal(err)
	}
	if turn, err = e.Resume(turn, Arrived{Language: party.Hindi, Consented: true}); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Step(turn.Session, Input{Kind: Text, Text: "कमला देवी"}); err != nil {
			b.Fatal(err)
		}
	}
}
