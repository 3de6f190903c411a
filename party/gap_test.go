package party_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sadasya/party"
)

func gap(part, enrollers, members, building int, near party.Near) party.Gap {
	return party.Gap{Station: party.Station{Booth: party.Booth{AC: 55, Part: part}}, Enrollers: enrollers, Members: members, Building: building, Near: near}
}

// The order and the reasons, each row to be filled before the next.
func TestWhichBoothIsFilledFirst(t *testing.T) {
	list := []struct {
		party.Gap
		why []party.GapReason
	}{
		{gap(9, 0, 30, 1, party.NearBusy), []party.GapReason{party.GapEmpty, party.GapMembers}},
		{gap(8, 0, 12, 0, party.NearNobody), []party.GapReason{party.GapEmpty, party.GapMembers}},
		{gap(7, 0, 0, 0, party.NearNobody), []party.GapReason{party.GapEmpty, party.GapFar}},
		{gap(6, 0, 0, 0, party.NearQuiet), []party.GapReason{party.GapEmpty, party.GapBuilding}},
		{gap(5, 0, 0, 0, party.NearBusy), []party.GapReason{party.GapEmpty, party.GapBuilding}},
		{gap(4, 0, 0, 2, party.NearQuiet), []party.GapReason{party.GapEmpty, party.GapQuiet}},
		{gap(2, 0, 0, 2, party.NearBusy), []party.GapReason{party.GapEmpty}},
		{gap(3, 0, 0, 2, party.NearBusy), []party.GapReason{party.GapEmpty}},
		{gap(1, 1, 99, 0, party.NearQuiet), []party.GapReason{party.GapNoWoman, party.GapMembers}},
		{gap(11, 2, 0, 0, party.NearNobody), []party.GapReason{party.GapNoWoman}},
		{gap(10, 1, 0, 0, party.NearQuiet), []party.GapReason{party.GapNoWoman, party.GapQuiet}},
	}
	var want, got []party.Gap
	for _, g := range list {
		want = append(want, g.Gap)
		if diff := cmp.Diff(g.why, g.Reasons()); diff != "" {
			t.Errorf("booth %d (-want +got):\n%s", g.Station.Booth.Part, diff)
		}
	}
	for seed := range uint64(50) {
		got = slices.Clone(want)
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
		slices.SortFunc(got, party.CompareGaps)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	}
}
