package flows_test

import (
	"strings"
	"testing"

	"sadasya/flows"
	"sadasya/party"
)

// TestTheReminderTellsNothing: a phone is shared, and a look at its screen says
// neither which party it is nor that it is one.
func TestTheReminderTellsNothing(t *testing.T) {
	render := renderer(t, loadPlaces(t))
	drive := party.RajasthanSample()
	telling := []string{
		"सदस्य", "पार्टी", "अभियान", "जुड़", "जोड़", "मंच", "चुनाव", "member", "party", "drive", "campaign", "join", "enrol", "vote for", "election",
		"http", "t.me", "@", "sadasya", "{", drive.Helpline,
	}
	for _, l := range party.Languages() {
		telling = append(telling, drive.Party.Name.In(l), drive.Party.LegalName.In(l), drive.Contact.Name.In(l))
	}
	for _, step := range []string{"name", "nameown", "voterid", "booth", "rooms", "check", ""} {
		for _, l := range party.Languages() {
			bubbles, data := render(flows.Reminder("enroll/"+step), l)
			if len(bubbles) != 1 || len(data[0]) != 3 || data[0][0][0] != "g.go" || data[0][1][0] != "g.stop:reminders" {
				t.Fatalf("%s: %+v %v", step, bubbles, data)
			}
			seen := bubbles[0].Text
			for _, row := range bubbles[0].Buttons {
				seen += "\n" + strings.Join(row, " ")
			}
			for _, word := range telling {
				if strings.Contains(strings.ToLower(seen), strings.ToLower(word)) {
					t.Errorf("%s in %s tells %q:\n%s", step, l, word, seen)
				}
			}
		}
	}
}
