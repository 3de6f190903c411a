package bot

import (
	"context"

	"sadasya/flows"
)

// performReview runs the effects of flows/review.go; ok is false for any other.
func (b *Bot) performReview(context.Context, flows.Actor, flows.Effect) (r flows.Result, ok bool, err error) {
	return nil, false, nil
}
