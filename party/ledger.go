// The ledger of a broadcast: who of the frozen audience has got it.

package party

import "time"

// Fate is what became of a recipient.
type Fate string

// The fates; all but Pending are final.
const (
	Pending     Fate = "pending"
	Sent        Fate = "sent"
	Failed      Fate = "failed"
	Unreachable Fate = "unreachable" // blocked the bot
	OptedOut    Fate = "opted-out"   // after the audience was frozen
	Uncertain   Fate = "uncertain"   // twice sent, and twice no answer
	Cancelled   Fate = "cancelled"
)

// Fates lists them in the order of Parts.
func Fates() []Fate {
	return []Fate{Pending, Sent, Failed, Unreachable, OptedOut, Uncertain, Cancelled}
}

// Parts are how many recipients met each fate.
type Parts map[Fate]int

// Audience is the sum of all parts.
func (p Parts) Audience() (n int) {
	for _, part := range p {
		n += part
	}
	return n
}

// Missed is how many will not get it.
func (p Parts) Missed() int { return p.Audience() - p[Sent] - p[Pending] }

// BroadcastState is how a broadcast stands.
type BroadcastState string

// The states.
const (
	BroadcastDraft     BroadcastState = "draft"
	BroadcastWaiting   BroadcastState = "waiting" // for a second admin
	BroadcastScheduled BroadcastState = "scheduled"
	BroadcastFreezing  BroadcastState = "freezing" // its audience is being written down
	BroadcastRunning   BroadcastState = "running"
	BroadcastPaused    BroadcastState = "paused"
	BroadcastDone      BroadcastState = "done"
	BroadcastCancelled BroadcastState = "cancelled"
	BroadcastStopped   BroadcastState = "stopped" // by itself, for good
)

// Lease is a block of recipients in the hands of one worker. It counts while its
// epoch is the block's.
type Lease struct {
	Broadcast  int
	Block      int
	Epoch      int
	Paid       bool // beyond Telegram's free rate
	Recall     bool // what was sent is taken back
	Letter     Letter
	Group      Group
	Reminder   bool        // by the clock: its words are made when it is sent, by where the person stands
	Recipients []Recipient // that are still to be written to
}

// Recipient is one of a lease.
type Recipient struct {
	Person  int64 // Telegram id
	Tries   int   // that failed for a passing reason
	Doubted bool  // nobody knows what became of the try before
	Message int   // Recall: what is to be deleted
}

// Look is what is seen of a recipient right before the message goes.
type Look struct {
	Mine     bool          // the lease counts
	Running  bool          // and so does the broadcast
	Held     time.Duration // Telegram wants no broadcasts for so long
	Fate     Fate          // Pending: may be written to; else why not
	Reason   string
	Language Language
	Name     Name // where the letter has such places
	Booth    Booth
	Count    int
	Step     string // Reminder: where the person stands, "enroll/voterid"
}

// Entry is what is written into the ledger.
type Entry struct {
	Fate    Fate // Pending: a try failed, or is doubted
	Reason  string
	Message int // Sent: Telegram's id
	Tries   int
}

// DoubtReason marks a recipient whose try ended without an answer.
const DoubtReason = "unknown"

// RefusedReason is why a recipient failed whom Telegram refused the message for a
// reason that we have no word for.
const RefusedReason = "refused"

// Why broadcasts pause or stop by themselves.
const (
	WhyToken   = "token"   // all pause: Telegram does not know the bot's token
	WhyOffice  = "office"  // one stops: who composed it holds the office no more
	WhyRefused = "refused" // one pauses: Telegram refused it to many in a row
	WhyFreeze  = "freeze"  // one pauses: its audience cannot be written down
	WhyHours   = "hours"   // one of the clock stops: its evening is over
)
