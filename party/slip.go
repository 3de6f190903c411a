// The link on the slip of a member whom an enroller recorded.

package party

import (
	"encoding/base64"
	"strings"
)

// SlipToken is the payload of a slip's link: "s", the membership number, "_",
// and 128 bits that the store draws from the number by a key. Whoever holds it
// may claim, correct, stop or erase the record, so it goes to the member alone.
type SlipToken string

// NewSlipToken makes the token of a number.
func NewSlipToken(n Number, drawn [16]byte) SlipToken {
	return SlipToken("s" + string(n) + "_" + base64.RawURLEncoding.EncodeToString(drawn[:]))
}

// Number gives the membership number of a token, empty where it is none.
func (t SlipToken) Number() Number {
	rest, isSlip := strings.CutPrefix(string(t), "s")
	digits, drawn, cut := strings.Cut(rest, "_")
	n, err := ParseNumber(digits)
	if !isSlip || !cut || err != nil || string(n) != digits {
		return ""
	}
	if raw, err := base64.RawURLEncoding.Strict().DecodeString(drawn); err != nil || len(raw) != 16 {
		return ""
	}
	return n
}

func (t SlipToken) valid() bool { return t.Number() != "" }

// String hides the token: nobody prints it by chance. string(t) gives it.
func (t SlipToken) String() string {
	if t == "" {
		return ""
	}
	return "s…"
}
