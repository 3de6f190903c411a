package main

import (
	"fmt"
	"strings"

	"sadasya/bot/telegramtest"
	"sadasya/cmd/sadasya/historytest"
	"sadasya/party"
)

// check holds what happened against what may.
func (p *drill) check() {
	rows := map[int64]historytest.Row{}
	for number, row := range rowsOf(p.t, p.house.store) {
		var person int64
		if _, err := fmt.Sscan(row[6], &person); err != nil {
			p.t.Fatal(err)
		}
		rows[person] = historytest.Row{Member: number, Card: historytest.Card{Name: row[1], VoterID: row[2]}, Code: party.Code(row[5])}
	}
	traces := p.traces()
	through, unexplained := 0, 0
	for _, c := range p.people {
		row := rows[c.ID]
		switch {
		case c.err != nil:
			p.t.Errorf("person %d: %v\n%s", c.ID, c.err, c.tail())
		case c.number != row.Member:
			p.t.Errorf("person %d was shown %q, the row is %+v\n%s", c.ID, c.number, row, c.tail())
		case row.Member != "":
			through++
		}
		trace := traces[c.ID]
		trace.Chat, trace.Troubles = c.Messages(), p.troubles
		h := trace.History(p.began)
		last := h[len(h)-1]
		for _, o := range h {
			if o.Ended > last.Ended && o.Ended < forever {
				last = o
			}
		}
		h = append(h, historytest.Op{Act: historytest.Look, Row: row, Began: last.Ended + 1, Ended: last.Ended + 2})
		if unexplained == mostTold {
			continue // it takes long, and they are much alike
		}
		if err := historytest.Explain(h, p.house.codes...); err != nil {
			unexplained++
			p.t.Errorf("person %d: %v", c.ID, err)
		}
	}
	p.t.Logf("%d of %d people are members; %d deliveries in %d acts", through, len(p.people), len(p.deliveries), len(p.schedule.acts))
	if p.t.Failed() {
		for i, r := range p.replicas {
			p.t.Logf("replica %d:\n%s", i, lastLines(r.log.String(), 25))
		}
	}
}

const (
	forever  = 1 << 62
	mostTold = 3 // histories of one schedule that cannot be explained
)

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
