package embedded

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestMain lets the test binary be another process of the same folder: it opens
// a store, says so, and leaves when its input ends.
func TestMain(m *testing.M) {
	store, dir, ok := strings.Cut(os.Getenv("SADASYA_TEST_OPEN"), " ")
	if !ok {
		os.Exit(m.Run())
	}
	if err := visit(store, dir); err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func visit(store, dir string) error {
	var opened interface {
		io.Closer
		URL() string
	}
	var err error
	switch store {
	case "postgres":
		opened, err = OpenPostgres(context.Background(), PostgresOptions{Dir: dir, Fast: true})
	case "redis":
		opened, err = OpenRedis(context.Background(), dir)
	}
	if err != nil {
		return err
	}
	fmt.Println("open", opened.URL())
	_, _ = io.Copy(io.Discard, os.Stdin)
	return opened.Close()
}

// child is such a process.
type child struct {
	t      testing.TB
	cmd    *exec.Cmd
	input  io.Closer
	output io.Reader
	url    string
}

// open starts a child and waits until it has opened the store.
func open(t testing.TB, store, dir string, attributes *syscall.SysProcAttr) *child {
	t.Helper()
	c := begin(t, program(t), store, dir, attributes)
	c.opened()
	return c
}

// begin starts a child, which opens the store while others may.
func begin(t testing.TB, program, store, dir string, attributes *syscall.SysProcAttr) *child {
	t.Helper()
	c := &child{t: t, cmd: exec.Command(program)}
	c.cmd.Env = append(os.Environ(), "SADASYA_TEST_OPEN="+store+" "+dir)
	c.cmd.Dir, c.cmd.SysProcAttr, c.cmd.Stderr = "/", attributes, os.Stderr
	input, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.input, c.output = input, output
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.kill)
	return c
}

// opened waits until the child has opened the store.
func (c *child) opened() {
	c.t.Helper()
	line, _ := bufio.NewReader(c.output).ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "open ")
	if !ok {
		c.t.Fatalf("the child says %q", line)
	}
	c.url = url
}

// leave lets the child close the store and end.
func (c *child) leave() {
	c.t.Helper()
	c.input.Close()
	if err := c.cmd.Wait(); err != nil {
		c.t.Error(err)
	}
}

// kill ends it with -9.
func (c *child) kill() {
	if c.cmd.ProcessState == nil {
		_ = c.cmd.Process.Kill()
		_ = c.cmd.Wait()
	}
}

// program is the test binary where every user can start it.
func program(t testing.TB) string {
	t.Helper()
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 {
		return own
	}
	from, err := os.Open(own)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	path := filepath.Join(openDir(t), "child")
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// openDir is a temporary folder that every user can pass through.
func openDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "sadasya-open-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}
