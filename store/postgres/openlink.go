package postgres

import (
	"context"
	"crypto/sha256"

	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// OpenLink tells what a link gives to this person and who made it, and changes
// nothing. Errors: party.ErrNotFound for one that gives nothing.
func (s *Store) OpenLink(ctx context.Context, a flows.Actor, token party.LinkToken) (out flows.LinkOpened, err error) {
	hash := sha256.Sum256([]byte(token))
	var name, by []byte
	var place, byPlace pgtype.UUID
	var b party.Booth
	err = s.queryRow(ctx, `
SELECT l.office, l.name_sealed, l.seal_context, l.district, l.ac_no, l.part_no, l.letter, o.name_sealed, o.seal_context
FROM office_links l LEFT JOIN offices o ON o.id = l.made_by
WHERE token_hash = $1 AND (spent_by = $2 OR spent_by IS NULL AND `+linkHolds+`)`,
		[]any{hash[:], a.Person}, &out.Office, &name, &place, &out.Area.District, &b.AC, &b.Part, &b.Letter, &by, &byPlace)
	if err != nil {
		return out, wrap("open a link", err)
	}
	if out.Name, err = s.unsealName(name, place); err != nil {
		return out, err
	}
	if out.By, err = s.unsealName(by, byPlace); err != nil {
		return out, err
	}
	out.Area = areaOf(out.Area.District, b)
	if b.Part == 0 {
		return out, nil
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
