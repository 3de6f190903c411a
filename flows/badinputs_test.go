package flows_test

import (
	"strings"
	"testing"

	"sadasya/flows/flowstest"
	"sadasya/party"
)

// TestBadInputsAskAgainAndChangeNothing: at each question, what is no answer is
// answered with the reason and the question, and the draft stays as it was.
func TestBadInputsAskAgainAndChangeNothing(t *testing.T) {
	places := loadPlaces(t)
	render := renderer(t, places)
	world := *newWorld(places)
	questions := map[string][]string{ // the way to it
		"name":      {"> /start CODE", "[x] English", "[x] ✅ I am 18+ and I agree"},
		"voterid":   {"> /start CODE", "[x] English", "[x] ✅ I am 18+ and I agree", "> Kamla Devi"},
		"elsewhere": {"> /start CODE", "[x] English", "[x] ✅ I am 18+ and I agree", "> Kamla Devi", "> ABC1034560", "[x] Another place"},
		"check":     {"> /start CODE", "[x] English", "[x] ✅ I am 18+ and I agree", "> Kamla Devi", "> ABC1034560", "[x] ✅ Yes, here"},
	}
	everywhere := []string{
		"> (photo)", "> (voice)", "> (sticker)", "> (poll)", "> (dice)", "> (document)", "> (contact)",
		"> (edited) Kamla Devi", "> (viabot) Kamla Devi", "> (forwarded) /cancel", "> /nosuch",
		"> (forged tap) ", "> (forged tap) " + strings.Repeat("x", 200), "> (forged tap) \xff\xfe", "> (forged tap) g.", "> (forged tap) AAAAAAAA.0.check.confirm",
	}
	for state, bad := range map[string][]string{
		"name": {
			"> " + strings.Repeat("अ", 4096), "> \u00a0 ", "> \u200b\u200d", "> \u202eimaN", "> क" + strings.Repeat("\u0301", 100), "> 😀🎉",
			"> 12345", "> https://example.org", "> 9829012345", "> Ram\x00", "> Ram\ufffd", "> Ram\\nSita\\nGita",
			"> <b>x</b>", "> [x](tg://user?id=1)", "> {{.Token}}", "> %s", "> =HYPERLINK(1)", "> क", "> K",
		},
		"voterid": {
			"> ABC103456", "> ABC10345601", "> 1234 5678 9012", "> १२३४५६७८९०१२", "> ABC1034560 ZZZ1234566", "> ABC1234566",
			"> ABCDE1234F", "> 9829012345", "> +919829012345", "> हाँ", "> \x00", "> ABC10E4560", "> (location)",
		},
		"elsewhere": {"> 0", "> -1", "> 1000000000", "> 54/9999", "> 0/1", "> 201/1", "> ?!", "> 😀", "> " + strings.Repeat("1/", 2000)},
		"check":     {"> yes", "> हाँ", "> ABC1034560", "> (location)"},
	} {
		t.Run(state, func(t *testing.T) {
			for _, input := range append(bad, everywhere...) {
				w := world
				p := flowstest.NewPlayer(&w, render, party.English)
				for _, step := range questions[state] {
					play1(t, p, step)
				}
				before := p.Session().Active
				question := lastLine(play1(t, p, "> (forged tap) g.en")) // shows the present screen
				turn := play1(t, p, input)
				after := p.Session().Active
				if string(after.State) != state || before.State != after.State || string(before.Draft) != string(after.Draft) && state != "elsewhere" {
					t.Errorf("%.60q moved %s to %s, draft %s to %s", input, before.State, after.State, before.Draft, after.Draft)
				}
				if lastLine(turn) != question {
					t.Errorf("%.60q is not asked again:\n%s", input, strings.Join(turn.Says, "\n"))
				}
				if said := strings.Join(turn.Says, "\n"); strings.Contains(said, "tg://") || strings.Contains(said, "{{") {
					t.Errorf("%.60q is said back:\n%s", input, said)
				}
			}
		})
	}
}

// TestWordsThatFindNoBoothAskAgain: whatever is typed for a place is answered
// with the nearest and the way on, is not said back, and answers nothing.
func TestWordsThatFindNoBoothAskAgain(t *testing.T) {
	places := loadPlaces(t)
	render := renderer(t, places)
	world := *newWorld(places)
	for _, input := range []string{
		"> xqxqxq", "> झझझझ", "> <b>x</b>", "> {{.Token}}", "> ' OR 1=1 --", "> 12 rooms", "> school", "> सरकारी स्कूल",
		"> " + strings.Repeat("केशोपुरा ", 400), "> " + strings.Repeat("क्", 2000), "> a\u0300\u0301", "> x\x00y",
		"> (location 0 0)", "> (location 19.07 72.87)", "> (location 91 181)",
	} {
		w := world
		p := flowstest.NewPlayer(&w, render, party.English)
		for _, step := range []string{"> /start CODE", "[x] English", "[x] ✅ I am 18+ and I agree", "> Kamla Devi", "> ABC1034560", "[x] Another place"} {
			play1(t, p, step)
		}
		turn := play1(t, p, input)
		said := strings.Join(turn.Says, "\n")
		if !strings.Contains(said, "[Don't know]") || strings.Contains(said, "{{") || strings.Contains(said, "<b>x") {
			t.Errorf("%.60q: %s", input, said)
		}
		if turn := play1(t, p, "[x] Don't know"); !strings.Contains(strings.Join(turn.Says, "\n"), "3 Booth: <b>to follow</b>") {
			t.Errorf("%.60q leads on to %s", input, strings.Join(turn.Says, "\n"))
		}
	}
}

// What looks odd and is right is taken.
func TestOddButRightInputsAreTaken(t *testing.T) {
	places := loadPlaces(t)
	render := renderer(t, places)
	world := *newWorld(places)
	for input, want := range map[string]party.Name{
		"> क्\u200dष": "क्\u200dष", "> Rām Sharma": "Rām Sharma", "> राम Sharma": "राम Sharma", "> केक\u095cी": "केकड़ी", "> R. K. Sharma": "R. K. Sharma",
	} {
		w := world
		p := flowstest.NewPlayer(&w, render, party.English)
		for _, step := range []string{"> /start", "[x] English", "[x] ✅ I am 18+ and I agree"} {
			play1(t, p, step)
		}
		play1(t, p, input)
		for _, step := range []string{"> ABC1034560", "[x] Don't know"} {
			play1(t, p, step)
		}
		turn := play1(t, p, "[x] ✅ All is right")
		if got := strings.Join(turn.Effects, "\n"); !strings.Contains(got, "SaveMember self, "+string(want)+",") {
			t.Errorf("%q: %s", input, got)
		}
	}
}

func play1(t *testing.T, p *flowstest.Player, input string) flowstest.Turn {
	t.Helper()
	turn, err := p.Play(flowstest.Turn{Input: input})
	if err != nil {
		t.Fatalf("%.60q: %v", input, err)
	}
	return turn
}

// lastLine is the last line of words, before the buttons.
func lastLine(turn flowstest.Turn) string {
	last := ""
	for _, l := range turn.Says {
		if !strings.HasPrefix(l, "< [") {
			last = l
		}
	}
	return last
}
