package bot

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"sadasya/flows"
)

// Behind writes where people stand behind their backs: gathered, the newest of
// each person, in one batch every few seconds. What a crash loses is made up by
// the person's next step.
type Behind struct {
	people People
	every  time.Duration
	log    *slog.Logger

	mu    sync.Mutex
	steps map[int64]flows.Progress
}

// behindLimit bounds the memory while Postgres is away: beyond it, new people
// are not noted.
const behindLimit = 50_000

// NewBehind returns a writer; Run must be called for anything to be written.
func NewBehind(people People, every time.Duration, log *slog.Logger) *Behind {
	return &Behind{people: people, every: every, log: log, steps: map[int64]flows.Progress{}}
}

// Note keeps a person's newest step.
func (b *Behind) Note(p flows.Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, known := b.steps[p.Person]; known || len(b.steps) < behindLimit {
		b.steps[p.Person] = p
	}
}

// Run writes until ctx ends, and once more after it.
func (b *Behind) Run(ctx context.Context) {
	tick := time.NewTicker(b.every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			b.Flush(ctx)
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), b.every)
			defer cancel()
			b.Flush(last)
			return
		}
	}
}

// Flush writes what is gathered; what cannot be written is kept for next time.
func (b *Behind) Flush(ctx context.Context) {
	b.mu.Lock()
	batch := b.steps
	b.steps = make(map[int64]flows.Progress, len(batch))
	b.mu.Unlock()
	if len(batch) == 0 {
		return
	}
	if err := b.people.WriteSteps(ctx, slices.Collect(maps.Values(batch))); err != nil {
		b.log.Warn("steps not written, kept for the next batch", "count", len(batch), "error", err)
		b.mu.Lock()
		defer b.mu.Unlock()
		for person, p := range batch {
			if _, newer := b.steps[person]; !newer {
				b.steps[person] = p
			}
		}
	}
}
