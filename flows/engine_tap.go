package flows

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// What a button means: how its data is made and when it counts.

// tap finds out what a button means now. One that the present step does not
// offer, or of another revision, only shows the present screen.
func (e *Engine) tap(t Turn, in Input) (Turn, error) {
	if id, ok := strings.CutPrefix(in.Data, globalPrefix); ok {
		return e.global(t, id, in)
	}
	if s := t.Session.Suspended; s != nil && strings.HasPrefix(in.Data, mark(*s)) {
		t = e.settle(t)
	}
	c := t.Session.Active
	if c == nil {
		return e.present(t, in)
	}
	id, ok := strings.CutPrefix(in.Data, mark(*c))
	if !ok {
		return e.present(t, in)
	}
	f := e.flows[c.Flow]
	switch id {
	case string(back):
		return e.back(t, in)
	case "again":
		return e.again(t, in)
	}
	name, arg := splitID(id)
	next, p, ok, err := f.tap(*c, name, arg)
	if err != nil {
		return t, err
	}
	if !ok {
		return e.present(t, in)
	}
	return e.moved(t, *c, next, p, in)
}

// back goes to the question before, where there is one.
func (e *Engine) back(t Turn, in Input) (Turn, error) {
	c := t.Session.Active
	if c == nil || !e.flows[c.Flow].can(*c, back) {
		return e.present(t, in)
	}
	next, err := e.flows[c.Flow].back(*c)
	if err != nil {
		return t, err
	}
	return e.moved(t, *c, next, nil, in)
}

// mark is what a button's data begins with while it counts: the draft, its
// revision and the state that offered it.
func mark(c Conversation) string {
	m := base64.RawURLEncoding.AppendEncode(make([]byte, 0, 48), c.Nonce[:6])
	m = strconv.AppendUint(append(m, '.'), uint64(c.Rev), 36)
	m = append(append(m, '.'), c.State...)
	return string(append(m, '.'))
}

// footed adds to the last bubble the two buttons that are always there: back,
// where there is a question before, and help.
func (e *Engine) footed(s Screen, c Conversation) Screen {
	last := len(s.Bubbles) - 1
	if last < 0 {
		return s
	}
	foot := make([]Button, 0, 2)
	if e.flows[c.Flow].can(c, back) {
		foot = append(foot, Button{ID: string(back), Label: T("button.back"), Data: mark(c) + string(back)})
	}
	s.Bubbles[last].Buttons = append(s.Bubbles[last].Buttons, append(foot, global("help", "button.help")))
	return s
}

// sign gives the buttons of a conversation's screen their data.
func sign(s Screen, c Conversation) {
	m := mark(c)
	for _, b := range s.Bubbles {
		for _, row := range b.Buttons {
			for i := range row {
				switch b := &row[i]; {
				case b.ID == "":
				case strings.HasPrefix(b.ID, globalPrefix):
					b.Data = b.ID
				default:
					b.Data = m + b.ID
				}
			}
		}
	}
}
