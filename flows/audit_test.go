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

// The pages of the audit begin where the first did: the buttons say so, and the
// draft keeps it; one of before, which does not, turns the page all the same.
func TestThePagesOfTheAuditDoNotMove(t *testing.T) {
	t.Parallel()
	rows := askTrail(Auditing{}, Trail{Known: true, List: []Entry{{Of: Thing{Kind: "link"}}}, Page: 1, From: 77, More: true}).Bubbles[0].Buttons
	if len(rows) != 1 || len(rows[0]) != 2 || rows[0][0].ID != "page:0 77" || rows[0][1].ID != "page:2 77" {
		t.Fatalf("the buttons are %+v", rows)
	}
	for arg, want := range map[string]LoadTrail{
		"2 77": {Object: "office 1", Page: 2, From: 77}, "2": {Object: "office 1", Page: 2, From: 5}, "2 -1": {Object: "office 1", Page: 2, From: 5}, "x x": {Object: "office 1", Page: 1, From: 5},
	} {
		d, _, _ := tapTrailPage(Auditing{Object: "office 1", Page: 1, From: 5}, arg)
		if got := runTrail(d, Nonce{}); got != want {
			t.Errorf("%q: %+v", arg, got)
		}
	}
}
