package flows

import "sadasya/party"

// What the tools of a chief enroller want of the world. Powers are looked up by
// the store at every use: who has none gets an empty result.

// TeamView is which office-holders of an area are listed, and in what order.
type TeamView string

// The views.
const (
	Fullest   TeamView = "full"      // enrollers, by share of the target
	Emptiest  TeamView = "empty"     // the other way round
	Quiet     TeamView = "quiet"     // active ones to whose code nobody came for 3 days, the longest first
	Suspended TeamView = "suspended" // the newest first
	Chiefs    TeamView = "chiefs"    // for admins alone
)

// HoldersAtOnce is how many office-holders one screen lists, TeamPages how many
// screens there are at most.
const (
	HoldersAtOnce = 5
	TeamPages     = 200
)

// LoadTeam asks for the office-holders of an area, as far as it is the person's
// own. Its result is Team.
type LoadTeam struct {
	Area party.Area // zero: all of the person's
	View TeamView   // empty: Fullest
	Page int        // from 0
}

// Team answers LoadTeam; without a post the person has no team.
type Team struct {
	Post      party.Post // the highest of the person's
	Area      party.Area // that is shown
	View      TeamView
	Active    int // enrollers of the area
	Quiet     int // of them
	Suspended int
	Target    int // members that the campaign asks of each
	List      []Holder
	Page      int
	More      bool // another page follows
}

// Holder is who holds an office, as those over it see them. The zero Holder: it
// is not for the person to see, or nobody holds it any more.
type Holder struct {
	ID        int64
	Post      party.Post
	Name      party.Name
	Station   *party.Station // of an enroller
	Code      party.Code
	Since     party.Date
	Suspended bool
	Own       bool // the person's own
	Added     int  // members by the code
	Confirmed int  // of them
	Target    int
}

// LoadHolder asks for one office-holder, with exact counts. Its result is Holder.
type LoadHolder struct{ ID int64 } // of the office

// OfficeChange is what may become of an office.
type OfficeChange string

// The changes.
const (
	OfficeMove      OfficeChange = "move"
	OfficeSuspend   OfficeChange = "suspend"
	OfficeReinstate OfficeChange = "reinstate"
	OfficeResign    OfficeChange = "resign" // one's own
)

// ChangeReason is why an office is changed, chosen by a button.
type ChangeReason string

// The reasons.
const (
	WrongBooth ChangeReason = "wrong-booth"
	NotWorking ChangeReason = "not-working"
	Complaint  ChangeReason = "complaint"
	AskedForIt ChangeReason = "asked"
	ByMistake  ChangeReason = "mistake"
	OtherCause ChangeReason = "other"
)

// ReasonsFor lists the reasons of a change in the order in which they are
// offered; none for one that gives none.
func ReasonsFor(c OfficeChange) []ChangeReason {
	switch c {
	case OfficeMove:
		return []ChangeReason{WrongBooth, AskedForIt, OtherCause}
	case OfficeSuspend:
		return []ChangeReason{WrongBooth, NotWorking, Complaint, AskedForIt, OtherCause}
	case OfficeReinstate:
		return []ChangeReason{AskedForIt, ByMistake, OtherCause}
	}
	return nil
}

// ChangeOffice moves, suspends, reinstates or gives up an office. Its result is
// OfficeChanged.
type ChangeOffice struct {
	ID     int64
	Change OfficeChange
	Area   party.Area // to be moved to
	Reason ChangeReason
}

// OfficeChanged answers ChangeOffice. Neither Done nor There: it was not the
// person's to do, or the office stands otherwise.
type OfficeChanged struct {
	Name  party.Name
	Done  bool
	There bool // nothing was done: they hold an office at that place already
}

// LetterLimit is how many letters a letter may have.
const LetterLimit = 500

// SendLetter sends a person's own words to an office-holder. Its result is
// LetterSent.
type SendLetter struct {
	ID    int64 // of the office
	Words string
}

// LetterSent answers SendLetter. Neither Done nor a Wait: the office was not the
// person's to write to.
type LetterSent struct {
	Name party.Name
	Done bool
	Wait int // minutes until they may be written to again
}

// LoadOwn asks for the offices that the person can give up. Its result is
// OwnOffices.
type LoadOwn struct{}

// OwnOffices answers LoadOwn, the highest first.
type OwnOffices struct{ List []Holder }

func (LoadTeam) effect()     {}
func (LoadHolder) effect()   {}
func (ChangeOffice) effect() {}
func (SendLetter) effect()   {}
func (LoadOwn) effect()      {}

func (Team) result()          {}
func (Holder) result()        {}
func (OfficeChanged) result() {}
func (LetterSent) result()    {}
func (OwnOffices) result()    {}
