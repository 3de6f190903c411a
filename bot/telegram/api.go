package telegram

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"sadasya/bot"
)

// API calls the Bot API. It is safe for concurrent use.
type API struct {
	library   tgbotapi.BotAPI
	transport http.RoundTripper
	address   *url.URL     // of every method, without its name
	spinner   *spinner     // nil: spinners are stopped as other calls are made
	throttled atomic.Int64 // Unix nanoseconds until which Telegram wants no calls
	spinning  atomic.Int64 // and until which it wants no spinners stopped
	uploaded  sync.Map     // file ids by name
	replies   atomic.Int64 // messages that answered somebody
	now       func() time.Time
	watch     Watch
}

// callTimeout bounds one call; long polling has its own.
const callTimeout = 10 * time.Second

// NewAPI returns a client for a bot. base is https://api.telegram.org or a
// server of the same kind.
func NewAPI(base, token string) *API {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost, transport.MaxConnsPerHost = 200, 100, 200
	transport.IdleConnTimeout = 60 * time.Second
	a := &API{transport: transport, now: time.Now, watch: nobody{}}
	a.library.Token = token
	base = strings.TrimRight(base, "/")
	a.library.SetAPIEndpoint(base + "/bot%s/%s")
	address, err := url.Parse(base + "/bot" + token + "/")
	if err != nil {
		address = &url.URL{Path: "/"} // each call will say that it leads nowhere
	}
	a.address, a.spinner = address, newSpinner(address)
	return a
}

// Close ends idle connections.
func (a *API) Close() {
	if a.spinner != nil {
		a.spinner.abort()
	}
	if t, ok := a.transport.(*http.Transport); ok {
		t.CloseIdleConnections()
	}
}

// Throttling tells whether Telegram asked for a pause that is not over.
func (a *API) Throttling() bool { return a.now().UnixNano() < a.throttled.Load() }

// Replies counts the messages that answered somebody, since the start: what is
// sent of the bot's own accord leaves them the way.
func (a *API) Replies() int64 { return a.replies.Load() }

// pause notes that Telegram wants no calls of a kind for so long. A shorter pause, for
// another chat, does not end a longer one.
func (a *API) pause(of *atomic.Int64, d time.Duration) {
	until := a.now().Add(d).UnixNano()
	for {
		old := of.Load()
		if old >= until || of.CompareAndSwap(old, until) {
			return
		}
	}
}

// client gives one call of the library its context, and keeps the status that
// the library forgets.
type client struct {
	ctx    context.Context
	http   http.RoundTripper
	status int
}

// Do makes the call without what a client does for browsers: the Bot API neither
// redirects nor knows cookies.
func (c *client) Do(req *http.Request) (*http.Response, error) {
	res, err := c.http.RoundTrip(req.WithContext(c.ctx))
	if err == nil {
		c.status = res.StatusCode
	}
	return res, err
}

// call makes one call. Errors: *Failure.
func (a *API) call(ctx context.Context, method string, params tgbotapi.Params) (json.RawMessage, error) {
	return a.do(ctx, method, func(library *tgbotapi.BotAPI) (*tgbotapi.APIResponse, error) {
		return library.MakeRequest(method, params)
	})
}

// upload makes one call with a file.
func (a *API) upload(ctx context.Context, method string, params tgbotapi.Params, file tgbotapi.RequestFile) (json.RawMessage, error) {
	return a.do(ctx, method, func(library *tgbotapi.BotAPI) (*tgbotapi.APIResponse, error) {
		return library.UploadFiles(method, params, []tgbotapi.RequestFile{file})
	})
}

func (a *API) do(ctx context.Context, method string, how func(*tgbotapi.BotAPI) (*tgbotapi.APIResponse, error)) (json.RawMessage, error) {
	c := &client{ctx: ctx, http: a.transport}
	library := a.library // a copy, for this call's context
	library.Client = c
	began := time.Now()
	answer, err := how(&library)
	if err == nil {
		a.told(method, began, nil)
		return answer.Result, nil
	}
	f := a.failed(method, c.status, err)
	a.told(method, began, f)
	return nil, f
}

// failed names a failure, and heeds it.
func (a *API) failed(method string, status int, err error) *Failure {
	f := failure(method, status, err)
	switch {
	case f.Class == Throttled && method == stopSpinner:
		a.pause(&a.spinning, f.After) // what matters least holds up nothing else
	case f.Class == Throttled:
		a.pause(&a.throttled, f.After)
	}
	return f
}

// short is call with a bound on its time.
func (a *API) short(ctx context.Context, method string, params tgbotapi.Params) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return a.call(ctx, method, params)
}

// Me asks for the bot's own name.
func (a *API) Me(ctx context.Context) (username string, err error) {
	raw, err := a.short(ctx, "getMe", nil)
	if err != nil {
		return "", err
	}
	var me struct {
		Username string `json:"username"`
	}
	if err := json.Unmarshal(raw, &me); err != nil {
		return "", &Failure{Class: Outage, Method: "getMe"}
	}
	return me.Username, nil
}

// send sends one message.
func (a *API) send(ctx context.Context, chat int64, m bot.Message) error {
	switch {
	case m.Voice != nil:
		return a.sendVoice(ctx, chat, m.Voice)
	case m.Picture != nil:
		return a.sendPicture(ctx, chat, m)
	case m.File != nil:
		return a.sendFile(ctx, chat, "sendDocument", "document", m.File.Name, m.File.Bytes, m)
	}
	return a.post(ctx, "sendMessage", appendMessage(make([]byte, 0, 1024), chat, m))
}

// sendVoice sends a spoken message. It is uploaded once; from then on Telegram
// is told which file it was.
func (a *API) sendVoice(ctx context.Context, chat int64, v *bot.Voice) error {
	params := tgbotapi.Params{"chat_id": fmt.Sprint(chat)}
	if id, ok := a.uploaded.Load(v.Name); ok {
		params["voice"] = id.(string)
		_, err := a.short(ctx, "sendVoice", params)
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	raw, err := a.upload(ctx, "sendVoice", params, tgbotapi.RequestFile{Name: "voice", Data: tgbotapi.FileBytes{Name: v.Name, Bytes: v.Ogg}})
	if err != nil {
		return err
	}
	var sent struct {
		Voice struct {
			FileID string `json:"file_id"`
		} `json:"voice"`
	}
	if json.Unmarshal(raw, &sent) == nil && sent.Voice.FileID != "" {
		a.uploaded.Store(v.Name, sent.Voice.FileID)
	}
	return nil
}

// sendPicture sends a picture with its words below; one to print as a file.
// Source: Bot API, sendPhoto and sendDocument.
func (a *API) sendPicture(ctx context.Context, chat int64, m bot.Message) error {
	if m.Picture.ID != "" {
		return a.post(ctx, "sendPhoto", appendMessage(make([]byte, 0, 1024), chat, m))
	}
	method, field := "sendPhoto", "photo"
	if m.Picture.Print {
		method, field = "sendDocument", "document"
	}
	return a.sendFile(ctx, chat, method, field, m.Picture.Name+".png", m.Picture.PNG, m)
}

// sendFile uploads what a message has, with its words below, at most 1024
// letters of them.
func (a *API) sendFile(ctx context.Context, chat int64, method, field, name string, raw []byte, m bot.Message) error {
	params := tgbotapi.Params{"chat_id": fmt.Sprint(chat), "caption": m.HTML, "parse_mode": "HTML"}
	if marked(m) {
		params["reply_markup"] = string(appendMarkup(nil, m))
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := a.upload(ctx, method, params, tgbotapi.RequestFile{Name: field, Data: tgbotapi.FileBytes{Name: name, Bytes: raw}})
	return err
}

// stopSpinner is the method that does so.
const stopSpinner = "answerCallbackQuery"

// answerTap stops the spinner on a button. While Telegram wants none stopped it
// makes no call: the spinner ends by itself.
func (a *API) answerTap(ctx context.Context, callback string) error {
	if a.now().UnixNano() < a.spinning.Load() {
		return nil
	}
	body := append(make([]byte, 0, 64), `{"callback_query_id":`...)
	body = append(appendString(body, callback), '}')
	if a.spinner == nil {
		return a.post(ctx, stopSpinner, body)
	}
	began := time.Now()
	raw, status, err := a.spinner.stop(ctx, body)
	if err == nil {
		err = refusalOf(raw)
	}
	if err != nil {
		f := a.failed(stopSpinner, status, err)
		a.told(stopSpinner, began, f)
		return f
	}
	a.told(stopSpinner, began, nil)
	return nil
}

// delete removes a person's message from the chat.
func (a *API) delete(ctx context.Context, chat int64, message int) error {
	return a.post(ctx, "deleteMessage", fmt.Appendf(nil, `{"chat_id":%d,"message_id":%d}`, chat, message))
}
