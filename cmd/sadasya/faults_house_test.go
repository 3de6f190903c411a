package main

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/embedded/faultstest"
	"sadasya/store/postgres"
	"sadasya/store/seal"
)

// house has the stores of all schedules. To start them takes longer than most
// schedules, so they are started once.
type house struct {
	t     *testing.T
	keys  string // the file
	codes []party.Code

	redis      *embeddedtest.RedisServer
	redisAddr  string
	redisProxy *faultstest.Proxy
	cluster    *faultstest.Cluster // nil until a schedule wants one

	postgres      *faultstest.Pair
	postgresProxy *faultstest.Proxy
	store         *postgres.Store // behind the proxy's back

	redisHeld, postgresHeld, telegramHeld sync.Mutex

	mu  sync.Mutex
	met map[fault]int // people who were enrolling when each fault came
}

func openHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, keys: keyPath(t), redisAddr: faultstest.FreeAddress(t), met: map[fault]int{}}
	h.redis = embeddedtest.StartRedis(t, "--bind", "127.0.0.1", "--port", portOf(h.redisAddr))
	if h.redis == nil {
		t.Skip("no redis-server; CI has one")
	}
	h.redisProxy = faultstest.NewProxy(t, h.redisAddr)
	h.postgres = faultstest.StartPair(t)
	h.postgresProxy = faultstest.NewProxy(t, h.postgres.Addr())
	if err := seal.Generate(h.keys); err != nil {
		t.Fatal(err)
	}
	h.store = openShared(t, h.postgres.URL(), h.keys)
	for i := range 2 {
		code, err := h.store.Appoint(t.Context(), postgres.Appointment{
			Office: party.Enroller, TelegramID: enrollerID + int64(i), Name: "सुनीता मीणा", Area: party.Area{Booth: party.Booth{AC: 55, Part: 12 + i}},
		})
		if err != nil {
			t.Fatal(err)
		}
		h.codes = append(h.codes, code)
	}
	return h
}

// database and redisURL are what replicas are told.
func (h *house) database() string { return h.postgres.URLBy(h.postgresProxy.Addr()) }

func (h *house) redisURL(s schedule) string {
	if !s.cluster {
		return "redis://" + h.redisProxy.Addr() + "/0"
	}
	if h.cluster == nil {
		h.cluster = faultstest.StartCluster(h.t)
	}
	return h.cluster.URL()
}

// empty forgets all that Redis holds.
func (h *house) empty(s schedule) {
	if s.cluster {
		h.cluster.Empty()
		return
	}
	client := redis.NewClient(&redis.Options{Addr: h.redisAddr})
	defer func() { _ = client.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := client.FlushAll(ctx).Err(); err != nil {
		h.t.Error(err)
	}
}

// during hurts a store for so long.
func during(length time.Duration, hurt, mend func()) {
	hurt()
	<-time.After(length)
	mend()
}
