package postgres

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

const officesSQL = `
SELECT o.id, o.office, o.district, o.ac_no, o.part_no, o.letter, o.code, o.name_sealed, o.seal_context
FROM offices o WHERE o.status IN ('active', 'suspended') AND `

// FindOffices finds offices that hold or are suspended, by a code or by a name,
// which is compared with all of them in memory. A page holds flows.FoundAtOnce.
func (s *Store) FindOffices(ctx context.Context, a flows.Actor, e flows.FindOffices) (out flows.OfficesFound, err error) {
	err = s.asAdmin(ctx, a, "revoke", func(tx pgx.Tx, _ held) error {
		rows, err := tx.Query(ctx, officesSQL+`($1 = '' OR o.code = $1)`, string(e.Code))
		if err != nil {
			return err
		}
		list, err := pgx.CollectRows(rows, s.scanFoundOffice)
		if err != nil {
			return err
		}
		if e.Code == "" {
			list = likeNamed(list, e.Name)
		}
		out.List, out.Page, out.More = pageOf(list, e.Page, flows.FoundAtOnce)
		return nil
	})
	if err != nil {
		return flows.OfficesFound{}, wrap("find offices", err)
	}
	return out, nil
}

func (s *Store) scanFoundOffice(row pgx.CollectableRow) (o flows.FoundOffice, err error) {
	var b party.Booth
	var name []byte
	var place pgtype.UUID
	if err = row.Scan(&o.ID, &o.Office, &o.Area.District, &b.AC, &b.Part, &b.Letter, &o.Code, &name, &place); err != nil {
		return o, err
	}
	o.Area = areaOf(o.Area.District, b)
	o.Name, err = s.unsealName(name, place)
	return o, err
}

// likeNamed keeps the offices whose holder's name fits, the likest first.
func likeNamed(list []flows.FoundOffice, n party.Name) (fitting []flows.FoundOffice) {
	wanted := listen(n)
	by := map[int64]float64{}
	for _, o := range list {
		if l := wanted.like(o.Name); l > 0 {
			by[o.ID] = l
			fitting = append(fitting, o)
		}
	}
	slices.SortFunc(fitting, func(a, b flows.FoundOffice) int {
		return cmp.Or(cmp.Compare(by[b.ID], by[a.ID]), cmp.Compare(a.ID, b.ID))
	})
	return fitting
}

// RevokeOffice takes an office away, tells its holder, and writes down who did it
// and why. An admin's is only asked for where there are two admins: another, who
// is not the one it is about, must agree. The same update gets the same answer again.
func (s *Store) RevokeOffice(ctx context.Context, a flows.Actor, e flows.RevokeOffice) (out flows.OfficeRevoked, err error) {
	err = s.asAdmin(ctx, a, "revoke", func(tx pgx.Tx, by held) error {
		target, err := lockOffice(ctx, tx, e.ID)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			out.Outcome, err = revokedBefore(ctx, tx, a, e.ID)
			return err
		case err != nil:
			return err
		case target.setting != "":
			out.Outcome = flows.BySetting
			return nil
		case target.office == party.Admin:
			two, err := twoAdmins(ctx, tx)
			if err != nil {
				return err
			}
			if two {
				out.Outcome, err = s.askOthers(ctx, tx, a, by, target, e.Why)
				return err
			}
		}
		out.Outcome = flows.Done
		return s.takeAway(ctx, tx, a, target, string(e.Why))
	})
	if err != nil {
		return flows.OfficeRevoked{}, wrap("revoke an office", err)
	}
	return out, nil
}

// askOthers asks the other admins to agree, where there is one who could: with
// two alone neither revokes the other, nor would the other's no be worth more.
func (s *Store) askOthers(ctx context.Context, tx pgx.Tx, a flows.Actor, by held, t targeted, why flows.Why) (flows.Outcome, error) {
	there, err := anotherAdmin(ctx, tx, a.Person, t.person)
	if err != nil || !there {
		return flows.NoThird, err
	}
	return flows.Asked, s.askToRevoke(ctx, tx, a, by, t, why)
}

// targeted is an office that somebody wants to take away.
type targeted struct {
	id, person int64
	office     party.Office
	setting    string
	name       []byte
	place      pgtype.UUID
}

// lockOffice locks an office that holds or is suspended. Errors: pgx.ErrNoRows.
func lockOffice(ctx context.Context, tx pgx.Tx, id int64) (t targeted, err error) {
	err = tx.QueryRow(ctx, `SELECT id, telegram_id, office, setting, name_sealed, seal_context FROM offices
		WHERE id = $1 AND status IN ('active', 'suspended') FOR UPDATE`, id).
		Scan(&t.id, &t.person, &t.office, &t.setting, &t.name, &t.place)
	return t, err
}

// revokedBefore tells whether this update took the office away.
func revokedBefore(ctx context.Context, tx pgx.Tx, a flows.Actor, office int64) (o flows.Outcome, err error) {
	var mine bool
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM audit WHERE actor = $1 AND update_id = $2 AND update_id <> 0 AND action = 'office-revoked' AND object = 'office ' || $3::bigint)`,
		a.Person, a.Update, office).Scan(&mine)
	if mine {
		o = flows.Done
	}
	return o, err
}

// takeAway revokes an office and tells who held it.
func (s *Store) takeAway(ctx context.Context, tx pgx.Tx, a flows.Actor, t targeted, reason string) error {
	if _, err := tx.Exec(ctx, `UPDATE offices SET status = 'revoked', changed_at = now() WHERE id = $1`, t.id); err != nil {
		return err
	}
	if err := note(ctx, tx, a, "office-revoked", []string{"office " + strconv.FormatInt(t.id, 10)}, reason); err != nil {
		return err
	}
	if err := renewMenu(ctx, tx, t.person); err != nil {
		return err
	}
	if t.person == a.Person {
		return nil // who does it to themselves knows
	}
	return s.tell(ctx, tx, t.person, "office "+strconv.FormatInt(t.id, 10), 0, flows.Notice{Kind: flows.NoticeRevoked, ID: t.id, Reason: reason})
}
