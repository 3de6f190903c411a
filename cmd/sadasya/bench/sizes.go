package bench

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
)

// sizes asks the stores how much they hold.
type sizes struct {
	redis    *redis.Client
	database string
	err      error
}

func newSizes(o Options) *sizes {
	options, err := redis.ParseURL(o.RedisURL)
	if err != nil {
		return &sizes{err: fmt.Errorf("REDIS_URL: %w", err)}
	}
	return &sizes{redis: redis.NewClient(options), database: o.DatabaseURL}
}

func (s *sizes) close() {
	if s.redis != nil {
		_ = s.redis.Close()
	}
}

// keys lists what Redis holds now.
func (s *sizes) keys(ctx context.Context) (map[string]bool, error) {
	if s.err != nil {
		return nil, s.err
	}
	keys := map[string]bool{}
	list := s.redis.Scan(ctx, 0, "*", 1000).Iterator()
	for list.Next(ctx) {
		keys[list.Val()] = true
	}
	return keys, list.Err()
}

// session is the largest value that came since: a session, beside counters. In
// bytes, without the key and what Redis adds.
func (s *sizes) session(ctx context.Context, known map[string]bool) (largest int64, err error) {
	now, err := s.keys(ctx)
	if err != nil {
		return 0, err
	}
	for key := range now {
		if known[key] {
			continue
		}
		if n, err := s.redis.StrLen(ctx, key).Result(); err == nil { // other types are no sessions
			largest = max(largest, n)
		}
	}
	return largest, nil
}

// held are the bytes of the tables that grow with members, and how many there are.
type held struct{ members, bytes, floorMembers, floorBytes int64 }

func (s *sizes) tables(ctx context.Context) (h held, err error) {
	if s.err != nil {
		return h, s.err
	}
	conn, err := pgx.Connect(ctx, s.database)
	if err != nil {
		return h, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	err = conn.QueryRow(ctx, `SELECT (SELECT count(*) FROM members), (SELECT count(*) FROM floor_members),
		pg_total_relation_size('floor_members'), (SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c
			WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
			AND c.relname NOT IN ('floor_members', 'booths', 'places', 'place_words'))::bigint`).
		Scan(&h.members, &h.floorMembers, &h.floorBytes, &h.bytes)
	return h, err
}

// members tells how many bytes each member added took, indexes included.
func (s *sizes) members(ctx context.Context, before held, r *Report) error {
	after, err := s.tables(ctx)
	if err != nil {
		return err
	}
	if n := after.members - before.members; n > 0 {
		r.size("bytes of a member", Bot, (after.bytes-before.bytes)/n)
	}
	if n := after.floorMembers - before.floorMembers; n > 0 {
		r.size("bytes of a member", Floor, (after.floorBytes-before.floorBytes)/n)
	}
	return nil
}
