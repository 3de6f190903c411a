package seal_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"sadasya/store/seal"
)

func generate(t testing.TB) (string, *seal.Keys) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := seal.Generate(path); err != nil {
		t.Fatal(err)
	}
	k, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, k
}

func TestOnlyTheSameKeyAndPlaceOpen(t *testing.T) {
	_, k := generate(t)
	_, other := generate(t)
	sealed, err := k.Seal([]byte("ABC1034560"), []byte("row 1"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("ABC1034560")) {
		t.Error("the plain text is in the sealed value")
	}
	if plain, err := k.Unseal(sealed, []byte("row 1")); err != nil || string(plain) != "ABC1034560" {
		t.Errorf("opened as %q, %v", plain, err)
	}
	if _, err := k.Unseal(sealed, []byte("row 2")); !errors.Is(err, seal.ErrSealBroken) {
		t.Errorf("another place: %v", err)
	}
	if _, err := other.Unseal(sealed, []byte("row 1")); !errors.Is(err, seal.ErrUnknownKey) {
		t.Errorf("another key: %v", err)
	}
	for i := range sealed {
		broken := bytes.Clone(sealed)
		broken[i] ^= 1
		if _, err := k.Unseal(broken, []byte("row 1")); err == nil {
			t.Fatalf("byte %d changed and opened all the same", i)
		}
	}
}

func TestIndexTellsPurposesAndKeysApart(t *testing.T) {
	_, k := generate(t)
	_, other := generate(t)
	a := k.Index("voter-id", []byte("ABC1034560"))
	if a != k.Index("voter-id", []byte("ABC1034560")) {
		t.Error("the same value has two indexes")
	}
	if a == k.Index("telegram-id", []byte("ABC1034560")) || a == other.Index("voter-id", []byte("ABC1034560")) || a == k.Index("voter-id", []byte("ABC1034561")) {
		t.Error("two things share an index")
	}
}

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

func FuzzUnseal(f *testing.F) {
	_, k := generate(f)
	good, _ := k.Seal([]byte("x"), nil)
	f.Add(good)
	f.Add([]byte{})
	f.Add([]byte{1, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if plain, err := k.Unseal(sealed, nil); err == nil && !bytes.Equal(plain, []byte("x")) {
			t.Errorf("opened %x", sealed)
		}
	})
}

func BenchmarkSealUnsealIndex(b *testing.B) {
	_, k := generate(b)
	value := bytes.Repeat([]byte("x"), 400)
	b.ReportAllocs()
	for b.Loop() {
		sealed, _ := k.Seal(value, value[:16])
		if _, err := k.Unseal(sealed, value[:16]); err != nil {
			b.Fatal(err)
		}
		k.Index("telegram-id", value[:8])
	}
}
