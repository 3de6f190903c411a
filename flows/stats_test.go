package flows_test

import (
	"strings"
	"testing"

	"sadasya/flows"
	"sadasya/party"
)

// TestOfSmallGroupsStatsTellsNothing: a group of fewer than five in a district,
// or whose rest is, has no share beside it, nor one that could be found by
// subtracting the others.
func TestOfSmallGroupsStatsTellsNothing(t *testing.T) {
	t.Parallel()
	places := loadPlaces(t)
	s := flows.Stats{At: flows.Moment{On: party.Date{Year: 2027, Month: 2, Day: 7}}}
	for _, c := range places.Districts() {
		s.Districts = append(s.Districts, flows.DistrictCount{District: flows.DistrictOf(c)})
	}
	s.Districts[0].Said = flows.Said{Women: 40, Gender: 100, Categories: [5]int{30, 60, 10, 4, 0}}
	s.Districts[1].Said = flows.Said{Women: 4, Gender: 100, Categories: [5]int{50, 50, 4, 0, 0}}
	s.Districts[2].Said = flows.Said{Women: 96, Gender: 100, Categories: [5]int{1, 1, 1, 1, 1}}
	for _, d := range s.Districts {
		s.Said.Women += d.Said.Women
		s.Said.Gender += d.Said.Gender
	}
	text := shown(t, s, "g.stats:who")
	for _, want := range []string{
		"of all members who said: Women 47 %",
		"<b>Ajmer:</b> Women 40 % · General 29 % · OBC 58 % · SC – · ST – · Minority –",
		"<b>Alwar:</b> Women – · General – · OBC 48 % · SC – · ST – · Minority –",
		"<b>Balotra:</b> too few have said to tell",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said in\n%s", want, text)
		}
	}
}

// shown is what an admin reads who taps for the numbers.
func shown(t *testing.T, s flows.Stats, data string) string {
	t.Helper()
	e := flows.New()
	turn, err := e.Step(flows.Session{Language: party.English}, flows.Input{Kind: flows.Tap, Data: data, Nonce: flows.Nonce{1}})
	if err == nil {
		turn, err = e.Resume(turn, s)
	}
	if err != nil {
		t.Fatal(err)
	}
	bubbles, _ := renderer(t, loadPlaces(t))(turn.Screen, party.English)
	return bubbles[0].Text
}
