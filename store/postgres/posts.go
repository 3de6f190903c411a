package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"sadasya/party"
)

// held is an active office of a person.
type held struct {
	ID   int64
	Post party.Post
	Code party.Code
}

// posts gives the active offices of a person, the highest first. Nothing is kept
// of them between two calls: who is suspended is so at once on every replica.
func (s *Store) posts(ctx context.Context, person int64) (list []held, err error) {
	err = s.again(func() error { list, err = postsIn(ctx, s.pool, person); return err })
	return list, wrap("look offices up", err)
}

// postsIn does it within a transaction.
func postsIn(ctx context.Context, q querier, person int64) ([]held, error) {
	rows, err := q.Query(ctx, `
SELECT id, office, district, ac_no, part_no, letter, code FROM offices
WHERE telegram_id = $1 AND status = 'active' ORDER BY array_position(ARRAY['admin', 'chief', 'enroller'], office), appointed_at DESC, id DESC`, person)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (h held, err error) {
		var b party.Booth
		err = row.Scan(&h.ID, &h.Post.Office, &h.Post.Area.District, &b.AC, &b.Part, &b.Letter, &h.Code)
		h.Post.Area = areaOf(h.Post.Area.District, b)
		return h, err
	})
}

// over gives the office of a person that has power over a post; the zero held
// where none has. Within a transaction it is overIn, which takes no second
// connection.
func (s *Store) over(ctx context.Context, person int64, post party.Post) (held, error) {
	list, err := s.posts(ctx, person)
	return s.firstOver(list, post), err
}

func (s *Store) overIn(ctx context.Context, tx pgx.Tx, person int64, post party.Post) (held, error) {
	list, err := postsIn(ctx, tx, person)
	return s.firstOver(list, post), err
}

func (s *Store) firstOver(list []held, post party.Post) held {
	for _, h := range list {
		if h.Post.Over(post, s.constituencyOf(post.Area)) {
			return h
		}
	}
	return held{}
}

// areaOf reads the columns of an area: a booth, or without a part a whole
// constituency, a district or the state.
func areaOf(district string, b party.Booth) party.Area {
	if b.Part != 0 {
		return party.Area{Booth: b}
	}
	return party.Area{District: district, AC: b.AC}
}

// constituencyOf is where an area lies; of a district one constituency of it.
func (s *Store) constituencyOf(a party.Area) party.Constituency {
	ac := a.AC
	if !a.Booth.IsZero() {
		ac = a.Booth.AC
	}
	if c, ok := s.ref.Constituency(ac); ok {
		return c
	}
	if list := s.ref.Constituencies(a.District); len(list) > 0 {
		return list[0]
	}
	return party.Constituency{}
}

// acsOf lists the constituencies of an area by number; all of them for the state.
func (s *Store) acsOf(a party.Area) []int {
	if a.AC != 0 || !a.Booth.IsZero() {
		return []int{max(a.AC, a.Booth.AC)}
	}
	list := s.ref.All()
	if a.District != "" {
		list = s.ref.Constituencies(a.District)
	}
	acs := make([]int, len(list))
	for i, c := range list {
		acs[i] = c.AC
	}
	return acs
}
