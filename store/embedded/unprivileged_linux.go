package embedded

import (
	"os"
	"syscall"
)

// nobody has an entry among the users of every Linux.
const nobody = 65534

// unprivileged is how the server is started. It refuses to run as root, so
// where we are root it gets a user namespace in which our id is nobody's: files
// stay ours, even under a home that others cannot enter. A session of its own
// keeps the terminal's Ctrl-C from it.
func unprivileged() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setsid: true}
	if os.Geteuid() == 0 {
		attr.Cloneflags = syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: 0, Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: 0, Size: 1}}
	}
	return attr
}
