package faultstest

import (
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"testing"
)

// Ports that systems do not give to whoever asks for any, as each connection does:
// one that is free now stays so while a server is started on it, or started again.
// Source: IANA's and Linux's ranges of ephemeral ports begin at 32768 or above.
const (
	firstPort = 20_000
	ports     = 12_000
)

var given sync.Map // ports of this process

// FreeAddress is one on loopback on which nothing listens, and that no other call
// of this process gave.
func FreeAddress(t testing.TB) string {
	t.Helper()
	for range 100 {
		port := strconv.Itoa(firstPort + rand.IntN(ports))
		if _, taken := given.LoadOrStore(port, true); taken {
			continue
		}
		if l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port)); err == nil {
			l.Close()
			return net.JoinHostPort("127.0.0.1", port)
		}
	}
	t.Fatal("no port is free")
	return ""
}
