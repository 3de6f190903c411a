package main

import (
	"net"
	"sync"
	"time"

	"sadasya/cmd/sadasya/historytest"
)

// holds is the lock of what an act hurts: one thing at a time is done to each.
func (p *drill) holds(a act) *sync.Mutex {
	switch a.fault {
	case killReplica:
		return &p.killing[a.draw%len(p.replicas)]
	case emptyRedis, restartRedis, cutRedis, swallowRedis, slowRedis, loseMaster:
		return &p.house.redisHeld
	case restartPostgres, cutPostgres, swallowPostgres, slowPostgres, cutCommit, promoteStandby:
		return &p.house.postgresHeld
	}
	return &p.house.telegramHeld
}

// hurt carries out an act and mends it; it tells what Redis lost, and whether
// anything was hurt.
func (p *drill) hurt(a act) (lost historytest.Act, hurt bool) {
	switch p.holds(a) {
	case &p.house.redisHeld:
		return p.hurtRedis(a), true
	case &p.house.postgresHeld:
		return "", p.hurtPostgres(a)
	case &p.house.telegramHeld:
		p.hurtTelegram(a)
		return "", true
	}
	r := p.replicas[a.draw%len(p.replicas)]
	r.kill()
	r.start()
	return "", true
}

// How long a store is silent, one time in three or four: longer than the bot waits
// for it, which is 2 s for Redis and 10 s for Postgres.
const (
	silentRedis    = 2500 * time.Millisecond
	silentPostgres = 11 * time.Second
)

func (p *drill) hurtRedis(a act) historytest.Act {
	proxy := p.house.redisProxy
	switch a.fault {
	case emptyRedis:
		p.house.empty(p.schedule)
		return historytest.Forget
	case restartRedis:
		p.house.redis.Kill()
		p.house.redis.Start()
		return historytest.Forget
	case cutRedis:
		during(a.length, proxy.Cut, proxy.Mend)
	case swallowRedis:
		length := a.length
		if a.draw%3 == 0 {
			length = silentRedis
		}
		during(length, proxy.Swallow, proxy.Mend)
	case slowRedis:
		during(2*a.length, func() { proxy.Slow(a.length / 10) }, proxy.Mend)
	case loseMaster:
		p.house.cluster.LoseMaster(a.draw)()
		return historytest.Lapse
	}
	return ""
}

// committing are words of statements whose answers may be lost: the row, a
// consent, who arrives, and the end of a transaction of more than one.
var committing = []string{"INSERT INTO members", "INSERT INTO members", "INSERT INTO consents", "INSERT INTO people", "commit"}

func (p *drill) hurtPostgres(a act) (hurt bool) {
	proxy, pair := p.house.postgresProxy, p.house.postgres
	switch a.fault {
	case restartPostgres:
		pair.Restart()
	case cutPostgres:
		during(a.length, proxy.Cut, proxy.Mend)
	case swallowPostgres:
		length := a.length
		if a.draw%4 == 0 {
			length = silentPostgres
		}
		during(length, proxy.Swallow, proxy.Mend)
	case slowPostgres:
		during(2*a.length, func() { proxy.Slow(a.length / 10) }, proxy.Mend)
	case cutCommit:
		return p.cut(committing[a.draw%len(committing)])
	case promoteStandby:
		pair.Promote(func() { <-time.After(a.length) })
	}
	return true
}

// mostWaited is how long a commit to be cut off is waited for: there may be none.
const mostWaited = 2 * time.Second

// cut waits until a connection was cut after a commit, and tells whether one was.
func (p *drill) cut(word string) bool {
	pair := p.house.postgres
	was, waited := pair.Cuts(), time.After(mostWaited)
	pair.CutAfter(word)
	defer pair.LoseNothing()
	for pair.Cuts() == was {
		select {
		case <-waited:
			p.t.Logf("no answer to %q was lost: nobody asked", word)
			return false
		case <-time.After(5 * time.Millisecond):
		}
	}
	return true
}

// tooLate is when a call is answered that the bot has given up, after 10 s: it has
// taken effect half way there.
const tooLate = 12 * time.Second

func (p *drill) hurtTelegram(a act) {
	c := p.schedule.chaos
	switch a.fault {
	case throttle:
		c.Throttle, c.RetryAfter = 0.3, 1
	case outage:
		c.Outage = 0.3
	case dropCalls:
		c.DropBefore, c.DropAfter = 0.2, 0.3
	case slowCalls:
		c.Latency = a.length
	case hangCalls:
		c.Latency = tooLate
	case repeatAll:
		c.Repeat, c.Copies = 0.2, 1+a.draw%50
	}
	during(2*a.length, func() { p.telegram.SetChaos(c) }, func() { p.telegram.SetChaos(p.schedule.chaos) })
}

func portOf(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}
