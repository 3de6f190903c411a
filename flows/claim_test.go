package flows

import (
	"slices"
	"testing"

	"sadasya/party"
)

// What is said unasked of a case has no name in it, and no number of a member:
// another may look over the shoulder.
func TestNoticesOfCasesNameNobody(t *testing.T) {
	for _, n := range []Notice{
		{Kind: NoticeCases, Count: 3, Name: "कमला देवी", Number: party.NewNumber(1)},
		{Kind: NoticeDecided, Reason: "stands", Name: "कमला देवी", Number: party.NewNumber(1)},
		{Kind: NoticeDecided, Reason: "refused", Name: "कमला देवी", Number: party.NewNumber(1)},
	} {
		screen, ok := n.Say()
		if !ok || len(screen.Bubbles) != 1 {
			t.Fatalf("%s %s is not said", n.Kind, n.Reason)
		}
		for _, line := range screen.Bubbles[0].Text {
			for _, arg := range line.Args {
				switch arg.(type) {
				case party.Name, party.Number:
					t.Errorf("%s tells %v", n.Kind, arg)
				}
			}
		}
	}
}

// Whoever taps the link of a slip again, or comes by another link, has not begun
// two things; what waits below is kept.
func TestAnOpenSlipGivesWay(t *testing.T) {
	below := at(name)
	slip := Conversation{Flow: claimName, Version: 1, State: slipOffered, Nonce: Nonce{2}}
	s := Session{Active: &slip, Suspended: below.Active}
	turn := step(t, s, Input{Kind: Command, Name: "start", Text: string(party.NewSlipToken(party.NewNumber(1), [16]byte{1}))})
	if turn.Session.Suspended == nil || turn.Session.Suspended.Flow != enrollName {
		t.Errorf("below the second slip: %+v", turn.Session.Suspended)
	}
	turn = step(t, s, Input{Kind: Command, Name: "start", Text: string(party.NewCode(48217736))})
	if turn.Session.Active == nil || turn.Session.Active.Flow != enrollName || turn.Session.Suspended != nil {
		t.Errorf("after a referral link: %+v over %+v", turn.Session.Active, turn.Session.Suspended)
	}
}

// Who decides cases finds them in the menu, not by a notice alone.
func TestCasesAreInTheAdminsMenuAlone(t *testing.T) {
	for office, want := range map[party.Office]bool{party.Admin: true, party.Chief: false, party.Enroller: false} {
		if got := slices.Contains(CommandsOf([]party.Office{office}), "cases"); got != want {
			t.Errorf("in the menu of %s: %t", office, got)
		}
	}
}
