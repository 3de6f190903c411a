// Referral codes: which enroller brought a citizen.

package party

import (
	"errors"
	"strconv"
)

// ErrCode says that a text is no referral code: not 9 digits, or the check
// digit does not hold.
var ErrCode = errors.New("not a referral code")

// Code is a referral code: 9 digits, the first not 0, the last a check digit
// by Damm, which catches every single wrong digit and every swap of neighbours.
// It can be dictated over a phone. Empty: none.
type Code string

// codeDigits is the length of a Code with its check digit.
const codeDigits = 9

// NewCode makes a code of n, which the caller draws; two of n that differ by a
// multiple of 9·10⁷ give the same code.
func NewCode(n uint64) Code {
	body := strconv.FormatUint(n%90_000_000+10_000_000, 10)
	return Code(body + string(damm(body)))
}

// ParseCode reads a code as people type it, with blanks, hyphens or digits of
// another script. The error is ErrCode.
func ParseCode(text string) (Code, error) {
	digits, ok := readDigits(text, codeDigits)
	if !ok {
		return "", ErrCode
	}
	return Code(digits), nil
}

// CodeLike tells whether a text has as many digits as a code and nothing else,
// whatever its check digit.
func CodeLike(text string) bool {
	n := 0
	for _, r := range text {
		if _, ok := digitOf(r); ok {
			n++
		} else if !isLoose(r) {
			return false
		}
	}
	return n == codeDigits
}

// Display shows the code in groups of three: "482 177 361".
func (c Code) Display() string {
	if len(c) != codeDigits {
		return string(c)
	}
	return string(c[:3] + " " + c[3:6] + " " + c[6:])
}
