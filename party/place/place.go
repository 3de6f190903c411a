// Package place reads the names of booths and what people type to find them: it
// tells the village or mohalla from the kind of school and from the room, in
// either script and with typing mistakes, and says how well the two meet. It
// decides nothing and knows no store. It imports the standard library and
// x/text alone.
//
// A booth's name is such as "Govt Sr Sec School Torda Gujran, Room No 4". Its
// place is the building, Govt Sr Sec School Torda Gujran, that it shares with
// other booths; its room is Room No 4. Of the place, Torda Gujran are the words
// by which people know it.
package place

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Reading is what a name, or what a person typed, says.
type Reading struct {
	Words []string // by their Sound, in their order, each once; no words of schools
	Level Level    // of a school; 0: not said
	Girls bool     // a girls' school
	Room  Room
	Title string // the name without its room, for showing
}

// Level is how far a school goes.
type Level int

// The levels of schools.
const (
	Primary Level = 1 + iota
	UpperPrimary
	Secondary
	Senior
)

// Room is the part of a building that a booth has.
type Room struct {
	Number string   // "4", "A"; empty: none said
	Sides  []string // of left, right, east, west, north, south, middle, hall, new, old
}

// IsZero tells whether no room is said.
func (r Room) IsZero() bool { return r.Number == "" && len(r.Sides) == 0 }

// MaxText is how many bytes of a text are read; the rest is left out.
const MaxText = 1024

// Read reads a name or what a person typed.
func Read(text string) Reading {
	if len(text) > MaxText {
		text = strings.ToValidUTF8(text[:MaxText], "")
	}
	text = norm.NFC.String(text)
	tokens := tokenize(text)
	markRooms(tokens)
	r := Reading{Room: roomOf(tokens), Title: title(text, tokens)}
	var high, primary, secondary bool
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		if t.room {
			continue
		}
		if n, short := abbreviation(tokens[i:]); n > 0 {
			r.Level, r.Girls = max(r.Level, short.level), r.Girls || short.girls
			i += n - 1
			continue
		}
		switch t.means {
		case generic, number, part, roomWord, building:
		case girls:
			r.Girls = true
		case upper:
			high = true
		case primaryWord:
			primary = true
		case secondaryWord:
			secondary = true
		case seniorWord:
			r.Level = Senior
		case middle:
			if i+1 < len(tokens) && tokens[i+1].means == generic {
				r.Level = max(r.Level, UpperPrimary)
			}
		default:
			if !slices.Contains(r.Words, t.sound) && len(t.sound) <= longest {
				r.Words = append(r.Words, t.sound)
			}
		}
	}
	if len(r.Words) == 0 { // Daiyan is a village too, where nothing else is said
		for _, t := range tokens {
			if t.means.side() != "" && t.means != hall {
				r.Words = append(r.Words, t.sound)
			}
		}
	}
	r.Level = max(r.Level, level(high, primary, secondary))
	return r
}

// level makes one of the words that stand for it: upper primary, senior
// secondary; उच्च is said of both.
func level(high, primary, secondary bool) Level {
	switch {
	case high && secondary:
		return Senior
	case secondary:
		return Secondary
	case high && primary, high:
		return UpperPrimary
	case primary:
		return Primary
	}
	return 0
}

// Key is the same for the booths of one building in a constituency.
func (r Reading) Key() string {
	key := strings.Join(r.Words, " ") + "|" + string(rune('0'+r.Level))
	if r.Girls {
		key += "g"
	}
	return key
}

// Bones are the words' bones, for the index that finds.
func (r Reading) Bones() string {
	bones := make([]string, len(r.Words))
	for i, w := range r.Words {
		bones[i] = Bones(w)
	}
	return strings.Join(bones, " ")
}

// token is one word of a text, or one number.
type token struct {
	from, to int    // bytes of the text
	plain    string // in Latin letters, lower case
	sound    string
	means    meaning
	room     bool // belongs to the room
}

// tokenize splits at whatever is neither letter nor digit, and between the two.
func tokenize(text string) []token {
	var tokens []token
	start, class := -1, 0
	end := func(at int) {
		if start >= 0 {
			plain := strings.ToLower(Transliterate(text[start:at]))
			if sound := Sound(plain); sound != "" {
				tokens = append(tokens, token{from: start, to: at, plain: plain, sound: sound, means: meaningOf(sound)})
			}
		}
		start = -1
	}
	for i, r := range text {
		c := classOf(r)
		if c != class || c == 0 {
			end(i)
		}
		if c != 0 && start < 0 {
			start = i
		}
		class = c
	}
	end(len(text))
	if len(tokens) > 1 && classOf(rune(tokens[0].plain[0])) == 1 && strings.HasPrefix(text[tokens[0].to:], ".") {
		tokens = tokens[1:] // "14.", the part, which some lists put before a name
	}
	return tokens
}

func classOf(r rune) int {
	switch {
	case unicode.IsDigit(r):
		return 1
	case unicode.IsLetter(r) || unicode.IsMark(r) || r == '\'' || r == '’':
		return 2
	}
	return 0
}

// title is the text without its room.
func title(text string, tokens []token) string {
	var out strings.Builder
	last := -1
	for i, t := range tokens {
		if t.room {
			continue
		}
		if last >= 0 {
			gap := text[tokens[last].to:t.from]
			if last != i-1 {
				gap = " "
				if strings.Contains(text[tokens[last].to:t.from], ",") {
					gap = ", "
				}
			}
			out.WriteString(gap)
		}
		out.WriteString(text[t.from:t.to])
		last = i
	}
	if last >= 0 && strings.HasPrefix(strings.TrimLeft(text[tokens[last].to:], " "), ")") {
		out.WriteByte(')')
	}
	return balanced(out.String())
}

// balanced leaves brackets out where one of a pair went with the room.
func balanced(s string) string {
	if strings.Count(s, "(") != strings.Count(s, ")") {
		s = strings.NewReplacer("(", " ", ")", " ").Replace(s)
	}
	return strings.Join(strings.Fields(strings.NewReplacer("[", " ", "]", " ", `"`, " ").Replace(s)), " ")
}
