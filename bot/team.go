package bot

import (
	"context"

	"sadasya/flows"
)

// performTeam runs the effects of flows/team.go; ok is false for any other.
func (b *Bot) performTeam(context.Context, flows.Actor, flows.Effect) (r flows.Result, ok bool, err error) {
	return nil, false, nil
}
