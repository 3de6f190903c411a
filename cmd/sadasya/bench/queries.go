package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
	"sadasya/store/reference"
)

// What the figures of a filled database take, beside what is aimed at.

const (
	askedAtOnce  = 2                // by so many at once, as there are cores
	joinsASecond = 300              // while the roll-ups are folded
	joinsFor     = 30 * time.Second // so long
	joinsBy      = 16               // at once
	foldedEvery  = 3 * time.Second  // as serve does
	womenAtBooth = 1
	memberBytes  = 700   // with its indexes, at most
	allBytes     = 1_300 // of all tables, a member
	oldestEvent  = 10 * time.Second
)

// ErrNoFill says that a database was not filled by Fill.
var ErrNoFill = errors.New("there is no made-up admin in it: fill an empty database first, by bench --fill 1000000")

// Queries measures what office-holders ask for in a filled database, then how
// old the roll-ups get while people join, and prints both.
func Queries(ctx context.Context, s *postgres.Store, ref *reference.Reference, asked int, out io.Writer) error {
	size, err := sizeOf(ctx, s)
	if err != nil {
		return err
	}
	list := questions(s, ref, size)
	fmt.Fprintf(out, "%s; %d asked at most %d times, %d at once\n\n", sizeWords(size), len(list), asked, askedAtOnce)
	fmt.Fprintf(out, "%-38s %10s %10s %10s\n", "", "p50, ms", "p99, ms", "aim, ms")
	for _, q := range list {
		took, err := q.measure(ctx, asked)
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		fmt.Fprintf(out, "%-38s %10.1f %10.1f %10s\n", q.name, quantile(took, 0.5), quantile(took, 0.99), q.aimWords())
	}
	fmt.Fprintf(out, "\n%-38s %10d %21d\n", "bytes of a member with its indexes", size.Bytes("members")/max(size.Members, 1), memberBytes)
	return joining(ctx, s, out)
}

// sizeOf is how much a database holds that Fill has filled. Errors: ErrNoFill.
func sizeOf(ctx context.Context, s *postgres.Store) (postgres.Size, error) {
	size, err := s.Size(ctx)
	if err != nil {
		return size, err
	}
	if within, ok, err := s.Oversees(ctx, Admin, party.Area{}); err != nil || !ok || within != (party.Area{}) {
		return size, errors.Join(err, ErrNoFill)
	}
	return size, nil
}

func sizeWords(z postgres.Size) string {
	return fmt.Sprintf("%s members, %s enrollers, %s booths", party.FormatCount(z.Members), party.FormatCount(z.Enrollers), party.FormatCount(z.Booths))
}

// joining lets people join at a rate while events are folded, and tells how old
// the oldest event got that the roll-ups did not hold.
func joining(ctx context.Context, s *postgres.Store, out io.Writer) error {
	ctx, stop := context.WithTimeout(ctx, joinsFor)
	defer stop()
	var all sync.WaitGroup
	joined, failures := join(ctx, s, &all)
	var folds []time.Duration
	all.Go(func() {
		tick := time.NewTicker(foldedEvery)
		defer tick.Stop()
		for {
			began := time.Now()
			if _, err := s.Fold(context.WithoutCancel(ctx)); err != nil {
				return
			}
			folds = append(folds, time.Since(began))
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	})
	var oldest time.Duration
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		if age, err := s.OldestEvent(context.WithoutCancel(ctx)); err == nil {
			oldest = max(oldest, age)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	all.Wait()
	if err := <-failures; err != nil {
		return err
	}
	slices.Sort(folds)
	fmt.Fprintf(out, "%-38s %10.1f %10.1f\n", "a folding, each 3 s", quantile(folds, 0.5), quantile(folds, 0.99))
	fmt.Fprintf(out, "\nWhile %d a second joined, the oldest that the roll-ups did not hold was %.1f s old (aim: %.0f s).\n",
		<-joined/int(joinsFor.Seconds()), oldest.Seconds(), oldestEvent.Seconds())
	return nil
}

// join makes members of made-up people until ctx ends.
func join(ctx context.Context, s *postgres.Store, all *sync.WaitGroup) (joined chan int, failures chan error) {
	joined, failures = make(chan int, 1), make(chan error, 1)
	pace := make(chan int)
	all.Go(func() { // gives the pace
		tick := time.NewTicker(time.Second / joinsASecond)
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-tick.C:
			case <-ctx.Done():
				close(pace)
				return
			}
			select {
			case pace <- i:
			case <-ctx.Done():
				close(pace)
				return
			}
		}
	})
	all.Go(func() {
		var mu sync.Mutex
		var failed error
		n := 0
		var workers sync.WaitGroup
		for range joinsBy {
			workers.Go(func() {
				for i := range pace {
					err := joinOne(context.WithoutCancel(ctx), s, i)
					mu.Lock()
					n++
					failed = errors.Join(failed, err)
					mu.Unlock()
				}
			})
		}
		workers.Wait()
		joined <- n
		failures <- failed
	})
	return joined, failures
}

// joinOne makes one member, at a booth by chance.
func joinOne(ctx context.Context, s *postgres.Store, i int) error {
	var n flows.Nonce
	at := uint64(time.Now().UnixNano())
	for j := range 8 {
		n[j], n[8+j] = byte(at>>(8*j)), byte(i>>(8*j))
	}
	read, err := party.ReadVoterID(VoterID(uint64(firstCitizen%1_000_000) + at%100_000_000 + uint64(i)))
	if err != nil {
		return err
	}
	_, err = s.SaveMember(ctx, flows.Actor{Person: firstCitizen + int64(at%1_000_000_000_000) + int64(i), Update: 1, Language: party.Hindi}, flows.SaveMember{
		Nonce: n, Via: party.Self, Name: "कमला देवी", VoterID: read.ID, Booth: party.Booth{AC: 1 + i%party.MaxAC, Part: 1 + i/party.MaxAC%200}, Consent: party.CurrentConsent,
	})
	return err
}
