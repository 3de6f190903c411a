// Package historytest says whether what a citizen saw of the bot can be explained.
//
// A History is what one citizen sent and what came back, with the times at which
// each began and ended. The model (mind.go, turn.go) is what a citizen may count
// on, written down a second time and apart from the program: which question
// follows which answer, that one confirm makes one row of what the tapped card
// showed, that the first referrer stays. Explain looks for an order of the citizen's
// updates, within their times, in which the model says the same as the bot did;
// where there is none it gives the fewest observations that contradict each other.
//
// It is for tests. It imports party, bot/telegramtest and porcupine.
package historytest

import (
	"fmt"
	"strings"
	"time"

	"sadasya/party"
)

// Kind is what a bubble asks, as far as the model tells them apart.
type Kind string

// The kinds. A place that may be named in several ways is one question.
const (
	Nothing  Kind = ""
	Language Kind = "language"
	Consent  Kind = "consent"
	Declined Kind = "declined"
	Name     Kind = "name"
	Number   Kind = "voter id"
	Booth    Kind = "booth"
	Check    Kind = "check"
	Member   Kind = "member"
	Resume   Kind = "go on or begin again"
	Other    Kind = "something else"
)

// Screen is a bubble that a citizen saw.
type Screen struct {
	Kind   Kind
	Card   Card   // of a check card
	Member string // the membership number on it, if any
}

// Card is what a citizen is asked to confirm.
type Card struct {
	Name, VoterID string
	Booth         string // the number within its constituency, such as 4A; empty where it is to follow
}

// Act is what an operation is.
type Act string

// The acts.
const (
	Start  Act = "opens the link of"
	Say    Act = "types"
	Tap    Act = "taps"
	See    Act = "sees" // a bubble that no update is known to have brought
	Forget Act = "(Redis loses what it held)"
	Lapse  Act = "(Redis loses its last writes)"
	Look   Act = "(the row)" // how it all ended
)

// Op is one try to hand an update over, or something beside.
type Op struct {
	Act    Act
	Update int    // which update of this citizen, from 0; meaningless beside updates
	Text   string // what is typed, the code of the link, the button's own name
	On     Screen // Tap: the bubble with the button
	Lost   bool   // no answer came: it may have taken effect or not, then or later
	Saw    Screen // the answer; Nothing: not known
	Row    Row    // Look

	Began, Ended time.Duration // since the history began
}

// Row is a citizen's row, empty where there is none.
type Row struct {
	Member string // its number
	Card
	Code party.Code // of the enroller whom it counts for
}

// History is one citizen's, in any order.
type History []Op

func (s Screen) String() string {
	switch {
	case s.Kind == Nothing:
		return "nothing that is known"
	case s.Kind == Check:
		return fmt.Sprintf("check %s, %s, booth %q", s.Card.Name, s.Card.VoterID, s.Card.Booth)
	case s.Member != "":
		return fmt.Sprintf("%s %s", s.Kind, s.Member)
	}
	return string(s.Kind)
}

func (o Op) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%7.1f-%-7.1f ms ", ms(o.Began), ms(o.Ended))
	switch o.Act {
	case Forget, Lapse:
		b.WriteString(string(o.Act))
		return b.String()
	case Look:
		fmt.Fprintf(&b, "%s %+v", o.Act, o.Row)
		return b.String()
	case See:
		fmt.Fprintf(&b, "%s", o.Act)
	default:
		fmt.Fprintf(&b, "[%d] %s %q", o.Update, o.Act, o.Text)
		if o.Act == Tap && o.On.Kind != Nothing {
			fmt.Fprintf(&b, " on %s", o.On)
		}
		b.WriteString(" →")
	}
	switch {
	case o.Lost:
		b.WriteString(" no answer")
	case o.Saw.Kind != Nothing:
		fmt.Fprintf(&b, " %s", o.Saw)
	}
	return b.String()
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (h History) String() string {
	var b strings.Builder
	for _, o := range h {
		fmt.Fprintln(&b, o)
	}
	return b.String()
}
