//go:build !linux

package embedded

import "syscall"

// unprivileged is how the server is started: in a session of its own, so that
// the terminal's Ctrl-C does not reach it. It refuses to run as root.
func unprivileged() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
