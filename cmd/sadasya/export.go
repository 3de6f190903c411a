package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"

	"sadasya/bot/sheet"
)

// ExportCmd writes CSV, safe to open in a spreadsheet.
type ExportCmd struct {
	What string `arg:"" enum:"members,enrollers" help:"members or enrollers."`
	Out  string `required:"" type:"path" placeholder:"FILE" help:"File to write, readable by you alone; - for standard output."`
}

// Run exports in constant memory. The file appears whole or not at all.
func (e ExportCmd) Run(ctx context.Context, c *Config, console *Console) error {
	log := c.logger(console)
	s, err := openStores(ctx, *c, log, false)
	if err != nil {
		return err
	}
	defer s.close(log)
	header, rows := s.postgres.MemberHeader(), s.postgres.ExportMembers
	if e.What == "enrollers" {
		header, rows = s.postgres.EnrollerHeader(), s.postgres.ExportEnrollers
	}
	out, finish, err := e.open(console)
	if err != nil {
		return err
	}
	progress := newProgress(console.Err, e.What)
	buffer := bufio.NewWriterSize(out, 1<<16)
	w := csv.NewWriter(buffer)
	err = w.Write(header)
	if err == nil {
		err = rows(ctx, func(row []string) error {
			progress.add(1)
			for i := range row {
				row[i] = sheet.Inert(row[i])
			}
			return w.Write(row)
		})
	}
	w.Flush()
	if err == nil {
		err = errors.Join(w.Error(), buffer.Flush())
	}
	progress.end()
	if err := finish(err); err != nil {
		return err
	}
	if e.Out != "-" {
		fmt.Fprintf(console.Out, "%d %s are in %s.\n", progress.total, e.What, e.Out)
	}
	return nil
}

// open gives the file to write and how to finish it: a file beside the wanted
// one is renamed when all went well.
func (e ExportCmd) open(console *Console) (out interface{ Write([]byte) (int, error) }, finish func(error) error, err error) {
	if e.Out == "-" {
		return console.Out, func(err error) error { return err }, nil
	}
	part := e.Out + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("--out: %w", err)
	}
	return f, func(err error) error {
		if err == nil {
			err = f.Sync()
		}
		if closing := f.Close(); err == nil {
			err = closing
		}
		if err == nil {
			return os.Rename(part, e.Out)
		}
		_ = os.Remove(part) // it is not whole, and holds personal data
		return fmt.Errorf("export: %w", err)
	}, nil
}
