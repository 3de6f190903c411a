// Package jobs keeps work that outlives a process: what takes longer than an
// answer may, and what is to be done once a day or a week over all replicas. It
// is carried by River, in the tables river_*; never one job a person or
// recipient. What a job does is given by who starts it. It imports party, flows,
// pgx and River.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"sadasya/flows"
	"sadasya/party"
)

// Times and numbers of jobs. A crashed process's job is begun again after
// rescueAfter.
const (
	jobTime     = 2 * time.Minute
	rescueAfter = 3 * time.Minute
	pollEvery   = 5 * time.Second // beside being told by Postgres at once
	tries       = 5
	atOnce      = 2 // of one process
	connections = 4
	keepDone    = 9 * 24 * time.Hour // longer than a week, so that nothing of this week is done again
)

// ErrNever says that a job will never succeed: it is not tried again.
var ErrNever = errors.New("it would fail again")

// Work is what jobs do. Each may be run again after a crash. Errors: ErrNever.
type Work struct {
	Sheet   func(ctx context.Context, s Sheet) error
	List    func(ctx context.Context, l List) error
	Morning func(ctx context.Context, day party.Date) error    // each day at MorningAt
	Word    func(ctx context.Context) error                    // each day at flows.DailyFrom, until flows.DailyUntil
	Evening func(ctx context.Context) error                    // each day at party.ReminderFrom, until party.ReminderUntil
	Monday  func(ctx context.Context, monday party.Date) error // each week at MondayAt
}

// Sheet is a spreadsheet of an area's coverage for who asked.
type Sheet struct {
	Person   int64          `json:"person"` // Telegram id
	Update   int64          `json:"update"` // that asked for it
	Language party.Language `json:"language"`
	District string         `json:"district,omitempty"`
	AC       int            `json:"ac,omitempty"`
}

// Kind names the job in the table.
func (Sheet) Kind() string { return "coverage-sheet" }

// Area is that of the sheet.
func (s Sheet) Area() party.Area { return party.Area{District: s.District, AC: s.AC} }

// Overseers tells whether an area of whole constituencies lies within a person's
// office, and which one the zero Area stands for.
type Overseers interface {
	Oversees(ctx context.Context, person int64, area party.Area) (within party.Area, ok bool, err error)
	Exporters
}

// Jobs asks for work and, once started, does it.
type Jobs struct {
	pool   *pgxpool.Pool
	client *river.Client[pgx.Tx]
	powers Overseers
}

// Open connects to a migrated database. Nothing is done before Start.
func Open(ctx context.Context, url string, powers Overseers, work Work, log *slog.Logger) (*Jobs, error) {
	return open(ctx, url, powers, work, log, time.Now)
}

func open(ctx context.Context, url string, powers Overseers, work Work, log *slog.Logger, now func() time.Time) (*Jobs, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("jobs: DATABASE_URL cannot be read")
	}
	config.MaxConns = connections
	config.ConnConfig.RuntimeParams["application_name"] = "sadasya jobs"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("jobs: connect: %w", party.ErrUnavailable)
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, j *river.Job[Sheet]) error { return never(work.Sheet(ctx, j.Args)) }))
	river.AddWorker(workers, lister{do: work.List})
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, j *river.Job[morning]) error { return never(work.Morning(ctx, j.Args.Day)) }))
	river.AddWorker(workers, teller{do: work.Word})
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[evening]) error { return never(work.Evening(ctx)) }))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, j *river.Job[monday]) error { return never(work.Monday(ctx, j.Args.Day)) }))
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: atOnce}}, Workers: workers, PeriodicJobs: periodic(now),
		JobTimeout: jobTime, RescueStuckJobsAfter: rescueAfter, MaxAttempts: tries, FetchPollInterval: pollEvery,
		CompletedJobRetentionPeriod: keepDone, Logger: slog.New(warnings{log.Handler()}),
	})
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return &Jobs{pool: pool, client: client, powers: powers}, nil
}

// Kinds are the names of all jobs.
func Kinds() []string {
	return []string{Sheet{}.Kind(), List{}.Kind(), morning{}.Kind(), word{}.Kind(), evening{}.Kind(), monday{}.Kind()}
}

// never ends a job that would fail again.
func never(err error) error {
	if errors.Is(err, ErrNever) {
		return river.JobCancel(err)
	}
	return err
}

// warnings drops what River says of its daily life.
type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}
func (w warnings) WithAttrs(a []slog.Attr) slog.Handler { return warnings{w.Handler.WithAttrs(a)} }
func (w warnings) WithGroup(name string) slog.Handler   { return warnings{w.Handler.WithGroup(name)} }

// Start begins to work. ctx must outlive the work: Stop ends it. Errors:
// party.ErrUnavailable where Postgres went away, whichever of River's first
// questions that met; it may be called again.
func (j *Jobs) Start(ctx context.Context) error {
	if err := j.client.Start(ctx); err != nil {
		return fmt.Errorf("jobs: start: %w: %w", party.ErrUnavailable, err)
	}
	return nil
}

// Stop lets what is under way end, or breaks it off when ctx ends: it is then
// done again elsewhere.
func (j *Jobs) Stop(ctx context.Context) error {
	err := j.client.Stop(ctx)
	if err != nil {
		hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		err = j.client.StopAndCancel(hard)
	}
	return err
}

// Close breaks off what Stop has not ended, and the connections.
func (j *Jobs) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = j.client.StopAndCancel(ctx) // what was broken off is done again elsewhere
	j.pool.Close()
}

// AskSheet keeps the wish for a sheet, once an update. Not taken: the area is
// not the person's.
func (j *Jobs) AskSheet(ctx context.Context, a flows.Actor, e flows.AskSheet) (flows.SheetAsked, error) {
	area, may, err := j.powers.Oversees(ctx, a.Person, e.Area)
	if err != nil || !may {
		return flows.SheetAsked{}, err
	}
	args := Sheet{Person: a.Person, Update: a.Update, Language: a.Language, District: area.District, AC: area.AC}
	_, err = j.client.Insert(context.WithoutCancel(ctx), args, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true}})
	if err != nil {
		return flows.SheetAsked{}, fmt.Errorf("jobs: ask for a sheet: %w", party.ErrUnavailable)
	}
	return flows.SheetAsked{Taken: true}, nil
}
