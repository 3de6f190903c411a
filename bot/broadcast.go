package bot

import (
	"context"

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

// performBroadcast runs the effects of flows/broadcast.go and sent.go; ok is false
// for any other.
func (b *Bot) performBroadcast(ctx context.Context, a flows.Actor, e flows.Effect) (r flows.Result, ok bool, err error) {
	switch e := e.(type) {
	case flows.CountAudience:
		var counted flows.AudienceCounted
		counted, err = b.world.Broadcast.CountAudience(ctx, a, e)
		counted.Fast = b.world.FastRate
		r = counted
	case flows.ComposeBroadcast:
		r, err = result(b.world.Broadcast.ComposeBroadcast(ctx, a, e))
	case flows.LoadBroadcasts:
		r, err = result(b.world.Broadcast.Broadcasts(ctx, a))
	case flows.LoadBroadcast:
		var loaded flows.BroadcastLoaded
		loaded, err = b.world.Broadcast.Broadcast(ctx, a, e.ID)
		loaded.Fast = b.world.FastRate
		r = loaded
	case flows.SteerBroadcast:
		r, err = result(b.world.Broadcast.SteerBroadcast(ctx, a, e))
	default:
		return nil, false, nil
	}
	return r, true, err
}
