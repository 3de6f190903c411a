package bot

import (
	"context"

	"sadasya/flows"
	"sadasya/party"
)

// AdminLooks is what admins look up. Powers are looked up at every call: who is
// no admin gets the zero result, and the refusal is written down.
type AdminLooks interface {
	Enter(ctx context.Context, a flows.Actor, e flows.Enter) (flows.Entered, error)
	NoteRefusal(ctx context.Context, a flows.Actor, e flows.NoteRefusal) error
	FindMembers(ctx context.Context, a flows.Actor, e flows.FindMembers) (flows.MembersFound, error)
	LoadTrail(ctx context.Context, a flows.Actor, e flows.LoadTrail) (flows.Trail, error)
	// Stats counts; the campaign's targets are not among it.
	Stats(ctx context.Context, a flows.Actor) (flows.Stats, error)
}

// AdminDeeds is what admins undo, and agree to.
type AdminDeeds interface {
	FindOffices(ctx context.Context, a flows.Actor, e flows.FindOffices) (flows.OfficesFound, error)
	RevokeOffice(ctx context.Context, a flows.Actor, e flows.RevokeOffice) (flows.OfficeRevoked, error)
	DecideRequest(ctx context.Context, a flows.Actor, e flows.DecideRequest) (flows.RequestDecided, error)
}

// performAdmin runs the effects of flows/admin_effects.go; ok is false for any
// other.
func (b *Bot) performAdmin(ctx context.Context, a flows.Actor, e flows.Effect) (r flows.Result, ok bool, err error) {
	switch e := e.(type) {
	case flows.Enter:
		r, err = result(b.world.Looks.Enter(ctx, a, e))
	case flows.NoteRefusal:
		r, err = flows.Recorded{}, b.world.Looks.NoteRefusal(ctx, a, e)
	case flows.FindMembers:
		r, err = result(b.world.Looks.FindMembers(ctx, a, e))
	case flows.LoadTrail:
		r, err = result(b.world.Looks.LoadTrail(ctx, a, e))
	case flows.LoadStats:
		s, err := b.world.Looks.Stats(ctx, a)
		return s.Against(b.world.Campaign, party.Today(b.world.Now())), true, err
	case flows.AskExport:
		r, err = result(b.world.Sheets.AskExport(ctx, a, e))
	case flows.FindOffices:
		r, err = result(b.world.Deeds.FindOffices(ctx, a, e))
	case flows.RevokeOffice:
		r, err = result(b.world.Deeds.RevokeOffice(ctx, a, e))
	case flows.DecideRequest:
		r, err = result(b.world.Deeds.DecideRequest(ctx, a, e))
	default:
		return nil, false, nil
	}
	return r, true, err
}
