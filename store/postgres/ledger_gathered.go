package postgres

import (
	"context"

	"sadasya/party"
)

// Gathered is the ledger for a pump of many workers: their looks, and what they
// write down, go to Postgres together where they come at the same moment. It holds
// at most one connection for either, so that citizens' statements have few beside
// them; and a worker goes on to its next message only when the last one's fate is on
// the disk, as without it.
type Gathered struct {
	*Store
	looks *gather[looked, party.Look]
	fates *gather[recorded, struct{}]
}

// gatheredAtOnce are at most in one statement.
const gatheredAtOnce = 64

// Gathered returns it.
func (s *Store) Gathered() *Gathered {
	return &Gathered{
		Store: s,
		looks: &gather[looked, party.Look]{do: s.lookAll, most: gatheredAtOnce},
		fates: &gather[recorded, struct{}]{do: s.recordAll, most: gatheredAtOnce},
	}
}

// Look is Store.Look.
func (g *Gathered) Look(ctx context.Context, l party.Lease, person int64) (party.Look, error) {
	look, err := g.looks.ask(ctx, looked{l, person})
	if err != nil {
		return look, err
	}
	return g.fill(ctx, l, person, look)
}

// Record is Store.Record.
func (g *Gathered) Record(ctx context.Context, l party.Lease, person int64, e party.Entry) error {
	if _, err := g.fates.ask(ctx, recorded{l, person, e}); err != nil {
		return err
	}
	return g.afterFate(ctx, l, person, e)
}
