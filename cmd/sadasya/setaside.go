package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"sadasya/bot/telegram"
	"sadasya/party"
	"sadasya/store/postgres"
)

// SetasideCmd is about updates that could not be handled.
type SetasideCmd struct {
	List   SetasideListCmd   `cmd:"" help:"List them: when, what, why, and how often they were taken up in vain."`
	Replay SetasideReplayCmd `cmd:"" help:"Handle them now, as if they had just come. Beside serve, after what was wrong is mended."`
	Drop   SetasideDropCmd   `cmd:"" help:"Remove some for good."`
}

// mostAside is how many are dealt with at once.
const mostAside = 1000

// unreadable stands for the kind of one that cannot be opened with the keys that
// there are.
const unreadable = "unreadable"

// SetasideListCmd lists.
type SetasideListCmd struct {
	Show bool `help:"Print each update as it came. It holds what a person wrote, and who: for your eyes alone."`
}

// Run lists the oldest first. It tells nothing of a person but with --show.
func (l SetasideListCmd) Run(ctx context.Context, c *Config, console *Console) error {
	log := c.logger(console)
	s, err := openStores(ctx, *c, log, false)
	if err != nil {
		return err
	}
	defer s.close(log)
	if l.Show {
		fmt.Fprintln(console.Err, "What follows holds what people wrote, and their Telegram ids. Do not keep it and do not send it on.")
	}
	table := tabwriter.NewWriter(console.Out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tWHEN\tUPDATE\tKIND\tREASON\tTRIES")
	n := 0
	if err := s.postgres.EachAside(ctx, mostAside, func(a postgres.Aside) error {
		n++
		kind := telegram.KindOf(a.Raw)
		if a.Sealed {
			kind = unreadable
		}
		fmt.Fprintf(table, "%d\t%s\t%d\t%s\t%s\t%d\n", a.ID, a.At.UTC().Format(time.RFC3339), a.Update, kind, a.Reason, a.Tries)
		if !l.Show {
			return nil
		}
		if !a.Sealed {
			fmt.Fprintf(table, "%q\n", a.Raw)
		}
		return table.Flush() // nor does the table keep them
	}); err != nil {
		return err
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if n == mostAside {
		fmt.Fprintf(console.Err, "There may be more: the oldest %d are shown.\n", mostAside)
	}
	return nil
}

// SetasideReplayCmd takes up.
type SetasideReplayCmd struct {
	IDs []int64 `arg:"" optional:"" name:"id" help:"Which, as list prints them. None: all."`
}

// Run handles each by the way of serve: once in effect, however often it is
// called. It goes on after one that fails, and fails at the end.
func (r SetasideReplayCmd) Run(ctx context.Context, c *Config, console *Console) error {
	if err := c.check(); err != nil {
		return err
	}
	log := c.logger(console)
	s, err := openStores(ctx, *c, log, true)
	if err != nil {
		return err
	}
	defer s.close(log)
	ids := r.IDs
	if len(ids) == 0 {
		if ids, err = s.postgres.OldestAside(ctx, mostAside); err != nil {
			return err
		}
	}
	p, err := newProgram(*c, s, log)
	if err != nil {
		return err
	}
	defer p.jobs.Close()
	if err := p.learnName(ctx); err != nil {
		return err
	}
	return p.replay(ctx, ids, console)
}

// replay takes up one after another, and lets what is beside the answers end.
func (p *program) replay(ctx context.Context, ids []int64, console *Console) error {
	failed := 0
	for _, id := range ids {
		err := p.stores.postgres.TakeUp(ctx, id, p.edge.Replay)
		switch {
		case err == nil:
			fmt.Fprintf(console.Out, "%d: handled\n", id)
			continue
		case errors.Is(err, party.ErrNotFound):
			err = errors.New("it is not there (any more)")
		}
		failed++
		fmt.Fprintf(console.Out, "%d: %s\n", id, oneLine(err))
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	p.edge.Drain(drain)
	p.behind.Flush(drain)
	p.api.Close()
	if failed > 0 {
		return fmt.Errorf("%d of %d are still set aside", failed, len(ids))
	}
	return nil
}

// SetasideDropCmd removes.
type SetasideDropCmd struct {
	IDs []int64 `arg:"" name:"id" help:"Which, as list prints them."`
}

// Run removes them for good; the audit keeps that it was done.
func (d SetasideDropCmd) Run(ctx context.Context, c *Config, console *Console) error {
	log := c.logger(console)
	s, err := openStores(ctx, *c, log, false)
	if err != nil {
		return err
	}
	defer s.close(log)
	for _, id := range d.IDs {
		if err := s.postgres.DropSetAside(ctx, id); err != nil {
			return fmt.Errorf("%d: %w", id, err)
		}
		fmt.Fprintf(console.Out, "%d: dropped\n", id)
	}
	return nil
}
