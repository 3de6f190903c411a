package bot

import (
	"context"

	"sadasya/flows"
	"sadasya/party"
)

// Coverages tells how areas are covered. An area that is not the person's gives
// an empty result.
type Coverages interface {
	// Coverage counts; women is how many woman enrollers a booth is to have. Of
	// the courses it sets Done and Week.
	Coverage(ctx context.Context, a flows.Actor, area party.Area, today party.Date, women int) (flows.Coverage, error)
}

// Sheets has spreadsheets made and sent.
type Sheets interface {
	// AskSheet does so once an update.
	AskSheet(ctx context.Context, a flows.Actor, e flows.AskSheet) (flows.SheetAsked, error)
	// AskExport has a list made and sent, once an update.
	AskExport(ctx context.Context, a flows.Actor, e flows.AskExport) (flows.ExportAsked, error)
}

// performCoverage runs the effects of flows/coverage.go; ok is false for any other.
func (b *Bot) performCoverage(ctx context.Context, a flows.Actor, e flows.Effect) (r flows.Result, ok bool, err error) {
	switch e := e.(type) {
	case flows.LoadCoverage:
		r, err = result(b.coverage(ctx, a, e))
	case flows.AskSheet:
		r, err = result(b.world.Sheets.AskSheet(ctx, a, e))
	default:
		return nil, false, nil
	}
	return r, true, err
}

// coverage adds to what is counted what the campaign aims at.
func (b *Bot) coverage(ctx context.Context, a flows.Actor, e flows.LoadCoverage) (flows.Coverage, error) {
	c, err := b.world.Coverage.Coverage(ctx, a, e.Area, party.Today(b.world.Now()), b.world.Campaign.Aims.WomenPerBooth)
	if err != nil || c.Office == "" {
		return c, err
	}
	return c.Against(b.world.Campaign), nil
}
