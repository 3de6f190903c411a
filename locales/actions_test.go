package locales_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Whatever the store writes into the audit has a word in every language, or
// admins would read the program's.
func TestEveryActionOfTheAuditHasAWord(t *testing.T) {
	files, err := filepath.Glob("../store/postgres/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no store: %v", err)
	}
	inserts := regexp.MustCompile("INSERT INTO audit \\([^)]*\\)\\s*(?:SELECT|VALUES)([^`;]*)")
	quoted := regexp.MustCompile(`'([a-z]+(?:-[a-z]+)*)'`)
	noted := regexp.MustCompile(`\bnote\(ctx, [a-z.]+, [^,]+, "([a-z-]*[a-z])"`)
	steered := regexp.MustCompile(`"([a-z]+(?:-[a-z]+)+)", a\.Person`) // by the function that steers broadcasts
	known := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, insert := range inserts.FindAllStringSubmatch(string(raw), -1) {
			written, _, _ := strings.Cut(insert[1], "FROM")
			for _, word := range quoted.FindAllStringSubmatch(written, -1) {
				known[word[1]] = true
			}
		}
		for _, call := range append(noted.FindAllStringSubmatch(string(raw), -1), steered.FindAllStringSubmatch(string(raw), -1)...) {
			known[call[1]] = true
		}
	}
	if len(known) < 15 {
		t.Errorf("only %d words were found", len(known))
	}
	for _, language := range []string{"hi", "en"} {
		p := load(t, language)
		for word := range known {
			if !p.Has("action."+word) && !p.Has("because."+word) {
				t.Errorf("%s: no word for %q of the audit", language, word)
			}
		}
	}
}
