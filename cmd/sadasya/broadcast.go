package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"sadasya/bot"
	"sadasya/bot/broadcast"
	"sadasya/bot/telegram"
	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/redis"
)

// Broadcasts of serve: the pump, wired. It has connections of its own to Postgres,
// so that no citizen waits for one that it holds.

// Telegram's free limits. Source: Bot API FAQ, "about 30 messages per second".
const (
	freeBudget = 30.0 // messages a second, replies among them
	freeRate   = 28.0 // of broadcasts at most
)

// watchEvery is how often it is looked for what admins watch. Each message is
// written anew more seldom than that.
const watchEvery = time.Second

// night tells how long the quiet hours of broadcasts last at a time.
func night(c Config) func(time.Time) time.Duration {
	hours, err := broadcast.ParseHours(c.BroadcastQuiet, party.India())
	if err != nil { // broadcasts are off
		return nil
	}
	return hours.Left
}

// sendsPerWorker is how many messages a second one worker gets through, at 50 to
// 100 ms a call and with time in hand.
const sendsPerWorker = 8

// pumpConnections are for a look, for what is written down, for blocks that are
// claimed and given back, for an audience that is frozen meanwhile (two), and for
// who watches how it goes.
const pumpConnections = 7

// broadcasts sends until ctx ends.
func (p *program) broadcasts(ctx context.Context) {
	c := p.config
	hours, err := broadcast.ParseHours(c.BroadcastQuiet, party.India())
	if err != nil { // it was checked at the start
		p.log.Error("broadcasts are off", "error", err)
		return
	}
	workers := workersAt(c.BroadcastRate)
	ledger, err := p.stores.postgres.Beside(ctx, pumpConnections)
	if err != nil {
		p.log.Error("broadcasts are off", "error", err)
		return
	}
	defer ledger.Close()
	var beside sync.WaitGroup
	defer beside.Wait()
	watcher := bot.Watcher{
		Watches: ledger, Loads: ledger, Courier: p.api, Pause: p.api.Pause, Render: p.render, Night: hours.Left, Fast: fastRate(c),
		Every: watchEvery, Now: p.now, Log: p.log,
	}
	beside.Go(func() { watcher.Run(ctx) })
	broadcast.New(ledger.Gathered(), p.limitFor("broadcasts"), letters{p.api}, broadcast.Options{
		Workers: workers, Rate: min(c.BroadcastRate, freeRate), PaidRate: c.BroadcastRate, Lease: c.BroadcastLease,
		Quiet: hours, Words: p.render.Text, Reminder: p.reminder, Now: time.Now, Log: p.log,
	}).Run(ctx)
}

// reminder is what the clock says to who stands at a step.
func (p *program) reminder(step string, l party.Language) bot.Message {
	return p.render.Render(flows.Reminder(step), l)[0]
}

// fastRate is what a broadcast that pays may go at; 0 where none may.
func fastRate(c Config) int {
	if c.BroadcastRate <= freeRate {
		return 0
	}
	return int(c.BroadcastRate)
}

// workersAt is how many messages are in flight at once in a replica that could
// send at a rate alone.
func workersAt(rate float64) int { return min(max(int(rate/sendsPerWorker), 4), 64) }

// newLimiter is the one limit of this process on what is sent of its own accord:
// broadcasts and notices share it, since it tells of the replies.
func newLimiter(c Config, s *stores, api *telegram.API) (*redis.Limiter, error) {
	return s.redis.Limiter(redis.LimiterOptions{
		Budget: max(c.BroadcastRate, freeRate) * freeBudget / freeRate, Replies: api.Replies,
	})
}

// letters sends by the Bot API.
type letters struct{ api *telegram.API }

func (l letters) Send(ctx context.Context, chat int64, m bot.Message, paid bool) broadcast.Outcome {
	id, err := l.api.Letter(ctx, chat, m, paid)
	o := outcome(err)
	o.Message = id
	return o
}

func (l letters) Unsend(ctx context.Context, chat int64, message int) broadcast.Outcome {
	return outcome(l.api.Unsend(ctx, chat, message))
}

// outcome names what the Bot API answered in the pump's words.
func outcome(err error) broadcast.Outcome {
	var f *telegram.Failure
	switch {
	case err == nil:
		return broadcast.Outcome{Kind: broadcast.Delivered}
	case !errors.As(err, &f):
		return broadcast.Outcome{Kind: broadcast.Unknown}
	}
	kinds := map[telegram.Class]broadcast.Kind{
		telegram.Throttled: broadcast.Throttled, telegram.Blocked: broadcast.Blocked, telegram.NoChat: broadcast.NoChat, telegram.Moved: broadcast.Moved,
		telegram.Unauthorized: broadcast.Unauthorized, telegram.Refused: broadcast.Refused, telegram.Outage: broadcast.Outage, telegram.Unknown: broadcast.Unknown,
	}
	return broadcast.Outcome{Kind: kinds[f.Class], After: f.After, To: f.To, Word: f.Word}
}
