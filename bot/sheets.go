package bot

import (
	"bytes"
	"context"
	"errors"
	"io"

	"sadasya/flows"
	"sadasya/party"
)

// Sheets that are made behind an answer and sent to who asked.

// BoothRows lists the booths of an area. Errors: party.ErrNotFound where the
// area is not the person's any more.
type BoothRows interface {
	CoverageRows(ctx context.Context, person int64, area party.Area, yield func(flows.BoothRow) error) error
}

// Book is a spreadsheet under way: rows of texts and integers.
type Book interface {
	Row(cells ...any) error
	io.WriterTo
	Close()
}

// SheetDesk makes sheets and sends them.
type SheetDesk struct {
	Rows   BoothRows
	Begin  func(title string, header ...string) (Book, error)
	Sender Sender
	Render *Renderer
}

// Coverage sends every booth of an area to a person who still oversees it; to
// anyone else nothing. It may be sent twice where a process dies in between.
// Errors: ErrUnreachable, ErrRefused; after any other the same may succeed.
func (d SheetDesk) Coverage(ctx context.Context, person int64, l party.Language, area party.Area, today party.Date) error {
	t := d.Render.tongue(l)
	var header []string
	for _, key := range []string{
		"sheet.ac", "sheet.constituency", "sheet.district", "sheet.part", "sheet.station", "sheet.enrollers", "sheet.women", "sheet.added", "sheet.confirmed",
	} {
		header = append(header, d.Render.label(t, flows.T(key)))
	}
	book, err := d.Begin(d.Render.label(t, flows.T("sheet.title")), header...)
	if err != nil {
		return err
	}
	defer book.Close()
	err = d.Rows.CoverageRows(ctx, person, area, func(r flows.BoothRow) error {
		return book.Row(r.Constituency.AC, r.Constituency.Name(l), r.Constituency.District(l), r.Station.Booth.PartString(), r.Station.Name(l),
			r.Enrollers, r.Women, r.Added, r.Confirmed)
	})
	if errors.Is(err, party.ErrNotFound) {
		return nil
	}
	var out bytes.Buffer
	if err == nil {
		_, err = book.WriteTo(&out)
	}
	if err != nil {
		return err
	}
	caption := flows.T("sheet.caption", "area", flows.Coverage{Area: area}.AreaWords(), "date", today)
	return d.Sender.Tell(ctx, person, Message{
		HTML: string(d.Render.line(nil, t, caption, markup)),
		File: &File{Name: "coverage-" + today.String() + ".xlsx", Bytes: out.Bytes()},
	})
}
