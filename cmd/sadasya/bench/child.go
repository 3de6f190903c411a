package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"sadasya/bot/telegramtest"
)

// child is the bot or the floor as a process, behind a webhook of a Telegram of
// its own.
type child struct {
	telegram *telegramtest.Server
	cmd      *exec.Cmd
	address  string
	dir      string
	ended    chan error
	starting time.Duration // from the start of the process until it is ready

	mu    sync.Mutex
	words []string // the last lines of its log
}

// startTime bounds a start, stopTime an end.
const (
	startTime = 60 * time.Second
	stopTime  = 20 * time.Second
)

// start starts one of the two and waits until it is ready and its webhook set.
func start(ctx context.Context, o Options, who string, screens Screens) (c *child, err error) {
	c = &child{ended: make(chan error, 1)}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.stop())
		}
	}()
	if c.telegram, err = newTelegram(o); err != nil {
		return c, err
	}
	if c.address, err = freeAddress(); err != nil {
		return c, err
	}
	if c.dir, err = os.MkdirTemp("", "sadasya-bench-"); err != nil {
		return c, err
	}
	args := []string{"serve"}
	if who == Floor {
		raw, err := json.Marshal(screens)
		if err != nil {
			return c, err
		}
		file := filepath.Join(c.dir, "screens.json")
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			return c, err
		}
		args = []string{"bench-floor", file}
	}
	c.cmd = exec.Command(o.Program, args...)
	c.cmd.Env = append(os.Environ(),
		"TELEGRAM_BOT_TOKEN="+c.telegram.Token(), "TELEGRAM_API_URL="+c.telegram.URL(), "WEBHOOK_URL=http://"+c.address+"/telegram",
		"LISTEN_ADDR="+c.address, "OPS_ADDR="+c.address, "DATABASE_URL="+o.DatabaseURL, "REDIS_URL="+o.RedisURL, "ENCRYPTION_KEYS="+o.KeyFile,
		"DATA_DIR="+c.dir, "CAMPAIGN=", "BOT_USERNAME=", "LOG_LEVEL=info")
	c.cmd.Env = append(c.cmd.Env, o.Env...)
	log, err := c.cmd.StderrPipe()
	if err != nil {
		return c, err
	}
	began := time.Now()
	if err := c.cmd.Start(); err != nil {
		c.cmd = nil
		return c, err
	}
	ready := make(chan struct{})
	go func() {
		c.follow(log, ready)
		c.ended <- c.cmd.Wait()
	}()
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	select {
	case <-ready:
		c.starting = time.Since(began)
	case failed := <-c.ended:
		c.ended <- failed
		return c, fmt.Errorf("it ended at once: %w\n%s", failed, c.lastWords())
	case <-ctx.Done():
		return c, fmt.Errorf("it does not get ready: %w\n%s", ctx.Err(), c.lastWords())
	}
	return c, c.telegram.Await(ctx, func() bool { return c.telegram.WebhookURL() != "" })
}

// follow keeps the last lines of a log.
func (c *child) follow(log io.Reader, ready chan struct{}) {
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		c.mu.Lock()
		c.words = append(c.words[max(0, len(c.words)-19):], lines.Text())
		c.mu.Unlock()
		if ready != nil && strings.Contains(lines.Text(), "msg=ready") {
			close(ready)
			ready = nil
		}
	}
}

func (c *child) lastWords() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.words, "\n")
}

// stop tells it to end, and kills it where it does not.
func (c *child) stop() (err error) {
	if c.cmd != nil {
		_ = c.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case err = <-c.ended:
		case <-time.After(stopTime):
			_ = c.cmd.Process.Kill()
			err = errors.Join(errors.New("it did not end when it was told"), <-c.ended)
		}
	}
	if c.telegram != nil {
		c.telegram.Close()
	}
	if c.dir != "" {
		err = errors.Join(err, os.RemoveAll(c.dir))
	}
	return err
}

// usage is what it has used since it began, and holds now.
type usage struct {
	cpu         float64 // seconds, user and system
	allocations float64

	resident, heap, goroutines, files float64 // bytes, bytes in use, and how many
}

// usage reads the process's own metrics.
func (c *child) usage(ctx context.Context) (u usage, err error) {
	body, err := c.get(ctx, "/metrics")
	if err != nil {
		return u, err
	}
	for line := range strings.Lines(string(body)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		to, wanted := map[string]*float64{
			"process_cpu_seconds_total": &u.cpu, "go_memstats_mallocs_total": &u.allocations,
			"process_resident_memory_bytes": &u.resident, "go_memstats_heap_inuse_bytes": &u.heap,
			"go_goroutines": &u.goroutines, "process_open_fds": &u.files,
		}[name]
		if !wanted {
			continue
		}
		if *to, err = strconv.ParseFloat(value, 64); err != nil {
			return u, err
		}
	}
	if u.cpu == 0 || u.allocations == 0 {
		return u, errors.New("it does not tell what it uses: process metrics are read from /proc, which Linux has")
	}
	return u, nil
}

// profile writes a CPU profile of the time that follows, and beside it, with
// ".allocs" after its name, what was allocated since the start.
func (c *child) profile(ctx context.Context, file string, length time.Duration) <-chan error {
	done := make(chan error, 1)
	if file == "" {
		done <- nil
		return done
	}
	go func() {
		body, err := c.get(ctx, fmt.Sprintf("/debug/pprof/profile?seconds=%d", max(1, int(length.Seconds()))))
		if err == nil {
			err = os.WriteFile(file, body, 0o644)
		}
		if err == nil {
			body, err = c.get(ctx, "/debug/pprof/allocs")
		}
		if err == nil {
			err = os.WriteFile(file+".allocs", body, 0o644)
		}
		done <- err
	}()
	return done
}

func (c *child) get(ctx context.Context, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.address+path, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, res.Status)
	}
	return io.ReadAll(res.Body)
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
