package postgres

import (
	"context"
	"crypto/subtle"

	"sadasya/flows"
	"sadasya/party"
)

// CheckCard gives the membership of a card whose link carries the right tag.
func (s *Store) CheckCard(ctx context.Context, e flows.CheckCard) (flows.CardChecked, error) {
	want := s.keys.CardTag(e.Number)
	if subtle.ConstantTimeCompare(want[:], e.Tag[:]) != 1 {
		return flows.CardChecked{}, nil
	}
	list, err := s.records(ctx, `m.number = $1`, string(e.Number))
	if err != nil || len(list) == 0 {
		return flows.CardChecked{}, err
	}
	rec := list[0]
	rec.VoterID = party.VoterID{}
	return flows.CardChecked{Record: &rec}, nil
}
