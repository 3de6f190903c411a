package bot

import (
	"context"

	"sadasya/flows"
)

// performClaim runs the effects of flows/claim.go; ok is false for any other.
func (b *Bot) performClaim(context.Context, flows.Actor, flows.Effect) (r flows.Result, ok bool, err error) {
	return nil, false, nil
}
