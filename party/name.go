// Names: what is printed on a person's Voter ID.

package party

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Errors of ParseName. None of them repeats what was written.
var (
	ErrNameEmpty  = errors.New("no name was written")
	ErrNameShort  = errors.New("a name has at least two letters")
	ErrNameLong   = errors.New("a name has at most 60 signs")
	ErrNameNumber = errors.New("a name has no digits")
	ErrNameLink   = errors.New("a link, a handle or a formula is no name")
	ErrNameSigns  = errors.New("a name has letters of Hindi or English, blanks, dots, hyphens and apostrophes")
)

// Limits of a name, in code points. Of 365,908 electors on a roll of 2017 none
// had more than 39; real names of two code points exist.
const (
	minName = 2
	maxName = 60
)

// Name is a person's name as they typed it, in NFC with blanks collapsed:
// 2..60 code points, Devanagari or Latin or both. One word is a name.
type Name string

// String gives the name as it was typed.
func (n Name) String() string { return string(n) }

// ParseName reads a name. ask is true where words around it were left out, such
// as "W/o Ram Lal" or "my name is": name is then the person's own part, and they
// are to be asked whether it is right. Errors: the ErrName… values.
func ParseName(text string) (name Name, ask bool, err error) {
	text = strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || isInvisible(r) })
	switch {
	case text == "":
		return "", false, ErrNameEmpty
	case !utf8.ValidString(text):
		return "", false, ErrNameSigns
	case len(text) > 20*maxName: // no name and no relation is near this
		return "", false, ErrNameLong
	case isLink(text):
		return "", false, ErrNameLink
	}
	tidy, ok := tidyName(text)
	if !ok {
		return "", false, ErrNameSigns
	}
	own, ask := ownPart(tidy)
	if err := checkName(own); err != nil {
		return "", false, err
	}
	return Name(own), ask, nil
}

// tidyName collapses blanks, drops invisible signs but for joiners that shape a
// conjunct, and composes. It refuses text of several lines.
func tidyName(text string) (string, bool) {
	var b strings.Builder
	b.Grow(len(text))
	var last rune
	for i, r := range text {
		switch {
		case r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
			return "", false
		case unicode.IsSpace(r):
			if last == ' ' {
				continue
			}
			r = ' '
		case r == zwj || r == zwnj:
			next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
			if last != virama || !isDevanagariLetter(next) {
				continue
			}
		case isInvisible(r):
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return norm.NFC.String(b.String()), true
}

// checkName tells what keeps a tidy text from being a name.
func checkName(name string) error {
	if name == "" {
		return ErrNameEmpty
	}
	for _, r := range name {
		if unicode.IsNumber(r) {
			return ErrNameNumber
		}
	}
	// Told before a count, since whoever sends signs is not helped by one.
	if !wellFormed(name) {
		return ErrNameSigns
	}
	letters, signs := 0, 0
	for _, r := range name {
		signs++
		if isLatinLetter(r) || isDevanagariLetter(r) || isDevanagariMark(r) && r != nukta && r != virama {
			letters++
		}
	}
	switch {
	case letters < minName:
		return ErrNameShort
	case signs > maxName:
		return ErrNameLong
	}
	return nil
}

// wellFormed tells whether every sign may stand in a name where it stands. A
// name begins with a letter; a vowel sign follows a letter of its script.
func wellFormed(name string) bool {
	const mostMarks, mostPoints = 4, 2 // in a row
	var last rune
	marks, points := 0, 0
	for _, r := range name {
		switch {
		case isLatinLetter(r) || isDevanagariLetter(r):
			marks, points = 0, 0
		case isDevanagariMark(r) || r == zwj || r == zwnj:
			if marks++; marks > mostMarks || !isDevanagariLetter(last) && !isDevanagariMark(last) && last != zwj && last != zwnj {
				return false
			}
		case r == ' ' && last != 0:
			marks, points = 0, 0
		case isNamePoint(r) && last != 0:
			if marks, points = 0, points+1; points > mostPoints {
				return false
			}
		default:
			return false
		}
		last = r
	}
	return true
}

// Signs with a part of their own in Devanagari.
const (
	zwnj   = 0x200C
	zwj    = 0x200D
	nukta  = 0x093C
	virama = 0x094D
)

func isLatinLetter(r rune) bool {
	switch {
	case r < 0x80:
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	case r >= 0xC0 && r <= 0x24F:
		return r != 0xD7 && r != 0xF7
	}
	return r >= 0x1E00 && r <= 0x1EFF
}

// isDevanagariLetter: independent vowels, consonants, Om, and the candra A of
// English loans. The letters with nukta of their own code point do not outlive
// NFC.
func isDevanagariLetter(r rune) bool {
	return r >= 0x0905 && r <= 0x0939 || r == 0x0950 || r == 0x0972
}

func isDevanagariMark(r rune) bool {
	return r >= 0x0900 && r <= 0x0903 || r == nukta || r >= 0x093E && r <= virama
}

// isNamePoint: the dot in both scripts, the hyphen, apostrophes.
func isNamePoint(r rune) bool {
	return r == '.' || r == '-' || r == '\'' || r == '’' || r == '॰'
}

// isLink tells whether a text is an address, a handle or a formula of a
// spreadsheet.
func isLink(text string) bool {
	if text[0] == '=' || strings.ContainsRune(text, '@') || strings.Contains(text, "://") {
		return true
	}
	if !strings.ContainsRune(text, '.') {
		return false
	}
	for word := range strings.FieldsSeq(strings.ToLower(text)) {
		host, _, _ := strings.Cut(word, "/")
		labels := strings.Split(host, ".")
		if labels[0] == "www" || host == "t.me" {
			return true
		}
		if n := len(labels); n > 1 && len(labels[n-2]) > 1 && isTopDomain(labels[n-1]) {
			return true
		}
	}
	return false
}

func isTopDomain(label string) bool {
	switch label {
	case "com", "in", "org", "net", "me", "info", "co", "io", "xyz", "app", "gov", "edu":
		return true
	}
	return false
}
