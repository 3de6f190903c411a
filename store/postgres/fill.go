package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/party"
)

// ErrNotEmpty says that a database holds members, who may be real.
var ErrNotEmpty = errors.New("the database holds members: made-up ones go into an empty one only")

// MadeUp is a member that nobody is, for measuring at the size of a state.
type MadeUp struct {
	Person   int64 // Telegram id; of an assisted one who was not claimed: 0
	Number   party.Number
	Name     party.Name
	VoterID  string // canonical, sound
	Booth    party.Booth
	Code     party.Code
	Language party.Language
	Via      party.Via
	Status   party.Status
	Age      time.Duration // since they joined
	Recorder int64         // assisted: the enroller's Telegram id
	Claimed  bool
	Gender   party.Gender
	Social   party.SocialCategory
}

// MadeUpEnroller is an enroller that nobody is.
type MadeUpEnroller struct {
	Person int64 // Telegram id
	Name   party.Name
	Booth  party.Booth
	Gender party.Gender
	Social party.SocialCategory
	Age    time.Duration // since the appointment
}

// Empty tells, by ErrNotEmpty, whether there is any member.
func (s *Store) Empty(ctx context.Context) error {
	var some bool
	err := s.queryRow(ctx, `SELECT EXISTS (SELECT FROM members)`, nil, &some)
	if err == nil && some {
		return ErrNotEmpty
	}
	return wrap("look for members", err)
}

// FillEnrollers makes enrollers and returns their codes in the same order.
func (s *Store) FillEnrollers(ctx context.Context, list []MadeUpEnroller) ([]party.Code, error) {
	rows, err := s.pool.Query(ctx, `SELECT code FROM offices`)
	if err != nil {
		return nil, wrap("read codes", err)
	}
	given, err := pgx.CollectRows(rows, pgx.RowTo[party.Code])
	if err != nil {
		return nil, wrap("read codes", err)
	}
	codes := make([]party.Code, 0, len(list))
	taken := make(map[party.Code]bool, len(list))
	for _, c := range given {
		taken[c] = true
	}
	for len(codes) < len(list) {
		if c := randomCode(); !taken[c] {
			taken[c] = true
			codes = append(codes, c)
		}
	}
	now := time.Now()
	_, err = s.pool.CopyFrom(ctx, pgx.Identifier{"offices"},
		[]string{"telegram_id", "office", "name_sealed", "seal_context", "code", "ac_no", "part_no", "letter", "gender", "social", "appointed_at", "changed_at"},
		pgx.CopyFromSlice(len(list), func(i int) ([]any, error) {
			e, place := list[i], randomUUID()
			sealed, err := s.sealText(string(e.Name), place)
			at := now.Add(-e.Age)
			return []any{
				e.Person, string(party.Enroller), sealed,
				pgtype.UUID{Bytes: place, Valid: true},
				string(codes[i]), e.Booth.AC, e.Booth.Part, e.Booth.Letter,
				orNull(e.Gender), orNull(e.Social), at, at,
			}, err
		}))
	return codes, wrap("make enrollers", err)
}

func orNull[T ~string](v T) any {
	if v == "" {
		return nil
	}
	return string(v)
}

// FillMembers writes made-up members with the people and consents that belong to
// them, all or none.
func (s *Store) FillMembers(ctx context.Context, list []MadeUp) error {
	version, err := s.CurrentVersion(ctx)
	if err != nil {
		return err
	}
	nonces := make([][16]byte, len(list))
	for i := range nonces {
		nonces[i] = randomUUID()
	}
	now := time.Now()
	var own []MadeUp // who came themselves
	for _, m := range list {
		if m.Via != party.Assisted && m.Via != party.Family {
			own = append(own, m)
		}
	}
	return wrap("make members", pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		for _, table := range []struct {
			name    string
			columns []string
			rows    int
			row     func(i int) ([]any, error)
		}{
			{"people", []string{"telegram_id", "language", "first_code", "step"}, len(own), func(i int) ([]any, error) {
				return []any{own[i].Person, string(own[i].Language), string(own[i].Code), "enroll/member"}, nil
			}},
			{"consents", []string{"telegram_id", "update_id", "kind", "version", "given"}, len(own), func(i int) ([]any, error) {
				return []any{own[i].Person, 1, "membership", "1", true}, nil
			}},
			{
				"members",
				[]string{
					"telegram_id", "nonce", "via", "number", "status", "voter_id_index", "voter_id_sealed", "name_sealed", "ac_no", "part_no",
					"letter", "booth_version_id", "enroller_code", "language", "consent_version", "changed_by", "confirmed_at", "withdrawn_at",
					"recorded_by", "claimed_at", "gender", "social",
				},
				len(list),
				func(i int) ([]any, error) { return s.madeUp(list[i], nonces[i], version.ID, now) },
			},
		} {
			if _, err := tx.CopyFrom(ctx, pgx.Identifier{table.name}, table.columns, pgx.CopyFromSlice(table.rows, table.row)); err != nil {
				return fmt.Errorf("%s: %w", table.name, err)
			}
		}
		return nil
	}))
}

func (s *Store) madeUp(m MadeUp, nonce [16]byte, version int, now time.Time) ([]any, error) {
	name, err := s.sealText(string(m.Name), nonce)
	if err != nil {
		return nil, err
	}
	epic, err := s.sealText(m.VoterID, nonce)
	if err != nil {
		return nil, err
	}
	joined := now.Add(-m.Age)
	var withdrawn, claimed any
	if m.Status == party.Withdrawn {
		withdrawn = joined
	}
	if m.Claimed {
		claimed = joined
	}
	ac, part, letter := boothColumns(m.Booth)
	return []any{
		m.Person,
		pgtype.UUID{Bytes: nonce, Valid: true},
		cmp.Or(string(m.Via), string(party.Self)), string(m.Number), string(m.Status),
		s.voterIndex(party.VoterID{Number: m.VoterID}), epic, name, ac, part, letter,
		version, orNull(m.Code), string(m.Language), "1", 1, joined, withdrawn, m.Recorder, claimed, orNull(m.Gender), orNull(m.Social),
	}, nil
}

// FillSubscribers makes n people who want news, whose accounts count up from
// first.
func (s *Store) FillSubscribers(ctx context.Context, first int64, n int) error {
	const batch = 200_000
	for from := 0; from < n; from += batch {
		_, err := s.pool.Exec(ctx, `
WITH made AS (
	INSERT INTO people (telegram_id, language) SELECT $1::bigint + i, CASE i % 2 WHEN 0 THEN 'hi' ELSE 'en' END
	FROM generate_series($2::int, $3::int - 1) AS i RETURNING telegram_id)
INSERT INTO consents (telegram_id, update_id, kind, version, given) SELECT telegram_id, 1, 'news', '1', true FROM made`, first, from, min(n, from+batch))
		if err != nil {
			return wrap("make subscribers", err)
		}
	}
	return s.EndFill(ctx)
}

// WrittenInPlace is the share of recipients whose fate was written into the page
// where they stood, as Postgres counted it.
func (s *Store) WrittenInPlace(ctx context.Context) (share float64, err error) {
	err = s.queryRow(ctx, `SELECT coalesce(n_tup_hot_upd / nullif(n_tup_upd, 0)::float8, 1) FROM pg_stat_user_tables WHERE relname = 'recipients'`, nil, &share)
	return share, wrap("ask what was written", err)
}

// EndFill does after a fill what the server would do in time: the roll-ups,
// statistics, and what no one sees any more.
func (s *Store) EndFill(ctx context.Context) error {
	if err := s.RebuildRollups(ctx); err != nil {
		return err
	}
	for _, table := range []string{
		"people", "consents", "offices", "members", "booths", "places", "rollup_booths", "rollup_codes", "rollup_days", "rollup_said",
	} {
		if _, err := s.pool.Exec(ctx, `VACUUM (ANALYZE) `+pgx.Identifier{table}.Sanitize()); err != nil {
			return wrap("end a fill", err)
		}
	}
	return nil
}

// Size tells how many members there are, how many enrollers hold, how many
// booths are listed, and the bytes of all members with their indexes.
func (s *Store) Size(ctx context.Context) (members, enrollers, booths, bytes int, err error) {
	err = s.queryRow(ctx, `SELECT (SELECT count(*) FROM members), (SELECT count(*) FROM offices o WHERE `+activeEnrollers+`),
		(SELECT count(*) FROM booths WHERE version_id = `+newest+`), pg_total_relation_size('members')`, nil, &members, &enrollers, &booths, &bytes)
	return members, enrollers, booths, bytes, wrap("measure", err)
}

// OldestEvent is the age of what the roll-ups do not hold yet; 0 where they hold
// everything.
func (s *Store) OldestEvent(ctx context.Context) (age time.Duration, err error) {
	var seconds float64
	err = s.queryRow(ctx, `SELECT coalesce(extract(epoch FROM now() - min(at)), 0)::float8 FROM events`, nil, &seconds)
	return time.Duration(seconds * float64(time.Second)), wrap("look for the oldest event", err)
}
