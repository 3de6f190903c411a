package flows

import (
	"time"

	"sadasya/party"
)

// What sending to many wants of the world. Powers are looked up by the store at
// every use: who is no admin gets the zero result.

// CountAudience asks how many an audience has now. Its result is AudienceCounted.
type CountAudience struct{ Audience party.Audience }

// AudienceCounted answers CountAudience.
type AudienceCounted struct {
	Count  int
	Others bool // another admin must approve
	Fast   int  // messages a second for who pays; 0: nobody can
	Clock
}

// Clock is what a screen must know of the time at which it is shown, in Unix
// seconds.
type Clock struct {
	Now   int64
	Night int64 // when the quiet hours end that it is in; 0: in none
}

// ComposeBroadcast keeps a broadcast and lets it go, or wait for a second admin.
// The same nonce gives the same broadcast. Its result is BroadcastComposed.
type ComposeBroadcast struct {
	Nonce    Nonce
	Letter   party.Letter
	Audience party.Audience
	Paid     bool
	At       int64 // Unix seconds; 0: now
}

// BroadcastComposed answers ComposeBroadcast; without an id the person is no admin.
type BroadcastComposed struct {
	ID    int
	Waits bool // for a second admin
	Clock
}

// LoadBroadcasts asks for the newest broadcasts. Its result is Broadcasts.
type LoadBroadcasts struct{}

// Broadcasts answers LoadBroadcasts, the newest first, at most BroadcastsAtOnce.
type Broadcasts struct {
	Admin bool
	List  []Broadcast
}

// BroadcastsAtOnce is how many one screen holds.
const BroadcastsAtOnce = 6

// LoadBroadcast asks how a broadcast stands. Its result is BroadcastLoaded.
type LoadBroadcast struct{ ID int }

// BroadcastLoaded answers LoadBroadcast; without an id there is none, or the person
// is no admin.
type BroadcastLoaded struct{ Broadcast }

// Broadcast is one as an admin sees it.
type Broadcast struct {
	ID        int
	On        party.Date // composed
	State     party.BroadcastState
	Why       string // paused or stopped: a fixed word
	Letter    party.Letter
	Audience  party.Audience
	Mine      bool  // composed by who looks
	Alone     bool  // no admin but who composed it: while it waits, nobody can approve it
	Count     int   // of the audience as it is now, while the broadcast waits
	Paid      bool  // for Stars, beyond the free rate
	At        int64 // Unix seconds: when it goes, where that is to come; else 0
	Passed    int64 // the same, where that has passed; else 0
	Fast      int   // messages a second for who pays
	Parts     party.Parts
	Rate      int  // messages a second, since it began
	Recalls   bool // it can be taken back still
	Recalled  int  // messages that were
	Recalling bool // it was asked to be taken back
	// TakingBack tells that messages of it are still being deleted.
	TakingBack bool
	Clock
}

// Watched is a message in an admin's chat that shows a broadcast and is written
// anew as it goes on.
type Watched struct {
	Person    int64 // Telegram id
	Broadcast int
	Message   int           // Telegram's id
	Shown     []byte        // a hash of what it says
	Done      int           // how many were through when it was looked at last
	Ago       time.Duration // that this was; 0: never
	Language  party.Language
}

// SteerBroadcast does something with a broadcast. Its result is BroadcastSteered.
type SteerBroadcast struct {
	ID    int
	Deed  Deed
	Clock // of Approve: who composed it is told when it goes
}

// Deed is what can be done with a broadcast.
type Deed string

// The deeds.
const (
	Approve Deed = "approve"
	Decline Deed = "decline"
	Pause   Deed = "pause"
	Resume  Deed = "resume"
	Cancel  Deed = "cancel"
	Recall  Deed = "recall"
)

// BroadcastSteered answers SteerBroadcast; not done: it does not stand so, or the
// person may not, Early: not yet, for their yes counts after 24 hours.
type BroadcastSteered struct{ Done, Early bool }

func (CountAudience) effect()    {}
func (ComposeBroadcast) effect() {}
func (LoadBroadcasts) effect()   {}
func (LoadBroadcast) effect()    {}
func (SteerBroadcast) effect()   {}

func (AudienceCounted) result()   {}
func (BroadcastComposed) result() {}
func (Broadcasts) result()        {}
func (BroadcastLoaded) result()   {}
func (BroadcastSteered) result()  {}
