package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sadasya/bot"
	"sadasya/bot/telegramtest"
)

// A connection that is closed with its body unread waits half a second by
// itself, in net/http.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// What the tests' webhook is guarded by, and a person who is made up: the id is
// larger than 32 bits, as new accounts' are.
const (
	secret = "a-secret-of-the-tests"
	person = 7_184_202_113
)

// recorder is a bot that notes what reaches it and answers as it is told.
type recorder struct {
	answer func(bot.Update) (bot.Reply, error) // nil: says nothing
	stray  bot.Reply                           // what is said to a group
	away   error                               // of everything but answer

	mu       sync.Mutex
	noted    noted
	failures map[int64]int
}

// noted is what reached the bot.
type noted struct {
	Updates   []bot.Update
	Reachable []reachable
	Groups    []stray
	Aside     []aside
}

type (
	reachable struct {
		Person int64
		Back   bool
	}
	stray struct {
		Chat, Person    int64
		Command, Tongue string
	}
	aside struct {
		Update int64
		Reason string
	}
)

func (r *recorder) note(what func(*noted)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	what(&r.noted)
}

// seen is what was noted so far.
func (r *recorder) seen() noted {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.noted
	n.Updates = append([]bot.Update(nil), n.Updates...)
	return n
}

func (r *recorder) Handle(_ context.Context, u bot.Update) (bot.Reply, error) {
	r.note(func(n *noted) { n.Updates = append(n.Updates, u) })
	if r.answer == nil {
		return bot.Reply{}, nil
	}
	return r.answer(u)
}

func (r *recorder) Reachable(_ context.Context, person int64, back bool) error {
	r.note(func(n *noted) { n.Reachable = append(n.Reachable, reachable{person, back}) })
	return r.away
}

func (r *recorder) Stray(_ context.Context, s bot.Stray) (bot.Reply, error) {
	r.note(func(n *noted) { n.Groups = append(n.Groups, stray{s.Chat, s.Person, s.Command, s.Tongue}) })
	return r.stray, r.away
}

func (r *recorder) SetAside(_ context.Context, update int64, reason string, _ []byte) error {
	r.note(func(n *noted) { n.Aside = append(n.Aside, aside{update, reason}) })
	return r.away
}

func (r *recorder) Failed(_ context.Context, update int64) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failures == nil {
		r.failures = map[int64]int{}
	}
	r.failures[update]++
	return r.failures[update], r.away
}

// journal is a log that may be read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// rig is an edge between a Telegram of our own and a recorder.
type rig struct {
	telegram *telegramtest.Server
	bot      *recorder
	api      *API
	edge     *Edge
	log      *journal
	t        testing.TB
}

func newRig(t testing.TB, b *recorder) *rig {
	t.Helper()
	r := &rig{telegram: telegramtest.NewServer(telegramtest.Options{Backoff: 5 * time.Millisecond}), bot: b, log: &journal{}, t: t}
	r.api = NewAPI(r.telegram.URL(), r.telegram.Token())
	level := slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r.edge = NewEdge(b, r.api, r.telegram.Username, level)
	t.Cleanup(func() {
		r.edge.Drain(context.Background())
		r.api.Close()
		r.telegram.Close()
	})
	return r
}

// post gives the webhook one body, as Telegram does.
func (r *rig) post(body string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodPost, "/telegram", strings.NewReader(body))
	req.Header.Set(secretHeader, secret)
	w := httptest.NewRecorder()
	r.edge.Webhook(secret).ServeHTTP(w, req)
	return w
}

// online serves the webhook and tells Telegram, which then delivers by itself.
func (r *rig) online() {
	r.t.Helper()
	web := httptest.NewServer(r.edge.Webhook(secret))
	r.t.Cleanup(web.Close)
	if err := r.api.SetWebhook(r.t.Context(), web.URL, secret); err != nil {
		r.t.Fatal(err)
	}
}

// calls are those of a method that Telegram took or refused so far.
func (r *rig) calls(method string) (list []telegramtest.Call) {
	for _, c := range r.telegram.Calls() {
		if c.Method == method {
			list = append(list, c)
		}
	}
	return list
}

// soon bounds what a test waits for.
func soon(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// say is a reply of these messages.
func say(texts ...string) bot.Reply {
	var reply bot.Reply
	for _, text := range texts {
		reply.Messages = append(reply.Messages, bot.Message{HTML: text})
	}
	return reply
}

// always answers everything with the same.
func always(reply bot.Reply, err error) func(bot.Update) (bot.Reply, error) {
	return func(bot.Update) (bot.Reply, error) { return reply, err }
}

// message is an update with a message from a person's own chat; fields are
// added to it or replace its own.
func message(from int64, fields string) string {
	own := fmt.Sprintf(`{"message_id":9,"date":1764000000,"from":{"id":%d,"is_bot":false,"first_name":"Meena","language_code":"hi"},"chat":{"id":%[1]d,"type":"private"}`, from)
	return `{"update_id":70,"message":` + own + "," + fields + `}}`
}

// said is such an update of plain words.
func said(from int64, text string) string {
	quoted, _ := json.Marshal(text) // a string always can be
	return message(from, `"text":`+string(quoted))
}

// silent is a bot that notes nothing, for measurements.
type silent struct{ reply bot.Reply }

func (s silent) Handle(context.Context, bot.Update) (bot.Reply, error) { return s.reply, nil }
func (s silent) Reachable(context.Context, int64, bool) error          { return nil }
func (s silent) Stray(context.Context, bot.Stray) (bot.Reply, error) {
	return bot.Reply{}, nil
}
func (s silent) SetAside(context.Context, int64, string, []byte) error { return nil }
func (s silent) Failed(context.Context, int64) (int, error)            { return 1, nil }
