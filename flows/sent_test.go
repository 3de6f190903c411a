package flows

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sadasya/party"
)

// Who approves reads when a broadcast goes and what it costs; where neither is
// anything special, nothing of it.
func TestWhoApprovesReadsTheHourAndThePrice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		x    Broadcast
		want []string
	}{
		"now, free":                         {Broadcast{}, nil},
		"an hour that has passed":           {Broadcast{Passed: 1_801_000_000}, []string{"sent.passed"}},
		"an hour that has passed, at night": {Broadcast{Passed: 1_801_000_000, Clock: Clock{Night: 1_801_010_000}}, []string{"sent.passednight"}},
		"now, at night":                     {Broadcast{Clock: Clock{Night: 1_801_010_000}}, []string{"sent.night"}},
		"later, paid":                       {Broadcast{At: 1_801_000_000, Paid: true, Count: 25, Fast: 1000}, []string{"broadcast.at", "broadcast.paid"}},
	} {
		c.x.ID, c.x.State = 1, party.BroadcastWaiting
		var got []string
		for _, b := range Watching(c.x).Bubbles {
			for _, l := range b.Text {
				if slices.Contains([]string{"broadcast.at", "broadcast.paid", "sent.passed", "sent.passednight", "sent.night"}, l.Key) {
					got = append(got, l.Key)
				}
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Who composes reads the same before the yes.
func TestWhoComposesReadsWhenItGoes(t *testing.T) {
	t.Parallel()
	const now = 1_801_000_000
	for name, c := range map[string]struct {
		at, night int64
		want      []string
	}{
		"now":                           {0, 0, nil},
		"now, at night":                 {0, now + 3600, []string{"sent.sleeps"}},
		"later":                         {now + 60, now + 30, []string{"broadcast.at"}},
		"an hour that has passed":       {now - 60, 0, []string{"broadcast.passed"}},
		"one that has passed, at night": {now - 60, now + 3600, []string{"broadcast.passed", "sent.sleeps"}},
	} {
		var got []string
		for _, l := range goesLines(c.at, Clock{Now: now, Night: c.night}) {
			got = append(got, l.Key)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// The lines of a report add up to the audience, whatever became of everyone, and
// no screen of a broadcast has more than nine.
func TestAReportAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := Broadcast{
			ID: 1, Parts: party.Parts{}, Recalled: rapid.IntRange(0, 1).Draw(t, "recalled"), Recalling: rapid.Bool().Draw(t, "recalling"), Rate: rapid.IntRange(0, 30).Draw(t, "rate"),
			State: rapid.SampledFrom([]party.BroadcastState{
				party.BroadcastScheduled, party.BroadcastFreezing, party.BroadcastRunning, party.BroadcastPaused,
				party.BroadcastDone, party.BroadcastCancelled, party.BroadcastStopped,
			}).Draw(t, "state"),
			Why: rapid.SampledFrom([]string{"", party.WhyToken, "file"}).Draw(t, "why"), Clock: Clock{Now: 1, Night: rapid.Int64Range(0, 9).Draw(t, "night")},
		}
		for _, f := range party.Fates() {
			x.Parts[f] = rapid.IntRange(0, 3).Draw(t, string(f))
		}
		s := Watching(x)
		lines := s.Bubbles[0].Text
		if len(lines) > 9 {
			t.Fatalf("%d lines", len(lines))
		}
		if s.Live != 0 || x.Parts.Audience() == 0 {
			return
		}
		sum, all := 0, -1
		for _, l := range lines {
			switch {
			case l.Key == "sent.part.all":
				all = l.Args[1].(int)
			case l.Key == "sent.sent", strings.HasPrefix(l.Key, "sent.part."):
				sum += l.Args[1].(int)
			}
		}
		if sum != all || all != x.Parts.Audience() {
			t.Fatalf("the parts are %d, in all it says %d, of %d", sum, all, x.Parts.Audience())
		}
	})
}

// Whose yes does not count yet reads so, and not that it cannot be.
func TestAnEarlyYesIsToldFromWhatCannotBe(t *testing.T) {
	t.Parallel()
	for did, want := range map[BroadcastSteered]string{{}: "sent.notdone", {Early: true}: "request.early"} {
		turn, err := steered(Turn{}, did, 1, Approve)
		if err != nil {
			t.Fatal(err)
		}
		turn, err = turn.command.done(nil, turn, BroadcastLoaded{Broadcast{ID: 1, State: party.BroadcastWaiting}})
		if err != nil || turn.remark.Key != want {
			t.Errorf("%+v: %+v, %v", did, turn.remark, err)
		}
	}
}

// A trial says of the places that stand open in it that they are filled in.
func TestATrialSaysWhatIsFilledIn(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"सभा कल है।": 1, "नमस्ते {name} जी": 2} {
		s := askTrying(Composing{Letter: party.Letter{Text: party.Text{Hindi: text}}, Try: party.Hindi}, nil)
		if lines := s.Bubbles[1].Text; len(lines) != want || lines[want-1].Key != []string{"broadcast.tried", "broadcast.places"}[want-1] {
			t.Errorf("%s: %+v", text, lines)
		}
	}
}

// Of what is long over nobody reads a list, nor gets an empty file: it says that
// it is gone, also by a button of before.
func TestAListThatIsErasedSaysSo(t *testing.T) {
	t.Parallel()
	for what, done := range map[string]func(*Engine, Turn, Result) (Turn, error){"looked at": failuresShown, "as a file": failuresLooked} {
		turn, err := done(nil, Turn{}, Failures{ID: 1, Erased: true})
		if err != nil || turn.Run != nil || len(turn.Screen.Bubbles) != 1 || turn.Screen.Bubbles[0].Text[0].Key != "failures.erased" {
			t.Errorf("%s: %+v, %v", what, turn, err)
		}
	}
	turn, err := failuresLooked(nil, Turn{}, Failures{ID: 1})
	if _, ok := turn.Run.(AskExport); !ok || err != nil {
		t.Errorf("one that is there: %+v, %v", turn.Run, err)
	}
}

// What waits for a second admin where there is none any more says so, on the list
// and by itself, and can be cancelled; with one it does not.
func TestWhatWaitsForNobodySaysSo(t *testing.T) {
	t.Parallel()
	for alone, state := range map[bool]string{true: "sent.state.alone", false: "sent.state.waiting"} {
		x := Broadcast{ID: 1, State: party.BroadcastWaiting, Mine: true, Alone: alone}
		if got := stateWords(x).Key; got != state {
			t.Errorf("alone %v: %s", alone, got)
		}
		b := Watching(x).Bubbles[1]
		if said := slices.ContainsFunc(b.Text, func(l Line) bool { return l.Key == "sent.alone" }); said != alone {
			t.Errorf("alone %v: %+v", alone, b.Text)
		}
		if !slices.ContainsFunc(b.Buttons, func(row []Button) bool { return row[0].Label.Key == "button.cancelbroadcast" }) {
			t.Errorf("alone %v: %+v", alone, b.Buttons)
		}
	}
	if got := stateWords(Broadcast{State: party.BroadcastRunning, Alone: true}).Key; got != "sent.state.running" {
		t.Errorf("under way: %s", got)
	}
}
