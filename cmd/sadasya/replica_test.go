package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"sadasya/bot/telegramtest"
	"sadasya/store/embedded/faultstest"
)

// replica is the program as a process, which can be killed and started again.
type replica struct {
	t       testing.TB
	env     []string
	args    []string
	address string
	log     *lockedBuffer
	onLine  func(string) // of each line of the log; may be nil

	mu    sync.Mutex
	cmd   *exec.Cmd
	ended chan struct{}
}

// newReplica prepares a serve of its own address on shared stores.
func newReplica(t testing.TB, tg *telegramtest.Server, webhook, database, redis, keys string) *replica {
	t.Helper()
	r := &replica{t: t, address: faultstest.FreeAddress(t), log: &lockedBuffer{}}
	r.args = []string{"serve"}
	r.env = append(os.Environ(),
		"SADASYA_TEST_REPLICA=1", "TELEGRAM_BOT_TOKEN="+tg.Token(), "TELEGRAM_API_URL="+tg.URL(), "WEBHOOK_URL="+webhook,
		"LISTEN_ADDR="+r.address, "OPS_ADDR="+r.address, "DATABASE_URL="+database, "REDIS_URL="+redis, "ENCRYPTION_KEYS="+keys, "LOG_LEVEL=debug",
		"DATA_DIR="+t.TempDir())
	t.Cleanup(r.kill)
	return r
}

// start starts the process and waits until it is ready.
func (r *replica) start() {
	r.t.Helper()
	cmd := exec.Command(os.Args[0], r.args...)
	cmd.Env = r.env
	errs, err := cmd.StderrPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	ready, ended := make(chan struct{}), make(chan struct{})
	go func() {
		lines := bufio.NewScanner(errs)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			_, _ = io.WriteString(r.log, lines.Text()+"\n")
			if r.onLine != nil {
				r.onLine(lines.Text())
			}
			if strings.Contains(lines.Text(), "msg=ready") {
				close(ready)
			}
		}
		_ = cmd.Wait()
		close(ended)
	}()
	r.mu.Lock()
	r.cmd, r.ended = cmd, ended
	r.mu.Unlock()
	select {
	case <-ready:
	case <-ended:
		r.t.Errorf("the replica ended at once:\n%s", r.log)
	case <-time.After(patience):
		r.t.Errorf("the replica does not get ready:\n%s", r.log)
	}
}

// kill ends the process with -9 and waits for its end.
func (r *replica) kill() {
	r.mu.Lock()
	cmd, ended := r.cmd, r.ended
	r.cmd = nil
	r.mu.Unlock()
	if cmd != nil {
		_ = cmd.Process.Kill()
		<-ended
	}
}

// end asks the process to end and tells how long that took.
func (r *replica) end() time.Duration {
	r.t.Helper()
	r.mu.Lock()
	cmd, ended := r.cmd, r.ended
	r.cmd = nil
	r.mu.Unlock()
	began := time.Now()
	_ = cmd.Process.Signal(os.Interrupt)
	<-ended
	return time.Since(began)
}

func (r *replica) get(path string) (int, string) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.address+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(body)
}
