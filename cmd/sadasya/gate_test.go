package main

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"sadasya/store/embedded/faultstest"
)

// gate is a way to a Postgres that can be shut, and on which its disk can be
// full: then each statement is refused as Postgres refuses it, by SQLSTATE 53100.
type gate struct {
	t               testing.TB
	network, target string
	address         string
	config          *pgconn.Config

	mu       sync.Mutex
	listener net.Listener // nil while it is shut
	conns    map[net.Conn]bool
	full     bool
	all      sync.WaitGroup
}

// newGate is shut at first.
func newGate(t testing.TB, database string) *gate {
	t.Helper()
	config, err := pgconn.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{t: t, address: faultstest.FreeAddress(t), config: config, conns: map[net.Conn]bool{}}
	g.network, g.target = pgconn.NetworkAddress(config.Host, config.Port)
	t.Cleanup(func() { g.shut(); g.all.Wait() })
	return g
}

// url is for DATABASE_URL.
func (g *gate) url() string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(g.config.User, g.config.Password), Host: g.address, Path: "/" + g.config.Database, RawQuery: "sslmode=disable"}
	return u.String()
}

func (g *gate) open() *gate {
	g.t.Helper()
	listener, err := net.Listen("tcp", g.address)
	if err != nil {
		g.t.Fatal(err)
	}
	g.mu.Lock()
	g.listener = listener
	g.mu.Unlock()
	g.all.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial(g.network, g.target)
			if err != nil {
				_ = client.Close()
				continue
			}
			if !g.keep(client, server) {
				return
			}
			g.all.Go(func() { _, _ = io.Copy(client, server); g.drop(client, server) })
			g.all.Go(func() { g.forward(server, client); g.drop(client, server) })
		}
	})
	return g
}

func (g *gate) keep(conns ...net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range conns {
		if g.listener == nil {
			_ = c.Close()
			continue
		}
		g.conns[c] = true
	}
	return g.listener != nil
}

func (g *gate) drop(conns ...net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
		delete(g.conns, c)
	}
}

// shut ends every connection, and refuses new ones.
func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.listener != nil {
		_ = g.listener.Close()
	}
	g.listener = nil
	for c := range g.conns {
		_ = c.Close()
	}
}

func (g *gate) fill(full bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.full = full
}

func (g *gate) isFull() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.full
}

// forward hands on what the client asks, message by message. On a full disk what
// it asks is dropped, and refused once it waits for an answer. A transaction that
// had begun before goes on to its end: were it refused, the client would take the
// connection for idle, while the server went on with the transaction, and what is
// asked next would be rolled back with it. Nor is half of what stands before a Sync
// dropped.
func (g *gate) forward(server, client net.Conn) {
	first := true // has no letter
	begins, within, full := true, false, false
	for {
		head := make([]byte, 5)
		if first {
			head = head[:4]
		}
		if _, err := io.ReadFull(client, head); err != nil {
			return
		}
		body := make([]byte, int(binary.BigEndian.Uint32(head[len(head)-4:]))-4)
		if _, err := io.ReadFull(client, body); err != nil {
			return
		}
		asks := !first && (head[0] == 'S' || head[0] == 'Q') // Sync, Query
		if begins {
			full = g.isFull() && !within
		}
		var err error
		switch {
		case first || !full || head[0] == 'X' || head[0] == 'p': // Terminate, a password
			if !first && head[0] == 'Q' {
				within = transaction(body, within)
			}
			_, err = server.Write(append(head, body...))
		case asks:
			_, err = client.Write(diskFull())
		}
		if err != nil {
			return
		}
		begins = first || asks || head[0] == 'p'
		first = false
	}
}

// transaction tells whether one is under way after a statement; so pgx writes them.
func transaction(statement []byte, within bool) bool {
	switch text := strings.ToLower(string(statement)); {
	case strings.HasPrefix(text, "begin"):
		return true
	case strings.HasPrefix(text, "commit"), strings.HasPrefix(text, "rollback") && !strings.HasPrefix(text, "rollback to"):
		return false
	}
	return within
}

// diskFull is Postgres's answer, and that it waits for the next statement.
func diskFull() []byte {
	fields := "SERROR\x00VERROR\x00C53100\x00Mcould not extend file: No space left on device\x00\x00"
	answer := binary.BigEndian.AppendUint32([]byte{'E'}, uint32(4+len(fields)))
	answer = append(answer, fields...)
	return append(answer, 'Z', 0, 0, 0, 5, 'I')
}

var errNotMounted = errors.New("no small disk can be mounted here")
