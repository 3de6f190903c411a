package seal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
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
	if err := os.Link(temp, path); err != nil {
		return fmt.Errorf("new key file: %w", err)
	}
	return syncDir(path)
}

// Rotate adds a new sealing key, which seals from now on, and keeps the old
// ones for unsealing. The index key stays: the unique keys that keep a Voter ID
// from being recorded twice rest on it.
func Rotate(path string) (id uint32, err error) {
	err = change(path, func(m *keyset.Manager) error {
		if id, err = m.Add(aead.AES256GCMKeyTemplate()); err != nil {
			return err
		}
		return m.SetPrimary(id)
	})
	return id, err
}

// Drop removes an old sealing key once nothing is sealed with it. The key that
// seals cannot be dropped.
func Drop(path string, id uint32) error {
	return change(path, func(m *keyset.Manager) error { return m.Delete(id) })
}

func change(path string, how func(*keyset.Manager) error) error {
	sealing, index, err := readFile(path)
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
	if err := os.Rename(temp, path); err != nil {
		_ = os.Remove(temp)
		return fmt.Errorf("key file: %w", err)
	}
	return syncDir(path)
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

func syncDir(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	defer dir.Close()
	return dir.Sync()
}
