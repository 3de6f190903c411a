package postgres

// What a test of plans looks at.

// DoubtfulSQL is how the next entry is found.
func DoubtfulSQL() string {
	return pickSQL(waitsSQL+` AND ($5 = '' OR $5 = ANY (m.reasons))`) + entrySQL(`(SELECT id FROM pick)`, `$6`)
}

// CallSQL is how the next call is found.
func CallSQL() string { return pickSQL(callableSQL) + callSQL + `(SELECT id FROM pick)` }

// ReviewDeskSQL counts what waits.
const ReviewDeskSQL = reviewDeskSQL
