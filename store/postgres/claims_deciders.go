package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
)

// Who may decide a case: an admin who is far from it; where there is none, the
// admin who appointed the enroller; and where there is none either it waits, and
// is told of as soon as somebody may.

// gatherCases is how long cases are gathered before admins are told of them.
const gatherCases = time.Hour

// ground is what bars somebody from deciding a case: whoever recorded it, or
// holds the office that it is credited to; whoever brought it or holds the
// record; and every chief enroller over the booth. Who gave that office is barred
// while somebody else may decide.
type ground struct {
	barred    []int64 // Telegram ids
	appointer int64   // an office; 0: the command line
	booths    []party.Booth
}

const groundColumns = `m.recorded_by, m.telegram_id, coalesce(m.ac_no, 0), coalesce(m.part_no, 0), coalesce(m.letter, ''),
	coalesce(o.telegram_id, 0), coalesce(o.appointed_by, 0), coalesce(o.ac_no, 0), coalesce(o.part_no, 0), coalesce(o.letter, '')`

// groundRow is groundColumns, of a record m and its enroller's office o.
type groundRow struct {
	recorder, claimant, enroller, appointer int64
	own, office                             party.Booth
}

func (r *groundRow) fields() []any {
	return []any{
		&r.recorder, &r.claimant, &r.own.AC, &r.own.Part, &r.own.Letter,
		&r.enroller, &r.appointer, &r.office.AC, &r.office.Part, &r.office.Letter,
	}
}

func (r *groundRow) ground(brought int64) ground {
	g := ground{barred: []int64{r.recorder, r.claimant, r.enroller, brought}, appointer: r.appointer}
	for _, b := range []party.Booth{r.own, r.office} {
		if !b.IsZero() {
			g.booths = append(g.booths, b)
		}
	}
	return g
}

func readGround(ctx context.Context, q rowQuerier, member, brought int64) (ground, error) {
	var r groundRow
	err := q.QueryRow(ctx, `SELECT `+groundColumns+` FROM members m LEFT JOIN offices o ON o.code = m.enroller_code WHERE m.id = $1`, member).Scan(r.fields()...)
	return r.ground(brought), err
}

// admin is a person with an admin's office, and all the offices that they hold.
type admin struct {
	person  int64
	offices []held // that of the admin first
}

func (s *Store) admins(ctx context.Context) (list []admin, err error) {
	err = s.again(func() error { list, err = adminsIn(ctx, s.pool); return err })
	return list, wrap("look admins up", err)
}

// adminsIn gives the active admins, in the order of their Telegram ids.
func adminsIn(ctx context.Context, q querier) ([]admin, error) {
	rows, err := q.Query(ctx, `SELECT DISTINCT telegram_id FROM offices WHERE office = 'admin' AND status = 'active' AND telegram_id <> 0 ORDER BY telegram_id`)
	if err != nil {
		return nil, err
	}
	people, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, err
	}
	list := make([]admin, 0, len(people))
	for _, person := range people {
		offices, err := postsIn(ctx, q, person)
		if err != nil {
			return nil, err
		}
		if len(offices) > 0 && offices[0].Post.Office == party.Admin {
			list = append(list, admin{person, offices})
		}
	}
	return list, nil
}

// deciders are those of the admins who may decide: who is far; where nobody is,
// who appointed the enroller and nothing else bars.
func (s *Store) deciders(admins []admin, g ground) (far []admin) {
	var near []admin
	for _, a := range admins {
		switch {
		case slices.Contains(g.barred, a.person) || s.leads(a.offices, g.booths):
		case slices.ContainsFunc(a.offices, func(h held) bool { return h.ID == g.appointer }):
			near = append(near, a)
		default:
			far = append(far, a)
		}
	}
	if len(far) == 0 {
		return near
	}
	return far
}

// leads tells whether one of these offices is a chief's over one of the booths.
func (s *Store) leads(offices []held, booths []party.Booth) bool {
	return slices.ContainsFunc(offices, func(h held) bool {
		return h.Post.Office == party.Chief && slices.ContainsFunc(booths, func(b party.Booth) bool {
			return h.Post.Area.Contains(s.constituencyOf(party.Area{Booth: b}), b)
		})
	})
}

// decider gives the office by which a person may decide; 0 where they may not.
func (s *Store) decider(person int64, admins []admin, g ground) int64 {
	for _, a := range s.deciders(admins, g) {
		if a.person == person {
			return a.offices[0].ID
		}
	}
	return 0
}

// bring opens a case and tells those who may decide it: how many there are, and
// nothing of whom. The same case by the same person is brought once; by 0 it came
// of a call back.
func (s *Store) bring(ctx context.Context, tx pgx.Tx, a flows.Actor, member int64, was party.Status, kind flows.CaseKind, by int64) error {
	rows, err := tx.Query(ctx, `
WITH made AS (
	INSERT INTO cases (member_id, kind, telegram_id, was) VALUES ($1, $2, $5, $4) ON CONFLICT DO NOTHING RETURNING id),
audited AS (INSERT INTO audit (actor, action, object, reason) SELECT $3, 'case-brought', 'case ' || id, $2 FROM made)
SELECT id FROM made`, member, string(kind), a.Person, string(was), by)
	if err != nil {
		return err
	}
	made, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(made) == 0 {
		return err
	}
	g, err := readGround(ctx, tx, member, a.Person)
	if err != nil {
		return err
	}
	admins, err := adminsIn(ctx, tx)
	if err != nil {
		return err
	}
	return s.tellCase(ctx, tx, made[0], s.deciders(admins, g))
}

// tellCase tells those who may decide a case, or keeps that it waits for them.
func (s *Store) tellCase(ctx context.Context, tx pgx.Tx, id int64, who []admin) error {
	for _, a := range who {
		if err := s.tell(ctx, tx, a.person, "cases", gatherCases, flows.Notice{Kind: flows.NoticeCases, Count: 1}); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `UPDATE cases SET waits = $2 WHERE id = $1 AND waits <> $2`, id, len(who) == 0)
	return err
}

// TellCases tells of the cases that nobody could decide, where somebody may by
// now, and gives how many there are still that nobody may decide.
func (s *Store) TellCases(ctx context.Context) (waiting int, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = s.racing(ctx, func(tx pgx.Tx) error {
		waiting = 0
		// Of several replicas one tells; another finds it told.
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('sadasya cases'))`); err != nil {
			return err
		}
		open, err := openCases(ctx, tx)
		if err != nil || len(open) == 0 {
			return err
		}
		admins, err := adminsIn(ctx, tx)
		if err != nil {
			return err
		}
		for _, c := range open {
			who := s.deciders(admins, c.ground)
			if len(who) == 0 {
				waiting++
			}
			if c.waits == (len(who) == 0) {
				continue
			}
			if err := s.tellCase(ctx, tx, c.id, who); err != nil {
				return err
			}
		}
		return nil
	})
	return waiting, wrap("tell of cases", err)
}
