// Package bot handles one update: six stops, top to bottom, in handle below.
// It knows conversations (flows), words (locales) and what it needs of the
// world (ports.go), but no channel and no store. It may import flows, party,
// party/place and locales.
package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sadasya/flows"
	"sadasya/party"
)

// Limits of one person's updates.
const (
	attempts = 6 // at a session that others keep changing; the first may go by memory
	// queueLimit stands for the campaign's threshold where messages that were typed
	// without network come all at once: one for each draft that may wait, and some
	// to spare.
	queueLimit = 240
)

// Bot answers updates. It is safe for concurrent use.
type Bot struct {
	world  World
	engine *flows.Engine
	render *Renderer
	lanes  lanes
	behind *Behind
	floods flooders
}

// World is all that the bot needs.
type World struct {
	Sessions Sessions
	Counters Counters
	People   People
	Members  Members
	Offices  Offices
	Appoint  Appointers
	Teams    Teams
	Booths   Booths
	Cards    Cards
	Enroll   Enrollers
	Assist   Assistants
	Looks    AdminLooks
	Deeds    AdminDeeds
	Clock    Clock
	Claim    Claims
	Review   Reviewers
	Aim      Aim
	Coverage Coverages
	Sheets   Sheets
	Campaign party.Campaign
	Places   Places
	Poison   Poison
	Nonce    func() flows.Nonce // fresh randomness
	Now      func() time.Time

	Broadcast Broadcasts
	Sent      SentDesk
	Composed  ComposeDrafts
	Night     func(at time.Time) time.Duration // how long the quiet hours last at a time; nil: there are none
	FastRate  int                              // messages a second of broadcasts that pay; 0: none may
}

// Aim is what each enroller is to reach, and by when.
type Aim struct {
	Members int
	By      party.Date
}

// New returns a bot. Where people stand is written through behind.
func New(w World, r *Renderer, behind *Behind) *Bot {
	return &Bot{world: w, engine: flows.New(), render: r, behind: behind}
}

// Handle answers one update: exactly once in effect, however often it comes.
func (b *Bot) Handle(ctx context.Context, u Update) (Reply, error) {
	if !u.Late && b.floods.drops(u, b.world.Now()) {
		return Reply{Slowed: true}, nil
	}
	leave, err := b.lanes.enter(ctx, u.Person)
	if err != nil {
		return Reply{}, fmt.Errorf("wait for the person's lane: %w", party.ErrUnavailable)
	}
	defer leave()
	for try := range attempts {
		reply, err := b.handle(ctx, u, try == 0)
		if !again(err) {
			return reply, err
		}
	}
	return Reply{}, ErrBusy
}

// errStale says that a recalled session is not enough for this update.
var errStale = errors.New("what was recalled must be read")

// again tells whether the session must be read anew.
func again(err error) bool {
	return errors.Is(err, flows.ErrConflict) || errors.Is(err, flows.ErrSeen) || errors.Is(err, flows.ErrTooMany) || errors.Is(err, errStale)
}

// handle is one try at the way from an update to its answer. With recall it goes
// by the session that this process wrote last, which saves the reading. That is
// enough where the turn is sealed by a write before anything else happens: an
// answer that changes the session, or what is saved before its effect.
func (b *Bot) handle(ctx context.Context, u Update, recall bool) (Reply, error) {
	s, rate, err := b.open(ctx, u, recall)
	if err != nil {
		return Reply{}, err
	}
	if rate > b.pace(s) && !u.Late {
		return b.slowDown(s, u, rate), nil
	}
	if s, err = b.finish(ctx, s, u); err != nil {
		return Reply{}, err
	}
	u.Input.At, u.Input.Nonce, u.Input.Refusals = b.world.Now(), b.world.Nonce(), b.world.Campaign.Thresholds.RefusedNumbers
	step := b.engine.Step
	if s.HasSeen(u.ID) || u.Late && s.SeenSince(u.ID) {
		step = b.engine.Present
	}
	turn, err := step(s, u.Input)
	if err != nil {
		return Reply{}, err
	}
	if recall && (!turn.Changed || turn.Run != nil && !turn.Durable || turn.Run == nil && b.composes(s, turn.Session)) {
		return Reply{}, errStale
	}
	if turn, err = b.carryOut(ctx, turn, u); err != nil {
		return Reply{}, err
	}
	if turn.Changed {
		if err := b.keepComposed(ctx, u.Person, s, turn.Session); err != nil {
			return Reply{}, err
		}
		if turn.Session, err = b.save(ctx, turn.Session, u); err != nil {
			return Reply{}, err
		}
		b.note(turn.Session, u)
	}
	reply := Reply{
		Messages: b.render.Render(turn.Screen, b.language(turn.Session, u)),
		Receipt:  turn.Screen.Receipt,
		Delete:   turn.Delete,
	}
	if turn.Screen.Live != 0 {
		reply.Sent = b.watches(u.Person, turn.Screen.Live, reply.Messages[0])
	}
	return reply, nil
}

// open reads the session, or recalls it where it may do.
func (b *Bot) open(ctx context.Context, u Update, recall bool) (s flows.Session, rate int, err error) {
	if !recall {
		return b.world.Sessions.Load(ctx, u.Person, u.ID)
	}
	s, ok := b.world.Sessions.Recall(u.Person)
	if !ok || s.HasSeen(u.ID) {
		return s, 0, errStale
	}
	if _, saving, err := b.engine.Saving(s); saving || err != nil {
		return s, 0, errStale
	}
	s.Pace = b.pace(s)
	return s, 0, nil
}

// pace is how many updates in the store's window are taken of a person.
func (b *Bot) pace(s flows.Session) int {
	if limit := b.world.Campaign.Thresholds.Messages; limit > queueLimit || !b.engine.Queues(s) {
		return limit
	}
	return queueLimit
}

// finish ends a save that was begun: whatever arrives first in that state does.
func (b *Bot) finish(ctx context.Context, s flows.Session, u Update) (flows.Session, error) {
	turn, saving, err := b.engine.Saving(s)
	if err != nil || !saving {
		return s, err
	}
	if turn, err = b.carryOut(ctx, turn, u); err != nil {
		return s, err
	}
	if turn.Session, err = b.put(ctx, turn.Session, u); err != nil {
		return s, err
	}
	b.note(turn.Session, u)
	return turn.Session, nil
}

// carryOut performs what a turn wants of the world, and hands each result back,
// until the turn has a screen.
func (b *Bot) carryOut(ctx context.Context, turn flows.Turn, u Update) (flows.Turn, error) {
	for turn.Run != nil {
		var err error
		if turn.Durable {
			if turn.Session, err = b.save(ctx, turn.Session, u); err != nil {
				return turn, err
			}
		}
		result, err := b.perform(ctx, turn, u)
		if err != nil {
			return turn, err
		}
		if turn, err = b.engine.Resume(turn, result); err != nil {
			return turn, err
		}
	}
	return turn, nil
}

// save writes the session as the work of this update.
func (b *Bot) save(ctx context.Context, s flows.Session, u Update) (flows.Session, error) {
	return b.put(ctx, s.See(u.ID), u)
}

// put writes the session where nobody else did since it was read.
func (b *Bot) put(ctx context.Context, s flows.Session, u Update) (flows.Session, error) {
	v, err := b.world.Sessions.Swap(ctx, u.Person, u.ID, s)
	if err != nil {
		return s, err
	}
	s.V, s.Pace = v, 0
	return s, nil
}

func (b *Bot) note(s flows.Session, u Update) {
	b.behind.Note(flows.Progress{Person: u.Person, Language: s.Language, Step: s.Where()})
}

// language is the one chosen, else the one the person's app runs in, else Hindi.
func (b *Bot) language(s flows.Session, u Update) party.Language {
	if s.Language != "" {
		return s.Language
	}
	return tongueOf(u.Input.Tongue)
}

func tongueOf(tongue string) party.Language {
	if l, ok := party.ParseLanguage(tongue); ok {
		return l
	}
	return party.Hindi
}

// slowDown says it once in a window, and then nothing: the session is untouched.
func (b *Bot) slowDown(s flows.Session, u Update, rate int) Reply {
	if rate > b.pace(s)+1 {
		b.floods.note(u.Person, s.Seen, b.world.Now())
		return Reply{Slowed: true}
	}
	reply := b.say(flows.T("problem.slow"), b.language(s, u))
	reply.Slowed = true
	return reply
}

func (b *Bot) say(l flows.Line, lang party.Language) Reply {
	screen := flows.Screen{Bubbles: []flows.Bubble{{Text: []flows.Line{l}}}}
	return Reply{Messages: b.render.Render(screen, lang)}
}

// Reachable notes that a person blocked the bot, or came back.
func (b *Bot) Reachable(ctx context.Context, person int64, reachable bool) error {
	return b.world.People.SetReachable(ctx, person, reachable)
}

// SetAside keeps an update that cannot be handled, for the operator.
func (b *Bot) SetAside(ctx context.Context, update int64, reason string, raw []byte) error {
	return b.world.Poison.SetAside(ctx, update, reason, raw)
}

// failWindow is how long failures against one update are remembered: as long as
// Telegram repeats it.
const failWindow = 24 * time.Hour

// Failed counts a failure of logic against an update.
func (b *Bot) Failed(ctx context.Context, update int64) (int, error) {
	return b.world.Counters.Count(ctx, fmt.Sprintf("failed:%d", update), failWindow)
}
