package bench

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"time"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
	"sadasya/store/reference"
)

// What is asked of a filled database, by whom it is meant for.

// question is something that is asked of the store again and again.
type question struct {
	name  string
	aim   time.Duration // 0: none is set
	times int           // that it is asked at most, since it takes long; 0: no bound
	ask   func(ctx context.Context, r *rand.Rand) error
}

func (q question) aimWords() string {
	if q.aim == 0 {
		return ""
	}
	return strconv.FormatInt(q.aim.Milliseconds(), 10)
}

// asker puts questions to a store.
type asker struct {
	*postgres.Store
	size      postgres.Size
	acs       []party.Constituency
	districts int
	words     []string // names of booths, as people type them
}

func (a asker) by(person int64) flows.Actor {
	return flows.Actor{Person: person, Update: 1, Language: party.Hindi}
}

// questions are those of members, enrollers, chief enrollers and admins.
func questions(s *postgres.Store, ref *reference.Reference, size postgres.Size) []question {
	a := asker{Store: s, size: size, acs: ref.All(), districts: len(ref.Districts())}
	n := 0
	for st := range ref.Generated(stateBooths) { // names from all over the state, in both scripts
		if n++; n%97 != 0 {
			continue
		}
		for _, name := range []string{st.NameEN, st.NameHI} {
			if name != "" {
				a.words = append(a.words, name)
			}
		}
	}
	return slices.Concat(a.ofCitizens(), a.ofOffices(), a.ofAdmins())
}

func (a asker) ofCitizens() []question {
	return []question{
		{"a link opened by a newcomer", 0, 0, func(ctx context.Context, r *rand.Rand) error {
			_, err := a.Arrive(ctx, a.by(newcomer(r)), flows.Arrive{})
			return err
		}},
		{"consent", 0, 0, func(ctx context.Context, r *rand.Rand) error {
			return a.RecordConsent(ctx, a.by(newcomer(r)), flows.RecordConsent{Kind: party.Membership, Version: party.CurrentConsent, Given: true, Via: party.Self})
		}},
		{"booth search", 0, 0, func(ctx context.Context, r *rand.Rand) error {
			_, err := a.FindPlaces(ctx, flows.FindPlaces{Words: a.words[r.IntN(len(a.words))]})
			return err
		}},
		{"confirm: a member", 0, 0, func(ctx context.Context, r *rand.Rand) error { return joinOne(ctx, a.Store, r.IntN(1<<20)) }},
		{"/mydata", 0, 0, func(ctx context.Context, r *rand.Rand) error {
			_, err := a.Records(ctx, a.by(firstCitizen+r.Int64N(int64(a.size.Members))))
			return err
		}},
	}
}

// newcomer is somebody who has never been there.
func newcomer(r *rand.Rand) int64 { return 3*firstCitizen + r.Int64N(firstCitizen) }

func (a asker) ofOffices() []question {
	admin := func(*rand.Rand) int64 { return Admin }
	ofDistrict := func(r *rand.Rand) int64 { return ChiefOfDistrict(r.IntN(a.districts)) }
	ofAC := func(r *rand.Rand) int64 { return ChiefOf(a.ac(r)) }
	return []question{
		{"/progress", 20 * time.Millisecond, 0, func(ctx context.Context, r *rand.Rand) error {
			_, err := a.Enroller(ctx, a.by(firstEnroller+r.Int64N(int64(a.size.Enrollers))))
			return err
		}},
		{"/members of an enroller", 0, 0, func(ctx context.Context, r *rand.Rand) error {
			_, err := a.Joined(ctx, a.by(firstEnroller+r.Int64N(int64(a.size.Enrollers))), flows.ListJoined{})
			return err
		}},
		{"/team of a constituency", 100 * time.Millisecond, 0, a.team(ofAC)},
		{"/team of a district", 100 * time.Millisecond, 0, a.team(ofDistrict)},
		{"/team of the state", 300 * time.Millisecond, 100, a.team(admin)},
		{"/coverage of a constituency", 100 * time.Millisecond, 0, a.cover(ofAC)},
		{"/coverage of a district", 100 * time.Millisecond, 0, a.cover(ofDistrict)},
		{"/coverage of the state", 300 * time.Millisecond, 100, a.cover(admin)},
	}
}

func (a asker) ac(r *rand.Rand) int { return a.acs[r.IntN(len(a.acs))].AC }

func (a asker) cover(person func(*rand.Rand) int64) func(context.Context, *rand.Rand) error {
	return func(ctx context.Context, r *rand.Rand) error {
		c, err := a.Coverage(ctx, a.by(person(r)), party.Area{}, party.Today(time.Now()), womenAtBooth)
		if err == nil && c.Office == "" {
			err = ErrNoFill
		}
		return err
	}
}

func (a asker) team(person func(*rand.Rand) int64) func(context.Context, *rand.Rand) error {
	return func(ctx context.Context, r *rand.Rand) error {
		_, err := a.Team(ctx, a.by(person(r)), flows.LoadTeam{View: []flows.TeamView{flows.Fullest, flows.Emptiest, flows.Quiet}[r.IntN(3)]})
		return err
	}
}

func (a asker) ofAdmins() []question {
	find := func(sought func(r *rand.Rand) flows.Sought) func(context.Context, *rand.Rand) error {
		return func(ctx context.Context, r *rand.Rand) error {
			_, err := a.FindMembers(ctx, a.by(Admin), flows.FindMembers{Sought: sought(r), Why: flows.ForOrder})
			return err
		}
	}
	count := func(audience func(r *rand.Rand) party.Audience) func(context.Context, *rand.Rand) error {
		return func(ctx context.Context, r *rand.Rand) error {
			_, err := a.CountAudience(ctx, a.by(Admin), flows.CountAudience{Audience: audience(r)})
			return err
		}
	}
	return []question{
		{"/stats", 100 * time.Millisecond, 0, func(ctx context.Context, _ *rand.Rand) error {
			s, err := a.Stats(ctx, a.by(Admin))
			if err == nil && s.All.Added == 0 {
				err = ErrNoFill
			}
			return err
		}},
		{"/find by membership number", 0, 0, find(func(r *rand.Rand) flows.Sought {
			return flows.Sought{Number: party.NewNumber(r.Uint64N(uint64(a.size.Members)) * numberStride)}
		})},
		{"/find by Voter ID", 0, 0, find(func(r *rand.Rand) flows.Sought {
			read, _ := party.ReadVoterID(VoterID(r.Uint64N(uint64(a.size.Members)))) // sound by making
			return flows.Sought{VoterID: read.ID}
		})},
		{"/find by name in a constituency", 0, 60, find(func(r *rand.Rand) flows.Sought {
			return flows.Sought{Name: party.Name(nameOf(party.Hindi, r)), AC: a.ac(r)}
		})},
		{"/audit of a member", 0, 0, func(ctx context.Context, r *rand.Rand) error {
			_, err := a.LoadTrail(ctx, a.by(Admin), flows.LoadTrail{Number: party.NewNumber(r.Uint64N(uint64(a.size.Members)) * numberStride)})
			return err
		}},
		{"/audit, the newest", 0, 0, func(ctx context.Context, _ *rand.Rand) error {
			_, err := a.LoadTrail(ctx, a.by(Admin), flows.LoadTrail{})
			return err
		}},
		{"audience: news, a constituency", 0, 60, count(func(r *rand.Rand) party.Audience {
			return party.Audience{Group: party.Subscribers, ACs: []int{a.ac(r)}}
		})},
		{"audience: news, the state", 0, 10, count(func(*rand.Rand) party.Audience { return party.Audience{Group: party.Subscribers} })},
		{"audience: enrollers of a constituency", 0, 60, count(func(r *rand.Rand) party.Audience {
			return party.Audience{Group: party.Enrollers, ACs: []int{a.ac(r)}}
		})},
		{"/export of a constituency", 0, 20, func(ctx context.Context, r *rand.Rand) error {
			return a.List(ctx, Admin, flows.Export{What: flows.ExportMembers, Area: party.Area{AC: a.ac(r)}}, func(flows.ListRow) error { return nil })
		}},
	}
}

// measure asks, by several at once, and gives the times in order. The first
// ones, which read from the disk and plan, are not counted.
func (q question) measure(ctx context.Context, asked int) ([]time.Duration, error) {
	if q.times > 0 {
		asked = min(asked, q.times)
	}
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	var all sync.WaitGroup
	for by := range askedAtOnce {
		all.Go(func() {
			random := rand.New(rand.NewPCG(fillSeed, uint64(by)))
			for i := range asked/askedAtOnce + 5 {
				began := time.Now()
				err := q.ask(ctx, random)
				mu.Lock()
				if i >= 5 {
					took = append(took, time.Since(began))
				}
				failed = errors.Join(failed, err)
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	all.Wait()
	slices.Sort(took)
	return took, failed
}
