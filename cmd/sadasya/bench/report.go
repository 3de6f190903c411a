package bench

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Report holds every figure of every run.
type Report struct {
	Options Options
	Screens Screens

	order   []string
	figures map[string]map[string][]float64 // by name, then by who
}

func (r *Report) put(name, who string, value float64) {
	if r.figures == nil {
		r.figures = map[string]map[string][]float64{}
	}
	if r.figures[name] == nil {
		r.figures[name] = map[string][]float64{}
		r.order = append(r.order, name)
	}
	r.figures[name][who] = append(r.figures[name][who], value)
}

// Names of figures that are asked for one by one.
const (
	CPU     = "CPU per update, µs"
	P99     = "answer p99, ms"
	Steady  = "p99 at 70 % of these updates/s"
	Ready   = "start to ready, ms"
	Updates = "updates/s"
)

func (r *Report) add(who string, m run) {
	updates := float64(len(m.answers))
	slices.Sort(m.answers)
	r.put("enrolments/s", who, float64(r.Options.Citizens)/m.took.Seconds())
	r.put(Updates, who, updates/m.took.Seconds())
	r.put("answer p50, ms", who, quantile(m.answers, 0.5))
	r.put(P99, who, quantile(m.answers, 0.99))
	r.put("answer p999, ms", who, quantile(m.answers, 0.999))
	r.put(CPU, who, m.cpu/updates*1e6)
	r.put("allocations per update", who, m.allocations/updates)
	r.put(Ready, who, float64(m.starting.Microseconds())/1000)
}

func quantile(sorted []time.Duration, q float64) float64 {
	return float64(sorted[min(len(sorted)-1, int(float64(len(sorted))*q))].Microseconds()) / 1000
}

func (r *Report) trips(who string, redis, queries int64, updates int) {
	r.put("Redis round trips per update", who, float64(redis)/float64(updates))
	r.put("Postgres round trips per update", who, float64(queries)/float64(updates))
}

func (r *Report) size(name, who string, bytes int64) { r.put(name, who, float64(bytes)) }

// Median of a figure.
func (r *Report) Median(name, who string) float64 {
	values := slices.Sorted(slices.Values(r.figures[name][who]))
	if len(values) == 0 {
		return 0
	}
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

// Write prints the report.
func (r *Report) Write(w io.Writer) {
	o := r.Options
	fmt.Fprintf(w, "%s; %s; %d cores, %s/%s\n", o.Stores, runtime.Version(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(w, "%d pairs of %d citizens, %d at once, %d updates each; medians, least to most in brackets\n\n",
		o.Pairs, o.Citizens, o.AtOnce, len(straight("en", "", "", "")))
	fmt.Fprintf(w, "%-32s %26s %26s %8s\n", "", Bot, Floor, "ratio")
	for _, name := range r.order {
		ratio := ""
		if f := r.Median(name, Floor); f > 0 {
			ratio = fmt.Sprintf("%.2f", r.Median(name, Bot)/f)
		}
		fmt.Fprintf(w, "%-32s %26s %26s %8s\n", name, r.cell(name, Bot), r.cell(name, Floor), ratio)
	}
}

func (r *Report) cell(name, who string) string {
	values := slices.Sorted(slices.Values(r.figures[name][who]))
	switch len(values) {
	case 0:
		return ""
	case 1:
		return short(values[0])
	}
	return strings.Join([]string{short(r.Median(name, who)), " (", short(values[0]), "–", short(values[len(values)-1]), ")"}, "")
}

func short(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
