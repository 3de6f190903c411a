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
	StateEnrollers = 100_000
	stateBooths    = 61_000
	membersEach    = 10
	membersABatch  = 10_000
	firstOffice    = 20_000_000_000 // Telegram ids that nobody has
	firstEnroller  = 30_000_000_000
	firstCitizen   = 40_000_000_000
	numberStride   = 2_147_483_647 // prime, and so to all of the numbers there are
	fillSeed       = 7
	monthsOfJoins  = 2
	everyReview    = 50  // one in so many waits for review
	everyWithdrawn = 100 // one in so many has left
)

// Admin is the admin of a filled database, by Telegram id.
const Admin = int64(firstOffice)

// ChiefOf is the chief enroller of a constituency.
func ChiefOf(ac int) int64 { return firstOffice + 1000 + int64(ac) }

// ChiefOfDistrict is the chief enroller of the i-th district.
func ChiefOfDistrict(i int) int64 { return firstOffice + 2000 + int64(i) }

// EnrollersFor so many members: one for every 10 of them, at most a lakh.
func EnrollersFor(members int) int { return min(StateEnrollers, max(1, members/membersEach)) }

// Fill makes n members and so many enrollers, and the booths of a state, in an
// empty database, and tells how it goes on. Errors: postgres.ErrNotEmpty.
func Fill(ctx context.Context, s *postgres.Store, ref *reference.Reference, n, enrollers int, progress io.Writer) error {
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
	c := &crowd{random: rand.New(rand.NewPCG(fillSeed, 0)), places: places}
	if err := c.appoint(ctx, s, ref, enrollers); err != nil {
		return err
	}
	fmt.Fprintf(progress, "%d booths, %d enrollers\n", len(booths), len(c.codes))
	began := time.Now()
	batch := make([]postgres.MadeUp, 0, membersABatch)
	for i := range n {
		batch = append(batch, c.member(i))
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
	return s.EndFill(ctx)
}

// crowd makes people up, by chances that are the same each time.
type crowd struct {
	random    *rand.Rand
	places    []party.Booth
	enrollers []postgres.MadeUpEnroller
	codes     []party.Code
}

// appoint makes an admin, a chief enroller of each district and constituency, and
// enrollers at booths by chance: some have several, a fifth of a state's none.
func (c *crowd) appoint(ctx context.Context, s *postgres.Store, ref *reference.Reference, n int) error {
	posts := []postgres.Appointment{{Office: party.Admin, TelegramID: Admin}}
	for _, ac := range ref.All() {
		posts = append(posts, postgres.Appointment{Office: party.Chief, TelegramID: ChiefOf(ac.AC), Area: party.Area{AC: ac.AC}})
	}
	for i, d := range ref.Districts() {
		posts = append(posts, postgres.Appointment{Office: party.Chief, TelegramID: ChiefOfDistrict(i), Area: party.Area{District: d.DistrictEN}})
	}
	for i, a := range posts {
		a.Name = c.name(i)
		if _, err := s.Appoint(ctx, a); err != nil {
			return err
		}
	}
	for i := range n {
		e := postgres.MadeUpEnroller{Person: firstEnroller + int64(i), Name: c.name(i), Booth: c.places[c.random.IntN(len(c.places))], Age: c.age()}
		e.Gender, e.Social = c.says(60, 45)
		c.enrollers = append(c.enrollers, e)
	}
	var err error
	c.codes, err = s.FillEnrollers(ctx, c.enrollers)
	return err
}

// member makes the i-th: half by themselves, a seventh on a family's phone, the
// rest by an enroller, of whom a third has claimed it; one in twenty does not
// know the booth.
func (c *crowd) member(i int) postgres.MadeUp {
	at := c.random.IntN(len(c.codes))
	m := postgres.MadeUp{
		Person: firstCitizen + int64(i), Number: party.NewNumber(uint64(i) * numberStride), Name: c.name(i), VoterID: VoterID(uint64(i)),
		Booth: c.enrollers[at].Booth, Code: c.codes[at], Language: party.Languages()[i%2], Via: party.Self, Status: party.Confirmed, Age: c.age(),
	}
	switch of := c.random.IntN(100); {
	case of < 14:
		m.Via = party.Family
	case of < 50:
		m.Via, m.Recorder, m.Claimed = party.Assisted, c.enrollers[at].Person, of < 26
		if !m.Claimed {
			m.Person = 0
		}
	default:
		m.Gender, m.Social = c.says(25, 15)
		m.News = c.random.IntN(2) == 0
	}
	if c.random.IntN(20) == 0 {
		m.Booth = party.Booth{}
	}
	switch {
	case i%everyWithdrawn == everyWithdrawn-1:
		m.Status, m.Gender, m.Social = party.Withdrawn, "", ""
	case i%everyReview == everyReview/2:
		m.Status = party.Review
	}
	return m
}

func (c *crowd) name(i int) party.Name {
	return party.Name(nameOf(party.Languages()[i%2], c.random))
}

func (c *crowd) age() time.Duration {
	return time.Duration(c.random.Int64N(int64(monthsOfJoins * 30 * 24 * time.Hour)))
}

// says is what somebody chose to say, with chances in percent.
func (c *crowd) says(gender, social int) (g party.Gender, s party.SocialCategory) {
	if c.random.IntN(100) < gender {
		g = party.Genders()[c.random.IntN(2)]
	}
	if c.random.IntN(100) < social {
		s = party.SocialCategories()[c.random.IntN(len(party.SocialCategories()))]
	}
	return g, s
}
