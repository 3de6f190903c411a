package bot

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"sadasya/flows"
)

// What is said in groups and channels. Nothing there is taken; a command of an
// office is written down as refused, like one in a chat of one's own.

// How many refusals are written down in an hour, of one chat and of all: whoever
// can write in a group cannot fill the audit.
const (
	refusedAChat = 20
	refusedInAll = 1000
)

// Stray asks a group to write in private, once an hour.
func (b *Bot) Stray(ctx context.Context, s Stray) (Reply, error) {
	if err := b.noteStray(ctx, s); err != nil {
		return Reply{}, err
	}
	if s.Person == 0 {
		return Reply{}, nil
	}
	n, err := b.world.Counters.Count(ctx, fmt.Sprintf("group:%d", s.Chat), time.Hour)
	if err != nil || n > 1 {
		return Reply{}, err
	}
	return b.say(flows.T("problem.group", "link", flows.Link("")), tongueOf(s.Tongue)), nil
}

// noteStray writes an office's command down, while the hour has room for it.
func (b *Bot) noteStray(ctx context.Context, s Stray) error {
	name, ok := flows.OfOffice(s.Command)
	if !ok {
		return nil
	}
	for _, limit := range []struct {
		counter string
		most    int
	}{{fmt.Sprintf("strays:%d", s.Chat), refusedAChat}, {"strays", refusedInAll}} {
		if n, err := b.world.Counters.Count(ctx, limit.counter, time.Hour); err != nil || n > limit.most {
			return err
		}
	}
	why := flows.InGroup
	if s.Person == 0 {
		why = flows.InChannel
	}
	return b.world.Looks.NoteRefusal(ctx, flows.Actor{Person: cmp.Or(s.Person, s.Chat), Update: s.Update}, flows.NoteRefusal{Command: name, Why: why})
}
