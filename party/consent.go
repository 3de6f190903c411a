// Consent: what a person agreed to, item by item and version by version.

package party

// ConsentKind is what a consent is for. Each is asked, given and taken back by
// itself.
type ConsentKind string

// The consents.
const (
	Membership ConsentKind = "membership" // to record the membership and inform about it
	News       ConsentKind = "news"       // to be sent news of the drive
	Duties     ConsentKind = "duties"     // to be sent what office-holders must know; holds until it is taken back
	Reminders  ConsentKind = "reminders"  // to be reminded of an unfinished enrolment; the same
	About      ConsentKind = "about"      // to keep what a member said of themselves
)

// ConsentVersion names the wording of the notice that was shown, by month.
type ConsentVersion string

// CurrentConsent is the wording shown today. An older consent to membership
// stands; who comes anew agrees to this one.
const CurrentConsent ConsentVersion = "2026-11"
