package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"sadasya/party"
	"sadasya/store/postgres"
	"sadasya/store/reference"
)

// The state's size. Sources: 61,000 booths of the roll of 2025 (Chief Electoral
// Officer, Rajasthan, rounded); the drive's 1 lakh enrollers.
const (
	stateBooths    = 61_000
	mostEnrollers  = 100_000
	membersEach    = 50
	membersABatch  = 10_000
	firstEnroller  = 30_000_000_000 // Telegram ids that nobody has
	firstCitizen   = 40_000_000_000
	numberStride   = 2_147_483_647 // prime, and so to all of the numbers there are
	fillSeed       = 7
	monthsOfJoins  = 2
	everyReview    = 50  // one in so many waits for review
	everyWithdrawn = 100 // one in so many has left
)

// Fill makes n members, an enroller for every 50 of them and the booths of a
// state in an empty database, and tells how it goes on. Errors:
// postgres.ErrNotEmpty.
func Fill(ctx context.Context, s *postgres.Store, ref *reference.Reference, n int, progress io.Writer) error {
	if err := s.Empty(ctx); err != nil {
		return err
	}
	booths := slices.Collect(ref.Generated(stateBooths))
	err := s.ImportBooths(ctx, reference.GeneratedVersion(stateBooths), booths, func(int) {})
	if err != nil && !errors.Is(err, postgres.ErrLabelTaken) {
		return err
	}
	places := make([]party.Booth, len(booths))
	for i, st := range booths {
		places[i] = st.Booth
	}
	random := rand.New(rand.NewPCG(fillSeed, 0))
	nameAt := func(i int) party.Name { return party.Name(nameOf(party.Languages()[i%2], random)) }
	enrollers := min(mostEnrollers, max(1, n/membersEach))
	codes, err := s.FillEnrollers(ctx, enrollers, firstEnroller, places, nameAt)
	if err != nil {
		return err
	}
	fmt.Fprintf(progress, "%d booths, %d enrollers\n", len(booths), len(codes))
	began := time.Now()
	batch := make([]postgres.MadeUp, 0, membersABatch)
	for i := range n {
		batch = append(batch, madeUp(i, places, codes, nameAt(i), random))
		if len(batch) < membersABatch && i < n-1 {
			continue
		}
		if err := s.FillMembers(ctx, batch); err != nil {
			return err
		}
		batch = batch[:0]
		if (i+1)%(10*membersABatch) == 0 || i == n-1 {
			fmt.Fprintf(progress, "%d members, %.0f/s\n", i+1, float64(i+1)/time.Since(began).Seconds())
		}
	}
	return s.Settle(ctx)
}

func madeUp(i int, places []party.Booth, codes []party.Code, name party.Name, random *rand.Rand) postgres.MadeUp {
	enroller := i % len(codes)
	m := postgres.MadeUp{
		Person: firstCitizen + int64(i), Number: party.NewNumber(uint64(i) * numberStride), Name: name, VoterID: VoterID(uint64(i)),
		Booth: places[enroller%len(places)], Code: codes[enroller], Language: party.Languages()[i%2], Status: party.Confirmed,
		Age: time.Duration(random.Int64N(int64(monthsOfJoins * 30 * 24 * time.Hour))),
	}
	switch {
	case i%everyWithdrawn == everyWithdrawn-1:
		m.Status = party.Withdrawn
	case i%everyReview == everyReview/2:
		m.Status = party.Review
	}
	return m
}
