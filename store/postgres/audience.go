package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
)

// Who is in an audience, as SQL over people p. It is asked for a range of
// accounts at a time, so that the tables are read side by side in the order of
// their keys: five million are looked through in seconds.

// fewACs is up to how many constituencies an audience is counted from their members,
// one after another; of more, the news of the whole state are read along.
const fewACs = 20

// chosen is the SQL that gives the accounts of an audience above $1 up to $2, and
// its further arguments from $3.
type chosen struct {
	sql  string
	args []any
}

// choose builds it. What a person may have typed goes by arguments alone.
func (s *Store) choose(a party.Audience) chosen { return s.chooseBy(a, false) }

// chooseBy builds it for a range of accounts, or byPlace for those of few places
// wherever their accounts are.
func (s *Store) chooseBy(a party.Audience, byPlace bool) chosen {
	c := chosen{args: []any{nil, nil}}
	arg := func(v any) string {
		c.args = append(c.args, v)
		return fmt.Sprintf("$%d", len(c.args))
	}
	from, where := s.groupSQL(a, byPlace, arg)
	if a.Language != "" {
		where = append(where, `p.language = `+arg(string(a.Language)))
	}
	area := map[party.Group]string{party.Subscribers: "m", party.Enrollers: "o", party.Chiefs: "o", party.Unfinished: "o"}[a.Group]
	switch {
	case !a.Booth.IsZero():
		where = append(where, fmt.Sprintf(`%s.ac_no = %s AND %s.part_no = %s AND %s.letter = %s`,
			area, arg(a.Booth.AC), area, arg(a.Booth.Part), area, arg(a.Booth.Letter)))
	case len(a.ACs) > 0:
		where = append(where, area+`.ac_no = ANY (`+arg(a.ACs)+`)`)
	case a.District != "":
		within := area + `.ac_no = ANY (` + arg(s.acsOf(party.Area{District: a.District})) + `)`
		if a.Group == party.Chiefs {
			within = `(` + within + ` OR o.district = ` + arg(a.District) + `)`
		}
		where = append(where, within)
	}
	if a.Gender != "" {
		where = append(where, area+`.gender = `+arg(string(a.Gender)))
	}
	within := `p.telegram_id > $1 AND p.telegram_id <= $2`
	if byPlace { // all of them; with a range the planner begins at the people
		within = `$1::bigint IS NOT NULL AND $2::bigint IS NOT NULL`
	}
	c.sql = `SELECT DISTINCT p.telegram_id FROM people p ` + from + `
WHERE ` + within + ` AND p.reachable AND ` + strings.Join(where, ` AND `)
	if a.Group == party.Subscribers { // one row a person as it is
		c.sql = strings.Replace(c.sql, `SELECT DISTINCT`, `SELECT`, 1)
	}
	return c
}

// groupSQL gives the tables of a group and what makes it one.
func (s *Store) groupSQL(a party.Audience, byPlace bool, arg func(any) string) (from string, where []string) {
	const refused = `NOT EXISTS (SELECT FROM consents c WHERE c.telegram_id = p.telegram_id AND c.kind = '%[1]s' AND NOT c.given
	AND NOT EXISTS (SELECT FROM consents n WHERE n.telegram_id = p.telegram_id AND n.kind = '%[1]s' AND n.at > c.at))`
	switch a.Group {
	case party.Enrollers, party.Chiefs:
		office := party.Enroller
		if a.Group == party.Chiefs {
			office = party.Chief
		}
		where = []string{fmt.Sprintf(refused, party.Duties)}
		if a.Below > 0 {
			where = append(where, `(SELECT count(*) FROM members m WHERE m.enroller_code = o.code AND m.counts = 2) < `+arg(a.Below))
		}
		return `JOIN offices o ON o.telegram_id = p.telegram_id AND o.status = 'active' AND o.office = '` + string(office) + `'`, where
	case party.Unfinished:
		where = []string{
			fmt.Sprintf(refused, party.Reminders),
			`coalesce((SELECT c.given FROM consents c WHERE c.telegram_id = p.telegram_id AND c.kind = 'membership' AND c.via = 'self' ORDER BY c.at DESC LIMIT 1), false)`,
			`NOT EXISTS (SELECT FROM members m WHERE m.telegram_id = p.telegram_id AND m.via = 'self' AND ` + live + `)`,
		}
		if a.Reminder {
			where = append(where, s.reminderSQL(a, arg)...)
		}
		step := `p.step LIKE 'enroll/%'`
		if a.Step != "" {
			step = `p.step = ANY (` + arg(flows.StepsOf(a.Step)) + `)`
		}
		return `LEFT JOIN offices o ON o.code = p.first_code`, append(where, step)
	}
	if byPlace {
		return `JOIN members m ON m.telegram_id = p.telegram_id AND m.via = 'self' AND ` + live + `
	JOIN LATERAL (SELECT given FROM consents WHERE telegram_id = m.telegram_id AND kind = 'news' ORDER BY at DESC LIMIT 1) c ON c.given`, []string{`true`}
	}
	from = `JOIN (SELECT DISTINCT ON (telegram_id) telegram_id, given FROM consents
	WHERE kind = 'news' AND telegram_id > $1 AND telegram_id <= $2 ORDER BY telegram_id, at DESC) c ON c.telegram_id = p.telegram_id AND c.given`
	if a.Narrow() {
		from += ` JOIN members m ON m.telegram_id = p.telegram_id AND m.via = 'self' AND ` + live
	}
	return from, []string{`true`}
}

// countTime bounds the counting of an audience of millions.
const countTime = 20 * time.Second

// count tells how many an audience has now.
func (s *Store) count(ctx context.Context, a party.Audience) (n int, err error) {
	ctx, cancel := context.WithTimeout(ctx, countTime)
	defer cancel()
	c := s.chooseBy(a, s.ofFewPlaces(a))
	c.args[0], c.args[1] = int64(0), lastAccount
	// Planned for this audience, each time: a plan for any would be that of a short
	// range of accounts.
	args := append([]any{pgx.QueryExecModeDescribeExec}, c.args...)
	err = s.queryRow(ctx, `SELECT count(*) FROM (`+c.sql+`) a`, args, &n)
	return n, wrap("count an audience", err)
}

// ofFewPlaces tells whether an audience is counted faster from its places.
func (s *Store) ofFewPlaces(a party.Audience) bool {
	acs := a.ACs
	if a.District != "" && len(acs) == 0 {
		acs = s.acsOf(party.Area{District: a.District})
	}
	return a.Group == party.Subscribers && (!a.Booth.IsZero() || len(acs) > 0 && len(acs) <= fewACs)
}

// lastAccount is above every Telegram id. Source: Bot API, "at most 52
// significant bits".
const lastAccount = int64(1) << 53
