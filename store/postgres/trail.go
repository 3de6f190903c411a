package postgres

import (
	"context"
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
)

// objectShape is how the audit names a thing that has an id.
var objectShape = regexp.MustCompile(`^[a-z]+ [0-9A-Za-z/ ]{1,40}$`)

// LoadTrail tells an admin what the audit has of a person or a thing, the newest
// first, and writes down that it was looked at.
func (s *Store) LoadTrail(ctx context.Context, a flows.Actor, e flows.LoadTrail) (out flows.Trail, err error) {
	err = s.asAdmin(ctx, a, "audit", func(tx pgx.Tx, _ held) error {
		of, err := trailOf(ctx, tx, e)
		if errors.Is(err, pgx.ErrNoRows) {
			return note(ctx, tx, a, "audit-looked", []string{"nobody"}, "")
		}
		if err != nil {
			return err
		}
		out.Known, out.Page = true, max(e.Page, 0)
		if out.List, out.From, err = entries(ctx, tx, of, out.Page, e.From); err != nil {
			return err
		}
		if out.More = len(out.List) > flows.TrailAtOnce; out.More {
			out.List = out.List[:flows.TrailAtOnce]
		}
		return note(ctx, tx, a, "audit-looked", []string{of.looked()}, "")
	})
	if err != nil {
		return flows.Trail{}, wrap("read the audit", err)
	}
	return out, nil
}

// trail is whose rows are wanted: of a thing, and of a person's own doing.
type trail struct {
	object string
	person int64 // 0: nobody's
}

func (t trail) looked() string {
	if t.object == "" {
		return "everything"
	}
	return t.object
}

// trailOf finds the thing, and the person whose it is.
func trailOf(ctx context.Context, tx pgx.Tx, e flows.LoadTrail) (t trail, err error) {
	var id int64
	switch {
	case e.Number != "":
		err = tx.QueryRow(ctx, `SELECT id, CASE WHEN via = 'self' THEN telegram_id ELSE 0 END FROM members WHERE number = $1`, string(e.Number)).Scan(&id, &t.person)
		t.object = "member " + strconv.FormatInt(id, 10)
	case e.Code != "":
		err = tx.QueryRow(ctx, `SELECT id, telegram_id FROM offices WHERE code = $1`, string(e.Code)).Scan(&id, &t.person)
		t.object = "office " + strconv.FormatInt(id, 10)
	case e.Object != "":
		if t.object = e.Object; !objectShape.MatchString(e.Object) {
			return t, pgx.ErrNoRows
		}
	}
	return t, err
}

// Both are read along their index; a person has done little.
const trailSQL = `
SELECT a.id, a.at, a.actor, a.action, a.object, a.reason FROM (
	SELECT * FROM audit WHERE object = $4
	UNION SELECT * FROM audit WHERE actor = $5 AND $5 <> 0) a
WHERE a.id <= $3 ORDER BY a.id DESC LIMIT $1 OFFSET $2`

const latestSQL = `SELECT a.id, a.at, a.actor, a.action, a.object, a.reason FROM audit a WHERE a.id <= $3 ORDER BY a.id DESC LIMIT $1 OFFSET $2`

// entries reads one page and one more, of those that were there when the first was
// read: from is its newest, which a look at it gives. Else the look itself would
// push the last of each page onto the next.
func entries(ctx context.Context, tx pgx.Tx, of trail, page int, from int64) (list []flows.Entry, newest int64, err error) {
	page = min(page, 1000)
	bound := from
	if bound <= 0 {
		bound = math.MaxInt64
	}
	sql, args := latestSQL, []any{flows.TrailAtOnce + 1, page * flows.TrailAtOnce, bound}
	if of.object != "" {
		sql, args = trailSQL, append(args, of.object, of.person)
	}
	rows, err := tx.Query(ctx, `
SELECT t.id, t.action, t.object, t.reason, t.actor, `+dayOf("t.at")+`, extract(hour FROM t.at AT TIME ZONE 'Asia/Kolkata')::int, extract(minute FROM t.at AT TIME ZONE 'Asia/Kolkata')::int,
	coalesce(h.office, ''), coalesce(h.code, ''), coalesce(o.code, ''), coalesce(right(m.number, 4), '')
FROM (`+sql+`) t
LEFT JOIN LATERAL (SELECT office, code FROM offices WHERE telegram_id = t.actor AND t.actor <> 0
	ORDER BY array_position(ARRAY['admin', 'chief', 'enroller'], office), id DESC LIMIT 1) h ON true
LEFT JOIN offices o ON o.id = CASE WHEN t.object ~ '^office [0-9]{1,18}$' THEN substr(t.object, 8)::bigint END
LEFT JOIN members m ON m.id = CASE WHEN t.object ~ '^member [0-9]{1,18}$' THEN substr(t.object, 8)::bigint END
ORDER BY t.id DESC`, args...)
	if err != nil {
		return nil, 0, err
	}
	newest = from
	list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (e flows.Entry, err error) {
		var id, actor int64
		err = row.Scan(&id, &e.Action, &e.Object, &e.Why, &actor, &e.At.On.Year, &e.At.On.Month, &e.At.On.Day, &e.At.Hour, &e.At.Minute,
			&e.By.Office, &e.By.Code, &e.Of.Code, &e.Of.Last)
		e.By.Citizen = actor > 0 && e.By.Office == ""
		e.By.Channel = actor < 0
		e.Of.Kind, e.Of.Is, _ = strings.Cut(e.Object, " ")
		if _, ok := party.ParseOffice(e.Of.Kind); ok { // "enroller of booth 55/12"
			e.Of.Kind, e.Of.Is = "link", e.Object
		}
		if newest == 0 && page == 0 {
			newest = id
		}
		return e, err
	})
	return list, newest, err
}
