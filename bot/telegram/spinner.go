package telegram

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// spinner stops the spinners on buttons: the call that is made most, five times
// in the eight updates of an enrolment, and that matters least. net/http gives
// each connection two goroutines, and a call four changes between them: three
// quarters of what the call takes, a twentieth of what an update does. Here
// whoever calls writes and reads. Other calls stay with net/http, which notices
// that a connection was closed before it writes to it: a message that is lost or
// doubled matters.
type spinner struct {
	head string // of a request, up to the length of its body
	dial func(ctx context.Context) (net.Conn, error)

	mu   sync.Mutex
	idle []*line // the one used last at the end
	open map[*line]bool
	over bool
}

// line is one connection to Telegram.
type line struct {
	net.Conn
	r    *bufio.Reader
	used time.Time
}

// Bounds of spinners.
const (
	spinTime  = 5 * time.Second // of one call: after it nobody looks at the spinner any more
	spinLines = 512             // at once
	spinIdle  = 30 * time.Second
)

var errSpinner = errors.New("too many spinners wait, or the end has come")

// newSpinner gives nil where Telegram is reached through a proxy, which net/http
// knows how to do.
func newSpinner(base *url.URL) *spinner {
	to := base.JoinPath("answerCallbackQuery")
	if via, err := http.ProxyFromEnvironment(&http.Request{URL: to}); via != nil || err != nil {
		return nil
	}
	s := &spinner{open: map[*line]bool{}}
	s.head = fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: ", to.EscapedPath(), to.Host)
	plain := &net.Dialer{Timeout: spinTime}
	switch {
	case to.Scheme == "https":
		address := to.Host
		if to.Port() == "" {
			address = net.JoinHostPort(to.Hostname(), "443")
		}
		secure := &tls.Dialer{NetDialer: plain, Config: &tls.Config{NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12}}
		s.dial = func(ctx context.Context) (net.Conn, error) { return secure.DialContext(ctx, "tcp", address) }
	case to.Port() == "":
		return nil
	default:
		s.dial = func(ctx context.Context) (net.Conn, error) { return plain.DialContext(ctx, "tcp", to.Host) }
	}
	return s
}

// stop makes one call and gives its answer. One that a closed connection ate is
// made once more: twice is as good as once.
func (s *spinner) stop(ctx context.Context, body []byte) (raw []byte, status int, err error) {
	if l := s.take(); l != nil {
		if raw, status, err = s.ask(l, body); err == nil {
			return raw, status, nil
		}
	}
	l, err := s.connect(ctx)
	if err != nil {
		return nil, 0, err
	}
	return s.ask(l, body)
}

// ask writes a call and reads its answer.
func (s *spinner) ask(l *line, body []byte) (raw []byte, status int, err error) {
	keep := false
	defer func() { s.give(l, keep) }()
	now := time.Now()
	l.used = now
	if err := l.SetDeadline(now.Add(spinTime)); err != nil {
		return nil, 0, err
	}
	call := append(make([]byte, 0, 512), s.head...)
	call = append(fmt.Appendf(call, "%d\r\n\r\n", len(body)), body...)
	if _, err := l.Write(call); err != nil {
		return nil, 0, err
	}
	res, err := http.ReadResponse(l.r, nil)
	if err != nil {
		return nil, 0, err
	}
	defer res.Body.Close()
	raw, err = readAll(http.MaxBytesReader(nil, res.Body, maxBody), res.ContentLength)
	keep = err == nil && !res.Close && res.StatusCode >= http.StatusOK && l.r.Buffered() == 0
	return raw, res.StatusCode, err
}

// take gives the line that was used last, nil where none is young enough to be
// open still.
func (s *spinner) take() *line {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := len(s.idle) - 1
	if last < 0 {
		return nil
	}
	l := s.idle[last]
	s.idle = s.idle[:last]
	if time.Since(l.used) < spinIdle {
		return l
	}
	for _, old := range append(s.idle, l) {
		s.close(old)
	}
	s.idle = s.idle[:0]
	return nil
}

func (s *spinner) connect(ctx context.Context) (*line, error) {
	if !s.room() {
		return nil, errSpinner
	}
	conn, err := s.dial(ctx)
	if err != nil {
		return nil, err
	}
	l := &line{Conn: conn, r: bufio.NewReader(conn)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[l] = true
	if s.over {
		s.close(l)
		return nil, errSpinner
	}
	return l, nil
}

func (s *spinner) room() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.over && len(s.open) < spinLines
}

// give puts a line back, or closes it. Of those that a burst has left one that
// was not used since is closed too.
func (s *spinner) give(l *line, keep bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !keep || s.over {
		s.close(l)
		return
	}
	if len(s.idle) > 0 && l.used.Sub(s.idle[0].used) > spinIdle {
		s.close(s.idle[0])
		s.idle = slices.Delete(s.idle, 0, 1)
	}
	s.idle = append(s.idle, l)
}

// close ends a line; mu is held.
func (s *spinner) close(l *line) {
	delete(s.open, l)
	_ = l.Close()
}

// abort breaks off the calls that are under way, for good.
func (s *spinner) abort() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	for l := range s.open {
		s.close(l)
	}
	s.idle = nil
}
