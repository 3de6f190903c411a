// Package telegramtest is a Bot API of our own over HTTP, in the manner of
// net/http/httptest: for tests, the demo and measurements. It is strict where
// Telegram is strict, delivers updates by webhook or long polling, plays many
// people at once, and fails on demand. It imports nothing of ours.
//
// A test makes a Server, points a bot at URL and Token, makes people by Person,
// lets them Send and Tap, and reads their chat by Messages. Page is the same
// chat in a browser; the plain API under it is for curl:
//
//	GET  /api/people                                                   → everybody
//	POST /api/people              {"name":"Kamla","language":"hi"}     → {"id":…}
//	GET  /api/people/ID/messages                                       → the chat
//	GET  /api/people/ID/menu                                           → the commands that they see
//	GET  /api/people/ID/steps                                          → what passed behind it
//	POST /api/people/ID/messages  {"text":"/start 482177361"}
//	POST /api/people/ID/taps      {"message_id":3,"data":"…"}
//	POST /api/people/ID/contact   {}  also location, photo, voice; block blocks and unblocks
package telegramtest

import (
	"context"
	_ "embed"
	"encoding/json"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options tune a Server; the zero value is good.
type Options struct {
	Token    string                        // default: a made-up one
	Username string                        // default: sadasya_demo_bot
	Backoff  time.Duration                 // first wait before a failed delivery comes again; default 50 ms, doubling to 20 times that
	Addr     string                        // default: 127.0.0.1:0
	Seed     uint64                        // of what is drawn at random
	FirstID  int64                         // of the first update; default: the clock in seconds
	Keep     int                           // calls remembered; default 100,000
	Name     string                        // of the bot, as the page shows it; default its username
	Trace    bool                          // remember for the page what passed between Telegram and the bot
	Inspect  func(person int64) Inspection // where the bot stands with somebody, for the page; may be nil

	Now       func() time.Time // the clock of messages, taps and redelivery; default time.Now
	Rate      float64          // messages a second before 429, with as many at once; 0: no limit
	RateAChat float64          // the same within one chat, with three at once; 0: no limit

	Crowd Crowd // people beside those that Person makes
}

// Server is one bot's Telegram. It is safe for concurrent use.
type Server struct {
	o        Options
	http     *http.Server
	listener net.Listener
	client   *http.Client
	handlers map[string]handler
	ctx      context.Context
	stop     context.CancelFunc
	workers  sync.WaitGroup
	conns    sync.WaitGroup // of http, which does not wait for them itself

	mu       sync.Mutex
	random   *rand.Rand
	people   map[int64]*Person
	nextUser int64
	nextID   int64 // of updates
	pending  map[int64]*update
	order    []int64 // ids in pending, some perhaps gone
	changed  signal
	polling  bool
	webhook  webhook
	backends []string
	calls    []Call
	chaos    Chaos
	hook     func(Call) *Fault
	watch    func(Delivery)
	taps     map[string]time.Time   // callback queries that may be answered
	sweepAt  int                    // how many taps are kept before the old ones are forgotten
	tappers  map[string]int64       // who tapped, where it is traced
	files    map[string]*Attachment // sent by anyone, by id
	rate     allowance
	kept     Limits
	began    time.Time
	crowd    []received
	profile  map[string]string // commands and descriptions, by method and language
}

// NewServer starts a server on loopback; like httptest it panics where it cannot.
func NewServer(o Options) *Server {
	s, err := Listen(o)
	if err != nil {
		panic("telegramtest: " + err.Error())
	}
	return s
}

// Listen starts a server.
func Listen(o Options) (*Server, error) {
	o = o.filled()
	listener, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return nil, err
	}
	s := &Server{
		o: o, listener: listener, handlers: handlers(), people: map[int64]*Person{}, pending: map[int64]*update{},
		random: rand.New(rand.NewPCG(o.Seed, 1)), nextID: o.FirstID, nextUser: time.Now().Unix() * 1000, // new people in every run
		crowd: make([]received, o.Crowd.Size), began: o.Now(),
		taps: map[string]time.Time{}, tappers: map[string]int64{}, profile: map[string]string{}, files: map[string]*Attachment{},
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 256
	s.client = &http.Client{Transport: transport}
	s.http = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: s.handler()}
	s.http.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			s.conns.Add(1)
		case http.StateClosed:
			s.conns.Done()
		}
	}
	s.workers.Go(func() { _ = s.http.Serve(listener) })
	return s, nil
}

// filled are the options with their defaults.
func (o Options) filled() Options {
	if o.Token == "" {
		o.Token = "1234567:made-up-token-for-a-bot-that-is-none"
	}
	if o.Username == "" {
		o.Username = "sadasya_demo_bot"
	}
	if o.Name == "" {
		o.Name = o.Username
	}
	if o.Backoff == 0 {
		o.Backoff = 50 * time.Millisecond
	}
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.FirstID == 0 {
		o.FirstID = o.Now().Unix()
	}
	if o.Keep == 0 {
		o.Keep = 100_000
	}
	return o
}

// handler serves the Bot API, its files and the page.
func (s *Server) handler() http.Handler {
	page := s.Page()
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		// "/bot<token>/<method>", which http.ServeMux has no pattern for.
		if rest, ok := strings.CutPrefix(req.URL.Path, "/bot"); ok {
			token, method, _ := strings.Cut(rest, "/")
			s.serveCall(w, req, token, method)
			return
		}
		if rest, ok := strings.CutPrefix(req.URL.Path, "/file/bot"); ok {
			token, path, _ := strings.Cut(rest, "/")
			s.serveFile(w, req, token, path)
			return
		}
		page.ServeHTTP(w, req)
	})
}

// URL is the base of the Bot API and the address of the chat page.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Token is the bot's, Username its name.
func (s *Server) Token() string    { return s.o.Token }
func (s *Server) Username() string { return s.o.Username }

// Close ends everything and waits for it.
func (s *Server) Close() {
	s.mu.Lock()
	s.stop() // from here on no worker begins
	s.mu.Unlock()
	_ = s.http.Close()
	s.workers.Wait()
	s.conns.Wait()
	s.client.CloseIdleConnections()
}

// Call is one call that the bot made.
type Call struct {
	Method  string
	Params  map[string]string
	Webhook bool   // came as a webhook's response, where the bot learns nothing of its fate
	Error   string // what Telegram would say; empty: done
	Fault   string // what a fault put in the way, so that it was never carried out; empty: none
	At      time.Time
}

// Calls are the calls so far that Telegram carried out or refused.
func (s *Server) Calls() []Call {
	return slices.DeleteFunc(s.Attempts(), func(c Call) bool { return c.Fault != "" })
}

// Attempts are all calls so far, also those that a fault kept from Telegram.
func (s *Server) Attempts() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// SetBackends makes the webhook's address lead to any of these base addresses,
// drawn for each delivery: replicas behind one name.
func (s *Server) SetBackends(bases ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.backends = bases
}

// signal wakes those who wait for a change; it costs nothing while nobody does.
// The server's lock is held around both.
type signal struct{ waiting chan struct{} }

func (g *signal) next() <-chan struct{} {
	if g.waiting == nil {
		g.waiting = make(chan struct{})
	}
	return g.waiting
}

func (g *signal) fire() {
	if g.waiting != nil {
		close(g.waiting)
		g.waiting = nil
	}
}

// wake tells who waits that something changed, in this person's chat where there
// is one. Those who wait for one person are not woken by all the others, so that
// thousands can play at once. s.mu is held.
func (s *Server) wake(p *Person) {
	if p != nil {
		p.version++
		p.changed.fire()
	}
	s.changed.fire()
}

// await waits until done, which is asked with s.mu held after every change that
// g tells of.
func (s *Server) await(ctx context.Context, g *signal, done func() bool) error {
	for {
		s.mu.Lock()
		if done() {
			s.mu.Unlock()
			return nil
		}
		changed := g.next()
		s.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.ctx.Done():
			return s.ctx.Err()
		}
	}
}

// Await waits until done, which is asked after every change. It may look at the
// server through its methods.
func (s *Server) Await(ctx context.Context, done func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed.next()
		s.mu.Unlock()
		if done() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.ctx.Done():
			return s.ctx.Err()
		}
	}
}

// Idle waits until no update is pending.
func (s *Server) Idle(ctx context.Context) error {
	return s.await(ctx, &s.changed, func() bool { return len(s.pending) == 0 })
}

//go:embed methods.json
var methodsJSON []byte

// methods of the Bot API: what each parameter must be, "Integer", "Boolean",
// "JSON" or anything, with a "!" where it is required.
var methods = sync.OnceValue(func() map[string]map[string]string {
	var all map[string]map[string]string
	if err := json.Unmarshal(methodsJSON, &all); err != nil {
		panic("telegramtest: methods.json: " + err.Error())
	}
	return all
})
