package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"sadasya/bot/telegramtest"
	"sadasya/cmd/sadasya/historytest"
	"sadasya/party"
)

// check holds what happened against what may.
func (p *drill) check() {
	p.t.Helper()
	p.settle()
	rows := p.rows()
	traces := p.traces()
	through, unexplained := 0, 0
	for _, c := range p.people {
		row := rows[c.ID]
		p.checkPerson(c, row)
		if row.Member != "" {
			through++
		}
		if unexplained == mostTold {
			continue // it takes long, and they are much alike
		}
		trace := traces[c.ID]
		trace.Chat, trace.Troubles = c.Messages(), p.troubles
		if err := historytest.Explain(trace.History(p.began).End(row), p.house.codes...); err != nil {
			unexplained++
			p.t.Errorf("person %d: %v", c.ID, err)
		}
	}
	p.checkLogs()
	p.t.Logf("%d of %d people are members; %d deliveries, %d acts, Redis lost something %d times", through, len(p.people), len(p.deliveries), len(p.schedule.acts), len(p.troubles))
	if p.t.Failed() {
		for i, r := range p.replicas {
			p.t.Logf("replica %d:\n%s", i, lastLines(withoutDebug(r.log.String()), 30))
		}
	}
}

const (
	mostTold    = 3  // histories of one schedule that cannot be explained
	mostAnswers = 20 // bubbles that one conversation takes to answer, with changes of mind
)

// checkPerson: who went on writing got through, within one conversation more for
// each time that Redis lost it, and was shown what the row says.
func (p *drill) checkPerson(c *citizen, row historytest.Row) {
	p.t.Helper()
	switch {
	case c.err != nil:
		p.t.Errorf("person %d: %v\n%s", c.ID, c.err, c.tail())
	case c.number != row.Member:
		p.t.Errorf("person %d was shown %q, the row is %+v\n%s", c.ID, c.number, row, c.tail())
	case c.number == "" && !c.whims.refuses:
		p.t.Errorf("person %d did not get through\n%s", c.ID, c.tail())
	case c.steps > mostAnswers*(1+len(p.troubles)):
		p.t.Errorf("person %d had to answer %d times, and Redis lost something %d times\n%s", c.ID, c.steps, len(p.troubles), c.tail())
	}
}

// rows are everybody's. Two of one person, though they had one number, are one too
// many.
func (p *drill) rows() map[int64]historytest.Row {
	p.t.Helper()
	rows := map[int64]historytest.Row{}
	err := p.house.store.ExportMembers(context.Background(), func(row []string) error {
		var person int64
		if _, err := fmt.Sscan(row[6], &person); err != nil {
			return err
		}
		if rows[person].Member != "" {
			p.t.Errorf("person %d has two rows", person)
		}
		rows[person] = historytest.Row{Member: row[0], Card: historytest.Card{Name: row[1], VoterID: row[2], Booth: row[4]}, Code: party.Code(row[5])}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return rows
}

// stuckSQL counts what no replica has taken up that should be: events that are not
// folded, and notices that somebody claimed and never said; and what was set aside
// as if it were poison. Broadcasts have their own test (broadcast_kill_test.go).
const stuckSQL = `
SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM notices WHERE tries > 1 OR since < now() - interval '30 seconds'),
	(SELECT count(*) FROM set_aside)`

// unaskedSQL counts members who never agreed.
const unaskedSQL = `
SELECT count(*) FROM members m WHERE NOT EXISTS (
	SELECT FROM consents c WHERE c.telegram_id = m.telegram_id AND c.kind = 'membership' AND c.given)`

// driftSQL counts the cells of roll-ups that are not what the rows say.
const driftSQL = `
WITH m AS (SELECT coalesce(ac_no, 0) AS ac_no, coalesce(part_no, 0) AS part_no, coalesce(letter, '') AS letter, coalesce(enroller_code, '') AS code,
	(confirmed_at AT TIME ZONE 'Asia/Kolkata')::date AS day, counts FROM members),
booths AS (SELECT ac_no, part_no, letter, count(*) FILTER (WHERE counts >= 1) AS added, count(*) FILTER (WHERE counts = 2) AS confirmed FROM m GROUP BY 1, 2, 3),
codes AS (SELECT code, count(*) FILTER (WHERE counts >= 1) AS added, count(*) FILTER (WHERE counts = 2) AS confirmed FROM m WHERE code <> '' GROUP BY 1),
days AS (SELECT ac_no, day, count(*) FILTER (WHERE counts >= 1) AS added, count(*) FILTER (WHERE counts = 2) AS confirmed FROM m GROUP BY 1, 2)
SELECT (SELECT count(*) FROM booths FULL JOIN rollup_booths r USING (ac_no, part_no, letter) WHERE (booths.added, booths.confirmed) IS DISTINCT FROM (r.added, r.confirmed))
	+ (SELECT count(*) FROM codes FULL JOIN rollup_codes r USING (code) WHERE (codes.added, codes.confirmed) IS DISTINCT FROM (r.added, r.confirmed))
	+ (SELECT count(*) FROM days FULL JOIN rollup_days r USING (ac_no, day) WHERE (days.added, days.confirmed) IS DISTINCT FROM (r.added, r.confirmed))`

// settle waits until the replicas have done what goes by the clock, which they
// cannot where a dead one left a lock or a lease behind. Then the figures must be
// those of the rows.
func (p *drill) settle() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, p.house.postgres.URL())
	if err != nil {
		p.t.Fatal(err)
	}
	defer conn.Close(ctx)
	for {
		var events, notices, aside int
		if err := conn.QueryRow(ctx, stuckSQL).Scan(&events, &notices, &aside); err != nil {
			p.t.Fatal(err)
		}
		if aside > 0 {
			p.t.Fatalf("%d updates were set aside", aside)
		}
		if events+notices == 0 {
			break
		}
		select {
		case <-ctx.Done():
			p.t.Fatalf("stuck: %d events, %d notices", events, notices)
		case <-time.After(20 * time.Millisecond):
		}
	}
	var drift, unasked int
	if err := conn.QueryRow(ctx, unaskedSQL).Scan(&unasked); err != nil {
		p.t.Fatal(err)
	}
	if unasked > 0 {
		p.t.Errorf("%d members did not agree", unasked)
	}
	if err := conn.QueryRow(ctx, driftSQL).Scan(&drift); err != nil {
		p.t.Fatal(err)
	}
	if drift > 0 {
		p.t.Errorf("%d cells of the roll-ups are not what the rows say", drift)
	}
}

// checkLogs: no trouble of a store or of Telegram counts as an error of logic.
func (p *drill) checkLogs() {
	p.t.Helper()
	for i, r := range p.replicas {
		for line := range strings.Lines(r.log.String()) {
			if strings.Contains(line, `level=ERROR msg="an update`) {
				p.t.Errorf("replica %d: %s", i, line)
			}
		}
	}
}

func withoutDebug(log string) string {
	var b strings.Builder
	for line := range strings.Lines(log) {
		if !strings.Contains(line, "level=DEBUG") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// traces are the deliveries of each person.
func (p *drill) traces() map[int64]historytest.Trace {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[int64]historytest.Trace{}
	for _, d := range p.deliveries {
		for _, c := range p.people {
			if belongs(d, c.ID) {
				trace := all[c.ID]
				trace.Deliveries = append(trace.Deliveries, d)
				all[c.ID] = trace
			}
		}
	}
	return all
}

func belongs(d telegramtest.Delivery, person int64) bool {
	return strings.Contains(string(d.Body), fmt.Sprintf(`"id":%d,`, person))
}
