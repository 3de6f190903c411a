package postgres

import (
	"context"

	"sadasya/flows"
)

// Tell keeps a notice for a person.
func (s *Store) Tell(ctx context.Context, person int64, n flows.Notice) error {
	return s.tell(ctx, s.pool, person, "", 0, n)
}
