package flows

import (
	"bytes"

	"sadasya/party"
)

// A broadcast takes an hour to compose, and the session may be lost at any time: so
// what is composed is kept in Postgres too, and who comes back is asked whether to
// go on with it.

// ComposeDraft is what is kept of a broadcast that is composed.
type ComposeDraft struct {
	State State     `json:"s"` // where it stands
	Draft Composing `json:"d"`
}

// LoadComposing asks whether the person may write to many, and for what they have
// begun. Its result is ComposingLoaded.
type LoadComposing struct{}

// ComposingLoaded answers LoadComposing; Draft is nil where nothing was begun.
type ComposingLoaded struct {
	May   bool
	Draft *ComposeDraft
	On    party.Date // when it was written last
}

func (LoadComposing) effect()   {}
func (ComposingLoaded) result() {}

// ComposeChange is what a turn makes of what is kept. The zero value: nothing.
type ComposeChange struct {
	Keep *ComposeDraft
	Drop bool
}

// ComposeChanged tells what a turn that began with one session and ends with
// another makes of the broadcast that is composed in it.
func (e *Engine) ComposeChanged(before, after Session) (c ComposeChange, err error) {
	was, is := composingIn(before), composingIn(after)
	switch {
	case is != nil && e.knows(*is) && worthKeeping(*is):
		if was != nil && was.State == is.State && bytes.Equal(was.Draft, is.Draft) {
			return c, nil
		}
		d, err := (&Table[Composing]{}).draft(*is)
		if err != nil {
			return c, err
		}
		return ComposeChange{Keep: &ComposeDraft{State: is.State, Draft: *d}}, nil
	case was == nil:
		return c, nil
	case is == nil: // it was stopped; the offer to go on with it was only left
		c.Drop = worthKeeping(*was)
	case is.State == forGroup: // begun anew
		c.Drop = worthKeeping(*was) || was.State == resuming
	}
	return c, nil
}

// composingIn finds the conversation in which a broadcast is composed.
func composingIn(s Session) *Conversation {
	for _, c := range []*Conversation{s.Active, s.Suspended} {
		if c != nil && c.Flow == broadcastName {
			return c
		}
	}
	return nil
}

// worthKeeping tells whether something is composed in a conversation that would be missed.
func worthKeeping(c Conversation) bool {
	switch c.State {
	case entering, notAdmin, resuming, composing, composed:
		return false
	}
	return len(c.Draft) > 0
}

// enteredComposing begins, or asks whether to go on with what was begun before.
func enteredComposing(d Composing, r Result) (Composing, Event, *Problem) {
	in, _ := r.(ComposingLoaded)
	switch {
	case !in.May:
		return Composing{}, mayNotEnter, nil
	case in.Draft == nil || d.Anew:
		return Composing{}, mayEnter, nil
	}
	kept := in.Draft.Draft
	kept.Stood, kept.On = in.Draft.State, in.On
	return kept, isUnfinished, nil
}

func askResuming(d Composing, _ Result) Screen {
	lines := append([]Line{T("broadcast.resume", "date", d.On), {}}, audienceLines(d.Audience)...)
	return Screen{Bubbles: []Bubble{bubble(append(lines, Line{}, T("broadcast.resumeask")), tap("on", "button.resumedraft"), tap("anew", "button.again"))}}
}

// tapResume goes on where it stood. What follows the letter is asked anew: the
// count and the hour may be others now.
func tapResume(d Composing, _ string) (Composing, Event, *Problem) {
	stood := d.Stood
	d.Stood, d.On, d.At = "", party.Date{}, 0
	switch stood {
	case forHindi:
		return d, writes, nil
	case forEnglish:
		return d, wrote, nil
	case forPhoto:
		return d, needsPhoto, nil
	case forButton:
		return d, needsButton, nil
	}
	if d.Letter == (party.Letter{}) {
		return d, isForThem, nil
	}
	return d, isShown, nil
}

func tapAnew(Composing, string) (Composing, Event, *Problem) { return Composing{}, mayEnter, nil }
