package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sadasya/bot"
	"sadasya/bot/telegramtest"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/embedded/faultstest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
	"sadasya/store/redis"
	"sadasya/store/reference"
	"sadasya/store/seal"
)

// TestMain lets the test binary be the program: a replica that can be killed.
func TestMain(m *testing.M) {
	if os.Getenv("SADASYA_TEST_REPLICA") == "1" {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
		defer stop()
		os.Exit(Main(ctx, os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// rig is the whole program in this process: real stores, a Telegram of its own.
type rig struct {
	t        testing.TB
	telegram *telegramtest.Server
	stores   *stores
	database string // its URL
	program  *program
	log      *lockedBuffer
	code     party.Code // of Sunita Meena, enroller of booth 55/12
	stop     func()
}

// rigOptions are what a test wants otherwise.
type rigOptions struct {
	polling  bool
	database string     // URL; default: one of the test's own
	keys     *seal.Keys // of that database; default: new ones
	redis    string
	tracer   *counter
	campaign func(*party.Campaign)
	quiet    bool                 // nothing is said unasked
	vacant   bool                 // nobody holds an office
	telegram *telegramtest.Server // that another rig has too; default: one of its own
	now      func() time.Time     // default: the real clock
}

const enrollerID = 900

func newRig(t testing.TB, o rigOptions) *rig {
	t.Helper()
	if o.database == "" {
		o.database = embeddedtest.Database(t, postgrestest.Template(t))
	}
	if o.redis == "" {
		o.redis = embeddedtest.Redis(t)
	}
	r := &rig{t: t, database: o.database, log: &lockedBuffer{}}
	log := slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r.stores = openRigStores(t, o)
	// The daily word goes by the clock of whoever runs the tests: it is said already.
	r.exec(t, `INSERT INTO facts VALUES ('daily', '9999-12-31 0 0') ON CONFLICT DO NOTHING`)
	if r.telegram = o.telegram; r.telegram == nil {
		r.telegram = telegramtest.NewServer(telegramtest.Options{Backoff: 5 * time.Millisecond})
		t.Cleanup(r.telegram.Close)
	}
	if !o.vacant {
		r.code = r.sunita()
	}
	address := faultstest.FreeAddress(t)
	config := Config{
		TelegramBotToken: r.telegram.Token(), TelegramAPIURL: r.telegram.URL(), ListenAddr: address, OpsAddr: address, LogLevel: "debug",
		BroadcastRate: 28, BroadcastLease: time.Minute,
	}
	if !o.polling {
		config.WebhookURL = "http://" + address + "/telegram"
	}
	p, err := newProgram(config, r.stores, log)
	if err != nil {
		t.Fatal(err)
	}
	pace := bot.Pace{Every: 20 * time.Millisecond, Rate: 1000}
	if o.quiet {
		pace.Every = time.Hour
	}
	p.notifier = bot.NewNotifier(r.stores.postgres, r.stores.postgres, p.limiter, p.api, p.render, pace, log)
	r.program = p
	if o.now != nil {
		p.now = o.now
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.serve(ctx) }()
	r.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve ended with %v", err)
		}
	})
	t.Cleanup(r.stop)
	return r
}

// sunita appoints the enroller that most tests have.
func (r *rig) sunita() party.Code {
	r.t.Helper()
	code, err := r.stores.postgres.Appoint(r.t.Context(), postgres.Appointment{
		Office: party.Enroller, TelegramID: enrollerID, Name: "सुनीता मीणा", Area: party.Area{Booth: party.Booth{AC: 55, Part: 12}},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return code
}

func openRigStores(t testing.TB, o rigOptions) *stores {
	t.Helper()
	campaign := party.RajasthanSample()
	if o.campaign != nil {
		o.campaign(&campaign)
	}
	ref, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := &stores{campaign: campaign, reference: ref}
	options := s.postgresOptions()
	s.metrics = newMetrics()
	options.Tracer = s.metrics.postgres
	if o.tracer != nil {
		options.Tracer = o.tracer
	}
	s.database, s.direct = o.database, o.database
	if s.keys = o.keys; s.keys == nil {
		s.postgres, s.keys = postgrestest.OpenAt(t, o.database, options)
	} else {
		if s.postgres, err = postgres.Open(t.Context(), o.database, s.keys, options); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.postgres.Close)
	}
	if s.redis, err = redis.Open(t.Context(), o.redis, s.keys, redis.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.redis.Close() })
	if o.tracer != nil {
		s.redis.Client().AddHook(o.tracer)
	}
	return s
}

// person makes somebody whose chat can be played.
func (r *rig) person(l party.Language) *chatter {
	return &chatter{r: r, Person: r.telegram.Person(telegramtest.PersonOptions{Name: "Somebody", Language: string(l)})}
}

// rows are all members, by number.
func (r *rig) rows() map[string][]string {
	r.t.Helper()
	return rowsOf(r.t, r.stores.postgres)
}

func rowsOf(t testing.TB, s *postgres.Store) map[string][]string {
	t.Helper()
	rows := map[string][]string{}
	err := s.ExportMembers(context.Background(), func(row []string) error {
		if rows[row[0]] != nil {
			t.Errorf("two rows have the number %s", row[0])
		}
		rows[row[0]] = append([]string(nil), row...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// chatter is a person who waits for each answer.
type chatter struct {
	*telegramtest.Person
	r *rig
}

// patience bounds every wait of these tests; none is expected to come near it.
const patience = 60 * time.Second

func (c *chatter) say(text string) []telegramtest.Message {
	c.r.t.Helper()
	return c.done(func(ctx context.Context) ([]telegramtest.Message, error) { return c.Say(ctx, text) })
}

func (c *chatter) tap(label string) []telegramtest.Message {
	c.r.t.Helper()
	return c.done(func(ctx context.Context) ([]telegramtest.Message, error) { return c.TapAndWait(ctx, label) })
}

func (c *chatter) done(do func(context.Context) ([]telegramtest.Message, error)) []telegramtest.Message {
	c.r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	said, err := do(ctx)
	if err != nil {
		c.r.t.Fatalf("%v\n%s", err, c.r.log)
	}
	return said
}

// settle waits until nothing of this person is pending.
func (c *chatter) settle() {
	c.r.t.Helper()
	c.done(func(ctx context.Context) ([]telegramtest.Message, error) { return nil, c.Wait(ctx) })
}

// enrol goes the straight way and returns the number shown.
func (c *chatter) enrol(name, epic string) string { return c.enrolBy(c.r.code, name, epic) }

func (c *chatter) enrolBy(code party.Code, name, epic string) string {
	c.r.t.Helper()
	c.say("/start " + string(code))
	c.tap("English")
	c.tap("✅ I am 18+ and I agree")
	c.say(name)
	c.say(epic)
	c.tap("✅ Yes, here")
	return numberIn(c.tap("✅ All is right"))
}

// numberIn finds a membership number in what was said, without its blanks.
func numberIn(said []telegramtest.Message) string {
	for _, m := range said {
		if found := numberShape.FindString(m.Text); found != "" {
			return strings.ReplaceAll(found, " ", "")
		}
	}
	return ""
}

// lockedBuffer is a log that may be read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// run runs a command line in this process.
func run(t testing.TB, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Main(t.Context(), args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

var _ io.Writer = (*lockedBuffer)(nil)

func keyPath(t testing.TB) string { return filepath.Join(t.TempDir(), "keys.json") }

// ok gives what a command printed, and fails where it did not succeed.
func ok(t testing.TB) func(code int, out, errs string) string {
	t.Helper()
	return func(code int, out, errs string) string {
		t.Helper()
		if code != exitDone {
			t.Fatalf("exit %d: %s%s", code, out, errs)
		}
		return out
	}
}

func personWithID(id int64) telegramtest.PersonOptions {
	return telegramtest.PersonOptions{ID: id, Name: "Somebody", Language: "en"}
}

func appointAnother(t testing.TB, r *rig) party.Code {
	t.Helper()
	code, err := r.stores.postgres.Appoint(t.Context(), postgres.Appointment{
		Office: party.Enroller, TelegramID: enrollerID + 1, Name: "Ramesh Gurjar", Area: party.Area{Booth: party.Booth{AC: 55, Part: 13}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func (r *rig) emptyRedis() {
	r.t.Helper()
	if err := r.stores.redis.Client().FlushAll(context.Background()).Err(); err != nil {
		r.t.Fatal(err)
	}
}

// madeUpEPIC is the nth sound number of a series that nobody holds.
func madeUpEPIC(n int64) string {
	for last := range 10 {
		number := fmt.Sprintf("ZZY%06d%d", n, last)
		if r, err := party.ReadVoterID(number); err == nil && r.ID.Check {
			return number
		}
	}
	panic("one of ten digits is a check digit")
}
