package flows_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"sadasya/flows"
	"sadasya/flows/flowstest"
	"sadasya/party"
)

// Sessions as an older program wrote them: the newer must go on where they stand,
// for both serve while a rolling update lasts. A release freezes its own by
//
//	go test ./flows -run TestTranscripts -freeze testdata/older/NAME.jsonl
//
// and adds the file: one session for each place in a flow that the transcripts
// reach, as JSON, a line each.
var freeze = flag.String("freeze", "", "write the sessions of the transcripts to this file")

// frozen gathers what is to be written.
var frozen struct {
	sync.Mutex
	sessions map[string]string // by place
}

// keepFrozen keeps a session for each place, the longest draft that was seen.
func keepFrozen(s flows.Session) {
	if *freeze == "" || s.Active == nil {
		return
	}
	raw, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	place := fmt.Sprint(s.Where(), s.Suspended != nil)
	frozen.Lock()
	defer frozen.Unlock()
	if frozen.sessions == nil {
		frozen.sessions = map[string]string{}
	}
	if was, ok := frozen.sessions[place]; !ok || cmp.Or(cmp.Compare(len(raw), len(was)), strings.Compare(string(raw), was)) > 0 {
		frozen.sessions[place] = string(raw)
	}
}

func writeFrozen(t *testing.T) {
	t.Helper()
	if *freeze == "" {
		return
	}
	var lines strings.Builder
	for _, place := range slices.Sorted(maps.Keys(frozen.sessions)) {
		lines.WriteString(frozen.sessions[place] + "\n")
	}
	if err := os.WriteFile(*freeze, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// renewed are the flows whose version went up since a file was written: their
// conversations begin anew, and the person is told so; or that are no conversations
// any more: /sent has no state since, and who stood there sees where they are.
var renewed = map[string][]string{"first": {"sent"}}

// passing are places that give way to what was suspended below them, take a photo
// for their answer, or show what the world has, which here is nothing.
var passing = []string{
	"accept/accepted", "accept/spent", "assist/closed", "assist/powerless", "claim/claimed", "enroll/corrected", "withdraw/stayed",
	"broadcast/photo", "review/reviewing", "withdraw/which",
}

// TestOlderSessionsGoOn: wherever a session of an older program stands, this one
// shows the same place and takes the next answer.
func TestOlderSessionsGoOn(t *testing.T) {
	t.Parallel()
	for name, since := range renewed {
		places := loadPlaces(t)
		render := renderer(t, places)
		older := readOlder(t, name)
		if len(older) < 60 {
			t.Errorf("%s: only %d sessions", name, len(older))
		}
		for _, s := range older {
			where := s.Where()
			anew := slices.Contains(since, s.Active.Flow)
			for _, input := range []string{"> (photo)", "> ?", "> /mydata", "> /cancel", "> /start"} {
				world := newWorld(places)
				world.Appoint("Sunita Meena")
				p := flowstest.NewPlayer(world, render, party.English)
				p.Resume(s)
				turn, err := p.Play(flowstest.Turn{Input: input})
				if err != nil || len(turn.Says) == 0 {
					t.Errorf("%s of %s is not gone on with by %q: %v", where, name, input, err)
					continue
				}
				if anew {
					if below := s.Suspended; below != nil && input == "> ?" && p.Session().Where() != below.Flow+"/"+string(below.State) {
						t.Errorf("%s of %s: what was suspended below it does not go on, but %q", where, name, p.Session().Where())
					}
					continue
				}
				if strings.Contains(strings.Join(turn.Says, " "), "was just improved") {
					t.Errorf("%s of %s begins anew, and its flow is not among the renewed", where, name)
				}
				if input != "> (photo)" || slices.Contains(passing, where) {
					continue
				}
				if now := p.Session().Where(); now != where {
					t.Errorf("%s of %s stands at %q afterwards\n%s", where, name, now, strings.Join(turn.Says, "\n"))
				}
			}
		}
	}
}

func readOlder(t *testing.T, name string) (list []flows.Session) {
	t.Helper()
	file, err := os.Open("testdata/older/" + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var s flows.Session
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatalf("%s: %v", lines.Bytes(), err)
		}
		list = append(list, s)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}
