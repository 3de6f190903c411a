package embedded

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// running lists the processes that work on the data: the server, and what a
// server that was killed left for a moment. Where /proc does not tell, it is the
// process that the data name, if there is one.
func (p *Postgres) running() []int {
	processes, err := os.ReadDir("/proc")
	if err != nil {
		if pid := p.named(); pid != 0 && alive(pid) {
			return []int{pid}
		}
		return nil
	}
	var found []int
	for _, entry := range processes {
		if pid, err := strconv.Atoi(entry.Name()); err == nil && p.worksHere(pid) {
			found = append(found, pid)
		}
	}
	return found
}

// worksHere tells whether a process is of this server: all of them work in the
// data's folder, and the first names it in its arguments, which can be read
// where the working folder cannot.
func (p *Postgres) worksHere(pid int) bool {
	proc := fmt.Sprintf("/proc/%d/", pid)
	if cwd, err := os.Readlink(proc + "cwd"); err == nil {
		if cwd != p.data {
			return false
		}
		comm, err := os.ReadFile(proc + "comm") // a shell may stand there too
		return err == nil && bytes.HasPrefix(comm, []byte("postgres"))
	}
	args, err := os.ReadFile(proc + "cmdline")
	return err == nil && bytes.Contains(args, []byte("\x00-D\x00"+p.data+"\x00"))
}

// postmaster is the process to stop, 0 where none runs.
func (p *Postgres) postmaster() int {
	if pid := p.named(); slices.Contains(p.running(), pid) {
		return pid
	}
	return 0
}

// named is the process id in the data, 0 where there is none.
func (p *Postgres) named() int {
	raw, err := os.ReadFile(p.pidFile())
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(raw), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid < 0 {
		return 0
	}
	return pid
}

func (p *Postgres) pidFile() string { return filepath.Join(p.data, "postmaster.pid") }

// clearStale removes what a server that was killed left and Postgres itself
// would stumble over; nothing runs and the gate is held. A process id that is
// dead it clears away itself, with checks of its own; one that another process
// has got since (after a restart of the machine or the container) it would
// take for a server.
func (p *Postgres) clearStale() error {
	if pid := p.named(); pid == 0 || alive(pid) {
		if err := removeIfThere(p.pidFile()); err != nil {
			return err
		}
	}
	return removeIfThere(filepath.Join(p.socket, ".s.PGSQL."+port+".lock"))
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
