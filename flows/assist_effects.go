package flows

import "sadasya/party"

// What assisted enrolment wants of the world. The power is looked up by the
// store at every use: who is no active enroller gets an empty result.

// AssistDraft is one person whom an enroller has taken down and who has yet to
// say yes. It is kept, sealed, for DraftHours.
type AssistDraft struct {
	ID      int64          `json:"i,omitempty"`
	Nonce   Nonce          `json:"u,omitzero"` // of the membership that comes of it
	Name    party.Name     `json:"n,omitempty"`
	VoterID party.VoterID  `json:"e,omitzero"`
	Repairs []party.Repair `json:"r,omitempty"`
	Read    *party.Reading `json:"o,omitempty"` // a number to be confirmed
	Mobile  party.Mobile   `json:"m,omitempty"`
	Station *party.Station `json:"b,omitempty"` // nil: pending
	Words   string         `json:"w,omitempty"` // as they were typed, where neither name nor number was found
	Refused int            `json:"x,omitempty"` // numbers refused since the last pause
	Cool    int64          `json:"c,omitempty"` // Unix seconds until which no number is taken
}

// Ready tells whether the person may say yes to it.
func (d AssistDraft) Ready() bool { return d.Name != "" && d.VoterID.Number != "" && d.Read == nil }

// Plain tells whether a line of a list says all that a yes would confirm: a
// repaired number is looked at on the card.
func (d AssistDraft) Plain() bool { return d.Ready() && len(d.Repairs) == 0 }

// Limits of drafts.
const (
	DraftHours   = 72  // after which one is gone
	DraftWarning = 12  // hours before that the enroller is told
	DraftsLimit  = 200 // of one enroller
	DraftsAtOnce = 5   // on one screen
)

// LoadAssist asks whether this person may enrol others, and who waits. Its
// result is Assist.
type LoadAssist struct{}

// Assist answers LoadAssist; without a code the person is no active enroller.
type Assist struct {
	Code    party.Code
	Name    party.Name
	Station *party.Station
	Waiting int          // drafts
	Office  party.Office // without a code: the highest of the person's
}

// KeepDraft keeps what was taken down: a new draft, once an update, or with an
// ID another state of one. Its result is DraftKept.
type KeepDraft struct{ Draft AssistDraft }

// DraftKept answers KeepDraft. Without an ID nothing was kept: the person is no
// active enroller, or has DraftsLimit drafts, or the draft is a member already.
type DraftKept struct {
	Enroller bool
	ID       int64
	Nonce    Nonce
	Waiting  int // the others
}

// LoadDrafts asks for one page of who waits, the oldest first. Its result is
// Drafts.
type LoadDrafts struct{ Page int } // from 0

// Drafts answers LoadDrafts.
type Drafts struct {
	List    []AssistDraft
	Waiting int // in all
	Page    int
	More    bool // another page follows
}

// LoadDraft asks for a draft of the person's own. Its result is DraftLoaded.
type LoadDraft struct{ ID int64 }

// DraftLoaded answers LoadDraft; the zero Draft: it is no more.
type DraftLoaded struct {
	Draft   AssistDraft
	Waiting int // the others
}

// DropDraft throws a draft of the person's own away. Its result is Recorded.
type DropDraft struct{ ID int64 }

func (LoadAssist) effect() {}
func (KeepDraft) effect()  {}
func (LoadDrafts) effect() {}
func (LoadDraft) effect()  {}
func (DropDraft) effect()  {}

func (Assist) result()      {}
func (DraftKept) result()   {}
func (Drafts) result()      {}
func (DraftLoaded) result() {}
