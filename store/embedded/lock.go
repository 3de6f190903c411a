package embedded

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// flock is a lock on a file, which ends with the process at the latest.
type flock struct{ file *os.File }

// lockFile waits for a lock: syscall.LOCK_EX or LOCK_SH.
func lockFile(ctx context.Context, path string, how int) (*flock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("embedded: %w", err)
	}
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if err == nil {
			return &flock{file: f}, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			f.Close()
			return nil, fmt.Errorf("embedded: lock %s: %w", path, err)
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, fmt.Errorf("embedded: another process holds %s: %w", path, ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// upgrade makes a shared lock exclusive, if nobody else has it.
func (l *flock) upgrade() bool {
	return syscall.Flock(int(l.file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

func (l *flock) unlock() { l.file.Close() }

// longestSocketDir leaves room for "/.s.PGSQL.5432" in the 103 bytes that every
// system allows for the path of a socket.
const longestSocketDir = 85

// socketDir is a folder for sockets that is ours alone: dir itself, or where
// its path is too long one named after it among the temporary ones.
func socketDir(dir string) (string, error) {
	if len(dir) <= longestSocketDir {
		return dir, os.Chmod(dir, 0o700)
	}
	sum := sha256.Sum256([]byte(dir))
	short := filepath.Join(os.TempDir(), "sadasya-"+hex.EncodeToString(sum[:6]))
	if err := os.Mkdir(short, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", fmt.Errorf("embedded: %w", err)
	}
	info, err := os.Lstat(short)
	if err != nil {
		return "", fmt.Errorf("embedded: %w", err)
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || info.Mode().Perm() != 0o700 || !ok || int(owner.Uid) != os.Getuid() {
		return "", fmt.Errorf("embedded: %s is not ours alone; remove it or choose a shorter DATA_DIR", short)
	}
	return short, nil
}
