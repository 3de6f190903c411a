package flows

import "sadasya/party"

// What the link on a slip, and the cases that come of it, want of the world.

// SlipStanding is how a record that an enroller made for somebody stands to who
// opens its slip.
type SlipStanding string

// The standings. A stranger to a record that was stopped reads SlipOpen as
// before: who keeps a copy of the link shall not learn of a complaint.
const (
	SlipUnknown  SlipStanding = ""         // nobody made this link
	SlipOpen     SlipStanding = "open"     // theirs for the asking
	SlipOwn      SlipStanding = "own"      // claimed by this person
	SlipStopped  SlipStanding = "stopped"  // stopped by this person
	SlipDouble   SlipStanding = "double"   // the person is a member by themselves with this Voter ID
	SlipUsed     SlipStanding = "used"     // claimed by another, or ended
	SlipRecorder SlipStanding = "recorder" // the enroller's own account
)

// OpenSlip asks what a slip's link is to this person, and changes nothing. Its
// result is SlipOpened.
type OpenSlip struct{ Token party.SlipToken }

// SlipOpened answers OpenSlip. Never the Voter ID: the link may lie on a phone
// that many use.
type SlipOpened struct {
	Standing SlipStanding
	By       party.Name     // who recorded it
	Name     party.Name     // as recorded
	Station  *party.Station // nil while the booth is pending
	Number   party.Number   // of SlipOwn; of SlipDouble the person's own
	Stray    int            // the day, counted from 1970, on which a link was tried that nobody made; 0: none
}

// FindStopped asks for a record that was stopped at this person's word and is not
// erased. Its result is StoppedFound.
type FindStopped struct{}

// StoppedFound answers FindStopped with the slip of the oldest; empty: none is left.
type StoppedFound struct{ Token party.SlipToken }

// SlipUse is what an assisted person does by the slip.
type SlipUse string

// The uses.
const (
	SlipClaim   SlipUse = "claim"   // with my consent
	SlipStop    SlipUse = "stop"    // enrolled without asking
	SlipErase   SlipUse = "erase"   // erase everything
	SlipMerge   SlipUse = "merge"   // my own membership is enough
	SlipDispute SlipUse = "dispute" // somebody else used it
)

// UseSlip does one of them. Its result is SlipDone. A claim that is done is kept
// with the consent to it; one that is not leaves none.
type UseSlip struct {
	Token party.SlipToken
	Use   SlipUse
}

// SlipDone answers UseSlip. Where it was not done, Standing tells why.
type SlipDone struct {
	Done     bool
	Case     bool         // the record is another's: an admin will look
	Standing SlipStanding // after it
	Number   party.Number // as in SlipOpened
}

// LoadCases asks for the cases that this person may decide. Its result is Cases.
type LoadCases struct{ At int } // which of them, from 0

// Cases answers LoadCases; the zero Cases for who decides none.
type Cases struct {
	Case  *Case
	At    int
	Count int
	Power bool // the person decides cases
}

// Case is what an admin decides from: whose record it is stands nowhere.
type Case struct {
	ID         int64
	Kind       CaseKind
	Number     party.Number
	Station    *party.Station
	By         party.Name // who recorded it
	Recorded   int        // by that enroller, so far
	Complaints int        // about that enroller, so far
	On         party.Date // when it was brought
}

// CaseKind is what a case is about.
type CaseKind string

// The kinds.
const (
	CaseUnasked      CaseKind = "unasked"
	CaseClaimedTwice CaseKind = "claimed-twice"
)

// DecideCase lets the record stand or puts it out for good. Its result is
// CaseDecided.
type DecideCase struct {
	ID     int64
	Stands bool
}

// CaseDecided answers DecideCase; without a number it was not the person's to
// decide, or decided before.
type CaseDecided struct {
	Number party.Number
	Stands bool
}

func (OpenSlip) effect()    {}
func (FindStopped) effect() {}
func (UseSlip) effect()     {}
func (LoadCases) effect()   {}
func (DecideCase) effect()  {}

func (StoppedFound) result() {}
func (SlipOpened) result()   {}
func (SlipDone) result()     {}
func (Cases) result()        {}
func (CaseDecided) result()  {}

// strayed tells the day on which something was tried that nobody made.
type strayed interface{ strayDay() int }

func (a Arrived) strayDay() int    { return a.Stray }
func (o SlipOpened) strayDay() int { return o.Stray }
