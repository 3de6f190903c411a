package flows_test

import (
	"encoding/json"
	"strings"
	"testing"

	"sadasya/flows"
	"sadasya/flows/flowstest"
	"sadasya/party"
	"sadasya/store/reference"
)

// ahead are the ways in which a newer program may be ahead of this one in what it
// writes, for both serve while a rolling update lasts, and after it was taken
// back. Each changes a session as JSON; same: the person must notice nothing.
var ahead = map[string]struct {
	change func(session, active map[string]any)
	same   bool
}{
	"fields more": {func(session, active map[string]any) {
		session["zz"], active["zz"] = map[string]any{"y": 1}, []int{1}
		if d, ok := active["d"].(map[string]any); ok {
			d["zz"] = "an answer to a question of tomorrow"
		}
	}, true},
	"a later version of the flow": {func(_, active map[string]any) { active["v"] = 99 }, false},
	"a later version, with drafts of another shape": {func(_, active map[string]any) {
		active["v"], active["d"] = 99, map[string]any{"n": map[string]any{"given": "Kamla"}}
	}, false},
	"another state": {func(_, active map[string]any) { active["s"] = "zz" }, false},
	"another flow":  {func(_, active map[string]any) { active["f"], active["s"] = "zz", "zz" }, false},
}

// TestNewerSessionsGoOn: whatever a newer program wrote, this one answers, and
// stands at the next answer where it knows its way; what it can read of an
// enrolment's draft it keeps, and it says once that something has changed.
func TestNewerSessionsGoOn(t *testing.T) {
	t.Parallel()
	places := loadPlaces(t)
	render := renderer(t, places)
	kept := 0
	for name, way := range ahead {
		for _, s := range readOlder(t, "first") {
			newer := aheadOf(t, s, way.change)
			for _, input := range []string{"> (photo)", "> ?", "> /mydata", "> /cancel", "> /start"} {
				says, after := goOn(t, newPlayer(places, render), newer, input)
				told := strings.Contains(says, "was just improved")
				switch {
				case says == "":
					t.Errorf("%s, %s: %q is not answered", name, s.Where(), input)
				case way.same:
					if as, at := goOn(t, newPlayer(places, render), s, input); as != says || at.Where() != after.Where() {
						t.Errorf("%s, %s: %q is answered otherwise than without:\n%s", name, s.Where(), input, says)
					}
				case input == "> ?" && after.Active != nil:
					if again, _ := goOn(t, newPlayer(places, render), after, input); told && strings.Contains(again, "was just improved") {
						t.Errorf("%s, %s: it is told twice", name, s.Where())
					}
					if d := string(after.Active.Draft); strings.HasPrefix(name, "a later version of") && s.Active.Flow == "enroll" && after.Active.Flow == "enroll" && nameIn(s) != "" {
						if kept++; !strings.Contains(d, nameIn(s)) {
							t.Errorf("%s, %s: the name is gone from %s", name, s.Where(), d)
						}
					}
				}
			}
		}
	}
	if kept < 10 {
		t.Errorf("only %d drafts of an enrolment had a name to be kept", kept)
	}
}

func newPlayer(places *reference.Reference, render flowstest.Render) *flowstest.Player {
	world := newWorld(places)
	world.Appoint("Sunita Meena")
	return flowstest.NewPlayer(world, render, party.English)
}

// goOn plays one input where a session stands, and gives what is said and where
// that leaves the person.
func goOn(t *testing.T, p *flowstest.Player, s flows.Session, input string) (says string, after flows.Session) {
	t.Helper()
	p.Resume(s)
	turn, err := p.Play(flowstest.Turn{Input: input})
	if err != nil {
		t.Errorf("%s: %q: %v", s.Where(), input, err)
	}
	return strings.Join(turn.Says, "\n"), p.Session()
}

// aheadOf is a session as a newer program would have written it.
func aheadOf(t *testing.T, s flows.Session, change func(session, active map[string]any)) flows.Session {
	t.Helper()
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var session map[string]any
	if err := json.Unmarshal(raw, &session); err != nil {
		t.Fatal(err)
	}
	change(session, session["a"].(map[string]any))
	if raw, err = json.Marshal(session); err != nil {
		t.Fatal(err)
	}
	newer, err := flows.ReadSession(raw)
	if err != nil {
		t.Fatalf("%s: %v", s.Where(), err)
	}
	return newer
}

// nameIn is the name that an enrolment's draft holds.
func nameIn(s flows.Session) string {
	var d struct {
		Name string `json:"n"`
	}
	_ = json.Unmarshal(s.Active.Draft, &d) // another flow's has another shape
	return d.Name
}
