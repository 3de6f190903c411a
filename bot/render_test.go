package bot_test

import (
	"strings"
	"testing"

	"sadasya/bot"
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
