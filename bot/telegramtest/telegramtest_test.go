package telegramtest_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sadasya/bot/telegramtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds what a test waits for; nothing here takes a second.
const patience = 20 * time.Second

// bot is a bot of a few lines, whose webhook a test answers as it likes.
type bot struct {
	*telegramtest.Server
	t      testing.TB
	client *http.Client
}

func newBot(t testing.TB, o telegramtest.Options) *bot {
	t.Helper()
	if o.Backoff == 0 {
		o.Backoff = time.Millisecond
	}
	transport := &http.Transport{}
	b := &bot{Server: telegramtest.NewServer(o), t: t, client: &http.Client{Transport: transport, Timeout: patience}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		b.Close()
	})
	return b
}

// answer is the Bot API's.
type answer struct {
	status      int
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int `json:"retry_after"`
	} `json:"parameters"`
}

type params map[string]string

// try calls a method as a form; the error is the connection's.
func (b *bot) try(method string, p params) (a answer, err error) {
	form := url.Values{}
	for name, value := range p {
		form.Set(name, value)
	}
	res, err := b.client.PostForm(b.URL()+"/bot"+b.Token()+"/"+method, form)
	if err != nil {
		return a, err
	}
	return read(res)
}

func read(res *http.Response) (a answer, err error) {
	defer res.Body.Close()
	a.status = res.StatusCode
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(raw, &a)
}

// call calls a method that must be heard.
func (b *bot) call(method string, p params) answer {
	b.t.Helper()
	a, err := b.try(method, p)
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}

// done calls a method that must succeed, and reads its result.
func (b *bot) done(method string, p params, result any) {
	b.t.Helper()
	a := b.call(method, p)
	if !a.OK {
		b.t.Fatalf("%s: %s", method, a.Description)
	}
	if result != nil {
		if err := json.Unmarshal(a.Result, result); err != nil {
			b.t.Fatal(err)
		}
	}
}

// person is somebody who wrote already, so that they can be written to.
func (b *bot) person() *telegramtest.Person {
	p := b.Person(telegramtest.PersonOptions{})
	p.Start("")
	return p
}

func chatID(p *telegramtest.Person) string { return strconv.FormatInt(p.ID, 10) }

// update is what a webhook or getUpdates gives.
type update struct {
	ID      int64 `json:"update_id"`
	Message *struct {
		ID       int    `json:"message_id"`
		Text     string `json:"text"`
		Chat     struct{ ID int64 }
		Entities []struct {
			Type   string
			Length int
		}
	} `json:"message"`
	Edited *struct{ Text string } `json:"edited_message"`
	Tap    *struct {
		ID      string `json:"id"`
		Data    string `json:"data"`
		Message *struct {
			ID int `json:"message_id"`
		} `json:"message"`
	} `json:"callback_query"`
	Member *struct {
		New struct{ Status string } `json:"new_chat_member"`
	} `json:"my_chat_member"`
}

// hook sets a webhook that answers by handle, and tells what came.
type hook struct {
	url  string
	mu   sync.Mutex
	came []update
}

func (b *bot) hook(secret string, handle func(w http.ResponseWriter, u update)) *hook {
	b.t.Helper()
	h := &hook{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		var u update
		if err := json.NewDecoder(req.Body).Decode(&u); err != nil {
			b.t.Error(err)
		}
		if got := req.Header.Get("X-Telegram-Bot-Api-Secret-Token"); got != secret {
			b.t.Errorf("the secret is %q", got)
		}
		h.mu.Lock()
		h.came = append(h.came, u)
		h.mu.Unlock()
		handle(w, u)
	}))
	b.t.Cleanup(server.Close)
	h.url = server.URL + "/telegram"
	p := params{"url": h.url}
	if secret != "" {
		p["secret_token"] = secret
	}
	b.done("setWebhook", p, nil)
	return h
}

// texts are the messages that came, in their order.
func (h *hook) texts() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var texts []string
	for _, u := range h.came {
		if u.Message != nil {
			texts = append(texts, u.Message.Text)
		}
	}
	return strings.Join(texts, " ")
}

func wait(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func (b *bot) idle() {
	b.t.Helper()
	if err := b.Idle(wait(b.t)); err != nil {
		b.t.Fatal(err)
	}
}

// ok answers an update and says nothing.
func ok(http.ResponseWriter, update) {}
