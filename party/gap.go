// Gaps: booths that want an enroller, and which of them first.

package party

import "cmp"

// Gap is a booth without an enroller, or without enough women among them.
type Gap struct {
	Station   Station
	Enrollers int  // active ones at the booth
	Members   int  // added there
	Building  int  // active enrollers at other booths of the same building
	Near      Near // the enroller who is nearest, within the constituency
}

// Near is how it stands with the nearest enroller of another building.
type Near string

// The ways.
const (
	NearNobody Near = "nobody"
	NearQuiet  Near = "quiet" // has brought nobody for QuietDays
	NearBusy   Near = "busy"
)

// QuietDays is after how many days without anybody an enroller is quiet.
const QuietDays = 3

// GapReason says why a booth is to be filled.
type GapReason string

// The reasons, the weightiest first.
const (
	GapEmpty    GapReason = "empty"    // there is no enroller
	GapNoWoman  GapReason = "nowoman"  // there are, and too few women
	GapMembers  GapReason = "members"  // people of the booth have joined already, with nobody on the spot
	GapBuilding GapReason = "building" // nor is there one in the whole building
	GapFar      GapReason = "far"      // nor in the constituency
	GapQuiet    GapReason = "quiet"    // the nearest one brings nobody
)

// Reasons gives why the booth is to be filled: what it lacks, and the
// weightiest of what speaks for it besides.
func (g Gap) Reasons() []GapReason {
	lacks := GapNoWoman
	if g.Enrollers == 0 {
		lacks = GapEmpty
	}
	for _, r := range []struct {
		holds bool
		GapReason
	}{
		{g.Members > 0, GapMembers},
		{g.Near == NearNobody && g.Enrollers == 0, GapFar},
		{g.Building == 0 && g.Enrollers == 0, GapBuilding},
		{g.Near == NearQuiet, GapQuiet},
	} {
		if r.holds {
			return []GapReason{lacks, r.GapReason}
		}
	}
	return []GapReason{lacks}
}

// CompareGaps orders gaps, the one to be filled first before the others: no
// enroller at all before too few women; then where more have joined; where the
// whole building has nobody; where nobody is near, or who is near is quiet; at
// last by number, so that the order is always the same.
func CompareGaps(a, b Gap) int {
	return cmp.Or(
		first(a.Enrollers == 0, b.Enrollers == 0),
		cmp.Compare(b.Members, a.Members),
		first(a.Building == 0, b.Building == 0),
		first(a.Near == NearNobody, b.Near == NearNobody),
		first(a.Near == NearQuiet, b.Near == NearQuiet),
		cmp.Compare(a.Station.Booth.AC, b.Station.Booth.AC),
		cmp.Compare(a.Station.Booth.Part, b.Station.Booth.Part),
		cmp.Compare(a.Station.Booth.Letter, b.Station.Booth.Letter),
	)
}

// first orders what holds of a before what holds of b.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
