package embedded

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func onlyRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can be somebody else") // who is not root shows the rest
	}
}

func TestAnOrdinaryUserStartsItAndRootAttaches(t *testing.T) {
	onlyRoot(t)
	dir := filepath.Join(openDir(t), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	closed(t, start(t, PostgresOptions{Dir: t.TempDir(), Fast: true})) // or skip
	user := &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	starter := open(t, "postgres", dir, user)
	root := start(t, PostgresOptions{Dir: dir, Fast: true})
	if root.Fresh() {
		t.Error("root started a second one")
	}
	starter.leave()
	ask(t, root.URL(), `SELECT 'there'`)
	closed(t, root)
	gone(t, root)

	again := start(t, PostgresOptions{Dir: dir, Fast: true}) // root starts it as its owner
	if info, err := os.Stat(filepath.Join(again.data, "postmaster.pid")); err != nil || info.Sys().(*syscall.Stat_t).Uid != nobody {
		t.Errorf("root's server wrote as somebody else: %v", err)
	}
	closed(t, again)
	back := open(t, "postgres", dir, user)
	back.leave()
	gone(t, again)
}

func TestRootStartsItUnderAClosedHome(t *testing.T) {
	onlyRoot(t)
	home := t.TempDir()
	if err := os.Chmod(home, 0o700); err != nil {
		t.Fatal(err)
	}
	ask(t, start(t, PostgresOptions{Dir: filepath.Join(home, "data"), Fast: true}).URL(), `SELECT 'there'`)
}

func TestRootWithoutNamespacesLetsAnotherUserServe(t *testing.T) {
	onlyRoot(t)
	dir := filepath.Join(openDir(t), "data")
	p := start(t, PostgresOptions{Dir: dir, Fast: true, asUser: true})
	ask(t, p.URL(), `SELECT 'there'`)
	info, err := os.Stat(p.data)
	if err != nil {
		t.Fatal(err)
	}
	if owner := info.Sys().(*syscall.Stat_t).Uid; int(owner) != somebody().uid {
		t.Errorf("the data are of user %d", owner)
	}
	closed(t, p)
	// From now on it stays with that user, also where namespaces are to be had.
	again := start(t, PostgresOptions{Dir: dir, Fast: true})
	ask(t, again.URL(), `SELECT 'there'`)
	closed(t, again)
	gone(t, p)
}

func TestRootIsToldOfAFolderThatNobodyElseReaches(t *testing.T) {
	onlyRoot(t)
	home := t.TempDir()
	closed(t, start(t, PostgresOptions{Dir: t.TempDir(), Fast: true})) // or skip
	if err := os.Chmod(home, 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := OpenPostgres(t.Context(), PostgresOptions{Dir: filepath.Join(home, "data"), asUser: true})
	if !errors.Is(err, ErrNotReachable) {
		t.Errorf("%v", err)
	}
}

func TestASocketFolderOfAnotherUserIsNotTrusted(t *testing.T) {
	onlyRoot(t)
	dir := t.TempDir()
	socket := filepath.Join(dir, "socket")
	if err := os.Mkdir(socket, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(socket, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenPostgres(t.Context(), PostgresOptions{Dir: dir, Fast: true}); err == nil {
		t.Error("a server of somebody else's would be trusted")
	}
}
