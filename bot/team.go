package bot

import (
	"context"

	"sadasya/flows"
)

// Teams is what those over an area see and do. Powers are looked up at every
// call: who has none gets an empty result.
type Teams interface {
	Team(ctx context.Context, a flows.Actor, e flows.LoadTeam) (flows.Team, error)
	Holder(ctx context.Context, a flows.Actor, office int64) (flows.Holder, error)
	OwnOffices(ctx context.Context, a flows.Actor) (flows.OwnOffices, error)
	ChangeOffice(ctx context.Context, a flows.Actor, e flows.ChangeOffice) (flows.OfficeChanged, error)
	SendLetter(ctx context.Context, a flows.Actor, e flows.SendLetter) (flows.LetterSent, error)
}

// performTeam runs the effects of flows/team_effects.go; ok is false for any
// other.
func (b *Bot) performTeam(ctx context.Context, a flows.Actor, e flows.Effect) (r flows.Result, ok bool, err error) {
	switch e := e.(type) {
	case flows.LoadTeam:
		team, err := b.world.Teams.Team(ctx, a, e)
		team.Target = b.world.Aim.Members
		return team, true, err
	case flows.LoadHolder:
		h, err := b.world.Teams.Holder(ctx, a, e.ID)
		h.Target = b.world.Aim.Members
		return h, true, err
	case flows.LoadOwn:
		r, err = b.world.Teams.OwnOffices(ctx, a)
	case flows.ChangeOffice:
		r, err = b.world.Teams.ChangeOffice(ctx, a, e)
	case flows.SendLetter:
		r, err = b.world.Teams.SendLetter(ctx, a, e)
	default:
		return nil, false, nil
	}
	return r, true, err
}
