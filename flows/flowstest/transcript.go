// Package flowstest plays transcripts: conversations in files that anyone can
// read. The same files are played through the flows alone and through the
// running bot. It is for tests; it may import flows, party, party/place and
// store/reference.
//
// A line begins with what it is:
//
//	# why                     a remark
//	> words                   the person types; "> (photo)" and the like send media
//	[x] label                 the person taps the button on the newest bubble that has it
//	[old] label               … on the oldest bubble that has it
//	... words                 time passes: somebody else does this, and then the bot says what it says unasked
//	! effect                  what the flow wants of the world
//	= result                  what came of it
//	< words                   the bot's bubble, a line each; rows of buttons as "< [label] [label]"
//	--                        between two bubbles
//
// CODE stands for the enroller's referral code, LINK for the token of a one-time
// link to an enroller's office, CHIEFLINK to a chief enroller's, TEAMLINK to that of
// one whose team has begun, ADMINLINK to an admin's, APPLYLINK for one by which many
// apply, TOKEN for one that was made here, N for a membership number, …N for its
// last digits, MYNUMBER for the newest of this chat.
// SLIP is the link on a slip, and with it USEDSLIP, DOUBLESLIP, OWNSLIP and WRONGSLIP;
// EPIC the Voter ID of its record.
package flowstest

import (
	"fmt"
	"os"
	"strings"
)

// Turn is one input of the person and all that follows it.
type Turn struct {
	Remarks []string
	Input   string   // the line as it stands, with its mark
	Effects []string // "! …" and "= …"
	Says    []string // "< …" and "--"
}

// Read reads a transcript.
func Read(file string) ([]Turn, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var turns []Turn
	var remarks []string
	for n, line := range strings.Split(string(raw), "\n") {
		mark, _, _ := strings.Cut(line, " ")
		switch {
		case strings.TrimSpace(line) == "":
		case mark == "#":
			remarks = append(remarks, line)
		case mark == ">", mark == "[x]", mark == "[old]", mark == "...":
			turns = append(turns, Turn{Remarks: remarks, Input: line})
			remarks = nil
		case len(turns) == 0:
			return nil, fmt.Errorf("%s:%d: before anybody spoke: %q", file, n+1, line)
		case mark == "!", mark == "=":
			turns[len(turns)-1].Effects = append(turns[len(turns)-1].Effects, line)
		case mark == "<", mark == "--":
			turns[len(turns)-1].Says = append(turns[len(turns)-1].Says, line)
		default:
			return nil, fmt.Errorf("%s:%d: not a line of a transcript: %q", file, n+1, line)
		}
	}
	return turns, nil
}

// Format writes turns as they are read.
func Format(turns []Turn) string {
	var b strings.Builder
	for i, t := range turns {
		if i > 0 {
			b.WriteByte('\n')
		}
		for _, lines := range [][]string{t.Remarks, {t.Input}, t.Effects, t.Says} {
			for _, l := range lines {
				b.WriteString(strings.TrimRight(l, " ") + "\n")
			}
		}
	}
	return b.String()
}

// Write rewrites a transcript.
func Write(file string, turns []Turn) error {
	return os.WriteFile(file, []byte(Format(turns)), 0o644)
}

// Bubble is a message as a transcript shows it.
type Bubble struct {
	Text    string
	Buttons [][]string
}

// Says writes bubbles as lines of a transcript.
func Says(bubbles []Bubble) []string {
	var lines []string
	for i, b := range bubbles {
		if i > 0 {
			lines = append(lines, "--")
		}
		for _, l := range strings.Split(b.Text, "\n") {
			lines = append(lines, strings.TrimRight("< "+l, " "))
		}
		for _, row := range b.Buttons {
			lines = append(lines, "< ["+strings.Join(row, "] [")+"]")
		}
	}
	return lines
}
