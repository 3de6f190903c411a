package bot

import (
	"context"

	"sadasya/flows"
	"sadasya/party"
)

// Claims is what assisted people do by the link on the slip, and the cases that
// come of it. A token that the store did not make gives nothing; powers are
// looked up at every call.
type Claims interface {
	OpenSlip(ctx context.Context, a flows.Actor, token party.SlipToken) (flows.SlipOpened, error)
	UseSlip(ctx context.Context, a flows.Actor, e flows.UseSlip) (flows.SlipDone, error)
	Stopped(ctx context.Context, a flows.Actor) (flows.StoppedFound, error)
	Cases(ctx context.Context, a flows.Actor, at int) (flows.Cases, error)
	DecideCase(ctx context.Context, a flows.Actor, e flows.DecideCase) (flows.CaseDecided, error)
}

// performClaim runs the effects of flows/claim.go; ok is false for any other.
func (b *Bot) performClaim(ctx context.Context, a flows.Actor, e flows.Effect) (r flows.Result, ok bool, err error) {
	switch e := e.(type) {
	case flows.FindStopped:
		r, err = result(b.world.Claim.Stopped(ctx, a))
	case flows.UseSlip:
		r, err = result(b.world.Claim.UseSlip(ctx, a, e))
	case flows.LoadCases:
		r, err = result(b.world.Claim.Cases(ctx, a, e.At))
	case flows.DecideCase:
		r, err = result(b.world.Claim.DecideCase(ctx, a, e))
	default:
		return nil, false, nil
	}
	return r, true, err
}

// openSlip looks a slip up. Whoever tried many today that nobody made is told
// that there is none.
func (b *Bot) openSlip(ctx context.Context, a flows.Actor, s flows.Session, e flows.OpenSlip) (flows.Result, error) {
	today, tired := b.strayed(s)
	if tired {
		return flows.SlipOpened{}, nil
	}
	opened, err := b.world.Claim.OpenSlip(ctx, a, e.Token)
	if err == nil && opened.Standing == flows.SlipUnknown {
		opened.Stray = today
	}
	return opened, err
}
