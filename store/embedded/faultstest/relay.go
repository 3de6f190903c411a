package faultstest

import (
	"context"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
)

// Relay is a way to a Postgres that listens on a socket of the file system. It
// speaks just enough of the protocol to know which statement an answer is to, and
// can be led to another server.
type Relay struct {
	t        testing.TB
	listener net.Listener
	word     atomic.Pointer[string] // in the statement whose answer is to be lost; nil: none
	cuts     atomic.Int64
	all      sync.WaitGroup

	mu     sync.Mutex
	socket string
	open   map[net.Conn]bool
	ended  bool
}

// NewRelay starts a relay to a socket.
func NewRelay(t testing.TB, socket string) *Relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &Relay{t: t, listener: listener, socket: socket, open: map[net.Conn]bool{}}
	r.all.Go(r.accept)
	t.Cleanup(func() {
		_ = listener.Close()
		r.mu.Lock()
		r.ended = true
		r.mu.Unlock()
		r.hangUp()
		r.all.Wait()
	})
	return r
}

// Addr is where clients connect to; it stays the same.
func (r *Relay) Addr() string { return r.listener.Addr().String() }

// CutAfter lets the next statement that holds this word, and is not inside a
// transaction, be carried out and committed, and ends its connection before the
// answer. The word "commit" means the end of a transaction of more statements.
func (r *Relay) CutAfter(word string) { r.word.Store(&word) }

// LoseNothing takes CutAfter back, where it has not happened yet.
func (r *Relay) LoseNothing() { r.word.Store(nil) }

// Cuts tells how often that happened.
func (r *Relay) Cuts() int { return int(r.cuts.Load()) }

// Lead leads to another server; connections to the one before are ended.
func (r *Relay) Lead(socket string) {
	r.mu.Lock()
	r.socket = socket
	r.mu.Unlock()
	r.hangUp()
}

func (r *Relay) hangUp() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.open {
		_ = c.Close()
	}
}

func (r *Relay) accept() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return
		}
		r.mu.Lock()
		socket := r.socket
		r.mu.Unlock()
		server, err := new(net.Dialer).DialContext(context.Background(), "unix", socket)
		if err != nil || !r.keep(client, server) {
			_ = client.Close()
			continue
		}
		w := &way{relay: r, client: client, server: server, statements: map[string]string{}}
		r.all.Go(func() { w.end(w.there()) })
		r.all.Go(func() { w.end(w.back()) })
	}
}

// keep notes connections to be ended; false where it is over.
func (r *Relay) keep(connections ...net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range connections {
		if r.ended {
			_ = c.Close()
			continue
		}
		r.open[c] = true
	}
	return !r.ended
}

// way is one connection.
type way struct {
	relay          *Relay
	client, server net.Conn
	statements     map[string]string // SQL by name
	lost           atomic.Bool       // the answer under way is not to arrive
}

// end ends both halves: one alone is of no use.
func (w *way) end(error) {
	_ = w.client.Close()
	_ = w.server.Close()
	w.relay.mu.Lock()
	defer w.relay.mu.Unlock()
	delete(w.relay.open, w.client)
	delete(w.relay.open, w.server)
}

// there hands on what the client says.
func (w *way) there() error {
	from := pgproto3.NewBackend(w.client, w.client)
	hello, err := from.ReceiveStartupMessage()
	if err != nil {
		return err
	}
	if err := w.send(hello); err != nil {
		return err
	}
	for {
		m, err := from.Receive()
		if err != nil {
			return err
		}
		switch m := m.(type) {
		case *pgproto3.Parse:
			w.statements[m.Name] = m.Query
		case *pgproto3.Bind:
			w.listen(w.statements[m.PreparedStatement])
		case *pgproto3.Query:
			w.listen(m.String)
		}
		if err := w.send(m); err != nil {
			return err
		}
	}
}

// listen loses the answer to a statement where that is due.
func (w *way) listen(sql string) {
	if word := w.relay.word.Load(); word != nil && strings.Contains(sql, *word) && w.relay.word.CompareAndSwap(word, nil) {
		w.lost.Store(true)
	}
}

func (w *way) send(m pgproto3.FrontendMessage) error {
	raw, err := m.Encode(nil)
	if err == nil {
		_, err = w.server.Write(raw)
	}
	return err
}

// back hands on what the server says. Once it is ready for more, all that came
// before is committed.
func (w *way) back() error {
	from := pgproto3.NewFrontend(w.server, w.server)
	var raw []byte
	for {
		m, err := from.Receive()
		if err != nil {
			return err
		}
		ready, done := m.(*pgproto3.ReadyForQuery)
		if w.lost.Load() && done && ready.TxStatus == 'I' {
			w.relay.cuts.Add(1)
			return nil
		}
		if w.lost.Load() {
			continue // no word of it arrives
		}
		if raw, err = m.Encode(raw[:0]); err != nil {
			return err
		}
		if _, err := w.client.Write(raw); err != nil {
			return err
		}
	}
}
