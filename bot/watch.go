package bot

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"time"

	"sadasya/flows"
	"sadasya/party"
)

// Messages that tell how a broadcast goes are written anew as it does: each is
// kept in the store, and whichever replica comes first writes it. Where one dies,
// another goes on when the claim is over.

// Watches keeps such messages, one an admin and broadcast. Errors:
// party.ErrUnavailable.
type Watches interface {
	// DueWatches claims at most so many whose time has come, of admins in office
	// alone. Nobody else gets them before the lease is over.
	DueWatches(ctx context.Context, most int, lease time.Duration) ([]flows.Watched, error)
	// SettleWatch writes what a claimed one says now, and lets it be due again after
	// a time; 0 forgets it.
	SettleWatch(ctx context.Context, w flows.Watched, after time.Duration) error
	// Report keeps a notice for who composed and who approved, of each broadcast
	// that has ended since.
	Report(ctx context.Context) error
}

// SentDesk is what else is asked of a broadcast that was sent.
type SentDesk interface {
	// Watch keeps a message that shows one, in the place of an older one.
	Watch(ctx context.Context, w flows.Watched) error
	// Failures tells who was not reached, by reason.
	Failures(ctx context.Context, a flows.Actor, e flows.LoadFailures) (flows.Failures, error)
}

// Limits of a Watcher.
const (
	watchesAtOnce = 10
	watchEvery    = 5 * time.Second // between two edits of a message
	watchLease    = 8 * time.Second // longer than an edit may take
	watchTime     = 5 * time.Second // for an edit

	// Between two looks that tell a rate.
	shortestLook, longestLook = 3 * time.Second, 2 * time.Minute
)

// watches keeps the message that a reply has become.
func (b *Bot) watches(person int64, broadcast int, m Message) func(context.Context, int) error {
	return func(ctx context.Context, message int) error {
		return b.world.Sent.Watch(ctx, flows.Watched{Person: person, Broadcast: broadcast, Message: message, Shown: looks(m)})
	}
}

// looks is the same for messages that look the same.
func looks(m Message) []byte {
	h := sha256.New()
	put := func(words string) { h.Write(append([]byte(words), 0)) }
	put(m.HTML)
	for _, row := range m.Buttons {
		for _, b := range row {
			put(b.Label)
			put(b.Data)
		}
	}
	return h.Sum(nil)[:16]
}

// Watcher writes the messages. Any number of replicas may run one.
type Watcher struct {
	Watches Watches
	Loads   interface {
		Broadcast(ctx context.Context, a flows.Actor, id int) (flows.BroadcastLoaded, error)
	}
	Courier interface {
		Rewrite(ctx context.Context, person int64, message int, m Message) error
	}
	Pause  func() time.Duration // how long the channel wants no calls
	Render *Renderer
	Night  func(time.Time) time.Duration
	Fast   int
	Every  time.Duration // between two looks
	Now    func() time.Time
	Log    *slog.Logger
}

// Run writes what is due until ctx ends. What is under way is finished.
func (w *Watcher) Run(ctx context.Context) {
	tick := time.NewTicker(w.Every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if err := w.Watches.Report(ctx); err != nil && ctx.Err() == nil {
			w.Log.Warn("what became of broadcasts is not told yet", "error", err)
		}
		w.Round(ctx)
	}
}

// Round writes anew what is due now and has changed. One after the other: there
// are as many as admins who look, and answers to citizens have the way.
func (w *Watcher) Round(ctx context.Context) {
	if w.Pause() > 0 {
		return
	}
	began := time.Now()
	list, err := w.Watches.DueWatches(ctx, watchesAtOnce, watchLease)
	if err != nil {
		if ctx.Err() == nil {
			w.Log.Warn("what admins watch could not be read", "error", err)
		}
		return
	}
	seen := map[int]flows.BroadcastLoaded{} // each is counted once a round
	for _, x := range list {
		if ctx.Err() != nil || time.Since(began) > watchLease-watchTime {
			return // the claims end, and whoever comes first goes on
		}
		if err := w.write(context.WithoutCancel(ctx), x, seen); err != nil {
			w.Log.Warn("a message that shows a broadcast was not written anew", "broadcast", x.Broadcast, "error", err)
		}
	}
}

func (w *Watcher) write(ctx context.Context, x flows.Watched, seen map[int]flows.BroadcastLoaded) error {
	ctx, cancel := context.WithTimeout(ctx, watchTime)
	defer cancel()
	b, ok := seen[x.Broadcast]
	if !ok {
		var err error
		if b, err = w.Loads.Broadcast(ctx, flows.Actor{Person: x.Person, Language: x.Language}, x.Broadcast); err != nil {
			return err
		}
		if b.ID == 0 { // an admin no more, since it was claimed: others who look still are
			return w.Watches.SettleWatch(context.WithoutCancel(ctx), x, 0)
		}
		b.Fast, b.Clock = w.Fast, clockAt(w.Now(), w.Night)
		seen[x.Broadcast] = b
	}
	done := b.Parts.Audience() - b.Parts[party.Pending]
	if x.Ago >= shortestLook && x.Ago <= longestLook { // what it does now, not since it began
		b.Rate = int(float64(done-x.Done) / x.Ago.Seconds())
	}
	x.Done = done
	after := watchEvery
	if !b.UnderWay() {
		after = 0 // the last time
	}
	if m := w.Render.Render(flows.Watching(b.Broadcast), x.Language)[0]; string(looks(m)) != string(x.Shown) {
		switch err := w.Courier.Rewrite(ctx, x.Person, x.Message, m); {
		case errors.Is(err, ErrUnreachable), errors.Is(err, ErrRefused):
			after = 0 // it is gone
		case errors.Is(err, ErrHold):
			return w.Watches.SettleWatch(context.WithoutCancel(ctx), x, max(w.Pause(), watchEvery))
		case err != nil:
			return err // it is written when the claim is over
		}
		x.Shown = looks(m)
	}
	return w.Watches.SettleWatch(context.WithoutCancel(ctx), x, after)
}
