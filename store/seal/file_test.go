package seal_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"testing"

	"sadasya/store/seal"
)

func TestTheFileIsGuarded(t *testing.T) {
	path, _ := generate(t)
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	if err := seal.Generate(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second one over it: %v", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Open(path); !errors.Is(err, seal.ErrTooOpen) {
		t.Errorf("readable by others: %v", err)
	}
	if _, err := seal.Open(path + "x"); !errors.Is(err, seal.ErrNoKeyFile) {
		t.Errorf("no file: %v", err)
	}
	for _, raw := range []string{"", "{}", `{"version":1}`, `{"version":1,"sealing":{"key":[]},"index":"canary"}`} {
		if err := os.WriteFile(path+"y", []byte(raw), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.Open(path + "y"); !errors.Is(err, seal.ErrUnreadable) || bytes.Contains([]byte(err.Error()), []byte("canary")) {
			t.Errorf("%q: %v", raw, err)
		}
	}
}
