package telegram

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"
)

// spinning is a spinner before a server that answers by handle.
func spinning(t *testing.T, handle http.HandlerFunc) *spinner {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	at, err := url.Parse(server.URL + "/bot1:x/")
	if err != nil {
		t.Fatal(err)
	}
	s := newSpinner(at)
	t.Cleanup(s.abort)
	return s
}

// TestASpinnerIsStoppedThoughTheLineWasClosed: a server may hang up between two
// calls without a word.
func TestASpinnerIsStoppedThoughTheLineWasClosed(t *testing.T) {
	var bodies []string
	s := spinning(t, func(w http.ResponseWriter, req *http.Request) {
		raw, _ := io.ReadAll(req.Body)
		bodies = append(bodies, req.Method+" "+req.URL.Path+" "+req.Header.Get("Content-Type")+" "+string(raw))
		_, _ = w.Write(done)
	})
	for range 3 {
		raw, status, err := s.stop(t.Context(), []byte(`{"callback_query_id":"4711"}`))
		if err != nil || status != http.StatusOK || string(raw) != string(done) {
			t.Fatalf("%q %d %v", raw, status, err)
		}
		if len(s.idle) != 1 {
			t.Fatalf("%d lines are kept", len(s.idle))
		}
		_ = s.idle[0].Close() // what a server that hung up leaves
	}
	for _, got := range bodies {
		if want := `POST /bot1:x/answerCallbackQuery application/json {"callback_query_id":"4711"}`; got != want {
			t.Errorf("%s, wanted %s", got, want)
		}
	}
	if len(bodies) != 3 {
		t.Errorf("%d calls", len(bodies))
	}
}

// TestALineIsUsedAgain: and one whose answer says that it is the last is not.
func TestALineIsUsedAgain(t *testing.T) {
	var from atomic.Value
	lines := map[string]int{}
	s := spinning(t, func(w http.ResponseWriter, req *http.Request) {
		from.Store(req.RemoteAddr)
		if req.ContentLength == 2 {
			w.Header().Set("Connection", "close")
		}
		_, _ = w.Write(done)
	})
	for _, body := range []string{`{ }`, `{ }`, `{}`, `{ }`} {
		if _, _, err := s.stop(t.Context(), []byte(body)); err != nil {
			t.Fatal(err)
		}
		lines[from.Load().(string)]++
	}
	if len(lines) != 2 {
		t.Errorf("lines, each with its calls: %v", lines)
	}
}

// TestLinesOfABurstAreClosed: those that were not used for long, one a call.
func TestLinesOfABurstAreClosed(t *testing.T) {
	s := spinning(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(done) })
	for range 3 {
		l, err := s.connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		l.used = time.Now()
		s.give(l, true)
	}
	s.idle[0].used = time.Now().Add(-2 * spinIdle)
	if _, _, err := s.stop(t.Context(), nil); err != nil || len(s.open) != 2 || len(s.idle) != 2 {
		t.Errorf("%v, %d lines, %d idle", err, len(s.open), len(s.idle))
	}
}

// TestNoSpinnerIsStoppedAfterTheEnd: nor is a line opened that nobody closes.
func TestNoSpinnerIsStoppedAfterTheEnd(t *testing.T) {
	s := spinning(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(done) })
	s.abort()
	if _, _, err := s.stop(context.Background(), nil); err == nil || len(s.open) != 0 {
		t.Errorf("%v, %d lines", err, len(s.open))
	}
}

// TestTheEndBreaksOffASpinner: a call that Telegram leaves without an answer does
// not hold up the end.
func TestTheEndBreaksOffASpinner(t *testing.T) {
	asked, over := make(chan struct{}, 1), make(chan struct{})
	s := spinning(t, func(http.ResponseWriter, *http.Request) {
		asked <- struct{}{}
		<-over
	})
	t.Cleanup(func() { close(over) }) // before the server waits for its handlers
	broken := make(chan error)
	go func() {
		_, _, err := s.stop(context.Background(), []byte(`{}`))
		broken <- err
	}()
	<-asked
	began := time.Now()
	s.abort()
	if err := <-broken; err == nil || time.Since(began) > spinTime/2 || len(s.open) != 0 {
		t.Errorf("%v after %v, %d lines", err, time.Since(began), len(s.open))
	}
}
