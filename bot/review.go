package bot

import (
	"context"

	"sadasya/flows"
)

// Reviewers decides what is doubtful, and calls back. Powers are looked up at
// every call: who has none over an entry gets an empty result.
type Reviewers interface {
	ReviewDesk(ctx context.Context, a flows.Actor) (flows.ReviewDesk, error)
	Doubtful(ctx context.Context, a flows.Actor, e flows.LoadDoubtful) (flows.Doubtful, error)
	Judges
	Callers
}

// Judges decide entries.
type Judges interface {
	ShowVoterID(ctx context.Context, a flows.Actor, id int64) (flows.Doubtful, error)
	JudgeEntry(ctx context.Context, a flows.Actor, e flows.JudgeEntry) (flows.Judged, error)
	MendEntry(ctx context.Context, a flows.Actor, e flows.MendEntry) (flows.Judged, error)
}

// Callers call people back.
type Callers interface {
	CallDue(ctx context.Context, a flows.Actor, after int64) (flows.CallDue, error)
	ShowMobile(ctx context.Context, a flows.Actor, id int64) (flows.CallDue, error)
	RecordCall(ctx context.Context, a flows.Actor, e flows.RecordCall) (flows.CallRecorded, error)
}

// performReview runs the effects of flows/review.go; ok is false for any other.
func (b *Bot) performReview(ctx context.Context, a flows.Actor, e flows.Effect) (r flows.Result, ok bool, err error) {
	ok = true
	switch e := e.(type) {
	case flows.LoadReview:
		r, err = b.world.Review.ReviewDesk(ctx, a)
	case flows.LoadDoubtful:
		r, err = b.world.Review.Doubtful(ctx, a, e)
	case flows.ShowVoterID:
		r, err = b.world.Review.ShowVoterID(ctx, a, e.ID)
	case flows.JudgeEntry:
		r, err = b.world.Review.JudgeEntry(ctx, a, e)
	case flows.MendEntry:
		r, err = b.world.Review.MendEntry(ctx, a, e)
	case flows.LoadCall:
		r, err = b.world.Review.CallDue(ctx, a, e.After)
	case flows.ShowMobile:
		r, err = b.world.Review.ShowMobile(ctx, a, e.ID)
	case flows.RecordCall:
		r, err = b.world.Review.RecordCall(ctx, a, e)
	default:
		ok = false
	}
	return r, ok, err
}
