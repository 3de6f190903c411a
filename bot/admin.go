package bot

import (
	"context"

	"sadasya/flows"
)

// performAdmin runs the effects of flows/admin.go; ok is false for any other.
func (b *Bot) performAdmin(context.Context, flows.Actor, flows.Effect) (r flows.Result, ok bool, err error) {
	return nil, false, nil
}
