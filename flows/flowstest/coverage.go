package flowstest

import (
	"sadasya/flows"
	"sadasya/party"
)

// QuietToken is the link to the office of a chief enroller in a constituency
// where nobody has joined, written QUIETLINK in transcripts.
var QuietToken = party.NewLinkToken(party.Chief, [16]byte{20, 21, 22})

// What the bundled list has there, and in all.
const (
	quietAC     = 1
	quietBooths = 225
	allBooths   = 46_844
)

// coverage does what an effect of flows/coverage.go wants.
func (w *World) coverage(e flows.Effect) (flows.Result, bool) {
	switch e.(type) {
	case flows.LoadCoverage:
		if !w.quiet {
			return flows.Coverage{}, true
		}
		return w.quietCoverage(), true
	case flows.AskSheet:
		return flows.SheetAsked{Taken: w.quiet}, true
	}
	return nil, false
}

func (w *World) quietCoverage() flows.Coverage {
	c, _ := w.Places.Constituency(quietAC)
	out := flows.Coverage{
		Office: party.Chief, Area: party.Area{AC: quietAC}, Today: Today, AllBooths: allBooths,
		Parts: []flows.Covered{{Constituency: c, Booths: quietBooths}},
	}
	list, _ := w.Listed(quietAC, 0)
	for _, st := range list[:flows.FillToday] {
		out.Fill = append(out.Fill, party.Gap{Station: st, Near: party.NearNobody})
	}
	return out.Against(party.RajasthanSample())
}
