package bot

import (
	"context"

	"sadasya/flows"
)

// Assistants keeps what an enroller has taken down of people beside them. The
// power is looked up at every call that begins or keeps something.
type Assistants interface {
	Assist(ctx context.Context, a flows.Actor) (flows.Assist, error)
	KeepDraft(ctx context.Context, a flows.Actor, e flows.KeepDraft) (flows.DraftKept, error)
	Drafts(ctx context.Context, a flows.Actor, page int) (flows.Drafts, error)
	Draft(ctx context.Context, a flows.Actor, id int64) (flows.DraftLoaded, error)
	DropDraft(ctx context.Context, a flows.Actor, id int64) error
}

// performAssist runs the effects of flows/assist.go; ok is false for any other.
func (b *Bot) performAssist(ctx context.Context, a flows.Actor, e flows.Effect) (r flows.Result, ok bool, err error) {
	switch e := e.(type) {
	case flows.LoadAssist:
		r, err = result(b.world.Assist.Assist(ctx, a))
	case flows.KeepDraft:
		r, err = result(b.world.Assist.KeepDraft(ctx, a, e))
	case flows.LoadDrafts:
		r, err = result(b.world.Assist.Drafts(ctx, a, e.Page))
	case flows.LoadDraft:
		r, err = result(b.world.Assist.Draft(ctx, a, e.ID))
	case flows.DropDraft:
		r, err = flows.Recorded{}, b.world.Assist.DropDraft(ctx, a, e.ID)
	default:
		return nil, false, nil
	}
	return r, true, err
}
