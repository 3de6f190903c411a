package broadcast

import (
	"context"

	"sadasya/party"
)

// takeBack deletes what one recipient got. It is false where the block must be
// left. What cannot be deleted, for it is too old or the chat is gone, is left.
func (p *Pump) takeBack(ctx context.Context, l party.Lease, r party.Recipient, t term) bool {
	for try := 1; ; try++ {
		if !p.turn(ctx, l, r.Person, t) {
			return false
		}
		look, err := p.ledger.Look(ctx, l, r.Person)
		switch {
		case err != nil:
			p.o.Log.Warn("looking at a recipient", "error", err)
			p.sleep(ctx, retryPause)
			continue
		case !look.Mine:
			return false
		case look.Held > 0:
			p.hold(look.Held)
			return false
		}
		e := party.Entry{Fate: party.Sent}
		switch o := p.sender.Unsend(context.WithoutCancel(ctx), r.Person, r.Message); o.Kind {
		case Throttled, Unauthorized:
			p.brake(ctx, l, o)
			return false
		case Outage, Unknown:
			if try < mostTries {
				p.back(ctx, Outcome{Kind: Outage})
				continue
			}
		case Delivered:
			e.Message = -r.Message
		case Refused:
			if o.Word == "gone" { // deleted by a try before
				e.Message = -r.Message
			}
		}
		p.outages.Store(0)
		p.record(ctx, l, r, e)
		return true
	}
}
