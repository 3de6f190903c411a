package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sadasya/party"
	"sadasya/store/jobs"
	"sadasya/store/postgres"
)

// pulse is what the database holds, read every few seconds by each replica:
// all of them tell the same. While Postgres is away it stays as it was, and
// read tells of when it is.
type pulse struct {
	read, schema           prometheus.Gauge
	events, eventsAge      prometheus.Gauge
	notices, noticesAge    prometheus.Gauge
	auditAge, aside        prometheus.Gauge
	members, steps, jobs   *prometheus.GaugeVec
	broadcasts, recipients *prometheus.GaugeVec
}

const (
	figuresEvery = 15 * time.Second
	figuresTime  = 5 * time.Second // within which they are read, or not at all
	mostSteps    = 300             // the tables of the flows have fewer
)

func newPulse(m *metrics) pulse {
	plain := func(name, help string) prometheus.Gauge { return m.gauges(name, help).WithLabelValues() }
	f := pulse{
		read:       plain("figures_read_timestamp_seconds", "When the figures of the database were read last."),
		schema:     plain("schema_version", "The newest migration that the database has."),
		events:     plain("events_waiting", "Events that the roll-ups do not hold yet; counted to 100,000."),
		eventsAge:  plain("events_oldest_seconds", "Age of the oldest event that the roll-ups do not hold yet."),
		notices:    plain("notices_due", "Notices whose time has come and that are not said; counted to 100,000."),
		noticesAge: plain("notices_oldest_seconds", "For how long the oldest of them has waited since it fell due first."),
		auditAge:   plain("audit_unlinked_seconds", "Age of the oldest row of the audit without a link."),
		aside:      plain("set_aside", "Updates that wait for the operator."),
		members:    m.gauges("members", "Members by status, as the roll-ups have it.", "status"),
		steps:      m.gauges("people", "People by where they stand in their conversation.", "step"),
		jobs:       m.gauges("jobs", "Jobs that failed and are tried again (retryable), or were given up within the last day (discarded).", "kind", "state"),
		broadcasts: m.gauges("broadcasts", "Broadcasts that are not over, by state.", "state"),
		recipients: m.gauges("broadcast_recipients", "Recipients of broadcasts under way by what became of them, of finished blocks.", "fate"),
	}
	f.set(postgres.Pulse{})
	return f
}

// Closed sets, shown as zero where there is none.
var (
	memberStates = []string{"confirmed", "review", "frozen", "refused", "withdrawn"}
	openStates   = []party.BroadcastState{party.BroadcastWaiting, party.BroadcastScheduled, party.BroadcastFreezing, party.BroadcastRunning, party.BroadcastPaused}
	fates        = []party.Fate{party.Sent, party.Failed, party.Unreachable, party.OptedOut, party.Uncertain, party.Cancelled}
)

func (f pulse) set(p postgres.Pulse) {
	f.schema.Set(float64(p.Schema))
	f.events.Set(float64(p.Events))
	f.eventsAge.Set(p.EventsAge.Seconds())
	f.notices.Set(float64(p.Notices))
	f.noticesAge.Set(p.NoticesAge.Seconds())
	f.auditAge.Set(p.AuditAge.Seconds())
	f.aside.Set(float64(p.SetAside))
	for _, s := range memberStates {
		f.members.WithLabelValues(s).Set(float64(p.Members[s]))
	}
	for _, s := range openStates {
		f.broadcasts.WithLabelValues(string(s)).Set(float64(p.Broadcasts[s]))
	}
	for _, s := range fates {
		f.recipients.WithLabelValues(string(s)).Set(float64(p.Recipients[s]))
	}
	f.steps.Reset()
	shown := 0
	for step, n := range p.Steps {
		if shown++; shown > mostSteps {
			step = "other"
		}
		f.steps.WithLabelValues(step).Add(float64(n))
	}
	f.jobs.Reset()
	for _, kind := range jobs.Kinds() {
		for _, state := range []string{"retryable", "discarded"} {
			f.jobs.WithLabelValues(kind, state).Set(0)
		}
	}
	for _, j := range p.Jobs {
		f.jobs.WithLabelValues(j.Kind, j.State).Set(float64(j.Jobs))
	}
}

// readFigures reads them until ctx ends.
func (p *program) readFigures(ctx context.Context) {
	tick := time.NewTicker(figuresEvery)
	defer tick.Stop()
	for {
		within, cancel := context.WithTimeout(ctx, figuresTime)
		read, err := p.stores.postgres.Pulse(within)
		cancel()
		switch {
		case err == nil:
			p.metrics.figures.set(read)
			p.metrics.figures.read.SetToCurrentTime()
		case ctx.Err() == nil:
			p.log.Warn("reading the figures", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
