package postgres_test

import (
	"fmt"
	"slices"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"sadasya/party"
)

// How counting_property_test.go holds the store against the model.

// agree folds the events and holds everything against the model.
func (c *counting) agree(rt *rapid.T) {
	_, err := c.h.Fold(c.t.Context())
	c.ok(rt, err)
	c.agreeOnRows(rt)
	byBooth := tallies(&c.m, func(r *modelRow) party.Booth { return r.booth })
	byAC := tallies(&c.m, func(r *modelRow) int { return r.booth.AC })
	byCode := tallies(&c.m, func(r *modelRow) string { return string(r.code) })
	delete(byCode, "")
	same(rt, "the rows, by booth", byBooth, c.booths(rt, `
SELECT coalesce(ac_no, 0), coalesce(part_no, 0), coalesce(letter, ''), count(*) FILTER (WHERE counts >= 1), count(*) FILTER (WHERE counts = 2) FROM members GROUP BY 1, 2, 3`))
	same(rt, "the roll-up by booth", byBooth, c.booths(rt, `SELECT ac_no, part_no, letter, added, confirmed FROM rollup_booths`))
	acs := c.acs(rt)
	same(rt, "the roll-up by constituency", byAC, acs)
	same(rt, "the roll-up by district", c.byDistrict(byAC), c.byDistrict(acs))
	same(rt, "the roll-up by code", byCode, c.codes(rt))
	same(rt, "the roll-up of what members say", c.said(rt, `
SELECT coalesce(ac_no, 0), s.what, count(*) FROM members, unnest(ARRAY[gender, social]) AS s (what) WHERE counts >= 1 AND s.what IS NOT NULL GROUP BY 1, 2`),
		c.said(rt, `SELECT ac_no, what, members FROM rollup_said WHERE members > 0`))
	for _, o := range c.m.offices {
		c.agreeOnOffice(rt, o, byCode)
	}
}

// agreeOnOffice holds an enroller's own count against the model.
func (c *counting) agreeOnOffice(rt *rapid.T, o *modelOffice, byCode map[string]tally) {
	own, err := c.h.Enroller(c.t.Context(), actor(o.person, 1))
	c.ok(rt, err)
	if own.Code != o.code {
		return // another office of theirs is newer, or it holds no more
	}
	same(rt, "an enroller's own count", byCode[string(o.code)], tally{own.Added, own.Confirmed})
}

// agreeOnRows holds each row against the model's.
func (c *counting) agreeOnRows(rt *rapid.T) {
	type row struct {
		ID     int64
		Status party.Status
		Counts int
		Doubts []string
	}
	rows, err := c.h.db.Query(c.t.Context(), `SELECT id, status, counts, reasons FROM members ORDER BY id`)
	c.ok(rt, err)
	got, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (x row, err error) {
		err = r.Scan(&x.ID, &x.Status, &x.Counts, &x.Doubts)
		slices.Sort(x.Doubts)
		return x, err
	})
	c.ok(rt, err)
	want := make([]row, len(c.m.rows))
	for i, r := range c.m.rows {
		want[i] = row{ID: r.id, Status: r.status, Counts: r.figure(), Doubts: []string{}}
		for _, d := range r.doubts {
			want[i].Doubts = append(want[i].Doubts, string(d))
		}
		slices.Sort(want[i].Doubts)
	}
	same(rt, "the rows", want, got)
}

func same[T any](rt *rapid.T, what string, want, got T) {
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(tally{})); diff != "" {
		rt.Fatalf("%s are not the model's (-want +got):\n%s", what, diff)
	}
}

// booths reads tallies by booth; a cell without anybody is none.
func (c *counting) booths(rt *rapid.T, sql string) map[party.Booth]tally {
	all := map[party.Booth]tally{}
	var b party.Booth
	var n tally
	c.each(rt, sql, []any{&b.AC, &b.Part, &b.Letter, &n.added, &n.confirmed}, func() { put(all, b, n) })
	return all
}

func (c *counting) acs(rt *rapid.T) map[int]tally {
	all := map[int]tally{}
	var ac int
	var n tally
	c.each(rt, `SELECT ac_no, sum(added), sum(confirmed) FROM rollup_days GROUP BY ac_no`, []any{&ac, &n.added, &n.confirmed}, func() { put(all, ac, n) })
	return all
}

// said counts by constituency and what was said.
func (c *counting) said(rt *rapid.T, sql string) map[string]int {
	all := map[string]int{}
	var ac, n int
	var what string
	c.each(rt, sql, []any{&ac, &what, &n}, func() { all[fmt.Sprint(ac, " ", what)] = n })
	return all
}

func (c *counting) codes(rt *rapid.T) map[string]tally {
	all := map[string]tally{}
	var code string
	var n tally
	c.each(rt, `SELECT code, added, confirmed FROM rollup_codes`, []any{&code, &n.added, &n.confirmed}, func() { put(all, code, n) })
	return all
}

func (c *counting) each(rt *rapid.T, sql string, fields []any, do func()) {
	rows, err := c.h.db.Query(c.t.Context(), sql)
	c.ok(rt, err)
	_, err = pgx.ForEachRow(rows, fields, func() error { do(); return nil })
	c.ok(rt, err)
}

func put[K comparable](all map[K]tally, k K, n tally) {
	if n != (tally{}) {
		all[k] = n
	}
}

// byDistrict sums constituencies up; under "" is what is pending, under "all" the
// whole state.
func (c *counting) byDistrict(acs map[int]tally) map[string]tally {
	all := map[string]tally{}
	for ac, n := range acs {
		place, _ := c.ref.Constituency(ac)
		for _, key := range []string{place.DistrictEN, "all"} {
			all[key] = tally{all[key].added + n.added, all[key].confirmed + n.confirmed}
		}
	}
	return all
}
