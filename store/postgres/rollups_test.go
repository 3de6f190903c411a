package postgres_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
)

// What the roll-ups ought to hold, and what they hold, as lines; cells without
// anybody are left out of both.
const (
	rowsSQL = `
SELECT format('booth %s/%s%s: %s, %s', coalesce(ac_no, 0), coalesce(part_no, 0), letter, count(*), count(*) FILTER (WHERE counts = 2))
	FROM members WHERE counts >= 1 GROUP BY ac_no, part_no, letter
UNION ALL
SELECT format('code %s: %s, %s', enroller_code, count(*), count(*) FILTER (WHERE counts = 2))
	FROM members WHERE counts >= 1 AND enroller_code IS NOT NULL GROUP BY enroller_code
UNION ALL
SELECT format('day %s of %s: %s, %s', (confirmed_at AT TIME ZONE 'Asia/Kolkata')::date, coalesce(ac_no, 0), count(*), count(*) FILTER (WHERE counts = 2))
	FROM members WHERE counts >= 1 GROUP BY ac_no, (confirmed_at AT TIME ZONE 'Asia/Kolkata')::date
UNION ALL
SELECT format('%s of %s: %s', what, coalesce(ac_no, 0), count(*)) FROM members, unnest(ARRAY[gender, social]) AS s (what)
	WHERE counts >= 1 AND what IS NOT NULL GROUP BY ac_no, what
ORDER BY 1`
	cellsSQL = `
SELECT format('booth %s/%s%s: %s, %s', ac_no, part_no, letter, added, confirmed) FROM rollup_booths WHERE added > 0
UNION ALL SELECT format('code %s: %s, %s', code, added, confirmed) FROM rollup_codes WHERE added > 0
UNION ALL SELECT format('day %s of %s: %s, %s', day, ac_no, added, confirmed) FROM rollup_days WHERE added > 0
UNION ALL SELECT format('%s of %s: %s', what, ac_no, members) FROM rollup_said
ORDER BY 1`
)

func lines(ctx context.Context, db *pgx.Conn, sql string) ([]string, error) {
	rows, err := db.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// countsAreRows folds what there is and holds the roll-ups against the rows.
func countsAreRows(ctx context.Context, s *postgres.Store, db *pgx.Conn) error {
	if _, err := s.Fold(ctx); err != nil {
		return err
	}
	want, err := lines(ctx, db, rowsSQL)
	if err != nil {
		return err
	}
	got, err := lines(ctx, db, cellsSQL)
	if err != nil {
		return err
	}
	if diff := cmp.Diff(want, got); diff != "" {
		return fmt.Errorf("the roll-ups differ from the rows (-rows +roll-ups):\n%s", diff)
	}
	return nil
}

// TestCountsAreRows: whatever was done in whatever order, and however often it was
// folded meanwhile, by one or by two at once.
func TestCountsAreRows(t *testing.T) {
	t.Parallel()
	for _, target := range embeddedtest.Databases(t, postgrestest.Template(t)) {
		t.Run(target.Name, func(t *testing.T) {
			s, _ := postgrestest.OpenAt(t, target.URL, postgres.Options{})
			h := house{Store: s, db: connect(t, target.URL)}
			codes := codesOf(t, h)
			crowd := &crowd{h: h, codes: codes}
			rapid.Check(t, func(rt *rapid.T) {
				rt.Repeat(map[string]func(*rapid.T){
					"saves": crowd.saves, "corrects": crowd.corrects, "leaves": crowd.leaves, "tells": crowd.tells, "is changed": crowd.isChanged,
					"is folded": func(rt *rapid.T) {
						if _, err := s.Fold(t.Context()); err != nil {
							rt.Fatal(err)
						}
					},
					"is folded by two": func(rt *rapid.T) {
						var wg sync.WaitGroup
						for range 2 {
							wg.Go(func() {
								if _, err := s.Fold(t.Context()); err != nil {
									rt.Error(err)
								}
							})
						}
						wg.Wait()
					},
				})
				if err := countsAreRows(t.Context(), s, h.db); err != nil {
					rt.Fatal(err)
				}
			})
		})
	}
}

func codesOf(t *testing.T, h house) (codes []party.Code) {
	t.Helper()
	for i := range 3 {
		code, err := h.Appoint(t.Context(), postgres.Appointment{
			Office: party.Enroller, TelegramID: int64(700 + i), Name: "सुनीता मीणा", Area: booth(55, 12+i),
		})
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, code)
	}
	return append(codes, "")
}

// crowd are people who do one thing after another.
type crowd struct {
	h       house
	codes   []party.Code
	members []struct {
		person int64
		number party.Number
	}
	updates, epics int64
}

func (c *crowd) next(person int64) flows.Actor { c.updates++; return actor(person, c.updates) }

func (c *crowd) booth(rt *rapid.T) party.Booth {
	return rapid.SampledFrom([]party.Booth{{}, {AC: 55, Part: 12}, {AC: 55, Part: 13}, {AC: 55, Part: 12, Letter: "A"}, {AC: 1, Part: 1}}).Draw(rt, "booth")
}

func (c *crowd) voterID() party.VoterID {
	c.epics++
	return party.VoterID{Number: fmt.Sprintf("ZZY%07d", c.epics/2), Form: party.Modern, Check: c.epics%7 != 0} // every second one is taken
}

func (c *crowd) saves(rt *rapid.T) {
	person := int64(1000 + len(c.members))
	e := flows.SaveMember{
		Nonce: flows.Nonce{byte(person), byte(person >> 8), 9}, Via: party.Self, Name: "कमला देवी", VoterID: c.voterID(),
		Booth: c.booth(rt), Version: "sample 2014", Code: rapid.SampledFrom(c.codes).Draw(rt, "code"), Consent: party.CurrentConsent,
	}
	saved, err := c.h.SaveMember(rt.Context(), c.next(person), e)
	if err != nil {
		rt.Fatal(err)
	}
	c.members = append(c.members, struct {
		person int64
		number party.Number
	}{person, saved.Record.Number})
}

// someone is a member to whom something happens.
func (c *crowd) someone(rt *rapid.T) (person int64, number party.Number) {
	if len(c.members) == 0 {
		rt.Skip("nobody yet")
	}
	m := rapid.SampledFrom(c.members).Draw(rt, "who")
	return m.person, m.number
}

func (c *crowd) corrects(rt *rapid.T) {
	person, number := c.someone(rt)
	_, err := c.h.CorrectMember(rt.Context(), c.next(person), flows.CorrectMember{
		Number: number, Name: "गीता", VoterID: c.voterID(), Booth: c.booth(rt), Version: "sample 2014",
	})
	_ = err // who left cannot correct
}

func (c *crowd) leaves(rt *rapid.T) {
	person, number := c.someone(rt)
	if err := c.h.Withdraw(rt.Context(), c.next(person), number); err != nil {
		rt.Fatal(err)
	}
}

func (c *crowd) tells(rt *rapid.T) {
	person, _ := c.someone(rt)
	e := flows.RecordAbout{Gender: rapid.SampledFrom(append(party.Genders(), "")).Draw(rt, "gender"), Category: rapid.SampledFrom(append(party.SocialCategories(), "")).Draw(rt, "social")}
	if err := c.h.RecordAbout(rt.Context(), c.next(person), e); err != nil {
		rt.Fatal(err)
	}
}

// isChanged is what others do to a row, as those statements do it: in one
// transaction with its event, which sometimes fails.
func (c *crowd) isChanged(rt *rapid.T) {
	_, number := c.someone(rt)
	set := rapid.SampledFrom([]string{
		`status = 'frozen', held = nullif(counts, 0)`, `held = NULL`, `via = 'assisted', claimed_at = NULL`, `claimed_at = now()`,
		`status = 'refused'`, `status = 'confirmed', voter_id_index = nonce::text::bytea`, `enroller_code = NULL`,
	}).Draw(rt, "change")
	fails := rapid.Bool().Draw(rt, "fails")
	tx, err := c.h.db.Begin(rt.Context())
	if err != nil {
		rt.Fatal(err)
	}
	_, err = tx.Exec(rt.Context(), `WITH was AS (SELECT id, ac_no, part_no, letter, enroller_code FROM members WHERE number = $1 FOR UPDATE),
		made AS (UPDATE members SET `+set+` FROM was WHERE members.id = was.id)
		INSERT INTO events (kind, member_id, ac_no, part_no, letter, code) SELECT 'changed', id, ac_no, part_no, letter, enroller_code FROM was`, string(number))
	if err != nil || fails {
		_ = tx.Rollback(rt.Context())
		return
	}
	if err := tx.Commit(rt.Context()); err != nil {
		rt.Fatal(err)
	}
}

// TestALateCommitIsNotLost: an event with a lower id that is committed after a
// higher one was folded.
func TestALateCommitIsNotLost(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		if _, err := h.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
		late := save(t, h.Store, actor(1, 1), member(1, "ABC1034560")).Record.Number
		if _, err := h.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
		tx, err := h.db.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), `WITH made AS (UPDATE members SET ac_no = 55, part_no = 13 WHERE number = $1 RETURNING id)
			INSERT INTO events (kind, member_id, ac_no, part_no, letter) SELECT 'corrected', id, 55, 12, '' FROM made`, string(late)); err != nil {
			t.Fatal(err)
		}
		save(t, h.Store, actor(2, 1), member(2, "WKH1186253"))
		if n, err := h.Fold(t.Context()); n != 1 || err != nil {
			t.Errorf("%d folded beside an open transaction, %v", n, err)
		}
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := countsAreRows(t.Context(), h.Store, h.db); err != nil {
			t.Error(err)
		}
	})
}

func TestOneFoldsAtATime(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		if _, err := h.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
		save(t, h.Store, actor(1, 1), member(1, "ABC1034560"))
		tx, err := h.db.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), `SELECT pg_advisory_xact_lock(hashtext('sadasya fold'))`); err != nil {
			t.Fatal(err)
		}
		if n, err := h.Fold(t.Context()); n != 0 || err != nil {
			t.Errorf("%d folded beside another, %v", n, err)
		}
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, err := h.Fold(t.Context()); n != 1 || err != nil {
			t.Errorf("%d folded, %v", n, err)
		}
	})
}

// TestRowsOfBeforeAreCounted: a database that an older program filled has no
// roll-ups, and events that do not name the booth before.
func TestRowsOfBeforeAreCounted(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		for i := range 3 {
			e := member(byte(i+1), madeUp(i))
			if i == 2 {
				e.Booth = party.Booth{}
			}
			save(t, h.Store, actor(int64(i+1), 1), e)
		}
		h.exec(t, `UPDATE events SET kind = 'corrected'`)
		h.exec(t, `UPDATE members SET part_no = 14 WHERE ac_no IS NOT NULL`)
		if err := countsAreRows(t.Context(), h.Store, h.db); err != nil {
			t.Error(err)
		}
		if n := one[int](t, h, `SELECT added FROM rollup_booths WHERE ac_no = 0`); n != 1 {
			t.Errorf("%d pending", n)
		}
	})
}

func madeUp(i int) string { return []string{"ABC1034560", "WKH1186253", "ZZZ1234566"}[i] }
