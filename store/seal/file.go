package seal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// file is the key file: JSON, with the two key sets in Tink's own JSON.
type file struct {
	What    string          `json:"what"` // for whoever opens it
	Version int             `json:"version"`
	Sealing json.RawMessage `json:"sealing"`
	Index   json.RawMessage `json:"index"`
}

const (
	fileVersion = 1
	fileWhat    = "Keys of sadasya. Who has this file and the database can read every record; who loses it can read none. Keep a copy apart from the database."
)

// readFile reads both key sets. Errors: ErrNoKeyFile, ErrUnreadable, ErrTooOpen.
func readFile(path string) (sealing, index *keyset.Handle, err error) {
	f, err := openFile(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	return parse(f)
}

// openFile opens a key file that its owner alone can read.
func openFile(path string) (*os.File, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w; sadasya keys new --out %s makes one", path, ErrNoKeyFile, path)
	}
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		err = fmt.Errorf("key file: %w", err)
	case !info.Mode().IsRegular():
		err = fmt.Errorf("%s: %w", path, ErrUnreadable)
	case info.Mode().Perm()&0o077 != 0:
		err = fmt.Errorf("%s: %w; chmod 600 %s mends it", path, ErrTooOpen, path)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// parse takes a key file apart. What Tink says of a bad one may quote it, so
// that is not passed on.
func parse(f *os.File) (sealing, index *keyset.Handle, err error) {
	raw, err := io.ReadAll(f)
	if err != nil {
		return nil, nil, fmt.Errorf("key file: %w", err)
	}
	var content file
	if err := json.Unmarshal(raw, &content); err != nil || content.Version != fileVersion {
		return nil, nil, fmt.Errorf("%s: %w", f.Name(), ErrUnreadable)
	}
	if sealing, err = insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(content.Sealing))); err == nil {
		index, err = insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(content.Index)))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", f.Name(), ErrUnreadable)
	}
	return sealing, index, nil
}

// lockFile opens a key file for changing and waits while another process
// changes it: of two rotations at once neither may lose the other's key.
func lockFile(path string) (*os.File, error) {
	for {
		f, err := openFile(path)
		if err != nil {
			return nil, err
		}
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil && !errors.Is(err, syscall.EINTR) {
			f.Close()
			return nil, fmt.Errorf("key file: %w", err)
		} else if err == nil && stillAt(f, path) {
			return f, nil
		}
		f.Close() // it was replaced while we waited
	}
}

func stillAt(f *os.File, path string) bool {
	mine, err1 := f.Stat()
	there, err2 := os.Stat(path)
	return err1 == nil && err2 == nil && os.SameFile(mine, there)
}

func encode(sealing, index *keyset.Handle) ([]byte, error) {
	f := file{What: fileWhat, Version: fileVersion}
	for _, part := range []struct {
		keys *keyset.Handle
		to   *json.RawMessage
	}{{sealing, &f.Sealing}, {index, &f.Index}} {
		var buffer bytes.Buffer
		if err := insecurecleartextkeyset.Write(part.keys, keyset.NewJSONWriter(&buffer)); err != nil {
			return nil, fmt.Errorf("key file: %w", err)
		}
		*part.to = buffer.Bytes()
	}
	return json.MarshalIndent(f, "", "  ")
}

// writeBeside writes a temporary file in the same folder, safely on the disk.
func writeBeside(path string, raw []byte) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".keys-*") // mode 0600
	var why *fs.PathError
	if errors.As(err, &why) { // the name in it nobody has chosen
		return "", fmt.Errorf("key file: a file in %s: %w", filepath.Dir(path), why.Err)
	}
	if err != nil {
		return "", fmt.Errorf("key file: %w", err)
	}
	_, err = f.Write(raw)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return "", fmt.Errorf("key file: %w", err)
	}
	return f.Name(), nil
}

// keepOwner gives the new file to the old one's owner: root may rotate the keys
// of a service that runs as somebody else.
func keepOwner(old *os.File, path string) error {
	info, err := old.Stat()
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(owner.Uid) == os.Geteuid() {
		return nil
	}
	return os.Lchown(path, int(owner.Uid), int(owner.Gid))
}

func syncDir(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	defer dir.Close()
	return dir.Sync()
}
