package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"sadasya/cmd/sadasya/bench"
	"sadasya/party"
	"sadasya/store/embedded"
	"sadasya/store/postgres"
)

// BenchCmd measures the program beside the floor of its libraries.
type BenchCmd struct {
	Citizens  int           `default:"2000" help:"Citizens of each run."`
	AtOnce    int           `default:"32" help:"Conversations at once."`
	Pairs     int           `default:"5" help:"Runs of the bot and of the floor, in turn."`
	Fill      int           `placeholder:"N" help:"Instead: make N members, their enrollers and 61,000 booths in the stores of DATABASE_URL or DATA_DIR, where there is no member."`
	Sizes     []int         `placeholder:"N,N" help:"Instead: ask the same of databases of so many members each, with the booths and enrollers of a state, filled for it, and print them side by side. With DATABASE_URL they are made on that server and stay there for the next time."`
	Asked     int           `default:"300" help:"Times that each question of --queries and --sizes is asked."`
	Broadcast int           `placeholder:"N" help:"Instead: send to N made-up recipients, in stores where there is no member."`
	Flood     bool          `help:"Instead: what others wait for while 50 people send 2,000 messages a second, beside the same without."`
	Queries   bool          `help:"Instead: measure what office-holders ask for, in stores that --fill has filled, and how old roll-ups get."`
	Soak      time.Duration `placeholder:"TIME" help:"Instead: let citizens come at a fixed rate for so long, such as 10m, and print each minute what the bot holds."`
	Rate      float64       `default:"800" help:"Updates a second of --soak."`
	Profile   string        `placeholder:"FILE" help:"Write a CPU profile of the bot's last run, and of the floor's beside it."`
}

// benchEnrollers share the citizens among them. Beside a broadcast they are more,
// so that nobody has brought so many that a certificate is drawn: a picture takes
// more memory than all that is measured.
const (
	benchEnrollers       = 200
	benchEnrollersBeside = 1000
)

// Run plays and prints the report. Stores that hold members are not used: what
// it makes is made up.
func (b BenchCmd) Run(ctx context.Context, c *Config, console *Console) error {
	switch {
	case b.Fill > 0 || b.Queries:
		return b.atSize(ctx, c, console)
	case len(b.Sizes) > 0:
		return b.atSizes(ctx, *c, console)
	}
	if b.Citizens < 1 || b.AtOnce < 1 || b.Pairs < 1 || b.Rate < 1 {
		return misuse("--citizens, --at-once, --pairs and --rate are 1 or more")
	}
	config, what, leave, err := benchStores(ctx, *c)
	if err != nil {
		return err
	}
	defer leave()
	program, err := os.Executable()
	if err != nil {
		return err
	}
	o := bench.Options{
		Citizens: b.Citizens, AtOnce: b.AtOnce, Pairs: b.Pairs, Profile: b.Profile,
		Program: program, DatabaseURL: config.DatabaseURL, RedisURL: config.RedisURL,
		Seed: uint64(time.Now().UnixNano()), Progress: console.Err,
	}
	if o.KeyFile, _, err = config.keyFile(); err != nil {
		return err
	}
	if o.Codes, o.Stores, err = b.people(ctx, config, console, what); err != nil {
		return err
	}
	if b.Broadcast > 0 {
		return b.broadcast(ctx, config, o, console)
	}
	if b.Soak > 0 {
		return bench.Soak(ctx, o, b.Soak, b.Rate, console.Out)
	}
	if b.Flood {
		return bench.Flood(ctx, o, console.Out)
	}
	report, err := bench.Run(ctx, o)
	if err != nil {
		return err
	}
	report.Write(console.Out)
	return nil
}

// atSize fills the stores, or measures in filled ones.
func (b BenchCmd) atSize(ctx context.Context, c *Config, console *Console) error {
	log := c.logger(console)
	s, err := openStores(ctx, *c, log, false)
	if err != nil {
		return err
	}
	defer s.close(log)
	if b.Fill > 0 {
		err = bench.Fill(ctx, s.postgres, s.reference, b.Fill, bench.EnrollersFor(b.Fill), console.Out)
	}
	if err == nil && b.Queries {
		err = bench.Queries(ctx, s.postgres, s.reference, b.Asked, console.Out)
	}
	return err
}

// benchAdmin composes the broadcasts.
const benchAdmin = 7_200_000_000

func (b BenchCmd) broadcast(ctx context.Context, c Config, o bench.Options, console *Console) error {
	log := c.logger(console)
	s, err := openStores(ctx, c, log, false)
	if err != nil {
		return err
	}
	defer s.close(log)
	if _, err := s.postgres.Appoint(ctx, postgres.Appointment{Office: party.Admin, TelegramID: benchAdmin, Name: "Anil Sharma"}); err != nil {
		return err
	}
	return bench.Broadcast(ctx, o, s.postgres, benchAdmin, b.Broadcast, console.Out)
}

// benchStores names the stores: those of the URLs, or ones of its own, in a
// folder under DATA_DIR that goes when it leaves.
func benchStores(ctx context.Context, c Config) (_ Config, redisIs string, leave func(), err error) {
	var closers []func() error
	leave = func() {
		for i := len(closers) - 1; i >= 0; i-- {
			_ = closers[i]()
		}
	}
	defer func() {
		if err != nil {
			leave()
		}
	}()
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return c, "", leave, fmt.Errorf("DATA_DIR: %w", err)
	}
	dir, err := os.MkdirTemp(c.DataDir, "bench-")
	if err != nil {
		return c, "", leave, fmt.Errorf("DATA_DIR: %w", err)
	}
	closers = append(closers, func() error { return os.RemoveAll(dir) })
	c.DataDir = dir
	if c.DatabaseURL == "" {
		c.EncryptionKeys = ""
		if _, err := openKeys(c); err != nil {
			return c, "", leave, err
		}
		c.EncryptionKeys, _, _ = c.keyFile()
		pg, err := embedded.OpenPostgres(ctx, embedded.PostgresOptions{Dir: dir})
		if err != nil {
			return c, "", leave, err
		}
		closers = append(closers, pg.Close)
		c.DatabaseURL = pg.URL()
	}
	redisIs = "Redis of REDIS_URL"
	if c.RedisURL == "" {
		var closeRedis func() error
		if c.RedisURL, redisIs, closeRedis, err = benchRedis(ctx, dir); err != nil {
			return c, "", leave, err
		}
		closers = append(closers, closeRedis)
	}
	return c, redisIs, leave, nil
}

// benchRedis starts a redis-server where there is one, else the in-process one,
// which takes its part of this process's time.
func benchRedis(ctx context.Context, dir string) (url, is string, leave func() error, err error) {
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		own, err := embedded.OpenRedis(ctx, dir)
		if err != nil {
			return "", "", nil, err
		}
		return own.URL(), "the in-process Redis (no redis-server is installed)", own.Close, nil
	}
	place, err := os.MkdirTemp("", "sadasya-redis-") // short: a socket lies in it
	if err != nil {
		return "", "", nil, err
	}
	socket := filepath.Join(place, "s")
	cmd := exec.Command(binary, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", place)
	if err := cmd.Start(); err != nil {
		return "", "", nil, err
	}
	leave = func() error {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return os.RemoveAll(place)
	}
	for range 200 {
		if _, err := os.Stat(socket); err == nil {
			version, _ := exec.CommandContext(ctx, binary, "--version").Output()
			fields := strings.Fields(string(version)) // Redis server v=7.0.15 sha=…
			if len(fields) > 2 {
				is = "redis-server " + strings.TrimPrefix(fields[2], "v=")
			}
			return "unix://" + socket + "?db=0", is, leave, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	_ = leave()
	return "", "", nil, errors.New("redis-server does not start")
}

// people appoints the enrollers, and tells what the stores are.
func (b BenchCmd) people(ctx context.Context, c Config, console *Console, redisIs string) (codes []party.Code, is string, err error) {
	log := c.logger(console)
	s, err := openStores(ctx, c, log, false)
	if err != nil {
		return nil, "", err
	}
	defer s.close(log)
	if err := s.postgres.Empty(ctx); err != nil {
		return nil, "", err
	}
	version, err := s.postgres.ServerVersion(ctx)
	if err != nil {
		return nil, "", err
	}
	enrollers := benchEnrollers
	if b.Broadcast > 0 {
		enrollers = benchEnrollersBeside
	}
	for i := range enrollers {
		code, err := s.postgres.Appoint(ctx, postgres.Appointment{
			Office: party.Enroller, TelegramID: int64(7_100_000_000 + i), Name: "सुनीता मीणा",
			Area: party.Area{Booth: party.Booth{AC: 55, Part: 12}},
		})
		if err != nil {
			return nil, "", err
		}
		codes = append(codes, code)
	}
	return codes, "PostgreSQL " + version + ", " + redisIs, nil
}

// FloorCmd is the floor, a child of bench.
type FloorCmd struct {
	Screens string `arg:"" help:"File of the screens to show."`
}

// Run serves until ctx ends.
func (f FloorCmd) Run(ctx context.Context, c *Config, console *Console) error {
	raw, err := os.ReadFile(f.Screens)
	if err != nil {
		return err
	}
	o := bench.FloorOptions{
		APIURL: c.TelegramAPIURL, Token: c.TelegramBotToken, WebhookURL: c.WebhookURL, ListenAddr: c.ListenAddr,
		DatabaseURL: c.DatabaseURL, RedisURL: c.RedisURL, Log: c.logger(console),
		Ops: opsHandler(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ready") }, newRegistry()),
	}
	if err := json.Unmarshal(raw, &o.Screens); err != nil {
		return err
	}
	return bench.ServeFloor(ctx, o)
}
