package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"sadasya/flows"
	"sadasya/party"
)

// What the bot says unasked. Whatever happens that a person must hear of leaves
// a notice in the store, in the transaction of what it tells of; here it is
// said. A notice is forgotten only once it is known to have arrived: a crash
// between the two says it twice, at most one a worker.

// Notices keeps what is to be said. Errors: party.ErrUnavailable.
type Notices interface {
	// Due claims at most so many notices whose time has come. Nobody else gets
	// them before the lease is over.
	Due(ctx context.Context, most int, lease time.Duration) ([]flows.Due, error)
	// Said forgets a notice that arrived. What was gathered in it since it was
	// claimed waits as another.
	Said(ctx context.Context, d flows.Due) error
	// Postpone lets a notice be due again after a time, with d.Tries behind it.
	Postpone(ctx context.Context, d flows.Due, after time.Duration) error
	// Drop forgets a notice that will never arrive.
	Drop(ctx context.Context, d flows.Due) error
	// OfficesOf lists the offices that a person holds now, each kind once, the
	// highest first.
	OfficesOf(ctx context.Context, person int64) ([]party.Office, error)
}

// Sender reaches people who did not write just now. Errors: ErrUnreachable,
// ErrRefused, ErrHold; after any other the same may succeed.
type Sender interface {
	// Tell sends one message and reads what became of it.
	Tell(ctx context.Context, person int64, m Message) error
	// ShowMenu shows a person these commands in the menu of their chat; with none
	// they see what everyone does.
	ShowMenu(ctx context.Context, person int64, menu []MenuItem) error
	// Pause is how long the channel wants no calls; 0: it takes them.
	Pause() time.Duration
}

// Limiter is the one limit of all replicas on what is sent of the bot's own
// accord. Errors: party.ErrUnavailable.
type Limiter interface {
	// Reserve asks for one message to a person at a rate, a second. ok: it may go
	// after wait; else the caller asks again after wait.
	Reserve(ctx context.Context, person int64, rate float64) (wait time.Duration, ok bool, err error)
}

// MenuItem is one command with its words.
type MenuItem struct{ Command, Words string }

// What becomes of something that is said unasked.
var (
	ErrUnreachable = errors.New("the person cannot be written to")
	ErrRefused     = errors.New("the channel refuses what was to be said")
	ErrHold        = errors.New("the channel takes nothing at present")
)

// Pace of a Notifier.
type Pace struct {
	Every time.Duration // between two looks at what is due
	Rate  float64       // messages a second, of all replicas; answers to citizens go first
}

// Limits of notices.
const (
	noticesAtOnce = 40
	noticeWorkers = 4 // one person's notices go by one worker, in their order
	noticeLease   = time.Minute
	noticeMargin  = 15 * time.Second // before the lease ends: no message begins
	noticeTries   = 8                // over about two hours
	noticeBackOff = 15 * time.Second // doubled at each try
)

// Notifier says notices. Any number of replicas may run one.
type Notifier struct {
	notices Notices
	people  People
	limiter Limiter
	sender  Sender
	render  *Renderer
	pace    Pace
	log     *slog.Logger
}

// NewNotifier returns a notifier; Run must be called for anything to be said.
func NewNotifier(n Notices, p People, l Limiter, s Sender, r *Renderer, pace Pace, log *slog.Logger) *Notifier {
	return &Notifier{notices: n, people: p, limiter: l, sender: s, render: r, pace: pace, log: log}
}

// Run says what is due until ctx ends. Then the message under way is finished
// and the rest is given back.
func (n *Notifier) Run(ctx context.Context) {
	tick := time.NewTicker(n.pace.Every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		for n.Round(ctx) == noticesAtOnce {
		}
	}
}

// Round says what is due now, at most so much at once, and tells how much that
// was. Nothing is claimed while the channel wants a pause.
func (n *Notifier) Round(ctx context.Context) int {
	if ctx.Err() != nil || n.sender.Pause() > 0 {
		return 0
	}
	began := time.Now() // before the claim, by the monotonic clock: the lease ends later than we think
	list, err := n.notices.Due(ctx, noticesAtOnce, noticeLease)
	if err != nil {
		n.log.Warn("notices could not be read", "error", err)
		return 0
	}
	work, cancel := context.WithDeadline(context.WithoutCancel(ctx), began.Add(noticeLease-noticeMargin))
	defer cancel()
	var all sync.WaitGroup
	for worker := range int64(noticeWorkers) {
		all.Go(func() {
			for _, d := range list {
				if d.Person%noticeWorkers == worker {
					n.take(ctx, work, d)
				}
			}
		})
	}
	all.Wait()
	return len(list)
}

// take says one notice of a batch, or gives it back where there is no time.
func (n *Notifier) take(ctx, work context.Context, d flows.Due) {
	err := ErrHold
	if d.Late {
		err = errLate
	} else if n.turn(ctx, work, d) {
		err = n.say(work, d)
	}
	if err := n.settle(ctx, d, err); err != nil { // its lease ends, and it is said again
		n.log.Warn("what became of a notice was not written", "kind", d.Notice.Kind, "error", err)
	}
}

// turn waits until a notice may go. It may not where the time is over, Telegram
// wants a pause or the limiter does not answer. A menu is no message, and goes at
// once.
func (n *Notifier) turn(ctx, work context.Context, d flows.Due) bool {
	may := func() bool { return ctx.Err() == nil && work.Err() == nil && n.sender.Pause() == 0 }
	if d.Notice.Kind == flows.NoticeMenu || !d.Reachable {
		return may()
	}
	for may() {
		wait, ok, err := n.limiter.Reserve(work, d.Person, n.pace.Rate)
		if err != nil {
			n.log.Warn("notices hold: the limiter does not answer", "error", err)
			return false
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		case <-work.Done():
		}
		if ok {
			return may()
		}
	}
	return false
}

// errLate says that what was to be said is old news.
var errLate = errors.New("its time is over")

// errNothing says that a notice has no words here: a newer replica may have them.
var errNothing = errors.New("nothing to say")

func (n *Notifier) say(ctx context.Context, d flows.Due) error {
	if !d.Reachable {
		return ErrUnreachable
	}
	if d.Notice.Kind == flows.NoticeMenu {
		return n.showMenu(ctx, d)
	}
	screen, ok := d.Notice.Say()
	if !ok {
		return errNothing
	}
	for _, m := range n.render.Render(screen, d.Language) {
		if err := n.sender.Tell(ctx, d.Person, m); err != nil {
			return err
		}
	}
	return nil
}

// settle writes what became of a notice.
func (n *Notifier) settle(ctx context.Context, d flows.Due, said error) error {
	ctx = context.WithoutCancel(ctx)
	switch {
	case said == nil:
		return n.notices.Said(ctx, d)
	case errors.Is(said, errLate):
		return n.notices.Drop(ctx, d)
	case errors.Is(said, ErrUnreachable):
		if d.Reachable {
			if err := n.people.SetReachable(ctx, d.Person, false); err != nil {
				return err
			}
		}
		return n.notices.Drop(ctx, d)
	case errors.Is(said, ErrHold): // nobody's fault: not a try
		d.Tries--
		return n.notices.Postpone(ctx, d, max(n.sender.Pause(), n.pace.Every))
	case errors.Is(said, ErrRefused), d.Tries >= noticeTries:
		n.log.Error("a notice was given up", "kind", d.Notice.Kind, "tries", d.Tries, "error", said)
		return n.notices.Drop(ctx, d)
	}
	return n.notices.Postpone(ctx, d, noticeBackOff<<max(d.Tries-1, 0))
}

// showMenu shows a person the commands of the offices that they hold now.
func (n *Notifier) showMenu(ctx context.Context, d flows.Due) error {
	offices, err := n.notices.OfficesOf(ctx, d.Person)
	if err != nil {
		return err
	}
	var menu []MenuItem
	if len(offices) > 0 {
		for _, name := range flows.CommandsOf(offices) {
			menu = append(menu, MenuItem{Command: name, Words: n.render.Text("menu."+name, d.Language)})
		}
	}
	return n.sender.ShowMenu(ctx, d.Person, menu)
}
