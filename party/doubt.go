// Why an entry waits in review, and why one is refused: fixed words, as they are
// kept.

package party

import "slices"

// Doubt is a reason for which an entry waits in review.
type Doubt string

// The doubts.
const (
	CheckDigit Doubt = "check-digit" // the Voter ID's check digit fails
	OldForm    Doubt = "old-form"    // a Voter ID of the old form, which has none
	Taken      Doubt = "taken"       // another entry holds the Voter ID
	Crowd      Doubt = "family"      // more on one phone than a family
	Burst      Doubt = "burst"       // more newcomers by one code than the threshold
	Unclaimed  Doubt = "unclaimed"   // none of an enroller's last twenty was claimed
	OneMobile  Doubt = "mobile"      // one mobile on more than five
)

// Doubts lists them all, those about the number first.
func Doubts() []Doubt {
	return []Doubt{CheckDigit, OldForm, Taken, Crowd, Burst, Unclaimed, OneMobile}
}

// OfNumber tells the doubts that the printed roll settles: the number must be
// seen in full to compare it.
func (d Doubt) OfNumber() bool { return d == CheckDigit || d == OldForm || d == Taken }

// ParseDoubt reads a doubt. ok is false for any other word.
func ParseDoubt(s string) (d Doubt, ok bool) {
	d = Doubt(s)
	return d, slices.Contains(Doubts(), d)
}

// Refusal is why an entry was refused.
type Refusal string

// The refusals.
const (
	NotOnRoll   Refusal = "not-on-roll"  // name and number do not stand together on the roll
	OthersID    Refusal = "others-id"    // the number is another person's
	NotAsked    Refusal = "not-asked"    // the person was not asked
	Duplicate   Refusal = "duplicate"    // the person has another entry
	NotEligible Refusal = "not-eligible" // under 18, or may not join
	OtherReason Refusal = "other"
)

// Refusals lists them all.
func Refusals() []Refusal {
	return []Refusal{NotOnRoll, OthersID, NotAsked, Duplicate, NotEligible, OtherReason}
}

// ParseRefusal reads a refusal. ok is false for any other word.
func ParseRefusal(s string) (r Refusal, ok bool) {
	r = Refusal(s)
	return r, slices.Contains(Refusals(), r)
}
