package seal_test

import (
	"bytes"
	"errors"
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
	if _, err := k.Unseal([]byte("plain text, canary"), nil); !errors.Is(err, seal.ErrSealBroken) || bytes.Contains([]byte(err.Error()), []byte("canary")) {
		t.Errorf("never sealed: %v", err)
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
