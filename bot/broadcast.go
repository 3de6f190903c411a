package bot

import (
	"context"
	"time"

	"sadasya/flows"
)

// Broadcasts does what admins want of broadcasts. Powers are looked up at every
// call: who is no admin gets an empty result.
type Broadcasts interface {
	CountAudience(ctx context.Context, a flows.Actor, e flows.CountAudience) (flows.AudienceCounted, error)
	ComposeBroadcast(ctx context.Context, a flows.Actor, e flows.ComposeBroadcast) (flows.BroadcastComposed, error)
	Broadcasts(ctx context.Context, a flows.Actor) (flows.Broadcasts, error)
	Broadcast(ctx context.Context, a flows.Actor, id int) (flows.BroadcastLoaded, error)
	SteerBroadcast(ctx context.Context, a flows.Actor, e flows.SteerBroadcast) (flows.BroadcastSteered, error)
}

// ComposeDrafts keeps what admins compose, one draft a person, beside the session.
// Errors: party.ErrUnavailable.
type ComposeDrafts interface {
	LoadComposing(ctx context.Context, a flows.Actor) (flows.ComposingLoaded, error)
	KeepComposing(ctx context.Context, person int64, d flows.ComposeDraft) error
	DropComposing(ctx context.Context, person int64) error
}

// composes tells whether a turn makes something of a broadcast that is composed. It
// is written down before the session is, and so not by what is only recalled.
func (b *Bot) composes(before, after flows.Session) bool {
	c, err := b.engine.ComposeChanged(before, after)
	return err != nil || c.Keep != nil || c.Drop
}

// keepComposed writes down what a turn has made of a broadcast that is composed,
// before the session is written: where that fails the update comes again.
func (b *Bot) keepComposed(ctx context.Context, person int64, before, after flows.Session) error {
	c, err := b.engine.ComposeChanged(before, after)
	switch {
	case err != nil:
		return err
	case c.Keep != nil:
		return b.world.Composed.KeepComposing(ctx, person, *c.Keep)
	case c.Drop:
		return b.world.Composed.DropComposing(ctx, person)
	}
	return nil
}

// performBroadcast runs the effects of flows/broadcast.go and sent.go; ok is false
// for any other.
func (b *Bot) performBroadcast(ctx context.Context, a flows.Actor, e flows.Effect) (r flows.Result, ok bool, err error) {
	switch e := e.(type) {
	case flows.LoadComposing:
		r, err = result(b.world.Composed.LoadComposing(ctx, a))
	case flows.CountAudience:
		var counted flows.AudienceCounted
		counted, err = b.world.Broadcast.CountAudience(ctx, a, e)
		counted.Fast, counted.Clock = b.world.FastRate, b.world.clock()
		r = counted
	case flows.ComposeBroadcast:
		var made flows.BroadcastComposed
		made, err = b.world.Broadcast.ComposeBroadcast(ctx, a, e)
		made.Clock = b.world.clock()
		r = made
	case flows.LoadBroadcasts:
		r, err = result(b.world.Broadcast.Broadcasts(ctx, a))
	case flows.LoadBroadcast:
		var loaded flows.BroadcastLoaded
		loaded, err = b.world.Broadcast.Broadcast(ctx, a, e.ID)
		loaded.Fast, loaded.Clock = b.world.FastRate, b.world.clock()
		r = loaded
	case flows.LoadFailures:
		r, err = result(b.world.Sent.Failures(ctx, a, e))
	case flows.SteerBroadcast:
		e.Clock = b.world.clock()
		r, err = result(b.world.Broadcast.SteerBroadcast(ctx, a, e))
	default:
		return nil, false, nil
	}
	return r, true, err
}

// clock tells what time it is, and whether it is night for broadcasts.
func (w World) clock() flows.Clock { return clockAt(w.Now(), w.Night) }

func clockAt(now time.Time, night func(time.Time) time.Duration) flows.Clock {
	c := flows.Clock{Now: now.Unix()}
	if night == nil {
		return c
	}
	if left := night(now); left > 0 {
		c.Night = now.Add(left).Unix()
	}
	return c
}
