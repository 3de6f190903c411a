package seal_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"

	"sadasya/store/seal"
)

func TestARunningProcessSurvivesARotation(t *testing.T) {
	path, running := generate(t)
	old, _ := running.Seal([]byte("before"), nil)
	id, err := seal.Rotate(path)
	if err != nil {
		t.Fatal(err)
	}
	rotated, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if rotated.PrimaryID() != id || rotated.Fingerprint() != running.Fingerprint() {
		t.Error("the new key does not seal, or the index key changed")
	}
	sealed, _ := rotated.Seal([]byte("after"), nil)
	if by, ok := seal.SealedBy(sealed); !ok || by != id {
		t.Errorf("sealed by %d", by)
	}
	if plain, err := running.Unseal(sealed, nil); err != nil || string(plain) != "after" {
		t.Errorf("the running process reads %q, %v", plain, err)
	}
	if plain, err := rotated.Unseal(old, nil); err != nil || string(plain) != "before" {
		t.Errorf("the old value is %q, %v", plain, err)
	}
}

func TestDropRemovesAnOldKeyAndNeverTheOneThatSeals(t *testing.T) {
	path, k := generate(t)
	first := k.PrimaryID()
	id, err := seal.Rotate(path)
	if err != nil {
		t.Fatal(err)
	}
	if seal.Drop(path, id) == nil {
		t.Error("the key that seals was dropped")
	}
	if err := seal.Drop(path, first); err != nil {
		t.Fatal(err)
	}
	if k, err := seal.Open(path); err != nil || len(k.KeyIDs()) != 1 {
		t.Errorf("keys %v, %v", k.KeyIDs(), err)
	}
}

func TestGoroutinesSealWhileTheKeysAreRotated(t *testing.T) {
	path, running := generate(t)
	if _, err := seal.Rotate(path); err != nil {
		t.Fatal(err)
	}
	rotated, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				for _, by := range []*seal.Keys{running, rotated} {
					sealed, err := by.Seal([]byte("x"), nil)
					if err != nil {
						t.Error(err)
					}
					if plain, err := running.Unseal(sealed, nil); err != nil || string(plain) != "x" {
						t.Errorf("%q, %v", plain, err)
					}
				}
			}
		})
	}
	all.Wait()
}

func TestOfManyRotationsAtOnceNoKeyIsLost(t *testing.T) {
	path, k := generate(t)
	want := k.KeyIDs()
	var all sync.WaitGroup
	ids := make(chan uint32, 8)
	for range cap(ids) {
		all.Go(func() {
			id, err := seal.Rotate(path)
			if err != nil {
				t.Error(err)
			}
			ids <- id
		})
	}
	all.Wait()
	close(ids)
	for id := range ids {
		want = append(want, id)
	}
	rotated, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	got := rotated.KeyIDs()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the file has %v, want %v", got, want)
	}
}

func TestADamagedFileDoesNotTakeTheKeysFromARunningProcess(t *testing.T) {
	path, running := generate(t)
	_, other := generate(t)
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	foreign, _ := other.Seal([]byte("x"), nil)
	if _, err := running.Unseal(foreign, nil); !errors.Is(err, seal.ErrUnknownKey) {
		t.Errorf("a key that is nowhere: %v", err)
	}
	sealed, err := running.Seal([]byte("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := running.Unseal(sealed, nil); err != nil || string(plain) != "x" {
		t.Errorf("%q, %v", plain, err)
	}
	if _, err := seal.Rotate(path); !errors.Is(err, seal.ErrUnreadable) {
		t.Errorf("rotated a damaged file: %v", err)
	}
	if raw, _ := os.ReadFile(path); string(raw) != "{" {
		t.Error("a damaged file was written over")
	}
}

func TestRotateKeepsTheLinkTheModeAndTheOwner(t *testing.T) {
	path, _ := generate(t)
	link := filepath.Join(t.TempDir(), "link.json")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	const somebody = 65534
	if os.Geteuid() == 0 {
		if err := os.Chown(path, somebody, somebody); err != nil {
			t.Fatal(err)
		}
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Rotate(link); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is one no more: %v", err)
	}
	if after.Mode() != before.Mode() || after.Sys().(*syscall.Stat_t).Uid != before.Sys().(*syscall.Stat_t).Uid {
		t.Error("the mode or the owner changed")
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".keys-*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
