package flows_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"sadasya/flows"
	"sadasya/flows/flowstest"
	"sadasya/party"
)

// ways are the inputs of every transcript: a way to every state.
var ways = sync.OnceValues(func() (all [][]string, err error) {
	files, err := filepath.Glob("testdata/*/*.en.txt")
	for _, file := range files {
		turns, err := flowstest.Read(file)
		if err != nil {
			return nil, err
		}
		var way []string
		for _, turn := range turns {
			way = append(way, turn.Input)
		}
		all = append(all, way)
	}
	return all, err
})

// markOf is what the data of a button begins with while it counts.
func markOf(c *flows.Conversation) string {
	if c == nil {
		return "no conversation"
	}
	return base64.RawURLEncoding.EncodeToString(c.Nonce[:6]) + "." + strconv.FormatUint(uint64(c.Rev), 36) + "." + string(c.State) + "."
}

// FuzzTap: a tap on any data, wherever a conversation can stand. MARK in it is
// that of the present screen, STATE its state: so a fuzzer reaches what buttons mean. Always an
// answer, no error; data of another draft, revision or state changes nothing.
func FuzzTap(f *testing.F) {
	for i := range 40 { // what some screen offers, by another draft's mark
		f.Add(byte(i*2), byte(5+i%9), "AAAAAAAA.0.STATE.back")
		f.Add(byte(i*2+1), byte(5+i%9), "AAAAAAAA.0.STATE.confirm")
	}
	for i, data := range []string{
		"", "g.", "g.en", "g.nosuch", "g.watch.99999999999999999999", "g.daily", "MARK", "MARKback", "MARKconfirm", "MARKpage.-1", "MARKpage.99999999999999999999",
		"MARKac.0", "MARKac.201", "MARKdistrict.Atlantis", "MARKpart.0", "MARKpart.x", "MARKplace.-1", "MARKroom.9999999999", "MARKcard.x", "MARKyes.x.y", "MARKlabel.\x00",
		"AAAAAAAA.0.check.confirm", "\xff\xfe", strings.Repeat("x", 65), "MARK" + strings.Repeat(".", 60), "g.right.-1", "g.agree.0", "g.putout.1.1",
	} {
		f.Add(byte(i*7), byte(i*3), data)
	}
	places := loadPlaces(f)
	render := renderer(f, places)
	all, err := ways()
	if err != nil || len(all) == 0 {
		f.Fatalf("no transcripts: %v", err)
	}
	f.Fuzz(func(t *testing.T, file, turns byte, data string) {
		w := newWorld(places)
		p := flowstest.NewPlayer(w, render, party.English)
		way := all[int(file)%len(all)]
		for _, line := range way[:int(turns)%(len(way)+1)] {
			if _, err := p.Play(flowstest.Turn{Input: line}); err != nil && !errors.Is(err, flowstest.ErrNoButton) {
				t.Fatalf("%s\n%v", line, err)
			}
		}
		before := p.Session()
		data = strings.ReplaceAll(data, "MARK", markOf(before.Active))
		if before.Active != nil {
			data = strings.ReplaceAll(data, "STATE", string(before.Active.State))
		}
		rows := len(w.Rows())
		turn, err := p.Play(flowstest.Turn{Input: "> (forged tap) " + data})
		if err != nil {
			t.Fatalf("at %s: %q: %v", before.Where(), data, err)
		}
		if len(turn.Says) == 0 {
			t.Fatalf("at %s: %q is not answered", before.Where(), data)
		}
		if counts(data, before) {
			return
		}
		was, _ := json.Marshal(before.Active) // what was JSON
		is, _ := json.Marshal(p.Session().Active)
		if before.Active != nil && string(was) != string(is) || len(w.Rows()) != rows {
			t.Fatalf("at %s: %q, which counts nowhere, made\n%s of\n%s", before.Where(), data, is, was)
		}
	})
}

// counts tells whether a button of this data may change something.
func counts(data string, s flows.Session) bool {
	return strings.HasPrefix(data, "g.") || strings.HasPrefix(data, markOf(s.Active)) || strings.HasPrefix(data, markOf(s.Suspended))
}
