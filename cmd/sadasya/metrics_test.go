package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"

	"sadasya/bot"
	"sadasya/bot/telegram"
	"sadasya/bot/telegramtest"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres/postgrestest"
)

// families are what /metrics would show now, by name.
func (r *rig) families() map[string]*dto.MetricFamily {
	r.t.Helper()
	list, err := r.program.metrics.registry.Gather()
	if err != nil {
		r.t.Fatal(err)
	}
	all := map[string]*dto.MetricFamily{}
	for _, f := range list {
		all[f.GetName()] = f
	}
	return all
}

// value is that of one series; labels are name and value in turn.
func (r *rig) value(name string, labels ...string) float64 {
	r.t.Helper()
	family := r.families()[name]
	if family == nil {
		r.t.Fatalf("there is no %s", name)
	}
	for _, m := range family.GetMetric() {
		if !has(m, labels) {
			continue
		}
		switch {
		case m.Counter != nil:
			return m.Counter.GetValue()
		case m.Histogram != nil:
			return float64(m.Histogram.GetSampleCount())
		}
		return m.Gauge.GetValue()
	}
	return -1
}

func has(m *dto.Metric, labels []string) bool {
	for i := 0; i < len(labels); i += 2 {
		found := false
		for _, l := range m.GetLabel() {
			found = found || l.GetName() == labels[i] && l.GetValue() == labels[i+1]
		}
		if !found {
			return false
		}
	}
	return true
}

func TestAnEnrolmentCanBeFollowedInTheMetrics(t *testing.T) {
	redis := embeddedtest.StartRedis(t)
	if redis == nil {
		t.Skip("no redis-server; CI has one")
	}
	r := newRig(t, rigOptions{redis: redis.URL()})
	c := r.person(party.English)
	if c.enrol("Kamla Devi", madeUpEPIC(1)) == "" {
		t.Fatal("no number")
	}
	c.Send("/card")
	c.settle()
	for _, want := range []struct {
		least  float64
		name   string
		labels []string
	}{
		{2, "sadasya_updates_total", []string{"kind", "command", "outcome", "handled"}},
		{2, "sadasya_updates_total", []string{"kind", "text", "outcome", "handled"}},
		{4, "sadasya_updates_total", []string{"kind", "tap", "outcome", "handled"}},
		{4, "sadasya_update_seconds", []string{"kind", "tap"}},
		{1, "sadasya_telegram_calls_total", []string{"method", "getMe", "outcome", "done"}},
		{1, "sadasya_telegram_call_seconds", []string{"method", "answerCallbackQuery"}},
		{6, "sadasya_redis_seconds", []string{"op", "swap"}},
		{1, "sadasya_sessions_total", []string{"how", "recalled"}},
		{1, "sadasya_sessions_kept", nil},
		{1, "sadasya_store_up", []string{"store", "redis"}},
		{1, "sadasya_postgres_pool_most", nil},
		{1, "sadasya_postgres_seconds", []string{"op", "insert members"}},
	} {
		if got := r.value(want.name, want.labels...); got < want.least {
			t.Errorf("%s%v is %v, want at least %v", want.name, want.labels, got, want.least)
		}
	}
	if got := r.value("sadasya_updates_total", "outcome", "later"); got != 0 {
		t.Errorf("%v updates had to come again", got)
	}

	// What the database holds is read every so often; here it is asked for.
	ctx := t.Context()
	if _, err := r.stores.postgres.Fold(ctx); err != nil {
		t.Fatal(err)
	}
	if err := r.stores.postgres.SetAside(ctx, 99, "logic", []byte("{}")); err != nil {
		t.Fatal(err)
	}
	pulse, err := r.stores.postgres.Pulse(ctx)
	if err != nil {
		t.Fatal(err)
	}
	r.program.metrics.figures.set(pulse)
	for name, want := range map[string]float64{"sadasya_set_aside": 1, "sadasya_events_waiting": 0} {
		if got := r.value(name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if got := r.value("sadasya_members", "status", "confirmed"); got != 1 {
		t.Errorf("%v members are confirmed", got)
	}
	if got := r.value("sadasya_schema_version"); got < 5 {
		t.Errorf("the schema is of version %v", got)
	}

	redis.Kill()
	c.Send("hi")
	for began := time.Now(); r.value("sadasya_updates_total", "kind", "text", "outcome", "later") < 1; runtime.Gosched() {
		if time.Since(began) > patience {
			t.Fatal("no update had to come again")
		}
	}
	redis.Start()
	c.settle()
	if n := r.value("sadasya_redis_errors_total", "op", "load") + r.value("sadasya_redis_errors_total", "op", "swap"); n < 1 {
		t.Errorf("Redis failed %v times", n)
	}
}

// TestASessionIsCountedOnce: one that is recalled and then read after all was loaded.
func TestASessionIsCountedOnce(t *testing.T) {
	r := newRig(t, rigOptions{quiet: true})
	counts := func() (recalled, loaded, handled float64) {
		for _, m := range r.families()["sadasya_updates_total"].GetMetric() {
			if has(m, []string{"outcome", "handled"}) {
				handled += m.Counter.GetValue()
			}
		}
		return r.value("sadasya_sessions_total", "how", "recalled"), r.value("sadasya_sessions_total", "how", "loaded"), handled
	}
	c := r.person(party.English)
	if c.enrol("Kamla Devi", madeUpEPIC(1)) == "" {
		t.Fatal("no number")
	}
	c.settle()
	recalled, loaded, handled := counts()
	if recalled+loaded != handled || recalled < 4 {
		t.Errorf("%v recalled, %v loaded, of %v updates", recalled, loaded, handled)
	}
	c.Send("/card") // changes nothing, so that what is recalled is not trusted
	c.settle()
	if again, more, all := counts(); again != recalled || more != loaded+1 || all != handled+1 {
		t.Errorf("%v more recalled, %v more loaded, of %v more", again-recalled, more-loaded, all-handled)
	}
}

// noLimiter is away.
type noLimiter struct{ bot.Limiter }

func (noLimiter) Reserve(context.Context, int64, float64) (time.Duration, bool, error) {
	return 0, false, party.ErrUnavailable
}

// TestALimiterThatIsAwayNamesNoWait: else it looks as if nobody had to wait.
func TestALimiterThatIsAwayNamesNoWait(t *testing.T) {
	r := &rig{t: t, program: &program{metrics: newMetrics()}}
	l := countedLimiter{Limiter: noLimiter{}, told: r.program.metrics.limiter["notices"]}
	if _, _, err := l.Reserve(t.Context(), 1, 20); err == nil {
		t.Fatal("it is not away")
	}
	if waits, failed := r.value("sadasya_limiter_seconds", "who", "notices"), r.value("sadasya_limiter_errors_total", "who", "notices"); waits != 0 || failed != 1 {
		t.Errorf("%v waits, %v failures", waits, failed)
	}
}

// opShape is how statements are named: never more than tables times verbs.
var opShape = regexp.MustCompile(`^(other|begin|commit|rollback|savepoint|release|set|copy|listen|notify|lock|(select|insert|update|delete)( [a-z_]+)?)$`)

// TestMetricsTellNothingOfAPerson: no label holds anything of a person, and their
// number does not grow with people.
func TestMetricsTellNothingOfAPerson(t *testing.T) {
	r := newRig(t, rigOptions{quiet: true})
	count := func() (series int, text string) {
		var b strings.Builder
		for name, f := range r.families() {
			if !strings.HasPrefix(name, namespace) {
				continue
			}
			for _, m := range f.GetMetric() {
				if name == "sadasya_postgres_seconds" { // one for each statement that was met, now or later
					if op := m.GetLabel()[0].GetValue(); !opShape.MatchString(op) {
						t.Errorf("a statement is named %q", op)
					}
					continue
				}
				series++
				if h := m.Histogram; h != nil {
					series += len(h.GetBucket()) + 2
				}
				for _, l := range m.GetLabel() {
					fmt.Fprintf(&b, "%s %s=%q\n", name, l.GetName(), l.GetValue())
				}
			}
		}
		return series, b.String()
	}
	enrol := func(n int64) (id, number, epic string) {
		c := r.person(party.English)
		epic = madeUpEPIC(n)
		number = c.enrol("Canarija Devi", epic)
		c.Send("/card")
		c.settle()
		return fmt.Sprint(c.ID), number, epic
	}
	enrol(1)
	before, _ := count()
	var canaries []string
	for n := range int64(5) {
		id, number, epic := enrol(n + 2)
		canaries = append(canaries, id, number, epic)
	}
	after, text := count()
	t.Logf("%d series", before)
	if ops := len(r.families()["sadasya_postgres_seconds"].GetMetric()); ops > 150 {
		t.Errorf("%d kinds of statements", ops)
	}
	if before != after || before < 100 || before > 1000 {
		t.Errorf("%d series with one person, %d with six", before, after)
	}
	for _, canary := range append(canaries, "Canarija", r.telegram.Token(), string(r.code)) {
		if strings.Contains(text, canary) {
			t.Errorf("a label holds %q", canary)
		}
	}
	if long := regexp.MustCompile(`"[^"]*[0-9]{4,}[^"]*"`).FindString(text); long != "" {
		t.Errorf("a label holds a long number: %s", long)
	}
}

func TestStatementsAreNamedByWhatTheyDo(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		`begin`: "begin", `commit`: "commit", `SET jit = off`: "set",
		"\nWITH made AS (INSERT INTO members (a) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id) SELECT id FROM made": "insert members",
		`SELECT id FROM people WHERE a = $1 FOR UPDATE`:                                                                "select people",
		`SELECT id FROM people WHERE a = $1 FOR NO KEY UPDATE SKIP LOCKED`:                                             "select people",
		`INSERT INTO facts VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2`:                                "insert facts",
		`SELECT extract(epoch FROM now() - at), extract(day FROM b.at) FROM events AS b`:                               "select events",
		`WITH due AS (SELECT id FROM notices) SELECT * FROM due`:                                                       "select notices",
		`WITH due AS (SELECT 1) SELECT * FROM due`:                                                                     "select",

		`UPDATE offices SET a = 1`: "update offices",
		`DELETE FROM drafts`:       "delete drafts",
		`SELECT 1`:                 "select",
	} {
		if got := opOf(sql); got != want {
			t.Errorf("%s: %q, want %q", sql, got, want)
		}
	}
}

// TestWhatIsOnTheWayOfEveryUpdateAllocatesNothing: counting is no burden.
func TestCountingAllocatesNothing(t *testing.T) {
	m := newMetrics()
	if n := testing.AllocsPerRun(100, func() {
		m.Update("tap", "handled", time.Millisecond)
		m.Call("answerCallbackQuery", "", time.Millisecond)
		m.Call("sendMessage", telegram.Throttled, time.Millisecond)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if m.updates[[2]string{"tap", "handled"}] == nil {
		t.Error("nothing was counted")
	}
}

func TestReadyTellsWhatIsWrongAndSinceWhen(t *testing.T) {
	redis := embeddedtest.StartRedis(t)
	if redis == nil {
		t.Skip("no redis-server; CI has one")
	}
	r := newRig(t, rigOptions{redis: redis.URL()})
	ask := func() (int, answerOfReady) {
		w := httptest.NewRecorder()
		r.program.ready(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
		var a answerOfReady
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || strings.Count(w.Body.String(), "\n") != 1 {
			t.Fatalf("%q is no line of JSON: %v", w.Body, err)
		}
		return w.Code, a
	}
	if code, a := ask(); code != http.StatusOK || !a.Ready || len(a.Wrong) != 0 {
		t.Errorf("%d %+v", code, a)
	}
	// It answers reads still, and no update can be handled.
	full := func(most string) {
		if err := r.stores.redis.Client().Do(t.Context(), "CONFIG", "SET", "maxmemory", most).Err(); err != nil {
			t.Fatal(err)
		}
	}
	full("1")
	if code, a := ask(); code != http.StatusServiceUnavailable || len(a.Wrong) != 1 || !strings.Contains(a.Wrong[0].Error, "it takes no writes: OOM") {
		t.Errorf("it is full: %d %+v", code, a)
	}
	if got := r.value("sadasya_store_up", "store", "redis"); got != 0 {
		t.Errorf("it is full, and is up: %v", got)
	}
	full("0")
	if code, a := ask(); code != http.StatusOK || !a.Ready {
		t.Errorf("%d %+v", code, a)
	}
	redis.Kill()
	code, first := ask()
	if code != http.StatusServiceUnavailable || first.Ready || len(first.Wrong) != 1 || first.Wrong[0].What != "redis" || first.Wrong[0].Error == "" || first.Wrong[0].Since.IsZero() {
		t.Errorf("%d %+v", code, first)
	}
	if _, again := ask(); len(again.Wrong) != 1 || !again.Wrong[0].Since.Equal(first.Wrong[0].Since) {
		t.Errorf("%+v, and before %+v", again, first)
	}
	if got := r.value("sadasya_store_up", "store", "redis"); got != 0 {
		t.Errorf("Redis is up: %v", got)
	}
	redis.Start()
	if code, a := ask(); code != http.StatusOK || !a.Ready {
		t.Errorf("%d %+v", code, a)
	}
	for _, want := range []string{"a store is away", "a store is back"} {
		if strings.Count(r.log.String(), want) != 2 {
			t.Errorf("%q is not said once each time:\n%s", want, r.log)
		}
	}
	told := time.Now().UTC()
	r.program.draining.Store(&told)
	if code, a := ask(); code != http.StatusServiceUnavailable || len(a.Wrong) != 1 || a.Wrong[0].What != "draining" {
		t.Errorf("%d %+v", code, a)
	}
}

type answerOfReady struct {
	Ready bool
	Wrong []wrong
}

// TestMetricsAreServedBesideTheWebhook: by a replica as it is run.
func TestMetricsAreServedBesideTheWebhook(t *testing.T) {
	database := embeddedtest.Database(t, postgrestest.Template(t))
	keys := keyPath(t)
	ok(t)(run(t, "keys", "new", "--out", keys))
	tg := telegramtest.NewServer(telegramtest.Options{})
	t.Cleanup(tg.Close)
	replica := newReplica(t, tg, "http://127.0.0.1:1/telegram", database, embeddedtest.Redis(t), keys)
	replica.start()
	tg.SetBackends("http://" + replica.address)
	code, body := replica.get("/metrics")
	for _, want := range []string{"sadasya_build_info{", `sadasya_postgres_seconds_count{op="select facts"}`, "go_goroutines", "process_cpu_seconds_total"} {
		if code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%d, without %s", code, want)
		}
	}
	replica.end()
}
