// Markup: the letter's own, a part of Telegram's HTML.

package party

import (
	"slices"
	"strings"
	"unicode/utf16"
)

// Fault is what is wrong with a letter's text, and where.
type Fault struct {
	Kind FaultKind
	At   string // the tag or the place, as it was written
	Line int    // from 1
}

// FaultKind is what is wrong.
type FaultKind string

// The faults. Empty: none.
const (
	NoFault  FaultKind = ""
	Unclosed FaultKind = "unclosed" // a tag without its end
	Unopened FaultKind = "unopened" // an end without its tag
	NoTag    FaultKind = "notag"    // one that Telegram has not, or a < that begins none
	NoPlace  FaultKind = "noplace"  // a place that cannot be filled
	TooLong  FaultKind = "toolong"
)

// How long a letter's own text may be, in Telegram's units: UTF-16. Telegram takes
// 4096, and 1024 under a photo; names that are filled in need room.
const (
	LetterSize = 3500
	PhotoSize  = 900
)

// tags are those of Telegram's HTML that need no attribute. Source: Bot API,
// "HTML style".
var tags = []string{"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote", "tg-spoiler"}

// CheckLetter finds the first fault of a text that is for a group: markup that
// Telegram would refuse, or a place that cannot be filled for everyone of it.
func CheckLetter(text string, g Group, withPhoto bool) Fault {
	most := LetterSize
	if withPhoto {
		most = PhotoSize
	}
	if len(utf16.Encode([]rune(text))) > most {
		return Fault{Kind: TooLong}
	}
	if f := checkTags(text); f.Kind != NoFault {
		return f
	}
	for rest, before := text, ""; ; {
		lead, after, found := strings.Cut(rest, "{")
		if !found {
			return Fault{}
		}
		before += lead
		name, tail, closed := strings.Cut(after, "}")
		if !closed || !slices.Contains(g.Places(), Place(name)) {
			name, _, _ = strings.Cut(name, "\n")
			f := Fault{Kind: NoPlace, At: "{" + name, Line: lineAt(before)}
			if closed {
				f.At += "}"
			}
			return f
		}
		before, rest = before+"{"+name+"}", tail
	}
}

// checkTags finds a tag that is not closed, not opened or none.
func checkTags(text string) Fault {
	type open struct {
		name string
		line int
	}
	var stack []open
	for at := 0; ; {
		begin := strings.IndexByte(text[at:], '<')
		if begin < 0 {
			break
		}
		begin += at
		line := lineAt(text[:begin])
		end := strings.IndexByte(text[begin:], '>')
		if end < 0 {
			return Fault{NoTag, firstLine(text[begin:]), line}
		}
		tag := text[begin : begin+end+1]
		at = begin + end + 1
		if name, ok := strings.CutPrefix(tag[1:len(tag)-1], "/"); ok {
			if len(stack) == 0 || stack[len(stack)-1].name != name {
				return Fault{Unopened, firstLine(tag), line}
			}
			stack = stack[:len(stack)-1]
			continue
		}
		name := tag[1 : len(tag)-1]
		if strings.HasPrefix(name, `a href="http`) && strings.Count(name, `"`) == 2 && strings.HasSuffix(name, `"`) {
			name = "a"
		} else if !slices.Contains(tags, name) {
			return Fault{NoTag, firstLine(tag), line}
		}
		stack = append(stack, open{name, line})
	}
	if len(stack) > 0 {
		last := stack[len(stack)-1]
		return Fault{Unclosed, "<" + last.name + ">", last.line}
	}
	return Fault{}
}

func lineAt(before string) int { return strings.Count(before, "\n") + 1 }

// firstLine keeps what is quoted short.
func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if runes := []rune(s); len(runes) > 20 {
		return string(runes[:20])
	}
	return s
}
