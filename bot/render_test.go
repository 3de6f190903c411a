package bot_test

import (
	"strings"
	"testing"

	"sadasya/bot"
	"sadasya/flows"
	"sadasya/party"
)

// The fee is said in the middle of a sentence in English and as one of its own
// in Hindi, free or not.
func TestTheDescriptionReadsAsSentences(t *testing.T) {
	for fee, want := range map[int]map[party.Language]string{
		0: {party.English: "Join in two minutes, no fee.\n", party.Hindi: "घर बैठे जुड़ें। कोई फ़ीस नहीं।\n"},
		5: {party.English: "Join in two minutes, the fee is ₹5.\n", party.Hindi: "घर बैठे जुड़ें। फ़ीस ₹5।\n"},
	} {
		campaign := party.RajasthanSample()
		campaign.Fee = fee
		r, err := bot.NewRenderer(campaign, nil, nil, func() string { return "" })
		if err != nil {
			t.Fatal(err)
		}
		for l, words := range want {
			if got := r.Text("bot.description", l); !strings.Contains(got, words) {
				t.Errorf("%q does not say %q", got, words)
			}
		}
	}
}

// What a paused broadcast says is to be pressed stands below it.
func TestAPausedBroadcastNamesItsButton(t *testing.T) {
	r, err := bot.NewRenderer(party.RajasthanSample(), nil, nil, func() string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range party.Languages() {
		m := r.Render(flows.Watching(flows.Broadcast{ID: 1, State: party.BroadcastPaused, Why: party.WhyFreeze}), l)[0]
		if label := m.Buttons[0][0].Label; !strings.HasSuffix(m.Buttons[0][0].Data, " resume") || !strings.Contains(m.HTML, label) {
			t.Errorf("%q does not name %q", m.HTML, label)
		}
	}
}
