package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"sadasya/store/reference"
)

// BoothsCmd keeps the list of booths.
type BoothsCmd struct {
	Import BoothsImportCmd `cmd:"" help:"Import a list: ac_no,part_no,name_en,name_hi,lat,lon. Members keep the list they chose from."`
}

// BoothsImportCmd imports a list as a new version.
type BoothsImportCmd struct {
	File string `arg:"" type:"existingfile" help:"CSV file in UTF-8."`
	Name string `help:"Name of this version. Default: the file's name and today's date."`
}

// Run imports all rows, or none where one is broken.
func (b BoothsImportCmd) Run(ctx context.Context, c *Config, console *Console) error {
	f, err := os.Open(b.File)
	if err != nil {
		return err
	}
	defer f.Close()
	list, err := reference.ReadBooths(f)
	if err != nil {
		return err
	}
	log := c.logger(console)
	s, err := openStores(ctx, *c, log, false)
	if err != nil {
		return err
	}
	defer s.close(log)
	name := b.Name
	if name == "" {
		name = filepath.Base(b.File) + " " + time.Now().Format(time.DateOnly)
	}
	progress := newProgress(console.Err, "booths")
	err = s.postgres.ImportBooths(ctx, name, list, progress.add)
	progress.end()
	if err != nil {
		return err
	}
	fmt.Fprintf(console.Out, "%d booths are imported as %q, and are the list from now on.\n", len(list), name)
	return nil
}
