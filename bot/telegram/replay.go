package telegram

import (
	"context"
	"errors"
	"fmt"
)

// What was set aside, when the operator takes it up again.

// Errors of Replay.
var (
	// ErrUnreadable says that no program of this kind can read the update.
	ErrUnreadable = errors.New("it cannot be read: drop it")
	// ErrOld says that the update is of no use any more.
	ErrOld = errors.New("it tells only what was then, of a group or of who blocked the bot: drop it")
)

// KindOf names what an update in its raw form is, one of UpdateKinds.
func KindOf(raw []byte) string {
	r, err := decode(raw, "")
	return kindOf(r, err)
}

// Replay handles an update that was set aside, as the webhook would: the session
// knows whether it was handled, and where the person has gone on since they are
// only shown where they stand. All messages go by calls. Errors: ErrUnreadable,
// ErrOld, and what the handler met; what panicked is one of them.
func (e *Edge) Replay(ctx context.Context, raw []byte) error {
	r, flaw := decode(raw, e.username())
	if flaw != nil {
		return fmt.Errorf("%w (%w)", ErrUnreadable, flaw)
	}
	if r.what != personal {
		return ErrOld
	}
	r.Late = true
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), updateTimeout)
	defer cancel()
	return e.guarded(within, r, nil)
}
