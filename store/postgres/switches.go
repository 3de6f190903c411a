package postgres

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// The switches of what the clock says: for a district, and for the whole state.
// They are read where they count, at every message, so that no replica has to be
// told.

// silenced is where one word of the clock is switched off.
type silenced struct {
	state     bool
	districts []string // English names
}

// silenced reads where a word is switched off now.
func (s *Store) silenced(ctx context.Context, q querier, what party.ClockWord) (off silenced, err error) {
	rows, err := q.Query(ctx, `SELECT district FROM switches WHERE what = $1 AND off`, string(what))
	if err != nil {
		return off, err
	}
	off.districts, err = pgx.CollectRows(rows, pgx.RowTo[string])
	off.state = slices.Contains(off.districts, "")
	return off, err
}

// hushed tells whether an area lies where it is switched off. One whose district
// nobody knows, and the state, are hushed with the state alone.
func (s *Store) hushed(off silenced, area party.Area) bool {
	if off.state {
		return true
	}
	district := area.District
	if ac := max(area.AC, area.Booth.AC); ac != 0 {
		c, _ := s.ref.Constituency(ac)
		district = c.DistrictEN
	}
	return district != "" && slices.Contains(off.districts, district)
}

// silencedAs is, as a column, where anything is switched off: "daily Jaipur". It
// is for who reads many notices at once.
const silencedAs = `(SELECT coalesce(array_agg(what || ' ' || district), '{}') FROM switches WHERE off)`

// hushedNotice tells whether a notice is a word of the clock that is switched off
// where it would be said.
func (s *Store) hushedNotice(n flows.Notice, all []string) bool {
	what, ok := map[flows.NoticeKind]party.ClockWord{flows.NoticeDaily: party.ClockDaily, flows.NoticeShort: party.ClockPace}[n.Kind]
	if !ok {
		return false
	}
	var off silenced
	for _, one := range all {
		if of, district, _ := strings.Cut(one, " "); of == string(what) {
			off.districts = append(off.districts, district)
		}
	}
	off.state = slices.Contains(off.districts, "")
	return s.hushed(off, n.Area)
}

// LoadSwitches shows an admin the switches of a district, or of the state; who is
// none gets nothing, and the refusal is written down.
func (s *Store) LoadSwitches(ctx context.Context, a flows.Actor, e flows.LoadSwitches) (out flows.Switches, err error) {
	err = s.asAdmin(ctx, a, "switches", func(tx pgx.Tx, _ held) error {
		out, err = s.switches(ctx, tx, e.District)
		return err
	})
	return out, wrap("look at the switches", err)
}

// TurnSwitch turns a switch once an update, and shows them. Errors as
// LoadSwitches.
func (s *Store) TurnSwitch(ctx context.Context, a flows.Actor, e flows.TurnSwitch) (out flows.Switches, err error) {
	err = s.asAdmin(ctx, a, "switches", func(tx pgx.Tx, by held) error {
		if e.What.Valid() && (e.District == "" || len(s.ref.Constituencies(e.District)) > 0) {
			if err := s.turn(ctx, tx, a, by, e); err != nil {
				return err
			}
		}
		out, err = s.switches(ctx, tx, e.District)
		return err
	})
	return out, wrap("turn a switch", err)
}

func (s *Store) turn(ctx context.Context, tx pgx.Tx, a flows.Actor, by held, e flows.TurnSwitch) error {
	if first, err := firstTime(ctx, tx, a, "switch"); err != nil || !first {
		return err
	}
	tag, err := tx.Exec(ctx, `
INSERT INTO switches (what, district, off, by) SELECT $1, $2, $3, $4 WHERE $3 OR EXISTS (SELECT FROM switches WHERE what = $1 AND district = $2)
ON CONFLICT (what, district) DO UPDATE SET off = excluded.off, by = excluded.by, at = now() WHERE switches.off <> excluded.off`,
		string(e.What), e.District, !e.On, by.ID)
	if err != nil || tag.RowsAffected() == 0 {
		return err // it stood so
	}
	object := []string{strings.TrimSpace("switch " + string(e.What) + " " + e.District)}
	if e.On {
		return note(ctx, tx, a, "switched-on", object, "")
	}
	return note(ctx, tx, a, "switched-off", object, "")
}

// switches reads them all: there are few.
func (s *Store) switches(ctx context.Context, tx pgx.Tx, district string) (out flows.Switches, err error) {
	out.Admin, out.District = true, district
	at := map[party.ClockWord]int{}
	for i, what := range party.ClockWords() {
		out.List = append(out.List, flows.Switch{What: what, On: true})
		at[what] = i
	}
	dark := map[string]bool{}
	rows, err := tx.Query(ctx, `
SELECT w.what, w.district, w.off, o.code, o.name_sealed, o.seal_context, `+dayOf("w.at")+`,
	extract(hour FROM w.at AT TIME ZONE 'Asia/Kolkata')::int, extract(minute FROM w.at AT TIME ZONE 'Asia/Kolkata')::int
FROM switches w JOIN offices o ON o.id = w.by`)
	if err != nil {
		return flows.Switches{}, err
	}
	defer rows.Close()
	for rows.Next() {
		var w flows.Switch
		var where string
		var off bool
		var name []byte
		var place pgtype.UUID
		if err := rows.Scan(&w.What, &where, &off, &w.Code, &name, &place, &w.At.On.Year, &w.At.On.Month, &w.At.On.Day, &w.At.Hour, &w.At.Minute); err != nil {
			return flows.Switches{}, err
		}
		i, known := at[w.What]
		if !known {
			continue // a newer program's
		}
		if off && where != "" {
			dark[where] = true
			out.List[i].Districts++
		}
		if off && where == "" {
			out.List[i].StateOff = true
		}
		if where == district {
			out.List[i].On, out.List[i].Code, out.List[i].At = !off, w.Code, w.At
			if out.List[i].By, err = s.unsealName(name, place); err != nil {
				return flows.Switches{}, err
			}
		}
	}
	for _, c := range s.ref.Districts() {
		out.Places = append(out.Places, flows.SwitchPlace{District: flows.DistrictOf(c), Off: dark[c.DistrictEN]})
	}
	return out, rows.Err()
}
