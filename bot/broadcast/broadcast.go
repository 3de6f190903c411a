// Package broadcast sends what admins write to many: a plain loop in every
// replica over one ledger. Nobody of the audience is skipped; what a crash repeats
// is at most what was in flight, one message a worker. It may import bot, flows
// and party, and knows the world by the ports below.
//
// The order of one message is the whole of it: a promise of the one limiter, a
// look at the recipient and the broadcast, the message, its fate into the ledger.
// The ledger moves after the message and never before.
package broadcast

import (
	"context"
	"log/slog"
	"time"

	"sadasya/bot"
	"sadasya/party"
)

// Ledger is where recipients and their fates are written down. Errors:
// party.ErrUnavailable.
type Ledger interface {
	// Claim leases a block of a broadcast that runs or is taken back, silent: only
	// of the latter; ok is false for none.
	Claim(ctx context.Context, lasts time.Duration, silent bool) (l party.Lease, ok bool, err error)
	// Look tells whether a recipient may be written to at this moment.
	Look(ctx context.Context, l party.Lease, person int64) (party.Look, error)
	// Record writes what became of a recipient, where the lease still counts.
	Record(ctx context.Context, l party.Lease, person int64, e party.Entry) error
	// Release gives a block back before its lease ends.
	Release(ctx context.Context, l party.Lease) error
	Brake
}

// Brake acts on broadcasts as a whole, on every replica.
type Brake interface {
	// Hold keeps all of them from Telegram for so long.
	Hold(ctx context.Context, d time.Duration) error
	// Stop ends one for good; for party.WhyRefused it pauses, for party.WhyToken
	// all of them do.
	Stop(ctx context.Context, broadcast int, why string) error
	// Tend does what they need besides sending, and tells whether there is more
	// of it to do at once.
	Tend(ctx context.Context) (more bool, err error)
}

// Limiter is the one limit of all replicas. Errors: party.ErrUnavailable.
type Limiter interface {
	// Reserve asks for one message to a person at a rate, a second. ok: it may go
	// after wait; else the caller asks again after wait.
	Reserve(ctx context.Context, person int64, rate float64) (wait time.Duration, ok bool, err error)
}

// Sender sends a message, or deletes one.
type Sender interface {
	Send(ctx context.Context, chat int64, m bot.Message, paid bool) Outcome
	Unsend(ctx context.Context, chat int64, message int) Outcome
}

// Kind is how a call ended.
type Kind string

// The kinds.
const (
	Delivered    Kind = "delivered"
	Throttled    Kind = "throttled"    // again after Outcome.After
	Blocked      Kind = "blocked"      // by the person
	NoChat       Kind = "no chat"      // the account is gone
	Moved        Kind = "moved"        // to Outcome.To
	Refused      Kind = "refused"      // our own fault: Outcome.Word
	Unauthorized Kind = "unauthorized" // the token is not good
	Outage       Kind = "outage"       // certainly not delivered: again
	Unknown      Kind = "unknown"      // perhaps delivered
)

// Outcome is what became of a call.
type Outcome struct {
	Kind    Kind
	Message int // Delivered: its id
	After   time.Duration
	To      int64
	Word    string // Refused: a fixed word; may be empty
}

// Options tune a Pump.
type Options struct {
	Workers  int           // messages in flight at once
	Rate     float64       // messages a second, free of charge, by all replicas
	PaidRate float64       // the same of a broadcast that pays
	Lease    time.Duration // of a block
	Idle     time.Duration // between two looks for work; 0: 1 s
	Quiet    Hours         // in which nothing is sent, though messages are deleted
	Words    func(key string, l party.Language) string
	Reminder func(step string, l party.Language) bot.Message // to who stands there
	Now      func() time.Time
	Log      *slog.Logger
}

// stopping are the words of a refusal that the next recipient would get too.
var stopping = map[string]bool{"markup": true, "empty text": true, "too long": true, "button": true, "buttons": true, "file": true}

// mostTries is how often a message is tried that Telegram's own trouble kept back.
const mostTries = 5

// mostRefused is how many recipients of one broadcast may be refused in a row, for
// a reason we have no word for, before it is thought to be the message's fault.
const mostRefused = 20
