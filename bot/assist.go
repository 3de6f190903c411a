package bot

import (
	"context"

	"sadasya/flows"
)

// performAssist runs the effects of flows/assist.go; ok is false for any other.
func (b *Bot) performAssist(context.Context, flows.Actor, flows.Effect) (r flows.Result, ok bool, err error) {
	return nil, false, nil
}
