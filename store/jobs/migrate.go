package jobs

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// Migrate brings River's tables up to date. Whoever calls it must see to it that
// one does at a time.
func Migrate(ctx context.Context, config *pgx.ConnConfig) error {
	pools, err := pgxpool.ParseConfig("")
	if err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	pools.ConnConfig, pools.MaxConns = config.Copy(), 2
	pool, err := pgxpool.NewWithConfig(ctx, pools)
	if err != nil {
		return err
	}
	defer pool.Close()
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}
