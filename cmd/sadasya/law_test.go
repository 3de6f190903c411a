package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// law says which of our own packages and which drivers a package may import;
// docs/architecture.md has the reasons. The longest name that fits counts.
// Packages that only tests use end in "test" and may import what they help to
// test.
var law = map[string][]string{
	"party":            {},
	"party/place":      {"party"},
	"locales":          {},
	"flows":            {"party", "party/place", "github.com/looplab/fsm"},
	"flows/flowstest":  {"party", "party/place", "flows", "store/reference"},
	"bot":              {"party", "party/place", "flows", "locales"},
	"bot/telegram":     {"party", "flows", "bot", "github.com/go-telegram-bot-api/telegram-bot-api/v5"},
	"bot/broadcast":    {"party", "flows", "bot"},
	"bot/picture":      {"party", "locales", "github.com/go-text/typesetting", "github.com/boombuler/barcode", "golang.org/x/image"},
	"bot/sheet":        {"github.com/xuri/excelize/v2"},
	"bot/telegramtest": {},
	"store/seal":       {"party", "github.com/tink-crypto/tink-go/v2"},
	"store/reference":  {"party"},
	"store/jobs":       {"party", "flows", "github.com/jackc/pgx/v5", "github.com/riverqueue/river"},
	"store/postgres":   {"party", "party/place", "flows", "store/jobs", "store/seal", "store/reference", "github.com/jackc/pgx/v5", "github.com/pressly/goose/v3"},
	"store/redis":      {"party", "flows", "store/seal", "github.com/redis/go-redis/v9"},
	"store/embedded":   {"github.com/alicebob/miniredis/v2", "github.com/redis/go-redis/v9", "github.com/jackc/pgx/v5"},
	"cmd":              {"*"},
}

// drivers are the modules that only the packages named above may import.
var drivers = []string{
	"github.com/looplab/fsm", "github.com/go-telegram-bot-api", "github.com/tink-crypto",
	"github.com/jackc/pgx", "github.com/pressly/goose", "github.com/redis/go-redis", "github.com/alicebob/miniredis",
	"github.com/go-text/typesetting", "github.com/boombuler/barcode", "golang.org/x/image", "github.com/prometheus/client_golang",
	"github.com/riverqueue/river", "github.com/xuri/excelize",
}

func TestImportsKeepTheLaw(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "sadasya/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], "sadasya/")
		may, ok := ruleFor(pkg)
		if !ok {
			t.Errorf("%s has no rule: say in this test and in docs/architecture.md what it may import", pkg)
			continue
		}
		for _, imported := range fields[1:] {
			if !allowed(imported, pkg, may) {
				t.Errorf("%s may not import %s", pkg, imported)
			}
		}
	}
}

func ruleFor(pkg string) ([]string, bool) {
	for name := pkg; name != "."; {
		if may, ok := law[name]; ok {
			return may, true
		}
		if strings.HasSuffix(name, "test") {
			return []string{"*"}, true
		}
		cut := strings.LastIndexByte(name, '/')
		if cut < 0 {
			return nil, false
		}
		name = name[:cut]
	}
	return nil, false
}

func allowed(imported, pkg string, may []string) bool {
	own, ours := strings.CutPrefix(imported, "sadasya/")
	driver := false
	for _, d := range drivers {
		driver = driver || strings.HasPrefix(imported, d)
	}
	if !ours && !driver || ours && strings.HasPrefix(own, pkg+"/") {
		return true
	}
	for _, m := range may {
		if m == "*" || ours && own == m || driver && strings.HasPrefix(imported, m) {
			return true
		}
	}
	return false
}

func TestTheLawCatchesAShortcut(t *testing.T) {
	for _, c := range []struct {
		pkg, imported string
		want          bool
	}{
		{"flows", "sadasya/party", true},
		{"flows", "sadasya/store/redis", false},
		{"flows", "github.com/jackc/pgx/v5", false},
		{"store/redis", "sadasya/bot", false},
		{"party", "golang.org/x/text/unicode/norm", true},
		{"bot", "github.com/go-telegram-bot-api/telegram-bot-api/v5", false},
	} {
		may, _ := ruleFor(c.pkg)
		if got := allowed(c.imported, c.pkg, may); got != c.want {
			t.Errorf("%s imports %s: allowed %v", c.pkg, c.imported, got)
		}
	}
}

// TestEveryTestThatIsNamedIsThere: what the README and the documents say is shown
// by a test is shown by one that there is.
func TestEveryTestThatIsNamedIsThere(t *testing.T) {
	t.Parallel()
	there, named := map[string]bool{}, map[string]string{}
	tests, names := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`), regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z]\\w+)`")
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, _ fs.DirEntry, err error) error {
		find := names
		switch {
		case err != nil:
			return err
		case strings.HasSuffix(path, "_test.go"):
			find = tests
		case !strings.HasSuffix(path, ".md"):
			return nil
		}
		raw, err := os.ReadFile(path)
		for _, m := range find.FindAllStringSubmatch(string(raw), -1) {
			if find == tests {
				there[m[1]] = true
			} else {
				named[m[1]] = path
			}
		}
		return err
	})
	if err != nil || len(named) < 50 {
		t.Fatalf("%d are named, %v", len(named), err)
	}
	for name, path := range named {
		if !there[name] {
			t.Errorf("%s names %s, which there is not", path, name)
		}
	}
}
