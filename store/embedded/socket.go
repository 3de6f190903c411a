package embedded

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// longestSocketDir leaves room for "/.s.PGSQL.5432" in the 103 bytes that every
// system allows for the path of a socket (Linux 107).
const longestSocketDir = 103 - len("/.s.PGSQL."+port)

// socketDir is a folder of mode 0700 for the socket: in dir, or where its path
// is too long one among the temporary files, named after dir.
func socketDir(dir string) (string, error) {
	path := filepath.Join(dir, "socket")
	if len(path) > longestSocketDir {
		sum := sha256.Sum256([]byte(dir))
		path = filepath.Join(os.TempDir(), "sadasya-"+hex.EncodeToString(sum[:8]))
		if len(path) > longestSocketDir {
			path = filepath.Join("/tmp", filepath.Base(path))
		}
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("folder of the socket: %w", err)
	}
	info, err := os.Lstat(path)
	if err != nil {
		return "", fmt.Errorf("folder of the socket: %w", err)
	}
	if !info.IsDir() || info.Mode().Perm() != 0o700 || !trusted(info, dir) {
		return "", fmt.Errorf("%s is not ours alone; remove it or choose a shorter DATA_DIR", path)
	}
	return path, nil
}

// trusted tells whether a folder is ours, or where we are root, of the user who
// has the data: anybody can make one among the temporary files.
func trusted(folder fs.FileInfo, dir string) bool {
	owner, ok := folder.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	if int(owner.Uid) == os.Geteuid() {
		return true
	}
	info, err := os.Lstat(filepath.Join(dir, "postgres"))
	if err != nil || os.Geteuid() != 0 {
		return false
	}
	data, ok := info.Sys().(*syscall.Stat_t)
	return ok && owner.Uid == data.Uid
}
