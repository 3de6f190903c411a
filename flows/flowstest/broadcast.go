package flowstest

import (
	"slices"

	"sadasya/flows"
	"sadasya/party"
)

// broadcasts is what this chat has sent to many. There is another admin besides.
type broadcasts struct{ sent []flows.Broadcast }

// broadcast does what an effect of flows/broadcast.go and sent.go wants.
func (w *World) broadcast(e flows.Effect) (flows.Result, bool) {
	switch e := e.(type) {
	case flows.CountAudience:
		if !w.admin {
			return flows.AudienceCounted{}, true
		}
		return flows.AudienceCounted{Count: w.audience(e.Audience), Others: true}, true
	case flows.ComposeBroadcast:
		if !w.admin {
			return flows.BroadcastComposed{}, true
		}
		id := len(w.sent) + 1
		w.sent = append(w.sent, flows.Broadcast{ID: id, On: Today, State: party.BroadcastWaiting, Letter: e.Letter, Audience: e.Audience, Paid: e.Paid, At: e.At, Mine: true})
		return flows.BroadcastComposed{ID: id, Waits: true}, true
	case flows.LoadBroadcasts:
		list := slices.Clone(w.sent)
		slices.Reverse(list)
		return flows.Broadcasts{Admin: w.admin, List: list}, true
	case flows.LoadBroadcast:
		if !w.admin || e.ID < 1 || e.ID > len(w.sent) {
			return flows.BroadcastLoaded{}, true
		}
		b := w.sent[e.ID-1]
		if b.State == party.BroadcastWaiting {
			b.Count = w.audience(b.Audience)
		}
		return flows.BroadcastLoaded{Broadcast: b}, true
	case flows.SteerBroadcast:
		if !w.admin || e.ID < 1 || e.ID > len(w.sent) || e.Deed != flows.Cancel || w.sent[e.ID-1].State != party.BroadcastWaiting {
			return flows.BroadcastSteered{}, true
		}
		w.sent[e.ID-1].State = party.BroadcastCancelled
		return flows.BroadcastSteered{Done: true}, true
	}
	return nil, false
}

// audience is who of this chat is in one: the person, where they want news and
// their booth is the one that it is narrowed to.
func (w *World) audience(a party.Audience) int {
	own := w.find(func(r flows.Record) bool {
		return r.Via == party.Self && r.Status.Live() && (a.Booth.IsZero() || r.Station != nil && r.Station.Booth == a.Booth)
	})
	if a.Group != party.Subscribers || own == nil || w.news == nil || !*w.news {
		return 0
	}
	return 1
}
