package postgres

import (
	"context"
	"crypto/sha256"

	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// OpenLink tells what a link gives to this person, and changes nothing. Errors:
// party.ErrNotFound for one that gives nothing.
func (s *Store) OpenLink(ctx context.Context, a flows.Actor, token party.LinkToken) (out flows.LinkOpened, err error) {
	hash := sha256.Sum256([]byte(token))
	var name []byte
	var place pgtype.UUID
	var b party.Booth
	err = s.queryRow(ctx, `
SELECT office, name_sealed, seal_context, district, ac_no, part_no, letter FROM office_links
WHERE token_hash = $1 AND (spent_by = $2 OR spent_by IS NULL AND expires_at > now())`,
		[]any{hash[:], a.Person}, &out.Office, &name, &place, &out.Area.District, &b.AC, &b.Part, &b.Letter)
	if err != nil {
		return out, wrap("open a link", err)
	}
	opened, err := s.unsealText(name, place.Bytes)
	if err != nil {
		return out, err
	}
	out.Name = party.Name(opened)
	if b.Part == 0 {
		out.Area.AC = b.AC
		return out, nil
	}
	out.Area.Booth = b
	station, err := s.Station(ctx, b)
	out.Station = &station
	return out, err
}
