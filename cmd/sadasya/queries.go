package main

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/prometheus/client_golang/prometheus"
)

// queries counts and times statements to Postgres by what they do to which table.
type queries struct {
	took   *prometheus.HistogramVec
	failed *prometheus.CounterVec
	known  sync.Map // statement: its observer
	count  atomic.Int64
	other  prometheus.Observer
}

// mostStatements bounds what is remembered: ours are a few hundred, and a few
// differ by how many they ask for.
const mostStatements = 2000

func newQueries(m *metrics) *queries {
	q := &queries{
		took:   m.times("postgres_seconds", "A statement to Postgres, by what it does to which table.", storeTimes, "op"),
		failed: m.counters("postgres_errors_total", "Statements that failed, by the class of SQLSTATE; none: no answer.", "state"),
	}
	q.other = q.took.WithLabelValues("other")
	for _, state := range []string{noState, "08", "23", "40", "53", "57"} {
		q.failed.WithLabelValues(state)
	}
	return q
}

// noState is the class of what never was answered.
const noState = "none"

// asked is the context of a statement under way.
type asked struct {
	context.Context
	began time.Time
	by    prometheus.Observer
}

// TraceQueryStart implements pgx.QueryTracer.
func (q *queries) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	return asked{Context: ctx, began: time.Now(), by: q.of(data.SQL)}
}

// TraceQueryEnd implements pgx.QueryTracer.
func (q *queries) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	if a, ok := ctx.(asked); ok {
		a.by.Observe(time.Since(a.began).Seconds())
	}
	if data.Err != nil {
		q.failed.WithLabelValues(stateOf(data.Err)).Inc()
	}
}

func stateOf(err error) string {
	if answer := (*pgconn.PgError)(nil); errors.As(err, &answer) && len(answer.Code) == 5 {
		return answer.Code[:2]
	}
	return noState
}

// of finds the observer of a statement.
func (q *queries) of(sql string) prometheus.Observer {
	if o, ok := q.known.Load(sql); ok {
		return o.(prometheus.Observer)
	}
	if q.count.Add(1) > mostStatements {
		return q.other
	}
	o := q.took.WithLabelValues(opOf(sql))
	q.known.Store(sql, o)
	return o
}

var (
	inserts = regexp.MustCompile(`(?i)\b(insert)\s+into\s+([a-z_]+)`)
	changes = regexp.MustCompile(`(?i)\b(update|delete)\s+(?:from\s+)?([a-z_]+)`)
	reads   = regexp.MustCompile(`(?i)\bfrom\s+([a-z_]+)`)
	locks   = regexp.MustCompile(`(?i)for\s+(no\s+key\s+)?update`)
	control = regexp.MustCompile(`(?i)^\s*(begin|commit|rollback|savepoint|release|set|copy|listen|notify|lock)\b`)
)

// opOf names a statement: "insert members", "select people", "commit". A
// statement that writes is named by the first table that it puts something into,
// else by the first that it changes.
func opOf(sql string) string {
	if m := control.FindStringSubmatch(sql); m != nil {
		return strings.ToLower(m[1])
	}
	for _, write := range []*regexp.Regexp{inserts, changes} {
		if m := write.FindStringSubmatch(locks.ReplaceAllString(sql, "")); m != nil && !strings.EqualFold(m[2], "set") {
			return strings.ToLower(m[1] + " " + m[2])
		}
	}
	for _, at := range reads.FindAllStringSubmatchIndex(sql, -1) {
		table := strings.ToLower(sql[at[2]:at[3]])
		if after := sql[at[3]:]; after != "" && (after[0] == '(' || after[0] == '.') { // extract(epoch FROM now())
			continue
		}
		if !strings.Contains(sql, table+" AS (") { // a part of the statement itself
			return "select " + table
		}
	}
	return "select"
}
