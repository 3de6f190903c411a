package flows

import "sadasya/party"

// What reviewing and calling back want of the world. Powers are looked up by the
// store at every use; whoever has none over an entry gets an empty result.

// LoadReview asks how much waits for the person. Its result is ReviewDesk.
type LoadReview struct{}

// ReviewDesk answers LoadReview; without Power the person reviews nothing.
type ReviewDesk struct {
	Power   bool
	Waiting int // entries in review
	Late    int // of them past the campaign's promise
	Doubts  []DoubtCount
	Own     int // others that the person enrolled, for somebody else to look at
	Calls   int // people to be called back today
}

// DoubtCount is how many wait for one reason. An entry may have several.
type DoubtCount struct {
	Doubt party.Doubt
	Count int
}

// LoadDoubtful asks for the oldest entry after another one. Its result is
// Doubtful.
type LoadDoubtful struct {
	Doubt party.Doubt // only with this reason; empty: any
	After int64       // the entry shown before, 0: from the oldest
}

// ShowVoterID asks for an entry with its number in full, which is audited each
// time. Its result is Doubtful.
type ShowVoterID struct{ ID int64 }

// Doubtful is one entry in review; without an ID there is none.
type Doubtful struct {
	ID       int64
	Name     party.Name
	Masked   string        // of the Voter ID
	VoterID  party.VoterID // in full, where that was asked for
	Station  *party.Station
	Via      party.Via
	Enroller party.Name // who is credited; empty: nobody
	Doubts   []party.Doubt
	Other    party.Date // when the entry was recorded that holds the number; zero: none does
	Days     int        // it has waited
	Late     bool       // longer than was promised
}

// Verdict is what a reviewer decides.
type Verdict string

// The verdicts.
const (
	Accept Verdict = "accept" // where no confirmed entry holds the number
	Stands Verdict = "stands" // and the one that holds the number waits in its place
	Refuse Verdict = "refuse"
)

// JudgeEntry decides an entry. Its result is Judged.
type JudgeEntry struct {
	ID      int64
	Verdict Verdict
	Why     party.Refusal // of Refuse
}

// MendEntry corrects what is set of an entry, and looks at it anew. Its result is
// Judged.
type MendEntry struct {
	ID      int64
	Name    party.Name
	VoterID party.VoterID
	Booth   party.Booth
	Version string // of the booth list
}

// Judgement is what became of a decision.
type Judgement string

// The outcomes.
const (
	EntryGone    Judgement = ""        // not the person's to decide, or decided before
	EntryStands  Judgement = "stands"  // confirmed
	EntryRefused Judgement = "refused" // refused
	EntryWaits   Judgement = "waits"   // corrected, and still doubtful
	EntryHeld    Judgement = "held"    // nothing done: a confirmed entry holds the number
	EntrySettled Judgement = "settled" // nothing done: a reviewer let that one stand, so an admin decides
	EntryOwn     Judgement = "own"     // nothing done: it is the person's own
)

// Judged answers JudgeEntry and MendEntry.
type Judged struct {
	Outcome Judgement
	Name    party.Name
	Other   party.Date // of EntryHeld: when the one was recorded that holds the number
}

// LoadCall asks for the next person to be called back. Its result is CallDue.
type LoadCall struct{ After int64 }

// ShowMobile asks for the number to dial, which is audited each time. Its result
// is CallDue.
type ShowMobile struct{ ID int64 }

// CallDue is a person to be called back; without an ID there is none.
type CallDue struct {
	ID       int64
	Name     party.Name
	Station  *party.Station
	Enroller party.Name     // who recorded them
	Language party.Language // theirs
	Again    bool           // nobody was found the first time
	Left     int            // to be called today, with this one
	Mobile   party.Mobile   // where it was asked for; empty: none was given
}

// Answer is what came of a call.
type Answer string

// The answers.
const (
	AnswerRight    Answer = "right"
	AnswerNotFound Answer = "not-found"
	AnswerRefused  Answer = "refused" // they had not agreed
)

// RecordCall writes what came of a call. Its result is CallRecorded.
type RecordCall struct {
	ID     int64
	Answer Answer
}

// CallRecorded answers RecordCall; without a name it was not the person's to
// make, or made before.
type CallRecorded struct {
	Name  party.Name
	Again bool // to be tried once more, another day
}

func (LoadReview) effect()   {}
func (LoadDoubtful) effect() {}
func (ShowVoterID) effect()  {}
func (JudgeEntry) effect()   {}
func (MendEntry) effect()    {}
func (LoadCall) effect()     {}
func (ShowMobile) effect()   {}
func (RecordCall) effect()   {}

func (ReviewDesk) result()   {}
func (Doubtful) result()     {}
func (Judged) result()       {}
func (CallDue) result()      {}
func (CallRecorded) result() {}
