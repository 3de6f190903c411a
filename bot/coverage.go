package bot

import (
	"context"

	"sadasya/flows"
)

// performCoverage runs the effects of flows/coverage.go; ok is false for any other.
func (b *Bot) performCoverage(context.Context, flows.Actor, flows.Effect) (r flows.Result, ok bool, err error) {
	return nil, false, nil
}
