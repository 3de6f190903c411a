package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// Lists that go to a chat: of an area, with Voter ID and mobile masked.

// MayExport tells whether a person may have a list, for what area, and writes
// down that it was asked for, or refused, once an update.
func (s *Store) MayExport(ctx context.Context, a flows.Actor, e flows.Export) (area party.Area, ok bool, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	if e.What == flows.ExportFailures {
		ok, err = s.mayListFailures(ctx, a, e)
		return party.Area{}, ok, err
	}
	area, ok, err = s.Oversees(ctx, a.Person, e.Area)
	if err != nil {
		return area, false, err
	}
	if !ok {
		return area, false, wrap("note a refusal", refuse(ctx, s.pool, a, "export", flows.Sound))
	}
	return area, true, wrap("note an export", note(ctx, s.pool, a, "export-asked", []string{e.What + " of " + area.String()}, e.Format))
}

// MayList looks again at the power of who asked for a list. Errors:
// party.ErrNotFound where the area is not theirs any more, which is written down.
func (s *Store) MayList(ctx context.Context, a flows.Actor, e flows.Export) error {
	if e.What == flows.ExportFailures {
		may, err := s.watches(ctx, a)
		if err == nil && !may {
			err = party.ErrNotFound
		}
		return err
	}
	_, ok, err := s.Oversees(ctx, a.Person, e.Area)
	if err != nil || ok {
		return err
	}
	if err := refuse(ctx, s.pool, a, "export", flows.Sound); err != nil {
		return wrap("note a refusal", err)
	}
	return party.ErrNotFound
}

// NoteExport writes down that a list was sent.
func (s *Store) NoteExport(ctx context.Context, a flows.Actor, e flows.Export) error {
	object := e.What + " of " + e.Area.String()
	if e.What == flows.ExportFailures {
		object = failuresOf(e)
	}
	return wrap("note an export", note(ctx, s.pool, a, "export-sent", []string{object}, e.Format))
}

// CountList tells about how many rows a list will have, from roll-ups.
func (s *Store) CountList(ctx context.Context, e flows.Export) (n int, err error) {
	if e.What == flows.ExportFailures {
		parts, _, err := s.progress(ctx, e.Broadcast)
		return parts.Missed(), err
	}
	sql := `SELECT coalesce(sum(added + frozen + refused + withdrawn), 0) FROM rollup_days WHERE ac_no = ANY($1)`
	if e.What == flows.ExportEnrollers {
		sql = `SELECT count(*) FROM offices WHERE office = 'enroller' AND ac_no = ANY($1)`
	}
	err = s.queryRow(ctx, sql, []any{s.listed(e.Area)}, &n)
	return n, wrap("count a list", err)
}

// listed are the constituencies of a list; 0, those whose booth is pending,
// belong to the state.
func (s *Store) listed(a party.Area) []int {
	acs := s.acsOf(a)
	if a == (party.Area{}) {
		acs = append(slices.Clone(acs), 0)
	}
	return acs
}

// listRow is a row on its way out.
type listRow struct {
	cells              []string
	context            pgtype.UUID
	name, epic, mobile []byte
	at                 time.Time
}

// List gives the rows of a list, in constant memory. To a chief enroller it gives
// only who counts, and how: who complained, or was refused, is not told. Errors:
// party.ErrNotFound where the area is not the person's any more.
func (s *Store) List(ctx context.Context, person int64, e flows.Export, yield func(flows.ListRow) error) error {
	if e.What == flows.ExportFailures {
		return s.listFailures(ctx, person, e.Broadcast, yield)
	}
	area, ok, err := s.Oversees(ctx, person, e.Area)
	if err != nil {
		return err
	}
	if !ok {
		return party.ErrNotFound
	}
	posts, err := s.posts(ctx, person)
	if err != nil {
		return err
	}
	whole := len(posts) > 0 && posts[0].Post.Office == party.Admin
	if e.What == flows.ExportEnrollers {
		return s.listEnrollers(ctx, s.acsOf(area), yield)
	}
	return s.listMembers(ctx, s.listed(area), whole, yield)
}

func (s *Store) listMembers(ctx context.Context, acs []int, whole bool, yield func(flows.ListRow) error) error {
	within := `ac_no = ANY($1)` // along its index
	if slices.Contains(acs, 0) {
		within = `$1::int[] IS NOT NULL` // the whole state
	}
	rows, err := s.pool.Query(ctx, `
SELECT number, nonce, name_sealed, voter_id_sealed, mobile_sealed, coalesce(ac_no::text, ''), coalesce(part_no || letter, ''), coalesce(enroller_code, ''), language, via,
	CASE WHEN $2 THEN status WHEN counts = 2 THEN 'confirmed' ELSE 'added' END, confirmed_at
FROM members WHERE `+within+` AND ($2 OR counts >= 1)`, acs, whole)
	if err != nil {
		return wrap("list members", err)
	}
	err = inOrder(ctx, rows,
		func(r *listRow) error {
			c := make([]string, 11)
			r.cells = c
			return rows.Scan(&c[0], &r.context, &r.name, &r.epic, &r.mobile, &c[4], &c[5], &c[6], &c[7], &c[8], &c[9], &r.at)
		},
		func(r *listRow) error {
			for i, sealed := range [][]byte{r.name, r.epic, r.mobile} {
				plain, err := s.unsealText(sealed, r.context.Bytes)
				if err != nil {
					return err
				}
				if r.cells[i+1] = plain; i > 0 {
					r.cells[i+1] = masked(plain)
				}
			}
			r.cells[10] = r.at.UTC().Format(time.RFC3339)
			return nil
		},
		func(r *listRow) error { return yield(r.cells) })
	return wrap("list members", err)
}

// masked leaves the last three signs of a number.
func masked(number string) string {
	if len(number) <= 3 {
		return ""
	}
	return "…" + number[len(number)-3:]
}

func (s *Store) listEnrollers(ctx context.Context, acs []int, yield func(flows.ListRow) error) error {
	rows, err := s.pool.Query(ctx, `
SELECT o.code, o.seal_context, o.name_sealed, o.ac_no::text, o.part_no || o.letter, o.status, o.appointed_at, coalesce(r.added, 0)::text, coalesce(r.confirmed, 0)::text
FROM offices o LEFT JOIN rollup_codes r ON r.code = o.code WHERE o.office = 'enroller' AND o.ac_no = ANY($1) ORDER BY o.ac_no, o.part_no, o.letter, o.id`, acs)
	if err != nil {
		return wrap("list enrollers", err)
	}
	var r listRow
	cells := make([]string, 8)
	_, err = pgx.ForEachRow(rows, []any{&cells[0], &r.context, &r.name, &cells[2], &cells[3], &cells[4], &r.at, &cells[6], &cells[7]}, func() (err error) {
		if cells[1], err = s.unsealText(r.name, r.context.Bytes); err != nil {
			return err
		}
		cells[5] = r.at.UTC().Format(time.RFC3339)
		return yield(cells)
	})
	return wrap("list enrollers", err)
}
