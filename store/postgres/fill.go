package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
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
	News     bool // who came themselves said yes to news
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

// FillMembers writes made-up members, all or none, with all that each leaves: the
// person, the consents, the linked row of the audit. Nobody else writes meanwhile.
func (s *Store) FillMembers(ctx context.Context, list []MadeUp) error {
	version, err := s.CurrentVersion(ctx)
	if err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	return wrap("make members", pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		head, err := s.head(ctx, tx)
		if err != nil {
			return err
		}
		first, err := drawIDs(ctx, tx, "members", len(list))
		if err != nil {
			return err
		}
		entry, err := drawIDs(ctx, tx, "audit", len(list))
		if err != nil {
			return err
		}
		f := filler{store: s, list: list, nonces: make([][16]byte, len(list)), version: version.ID, now: now, first: first, entry: entry, head: head}
		for i := range f.nonces {
			f.nonces[i] = randomUUID()
		}
		for _, t := range f.tables() {
			if _, err := tx.CopyFrom(ctx, pgx.Identifier{t.name}, t.columns, pgx.CopyFromSlice(t.rows, t.row)); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
		}
		_, err = tx.Exec(ctx, `INSERT INTO facts VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2`, headFact, s.headValue(f.head))
		return err
	}))
}

// drawIDs takes n ids of a table that follow each other, where nobody else does,
// and gives the first.
func drawIDs(ctx context.Context, tx pgx.Tx, table string, n int) (first int64, err error) {
	err = tx.QueryRow(ctx, `SELECT min(nextval(pg_get_serial_sequence($1, 'id'))) FROM generate_series(1, $2::int)`, table, n).Scan(&first)
	return first, err
}

// filler is a batch of members on its way into the tables.
type filler struct {
	store        *Store
	list         []MadeUp
	nonces       [][16]byte
	version      int
	now          time.Time
	first, entry int64 // ids of the first member, and of its row of the audit
	head         link
}

// filled is what one table gets.
type filled struct {
	name    string
	columns []string
	rows    int
	row     func(i int) ([]any, error)
}

func (f *filler) tables() []filled {
	var own []MadeUp // who came themselves
	for _, m := range f.list {
		if m.Via == party.Self {
			own = append(own, m)
		}
	}
	consents := []string{"telegram_id", "update_id", "kind", "version", "given", "nonce", "via"}
	return []filled{
		{"people", []string{"telegram_id", "language", "first_code", "step"}, len(own), func(i int) ([]any, error) {
			return []any{own[i].Person, string(own[i].Language), string(own[i].Code), "enroll/member"}, nil
		}},
		{"consents", consents, len(f.list), func(i int) ([]any, error) {
			m, person := f.list[i], f.list[i].Person
			if m.Via == party.Assisted {
				person = 0
			}
			return []any{person, f.first + int64(i), "membership", "1", true, pgtype.UUID{Bytes: f.nonces[i], Valid: m.Via != party.Self}, string(m.Via)}, nil
		}},
		{"consents", consents, len(own), func(i int) ([]any, error) {
			return []any{own[i].Person, 2, "news", "1", own[i].News, nil, string(party.Self)}, nil
		}},
		{
			"members",
			[]string{
				"id", "telegram_id", "nonce", "via", "number", "status", "voter_id_index", "voter_id_sealed", "name_sealed", "ac_no", "part_no",
				"letter", "booth_version_id", "enroller_code", "language", "consent_version", "changed_by", "confirmed_at", "withdrawn_at",
				"recorded_by", "claimed_at", "gender", "social",
			},
			len(f.list),
			func(i int) ([]any, error) {
				row, err := f.store.madeUp(f.list[i], f.nonces[i], f.version, f.now)
				return append([]any{f.first + int64(i)}, row...), err
			},
		},
		{"audit", []string{"id", "at", "actor", "action", "object", "seq", "mac"}, len(f.list), f.audited},
	}
}

// audited is the linked row of the audit of the i-th; it is asked for in order.
func (f *filler) audited(i int) ([]any, error) {
	m := f.list[i]
	r := auditRow{id: f.entry + int64(i), at: f.now, actor: cmp.Or(m.Recorder, m.Person), action: "member-saved", object: "member " + strconv.FormatInt(f.first+int64(i), 10)}
	f.head = f.store.next(f.head, r)
	return []any{r.id, r.at, r.actor, r.action, r.object, f.head.seq, append([]byte(nil), f.head.mac[:]...)}, nil
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
	if err := s.CountSteps(ctx); err != nil {
		return err
	}
	for _, table := range []string{
		"people", "consents", "offices", "members", "audit", "booths", "places", "place_words", "rollup_booths", "rollup_codes", "rollup_days", "rollup_said", "rollup_steps",
	} {
		if _, err := s.pool.Exec(ctx, `VACUUM (ANALYZE) `+pgx.Identifier{table}.Sanitize()); err != nil {
			return wrap("end a fill", err)
		}
	}
	return nil
}

// OldestEvent is the age of what the roll-ups do not hold yet; 0 where they hold
// everything.
func (s *Store) OldestEvent(ctx context.Context) (age time.Duration, err error) {
	var seconds float64
	err = s.queryRow(ctx, `SELECT coalesce(extract(epoch FROM now() - min(at)), 0)::float8 FROM events`, nil, &seconds)
	return time.Duration(seconds * float64(time.Second)), wrap("look for the oldest event", err)
}
