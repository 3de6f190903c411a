package postgres_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"sadasya/flows"
	"sadasya/store/postgres"
)

// audited makes n rows of the audit by real work and links them.
func audited(t *testing.T, h house, n int) {
	t.Helper()
	for i := range n {
		e := member(byte(i+1), "ABC1034560")
		e.VoterID.Number = fmt.Sprintf("ABC%07d", i)
		save(t, h.Store, actor(int64(i+1), 1), e)
	}
	linked(t, h)
}

func linked(t *testing.T, h house) {
	t.Helper()
	if _, err := h.LinkAudit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func verified(t *testing.T, h house, head string) postgres.AuditReport {
	t.Helper()
	report, err := h.VerifyAudit(t.Context(), head, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// Whatever is done to the audit behind the program's back is found, and where.
func TestAChangedAuditIsFound(t *testing.T) {
	for name, c := range map[string]struct{ sql, says string }{
		"a byte of a row":      {`UPDATE audit SET action = 'member-saveD' WHERE seq = 3`, "link 3 does not hold"},
		"an actor":             {`UPDATE audit SET actor = 7 WHERE seq = 3`, "link 3 does not hold"},
		"a time":               {`UPDATE audit SET at = at - interval '1 second' WHERE seq = 3`, "link 3 does not hold"},
		"a byte of a link":     {`UPDATE audit SET mac = set_byte(mac, 0, get_byte(mac, 0) # 1) WHERE seq = 3`, "link 3 does not hold"},
		"words moved":          {`UPDATE audit SET action = action || left(object, 1), object = substr(object, 2) WHERE seq = 3`, "link 3 does not hold"},
		"a row removed":        {`DELETE FROM audit WHERE seq = 3`, "link 3 is missing"},
		"the first removed":    {`DELETE FROM audit WHERE seq = 1`, "link 1 is missing"},
		"the end cut off":      {`DELETE FROM audit WHERE seq > 4`, "links 5 to 6 are cut off"},
		"all of it":            {`DELETE FROM audit`, "links 1 to 6 are cut off"},
		"two rows swapped":     {`UPDATE audit a SET seq = -seq WHERE seq IN (3, 4); UPDATE audit SET seq = 7 + seq WHERE seq < 0`, "link 3 does not hold"},
		"a row put in":         {`UPDATE audit SET seq = -seq - 1 WHERE seq > 3; UPDATE audit SET seq = -seq WHERE seq < 0; INSERT INTO audit (actor, action, object, seq, mac) VALUES (1, 'office-given', 'office 1', 4, '\x00112233445566778899aabbccddeeff')`, "link 4 does not hold"},
		"a row of long ago":    {`INSERT INTO audit (at, actor, action, object) VALUES (now() - interval '2 hours', 1, 'office-given', 'office 1')`, "link 7 is out of time"},
		"the head forgotten":   {`DELETE FROM facts WHERE name = 'audit_head'`, "missing"},
		"the head written new": {`DELETE FROM audit WHERE seq > 4; UPDATE facts SET value = (SELECT '4 ' || encode(mac, 'hex') || ' 00112233445566778899aabbccddeeff' FROM audit WHERE seq = 4) WHERE name = 'audit_head'`, "not written by this program"},
	} {
		t.Run(name, func(t *testing.T) {
			eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
				audited(t, h, 6)
				if report := verified(t, h, ""); report.Break != "" || report.Linked != 6 || report.Open != 0 {
					t.Fatalf("untouched: %+v", report)
				}
				h.exec(t, c.sql)
				if strings.HasPrefix(c.sql, "INSERT") {
					linked(t, h)
				}
				if report := verified(t, h, ""); !strings.Contains(report.Break, c.says) {
					t.Errorf("%+v", report)
				}
			})
		})
	}
}

// An end that was cut off together with the record of it, and put back as it was
// then, is found by the name of a link that was kept elsewhere.
func TestAnOlderStateOfTheAuditIsFoundByAHeadKeptApart(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		audited(t, h, 3)
		old := one[string](t, h, `SELECT value FROM facts WHERE name = 'audit_head'`)
		save(t, h.Store, actor(50, 1), member(50, "ZZZ1234566"))
		linked(t, h)
		head := verified(t, h, "").Head
		if report := verified(t, h, head); report.Break != "" {
			t.Fatalf("%+v", report)
		}
		h.exec(t, `DELETE FROM audit WHERE seq > 3`)
		h.exec(t, `UPDATE facts SET value = $1 WHERE name = 'audit_head'`, old)
		if report := verified(t, h, ""); report.Break != "" {
			t.Errorf("without it nothing can be known: %+v", report)
		}
		const restored = "(or the database was restored to a time before that name was kept)"
		if report := verified(t, h, head); report.Break != "links 4 to 4 are cut off: you kept the name of link 4 "+restored {
			t.Errorf("%+v", report)
		}
		save(t, h.Store, actor(51, 1), member(51, "ABC1034560")) // it is gone on with
		linked(t, h)
		if report := verified(t, h, head); report.Break != "link 4 is another than the one whose name you kept "+restored {
			t.Errorf("%+v", report)
		}
		if _, err := h.VerifyAudit(t.Context(), "12-xyz", func(int) {}); err == nil {
			t.Error("a name that is none was taken")
		}
	})
}

// A chain whose end was cut off is not gone on with, so that it stays to be seen.
func TestABrokenChainIsNotGoneOnWith(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		audited(t, h, 3)
		h.exec(t, `DELETE FROM audit WHERE seq = 3`)
		save(t, h.Store, actor(50, 1), member(50, "ZZZ1234566"))
		if n, err := h.LinkAudit(t.Context()); err == nil {
			t.Errorf("%d linked", n)
		}
		if report := verified(t, h, ""); !strings.Contains(report.Break, "cut off") || report.Open != 1 {
			t.Errorf("%+v", report)
		}
	})
}

// Rows are written while several processes link them: each gets one place, none
// is left out.
func TestRowsWrittenWhileOthersLinkAreAllLinked(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		const each, writers = 30, 4
		var writing, linking sync.WaitGroup
		done := make(chan struct{})
		for range 3 {
			linking.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
						if _, err := h.LinkAudit(t.Context()); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		for w := range writers {
			writing.Go(func() {
				for i := range each {
					if err := h.Withdraw(t.Context(), actor(1, 1), "none"); err != nil {
						t.Error(err)
					}
					e := member(byte(w), "ABC1034560")
					e.Nonce = flows.Nonce{byte(w), byte(i), 9}
					e.VoterID.Number = fmt.Sprintf("ABC%07d", w*1000+i)
					if _, err := h.SaveMember(t.Context(), actor(int64(w*1000+i+1), 1), e); err != nil {
						t.Error(err)
					}
				}
			})
		}
		writing.Wait()
		close(done)
		linking.Wait()
		linked(t, h)
		if report := verified(t, h, ""); report.Break != "" || report.Linked != each*writers || report.Open != 0 {
			t.Errorf("%+v", report)
		}
	})
}

// A row that once stood at a place, in a past that was undone, does not fit where
// another stands now: each link covers the one before it.
func TestARowOfAnotherPastIsFound(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		audited(t, h, 3)
		head := one[string](t, h, `SELECT value FROM facts WHERE name = 'audit_head'`)
		save(t, h.Store, actor(50, 1), member(50, "ZZZ1234566"))
		linked(t, h)
		h.exec(t, `CREATE TABLE past AS SELECT * FROM audit WHERE seq = 4`)
		h.exec(t, `DELETE FROM audit WHERE seq = 4`)
		h.exec(t, `UPDATE facts SET value = $1 WHERE name = 'audit_head'`, head)
		for i := range 2 {
			save(t, h.Store, actor(int64(60+i), 1), member(byte(60+i), []string{"QQQ5005004", "RJ/20/152/123456"}[i]))
		}
		linked(t, h)
		h.exec(t, `DELETE FROM audit WHERE seq = 4`)
		h.exec(t, `INSERT INTO audit (id, at, actor, update_id, action, object, reason, seq, mac) OVERRIDING SYSTEM VALUE
			SELECT id, at, actor, update_id, action, object, reason, seq, mac FROM past`)
		if report := verified(t, h, ""); !strings.Contains(report.Break, "link 5 does not hold") {
			t.Errorf("%+v", report)
		}
	})
}
