package embedded

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

// A process that is being started holds a copy of every open file until it
// becomes another program. That must not keep a lock that was given back.
func TestALockIsGivenBackThoughACopyOfItsFileIsOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	lock, err := tryLock(path, syscall.LOCK_EX)
	if err != nil {
		t.Fatal(err)
	}
	duplicate, err := syscall.Dup(int(lock.file.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Close(duplicate) }()
	if _, err := tryLock(path, syscall.LOCK_SH); !errors.Is(err, errHeld) {
		t.Errorf("while it is held: %v", err)
	}
	lock.unlock()
	again, err := tryLock(path, syscall.LOCK_EX)
	if err != nil {
		t.Fatalf("after it was given back: %v", err)
	}
	again.unlock()
}
