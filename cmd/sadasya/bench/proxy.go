package bench

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/redis/go-redis/v9"
)

// proxy stands before a store and counts round trips: each time the store
// answers after it was asked something.
type proxy struct {
	url   string
	turns atomic.Int64

	listener        net.Listener
	network, target string
	mu              sync.Mutex
	conns           []net.Conn
}

func newProxy(store string) (*proxy, error) {
	u, err := url.Parse(store)
	if err != nil {
		return nil, err
	}
	p := &proxy{}
	if strings.HasPrefix(u.Scheme, "postgres") {
		config, err := pgconn.ParseConfig(store)
		if err != nil {
			return nil, err
		}
		if config.TLSConfig != nil {
			return nil, fmt.Errorf("round trips are counted without TLS only: give DATABASE_URL sslmode=disable")
		}
		p.network, p.target = pgconn.NetworkAddress(config.Host, config.Port)
		u = &url.URL{Scheme: "postgres", User: url.UserPassword(config.User, config.Password), Path: "/" + config.Database, RawQuery: "sslmode=disable"}
	} else {
		options, err := redis.ParseURL(store)
		if err != nil {
			return nil, fmt.Errorf("round trips are counted with one Redis and without TLS only: %w", err)
		}
		p.network, p.target = options.Network, options.Addr
		u = &url.URL{Scheme: "redis", User: url.UserPassword(options.Username, options.Password), Path: fmt.Sprintf("/%d", options.DB)}
		if options.Password == "" {
			u.User = nil
		}
	}
	if p.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	u.Host = p.listener.Addr().String()
	p.url = u.String()
	go p.accept()
	return p, nil
}

func (p *proxy) accept() {
	for {
		from, err := p.listener.Accept()
		if err != nil {
			return
		}
		var d net.Dialer
		to, err := d.DialContext(context.Background(), p.network, p.target)
		if err != nil {
			from.Close()
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, from, to)
		p.mu.Unlock()
		var asked atomic.Bool
		go pass(to, from, func() { asked.Store(true) })
		go pass(from, to, func() {
			if asked.Swap(false) {
				p.turns.Add(1)
			}
		})
	}
}

// pass copies until either end is gone, and tells of each piece beforehand.
func pass(to io.WriteCloser, from io.ReadCloser, piece func()) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			piece()
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *proxy) close() {
	p.listener.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.Close()
	}
}
