package flows

import (
	"slices"
	"testing"

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
		"now, free":   {Broadcast{}, nil},
		"later, paid": {Broadcast{At: 1_801_000_000, Paid: true, Count: 25, Fast: 1000}, []string{"broadcast.at", "broadcast.paid"}},
	} {
		c.x.ID, c.x.State = 1, party.BroadcastWaiting
		var got []string
		for _, b := range askWatching(Steering{}, BroadcastLoaded{Broadcast: c.x}).Bubbles {
			for _, l := range b.Text {
				if slices.Contains([]string{"broadcast.at", "broadcast.paid"}, l.Key) {
					got = append(got, l.Key)
				}
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
