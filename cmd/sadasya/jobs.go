package main

import (
	"context"
	"errors"
	"fmt"

	"sadasya/bot"
	"sadasya/bot/sheet"
	"sadasya/party"
	"sadasya/store/jobs"
)

// work is what the program's jobs do.
func (p *program) work() jobs.Work {
	desk := bot.SheetDesk{
		Rows: p.stores.postgres, Sender: p.api, Render: p.render,
		Begin: func(title string, header ...string) (bot.Book, error) { return sheet.New(title, header...) },
	}
	return jobs.Work{
		Sheet: func(ctx context.Context, s jobs.Sheet) error {
			err := desk.Coverage(ctx, s.Person, s.Language, s.Area(), party.Today(p.now()))
			if errors.Is(err, bot.ErrUnreachable) || errors.Is(err, bot.ErrRefused) {
				return fmt.Errorf("%w: %w", jobs.ErrNever, err)
			}
			return err
		},
		Morning: func(ctx context.Context, day party.Date) error {
			return p.stores.postgres.CheckPace(ctx, day, func(d party.DayCount) bool { return p.stores.campaign.Short(day, d) })
		},
		Monday: func(context.Context, party.Date) error { return nil },
	}
}
