package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/party"
)

// Offices locked for a change, and the powers by which it is made.

// errNotSo says that an office stands otherwise than what would be done to it
// wants: it was suspended already, or is nobody's any more.
var errNotSo = errors.New("the office stands otherwise")

// officeRow is an office as it stands in the table.
type officeRow struct {
	held
	Person int64
	Status string
	Name   party.Name
}

// scanOffice reads the columns of an office, and more.
func (s *Store) scanOffice(row pgx.CollectableRow, more ...any) (o officeRow, err error) {
	var b party.Booth
	var district string
	var name []byte
	var place pgtype.UUID
	err = row.Scan(append([]any{
		&o.ID, &o.Person, &o.Post.Office, &district, &b.AC, &b.Part, &b.Letter, &o.Status, &o.Code, &name, &place,
	}, more...)...)
	if err != nil {
		return o, err
	}
	o.Post.Area = areaOf(district, b)
	o.Name, err = s.unsealName(name, place)
	return o, err
}

// lockOffices locks an office and the active ones of a person, in the order of
// their ids, so that two who suspend each other wait and do not deadlock.
// Errors: pgx.ErrNoRows where there is no such office.
func (s *Store) lockOffices(ctx context.Context, tx pgx.Tx, id, person int64) (it officeRow, own []officeRow, err error) {
	rows, err := tx.Query(ctx, `
SELECT id, telegram_id, office, district, ac_no, part_no, letter, status, code, name_sealed, seal_context
FROM offices WHERE id = $1 OR telegram_id = $2 AND status = 'active' ORDER BY id FOR NO KEY UPDATE`, id, person)
	if err != nil {
		return it, nil, err
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (officeRow, error) { return s.scanOffice(row) })
	if err != nil {
		return it, nil, err
	}
	for _, o := range list {
		if o.ID == id {
			it = o
		}
		if o.Person == person && o.Status == "active" {
			own = append(own, o)
		}
	}
	if it.ID == 0 {
		return it, nil, pgx.ErrNoRows
	}
	return it, own, nil
}

// overOne gives the office among these that has power over a post; the zero one
// where none has.
func (s *Store) overOne(own []officeRow, post party.Post) officeRow {
	for _, o := range own {
		if o.Post.Over(post, s.constituencyOf(post.Area)) {
			return o
		}
	}
	return officeRow{}
}

// placed tells whether a post has an area of its kind: an enroller a booth, a
// chief enroller a constituency, a district or the state. Whether the booth is
// listed is another question.
func (s *Store) placed(p party.Post) bool {
	switch a := p.Area; p.Office {
	case party.Enroller:
		_, ok := s.ref.Constituency(a.Booth.AC)
		return ok && !a.Booth.IsZero()
	case party.Chief:
		return a.Booth.IsZero() && (a == party.Area{} || s.constituencyOf(a).AC != 0)
	}
	return p.Office == party.Admin && p.Area == party.Area{}
}
