package flows

import (
	"strconv"
	"strings"

	"sadasya/party"
)

// Who joined by an enroller's code in the last seven days: /members. First names
// with an initial, and never a number: it is there to thank people by, not to
// keep a list of them.

// ListJoined asks for one page of those who joined. Its result is Joined.
type ListJoined struct{ Page int } // from 0

// JoinedAPage is how many people one page of Joined holds.
const JoinedAPage = 20

// Joined answers ListJoined, the newest first; without a code the person is no
// enroller.
type Joined struct {
	Code party.Code
	List []Joiner
	Page int
	More bool // another page follows
}

// Joiner is a member as the enroller sees them.
type Joiner struct {
	Name party.Name // whole; it is shortened before it is shown; empty: erased, or assisted
	Via  party.Via
	On   party.Date
}

func (ListJoined) effect() {}
func (Joined) result()     {}

// listsJoined takes the page from the button.
func listsJoined(_ *Engine, t Turn, in Input) (Turn, error) {
	page, err := strconv.Atoi(in.Text)
	if err != nil || page < 0 || page > 1000 {
		page = 0
	}
	t.Run = ListJoined{Page: page}
	return t, nil
}

func showJoined(_ *Engine, t Turn, r Result) (Turn, error) {
	joined, ok := r.(Joined)
	switch {
	case !ok:
		return t, errResult
	case joined.Code == "":
		return t.say(notEnroller()), nil
	case len(joined.List) == 0:
		return t.say(ask(T("members.none"), tools("members")...)), nil
	}
	b := Bubble{Text: append([]Line{T("members.title")}, joinedLines(joined.List)...)}
	var turn []Button
	if joined.Page > 0 {
		turn = append(turn, global("members:"+itoa(joined.Page-1), "button.previous"))
	}
	if joined.More {
		turn = append(turn, global("members:"+itoa(joined.Page+1), "button.next"))
	}
	if len(turn) > 0 {
		b.Buttons = append(b.Buttons, turn)
	}
	for _, x := range tools("members") {
		b.Buttons = append(b.Buttons, []Button{x})
	}
	return t.say(Screen{Bubbles: []Bubble{b}}), nil
}

// joinedLines writes a line a day, and what the signs behind the names mean. Whom
// the enroller recorded is only counted: a name that is gone one day would tell
// who complained.
func joinedLines(list []Joiner) (lines []Line) {
	var family, assisted bool
	for len(list) > 0 {
		day, names, recorded := list[0].On, []string(nil), 0
		for ; len(list) > 0 && list[0].On == day; list = list[1:] {
			name := list[0].Name.Short()
			if name == "" {
				name = "…"
			}
			switch list[0].Via {
			case party.Family:
				name, family = name+" 🏠", true
			case party.Assisted:
				recorded++
				continue
			}
			names = append(names, name)
		}
		if recorded > 0 {
			names, assisted = append(names, party.FormatCount(recorded)+" ✍️"), true
		}
		lines = append(lines, T("members.day", "date", day, "names", strings.Join(names, ", ")))
	}
	switch {
	case family && assisted:
		lines = append(lines, T("members.signs"))
	case family:
		lines = append(lines, T("members.family"))
	case assisted:
		lines = append(lines, T("members.assisted"))
	}
	return lines
}
