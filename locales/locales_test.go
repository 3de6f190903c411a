package locales_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sadasya/locales"
)

func load(t *testing.T, language string) *locales.Printer {
	t.Helper()
	p, err := locales.Load(language)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEveryLanguageHasTheSameKeysAndPlaces(t *testing.T) {
	hi, en := load(t, "hi"), load(t, "en")
	if diff := cmp.Diff(en.Keys(), hi.Keys()); diff != "" {
		t.Fatalf("keys differ (-en +hi):\n%s", diff)
	}
	// A party's name in the other language stands beside it where a screen
	// speaks both at once.
	same := strings.NewReplacer("_hi", "", "_en", "")
	for _, key := range en.Keys() {
		got, want := places(hi, key, same), places(en, key, same)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: places differ (-en +hi):\n%s", key, diff)
		}
	}
}

func places(p *locales.Printer, key string, same *strings.Replacer) []string {
	var all []string
	for _, place := range p.Places(key) {
		all = append(all, same.Replace(place))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// A label is read on a narrow phone: what it is filled with comes on top.
func TestLabelsAreShort(t *testing.T) {
	const most = 26
	for _, language := range []string{"hi", "en"} {
		p := load(t, language)
		for _, key := range p.Keys() {
			if !strings.HasPrefix(key, "button.") || key == "button.genuine" { // that one speaks both languages at once
				continue
			}
			label := p.Append(nil, key, func(dst []byte, _ string) []byte { return dst })
			if utf8.RuneCount(label) > most {
				t.Errorf("%s %s: %q is longer than %d", language, key, label, most)
			}
		}
	}
}

// Every key that the code names must be there, with the places it fills, and
// every key there must be named by the code.
func TestCodeAndLocalesKnowTheSameKeys(t *testing.T) {
	p := load(t, "en")
	used := keysInCode(t)
	for key, args := range used {
		if !p.Has(key) {
			t.Errorf("no text for %q", key)
			continue
		}
		for _, arg := range args {
			if !slices.Contains(p.Places(key), arg) {
				t.Errorf("%q is given %q and does not say it", key, arg)
			}
		}
	}
	built := regexp.MustCompile(`^(menu|value|gender|social|room|problem|post|status|via|action|because|kind|stage)\.`) // made from values in code
	for _, key := range p.Keys() {
		if _, ok := used[key]; !ok && !built.MatchString(key) {
			t.Errorf("%q is never said", key)
		}
	}
}

// keysInCode finds string constants that look like keys in the packages that
// speak, with the argument names where they stand in a call of T, tap or problem.
func keysInCode(t *testing.T) map[string][]string {
	t.Helper()
	keys := map[string][]string{}
	shape := regexp.MustCompile(`^[a-z]+(\.[a-z]+)+$`)
	for _, dir := range []string{"../flows", "../bot", "../cmd/sadasya"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "test/") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					note(keys, shape, n)
				case *ast.BasicLit:
					if s, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && shape.MatchString(s) {
						keys[s] = append(keys[s], nil...)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for key := range keys {
		if prefix, _, _ := strings.Cut(key, "."); !slices.Contains(prefixes(t), prefix) {
			delete(keys, key)
		}
	}
	return keys
}

// note records the arguments of a call such as T("name.own", "name", n).
func note(keys map[string][]string, shape *regexp.Regexp, call *ast.CallExpr) {
	name, ok := call.Fun.(*ast.Ident)
	if sel, isSel := call.Fun.(*ast.SelectorExpr); isSel {
		name, ok = sel.Sel, true
	}
	at := map[string]int{"T": 0, "problem": 0, "tap": 1}
	if !ok || len(call.Args) == 0 {
		return
	}
	i, known := at[name.Name]
	if !known || len(call.Args) <= i {
		return
	}
	literal := func(e ast.Expr) string {
		if lit, ok := e.(*ast.BasicLit); ok {
			s, _ := strconv.Unquote(lit.Value)
			return s
		}
		return ""
	}
	key := literal(call.Args[i])
	if !shape.MatchString(key) {
		return
	}
	for j := i + 1; j < len(call.Args); j += 2 {
		if arg := literal(call.Args[j]); arg != "" {
			keys[key] = append(keys[key], arg)
		}
	}
}

func prefixes(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, key := range load(t, "en").Keys() {
		prefix, _, _ := strings.Cut(key, ".")
		all = append(all, prefix)
	}
	return slices.Compact(all)
}

// The manner of speaking that a machine can hold: words to avoid, digits,
// exclamation marks only at the welcome and the end, and no other markup than <b>.
func TestTextsKeepTheManner(t *testing.T) {
	stiff := map[string][]string{
		"hi": {"क्रमांक", "प्रविष्टि", "अमान्य", "पंजीकरण", "जाँच", "उत्तर ", "राजकीय", "तुम", "कृपया"},
		"en": {"kindly", "Kindly", "invalid", "Invalid", "please enter", "successfully"},
	}
	marks := regexp.MustCompile(`</?([a-zA-Z]+)`)
	for _, language := range locales.Languages() {
		p := load(t, language)
		for _, key := range p.Keys() {
			text := string(p.Append(nil, key, func(dst []byte, place string) []byte { return append(dst, place...) }))
			for _, word := range stiff[language] {
				if strings.Contains(text, word) {
					t.Errorf("%s: %s says %q", language, key, word)
				}
			}
			if strings.ContainsAny(text, "०१२३४५६७८९") {
				t.Errorf("%s: %s has Devanagari digits", language, key)
			}
			if strings.Contains(text, "!") && !regexp.MustCompile(`^(welcome|receipt|share)\.`).MatchString(key) {
				t.Errorf("%s: %s exclaims", language, key)
			}
			for _, m := range marks.FindAllStringSubmatch(text, -1) {
				if m[1] != "b" || strings.HasPrefix(key, "button.") {
					t.Errorf("%s: %s has markup <%s>", language, key, m[1])
				}
			}
			if strings.Count(text, "<b>") != strings.Count(text, "</b>") {
				t.Errorf("%s: %s leaves <b> open", language, key)
			}
		}
	}
}

func TestParseRefusesABrokenPlace(t *testing.T) {
	for _, raw := range []string{"a: x{", "a: x{}", "a: [1", "a: {b: c}"} {
		if _, err := locales.Parse([]byte(raw)); err == nil {
			t.Errorf("%q was taken", raw)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	p, err := locales.Load("hi")
	if err != nil {
		b.Fatal(err)
	}
	fill := func(dst []byte, _ string) []byte { return append(dst, "सुनीता मीणा"...) }
	b.ReportAllocs()
	var dst []byte
	for b.Loop() {
		dst = p.Append(dst[:0], "consent.text", fill)
	}
}
