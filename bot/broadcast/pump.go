package broadcast

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"sadasya/party"
)

// Times of the pump.
const (
	longestMargin = 5 * time.Second // before a lease's end, in which nothing is begun
	retryPause    = 200 * time.Millisecond
	longestPause  = 30 * time.Second // while Telegram is in trouble
	tokenPause    = time.Minute      // after Telegram did not know the token
	lastWords     = 10 * time.Second // to write down what was sent when it is told to end
)

// Pump sends. Make it by New.
type Pump struct {
	ledger  Ledger
	limiter Limiter
	sender  Sender
	o       Options

	held    atomic.Int64 // Unix nanoseconds until which Telegram wants nothing
	outages atomic.Int64 // in a row
	refused refusals
	door    chan struct{} // held by the one that asks for work
	idle    bool          // the last who asked found none
}

// New returns a pump; Run must be called for anything to be sent.
func New(ledger Ledger, limiter Limiter, sender Sender, o Options) *Pump {
	if o.Idle == 0 {
		o.Idle = time.Second
	}
	return &Pump{ledger: ledger, limiter: limiter, sender: sender, o: o, door: make(chan struct{}, 1)}
}

// Run sends until ctx ends, and then writes down what was in flight.
func (p *Pump) Run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { p.tend(ctx) })
	for range p.o.Workers {
		all.Go(func() { p.work(ctx) })
	}
	all.Wait()
}

// tend lets the ledger do what broadcasts need besides sending, in quiet hours
// too: an audience that is frozen at night waits for the morning, and each of it
// is looked at before the message goes.
func (p *Pump) tend(ctx context.Context) {
	for ctx.Err() == nil {
		more, err := p.ledger.Tend(ctx)
		if err != nil && ctx.Err() == nil {
			p.o.Log.Warn("tending broadcasts", "error", err)
		}
		if !more {
			p.sleep(ctx, p.o.Idle)
		}
	}
}

// work takes blocks, one after another.
func (p *Pump) work(ctx context.Context) {
	for ctx.Err() == nil {
		began, l, ok := p.claim(ctx)
		if ok {
			p.through(ctx, l, began)
		}
	}
}

// claim leases a block. The clock starts before the ledger's does, so that the
// lease never ends earlier than thought.
func (p *Pump) claim(ctx context.Context) (began time.Time, l party.Lease, ok bool) {
	select {
	case p.door <- struct{}{}:
	case <-ctx.Done():
		return began, l, false
	}
	defer func() { <-p.door }()
	if p.idle {
		p.sleep(ctx, p.o.Idle)
	}
	p.idle = true
	if pause := p.pause(true); pause > 0 {
		p.sleep(ctx, min(pause, p.o.Idle)) // asked anew, for a hold may be over sooner
		return began, l, false
	}
	if ctx.Err() != nil {
		return began, l, false
	}
	began = p.o.Now()
	l, ok, err := p.ledger.Claim(ctx, p.o.Lease, p.o.Quiet.Left(began) > 0)
	if err != nil && ctx.Err() == nil {
		p.o.Log.Warn("claiming recipients", "error", err)
	}
	p.idle = !ok
	return began, l, ok
}

// through brings a block's recipients to their fates, until the lease is nearly
// over or nothing may be sent.
func (p *Pump) through(ctx context.Context, l party.Lease, began time.Time) {
	margin := min(longestMargin, p.o.Lease/4)
	t := term{last: began.Add(p.o.Lease - margin), end: began.Add(p.o.Lease - margin/5)}
	each := p.reach
	if l.Recall {
		each = p.takeBack
	}
	for _, r := range l.Recipients {
		if !each(ctx, l, r, t) {
			break
		}
	}
	p.insist(ctx, "giving recipients back", func(ctx context.Context) error { return p.ledger.Release(ctx, l) })
}

// term is what of a lease may be used: until last a message may begin, until end
// it must have ended.
type term struct{ last, end time.Time }

// pause is for how long nothing may be sent: Telegram's wish, or the hours. What
// is silent, a message deleted, has a deadline of 48 hours and wakes nobody: the
// hours do not hold it.
func (p *Pump) pause(silent bool) time.Duration {
	now := p.o.Now()
	held := time.Unix(0, p.held.Load()).Sub(now)
	if silent {
		return held
	}
	return max(held, p.o.Quiet.Left(now))
}

// hold notes that Telegram wants nothing for so long. A shorter wish does not end
// a longer one.
func (p *Pump) hold(d time.Duration) {
	until := p.o.Now().Add(d).UnixNano()
	for {
		old := p.held.Load()
		if old >= until || p.held.CompareAndSwap(old, until) {
			return
		}
	}
}

// turn waits for the limiter's promise; false: it does not come in time.
func (p *Pump) turn(ctx context.Context, l party.Lease, person int64, t term) bool {
	rate := p.o.Rate
	if l.Paid {
		rate = p.o.PaidRate
	}
	for ctx.Err() == nil && p.pause(l.Recall) <= 0 {
		wait, ok, err := p.limiter.Reserve(ctx, person, rate)
		if err != nil {
			wait = p.o.Idle // without the limiter nothing goes
			p.o.Log.Warn("broadcasts hold: the limiter does not answer", "error", err)
		}
		if p.o.Now().Add(wait).After(t.last) {
			return false
		}
		p.sleep(ctx, wait)
		if ok && err == nil {
			return ctx.Err() == nil && p.pause(l.Recall) <= 0 && !p.o.Now().After(t.last)
		}
	}
	return false
}

// insist does something until it succeeds: what was sent must be written down.
// Once ctx has ended it has lastWords for it.
func (p *Pump) insist(ctx context.Context, what string, do func(context.Context) error) {
	anyway, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(lastWords, cancel) })
	defer stop()
	for {
		err := do(anyway)
		if err == nil || anyway.Err() != nil {
			return
		}
		p.o.Log.Warn(what, "error", err)
		p.sleep(anyway, retryPause)
	}
}

func (p *Pump) sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
