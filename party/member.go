// Membership: the number, the way it came about, how it stands.

package party

import (
	"errors"
	"strconv"
)

// ErrNumber says that a text is no membership number: not 11 digits, or the
// check digit does not hold.
var ErrNumber = errors.New("not a membership number")

// Number is a membership number: 11 digits, the first not 0, the last a check
// digit by Damm. It has neither the 10 digits of a mobile nor the 12 of an
// Aadhaar, so that it is never taken for one. Numbers are drawn at random:
// nobody can count the members by them. Empty: none.
type Number string

// numberDigits is the length of a Number with its check digit.
const numberDigits = 11

// NewNumber makes a number of n, which the caller draws uniformly at random or
// from a PRF; two of n that differ by a multiple of 9·10⁹ give the same number.
func NewNumber(n uint64) Number {
	body := strconv.FormatUint(n%9_000_000_000+1_000_000_000, 10)
	return Number(body + string(damm(body)))
}

// ParseNumber reads a number as people type it, with blanks, hyphens or digits
// of another script. The error is ErrNumber.
func ParseNumber(text string) (Number, error) {
	digits, ok := readDigits(text, numberDigits)
	if !ok {
		return "", ErrNumber
	}
	return Number(digits), nil
}

// Display shows the number in groups of 3, 4 and 4: "482 1773 6152".
func (n Number) Display() string {
	if len(n) != numberDigits {
		return string(n)
	}
	return string(n[:3] + " " + n[3:7] + " " + n[7:])
}

// Via is the way a member was enrolled.
type Via string

// The ways.
const (
	Self     Via = "self"     // in the member's own chat
	Family   Via = "family"   // in the chat of someone of the same phone
	Assisted Via = "assisted" // in an enroller's chat
)

// Status is how a membership stands.
type Status string

// The statuses.
const (
	Confirmed Status = "confirmed"
	Review    Status = "review" // waits for a chief enroller's look
	Frozen    Status = "frozen" // the person says they were added unasked
	Refused   Status = "refused"
	Withdrawn Status = "withdrawn"
)

// Live tells whether the person holds the membership: shown to them and, in
// their own chat, not to be had twice.
func (s Status) Live() bool {
	return s == Confirmed || s == Review || s == Frozen
}

// Reason is why a row went to review. The person never sees it.
type Reason string

// The reasons.
const (
	ReasonCheckDigit Reason = "check-digit" // the Voter ID's check digit does not hold
	ReasonOldForm    Reason = "old-form"    // a Voter ID of the old form has no check digit
	ReasonTaken      Reason = "taken"       // another confirmed row has this Voter ID
	ReasonFamily     Reason = "family"      // more than the campaign's number of one chat
	ReasonBurst      Reason = "burst"       // more newcomers by one code than the campaign's threshold
)

// Gender is what a member chose to say. Empty: not said.
type Gender string

// The genders.
const (
	Woman Gender = "woman"
	Man   Gender = "man"
	Other Gender = "other"
)

// Genders lists them in the order in which they are offered.
func Genders() []Gender { return []Gender{Woman, Man, Other} }

// SocialCategory is what a member chose to say. Empty: not said.
type SocialCategory string

// The social categories.
const (
	GEN      SocialCategory = "GEN"
	OBC      SocialCategory = "OBC"
	SC       SocialCategory = "SC"
	ST       SocialCategory = "ST"
	Minority SocialCategory = "minority"
)

// SocialCategories lists them in the order in which they are offered.
func SocialCategories() []SocialCategory {
	return []SocialCategory{GEN, OBC, SC, ST, Minority}
}
