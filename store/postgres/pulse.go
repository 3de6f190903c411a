package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"sadasya/party"
)

// Pulse is what an operator watches of the database. To read it costs the same
// at any size: roll-ups, and of what waits at most pulseMost rows are counted.
type Pulse struct {
	Schema     int // number of the newest migration
	Events     int // that the roll-ups do not hold yet
	EventsAge  time.Duration
	Notices    int // whose time has come, whether or not somebody has a try at them
	NoticesAge time.Duration
	AuditAge   time.Duration // of the oldest row without its link
	SetAside   int
	Members    map[string]int // by status, as the roll-ups have it
	Steps      map[string]int // people by where they stand
	Jobs       []JobCount
	Broadcasts map[party.BroadcastState]int // that are not over
	Recipients map[party.Fate]int           // of those that run or pause, of finished blocks
}

// JobCount is how many jobs of a kind are tried again, or were given up within the
// last day.
type JobCount struct {
	Kind, State string
	Jobs        int
}

// pulseMost bounds what is counted row by row.
const pulseMost = "100000"

const pulseSQL = `
SELECT (SELECT max(version_id) FROM goose_db_version WHERE is_applied)::int,
	(SELECT count(*) FROM (SELECT FROM events LIMIT ` + pulseMost + `) e),
	coalesce((SELECT extract(epoch FROM now() - at) FROM events ORDER BY id LIMIT 1), 0)::float8,
	(SELECT count(*) FROM (SELECT FROM notices WHERE since <= now() LIMIT ` + pulseMost + `) n),
	coalesce((SELECT extract(epoch FROM now() - min(since)) FROM notices), 0)::float8,
	coalesce((SELECT extract(epoch FROM now() - at) FROM audit WHERE seq IS NULL ORDER BY id LIMIT 1), 0)::float8,
	(SELECT count(*) FROM (SELECT FROM set_aside LIMIT ` + pulseMost + `) a)`

// pulseCounts are counted by name. The first is of the roll-ups of members.
var pulseCounts = []struct {
	sql string
	of  func(*Pulse, string, int)
}{
	{
		`SELECT v.status, v.n FROM (SELECT coalesce(sum(confirmed), 0) AS c, coalesce(sum(review), 0) AS r, coalesce(sum(frozen), 0) AS f,
		coalesce(sum(refused), 0) AS x, coalesce(sum(withdrawn), 0) AS w FROM rollup_days) d,
		LATERAL (VALUES ('confirmed', c), ('review', r), ('frozen', f), ('refused', x), ('withdrawn', w)) AS v (status, n)`,
		func(p *Pulse, name string, n int) { p.Members[name] = n },
	},
	{
		`SELECT step, sum(people) FROM rollup_steps GROUP BY step`,
		func(p *Pulse, name string, n int) { p.Steps[name] = n },
	},
	{
		`SELECT state, count(*) FROM broadcasts WHERE state IN ('waiting', 'scheduled', 'freezing', 'running', 'paused') GROUP BY state`,
		func(p *Pulse, name string, n int) { p.Broadcasts[party.BroadcastState(name)] = n },
	},
	{
		`SELECT f.fate::text, sum(p.n) FROM broadcasts b JOIN broadcast_blocks k ON k.broadcast_id = b.id,
		unnest(k.parts) WITH ORDINALITY AS p (n, i), unnest(enum_range(NULL::fate)) WITH ORDINALITY AS f (fate, i)
		WHERE b.state IN ('running', 'paused') AND k.done AND f.i = p.i GROUP BY 1`,
		func(p *Pulse, name string, n int) { p.Recipients[party.Fate(name)] = n },
	},
}

// River keeps what was given up for a week; whoever watches has heard of it in a day.
const pulseJobs = `
SELECT kind, state::text, count(*) FROM river_job
WHERE state = 'retryable' OR state = 'discarded' AND finalized_at > now() - interval '1 day' GROUP BY 1, 2`

// Pulse reads what an operator watches.
func (s *Store) Pulse(ctx context.Context) (p Pulse, err error) {
	p.Members, p.Steps = map[string]int{}, map[string]int{}
	p.Broadcasts, p.Recipients = map[party.BroadcastState]int{}, map[party.Fate]int{}
	var events, notices, audit float64
	err = s.queryRow(ctx, pulseSQL, nil, &p.Schema, &p.Events, &events, &p.Notices, &notices, &audit, &p.SetAside)
	if err != nil {
		return p, wrap("feel the pulse", err)
	}
	p.EventsAge, p.NoticesAge, p.AuditAge = seconds(events), seconds(notices), seconds(audit)
	for _, c := range pulseCounts {
		rows, err := s.pool.Query(ctx, c.sql)
		if err != nil {
			return p, wrap("feel the pulse", err)
		}
		var name string
		var n int
		if _, err := pgx.ForEachRow(rows, []any{&name, &n}, func() error { c.of(&p, name, n); return nil }); err != nil {
			return p, wrap("feel the pulse", err)
		}
	}
	rows, err := s.pool.Query(ctx, pulseJobs)
	if err != nil {
		return p, wrap("feel the pulse", err)
	}
	p.Jobs, err = pgx.CollectRows(rows, pgx.RowToStructByPos[JobCount])
	return p, wrap("feel the pulse", err)
}

func seconds(f float64) time.Duration { return time.Duration(max(f, 0) * float64(time.Second)) }

// PoolState is that of the connections: in use, idle, at most; and how often and
// how long somebody has waited for one since the start.
type PoolState struct {
	Used, Idle, Most int
	Waits            int64
	Waited           time.Duration
}

// Pool tells how the connections stand.
func (s *Store) Pool() PoolState {
	st := s.pool.Stat()
	return PoolState{
		Used: int(st.AcquiredConns()), Idle: int(st.IdleConns()), Most: int(st.MaxConns()),
		Waits: st.EmptyAcquireCount(), Waited: st.EmptyAcquireWaitTime(),
	}
}
