package main

import (
	"context"
	"time"
)

// lookAtSteps is how often it is asked whether people's steps are to be counted
// anew; the store says when.
const lookAtSteps = 5 * time.Second

// countSteps keeps the figures of where people stand.
func (p *program) countSteps(ctx context.Context) {
	tick := time.NewTicker(lookAtSteps)
	defer tick.Stop()
	for {
		if err := p.stores.postgres.CountSteps(ctx); err != nil && ctx.Err() == nil {
			p.log.Warn("counting the steps", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
