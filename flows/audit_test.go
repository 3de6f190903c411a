package flows

import (
	"testing"

	"sadasya/party"
)

// What was done to a broadcast can be looked at by itself, and a switch is told in
// words and not as it is kept.
func TestTheAuditTellsOfBroadcastsAndSwitches(t *testing.T) {
	t.Parallel()
	b := askTrail(Auditing{}, Trail{Known: true, List: []Entry{
		{Action: "broadcast-approved", Object: "broadcast 12", Of: Thing{Kind: "broadcast", Is: "12"}},
		{Action: "switched-off", Object: "switch daily Jaipur", Of: Thing{Kind: "switch", Is: "daily Jaipur"}},
		{Action: "switched-off", Object: "switch pace", Of: Thing{Kind: "switch", Is: "pace"}},
	}}).Bubbles[0]
	if len(b.Buttons) != 1 || len(b.Buttons[0]) != 1 || b.Buttons[0][0].ID != tap("of:broadcast 12", "").ID {
		t.Errorf("under it stands %+v", b.Buttons)
	}
	for at, want := range map[int]string{4: "thing.switch", 6: clockWords(party.ClockPace).Key} {
		if got := b.Text[at].Args[1].(Line); got.Key != want {
			t.Errorf("line %d: %s", at, got.Key)
		}
	}
}
