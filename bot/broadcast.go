package bot

import (
	"context"

	"sadasya/flows"
)

// performBroadcast runs the effects of flows/broadcast.go; ok is false for any other.
func (b *Bot) performBroadcast(context.Context, flows.Actor, flows.Effect) (r flows.Result, ok bool, err error) {
	return nil, false, nil
}
