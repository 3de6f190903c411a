package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"sadasya/party"
)

// table is what a measurement of broadcasts comes to, beside the aims.
type table struct{ lines [][4]string }

// begin names the machine. The load before it began tells what figures are worth.
func (t *table) begin(stores string) {
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		load = []byte("unknown")
	}
	t.note(fmt.Sprintf("%s; %s; %d cores", stores, runtime.Version(), runtime.NumCPU()), "load before: "+strings.Join(strings.Fields(string(load))[:1], ""))
}

func (t *table) add(what, out, aim string, reached bool) {
	t.lines = append(t.lines, [4]string{what, out, aim, map[bool]string{true: "reached", false: "MISSED"}[reached]})
}

// note has no aim.
func (t *table) note(what, out string) { t.lines = append(t.lines, [4]string{what, out}) }

func (t *table) write(w io.Writer) {
	for _, l := range t.lines {
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%-50s %24s  %-18s %s", l[0], l[1], l[2], l[3]), " "))
	}
}

// memory is what a process takes, in MB.
type memory struct {
	most float64 // of the machine, at any moment
	live float64 // of the heap, right after a collection
}

// watch notes the memory while a broadcast goes on, for so long at most.
func (b *broadcasting) watch(ctx context.Context, c *child, id int, length time.Duration, m *memory) error {
	for began := time.Now(); time.Since(began) < length; {
		now, err := c.gauge(ctx, "process_resident_memory_bytes")
		if err != nil {
			return err
		}
		m.most = max(m.most, now/1e6)
		state, err := b.store.BroadcastState(ctx, id)
		if err != nil || state == party.BroadcastDone {
			return err
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// live is the heap in MB after a collection that is asked for.
func (c *child) live(ctx context.Context) (float64, error) {
	if _, err := c.get(ctx, "/debug/pprof/heap?gc=1"); err != nil {
		return 0, err
	}
	n, err := c.gauge(ctx, "go_memstats_heap_alloc_bytes")
	return n / 1e6, err
}

// gauge reads one of the process's own metrics.
func (c *child) gauge(ctx context.Context, name string) (float64, error) {
	body, err := c.get(ctx, "/metrics")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(body)) {
		if is, value, _ := strings.Cut(strings.TrimSpace(line), " "); is == name {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, errors.New("it does not tell " + name)
}
