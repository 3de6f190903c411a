package main

import (
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"sadasya/bot/telegram"
)

// metrics is what Prometheus reads of serve. No label holds anything of a person,
// and each is of a closed set, so that their number does not grow with people.
// What stands on the way of every update is looked up in maps that are made at
// the start: it allocates nothing.
//
// docs/operations/README.md says what each means; the alerts and the dashboard
// beside it are held against these names by a test.
type metrics struct {
	registry *prometheus.Registry

	updates  map[[2]string]prometheus.Counter // by kind and outcome
	answers  map[string]prometheus.Observer   // by kind
	calls    map[[2]string]prometheus.Counter // by method and outcome
	callTime map[string]prometheus.Observer
	redis    map[string]timed
	sessions map[string]prometheus.Counter
	postgres *queries
	limiter  map[string]timed
	up       *prometheus.GaugeVec // by store
	figures  pulse
}

// timed is how long an operation took, and how often it failed for a store.
type timed struct {
	took   prometheus.Observer
	failed prometheus.Counter
}

func (t timed) tell(began time.Time, err error) {
	t.took.Observe(time.Since(began).Seconds())
	if unavailable(err) {
		t.failed.Inc()
	}
}

// Bounds in seconds: of what a person waits for, and of a store.
var (
	answerTimes = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25}
	storeTimes  = []float64{.0005, .001, .0025, .005, .01, .025, .1, .5, 2, 10}
	waitTimes   = []float64{.01, .05, .1, .25, .5, 1, 5, 30}
)

// callDone is the outcome of a call without a failure.
const callDone = "done"

// fileMethods send a file, which takes its time.
var fileMethods = map[string]bool{"sendPhoto": true, "sendDocument": true, "sendVoice": true}

func newRegistry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

func newMetrics() *metrics {
	m := &metrics{registry: newRegistry()}
	m.updates, m.answers = map[[2]string]prometheus.Counter{}, map[string]prometheus.Observer{}
	updates := m.counters("updates_total", "Updates by what came and what became of it.", "kind", "outcome")
	answers := m.times("update_seconds", "From an update's arrival to its answer.", answerTimes, "kind")
	for _, kind := range telegram.UpdateKinds() {
		m.answers[kind] = answers.WithLabelValues(kind)
		for _, outcome := range telegram.UpdateOutcomes() {
			m.updates[[2]string{kind, outcome}] = updates.WithLabelValues(kind, outcome)
		}
	}
	m.calls, m.callTime = map[[2]string]prometheus.Counter{}, map[string]prometheus.Observer{}
	calls := m.counters("telegram_calls_total", "Calls of the Bot API by method and outcome.", "method", "outcome")
	callTime := m.times("telegram_call_seconds", "What a call of the Bot API took.", answerTimes, "method")
	for _, method := range telegram.Methods() {
		m.callTime[method] = callTime.WithLabelValues(timeOf(method))
		m.calls[[2]string{method, callDone}] = calls.WithLabelValues(method, callDone)
		for _, class := range telegram.Classes() {
			m.calls[[2]string{method, string(class)}] = calls.WithLabelValues(method, string(class))
		}
	}
	m.redis = m.timed("redis", "A trip to Redis", "op", storeTimes, "load", "swap", "count")
	m.limiter = m.timed("limiter", "Answers of the limiter by the wait that each named, of which one message may need several", "who", waitTimes, "notices", "broadcasts")
	m.sessions = map[string]prometheus.Counter{}
	sessions := m.counters("sessions_total", "Sessions by how they were had (recalled: without being read; loaded: read, whether or not they were recalled first), and writes that were refused.", "how")
	for _, how := range []string{"recalled", "loaded", "conflict", "seen", "toomany"} {
		m.sessions[how] = sessions.WithLabelValues(how)
	}
	m.postgres = newQueries(m)
	m.up = m.gauges("store_up", "1: when it was last asked, the store answered and took writes.", "store")
	for _, store := range []string{"postgres", "redis"} {
		m.up.WithLabelValues(store).Set(1)
	}
	m.gauges("build_info", "1, with the version of the program.", "version", "go").WithLabelValues(programVersion(), runtime.Version()).Set(1)
	m.figures = newPulse(m)
	return m
}

const namespace = "sadasya"

func (m *metrics) counters(name, help string, labels ...string) *prometheus.CounterVec {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
	m.registry.MustRegister(v)
	return v
}

func (m *metrics) gauges(name, help string, labels ...string) *prometheus.GaugeVec {
	v := prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, labels)
	m.registry.MustRegister(v)
	return v
}

func (m *metrics) times(name, help string, bounds []float64, labels ...string) *prometheus.HistogramVec {
	v := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: bounds}, labels)
	m.registry.MustRegister(v)
	return v
}

// gauge and counter ask for their value when they are read.
func (m *metrics) gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, value))
}

func (m *metrics) counter(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, value))
}

func (m *metrics) timed(name, help, label string, bounds []float64, values ...string) map[string]timed {
	took := m.times(name+"_seconds", help+".", bounds, label)
	failed := m.counters(name+"_errors_total", help+" that did not come about: the store is away.", label)
	all := map[string]timed{}
	for _, v := range values {
		all[v] = timed{took: took.WithLabelValues(v), failed: failed.WithLabelValues(v)}
	}
	return all
}

// timeOf is under which name a method's time is kept: few of them, for each is
// twenty series.
func timeOf(method string) string {
	switch {
	case method == "sendMessage", method == "answerCallbackQuery":
		return method
	case fileMethods[method]:
		return "files"
	}
	return "others"
}

// Update implements telegram.Watch.
func (m *metrics) Update(kind, outcome string, took time.Duration) {
	if c := m.updates[[2]string{kind, outcome}]; c != nil {
		c.Inc()
	}
	if o := m.answers[kind]; o != nil && took > 0 {
		o.Observe(took.Seconds())
	}
}

// Call implements telegram.Watch. Long polling waits by design, and its time says
// nothing.
func (m *metrics) Call(method string, class telegram.Class, took time.Duration) {
	outcome := callDone
	if class != "" {
		outcome = string(class)
	}
	if c := m.calls[[2]string{method, outcome}]; c != nil {
		c.Inc()
	}
	if o := m.callTime[method]; o != nil && method != "getUpdates" {
		o.Observe(took.Seconds())
	}
}

// measure lets the figures of this process be asked for when they are read.
func (p *program) measure() {
	m, s := p.metrics, p.stores
	m.gauge("telegram_pause_seconds", "For how long Telegram wants no calls.", func() float64 { return p.api.Pause().Seconds() })
	m.gauge("draining", "1: it was told to end.", func() float64 {
		if p.draining.Load() != nil {
			return 1
		}
		return 0
	})
	m.gauge("audit_broken", "1: the chain of the audit cannot be gone on with, as this process found.", p.chain.value)
	m.gauge("sessions_kept", "People whose session this process has at hand.", func() float64 { return float64(s.redis.Kept()) })
	m.gauge("postgres_pool_used", "Connections to Postgres in use, of those that answer people.", func() float64 { return float64(s.postgres.Pool().Used) })
	m.gauge("postgres_pool_most", "How many there may be.", func() float64 { return float64(s.postgres.Pool().Most) })
	m.counter("postgres_pool_waits_total", "How often somebody had to wait for one.", func() float64 { return float64(s.postgres.Pool().Waits) })
	m.counter("postgres_pool_wait_seconds_total", "For how long in all.", func() float64 { return s.postgres.Pool().Waited.Seconds() })
	m.gauge("redis_pool_used", "Connections to Redis in use.", func() float64 {
		st := s.redis.Client().PoolStats()
		return float64(st.TotalConns - st.IdleConns)
	})
	m.counter("redis_pool_timeouts_total", "How often somebody waited for a connection to Redis in vain.", func() float64 {
		return float64(s.redis.Client().PoolStats().Timeouts)
	})
}
