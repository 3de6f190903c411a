package seal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
)

// Generate writes a new key file, readable by its owner alone. It never
// overwrites: the error is then fs.ErrExist.
func Generate(path string) error {
	sealing, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return fmt.Errorf("new sealing key: %w", err)
	}
	index, err := keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate())
	if err != nil {
		return fmt.Errorf("new index key: %w", err)
	}
	raw, err := encode(sealing, index)
	if err != nil {
		return err
	}
	temp, err := writeBeside(path, raw)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	// A link, unlike a rename, fails where the file exists.
	switch err := os.Link(temp, path); {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("new key file: %s: %w, and is left as it is; choose another name", path, fs.ErrExist)
	case err != nil:
		return fmt.Errorf("new key file: %w", err)
	}
	return syncDir(path)
}

// Rotate adds a new sealing key, which seals from now on, and keeps the old
// ones for unsealing. The index key stays: the unique keys that keep a Voter ID
// from being recorded twice rest on it. A running process reads what the new
// key sealed, and itself seals with the old one until it first meets a value
// of the new one or is started again.
func Rotate(path string) (id uint32, err error) {
	err = change(path, func(m *keyset.Manager) error {
		if id, err = m.Add(aead.AES256GCMKeyTemplate()); err != nil {
			return err
		}
		return m.SetPrimary(id)
	})
	if err != nil {
		return 0, err
	}
	return id, nil
}

// Drop removes an old sealing key, for when nothing is sealed with it and no
// process that runs still seals with it. The key that seals cannot be dropped.
func Drop(path string, id uint32) error {
	return change(path, func(m *keyset.Manager) error { return m.Delete(id) })
}

// change replaces the key file in one step by what how makes of it.
func change(path string, how func(*keyset.Manager) error) error {
	if whole, err := filepath.EvalSymlinks(path); err == nil {
		path = whole // a link to the file stays a link
	}
	old, err := lockFile(path)
	if err != nil {
		return err
	}
	defer old.Close()
	sealing, index, err := parse(old)
	if err != nil {
		return err
	}
	manager := keyset.NewManagerFromHandle(sealing)
	if err := how(manager); err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	if sealing, err = manager.Handle(); err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	raw, err := encode(sealing, index)
	if err != nil {
		return err
	}
	temp, err := writeBeside(path, raw)
	if err != nil {
		return err
	}
	if err = keepOwner(old, temp); err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		_ = os.Remove(temp)
		return fmt.Errorf("key file: %w", err)
	}
	return syncDir(path)
}
