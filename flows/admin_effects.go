package flows

import "sadasya/party"

// What admins look up and undo wants of the world. Powers are looked up by the
// store at every use: who is no admin gets the zero result, and the audit a row.

// Enter asks whether the person may use a command of admins. Its result is
// Entered.
type Enter struct{ Command string }

// Entered answers Enter.
type Entered struct{ May bool }

// NoteRefusal writes down that a command of an office came in a way in which
// none is taken, or where none is. Its result is Recorded.
type NoteRefusal struct {
	Command string
	Why     Flaw
}

// Why is the reason that an admin chooses for a look or a deed: a fixed word,
// which the audit keeps.
type Why string

// The reasons for a look at a member.
const (
	ForComplaint  Why = "complaint"
	ForCorrection Why = "correction"
	ForDouble     Why = "double" // recorded twice
	ForOrder      Why = "order"  // of a court or an authority
)

// The reasons for taking an office away.
const (
	ForMisuse   Why = "misuse"
	ForRequest  Why = "request" // of who holds it
	ForInactive Why = "inactive"
	ForWrong    Why = "wrong-person"
)

// Sought is what a member is looked for by: one of the three. A name is looked
// for within a constituency, or a booth of it.
type Sought struct {
	Number  party.Number  `json:"n,omitempty"`
	VoterID party.VoterID `json:"v,omitzero"`
	Name    party.Name    `json:"c,omitempty"`
	AC      int           `json:"a,omitempty"`
	Booth   party.Booth   `json:"b,omitzero"`
}

// FindMembers looks members up, and the audit tells that it was done and why.
// Its result is MembersFound.
type FindMembers struct {
	Sought
	Why  Why
	Page int // from 0
}

// FoundAtOnce is how many members or offices one screen holds.
const FoundAtOnce = 4

// MembersFound answers FindMembers, the likest first.
type MembersFound struct {
	List []FoundMember
	Page int
	More bool // another page follows
}

// FoundMember is a member as an admin may see one: neither the whole name nor
// the whole number.
type FoundMember struct {
	ID      int64
	Name    string // first name and initial; empty: erased
	Last    string // the last four digits of the membership number
	Station *party.Station
	Via     party.Via
	Status  party.Status
	On      party.Date
	Inviter party.Name // of the enroller who is credited; empty: none
	Code    party.Code
}

// LoadTrail asks what the audit tells of a person or a thing, the newest first.
// One of Number, Code and Object is set, or none: then of everything. Its result
// is Trail.
type LoadTrail struct {
	Number party.Number
	Code   party.Code
	Object string // as an Entry names it
	Page   int    // from 0
	From   int64  // the Trail's, so that pages do not move; 0: the newest there is now
}

// TrailAtOnce is how many entries one screen holds.
const TrailAtOnce = 4

// Trail answers LoadTrail.
type Trail struct {
	Known bool // there is such a person or thing
	List  []Entry
	Page  int
	From  int64 // which entry the first page begins with; each look adds one above it
	More  bool  // another page follows
}

// Entry is a row of the audit.
type Entry struct {
	At     Moment
	By     Hand
	Action Action
	Why    Why    // empty: none was written
	Object string // "office 12", as LoadTrail takes it
	Of     Thing
}

// Action is a fixed word of the audit.
type Action string

// Moment is a minute of a day in Asia/Kolkata.
type Moment struct {
	On           party.Date
	Hour, Minute int
}

// Hand is who did something: an office, or without one a citizen, or a channel of
// which nobody knows who wrote in it; the command line has none of these.
type Hand struct {
	Office  party.Office
	Code    party.Code
	Citizen bool
	Channel bool
}

// Thing is what something was done to: its kind, and what it is known by.
type Thing struct {
	Kind string // "member", "office" …, as the audit has it
	Code party.Code
	Last string // of a member: the last four digits of the number
	Is   string // of anything else: what stands behind its kind
}

// FindOffices looks for offices that can be taken away, by a code or by a name.
// Its result is OfficesFound.
type FindOffices struct {
	Code party.Code
	Name party.Name
	Page int // from 0
}

// OfficesFound answers FindOffices, the likest first.
type OfficesFound struct {
	List []FoundOffice
	Page int
	More bool // another page follows
}

// FoundOffice is an office with who holds it.
type FoundOffice struct {
	ID      int64          `json:"i"`
	Office  party.Office   `json:"o"`
	Area    party.Area     `json:"a,omitzero"`
	Station *party.Station `json:"s,omitempty"` // of an enroller
	Name    party.Name     `json:"n,omitempty"`
	Code    party.Code     `json:"c"`
}

// RevokeOffice takes an office away, or asks the other admins to agree where it
// is an admin's and there are two. Its result is OfficeRevoked.
type RevokeOffice struct {
	ID  int64
	Why Why
}

// OfficeRevoked answers RevokeOffice with what became of it.
type OfficeRevoked struct{ Outcome Outcome }

// Outcome is what became of something that an admin wanted.
type Outcome string

// The outcomes. Empty: it was not theirs to do, or done before.
const (
	Done      Outcome = "done"
	Asked     Outcome = "asked"   // another admin has to agree
	BySetting Outcome = "setting" // an admin by ADMIN_IDS
	TooEarly  Outcome = "early"   // an admin for less than a day
	NoThird   Outcome = "nothird" // there is no admin besides these two who could agree
	Own       Outcome = "own"     // nobody agrees to what they asked themselves
	Refused   Outcome = "refused" // the other admin did not agree
)

// DecideRequest agrees to what another admin asked, or does not. Its result is
// RequestDecided.
type DecideRequest struct {
	ID  int64
	Yes bool
}

// RequestDecided answers DecideRequest.
type RequestDecided struct {
	Outcome Outcome
	Give    bool // an admin was to be made; else revoked
	Name    party.Name
}

func (Enter) effect()         {}
func (NoteRefusal) effect()   {}
func (FindMembers) effect()   {}
func (LoadTrail) effect()     {}
func (FindOffices) effect()   {}
func (RevokeOffice) effect()  {}
func (DecideRequest) effect() {}

func (Entered) result()        {}
func (MembersFound) result()   {}
func (Trail) result()          {}
func (OfficesFound) result()   {}
func (OfficeRevoked) result()  {}
func (RequestDecided) result() {}
