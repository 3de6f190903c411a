package postgres

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/party/place"
)

// Looking members up. Numbers have an index; names are sealed, and an index of
// them would tell from a dump who has which of the common surnames, so those of
// one constituency are opened and compared in memory (docs/decisions/0024).

// FindMembers looks members up for an admin, and writes down what was looked at
// and why. A page holds flows.FoundAtOnce.
func (s *Store) FindMembers(ctx context.Context, a flows.Actor, e flows.FindMembers) (out flows.MembersFound, err error) {
	err = s.asAdmin(ctx, a, "find", func(tx pgx.Tx, _ held) error {
		ids, err := s.soughtIDs(ctx, tx, e.Sought)
		if err != nil {
			return err
		}
		ids, out.Page, out.More = pageOf(ids, e.Page, flows.FoundAtOnce)
		if out.List, err = s.foundMembers(ctx, tx, ids); err != nil {
			return err
		}
		objects := []string{"nobody"}
		if len(ids) > 0 {
			objects = objects[:0]
		}
		for _, id := range ids {
			objects = append(objects, "member "+strconv.FormatInt(id, 10))
		}
		return note(ctx, tx, a, "member-looked", objects, string(e.Why))
	})
	if err != nil {
		return flows.MembersFound{}, wrap("find members", err)
	}
	return out, nil
}

// pageOf cuts a page out of a list; one beyond the end is the last.
func pageOf[T any](list []T, page, size int) (part []T, at int, more bool) {
	at = max(0, min(page, (len(list)-1)/size))
	part = list[min(at*size, len(list)):min((at+1)*size, len(list))]
	return part, at, (at+1)*size < len(list)
}

func (s *Store) soughtIDs(ctx context.Context, tx pgx.Tx, sought flows.Sought) ([]int64, error) {
	var sql string
	var arg any
	switch {
	case sought.Number != "":
		sql, arg = `SELECT id FROM members WHERE number = $1`, string(sought.Number)
	case sought.VoterID.Number != "":
		sql = `SELECT id FROM members WHERE voter_id_index = $1 AND status = 'confirmed'
			UNION ALL SELECT id FROM members WHERE voter_id_index = $1 AND status <> 'confirmed' AND voter_id_index IS NOT NULL`
		arg = s.voterIndex(sought.VoterID)
	default:
		return s.byName(ctx, tx, sought)
	}
	rows, err := tx.Query(ctx, sql, arg)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// sealedName is a row on its way to be opened.
type sealedName struct {
	id    int64
	nonce pgtype.UUID
	name  []byte
}

// likeness is how well a row's name fits.
type likeness struct {
	id int64
	by float64
}

// byName opens the names of a constituency, or a booth, on all processors, and
// gives those that fit, the likest first.
func (s *Store) byName(ctx context.Context, tx pgx.Tx, sought flows.Sought) ([]int64, error) {
	b := sought.Booth
	rows, err := tx.Query(ctx, `SELECT id, nonce, name_sealed FROM members
		WHERE ac_no = $1 AND name_sealed IS NOT NULL AND ($2 = 0 OR part_no = $2 AND letter = $3)`, sought.AC, b.Part, b.Letter)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r sealedName, err error) {
		return r, row.Scan(&r.id, &r.nonce, &r.name)
	})
	if err != nil {
		return nil, err
	}
	parts := runtime.GOMAXPROCS(0)
	found, failed := make([][]likeness, parts), make([]error, parts)
	wanted := listen(sought.Name)
	var work sync.WaitGroup
	for p := range parts {
		work.Go(func() { found[p], failed[p] = s.liken(wanted, list[len(list)*p/parts:len(list)*(p+1)/parts]) })
	}
	work.Wait()
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	best := slices.Concat(found...)
	slices.SortFunc(best, func(a, b likeness) int { return cmp.Or(cmp.Compare(b.by, a.by), cmp.Compare(a.id, b.id)) })
	ids := make([]int64, len(best))
	for i, l := range best {
		ids[i] = l.id
	}
	return ids, nil
}

// liken opens names and keeps those that fit.
func (s *Store) liken(wanted heard, list []sealedName) (found []likeness, err error) {
	for _, r := range list {
		name, err := s.unsealName(r.name, r.nonce)
		if err != nil {
			return nil, err
		}
		if by := wanted.like(name); by > 0 {
			found = append(found, likeness{r.id, by})
		}
	}
	return found, nil
}

// heard is a name as it is spelt, folded, and as it sounds, so that Kamla finds
// कमला.
type heard struct{ words, sounds []string }

func listen(n party.Name) (h heard) {
	h.words = strings.Fields(n.Fold())
	for _, w := range h.words {
		h.sounds = append(h.sounds, place.Sound(place.Transliterate(w)))
	}
	return h
}

// likeEnough is how alike two words must sound to be taken for one.
const likeEnough = 0.75

// like tells how well a name fits what is looked for, above 0 where each of its
// words is like one of the name's.
func (h heard) like(n party.Name) float64 {
	other := listen(n)
	sum := 0.0
	for i, w := range h.words {
		best := 0.0
		for j, o := range other.words {
			if w == o {
				best = 1
				break
			}
			if by := place.Alike(h.sounds[i], other.sounds[j]); by >= likeEnough {
				best = max(best, by*0.99)
			}
		}
		if best == 0 {
			return 0
		}
		sum += best
	}
	return sum / float64(max(len(h.words), 1)) / (1 + 0.01*float64(max(0, len(other.words)-len(h.words))))
}

// foundMembers reads rows as an admin may see them, in the order of ids.
func (s *Store) foundMembers(ctx context.Context, tx pgx.Tx, ids []int64) ([]flows.FoundMember, error) {
	rows, err := tx.Query(ctx, `
SELECT m.id, m.number, m.nonce, m.name_sealed, m.via, m.status, `+dayOf("m.confirmed_at")+`,
	b.ac_no, b.part_no, b.letter, b.name_en, b.name_hi, v.label, coalesce(m.enroller_code, ''), o.name_sealed, o.seal_context
FROM unnest($1::bigint[]) WITH ORDINALITY AS w (id, n) JOIN members m ON m.id = w.id
LEFT JOIN booth_versions v ON v.id = m.booth_version_id
LEFT JOIN booths b ON b.version_id = v.id AND b.ac_no = m.ac_no AND b.part_no = m.part_no AND b.letter = m.letter
LEFT JOIN offices o ON o.code = m.enroller_code ORDER BY w.n`, ids)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (m flows.FoundMember, err error) {
		var number string
		var nonce, place pgtype.UUID
		var name, inviter []byte
		var st stationRow
		err = row.Scan(&m.ID, &number, &nonce, &name, &m.Via, &m.Status, &m.On.Year, &m.On.Month, &m.On.Day,
			&st.ac, &st.part, &st.letter, &st.nameEN, &st.nameHI, &st.version, &m.Code, &inviter, &place)
		if err != nil {
			return m, err
		}
		m.Last, m.Station = lastFour(number), st.station()
		plain, err := s.unsealName(name, nonce)
		if err != nil {
			return m, err
		}
		m.Name = plain.Short()
		m.Inviter, err = s.unsealName(inviter, place)
		return m, err
	})
}

// lastFour is what is shown of a membership number.
func lastFour(number string) string { return number[max(0, len(number)-4):] }
