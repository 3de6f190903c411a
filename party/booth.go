// Booths: where a person votes, by the numbers of constituency and part.

package party

import (
	"errors"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Errors of ParseBooth.
var (
	ErrBoothForm  = errors.New("a booth is written as constituency/part, such as 54/123")
	ErrBoothRange = errors.New("the constituency is 1 to 200 and the part 1 to 9999")
)

// Limits of a booth's numbers.
const (
	MaxAC   = 200  // constituencies of Rajasthan
	MaxPart = 9999 // parts of one constituency, with room to grow
)

// Booth is a polling station by its numbers. The zero Booth is pending.
type Booth struct {
	AC     int    // constituency, 1..MaxAC
	Part   int    // part of its roll, 1..MaxPart
	Letter string // "", or one of A-Z for an auxiliary station
}

// ParseBooth reads "54/123" as people type it: digits of any script, a slash,
// hyphen, colon or blank between, a letter of either script after the part.
// The error is ErrBoothForm or ErrBoothRange.
func ParseBooth(text string) (Booth, error) {
	if len(text) > 200 {
		return Booth{}, ErrBoothForm
	}
	rest := strings.TrimSpace(strings.Map(dropInvisible, norm.NFKC.String(text)))
	ac, rest := leadingNumber(rest)
	between := strings.TrimLeftFunc(rest, isBoothSeparator)
	if ac < 0 || len(between) == len(rest) {
		return Booth{}, ErrBoothForm
	}
	part, rest := leadingNumber(between)
	letter, ok := boothLetter(strings.TrimFunc(rest, isBoothSeparator))
	if part < 0 || !ok {
		return Booth{}, ErrBoothForm
	}
	if ac < 1 || ac > MaxAC || part < 1 || part > MaxPart {
		return Booth{}, ErrBoothRange
	}
	return Booth{AC: ac, Part: part, Letter: letter}, nil
}

// leadingNumber takes a number off the front of text; -1 where there is none.
// Numbers that no booth has come back as some such number.
func leadingNumber(text string) (n int, rest string) {
	n = -1
	for i, r := range text {
		d, ok := digitOf(r)
		if !ok {
			return n, text[i:]
		}
		n = min(max(n, 0)*10+int(d), 1_000_000)
	}
	return n, ""
}

func isBoothSeparator(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || strings.ContainsRune(`/\:,.`, r)
}

func dropInvisible(r rune) rune {
	if isInvisible(r) {
		return -1
	}
	return r
}

// boothLetter reads the letter of an auxiliary station. Rolls in Hindi letter
// them अ ब स द or क ख ग घ; people also spell the English letter's name.
func boothLetter(text string) (string, bool) {
	switch text {
	case "":
		return "", true
	case "अ", "क", "ए":
		return "A", true
	case "ब", "ख", "बी":
		return "B", true
	case "स", "ग", "सी":
		return "C", true
	case "द", "घ", "डी":
		return "D", true
	case "ङ", "ई":
		return "E", true
	}
	upper := strings.ToUpper(text)
	if len(upper) == 1 && upper[0] >= 'A' && upper[0] <= 'Z' {
		return upper, true
	}
	return "", false
}

// IsZero tells whether the booth is pending.
func (b Booth) IsZero() bool { return b == Booth{} }

// String gives "54/38A", and "" for the zero Booth.
func (b Booth) String() string {
	if b.IsZero() {
		return ""
	}
	return strconv.Itoa(b.AC) + "/" + b.PartString()
}

// PartString gives the part as it stands on the door: "38A".
func (b Booth) PartString() string { return strconv.Itoa(b.Part) + b.Letter }

// MarshalText writes what String gives.
func (b Booth) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads what MarshalText wrote. Errors as ParseBooth.
func (b *Booth) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*b = Booth{}
		return nil
	}
	parsed, err := ParseBooth(string(text))
	if err != nil {
		return err
	}
	*b = parsed
	return nil
}
