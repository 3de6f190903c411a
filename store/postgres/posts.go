package postgres

import (
	"context"
	"slices"

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
	return readPosts(ctx, q, postsSQL, person)
}

const postsSQL = `
SELECT id, office, district, ac_no, part_no, letter, code FROM offices
WHERE telegram_id = $1 AND status = 'active' ORDER BY array_position(ARRAY['admin', 'chief', 'enroller'], office), appointed_at DESC, id DESC`

func readPosts(ctx context.Context, q querier, sql string, arg any) ([]held, error) {
	rows, err := q.Query(ctx, sql, arg)
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
// where none has. Within a transaction that writes by the power it is overIn,
// which holds the office as it is until the end.
func (s *Store) over(ctx context.Context, person int64, post party.Post) (held, error) {
	list, err := s.posts(ctx, person)
	return s.firstOver(list, post), err
}

func (s *Store) overIn(ctx context.Context, tx pgx.Tx, person int64, post party.Post) (held, error) {
	list, err := readPosts(ctx, tx, postsSQL+` FOR SHARE`, person)
	return s.firstOver(list, post), err
}

// makerOver gives the active office that made a link, where it has power over
// what the link gives still; the zero held where it has none.
func (s *Store) makerOver(ctx context.Context, tx pgx.Tx, maker int64, post party.Post) (held, error) {
	list, err := readPosts(ctx, tx, `SELECT id, office, district, ac_no, part_no, letter, code FROM offices
		WHERE id = $1 AND status = 'active' FOR SHARE`, maker)
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

// appoints tells whether one of these offices, the highest first, is over others.
func appoints(posts []held) bool { return len(posts) > 0 && posts[0].Post.Office != party.Enroller }

// acsWithin lists the constituencies of an area, the zero one for all, that lie
// in the areas of those of the posts that are over others.
func (s *Store) acsWithin(posts []held, area party.Area) (acs []int) {
	for _, h := range posts {
		if h.Post.Office != party.Enroller {
			acs = append(acs, s.acsOf(h.Post.Area)...)
		}
	}
	slices.Sort(acs)
	acs = slices.Compact(acs)
	if area == (party.Area{}) {
		return acs
	}
	wanted := s.acsOf(area)
	return slices.DeleteFunc(acs, func(ac int) bool { return !slices.Contains(wanted, ac) })
}
