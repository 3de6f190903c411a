package flowstest

import (
	"slices"

	"sadasya/flows"
	"sadasya/party"
)

// broadcasts is what this chat has sent to many. There is another admin besides.
type broadcasts struct {
	sent     []flows.Broadcast
	composes *flows.ComposeDraft // what is kept beside the session
}

// broadcast does what an effect of flows/broadcast.go and sent.go wants.
func (w *World) broadcast(e flows.Effect) (flows.Result, bool) {
	switch e := e.(type) {
	case flows.LoadComposing:
		return flows.ComposingLoaded{May: w.may("broadcast"), Draft: w.composes, On: Today}, true
	case flows.CountAudience:
		if !w.admin {
			return flows.AudienceCounted{}, true
		}
		return flows.AudienceCounted{Count: w.audience(e.Audience), Others: true, Clock: day}, true
	case flows.ComposeBroadcast:
		if !w.admin {
			return flows.BroadcastComposed{}, true
		}
		id := len(w.sent) + 1
		w.composes = nil
		w.sent = append(w.sent, flows.Broadcast{ID: id, On: Today, State: party.BroadcastWaiting, Letter: e.Letter, Audience: e.Audience, Paid: e.Paid, At: e.At, Mine: true})
		return flows.BroadcastComposed{ID: id, Waits: true, Clock: day}, true
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
		return flows.BroadcastSteered{Done: w.admin && e.ID >= 1 && e.ID <= len(w.sent) && steer(&w.sent[e.ID-1], e.Deed)}, true
	case flows.LoadFailures:
		if !w.admin || e.ID < 1 || e.ID > len(w.sent) {
			return flows.Failures{}, true
		}
		return flows.Failures{ID: e.ID, List: Missed()}, true
	}
	return nil, false
}

// day is the clock of a broadcast here: it is never night.
var day = flows.Clock{Now: Now().Unix()}

// steer does with a broadcast what can be done with it as it stands.
func steer(b *flows.Broadcast, deed flows.Deed) bool {
	from, to := []party.BroadcastState{party.BroadcastWaiting}, party.BroadcastCancelled
	switch deed {
	case flows.Approve:
		to = party.BroadcastScheduled
	case flows.Pause:
		from, to = []party.BroadcastState{party.BroadcastRunning}, party.BroadcastPaused
	case flows.Resume:
		from, to = []party.BroadcastState{party.BroadcastPaused}, party.BroadcastRunning
	case flows.Recall:
		if !b.Recalls {
			return false
		}
		b.Recalls, b.Recalling, b.TakingBack = false, true, true
		return true
	case flows.Cancel:
		from = append(from, party.BroadcastScheduled, party.BroadcastRunning, party.BroadcastPaused)
	}
	if !slices.Contains(from, b.State) || b.Mine && (deed == flows.Approve || deed == flows.Decline) {
		return false
	}
	b.State = to
	return true
}

// Halfway is what has become of twelve recipients when transcripts look, and Whole
// what becomes of them in the end.
func Halfway() party.Parts {
	return party.Parts{party.Sent: 5, party.Unreachable: 2, party.OptedOut: 1, party.Failed: 1, party.Pending: 3}
}

func Whole() party.Parts {
	return party.Parts{party.Sent: 8, party.Unreachable: 2, party.OptedOut: 1, party.Failed: 1}
}

// Missed is for which reasons.
func Missed() []flows.Failure {
	return []flows.Failure{
		{Fate: party.Unreachable, Reason: "blocked", Count: 2},
		{Fate: party.Failed, Reason: "no-chat", Count: 1},
		{Fate: party.OptedOut, Reason: "news", Count: 1},
	}
}

// AnotherLetter is what somebody else writes to many, and AnotherHour for when.
func AnotherLetter() party.Letter {
	return party.Letter{Text: party.Text{Hindi: "कल सभा है।", English: "There is a meeting tomorrow."}}
}

// AnotherHour is in Unix seconds.
func AnotherHour() int64 { return Now().AddDate(0, 0, 1).Unix() }

// broadcastPasses is what happens to broadcasts meanwhile: others write one for an
// hour to come, or for one that has passed; the newest is approved or refused, is
// under way, or through.
func (w *World) broadcastPasses(does string) bool {
	if does == "writes" || does == "wrote" {
		b := flows.Broadcast{
			ID: len(w.sent) + 1, On: Today, State: party.BroadcastWaiting, Letter: AnotherLetter(), Audience: party.Audience{Group: party.Subscribers}, At: AnotherHour(),
		}
		if does == "wrote" {
			b.At, b.Passed = 0, Now().Unix()
		}
		w.sent = append(w.sent, b)
		w.tell(flows.Notice{Kind: flows.NoticeBroadcast, ID: int64(b.ID)})
		return true
	}
	if len(w.sent) == 0 {
		return false
	}
	b := &w.sent[len(w.sent)-1]
	n := flows.Notice{Kind: flows.NoticeBroadcast, ID: int64(b.ID)}
	switch does {
	case "approves":
		b.State, n.Reason, n.At = party.BroadcastScheduled, flows.BroadcastIsApproved, b.At
	case "refuses":
		b.State, n.Reason = party.BroadcastCancelled, flows.BroadcastIsDeclined
	case "sends":
		b.State, b.At, b.Parts = party.BroadcastRunning, 0, Halfway()
		return true
	case "finishes":
		b.State, b.Parts, b.Recalls = party.BroadcastDone, Whole(), true
		n.Reason, n.Sent = flows.BroadcastIsDone, b
	default:
		return false
	}
	w.tell(n)
	return true
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
