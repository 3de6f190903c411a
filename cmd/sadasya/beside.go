package main

import (
	"context"
	"time"
)

// What serve does beside people's updates: it warns, folds, purges.

// warn tells what an operator should not go live with.
func (p *program) warn(ctx context.Context) {
	if p.stores.campaign.Sample {
		p.log.Warn("the campaign is the built-in sample: no real party, contact or helpline; set CAMPAIGN to your file")
	}
	if v, err := p.stores.postgres.CurrentVersion(ctx); err == nil && v.Sample {
		p.log.Warn("the list of booths is a sample of 2014, whose numbers have changed; sadasya booths import FILE.csv brings today's", "list", v.Label)
	}
}

// fold brings the roll-ups up to date, now and every few seconds.
func (p *program) fold(ctx context.Context) {
	tick := time.NewTicker(foldEvery)
	defer tick.Stop()
	for {
		if _, err := p.stores.postgres.Fold(ctx); err != nil && ctx.Err() == nil {
			p.log.Warn("folding events", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// purge erases what is to be erased, settles what waited for Monday and tells
// chief enrollers what waits in review, now and every hour.
func (p *program) purge(ctx context.Context) {
	tick := time.NewTicker(purgeEvery)
	defer tick.Stop()
	for {
		p.stores.redis.Forget(time.Now())
		if people, members, err := p.stores.postgres.Purge(ctx); err != nil {
			p.log.Warn("purging", "error", err)
		} else if people+members > 0 {
			p.log.Info("purged", "people", people, "members", members)
		}
		if settled, err := p.stores.postgres.SettleWeek(ctx); err != nil {
			p.log.Warn("settling the week's complaints", "error", err)
		} else if settled > 0 {
			p.log.Info("settled the week's complaints", "members", settled)
		}
		if hour := p.now().UTC().Hour(); hour >= 4 && hour < 14 { // by day in India
			if _, err := p.stores.postgres.TellDoubtful(ctx); err != nil {
				p.log.Warn("telling of what waits in review", "error", err)
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
