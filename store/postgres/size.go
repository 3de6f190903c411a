package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Size is how much a database holds.
type Size struct {
	Members, Enrollers, Booths int
	Tables                     []TableSize // that grow with members, the largest first
}

// TableSize is what one table takes, in bytes.
type TableSize struct {
	Name          string
	Rows, Indexes int
}

// Bytes of a table with its indexes; of all for an empty name.
func (z Size) Bytes(table string) (n int) {
	for _, t := range z.Tables {
		if table == "" || t.Name == table {
			n += t.Rows + t.Indexes
		}
	}
	return n
}

// Size tells how many members there are, how many enrollers hold, how many
// booths are listed, and what the tables take. Not among them are those that are
// as large without members: booths and the index of their names.
func (s *Store) Size(ctx context.Context) (z Size, err error) {
	err = s.queryRow(ctx, `SELECT (SELECT count(*) FROM members), (SELECT count(*) FROM offices o WHERE `+activeEnrollers+`),
		(SELECT count(*) FROM booths WHERE version_id = `+newest+`)`, nil, &z.Members, &z.Enrollers, &z.Booths)
	if err != nil {
		return z, wrap("measure", err)
	}
	rows, err := s.pool.Query(ctx, `
SELECT c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid) FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname NOT IN ('booths', 'places', 'place_words')
ORDER BY pg_total_relation_size(c.oid) DESC`)
	if err == nil {
		z.Tables, err = pgx.CollectRows(rows, pgx.RowToStructByPos[TableSize])
	}
	return z, wrap("measure", err)
}
