package bot

import (
	"context"

	"sadasya/flows"
)

// Clock is what is said unasked: where it is switched off, and who wants it. Powers are looked
// up at every call: who is no admin gets the zero result, and the refusal is
// written down.
type Clock interface {
	LoadSwitches(ctx context.Context, a flows.Actor, e flows.LoadSwitches) (flows.Switches, error)
	TurnSwitch(ctx context.Context, a flows.Actor, e flows.TurnSwitch) (flows.Switches, error)
	// LoadTopics and SetTopic are of the person alone.
	LoadTopics(ctx context.Context, a flows.Actor) (flows.Topics, error)
	SetTopic(ctx context.Context, a flows.Actor, e flows.SetTopic) (flows.Topics, error)
}

// performClock runs the effects of flows/switches.go and topics.go; ok is false for any other.
func (b *Bot) performClock(ctx context.Context, a flows.Actor, e flows.Effect) (r flows.Result, ok bool, err error) {
	switch e := e.(type) {
	case flows.LoadSwitches:
		r, err = result(b.world.Clock.LoadSwitches(ctx, a, e))
	case flows.TurnSwitch:
		r, err = result(b.world.Clock.TurnSwitch(ctx, a, e))
	case flows.LoadTopics:
		r, err = result(b.world.Clock.LoadTopics(ctx, a))
	case flows.SetTopic:
		r, err = result(b.world.Clock.SetTopic(ctx, a, e))
	default:
		return nil, false, nil
	}
	return r, true, err
}
