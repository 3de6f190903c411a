package flows_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sadasya/flows"
	"sadasya/flows/flowstest"
	"sadasya/party"
)

// sayings are what people say, sense and nonsense, for sequences of inputs.
var sayings = []string{
	"> /start CODE", "> /start", "> /start 123456782", "> /language", "> /help", "> /cancel", "> /back", "> /mydata",
	"> /card", "> /correct", "> /withdraw", "> /grievance", "> /nosuch",
	"> कमला देवी", "> Kamla", "> K", "> कमला पत्नी राम", "> 9829012345", "> ABC1034560", "> ZZZ1234566", "> A8C1034560",
	"> WKH1186254", "> QQQ5005004", "> RJ/20/152/123456", "> 1234 5678 9012", "> 55/13", "> 54/9999", "> 12", "> हाँ",
	"> (photo)", "> (contact)", "> (location)", "> (edited) x", "> (forwarded) /cancel", "> (viabot) x",
	"> (forged tap) g.add", "> (forged tap) g.about", "> (forged tap) g.nosuch", "> (forged tap) x",
	"> (forged tap) AAAAAAAA.0.check.confirm", "> \x00",
	"> /enrol", "> /add", "> कमला देवी ABC1034560", "> Ram Lal ZZZ1234566 9829012345", "> Sita ABC10345", "> Ram 1234 5678 9012",
	"> ABC1034560 Kamla XYZ1234560 Ram", "> Gopal ABC1O3456O", "> नहीं",
	"> ﷽", "> " + strings.Repeat("अ", 4096),
}

// TestAnySequenceOfInputs: whatever is said and tapped in whatever order, there
// is an answer, no error, no member without consent, name and number, and each
// row is what the check card showed.
func TestAnySequenceOfInputs(t *testing.T) {
	places := loadPlaces(t)
	world := newWorld(places)
	render := renderer(t, places)
	play := func(rt *rapid.T) {
		w := *world
		if rapid.Bool().Draw(rt, "enroller") {
			w.Appoint("Sunita Meena")
		}
		p := flowstest.NewPlayer(&w, render, rapid.SampledFrom(party.Languages()).Draw(rt, "language"))
		var labels []string // of the newest answer, and of older ones
		var card string     // the last check card shown
		var list string     // the last list of who waits
		for range rapid.IntRange(1, 40).Draw(rt, "turns") {
			input := draw(rt, labels)
			before := len(w.Rows())
			turn, err := p.Play(flowstest.Turn{Input: input})
			if errors.Is(err, flowstest.ErrNoButton) { // one that opens something
				continue
			}
			if err != nil {
				rt.Fatalf("%s\n%v", input, err)
			}
			if len(turn.Says) == 0 {
				rt.Fatalf("%s\nis not answered", input)
			}
			if rows := w.Rows(); len(rows) > before {
				soundRow(rt, rows[len(rows)-1], card, list)
				if !w.Agreed(rows[len(rows)-1]) {
					rt.Fatalf("%s\nmade a member without consent: %+v", input, rows[len(rows)-1])
				}
			}
			said := strings.Join(turn.Says, "\n")
			if strings.Contains(said, "[✏️ वोटर आईडी]") || strings.Contains(said, "[✏️ Voter ID]") {
				card = said
			}
			if strings.Contains(said, "(✅ ") {
				list = said
			}
			labels = append(buttonsOf(turn.Says), labels...)
			labels = labels[:min(len(labels), 60)]
			fits(rt, p.Session())
		}
	}
	// A hundred sequences, rapid's default, do not reach every corner.
	for range 20 {
		rapid.Check(t, play)
	}
}

func draw(rt *rapid.T, labels []string) string {
	if len(labels) == 0 || rapid.IntRange(0, 2).Draw(rt, "kind") == 0 {
		return rapid.SampledFrom(sayings).Draw(rt, "say")
	}
	// The newest buttons are likelier than those of old bubbles.
	n := min(len(labels), rapid.SampledFrom([]int{4, 4, 8, 60}).Draw(rt, "reach"))
	mark := rapid.SampledFrom([]string{"[x] ", "[x] ", "[old] "}).Draw(rt, "age")
	return mark + rapid.SampledFrom(labels[:n]).Draw(rt, "tap")
}

func soundRow(rt *rapid.T, r flows.Record, card, list string) {
	rt.Helper()
	if r.Name == "" || r.VoterID.Number == "" || r.Number == "" || r.Nonce == (flows.Nonce{}) {
		rt.Fatalf("a member without name, number or nonce: %+v", r)
	}
	if n, ask, err := party.ParseName(string(r.Name)); err != nil || ask || n != r.Name {
		rt.Fatalf("a member whose name is none: %q", r.Name)
	}
	if r.Via == party.Assisted && strings.Contains(list, "<b>"+string(r.Name)+"</b> · <b>"+r.VoterID.Display()+"</b>") {
		return // the yes was tapped in the list
	}
	shown := []string{"<b>" + string(r.Name) + "</b>", "<b>" + r.VoterID.Display() + "</b>"}
	if r.Station != nil {
		shown = append(shown, "<b>"+r.Station.Booth.PartString()+", ")
	}
	for _, want := range shown {
		if !strings.Contains(card, want) {
			rt.Fatalf("the check card did not show %q:\n%s", want, card)
		}
	}
}

func buttonsOf(says []string) []string {
	var labels []string
	for _, line := range says {
		if row, ok := strings.CutPrefix(line, "< ["); ok {
			labels = append(labels, strings.Split(strings.TrimSuffix(row, "]"), "] [")...)
		}
	}
	return slices.DeleteFunc(labels, func(l string) bool { return strings.Contains(l, "WhatsApp") || strings.Contains(l, "[") })
}

// fits holds the session's bound: 700 bytes with its ids and its seal.
func fits(rt *rapid.T, s flows.Session) {
	rt.Helper()
	raw, err := json.Marshal(s)
	if err != nil {
		rt.Fatal(err)
	}
	if s.Suspended == nil && len(raw) > 900 {
		rt.Fatalf("a session of %d bytes:\n%s", len(raw), raw)
	}
}
