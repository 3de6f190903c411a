package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"sadasya/flows"
	"sadasya/party"
)

// exportTime bounds the making and sending of a list. One whose process died is
// begun again after it.
const exportTime = 15 * time.Minute

// List is a list that somebody asked for.
type List struct {
	Person   int64          `json:"person"` // Telegram id
	Update   int64          `json:"update"` // that asked for it
	Language party.Language `json:"language"`
	Export   flows.Export   `json:"export"`
}

// Kind names the job in the table.
func (List) Kind() string { return "list" }

// Actor is who asked.
func (l List) Actor() flows.Actor {
	return flows.Actor{Person: l.Person, Update: l.Update, Language: l.Language}
}

// Exporters tells whether a person may have a list, and of which area, and writes
// down that it was asked for.
type Exporters interface {
	MayExport(ctx context.Context, a flows.Actor, e flows.Export) (area party.Area, ok bool, err error)
}

type lister struct {
	river.WorkerDefaults[List]
	do func(ctx context.Context, l List) error
}

// Timeout is exportTime.
func (lister) Timeout(*river.Job[List]) time.Duration { return exportTime }

// Work makes a list.
func (w lister) Work(ctx context.Context, j *river.Job[List]) error { return never(w.do(ctx, j.Args)) }

// AskExport keeps the wish for a list, once an update. Not taken: the area is not
// the person's.
func (j *Jobs) AskExport(ctx context.Context, a flows.Actor, e flows.AskExport) (flows.ExportAsked, error) {
	area, may, err := j.powers.MayExport(ctx, a, e.Export)
	if err != nil || !may {
		return flows.ExportAsked{}, err
	}
	args := List{Person: a.Person, Update: a.Update, Language: a.Language, Export: e.Export}
	args.Export.Area = area
	_, err = j.client.Insert(context.WithoutCancel(ctx), args, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true}})
	if err != nil {
		return flows.ExportAsked{}, fmt.Errorf("jobs: ask for a list: %w", party.ErrUnavailable)
	}
	return flows.ExportAsked{Taken: true}, nil
}
