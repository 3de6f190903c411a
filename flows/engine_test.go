package flows

import (
	"testing"

	"sadasya/party"
)

// at is an enrolment that stands in one state.
func at(s State) Session {
	return Session{Language: party.English, Active: &Conversation{Flow: enrollName, Version: 1, State: s, Nonce: Nonce{1}}}
}

// step plays one input that wants nothing of the world.
func step(t *testing.T, s Session, in Input) Turn {
	t.Helper()
	turn, err := New().Step(s, in)
	if err != nil {
		t.Fatal(err)
	}
	return turn
}

// Front and back of a card come as two photos of one album: one answer, and both
// leave the chat.
func TestEveryPhotoOfACardIsDeleted(t *testing.T) {
	photo := Input{Kind: Media, Text: "photo", Album: "a"}
	front := step(t, at(voterID), photo)
	back := step(t, front.Session, photo)
	if !front.Delete || !back.Delete {
		t.Errorf("deleted: front %v, back %v", front.Delete, back.Delete)
	}
	if len(front.Screen.Bubbles) != 1 || len(back.Screen.Bubbles) != 0 {
		t.Errorf("answered with %d and %d bubbles", len(front.Screen.Bubbles), len(back.Screen.Bubbles))
	}
}

// A newer program meets what waits below in a state, or a flow, that it does not
// know: it goes on with it as it does with what is active, or without it.
func TestWhatWaitsBelowIsRenewedByANewerProgram(t *testing.T) {
	for name, below := range map[string]Conversation{
		"another version": {Flow: enrollName, Version: 99, State: voterID, Nonce: Nonce{7}, Draft: []byte(`{"n":"Kamla Devi"}`)},
		"another flow":    {Flow: "gone", Version: 1, State: "here", Nonce: Nonce{7}},
	} {
		for _, in := range []Input{{Kind: Text, Text: "ABC1034560"}, {Kind: Media}, {Kind: Command, Name: "start"}, {Kind: Tap, Data: "g.go"}, {Kind: Tap, Data: "x"}} {
			t.Run(name, func(t *testing.T) {
				s := at(corrected)
				s.Suspended = &below
				e := New()
				turn, err := e.Step(s, in)
				for err == nil && turn.Run != nil {
					turn, err = e.Resume(turn, Arrived{Language: party.English, Consented: true})
				}
				if err != nil {
					t.Fatal(err)
				}
				if len(turn.Screen.Bubbles) == 0 {
					t.Error("nothing is said")
				}
				if _, err := e.Present(s, in); err != nil { // of a repeat
					t.Error(err)
				}
				for _, c := range []*Conversation{turn.Session.Active, turn.Session.Suspended} {
					if c != nil && !e.knows(*c) {
						t.Errorf("it stands at %s/%s of version %d", c.Flow, c.State, c.Version)
					}
				}
			})
		}
	}
}

// A link opened during a correction changes nothing of who is credited, so the
// card must not name its enroller.
func TestACorrectionNamesNoNewInviter(t *testing.T) {
	s := at(check)
	s.Active.Draft = []byte(`{"x":true,"n":"Kamla Devi","u":true}`)
	e := New()
	turn, err := e.Step(s, Input{Kind: Command, Name: "start", Text: string(party.NewCode(48217736))})
	if err != nil || turn.Run == nil {
		t.Fatalf("%v, %v", turn.Run, err)
	}
	turn, err = e.Resume(turn, Arrived{Code: party.NewCode(48217736), Inviter: Inviter{Name: "Sunita Meena"}, Member: "1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range turn.Screen.Bubbles[0].Text {
		if line.Key == "check.inviter" {
			t.Error("the card names an inviter")
		}
	}
}

// A program that died after it had written the session, and before it had the
// message deleted, is sent the update again.
func TestAnAadhaarNumberThatComesAgainIsDeleted(t *testing.T) {
	in := Input{Kind: Text, Text: "1234 5678 9012"}
	turn := step(t, at(voterID), in)
	again, err := New().Present(turn.Session, in)
	if err != nil || !turn.Delete || !again.Delete {
		t.Errorf("deleted: %v, again %v, %v", turn.Delete, again.Delete, err)
	}
}

// What holds control characters is neither said back nor kept with them; words
// over several lines stay.
func TestControlCharactersAreShown(t *testing.T) {
	for text, want := range map[string]string{
		"A\x00": "A\uFFFD", "Kam\x1bla \u0085": "Kam\uFFFDla \uFFFD", "a\nb\tc\r\n": "a\nb\tc\r\n", "कमला\u200d": "कमला\u200d", "": "",
	} {
		if got := printable(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
