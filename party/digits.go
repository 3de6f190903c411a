// Digits as people type them, and the two check digits of the drive.

package party

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// readDigits takes exactly want digits out of text, in any script, between
// blanks, hyphens, dots and invisible signs; the first must not be 0 and the
// last must be the Damm check digit of the others.
func readDigits(text string, want int) (string, bool) {
	digits := make([]byte, 0, 16)
	for i, seen := 0, 0; i < len(text); seen++ {
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		if d, ok := digitOf(r); ok {
			digits = append(digits, '0'+d)
		} else if !isLoose(r) {
			return "", false
		}
		if len(digits) > want || seen > 4*want {
			return "", false
		}
	}
	if len(digits) != want || digits[0] == '0' {
		return "", false
	}
	body := string(digits[:want-1])
	if damm(body) != digits[want-1] {
		return "", false
	}
	return string(digits), true
}

// LatinDigits writes the digits of any script as 0 to 9, and leaves the rest.
func LatinDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if d, ok := digitOf(r); ok {
			return rune('0' + d)
		}
		return r
	}, text)
}

// digitOf gives the value of a decimal digit of any script.
func digitOf(r rune) (byte, bool) {
	switch {
	case r >= '0' && r <= '9':
		return byte(r - '0'), true
	case r >= '०' && r <= '९':
		return byte(r - '०'), true
	case r < 0x0660 || r >= 0x0900 && r < 0x0980 || !unicode.Is(unicode.Nd, r):
		return 0, false
	}
	// The digits of a script stand in rows of ten, each beginning at its zero.
	start := r
	for unicode.Is(unicode.Nd, start-1) {
		start--
	}
	return byte((r - start) % 10), true
}

// isLoose tells whether a sign may stand between the digits of a number
// without meaning anything.
func isLoose(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || r == '.' || isInvisible(r)
}

// isInvisible tells whether a sign has no shape of its own: joiners, marks of
// direction, the byte order mark.
func isInvisible(r rune) bool {
	return (r >= 0x200B && r <= 0x200F) || r == 0x2060 || r == 0xFEFF || r == 0x00AD
}

// damm gives the check digit of a string of ASCII digits. It catches every
// single wrong digit and every swap of neighbours. Source: H. M. Damm, "Total
// anti-symmetrische Quasigruppen", dissertation, Marburg 2004; the table of
// order 10 is the one given there.
func damm(digits string) byte {
	const table = "0317598642" +
		"7092154863" +
		"4206871359" +
		"1750983426" +
		"6123045978" +
		"3674209581" +
		"5869720134" +
		"8945362017" +
		"9438617205" +
		"2581436790"
	row := byte(0)
	for i := range len(digits) {
		row = table[int(row)*10+int(digits[i]-'0')] - '0'
	}
	return '0' + row
}

// luhn tells whether the last of the ASCII digits is the check digit of the
// others by the rule of Luhn (ISO/IEC 7812-1, annex B). It catches every single
// wrong digit and every swap of neighbours but 09 and 90.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
