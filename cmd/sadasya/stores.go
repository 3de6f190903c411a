package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"sadasya/party"
	"sadasya/store/embedded"
	"sadasya/store/postgres"
	"sadasya/store/redis"
	"sadasya/store/reference"
	"sadasya/store/seal"
)

// stores are the places where things are kept, opened for one command.
type stores struct {
	campaign  party.Campaign
	keys      *seal.Keys
	postgres  *postgres.Store
	database  string       // its URL
	direct    string       // the same past a pooler
	redis     *redis.Store // nil where a command needs none
	reference *reference.Reference

	metrics *metrics // of whoever asked for Redis too: serve

	closers []func() error
}

// close leaves the stores in the reverse order of opening.
func (s *stores) close(log *slog.Logger) {
	for i := len(s.closers) - 1; i >= 0; i-- {
		if err := s.closers[i](); err != nil {
			log.Warn("closing a store", "error", err)
		}
	}
}

// openStores opens Postgres, migrated, and with withRedis Redis too. What is
// not named by a URL is embedded under DATA_DIR: the first process starts it.
func openStores(ctx context.Context, c Config, log *slog.Logger, withRedis bool) (s *stores, err error) {
	s = &stores{}
	defer func() {
		if err != nil {
			s.close(log)
		}
	}()
	if err = c.checkStores(withRedis); err != nil {
		return s, err
	}
	if s.campaign, err = c.campaign(); err != nil {
		return s, err
	}
	if s.reference, err = reference.Load(); err != nil {
		return s, err
	}
	if s.keys, err = openKeys(c); err != nil {
		return s, err
	}
	if s.database, err = s.databaseURL(ctx, c); err != nil {
		return s, err
	}
	s.direct = c.direct(s.database)
	if err = postgres.Migrate(ctx, s.direct, s.keys, s.reference); err != nil {
		if c.DirectURL != "" {
			return s, isAway("Postgres", "DATABASE_DIRECT_URL", c.DirectURL, err)
		}
		return s, isAway("Postgres", "DATABASE_URL", c.DatabaseURL, err)
	}
	options := s.postgresOptions()
	options.DirectURL = s.direct
	if withRedis {
		s.metrics = newMetrics()
		options.Tracer = s.metrics.postgres
	}
	if s.postgres, err = postgres.Open(ctx, s.database, s.keys, options); err != nil {
		return s, isAway("Postgres", "DATABASE_URL", c.DatabaseURL, err)
	}
	s.closers = append(s.closers, func() error { s.postgres.Close(); return nil })
	if withRedis {
		err = s.openRedis(ctx, c, log)
	}
	return s, err
}

// isAway tells of a store that does not answer which setting leads to it, where one
// does; what stands there may hold a password.
func isAway(store, setting, value string, err error) error {
	if value == "" || !errors.Is(err, party.ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%w; does %s run, and does %s lead to it?", err, store, setting)
}

func (s *stores) postgresOptions() postgres.Options {
	return postgres.Options{
		FamilyPerChat: s.campaign.Thresholds.FamilyPerChat,
		LinkPerHour:   s.campaign.Thresholds.LinkPerHour,
		Assisted: postgres.AssistedLimits{
			PerHour:       s.campaign.Thresholds.AssistedPerHour,
			PerDay:        s.campaign.Thresholds.AssistedPerDay,
			PerMobile:     s.campaign.Thresholds.PerMobile,
			Unclaimed:     s.campaign.Thresholds.Unclaimed,
			CallBackOneIn: s.campaign.Thresholds.CallBackOneIn,
		},
		UnfinishedDays: s.campaign.Retention.Unfinished,
		WithdrawnDays:  s.campaign.Retention.Withdrawn,
		ReviewDays:     s.campaign.Thresholds.ReviewDays,
	}
}

func (s *stores) databaseURL(ctx context.Context, c Config) (string, error) {
	if c.DatabaseURL != "" {
		return c.DatabaseURL, nil
	}
	pg, err := embedded.OpenPostgres(ctx, embedded.PostgresOptions{Dir: c.DataDir})
	if err != nil {
		return "", err
	}
	s.closers = append(s.closers, pg.Close)
	return pg.URL(), nil
}

func (s *stores) openRedis(ctx context.Context, c Config, log *slog.Logger) error {
	url := c.RedisURL
	if url == "" {
		own, err := embedded.OpenRedis(ctx, c.DataDir)
		if err != nil {
			return err
		}
		s.closers = append(s.closers, own.Close)
		url = own.URL()
	}
	var err error
	if s.redis, err = redis.Open(ctx, url, s.keys, redis.Options{Log: log}); err != nil {
		return err
	}
	s.closers = append(s.closers, s.redis.Close)
	return isAway("Redis", "REDIS_URL", c.RedisURL, s.redis.Answers(ctx))
}

// openKeys opens the key file. One is made where nothing is named and nothing
// was kept before.
func openKeys(c Config) (*seal.Keys, error) {
	path, made, err := c.keyFile()
	if err != nil {
		return nil, err
	}
	if made {
		if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
			return nil, fmt.Errorf("DATA_DIR: %w", err)
		}
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			// Two processes may start at once: whoever is second finds the file.
			if err := seal.Generate(path); err != nil && !errors.Is(err, fs.ErrExist) {
				return nil, err
			}
		}
	}
	return seal.Open(path)
}
