package telegram

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sadasya/bot"
)

// TestOnlyTelegramIsBelieved: every line of what may come over HTTP gets the
// status it must, and what Telegram would not send is set aside for the
// operator.
func TestOnlyTelegramIsBelieved(t *testing.T) {
	sound := said(person, "hi")
	full := sound + strings.Repeat(" ", maxBody-len(sound))
	for _, c := range []struct {
		name    string
		method  string   // POST where empty
		secrets []string // the right one where nil
		coding  string
		length  int64 // of the header; 0: the body's
		body    string
		status  int
		unread  bool    // the body must not be touched
		aside   []aside // kept for the operator
		handled int     // updates that reach the bot
	}{
		{name: "an update", body: sound, status: 200, handled: 1},
		{name: "GET", method: http.MethodGet, body: sound, status: 405, unread: true},
		{name: "PUT", method: http.MethodPut, body: sound, status: 405, unread: true},
		{name: "no secret", secrets: []string{}, body: sound, status: 401, unread: true},
		{name: "an empty secret", secrets: []string{""}, body: sound, status: 401, unread: true},
		{name: "a wrong secret", secrets: []string{"x" + secret[1:]}, body: sound, status: 401, unread: true},
		{name: "the start of the secret", secrets: []string{secret[:5]}, body: sound, status: 401, unread: true},
		{name: "two secrets", secrets: []string{secret, secret}, body: sound, status: 401, unread: true},
		{name: "two secrets in one", secrets: []string{secret + ", " + secret}, body: sound, status: 401, unread: true},
		{name: "gzip", coding: "gzip", body: sound, status: 415, unread: true},
		{name: "identity", coding: "identity", body: sound, status: 200, handled: 1},
		{name: "1 MiB", body: full, status: 200, handled: 1},
		{name: "over 1 MiB", body: full + " ", status: 413, unread: true},
		{name: "over 1 MiB, length not told", length: -1, body: full + " ", status: 413},
		{name: "nothing", status: 400},
		{name: "JSON cut short", body: sound[:len(sound)-4], status: 400},
		{name: "no JSON", body: "update_id=70", status: 200, aside: []aside{{0, "json"}}},
		{name: "null", body: "null", status: 200, aside: []aside{{0, "no-id"}}},
		{name: "{}", body: "{}", status: 200, aside: []aside{{0, "no-id"}}},
		{name: "a list", body: "[" + sound + "]", status: 200, aside: []aside{{0, "json"}}},
		{name: "two objects", body: sound + sound, status: 200, aside: []aside{{0, "json"}}},
		{name: "depth 20,000", body: `{"update_id":70,"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + "}", status: 200, aside: []aside{{0, "json"}}},
		{name: "a string update_id", body: strings.Replace(sound, "70", `"70"`, 1), status: 200, aside: []aside{{0, "json"}}},
		{name: "a negative update_id", body: strings.Replace(sound, "70", "-70", 1), status: 200, aside: []aside{{0, "no-id"}}},
		{name: "an update_id over 64 bits", body: strings.Replace(sound, "70", "99999999999999999999", 1), status: 200, aside: []aside{{0, "json"}}},
		{name: "a field of another type", body: message(person, `"text":7`), status: 200, aside: []aside{{70, "json"}}},
		{name: "and the id after it", body: `{"message":{"message_id":"x"},"update_id":70}`, status: 200, aside: []aside{{70, "json"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, &recorder{})
			method := http.MethodPost
			if c.method != "" {
				method = c.method
			}
			body := &watched{Reader: strings.NewReader(c.body)}
			req := httptest.NewRequest(method, "/telegram", body)
			req.ContentLength = int64(len(c.body))
			if c.length != 0 {
				req.ContentLength = c.length
			}
			if c.coding != "" {
				req.Header.Set("Content-Encoding", c.coding)
			}
			req.Header[secretHeader] = []string{secret}
			if c.secrets != nil {
				req.Header[secretHeader] = c.secrets
			}
			w := httptest.NewRecorder()
			r.edge.Webhook(secret).ServeHTTP(w, req)
			if w.Code != c.status || w.Body.Len() > 0 {
				t.Errorf("answered %d %q, want %d and nothing", w.Code, w.Body, c.status)
			}
			if c.unread && body.read {
				t.Error("the body was read")
			}
			seen := r.bot.seen()
			if diff := cmp.Diff(c.aside, seen.Aside); diff != "" {
				t.Errorf("set aside (-want +got):\n%s", diff)
			}
			if len(seen.Updates) != c.handled {
				t.Errorf("%d updates reached the bot, want %d", len(seen.Updates), c.handled)
			}
		})
	}
}

// watched is a body that knows whether it was read.
type watched struct {
	io.Reader
	read bool
}

func (w *watched) Read(p []byte) (int, error) {
	w.read = true
	return w.Reader.Read(p)
}

// TestAStoreThatIsAwayLosesNoBadUpdate: what cannot be set aside comes again.
func TestAStoreThatIsAwayLosesNoBadUpdate(t *testing.T) {
	r := newRig(t, &recorder{away: io.ErrClosedPipe})
	if w := r.post("{}"); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("answered %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
}

// TestASlowOrBrokenConnectionIsClosed: a body or a header that stops, or ends
// before its length, ends the connection; nothing of it reaches the bot.
func TestASlowOrBrokenConnectionIsClosed(t *testing.T) {
	const head = "POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	for _, c := range []struct {
		name, sent string
		hangUp     bool
		answer     string
	}{
		{"the body stops", head + secretHeader + ": " + secret + "\r\nContent-Length: 900\r\n\r\n{\"update_id\":", false, "HTTP/1.1 400"},
		{"the body is cut short", head + secretHeader + ": " + secret + "\r\nContent-Length: 900\r\n\r\n{\"update_id\":", true, "HTTP/1.1 400"},
		{"the header stops", head, false, ""},
		{"a stranger is not waited for", head + "Content-Length: 900000\r\n\r\n", false, "HTTP/1.1 401"},
		{"a flood is not waited for", head + secretHeader + ": " + secret + "\r\nContent-Length: 2000000\r\n\r\n", false, "HTTP/1.1 413"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, &recorder{})
			server := Server(r.edge.Webhook(secret))
			if server.ReadTimeout <= 0 || server.ReadTimeout > 5*time.Second || server.ReadHeaderTimeout > 5*time.Second {
				t.Errorf("a body may take %v, a header %v", server.ReadTimeout, server.ReadHeaderTimeout)
			}
			server.ReadTimeout, server.ReadHeaderTimeout = 100*time.Millisecond, 100*time.Millisecond
			conn := dial(t, server)
			if _, err := io.WriteString(conn, c.sent); err != nil {
				t.Fatal(err)
			}
			if c.hangUp {
				if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
					t.Fatal(err)
				}
			}
			got, err := io.ReadAll(bufio.NewReader(conn)) // until it is closed
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Fatal("the connection stays open")
			}
			if !strings.HasPrefix(string(got), c.answer) {
				t.Errorf("answered %q, want %q", got, c.answer)
			}
			if diff := cmp.Diff(noted{}, r.bot.seen()); diff != "" {
				t.Errorf("reached the bot:\n%s", diff)
			}
		})
	}
}

// dial serves on loopback and connects.
func dial(t *testing.T, server *http.Server) net.Conn {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = server.Serve(listener) }()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(); _ = server.Close(); <-ended })
	return conn
}

// TestSecretsDifferByBotAndTellNoToken: every replica derives the same secret,
// another bot's is another, and it has only what Telegram allows in one.
func TestSecretsDifferByBotAndTellNoToken(t *testing.T) {
	one, two := Secret("1:canary-one"), Secret("2:canary-two")
	if one != Secret("1:canary-one") || one == two {
		t.Errorf("%q and %q", one, two)
	}
	if len(one) > 256 || strings.Trim(one, "abcdef0123456789") != "" || strings.Contains(one, "canary") {
		t.Errorf("%q", one)
	}
}

// BenchmarkWebhook handles one message by a bot that only answers.
func BenchmarkWebhook(b *testing.B) {
	reply := bot.Reply{Messages: []bot.Message{{
		HTML:    "आपका नाम क्या है? जैसा वोटर कार्ड पर लिखा है।",
		Buttons: [][]bot.Button{{{Label: "⬅️ पीछे", Data: "b:0123456789"}, {Label: "✖️ रद्द", Data: "c:0123456789"}}},
	}}}
	edge := NewEdge(silent{reply}, NewAPI("http://127.0.0.1:1", "1:none"), func() string { return "sadasya_demo_bot" }, nil)
	web := edge.Webhook(secret)
	body := said(person, "मीना कुमारी")
	b.ReportAllocs()
	for b.Loop() {
		req := httptest.NewRequest(http.MethodPost, "/telegram", strings.NewReader(body))
		req.Header[secretHeader] = []string{secret}
		w := httptest.NewRecorder()
		web.ServeHTTP(w, req)
		if w.Code != http.StatusOK || w.Body.Len() == 0 {
			b.Fatal(fmt.Sprint(w.Code))
		}
	}
}
