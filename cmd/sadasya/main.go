// Command sadasya runs the membership bot and what an operator does around it.
// One file a subcommand; config.go alone reads the environment, serve.go alone
// wires the parts together. It may import everything.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // Asia/Kolkata, where the machine has no zones

	"github.com/alecthomas/kong"
	"github.com/redis/go-redis/v9"
)

func main() {
	redis.SetLogger(quiet{})
	tuneCollector()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	os.Exit(Main(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// quiet drops what go-redis says beside its errors, which we log ourselves.
type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitWrong  = 2 // wrong use
)

// Main runs one command line and returns its exit code.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var cli CLI
	code := -1
	parser, err := kong.New(&cli,
		kong.Name("sadasya"),
		kong.Description("The chat front end of a membership drive. Settings are environment variables; each is also a flag of the same name."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(c int) { code = c }),
		kong.UsageOnError(),
		kong.Resolvers(kong.ResolverFunc(secretFiles)),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(&Console{Out: stdout, Err: stderr}),
	)
	if err != nil {
		fmt.Fprintln(stderr, "sadasya:", err)
		return exitFailed
	}
	command, err := parser.Parse(args)
	if code >= 0 {
		return code // --help was answered
	}
	if err != nil {
		fmt.Fprintf(stderr, "sadasya: %v; sadasya --help tells the commands\n", err)
		return exitWrong
	}
	if err := command.Run(&cli.Config); err != nil {
		fmt.Fprintln(stderr, "sadasya:", oneLine(err))
		if errors.As(err, new(wrongUse)) {
			return exitWrong
		}
		return exitFailed
	}
	return exitDone
}

// Console is where a command prints.
type Console struct{ Out, Err io.Writer }

// wrongUse is an error of how a command was called.
type wrongUse struct{ error }

func misuse(format string, args ...any) error { return wrongUse{fmt.Errorf(format, args...)} }

// oneLine keeps a promise: errors are one line.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// CLI is the command line.
type CLI struct {
	Config

	Serve    ServeCmd    `cmd:"" help:"Answer on Telegram, by webhook or by polling."`
	Demo     DemoCmd     `cmd:"" help:"Everything embedded, with a Telegram of its own in the browser."`
	Migrate  MigrateCmd  `cmd:"" help:"Bring the database's schema up to date."`
	Appoint  AppointCmd  `cmd:"" help:"Give an office: by a one-time link, or at once with --telegram-id."`
	Booths   BoothsCmd   `cmd:"" help:"The list of booths."`
	Export   ExportCmd   `cmd:"" help:"Write members or enrollers as CSV."`
	Audit    AuditCmd    `cmd:"" help:"The record of what was done by whom."`
	Setaside SetasideCmd `cmd:"" help:"Updates that could not be handled."`
	Keys     KeysCmd     `cmd:"" help:"The keys of fields that are encrypted at rest."`
	Bench    BenchCmd    `cmd:"" help:"Measure the program beside the floor of its libraries."`
	Version  VersionCmd  `cmd:"" help:"Print the version."`

	BenchFloor FloorCmd `cmd:"" hidden:""`
}
