package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"gopkg.in/yaml.v3"

	"sadasya/bot/telegram"
	"sadasya/party"
)

// operations is a file of docs/operations.
func operations(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "operations", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

type alert struct {
	Alert       string
	Expr        string
	For         string
	Labels      map[string]string
	Annotations map[string]string
}

func alerts(t *testing.T) (list []alert) {
	t.Helper()
	var file struct {
		Groups []struct {
			Name  string
			Rules []alert
		}
	}
	decoder := yaml.NewDecoder(strings.NewReader(operations(t, "alerts.yaml")))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		t.Fatal(err)
	}
	for _, g := range file.Groups {
		list = append(list, g.Rules...)
	}
	return list
}

// drawn are the expressions of the dashboard, by panel.
func drawn(t *testing.T) map[string][]string {
	t.Helper()
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(operations(t, "dashboard.json")), &board); err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			all[p.Title] = append(all[p.Title], target.Expr)
		}
	}
	return all
}

// exported tells which family a name in an expression is of, if any.
func exported(all map[string]*dto.MetricFamily, name string) *dto.MetricFamily {
	if f := all[name]; f != nil {
		return f
	}
	for _, part := range []string{"_bucket", "_sum", "_count"} {
		if base, ok := strings.CutSuffix(name, part); ok && all[base] != nil && all[base].GetType() == dto.MetricType_HISTOGRAM {
			return all[base]
		}
	}
	return nil
}

// outside are labels that Prometheus gives, or that are made of a family's kind.
var outside = []string{"__name__", "job", "instance", "le"}

// given are metrics that Prometheus makes itself.
var given = []string{"up"}

// wrongIn tells what in an expression the program does not export: names, labels,
// and values that a label is asked to have. used collects the names.
func wrongIn(all map[string]*dto.MetricFamily, expr string, used map[string]bool) (list []string) {
	tree, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
	if err != nil {
		return []string{err.Error()}
	}
	known := map[string][]string{} // values by label, of all that the expression names
	parser.Inspect(tree, func(n parser.Node, _ []parser.Node) error {
		s, ok := n.(*parser.VectorSelector)
		if !ok || slices.Contains(given, s.Name) {
			return nil
		}
		f := exported(all, s.Name)
		if f == nil {
			list = append(list, "nothing exports "+s.Name)
			return nil
		}
		used[f.GetName()] = true
		values := map[string][]string{}
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				values[l.GetName()] = append(values[l.GetName()], l.GetValue())
				known[l.GetName()] = append(known[l.GetName()], l.GetValue())
			}
		}
		for _, m := range s.LabelMatchers {
			if slices.Contains(outside, m.Name) {
				continue
			}
			if values[m.Name] == nil {
				list = append(list, s.Name+" has no label "+m.Name)
			} else if m.Type == labels.MatchEqual || m.Type == labels.MatchRegexp {
				if !slices.ContainsFunc(values[m.Name], m.Matches) {
					list = append(list, s.Name+" is never "+m.String())
				}
			}
		}
		return nil
	})
	parser.Inspect(tree, func(n parser.Node, _ []parser.Node) error {
		if a, ok := n.(*parser.AggregateExpr); ok {
			for _, by := range a.Grouping {
				if known[by] == nil && !slices.Contains(outside, by) {
					list = append(list, "there is no label "+by+" to count by")
				}
			}
		}
		return nil
	})
	return list
}

// TestAlertsAndDashboardNameWhatIsExported: every name, label and value in the
// rules and on the dashboard is one that the running program exports, and nothing
// of ours is exported that neither looks at.
func TestAlertsAndDashboardNameWhatIsExported(t *testing.T) {
	r := newRig(t, rigOptions{})
	if r.person(party.English).enrol("Kamla Devi", madeUpEPIC(1)) == "" {
		t.Fatal("no number")
	}
	pulse, err := r.stores.postgres.Pulse(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	pulse.Steps["enroll/name"]++ // whoever stands somewhere
	r.program.metrics.figures.set(pulse)
	all, used := r.families(), map[string]bool{}
	for _, a := range alerts(t) {
		for _, wrong := range wrongIn(all, a.Expr, used) {
			t.Errorf("%s: %s", a.Alert, wrong)
		}
	}
	panels := drawn(t)
	for title, exprs := range panels {
		for _, expr := range exprs {
			for _, wrong := range wrongIn(all, expr, used) {
				t.Errorf("the panel %q: %s", title, wrong)
			}
		}
	}
	if len(panels) < 20 {
		t.Errorf("%d panels were read", len(panels))
	}
	for name := range all {
		if strings.HasPrefix(name, namespace) && !used[name] {
			t.Errorf("%s is exported, and neither an alert nor a panel looks at it", name)
		}
	}
	// The check can fail.
	for expr, want := range map[string]string{
		`sadasya_gone > 0`: "nothing exports", `sadasya_updates_total{sort="tap"}`: "no label sort",
		`sadasya_updates_total{kind="knock"}`: "is never", `sum by (sort) (sadasya_updates_total)`: "no label sort", `sum(`: "parse error",
	} {
		if list := wrongIn(all, expr, map[string]bool{}); len(list) != 1 || !strings.Contains(list[0], want) {
			t.Errorf("%s: %q", expr, list)
		}
	}
}

// TestWhatIsRefusedIsNobodysWriting: whoever knocks without the secret must not
// count among updates, else a scanner keeps an alert quiet.
func TestWhatIsRefusedIsNobodysWriting(t *testing.T) {
	t.Parallel()
	matches := func(s *parser.VectorSelector, label, value string) bool {
		for _, m := range s.LabelMatchers {
			if m.Name == label && !m.Matches(value) {
				return false
			}
		}
		return true
	}
	asked := map[string]int{} // by alert: how often it counts refused requests, and others
	for _, a := range alerts(t) {
		tree, err := parser.NewParser(parser.Options{}).ParseExpr(a.Expr)
		if err != nil {
			t.Fatal(err)
		}
		parser.Inspect(tree, func(n parser.Node, _ []parser.Node) error {
			if s, ok := n.(*parser.VectorSelector); ok && s.Name == "sadasya_updates_total" {
				asked[a.Alert]++
				if matches(s, "outcome", "refused") && matches(s, "outcome", "handled") {
					t.Errorf("%s counts what is refused among updates: %s", a.Alert, s)
				}
			}
			return nil
		})
	}
	for _, want := range []string{"SadasyaSilent", "SadasyaSilentDay", "SadasyaAllRefused", "SadasyaUpdatesComeAgain", "SadasyaUpdatesSlowed"} {
		if asked[want] == 0 {
			t.Errorf("there is no %s that looks at updates", want)
		}
	}
}

// TestAnAlertIsNotItsOwnYardstick: one that compares with what there was within the
// last hour ends by itself after an hour, whatever is wrong still.
func TestAnAlertIsNotItsOwnYardstick(t *testing.T) {
	t.Parallel()
	for _, a := range alerts(t) {
		tree, err := parser.NewParser(parser.Options{}).ParseExpr(a.Expr)
		if err != nil {
			t.Fatal(err)
		}
		parser.Inspect(tree, func(n parser.Node, _ []parser.Node) error {
			if s, ok := n.(*parser.SubqueryExpr); ok {
				t.Errorf("%s: %s", a.Alert, s)
			}
			return nil
		})
	}
}

// TestEveryOutcomeOfAnUpdateIsSaid: of what became of updates an operator reads in
// docs/operations/README.md.
func TestEveryOutcomeOfAnUpdateIsSaid(t *testing.T) {
	t.Parallel()
	_, said, _ := strings.Cut(operations(t, "README.md"), "An `outcome` of updates is ")
	said, _, _ = strings.Cut(said, "\n")
	for _, outcome := range telegram.UpdateOutcomes() {
		if !strings.Contains(said, "`"+outcome+"`") {
			t.Errorf("nothing is said of %s: %s", outcome, said)
		}
	}
}

// TestEveryAlertSaysWhatToDo: and the runbook that it names is there.
func TestEveryAlertSaysWhatToDo(t *testing.T) {
	t.Parallel()
	runbooks := map[string]bool{}
	for line := range strings.Lines(operations(t, "runbooks.md")) {
		if title, ok := strings.CutPrefix(strings.TrimSpace(line), "## "); ok {
			runbooks[strings.ReplaceAll(strings.ToLower(title), " ", "-")] = true
		}
	}
	list := alerts(t)
	if len(list) < 20 {
		t.Errorf("%d alerts were read", len(list))
	}
	for _, a := range list {
		anchor, ok := strings.CutPrefix(a.Annotations["runbook"], "docs/operations/runbooks.md#")
		if !ok || !runbooks[anchor] {
			t.Errorf("%s: there is no runbook %q", a.Alert, a.Annotations["runbook"])
		}
		if a.Annotations["summary"] == "" || a.Annotations["do"] == "" || a.Labels["severity"] != "page" && a.Labels["severity"] != "ticket" {
			t.Errorf("%s: %v %v", a.Alert, a.Labels, a.Annotations)
		}
	}
}
