package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"time"

	"sadasya/bot"
	"sadasya/bot/telegram"
	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/jobs"
	"sadasya/store/postgres"
	"sadasya/store/redis"
)

// ServeCmd answers on Telegram.
type ServeCmd struct {
	Wait time.Duration `help:"Wait so long for a database that is down at the start, such as 30s."`
}

// Times of serve.
const (
	drainTime   = 10 * time.Second // for what is under way when it is told to end
	behindEvery = 3 * time.Second
	foldEvery   = 3 * time.Second // roll-ups are at most 10 s old
	purgeEvery  = time.Hour
	noticeEvery = time.Second
	noticeRate  = 20               // a second, of all replicas
	retryEvery  = 15 * time.Second // a registration that failed
)

// Run serves until ctx ends.
func (s ServeCmd) Run(ctx context.Context, c *Config, console *Console) error {
	if err := c.check(); err != nil {
		return err
	}
	log := c.logger(console)
	deadline := time.Now().Add(s.Wait)
	stores, err := s.open(ctx, *c, log, deadline)
	if err != nil {
		return err
	}
	defer stores.close(log)
	p, err := newProgram(*c, stores, log)
	if err != nil {
		return err
	}
	p.waits = deadline
	return p.serve(ctx)
}

// open opens the stores; with --wait again and again while they are away.
func (s ServeCmd) open(ctx context.Context, c Config, log *slog.Logger, deadline time.Time) (opened *stores, err error) {
	err = patiently(ctx, deadline, log, func() error {
		opened, err = openStores(ctx, c, log, true)
		return err
	})
	return opened, err
}

// patiently does something again for as long as a store is away, until a deadline.
func patiently(ctx context.Context, deadline time.Time, log *slog.Logger, do func() error) error {
	for {
		err := do()
		if !errors.Is(err, party.ErrUnavailable) || time.Now().After(deadline) {
			return err
		}
		log.Info("waiting for the stores", "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// program is serve, wired.
type program struct {
	config   Config
	stores   *stores
	log      *slog.Logger
	api      *telegram.API
	edge     *telegram.Edge
	render   *bot.Renderer
	behind   *bot.Behind
	limiter  *redis.Limiter
	notifier *bot.Notifier
	jobs     *jobs.Jobs
	metrics  *metrics
	health   *health
	username atomic.Value              // string
	draining atomic.Pointer[time.Time] // since when
	chain    chainWatch                // of the audit
	waits    time.Time                 // so long for stores that are away at the start
	now      func() time.Time          // tests have a clock of their own
}

func newProgram(c Config, s *stores, log *slog.Logger) (*program, error) {
	p := &program{config: c, stores: s, log: log, now: func() time.Time { return time.Now().Add(c.ClockOffset) }}
	p.username.Store(c.BotUsername)
	if p.metrics = s.metrics; p.metrics == nil {
		p.metrics = newMetrics()
	}
	p.health = p.newHealth()
	var err error
	draw, err := newPictures(s.keys, p.name)
	if err != nil {
		return nil, err
	}
	if p.render, err = bot.NewRenderer(s.campaign, s.reference, draw, p.name); err != nil {
		return nil, err
	}
	p.behind = bot.NewBehind(s.postgres, behindEvery, log)
	p.api = telegram.NewAPI(c.TelegramAPIURL, c.TelegramBotToken)
	p.api.Watch(p.metrics)
	p.measure()
	memory := p.metrics.watch(s.redis)
	if p.jobs, err = jobs.Open(context.Background(), s.direct, s.postgres, p.work(), log); err != nil {
		return nil, err
	}
	handler := bot.New(bot.World{
		Sessions: memory, Counters: memory,
		People: s.postgres, Members: s.postgres, Offices: s.postgres, Appoint: s.postgres, Teams: s.postgres, Booths: s.postgres, Poison: s.postgres, Cards: s.postgres, Enroll: s.postgres, Review: s.postgres, Claim: s.postgres, Places: s.reference,
		Coverage: s.postgres, Broadcast: s.postgres, Sent: s.postgres, Composed: s.postgres, Night: night(c), FastRate: fastRate(c), Sheets: p.jobs, Campaign: s.campaign,
		Looks: s.postgres, Deeds: s.postgres, Clock: s.postgres,
		Aim:    aimOf(s.campaign),
		Assist: s.postgres,
		Now:    func() time.Time { return p.now() },
		Nonce: func() (n flows.Nonce) {
			_, _ = rand.Read(n[:]) // never fails: crypto/rand says so
			return n
		},
	}, p.render, p.behind)
	if p.limiter, err = newLimiter(c, s, p.api); err != nil {
		return nil, err
	}
	p.notifier = bot.NewNotifier(s.postgres, s.postgres, p.limitFor("notices"), p.api, p.render, bot.Pace{Every: noticeEvery, Rate: noticeRate}, log)
	p.edge = telegram.NewEdge(handler, p.api, p.name, log)
	p.edge.Watch(p.metrics)
	return p, nil
}

// aimOf is what the campaign asks of each enroller.
func aimOf(c party.Campaign) bot.Aim { return bot.Aim{Members: c.PerEnroller, By: c.MembersBy()} }

func (p *program) name() string { return p.username.Load().(string) }

// serve runs until ctx ends, then lets what is under way end, within drainTime.
func (p *program) serve(ctx context.Context) error {
	defer p.jobs.Close()
	for _, first := range []func(context.Context) error{p.learnName, p.seatAdmins} {
		if err := patiently(ctx, p.waits, p.log, func() error { return first(ctx) }); err != nil {
			return err
		}
	}
	polling := p.config.WebhookURL == ""
	if polling {
		release, err := p.stores.postgres.Lock(ctx, "polling")
		if errors.Is(err, postgres.ErrLocked) {
			return errors.New("another process polls already: one at a time, or set WEBHOOK_URL for more")
		}
		if err != nil {
			return err
		}
		defer release()
	}
	servers, err := p.listen(polling)
	if err != nil {
		return err
	}
	beyond := pprof.WithLabels(context.WithoutCancel(ctx), pprof.Labels("beside", "jobs"))
	if err := patiently(ctx, p.waits, p.log, func() error { return p.jobs.Start(beyond) }); err != nil {
		return err
	}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	var all sync.WaitGroup
	beside := func(ctx context.Context, name string, do func(context.Context)) { // named in profiles, and told from people's updates
		all.Go(func() { pprof.Do(ctx, pprof.Labels("beside", name), do) })
	}
	// What nobody waits for ends at once when serve is told to: nothing of it may
	// begin within the last of the seconds that the rest has.
	unasked, stopUnasked := context.WithCancel(work)
	defer stopUnasked()
	beside(work, "steps", p.behind.Run)
	beside(unasked, "notices", p.notifier.Run)
	beside(unasked, "fold", p.fold)
	beside(unasked, "purge", p.purge)
	beside(work, "audit", p.linkAudit)
	beside(unasked, "cases", p.tellCases)
	beside(unasked, "funnel", p.countSteps)
	beside(unasked, "broadcasts", p.broadcasts)
	beside(unasked, "figures", p.readFigures)
	beside(work, "health", p.watchStores)
	all.Go(func() { p.register(ctx) })
	failed := make(chan error, len(servers)+1)
	for _, s := range servers {
		all.Go(func() {
			if err := s.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
				failed <- err
			}
		})
	}
	poll, stopPoll := context.WithCancel(ctx)
	if polling {
		all.Go(func() { failed <- p.poll(poll) })
	}
	p.log.Info("ready", "bot", p.name(), "by", way(polling), "listen", servers[0].listener.Addr().String(), "ops", servers[len(servers)-1].listener.Addr().String())
	p.warn(ctx)

	select {
	case <-ctx.Done():
		err = nil
	case err = <-failed:
	}
	told := p.now().UTC().Truncate(time.Second)
	p.draining.Store(&told)
	stopPoll()
	stopUnasked()
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	for _, s := range servers {
		if shut := s.Shutdown(drain); shut != nil && err == nil {
			err = fmt.Errorf("not everything under way has ended: %w", shut)
		}
	}
	p.edge.Drain(drain)
	if stop := p.jobs.Stop(drain); stop != nil {
		p.log.Warn("a job was broken off; another process does it again", "error", stop)
	}
	stopWork()
	all.Wait()
	p.api.Close()
	p.log.Info("stopped")
	return err
}

func way(polling bool) string {
	if polling {
		return "polling"
	}
	return "webhook"
}

// learnName asks Telegram for the bot's name, once, and keeps it for commands
// without the network. Where Telegram is away, the kept one serves.
func (p *program) learnName(ctx context.Context) error {
	name, err := p.api.Me(ctx)
	var f *telegram.Failure
	switch {
	case err == nil:
		p.username.Store(name)
		return p.stores.postgres.SetUsername(ctx, name)
	case errors.As(err, &f) && f.Class == telegram.Unauthorized:
		return errors.New("TELEGRAM_BOT_TOKEN is none that Telegram knows; @BotFather tells the right one")
	case p.name() != "":
		return nil
	}
	p.log.Warn("Telegram does not answer; going on with the name it gave before", "error", err)
	kept, err := p.stores.postgres.Username(ctx)
	p.username.Store(kept)
	return err
}

// seatAdmins lets the accounts of ADMIN_IDS be admins, and no longer those that
// were taken out of it.
func (p *program) seatAdmins(ctx context.Context) error {
	given, taken, err := p.stores.postgres.SeatAdmins(ctx, p.config.AdminIDs)
	if err == nil && given+taken > 0 {
		p.log.Info("admins by ADMIN_IDS", "given", given, "taken", taken)
	}
	return err
}

// listened is a server with its listener.
type listened struct {
	*http.Server
	listener net.Listener
}

// listen opens the addresses first, so that one that is taken stops the start.
func (p *program) listen(polling bool) ([]listened, error) {
	mux := http.NewServeMux()
	if !polling {
		address, err := url.Parse(p.config.WebhookURL)
		if err != nil {
			return nil, err
		}
		path := address.Path
		if path == "" {
			path = "/"
		}
		mux.Handle(path, p.edge.Webhook(telegram.Secret(p.config.TelegramBotToken)))
	}
	ops := opsHandler(p.ready, p.metrics.registry)
	servers := []listened{{Server: telegram.Server(mux)}}
	addresses, settings := []string{p.config.ListenAddr}, []string{"LISTEN_ADDR", "OPS_ADDR"}
	if at := p.config.opsAddr(); at != p.config.ListenAddr {
		servers = append(servers, listened{Server: &http.Server{Handler: ops, ReadHeaderTimeout: 5 * time.Second}}) // a profile takes its time
		addresses = append(addresses, at)
	} else {
		for _, path := range opsPaths() {
			mux.Handle(path, ops)
		}
	}
	for i, address := range addresses {
		l, err := net.Listen("tcp", address)
		if err != nil {
			for _, s := range servers[:i] {
				s.listener.Close()
			}
			return nil, fmt.Errorf("%s: %w; set it to a free address of this machine, or end what listens there", settings[i], err)
		}
		servers[i].listener = l
	}
	return servers, nil
}

func (p *program) poll(ctx context.Context) error {
	for p.api.DeleteWebhook(ctx) != nil {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
	return p.edge.Poll(ctx)
}
