//go:build !linux

package embedded

import (
	"context"
	"os"
	"syscall"
)

// identity is as whom the server runs, which refuses to run as root: ourselves.
type identity struct{}

// whoServes decides as whom the server runs. Errors: ErrNotReachable.
func (p *Postgres) whoServes(context.Context, string) (identity, error) {
	if os.Geteuid() == 0 {
		return identity{}, ErrNotReachable
	}
	return identity{}, nil
}

// attributes start a process in a session of its own, which keeps the
// terminal's Ctrl-C from it.
func (identity) attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

func (identity) own(string) error { return nil }

// locale is C.UTF-8 in the words of macOS, which lacks it.
func locale() []string { return []string{"--locale=C", "--lc-ctype=en_US.UTF-8"} }
