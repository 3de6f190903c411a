package postgres

import (
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
	Person   int64 // Telegram id
	Number   party.Number
	Name     party.Name
	VoterID  string // canonical, sound
	Booth    party.Booth
	Code     party.Code
	Language party.Language
	Status   party.Status
	Age      time.Duration // since they joined
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

// FillEnrollers makes enrollers, one for each booth in turn, and returns their
// codes in that order. Their accounts count up from first.
func (s *Store) FillEnrollers(ctx context.Context, n int, first int64, booths []party.Booth, name func(i int) party.Name) ([]party.Code, error) {
	codes := make([]party.Code, 0, n)
	taken := make(map[party.Code]bool, n)
	for len(codes) < n {
		if c := randomCode(); !taken[c] {
			taken[c] = true
			codes = append(codes, c)
		}
	}
	_, err := s.pool.CopyFrom(ctx, pgx.Identifier{"offices"},
		[]string{"telegram_id", "office", "name_sealed", "seal_context", "code", "ac_no", "part_no", "letter"},
		pgx.CopyFromSlice(n, func(i int) ([]any, error) {
			place := randomUUID()
			sealed, err := s.sealText(string(name(i)), place)
			b := booths[i%len(booths)]
			return []any{
				first + int64(i), string(party.Enroller), sealed, pgtype.UUID{Bytes: place, Valid: true}, string(codes[i]), b.AC, b.Part, b.Letter,
			}, err
		}))
	return codes, wrap("make enrollers", err)
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
	return wrap("make members", pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		for _, table := range []struct {
			name    string
			columns []string
			row     func(i int) ([]any, error)
		}{
			{"people", []string{"telegram_id", "language", "first_code", "step"}, func(i int) ([]any, error) {
				return []any{list[i].Person, string(list[i].Language), string(list[i].Code), "enroll/member"}, nil
			}},
			{"consents", []string{"telegram_id", "update_id", "kind", "version", "given"}, func(i int) ([]any, error) {
				return []any{list[i].Person, 1, "membership", "1", true}, nil
			}},
			{
				"members",
				[]string{
					"telegram_id", "nonce", "via", "number", "status", "voter_id_index", "voter_id_sealed", "name_sealed", "ac_no", "part_no",
					"letter", "booth_version_id", "enroller_code", "language", "consent_version", "changed_by", "confirmed_at", "withdrawn_at",
				},
				func(i int) ([]any, error) { return s.madeUp(list[i], nonces[i], version.ID, now) },
			},
		} {
			if _, err := tx.CopyFrom(ctx, pgx.Identifier{table.name}, table.columns, pgx.CopyFromSlice(len(list), table.row)); err != nil {
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
	var withdrawn any
	if m.Status == party.Withdrawn {
		withdrawn = joined
	}
	return []any{
		m.Person,
		pgtype.UUID{Bytes: nonce, Valid: true},
		string(party.Self), string(m.Number), string(m.Status),
		s.voterIndex(party.VoterID{Number: m.VoterID}), epic, name, m.Booth.AC, m.Booth.Part, m.Booth.Letter,
		version, string(m.Code), string(m.Language), "1", 1, joined, withdrawn,
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
	return s.Settle(ctx)
}

// WrittenInPlace is the share of recipients whose fate was written into the page
// where they stood, as Postgres counted it.
func (s *Store) WrittenInPlace(ctx context.Context) (share float64, err error) {
	err = s.queryRow(ctx, `SELECT coalesce(n_tup_hot_upd / nullif(n_tup_upd, 0)::float8, 1) FROM pg_stat_user_tables WHERE relname = 'recipients'`, nil, &share)
	return share, wrap("ask what was written", err)
}

// Settle does after a fill what the server would do in time: statistics, and
// what no one sees any more.
func (s *Store) Settle(ctx context.Context) error {
	for _, table := range []string{"people", "consents", "offices", "members"} {
		if _, err := s.pool.Exec(ctx, `VACUUM (ANALYZE) `+pgx.Identifier{table}.Sanitize()); err != nil {
			return wrap("settle", err)
		}
	}
	return nil
}
