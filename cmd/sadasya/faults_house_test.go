package main

import (
	"testing"

	"sadasya/cmd/sadasya/historytest"
	"sadasya/party"
	"sadasya/store/embedded"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/seal"
)

// house has the stores of all schedules, and the hands that hurt them.
type house struct {
	t     *testing.T
	redis *embeddedtest.RedisServer
	pg    *embedded.Postgres
	keys  string // the file
	store *postgres.Store
	codes []party.Code // of two enrollers
}

func openHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, redis: embeddedtest.StartRedis(t), keys: keyPath(t)}
	if h.redis == nil {
		t.Skip("no redis-server; CI has one")
	}
	h.pg = openPostgresOfItsOwn(t)
	t.Cleanup(func() {
		if err := h.pg.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := seal.Generate(h.keys); err != nil {
		t.Fatal(err)
	}
	h.store = openShared(t, h.database(), h.keys)
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

func (h *house) database() string         { return h.pg.URL() }
func (h *house) redisURL(schedule) string { return h.redis.URL() }

// hurt carries out an act and mends it; it tells what Redis lost.
func (h *house) hurt(p *drill, a act) historytest.Act {
	if a.fault == killReplica {
		p.kill(a.who % len(p.replicas))
	}
	return ""
}

// kill kills a replica and starts it again, one at a time.
func (p *drill) kill(i int) {
	p.killing[i].Lock()
	defer p.killing[i].Unlock()
	p.replicas[i].kill()
	p.replicas[i].start()
}
