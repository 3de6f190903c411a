package postgres

import (
	"context"
	"crypto/sha256"

	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// A link opens for who can accept it, and for who has: while they hold the
// office that it gave.
const openLinkSQL = `
SELECT l.office, coalesce(g.name_sealed, l.name_sealed), coalesce(g.seal_context, l.seal_context), l.district, l.ac_no, l.part_no, l.letter,
	g.id IS NOT NULL, coalesce(l.made_by, 0), o.name_sealed, o.seal_context,
	coalesce(o.office, ''), coalesce(o.district, ''), coalesce(o.ac_no, 0), coalesce(o.part_no, 0), coalesce(o.letter, '')
FROM office_links l LEFT JOIN offices o ON o.id = l.made_by LEFT JOIN offices g ON g.id = l.gave
WHERE token_hash = $1 AND CASE WHEN spent_by IS NULL THEN ` + linkHolds + ` AND NOT ` + pausedSQL + `
	ELSE spent_by = $2 AND EXISTS (SELECT FROM offices WHERE id = gave AND status = 'active') END`

// OpenLink tells what a link gives to this person and who made it, and changes
// nothing. Errors: party.ErrNotFound for one that gives nothing.
func (s *Store) OpenLink(ctx context.Context, a flows.Actor, token party.LinkToken) (out flows.LinkOpened, err error) {
	hash := sha256.Sum256([]byte(token))
	var name, by []byte
	var place, byPlace pgtype.UUID
	var b, byBooth party.Booth
	var maker held
	err = s.queryRow(ctx, openLinkSQL, []any{hash[:], a.Person}, &out.Office, &name, &place, &out.Area.District, &b.AC, &b.Part, &b.Letter,
		&out.Held, &maker.ID, &by, &byPlace, &maker.Post.Office, &maker.Post.Area.District, &byBooth.AC, &byBooth.Part, &byBooth.Letter)
	if err != nil {
		return out, wrap("open a link", err)
	}
	out.Area = areaOf(out.Area.District, b)
	maker.Post.Area = areaOf(maker.Post.Area.District, byBooth)
	if !out.Held && maker.ID != 0 && s.firstOver([]held{maker}, party.Post{Office: out.Office, Area: out.Area}).ID == 0 {
		return flows.LinkOpened{}, wrap("open a link", party.ErrNotFound)
	}
	if out.Name, err = s.unsealName(name, place); err != nil {
		return out, err
	}
	if out.By, err = s.unsealName(by, byPlace); err != nil || b.Part == 0 {
		return out, err
	}
	station, err := s.Station(ctx, b)
	out.Station = &station
	return out, err
}

// unsealName opens a name; nothing to "".
func (s *Store) unsealName(sealed []byte, place pgtype.UUID) (party.Name, error) {
	plain, err := s.unsealText(sealed, place.Bytes)
	return party.Name(plain), err
}
