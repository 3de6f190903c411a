package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sadasya/bot"
	"sadasya/bot/telegramtest"
)

// What must stand in no error: the token, and what was said.
const (
	canaryToken = "7654321:canary-token"
	canaryText  = "canary-words"
)

// answers is a server that answers everything so; with status 0 the connection
// is dropped, with less than the body's length it breaks in the middle.
func answers(t *testing.T, status int, body string, cut bool) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body)
		if status == 0 {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
		if cut {
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func refusal(code int, description string) string {
	return fmt.Sprintf(`{"ok":false,"error_code":%d,"description":%q}`, code, description)
}

// TestFailuresAreClassified: every way a call can fail gets its class, by a
// call with a form and by one with a file alike, and no error tells the token
// or what was said.
func TestFailuresAreClassified(t *testing.T) {
	const page = "<html><body>502 Bad Gateway " + canaryText + "</body></html>"
	for _, c := range []struct {
		name   string
		status int
		body   string
		cut    bool
		want   Failure
		retry  bool
	}{
		{"throttled", 429, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}`, false, Failure{Class: Throttled, Code: 429, After: 7 * time.Second}, true},
		{"throttled, for how long is not told", 429, refusal(429, "Too Many Requests"), false, Failure{Class: Throttled, Code: 429, After: time.Second}, true},
		{"throttled by a proxy", 429, page, false, Failure{Class: Outage, Code: 429}, true},
		{"blocked", 403, refusal(403, "Forbidden: bot was blocked by the user"), false, Failure{Class: Blocked, Code: 403}, false},
		{"the account is gone", 403, refusal(403, "Forbidden: user is deactivated"), false, Failure{Class: Blocked, Code: 403}, false},
		{"no chat", 400, refusal(400, "Bad Request: chat not found"), false, Failure{Class: NoChat, Code: 400}, false},
		{"no peer", 400, refusal(400, "Bad Request: PEER_ID_INVALID"), false, Failure{Class: NoChat, Code: 400}, false},
		{"a bad token", 401, refusal(401, "Unauthorized"), false, Failure{Class: Unauthorized, Code: 401}, false},
		{"a token that is none", 404, refusal(404, "Not Found"), false, Failure{Class: Unauthorized, Code: 404}, false},
		{"our markup", 400, refusal(400, "Bad Request: can't parse entities: Unsupported start tag \""+canaryText+"\" at byte offset 0"), false, Failure{Class: Refused, Code: 400, Word: "markup"}, false},
		{"our buttons", 400, refusal(400, "Bad Request: BUTTON_DATA_INVALID"), false, Failure{Class: Refused, Code: 400, Word: "button"}, false},
		{"our empty words", 400, refusal(400, "Bad Request: message text is empty"), false, Failure{Class: Refused, Code: 400, Word: "empty text"}, false},
		{"too long", 400, refusal(400, "Bad Request: message is too long"), false, Failure{Class: Refused, Code: 400, Word: "too long"}, false},
		{"a file of another bot", 400, refusal(400, "Bad Request: wrong file identifier/HTTP URL specified"), false, Failure{Class: Refused, Code: 400, Word: "file"}, false},
		{"a file that is none", 400, refusal(400, "Bad Request: wrong remote file identifier specified: Wrong string length"), false, Failure{Class: Refused, Code: 400, Word: "file"}, false},
		{"a link that is none", 400, refusal(400, "Bad Request: inline keyboard button URL '"+canaryText+"' is invalid: Wrong HTTP URL"), false, Failure{Class: Refused, Code: 400, Word: "button"}, false},
		{"an old tap", 400, refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid"), false, Failure{Class: Refused, Code: 400, Word: "old query"}, false},
		{"something new", 400, refusal(400, "Bad Request: "+canaryText), false, Failure{Class: Refused, Code: 400}, false},
		{"another poller", 409, refusal(409, "Conflict: terminated by other getUpdates request"), false, Failure{Class: Refused, Code: 409, Word: "another process polls with this token: one at a time"}, false},
		{"a webhook that stands", 409, refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"), false, Failure{Class: Refused, Code: 409, Word: "a webhook is set: it must be deleted before polling"}, false},
		{"an outage", 500, refusal(500, "Internal Server Error"), false, Failure{Class: Outage, Code: 500}, true},
		{"a proxy's page", 502, page, false, Failure{Class: Outage, Code: 502}, true},
		{"a page for an answer", 200, page, false, Failure{Class: Outage, Code: 200}, true},
		{"an outage that says nothing", 504, "", false, Failure{Class: Outage, Code: 504}, true},
		{"dropped", 0, "", false, Failure{Class: Unknown}, true},
		{"dropped in the middle of its answer", 200, `{"ok":true,"result":{"mess`, true, Failure{Class: Unknown, Code: 200}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			api := NewAPI(answers(t, c.status, c.body, c.cut), canaryToken)
			t.Cleanup(api.Close)
			for method, m := range map[string]bot.Message{
				"sendMessage": {HTML: canaryText},
				"sendVoice":   {Voice: &bot.Voice{Name: canaryText, Ogg: []byte(canaryText)}},
			} {
				err := api.send(t.Context(), person, m)
				var f *Failure
				if !errors.As(err, &f) {
					t.Fatalf("%s: %v", method, err)
				}
				want := c.want
				want.Method = method
				if diff := cmp.Diff(want, *f); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if f.Retry() != c.retry {
					t.Errorf("%s: retried %v", method, f.Retry())
				}
				holdsNoCanary(t, err)
			}
			if api.Throttling() != (c.want.Class == Throttled) {
				t.Errorf("throttling: %v", api.Throttling())
			}
		})
	}
}

func holdsNoCanary(t *testing.T, err error) {
	t.Helper()
	for _, text := range []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err)} {
		if strings.Contains(text, "canary") {
			t.Errorf("the error tells too much: %s", text)
		}
	}
	if inner := errors.Unwrap(err); inner != nil {
		t.Errorf("the error holds %v", inner)
	}
}

// TestNoTransportErrorTellsTheToken: the token is part of every address, and
// addresses are part of what net/http says.
func TestNoTransportErrorTellsTheToken(t *testing.T) {
	plain := answers(t, 200, `{"ok":true,"result":true}`, false)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	loop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		http.Redirect(w, req, req.URL.Path, http.StatusTemporaryRedirect)
	}))
	t.Cleanup(loop.Close)
	ended, end := context.WithCancel(t.Context())
	end()
	for _, c := range []struct {
		name, base string
		ctx        context.Context
	}{
		{"nobody listens", closed.URL, t.Context()},
		{"no TLS", strings.Replace(plain, "http:", "https:", 1), t.Context()},
		{"an address that is none", "http://[::1", t.Context()},
		{"a scheme that is none", "gopher://127.0.0.1", t.Context()},
		{"round and round", loop.URL, t.Context()},
		{"cancelled", plain, ended},
	} {
		t.Run(c.name, func(t *testing.T) {
			api := NewAPI(c.base, canaryToken)
			t.Cleanup(api.Close)
			_, err := api.call(c.ctx, "getMe", nil)
			if err == nil {
				t.Fatal("no error")
			}
			holdsNoCanary(t, err)
			if c.name == "an address that is none" {
				return // the library's upload would wait for ever; no such address gets that far
			}
			if err = api.sendVoice(c.ctx, person, &bot.Voice{Name: "x.ogg", Ogg: make([]byte, 1<<20)}); err == nil {
				t.Fatal("no error")
			}
			holdsNoCanary(t, err)
		})
	}
}

// TestAShortPauseEndsNoLongerOne: pauses are asked for chat by chat.
func TestAShortPauseEndsNoLongerOne(t *testing.T) {
	for _, pauses := range [][]time.Duration{{time.Minute, time.Second}, {time.Second, time.Minute}} {
		api := NewAPI("http://127.0.0.1:1", canaryToken)
		now := time.Now()
		api.now = func() time.Time { return now }
		for _, d := range pauses {
			api.pause(&api.throttled, d)
		}
		if now = now.Add(30 * time.Second); !api.Throttling() {
			t.Errorf("after %v it ended early", pauses)
		}
		if now = now.Add(30 * time.Second); api.Throttling() {
			t.Errorf("after %v it does not end", pauses)
		}
	}
}

// TestTheBotLearnsItsName: and an answer that is no name is an outage.
func TestTheBotLearnsItsName(t *testing.T) {
	r := newRig(t, &recorder{})
	if name, err := r.api.Me(t.Context()); err != nil || name != r.telegram.Username() {
		t.Errorf("%q, %v", name, err)
	}
	api := NewAPI(answers(t, 200, `{"ok":true,"result":[]}`, false), canaryToken)
	t.Cleanup(api.Close)
	var f *Failure
	if _, err := api.Me(t.Context()); !errors.As(err, &f) || f.Class != Outage {
		t.Errorf("%v", err)
	}
}

// TestAVoiceIsUploadedOnce: from the second time on Telegram is told which file
// it was, also where the first attempt failed.
func TestAVoiceIsUploadedOnce(t *testing.T) {
	r := newRig(t, &recorder{})
	p := r.telegram.Person(telegramtest.PersonOptions{Name: "Meena"})
	p.Send("hi")
	voice := bot.Message{Voice: &bot.Voice{Name: "consent.hi.ogg", Ogg: []byte("OggS, made up")}}
	first := true
	r.telegram.OnCall(func(telegramtest.Call) *telegramtest.Fault {
		defer func() { first = false }()
		if first {
			return &telegramtest.Fault{DropBefore: true}
		}
		return nil
	})
	for i := range 3 {
		if err := r.api.send(t.Context(), p.ID, voice); (err != nil) != (i == 0) {
			t.Errorf("time %d: %v", i+1, err)
		}
	}
	var got []string
	for _, c := range r.calls("sendVoice") {
		got = append(got, c.Params["voice"])
	}
	if diff := cmp.Diff([]string{"", "file-consent.hi.ogg"}, got); diff != "" {
		t.Errorf("file ids (-want +got):\n%s", diff)
	}
	for _, m := range p.Messages() {
		if m.FromBot && (m.File == nil || string(m.File.Data) != "OggS, made up") {
			t.Errorf("%+v", m)
		}
	}
}
