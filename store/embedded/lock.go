package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// flock is a lock on a file, which ends with the process at the latest.
type flock struct{ file *os.File }

// lockFile waits for a lock: syscall.LOCK_EX or LOCK_SH.
func lockFile(ctx context.Context, path string, how int) (*flock, error) {
	for {
		lock, err := tryLock(path, how)
		if !errors.Is(err, errHeld) {
			return lock, err
		}
		if pause(ctx) != nil {
			return nil, fmt.Errorf("another process holds %s: %w", path, ctx.Err())
		}
	}
}

// errHeld says that another process has the lock.
var errHeld = errors.New("held by another process")

// tryLock takes a lock that is free. Errors: errHeld.
func tryLock(path string, how int) (*flock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
			err = errHeld
		}
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return &flock{file: f}, nil
}

// upgrade makes a shared lock exclusive, if nobody else has it. Where it fails,
// the lock may be lost: it is for who is leaving.
func (l *flock) upgrade() bool {
	return syscall.Flock(int(l.file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// unlock gives the lock back even while a process that is being started holds a
// copy of the file, until it becomes another program.
func (l *flock) unlock() {
	_ = syscall.Flock(int(l.file.Fd()), syscall.LOCK_UN) // else closing does
	l.file.Close()
}

// pause is the time between two looks at something that nobody announces.
func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(10 * time.Millisecond):
		return nil
	}
}
