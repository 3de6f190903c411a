package bench

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"sadasya/bot/sheet"
	"sadasya/party"
	"sadasya/store/postgres"
	"sadasya/store/reference"
)

// The same questions at several sizes, side by side: how long they take, and how
// many pages Postgres touches for them, which no other work on the machine moves.

const (
	explainedEach = 9         // times that a question is asked for its pages: the median counts
	exportedRows  = 1_000_000 // of an export, at most
	exportAim     = 100_000   // rows a second
)

// Explain are the parameters of a connection by which Postgres tells, beside each
// answer, what it touched for it. They want a superuser.
func Explain() map[string]string {
	return map[string]string{
		"session_preload_libraries": "auto_explain", "auto_explain.log_min_duration": "0", "auto_explain.log_analyze": "on",
		"auto_explain.log_buffers": "on", "auto_explain.log_timing": "off", "auto_explain.log_nested_statements": "on",
		"auto_explain.log_format": "json", "auto_explain.log_level": "notice",
	}
}

// Heard sums what Postgres told of its statements.
type Heard struct {
	mu          sync.Mutex
	pages, rows int
}

// Notice takes one; anything but a plan is passed over.
func (h *Heard) Notice(message string) {
	_, plan, ok := strings.Cut(message, "plan:")
	if !ok {
		return
	}
	var told struct {
		Text string `json:"Query Text"`
		Plan struct {
			Hit  int     `json:"Shared Hit Blocks"`
			Read int     `json:"Shared Read Blocks"`
			Rows float64 `json:"Actual Rows"`
		}
	}
	if json.Unmarshal([]byte(plan), &told) != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pages += told.Plan.Hit + told.Plan.Read
	if !strings.HasPrefix(told.Text, "SELECT 1 FROM ONLY") { // that is Postgres's own look at a foreign key
		h.rows += int(told.Plan.Rows)
	}
}

func (h *Heard) take() (pages, rows int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	pages, rows = h.pages, h.rows
	h.pages, h.rows = 0, 0
	return pages, rows
}

// Sized is a database of a size: as the program opens it, and so that Heard hears
// what it touches.
type Sized struct {
	Store, Explained *postgres.Store
	Heard            *Heard
}

// answered is what came of a question at a size.
type answered struct {
	p50, p99    float64 // ms
	pages, rows int
}

// Compare asks each database the same and prints one table.
func Compare(ctx context.Context, list []Sized, ref *reference.Reference, asked int, out io.Writer) error {
	sizes := make([]postgres.Size, len(list))
	for i, z := range list {
		var err error
		if sizes[i], err = sizeOf(ctx, z.Store); err != nil {
			return err
		}
	}
	writeBytes(out, sizes)
	fmt.Fprintf(out, "\n%-38s", fmt.Sprintf("asked %d times, %d at once", asked, askedAtOnce))
	for _, z := range sizes {
		fmt.Fprintf(out, " %38s", party.FormatCount(z.Members)+" members")
	}
	fmt.Fprintf(out, " %8s\n%-38s", "aim, ms", "")
	for range sizes {
		fmt.Fprintf(out, " %9s %9s %9s %8s", "p50, ms", "p99, ms", "pages", "rows")
	}
	fmt.Fprintln(out)
	for n, q := range questions(list[0].Store, ref, sizes[0]) {
		fmt.Fprintf(out, "%-38s", q.name)
		for i, z := range list {
			a, err := z.answer(ctx, ref, sizes[i], n, asked)
			if err != nil {
				return fmt.Errorf("%s: %w", q.name, err)
			}
			fmt.Fprintf(out, " %9.1f %9.1f %9d %8d", a.p50, a.p99, a.pages, a.rows)
		}
		fmt.Fprintf(out, " %8s\n", q.aimWords())
	}
	fmt.Fprintf(out, "\n%-38s", "export members")
	for range list {
		fmt.Fprintf(out, " %9s %9s %9s %8s", "rows", "rows/s", "CPU, µs", "+MB")
	}
	fmt.Fprintf(out, " %8s\n%-38s", "rows/s", "as CSV")
	for _, z := range list {
		e, err := exportSome(ctx, z.Store)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, " %9d %9.0f %9.1f %8.1f", e.rows, float64(e.rows)/e.took.Seconds(), float64(e.cpu.Microseconds())/float64(e.rows), e.grown)
	}
	fmt.Fprintf(out, " %8d\n", exportAim)
	return nil
}

// answer measures the n-th question in one database.
func (z Sized) answer(ctx context.Context, ref *reference.Reference, size postgres.Size, n, asked int) (a answered, err error) {
	q := questions(z.Store, ref, size)[n]
	took, err := q.measure(ctx, asked)
	if err != nil {
		return a, err
	}
	a.p50, a.p99 = quantile(took, 0.5), quantile(took, 0.99)
	q = questions(z.Explained, ref, size)[n]
	random := rand.New(rand.NewPCG(fillSeed, uint64(n+1)<<32))
	var pages, rows []int
	for range explainedEach {
		z.Heard.take()
		if err := q.ask(ctx, random); err != nil {
			return a, err
		}
		p, r := z.Heard.take()
		pages, rows = append(pages, p), append(rows, r)
	}
	slices.Sort(pages)
	slices.Sort(rows)
	a.pages, a.rows = pages[len(pages)/2], rows[len(rows)/2]
	return a, nil
}

// writeBytes prints what a member takes in each table.
func writeBytes(out io.Writer, sizes []postgres.Size) {
	fmt.Fprintf(out, "%-38s", "bytes a member, rows and indexes")
	for _, z := range sizes {
		fmt.Fprintf(out, " %38s", party.FormatCount(z.Members)+" members")
	}
	fmt.Fprintf(out, " %8s\n", "at most")
	row := func(name, table, aim string) {
		fmt.Fprintf(out, "%-38s", name)
		for _, z := range sizes {
			fmt.Fprintf(out, " %38.1f", float64(z.Bytes(table))/float64(max(z.Members, 1)))
		}
		fmt.Fprintf(out, " %8s\n", aim)
	}
	for _, t := range sizes[len(sizes)-1].Tables {
		switch {
		case t.Name == "members":
			row("members", t.Name, strconv.Itoa(memberBytes))
		case sizes[len(sizes)-1].Bytes(t.Name) > sizes[len(sizes)-1].Members: // a byte and more
			row(t.Name, t.Name, "")
		}
	}
	row("all tables but the booths", "", strconv.Itoa(allBytes))
}

// exported is what an export took.
type exported struct {
	rows      int
	took, cpu time.Duration
	grown     float64 // MB of the process at its largest, over what it had before
}

var errEnough = errors.New("enough rows")

// exportSome writes members as `export members` does, to nowhere.
func exportSome(ctx context.Context, s *postgres.Store) (e exported, err error) {
	runtime.GC()
	debug.FreeOSMemory()
	before := resident("VmRSS")
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // the largest so far counts from here; elsewhere than on Linux nothing is told
	buffer := bufio.NewWriterSize(io.Discard, 1<<16)
	w := csv.NewWriter(buffer)
	began, cpu := time.Now(), ownCPU()
	err = s.ExportMembers(ctx, func(row []string) error {
		if e.rows == exportedRows {
			return errEnough
		}
		e.rows++
		for i := range row {
			row[i] = sheet.Inert(row[i])
		}
		return w.Write(row)
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	w.Flush()
	e.took, e.cpu, e.grown = time.Since(began), ownCPU()-cpu, resident("VmHWM")-before
	return e, errors.Join(err, w.Error(), buffer.Flush())
}

// ownCPU is what this process has used.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// resident reads a line of /proc/self/status, in MB; 0 where there is none.
func resident(what string) float64 {
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	found := regexp.MustCompile(what + `:\s+(\d+) kB`).FindSubmatch(raw)
	if found == nil {
		return 0
	}
	kb, _ := strconv.Atoi(string(found[1])) // digits by the pattern
	return float64(kb) / 1024
}
