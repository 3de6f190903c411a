package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
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

// mostAside is how many are listed, and how many ids are read at once.
const mostAside = 1000

// errNotThere says that nothing is set aside under an id.
var errNotThere = errors.New("it is not there (any more)")

// unreadable stands for the kind of one that cannot be opened with the keys that
// there are.
const unreadable = "unreadable"

// SetasideListCmd lists.
type SetasideListCmd struct {
	After int64 `placeholder:"ID" help:"List those behind this one: the last of the list before."`
	Show  bool  `help:"Print each update as it came. It holds what a person wrote, and who: for your eyes alone."`
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
	last := l.After
	if err := s.postgres.EachAside(ctx, l.After, mostAside, func(a postgres.Aside) error {
		last = a.ID
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
	more, err := s.postgres.CountAsideAfter(ctx, last)
	if more > 0 {
		fmt.Fprintf(console.Err, "%d more are set aside: sadasya setaside list --after %d goes on.\n", more, last)
	}
	return err
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
	p, err := newProgram(*c, s, log)
	if err != nil {
		return err
	}
	defer p.jobs.Close()
	if err := p.learnName(ctx); err != nil {
		return err
	}
	return p.replay(ctx, r.IDs, console)
}

// replay takes up these, or all where none are named, lets what is beside the
// answers end, and tells what remains.
func (p *program) replay(ctx context.Context, ids []int64, console *Console) error {
	total, failed := 0, 0
	takeUp := func(id int64) {
		total++
		if err := p.stores.postgres.TakeUp(ctx, id, p.edge.Replay); err != nil {
			failed++
			sayOf(console.Out, id, err)
			return
		}
		fmt.Fprintf(console.Out, "%d: handled\n", id)
	}
	var broken error
	if len(ids) > 0 {
		broken = eachOf(ctx, ids, takeUp)
	} else {
		broken = p.eachAside(ctx, takeUp)
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	p.edge.Drain(drain)
	p.behind.Flush(drain)
	p.api.Close()
	if failed == 0 && broken == nil {
		return nil
	}
	left, err := p.stores.postgres.CountSetAside(drain)
	if err = cmp.Or(broken, err); err != nil {
		return fmt.Errorf("ended after %d, of which %d were not handled; call it again: %w", total, failed, err)
	}
	return fmt.Errorf("%d of %d were not handled; %d are set aside, as sadasya setaside list shows", failed, total, left)
}

// eachAside goes through all that is set aside, the oldest first, however much
// it is and however many of them stay.
func (p *program) eachAside(ctx context.Context, do func(id int64)) error {
	for after := int64(0); ; {
		ids, err := p.stores.postgres.OldestAside(ctx, after, mostAside)
		if err != nil || len(ids) == 0 {
			return err
		}
		if err := eachOf(ctx, ids, do); err != nil {
			return err
		}
		after = ids[len(ids)-1]
	}
}

// eachOf stops where the command is told to end.
func eachOf(ctx context.Context, ids []int64, do func(id int64)) error {
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		do(id)
	}
	return nil
}

// sayOf tells in a line what keeps one from being dealt with.
func sayOf(out io.Writer, id int64, err error) {
	if errors.Is(err, party.ErrNotFound) {
		err = errNotThere
	}
	fmt.Fprintf(out, "%d: %s\n", id, oneLine(err))
}

// SetasideDropCmd removes.
type SetasideDropCmd struct {
	IDs []int64 `arg:"" name:"id" help:"Which, as list prints them."`
}

// Run removes them for good; the audit keeps that it was done. It goes on after
// one that is not there, and fails at the end.
func (d SetasideDropCmd) Run(ctx context.Context, c *Config, console *Console) error {
	log := c.logger(console)
	s, err := openStores(ctx, *c, log, false)
	if err != nil {
		return err
	}
	defer s.close(log)
	failed := 0
	if err := eachOf(ctx, d.IDs, func(id int64) {
		if err := s.postgres.DropSetAside(ctx, id); err != nil {
			failed++
			sayOf(console.Out, id, err)
			return
		}
		fmt.Fprintf(console.Out, "%d: dropped\n", id)
	}); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d were not dropped; sadasya setaside list shows which are there", failed, len(d.IDs))
	}
	return nil
}
