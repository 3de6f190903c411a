package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"sadasya/bot"
	"sadasya/bot/sheet"
	"sadasya/party"
	"sadasya/store/jobs"
)

// mostPart is how large a file in a chat may be: Telegram takes 50 MB of a bot.
const mostPart = 45 << 20

// hopeless marks what would fail again.
func hopeless(err error) error {
	if errors.Is(err, bot.ErrUnreachable) || errors.Is(err, bot.ErrRefused) {
		return fmt.Errorf("%w: %w", jobs.ErrNever, err)
	}
	return err
}

// work is what the program's jobs do.
func (p *program) work() jobs.Work {
	desk := bot.SheetDesk{
		Rows: p.stores.postgres, Sender: p.api, Render: p.render,
		Begin: func(title string, header ...string) (bot.Book, error) { return sheet.New(title, header...) },
	}
	lists := bot.ListDesk{
		Rows: p.stores.postgres, Courier: p.api, Render: p.render, Now: time.Now,
		Begin: func(name, format string, header []string, send func(string, io.Reader) error) bot.ListBook {
			return sheet.NewParts(name, format, header, mostPart, func(part sheet.Part) error { return send(part.Name, part) })
		},
	}
	return jobs.Work{
		List: func(ctx context.Context, l jobs.List) error { return hopeless(lists.Send(ctx, l.Actor(), l.Export)) },
		Sheet: func(ctx context.Context, s jobs.Sheet) error {
			return hopeless(desk.Coverage(ctx, s.Person, s.Language, s.Area(), party.Today(p.now())))
		},
		Morning: func(ctx context.Context, day party.Date) error {
			return p.stores.postgres.CheckPace(ctx, day, func(d party.DayCount) bool { return p.stores.campaign.Short(day, d) })
		},
		Word: func(ctx context.Context) error {
			aim := aimOf(p.stores.campaign)
			return p.stores.postgres.TellDaily(ctx, p.now(), aim.Members, aim.By)
		},
		Evening: func(ctx context.Context) error {
			_, err := p.stores.postgres.ComposeReminder(ctx, p.now(), aimOf(p.stores.campaign).By)
			return err
		},
		Monday: func(ctx context.Context, _ party.Date) error {
			_, err := p.stores.postgres.SettleWeek(ctx)
			return err
		},
	}
}
