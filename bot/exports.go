package bot

import (
	"context"
	"errors"
	"io"
	"time"

	"sadasya/flows"
	"sadasya/party"
)

// Lists that are made behind an answer and sent to who asked, in parts, under a
// message that tells how far they are.

// ListRows gives lists. Errors: party.ErrNotFound where the area is not the
// person's any more.
type ListRows interface {
	// MayList looks at the person's power; who has it no more is written down.
	MayList(ctx context.Context, a flows.Actor, e flows.Export) error
	CountList(ctx context.Context, e flows.Export) (int, error)
	List(ctx context.Context, person int64, e flows.Export, yield func(flows.ListRow) error) error
	NoteExport(ctx context.Context, a flows.Actor, e flows.Export) error
}

// ListBook cuts a list into files.
type ListBook interface {
	Row(cells []string) error
	Finish() error
	Close()
}

// Courier brings files, and changes what it said before. Errors: as Sender.
type Courier interface {
	Parcel(ctx context.Context, person int64, name string, file io.Reader, html string) error
	Letter(ctx context.Context, person int64, m Message, paid bool) (id int, err error)
	Rewrite(ctx context.Context, person int64, message int, m Message) error
}

// ListDesk makes lists and sends them.
type ListDesk struct {
	Rows    ListRows
	Begin   func(name, format string, header []string, send func(name string, file io.Reader) error) ListBook
	Courier Courier
	Render  *Renderer
	Now     func() time.Time
}

// rewriteEvery is how often the message tells anew how far a list is.
const rewriteEvery = 3 * time.Second

// Send makes a list and sends it to a person who may have it still; to anyone
// else nothing, not how many there are either. The power is looked at before
// anything is read, and again before each part. Parts may come twice where a process dies in between. Errors:
// ErrUnreachable, ErrRefused; after any other the same may succeed.
func (d ListDesk) Send(ctx context.Context, a flows.Actor, e flows.Export) error {
	t := d.Render.tongue(a.Language)
	say := func(l flows.Line) string { return string(d.Render.line(nil, t, l, markup)) }
	err := d.Rows.MayList(ctx, a, e)
	if errors.Is(err, party.ErrNotFound) {
		_, err = d.Courier.Letter(ctx, a.Person, Message{HTML: say(flows.T("appoint.notmade"))}, false)
		return err
	}
	if err != nil {
		return err
	}
	all, err := d.Rows.CountList(ctx, e)
	if err != nil {
		return err
	}
	id, err := d.Courier.Letter(ctx, a.Person, Message{HTML: say(flows.ExportProgress(e, 0, all))}, false)
	if err != nil {
		return err
	}
	parts, rows, told := 0, 0, d.Now()
	book := d.Begin(e.What, e.Format, flows.HeaderOf(e.What), func(name string, file io.Reader) error {
		if err := d.Rows.MayList(ctx, a, e); err != nil {
			return err
		}
		parts++
		return d.Courier.Parcel(ctx, a.Person, name, file, say(flows.T("export.part", "n", parts, "what", e.ExportWords())))
	})
	defer book.Close()
	err = d.Rows.List(ctx, a.Person, e, func(r flows.ListRow) error {
		if rows++; rows%1000 == 0 && d.Now().Sub(told) >= rewriteEvery {
			told = d.Now()
			_ = d.Courier.Rewrite(ctx, a.Person, id, Message{HTML: say(flows.ExportProgress(e, rows, all))}) // the next one tells more
		}
		return book.Row(r)
	})
	if err == nil {
		err = book.Finish()
	}
	switch {
	case errors.Is(err, party.ErrNotFound):
		return d.Courier.Rewrite(ctx, a.Person, id, Message{HTML: say(flows.T("appoint.notmade"))})
	case err != nil:
		return err
	}
	_ = d.Courier.Rewrite(ctx, a.Person, id, Message{HTML: say(flows.T("export.done", "what", e.ExportWords(), "rows", rows, "parts", parts))})
	return d.Rows.NoteExport(ctx, a, e)
}
