package main

import (
	"context"
	"fmt"
)

// MigrateCmd brings the schema up to date and loads the sample of booths.
type MigrateCmd struct{}

// Run migrates.
func (MigrateCmd) Run(ctx context.Context, c *Config, console *Console) error {
	log := c.logger(console)
	s, err := openStores(ctx, *c, log, false)
	if err != nil {
		return err
	}
	defer s.close(log)
	version, err := s.postgres.CurrentVersion(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(console.Out, "The schema is up to date; booths: %s.\n", version.Label)
	return nil
}
