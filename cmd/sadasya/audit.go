package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"sadasya/party"
	"sadasya/store/postgres"
)

// AuditCmd is about the record of what was done by whom.
type AuditCmd struct {
	Verify AuditVerifyCmd `cmd:"" help:"Go along the chain of the audit and print the first break."`
}

// AuditVerifyCmd verifies the chain.
type AuditVerifyCmd struct {
	Head string `placeholder:"NAME" help:"The newest link as this command printed it another time: the chain must still hold it."`
}

// Run prints what stands, or the first break; a break is a failure. It writes
// nothing: rows of the last seconds wait for serve to link them.
func (a AuditVerifyCmd) Run(ctx context.Context, c *Config, console *Console) error {
	log := c.logger(console)
	s, err := openStores(ctx, *c, log, false)
	if err != nil {
		return err
	}
	defer s.close(log)
	progress := newProgress(console.Err, "rows")
	report, err := s.postgres.VerifyAudit(ctx, a.Head, progress.add)
	progress.end()
	switch {
	case errors.Is(err, postgres.ErrHeadName):
		return misuse("--head: %w", err)
	case err != nil:
		return err
	case report.Break != "":
		fmt.Fprintf(console.Out, "%s rows of the audit hold.\n", party.FormatCount(int(report.Linked)))
		return fmt.Errorf("the audit is broken: %s", report.Break)
	}
	fmt.Fprintf(console.Out, "%s rows of the audit hold, each linked to the one before.\n", party.FormatCount(int(report.Linked)))
	if report.Open > 0 {
		fmt.Fprintf(console.Out, "%s newer rows wait for their link; serve gives it within seconds.\n", party.FormatCount(int(report.Open)))
	}
	if report.Head != "" {
		fmt.Fprintf(console.Out, "Newest link: %s. Keep this name apart; sadasya audit verify --head %s finds whether it was cut off.\n", report.Head, report.Head)
	}
	return nil
}

// Times of the audit's chain.
const (
	linkEvery = 2 * time.Second
	tellHead  = time.Hour // the log keeps the newest link where the database's owner cannot change it
	tellBreak = time.Hour // a break is told when it is found, and again every so often
)

// chainWatch tells of the linking: that the chain is broken as an error, and
// anything else that keeps it from going on once, when it begins.
type chainWatch struct {
	broken  atomic.Bool // as metrics have it
	failing bool
	told    time.Time
}

// hear takes what came of one linking. That there was nothing to link says
// nothing of the chain.
func (w *chainWatch) hear(log *slog.Logger, now time.Time, linked int, err error) {
	switch {
	case errors.Is(err, postgres.ErrAuditBroken):
		if !w.broken.Swap(true) || now.Sub(w.told) >= tellBreak {
			w.told = now
			log.Error("the audit is broken", "error", err)
		}
	case err != nil:
		if !w.failing {
			log.Warn("linking the audit", "error", err)
		}
	case linked > 0 && w.broken.Swap(false):
		log.Info("the audit is linked again")
	}
	w.failing = err != nil
}

// value is 1 while the chain is broken.
func (w *chainWatch) value() float64 {
	if w.broken.Load() {
		return 1
	}
	return 0
}

// linkAudit gives the rows of the audit their links, every few seconds and once
// more at the end.
func (p *program) linkAudit(ctx context.Context) {
	s, log := p.stores.postgres, p.log
	tick := time.NewTicker(linkEvery)
	defer tick.Stop()
	told := time.Now()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), linkEvery)
			defer cancel()
			n, err := s.LinkAudit(last)
			p.chain.hear(log, time.Now(), n, err)
			return
		}
		if n, err := s.LinkAudit(ctx); ctx.Err() == nil {
			p.chain.hear(log, time.Now(), n, err)
		}
		if time.Since(told) < tellHead {
			continue
		}
		told = time.Now()
		if head, err := s.AuditHead(ctx); err == nil && head != "" {
			log.Info("the audit's newest link", "head", head)
		}
	}
}
