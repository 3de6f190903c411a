package main

import (
	"context"
	"time"
)

// casesEvery is how soon whoever may decide a waiting case is found.
const casesEvery = time.Minute

// tellCases tells of cases that waited for somebody who may decide them, now and
// every minute, and once an hour warns of those that wait still.
func (p *program) tellCases(ctx context.Context) {
	tick := time.NewTicker(casesEvery)
	defer tick.Stop()
	var warned time.Time
	for {
		warned = p.tellCasesOnce(ctx, p.now(), warned)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// tellCasesOnce gives when the operator was warned last.
func (p *program) tellCasesOnce(ctx context.Context, now, warned time.Time) time.Time {
	waiting, err := p.stores.postgres.TellCases(ctx)
	if err != nil {
		if ctx.Err() == nil {
			p.log.Warn("telling of cases", "error", err)
		}
		return warned
	}
	if waiting > 0 && now.Sub(warned) >= time.Hour {
		p.log.Warn("cases wait that no admin may decide; make an admin who has nothing to do with their place", "cases", waiting)
		return now
	}
	return warned
}
