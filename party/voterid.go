// Voter IDs: the number on the photo identity card (EPIC).

package party

import (
	"errors"
	"fmt"
	"strings"
)

// Errors of ReadVoterID, beside *VoterIDLengthError and *VoterIDShapeError.
// None of them tells anything of the number itself.
var (
	ErrVoterIDEmpty   = errors.New("no Voter ID number was written")
	ErrVoterIDAadhaar = errors.New("12 digits: an Aadhaar, or a mobile with 91, is not taken")
	ErrVoterIDMobile  = errors.New("a mobile number, not a Voter ID")
	ErrVoterIDPAN     = errors.New("a PAN, not a Voter ID")
	ErrVoterIDExample = errors.New("our own example")
	ErrVoterIDTwo     = errors.New("two numbers in one message")
	ErrNotVoterID     = errors.New("not a Voter ID number")
)

// VoterIDLengthError says that a text looks like a Voter ID with signs too few
// or too many.
type VoterIDLengthError struct{ Found int } // signs found, 6..13, never 10

func (e *VoterIDLengthError) Error() string {
	return fmt.Sprintf("%d signs found, 10 needed", e.Found)
}

// VoterIDShapeError says that a text has a Voter ID's length, but at one place
// a letter where a digit belongs or the other way round, and no safe repair.
type VoterIDShapeError struct{ Pos int } // 0-based, counted without blanks and signs between

func (e *VoterIDShapeError) Error() string {
	return fmt.Sprintf("sign %d does not belong there", e.Pos+1)
}

// VoterIDForm is the form of a Voter ID.
type VoterIDForm string

// The forms.
const (
	Modern VoterIDForm = "modern" // 3 letters, 6 digits and a check digit
	Old    VoterIDForm = "old"    // state, old parliamentary and assembly constituency, serial; no check digit
)

// VoterID is a Voter ID in its canonical form. Its letters need not match a
// constituency: a number stays valid when the voter moves.
type VoterID struct {
	Number string      `json:"n,omitempty"` // ABC1034560 or RJ/20/152/123456
	Form   VoterIDForm `json:"f,omitempty"`
	Check  bool        `json:"c,omitempty"` // the check digit holds; never for Old
}

// IsZero tells whether there is no number.
func (v VoterID) IsZero() bool { return v == VoterID{} }

// Display shows the number in groups: "ABC 103 4560"; the old form as it is.
func (v VoterID) Display() string {
	if v.Form != Modern || len(v.Number) != modernLength {
		return v.Number
	}
	return v.Number[:3] + " " + v.Number[3:6] + " " + v.Number[6:]
}

// Masked shows the letters and the last two digits: "ABC ••• ••60",
// "RJ/••/•••/••••56".
func (v VoterID) Masked() string {
	shown := v.Display()
	if len(shown) < 4 {
		return ""
	}
	hide := func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '•'
		}
		return r
	}
	return strings.Map(hide, shown[:len(shown)-2]) + shown[len(shown)-2:]
}

// String gives what Masked gives, so that no number is printed by chance.
func (v VoterID) String() string { return v.Masked() }

// Reading is a Voter ID as it was understood.
type Reading struct {
	ID      VoterID  `json:"id"`
	Repairs []Repair `json:"r,omitempty"`
	Spoken  bool     `json:"s,omitempty"` // words were read as letters or digits: to be shown for a yes
}

// Repair is one sign that was taken for another.
type Repair struct {
	Pos  int  `json:"p"` // 0..9 in VoterID.Number
	From rune `json:"f"` // upper case
	To   rune `json:"t"`
}

// LetterRepaired tells whether one of the three letters was repaired. No check
// digit covers them, so the number must be shown for a yes.
func (r Reading) LetterRepaired() bool {
	for _, repair := range r.Repairs {
		if repair.Pos < 3 {
			return true
		}
	}
	return false
}
