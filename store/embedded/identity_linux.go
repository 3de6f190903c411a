package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// nobody has an entry among the users of every Linux.
const nobody = 65534

// identity is as whom the server runs, which refuses to run as root. Its zero
// value is ourselves.
type identity struct {
	namespace bool // root, that a user namespace shows as nobody
	uid, gid  int  // another user, where not 0
}

// whoServes decides as whom the server runs. Where we are root, it gets a user
// namespace in which our id is nobody's: files stay ours, even under a home that
// others cannot enter. Where namespaces are forbidden, as in most containers, it
// is the user postgres, or nobody. Data that are there stay with their owner.
func (p *Postgres) whoServes(ctx context.Context, bin string) (identity, error) {
	if os.Geteuid() != 0 {
		return identity{}, nil
	}
	info, err := os.Stat(p.data)
	if err == nil {
		if owner, ok := info.Sys().(*syscall.Stat_t); ok && owner.Uid != 0 {
			return p.served(identity{uid: int(owner.Uid), gid: int(owner.Gid)})
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return identity{}, err
	}
	if !p.options.asUser {
		inside := identity{namespace: true}
		cmd := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version")
		cmd.SysProcAttr = inside.attributes()
		failure := cmd.Run()
		if failure == nil {
			return inside, nil
		}
		if err == nil {
			return identity{}, fmt.Errorf("%s is root's, and user namespaces are forbidden here (%w): chown -R postgres it", p.data, failure)
		}
	}
	return p.served(somebody())
}

// somebody is a user of this machine who is not root.
func somebody() identity {
	as := identity{uid: nobody, gid: nobody}
	if u, err := user.Lookup("postgres"); err == nil {
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 == nil && err2 == nil && uid != 0 {
			as = identity{uid: uid, gid: gid}
		}
	}
	return as
}

// served sees to it that another user can reach the folder: through our own it
// is let pass, those above are left as they are. Errors: ErrNotReachable.
func (p *Postgres) served(as identity) (identity, error) {
	for folder := p.dir; ; folder = filepath.Dir(folder) {
		info, err := os.Stat(folder)
		if err != nil {
			return identity{}, err
		}
		owner, ok := info.Sys().(*syscall.Stat_t)
		mode := info.Mode().Perm()
		switch {
		case mode&0o001 != 0, ok && int(owner.Uid) == as.uid:
		case folder == p.dir:
			if err := os.Chmod(folder, mode|0o001); err != nil {
				return identity{}, err
			}
		default:
			return identity{}, fmt.Errorf("%w (%s is closed to user %d)", ErrNotReachable, folder, as.uid)
		}
		if folder == filepath.Dir(folder) {
			return as, nil
		}
	}
}

// attributes start a process with this identity, in a session of its own, which
// keeps the terminal's Ctrl-C from it.
func (i identity) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setsid: true}
	switch {
	case i.namespace:
		attr.Cloneflags = syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: 0, Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: 0, Size: 1}}
	case i.uid != 0:
		attr.Credential = &syscall.Credential{Uid: uint32(i.uid), Gid: uint32(i.gid)}
	}
	return attr
}

// own gives a file to the identity.
func (i identity) own(path string) error {
	if i.uid == 0 {
		return nil
	}
	return os.Lchown(path, i.uid, i.gid)
}

// locale knows the letters of every language; it is on every Linux.
func locale() []string { return []string{"--locale=C.UTF-8"} }
