// What an enroller writes for a person beside them: name, Voter ID and perhaps a
// mobile, in one message.

package party

import (
	"errors"
	"strings"
	"unicode"
)

// ErrMobile says that a text is no mobile number of India.
var ErrMobile = errors.New("a mobile number has 10 digits and begins with 6, 7, 8 or 9")

// Mobile is a mobile number of India: 10 digits, the first 6 to 9. Empty: none.
// Source: National Numbering Plan, Department of Telecommunications, 2003.
type Mobile string

// ParseMobile reads a mobile number as people type it, with blanks, +91 or a 0
// before it, digits of any script. The error is ErrMobile.
func ParseMobile(text string) (Mobile, error) {
	var digits []byte
	plus := strings.HasPrefix(strings.TrimSpace(text), "+")
	for _, r := range text {
		d, isDigit := digitOf(r)
		switch {
		case isDigit:
			digits = append(digits, '0'+d)
		case !isLoose(r) && !strings.ContainsRune("+()", r):
			return "", ErrMobile
		}
		if len(digits) > 13 {
			return "", ErrMobile
		}
	}
	body := string(digits)
	switch {
	case plus, len(body) == 12:
		body = strings.TrimPrefix(body, "91")
	case len(body) == 11:
		body = strings.TrimPrefix(body, "0")
	}
	if len(body) != 10 || body[0] < '6' {
		return "", ErrMobile
	}
	return Mobile(body), nil
}

// Display shows the number in two groups: "98290 12345".
func (m Mobile) Display() string {
	if len(m) != 10 {
		return string(m)
	}
	return string(m[:5] + " " + m[5:])
}

// String hides the number but for its last two digits, so that none is printed
// by chance.
func (m Mobile) String() string {
	if len(m) < 2 {
		return ""
	}
	return "••••• •••" + string(m[len(m)-2:])
}

// Dictated is what one message held; a part that was not there is empty.
type Dictated struct {
	Name   Name
	Number *Reading
	Mobile Mobile
}

// Bounds of a message: a name, a number and a mobile.
const (
	longestDictated = 400 // bytes
	mostDictated    = 24  // words
)

// ReadDictated reads name, Voter ID and mobile, each once, in any order, in one
// or several lines. Errors: those of ReadVoterID for what looks like a number,
// ErrVoterIDTwo for two people in one message, the ErrName… values. With an
// error what could be read beside it is given, but nothing with ErrVoterIDTwo,
// ErrVoterIDAadhaar and ErrVoterIDPAN.
func ReadDictated(text string) (d Dictated, err error) {
	if len(text) > longestDictated {
		return d, ErrNameLong
	}
	words := strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || isInvisible(r) && r != zwj && r != zwnj || strings.ContainsRune(",;|।", r)
	})
	if len(words) > mostDictated {
		return d, ErrNameLong
	}
	words = withoutLabels(words)
	d.Mobile, words = takeMobile(words)
	d.Number, words, err = takeNumber(words)
	if err != nil {
		if unfit(err) {
			return Dictated{}, err
		}
		d.Name, _, _ = ParseName(strings.Join(wordsAlone(words), " ")) // what is wrong is told already
		return d, err
	}
	if len(words) == 0 {
		return d, nil
	}
	d.Name, _, err = ParseName(strings.Join(words, " "))
	return d, err
}

// unfit tells that nothing of a message may be kept, or that nobody can tell
// whose it is.
func unfit(err error) bool {
	return errors.Is(err, ErrVoterIDAadhaar) || errors.Is(err, ErrVoterIDPAN) || errors.Is(err, ErrVoterIDTwo)
}

// wordsAlone leaves out what seems to belong to a number that cannot be read:
// words with digits, and before one the capitals of its letters.
func wordsAlone(words []string) []string {
	var kept []string
	for i, w := range words {
		before := i+1 < len(words) && digitsIn(words[i+1]) > 0 && len(w) <= 4 && strings.ToUpper(w) == w && w[0] < 0x80
		if digitsIn(w) == 0 && !before {
			kept = append(kept, w)
		}
	}
	return kept
}

// withoutLabels leaves out what people write before an answer.
func withoutLabels(words []string) []string {
	const labels = " name naam नाम no no. number नंबर नम्बर epic voter id वोटर आईडी mobile mob mob. ph phone मोबाइल मो मो. फ़ोन फोन "
	kept := words[:0:0]
	for _, w := range words {
		label, rest, cut := strings.Cut(w, ":")
		if strings.Contains(labels, " "+strings.ToLower(label)+" ") {
			if w = rest; !cut || w == "" {
				continue
			}
		}
		kept = append(kept, w)
	}
	return kept
}

// takeMobile takes the first mobile out of the words: one word, or the groups in
// which people write one, with +91 before it or not.
func takeMobile(words []string) (Mobile, []string) {
	for size := 1; size <= 3; size++ {
		for i := 0; i+size <= len(words); i++ {
			group := strings.Join(words[i:i+size], "")
			if n := digitsIn(group); n < 10 || n == 12 && !strings.HasPrefix(group, "+") { // 12 may be an Aadhaar
				continue
			}
			if size == 3 && !usualGroups(words[i:i+size]) {
				continue
			}
			if m, err := ParseMobile(group); err == nil {
				if i > 0 && (words[i-1] == "+91" || words[i-1] == "0") {
					i, size = i-1, size+1
				}
				return m, without(words, i, size)
			}
		}
	}
	return "", words
}

// usualGroups tells whether three words are the groups of a mobile, and not of a
// Voter ID of the old form.
func usualGroups(words []string) bool {
	a, b, c := digitsIn(words[0]), digitsIn(words[1]), digitsIn(words[2])
	return a <= 2 && b == 5 && c == 5 || a+b+c == 10 && min(a, b, c) >= 3
}

// takeNumber takes the one Voter ID out of the words: the shortest group with a
// digit in it that reads as one. It may stand there twice.
func takeNumber(words []string) (*Reading, []string, error) {
	wrong := error(nil)
	for size := 1; size <= 6; size++ {
		for i := 0; i+size <= len(words); i++ {
			group := words[i : i+size]
			if digitsIn(group[0]+group[size-1]) == 0 {
				continue
			}
			reading, err := ReadVoterID(strings.Join(group, " "))
			switch {
			case errors.Is(err, ErrVoterIDAadhaar):
				return nil, words, err
			case err != nil:
				wrong = graverOf(wrong, err)
				continue
			}
			rest := without(words, i, size)
			again, left, err := takeNumber(rest)
			switch {
			case errors.Is(err, ErrVoterIDAadhaar):
				return nil, words, err
			case again != nil && again.ID.Number != reading.ID.Number:
				return nil, words, ErrVoterIDTwo
			case again != nil:
				rest = left
			}
			return &reading, rest, nil
		}
	}
	return nil, words, wrong
}

func graverOf(a, b error) error {
	if a == nil {
		return b
	}
	return graver(a, b)
}

func without(words []string, i, size int) []string {
	return append(append([]string{}, words[:i]...), words[i+size:]...)
}

func digitsIn(s string) (n int) {
	for _, r := range s {
		if _, ok := digitOf(r); ok {
			n++
		}
	}
	return n
}
