package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sadasya/bot"
	"sadasya/flows"
	"sadasya/party"
)

// Limits of handling one update.
const (
	updateTimeout  = 25 * time.Second // in all
	receiptTimeout = 10 * time.Second // for what must be known to have arrived
	poisonLimit    = 3                // failures of logic before an update is set aside
)

// verdict is what becomes of an update.
type verdict int

const (
	handled verdict = iota
	slowed          // not taken, since the person sends too many; it need not come again
	later           // a store or Telegram is away: the update must come again
	failed          // a failure of logic below the limit: it must come again too
	kept            // set aside for the operator: it need not come again
	cut             // its body ended too early
)

// Edge hands updates to the bot, and its answers to Telegram.
type Edge struct {
	handler  bot.Handler
	api      *API
	username func() string
	log      *slog.Logger
	aside    sync.WaitGroup // calls that hold up no answer
	asideCtx context.Context
	endAside context.CancelFunc
	limit    atomic.Pointer[limit]
	watch    Watch
}

// limit ends the updates that came within one second of each other: to make a
// context and a timer for each is a fiftieth of what an update costs.
type limit struct {
	ctx    context.Context
	cancel context.CancelFunc
	until  time.Time // for updates that come before it
}

// within is the context of an update that came now by the webhook. It does not
// end with the request: Telegram hangs up when it likes, and what is under way
// is better finished than begun again.
func (e *Edge) within() context.Context {
	now := time.Now()
	for {
		last := e.limit.Load()
		if last != nil && now.Before(last.until) {
			return last.ctx
		}
		next := &limit{until: now.Add(time.Second)}
		next.ctx, next.cancel = context.WithDeadline(context.Background(), next.until.Add(updateTimeout))
		if e.limit.CompareAndSwap(last, next) {
			return next.ctx
		}
		next.cancel()
	}
}

// NewEdge returns an edge. username gives the bot's own name once it is known.
func NewEdge(h bot.Handler, api *API, username func() string, log *slog.Logger) *Edge {
	e := &Edge{handler: h, api: api, username: username, log: log, watch: nobody{}}
	e.asideCtx, e.endAside = context.WithCancel(context.Background())
	return e
}

// Drain waits for the calls that hold up no answer, and ends those that are
// still under way when ctx ends.
func (e *Edge) Drain(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() {
		e.endAside()
		if e.api.spinner != nil {
			e.api.spinner.abort()
		}
	})
	defer stop()
	e.aside.Wait()
}

// take handles one update in its raw form, within ctx. respond writes one message into the
// webhook's own response; with nil, or when it was used, messages go by calls.
func (e *Edge) take(ctx context.Context, raw []byte, respond func(chat int64, m bot.Message)) (verdict, error) {
	began := time.Now()
	r, flaw := decode(raw, e.username())
	kind := kindOf(r, flaw)
	v, err := e.decide(ctx, r, flaw, raw, kind, respond)
	took := time.Since(began)
	e.watch.Update(kind, v.String(), took)
	if e.log.Enabled(ctx, slog.LevelDebug) {
		id := r.ID
		if bad := (malformed{}); errors.As(flaw, &bad) {
			id = bad.update
		}
		e.log.Debug("an update", "update", id, "kind", kind, "outcome", v.String(), "took", took)
	}
	return v, err
}

// decide hands an update on and makes a verdict of what became of it. flaw is
// what decoding it met.
func (e *Edge) decide(ctx context.Context, r received, flaw error, raw []byte, kind string, respond func(chat int64, m bot.Message)) (verdict, error) {
	var bad malformed
	switch {
	case errors.Is(flaw, errCutShort):
		return cut, flaw
	case errors.As(flaw, &bad):
		e.log.Warn("an update was set aside", "update", bad.update, "kind", kind, "reason", bad.reason)
		return e.setAside(ctx, bad.update, bad.reason, raw)
	}
	err := e.guarded(ctx, r, respond)
	switch {
	case err == nil:
		return handled, nil
	case errors.Is(err, errSlowed):
		return slowed, nil
	case errors.Is(err, party.ErrUnavailable), errors.Is(err, bot.ErrBusy), retryable(err):
		e.log.Warn("an update must come again", "update", r.ID, "kind", kind, "error", err)
		return later, err
	}
	reason, told := "logic", []any{"update", r.ID, "kind", kind, "error", err}
	var p panicked
	if errors.As(err, &p) {
		reason, told = "panic", append(told, "at", p.at)
	}
	e.log.Error("an update failed", told...)
	return e.count(ctx, r.ID, raw, reason, err)
}

func retryable(err error) bool {
	var f *Failure
	// A token that is good no more is nobody's update's fault: it must come again
	// once the operator has set the new one.
	return errors.As(err, &f) && (f.Retry() || f.Class == Unauthorized) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// count counts a failure of logic; at the limit the update is set aside for
// this reason, so that it does not block its chat.
func (e *Edge) count(ctx context.Context, update int64, raw []byte, reason string, cause error) (verdict, error) {
	n, err := e.handler.Failed(ctx, update)
	if err != nil {
		return later, err
	}
	if n < poisonLimit {
		return failed, cause
	}
	e.log.Error("an update was set aside", "update", update, "reason", reason, "failures", n)
	return e.setAside(ctx, update, reason, raw)
}

func (e *Edge) setAside(ctx context.Context, update int64, reason string, raw []byte) (verdict, error) {
	if err := e.handler.SetAside(ctx, update, reason, raw); err != nil {
		return later, err
	}
	return kept, nil
}

// guarded turns a panic into an error of logic. What panicked may hold a name,
// so only its type and place are told.
func (e *Edge) guarded(ctx context.Context, r received, respond func(int64, bot.Message)) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked{kind: fmt.Sprintf("%T", p), at: trace()}
		}
	}()
	switch r.what {
	case personal:
		return e.personal(ctx, r, respond)
	case group, channel:
		reply, err := e.handler.Stray(ctx, bot.Stray{Update: r.ID, Chat: r.chat, Person: r.Person, Command: r.Input.Name, Tongue: r.Input.Tongue})
		if err != nil {
			return err
		}
		return e.answer(ctx, r, reply, respond)
	case membership:
		return e.handler.Reachable(ctx, r.Person, r.back)
	}
	return nil
}

// panicked is a panic as an error of logic, without what panicked.
type panicked struct{ kind, at string }

func (p panicked) Error() string { return "panic of type " + p.kind }

// trace lists the functions that were under way and their lines. A stack as the
// runtime prints it holds arguments too, a person's id among them.
func trace() string {
	pcs := make([]uintptr, 40)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)]) // from the panic on
	var lines []string
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		lines = append(lines, fmt.Sprintf("%s:%d", f.Function, f.Line))
	}
	return strings.Join(lines, " < ")
}

func (e *Edge) personal(ctx context.Context, r received, respond func(int64, bot.Message)) error {
	dropped := false // of a flood, which is to cost no call
	defer func() {
		if r.callback != "" && !dropped {
			e.beside(r.ID, func(ctx context.Context) error { return e.api.answerTap(ctx, r.callback) })
		}
	}()
	reply, err := e.handler.Handle(ctx, r.Update)
	dropped = reply.Slowed && len(reply.Messages) == 0
	if err != nil {
		return err
	}
	if reply.Delete && r.Input.Kind != flows.Tap {
		// The answer says that it is gone, so one failed call must not leave it.
		e.beside(r.ID, func(ctx context.Context) error {
			return insist(ctx, func(ctx context.Context) error { return e.api.delete(ctx, r.chat, r.message) })
		})
	}
	if err := e.answer(ctx, r, reply, respond); err != nil || !reply.Slowed {
		return err
	}
	return errSlowed
}

// errSlowed says that an update was answered and not taken.
var errSlowed = errors.New("the person sends too many updates")

// answer sends a reply in order: the last message may go in the webhook's own
// response, where nobody learns of its fate; a receipt, what somebody wants the id
// of, and everything while Telegram throttles, goes by calls whose result is read.
func (e *Edge) answer(ctx context.Context, r received, reply bot.Reply, respond func(int64, bot.Message)) error {
	messages := reply.Messages
	inResponse := respond != nil && !e.api.Throttling() && len(messages) > 0 && (len(messages) > 1 || !reply.Receipt && reply.Sent == nil) &&
		messages[len(messages)-1].Voice == nil && messages[len(messages)-1].Picture == nil && messages[len(messages)-1].File == nil // a file does not fit there
	var last bot.Message
	if inResponse {
		last, messages = messages[len(messages)-1], messages[:len(messages)-1]
	}
	e.api.replies.Add(int64(len(reply.Messages)))
	for i, m := range messages {
		send := func(ctx context.Context) error { return e.api.send(ctx, r.chat, m) }
		if i == 0 && reply.Sent != nil {
			send = func(ctx context.Context) error { return e.api.sendTold(ctx, r.chat, m, reply.Sent) }
		}
		err := insist(ctx, send)
		var f *Failure
		if errors.As(err, &f) && (f.Class == Blocked || f.Class == NoChat) {
			if r.what != personal {
				return nil // a group that put us out
			}
			return e.handler.Reachable(ctx, r.Person, false)
		}
		if err != nil {
			return err
		}
	}
	if inResponse {
		respond(r.chat, last)
	}
	return nil
}

// insist makes a call until it is known to have taken effect, for up to 10 s.
func insist(ctx context.Context, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, receiptTimeout)
	defer cancel()
	for wait := 200 * time.Millisecond; ; wait *= 2 {
		err := call(ctx)
		var f *Failure
		if err == nil || !errors.As(err, &f) || !f.Retry() {
			return err
		}
		pause := wait
		if f.Class == Throttled {
			pause = f.After
		}
		if deadline, _ := ctx.Deadline(); time.Until(deadline) < pause {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// beside makes a call that holds up no answer. Its failure loses nothing.
func (e *Edge) beside(update int64, call func(ctx context.Context) error) {
	e.aside.Go(func() {
		var f *Failure
		if err := call(e.asideCtx); err != nil && (!errors.As(err, &f) || f.Word != "old query") {
			e.log.Debug("a call beside the answer failed", "update", update, "error", err)
		}
	})
}
