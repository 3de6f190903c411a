// Package faultstest hurts stores: a proxy that cuts and slows, a way to Postgres
// that breaks between a commit and its answer, a Postgres with a synchronous
// standby, a Redis Cluster that loses a master. It is for tests. It imports
// embedded, embeddedtest, pgx, go-redis and toxiproxy.
package faultstest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// Proxy stands before a server of a TCP address.
type Proxy struct {
	t     testing.TB
	proxy *toxiproxy.Proxy
}

// NewProxy starts a proxy on loopback.
func NewProxy(t testing.TB, server string) *Proxy {
	t.Helper()
	house := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	p := &Proxy{t: t, proxy: toxiproxy.NewProxy(house, "server", "127.0.0.1:0", server)}
	if err := p.proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.proxy.Stop)
	return p
}

// Addr is where clients connect to; it stays the same.
func (p *Proxy) Addr() string { return p.proxy.Listen }

// Cut ends every connection and takes no new one until Mend.
func (p *Proxy) Cut() { p.proxy.Stop() }

// Swallow keeps the connections and lets nothing through until Mend, which ends
// them.
func (p *Proxy) Swallow() {
	p.add("down", "timeout", "downstream", `"timeout":0`)
}

// Slow holds every answer up by d until Mend.
func (p *Proxy) Slow(d time.Duration) {
	p.add("slow", "latency", "downstream", fmt.Sprintf(`"latency":%d,"jitter":%d`, d.Milliseconds(), d.Milliseconds()/2))
}

func (p *Proxy) add(name, kind, stream, attributes string) {
	p.t.Helper()
	toxic := fmt.Sprintf(`{"name":%q,"type":%q,"stream":%q,"toxicity":1,"attributes":{%s}}`, name, kind, stream, attributes)
	if _, err := p.proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		p.t.Error(err)
	}
}

// Mend undoes what was done.
func (p *Proxy) Mend() {
	p.t.Helper()
	p.proxy.Toxics.ResetToxics(context.Background())
	if !p.proxy.Enabled {
		if err := p.proxy.Start(); err != nil {
			p.t.Error(err)
		}
	}
}
