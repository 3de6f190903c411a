package party

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// nameText draws texts near names.
func nameText() *rapid.Generator[string] {
	part := rapid.OneOf(
		rapid.SampledFrom([]string{
			"राम", "कमला", "देवी", "W/o", "s/o", "पत्नी", "की", "का", "मेरा नाम", "है", "name", "is", "of", "wife", "Patni",
			"श्री", "जी", ".", "-", "'", "(", ")", ",", ":", "\u200d", "क्", "ष", "़", "ा", "of", "father", "/", "मैं", "हूँ",
		}),
		rapid.String(),
		rapid.StringMatching(`[A-Za-z.' -]{1,9}`),
	)
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(part, 1, 6).Draw(t, "parts"), rapid.SampledFrom([]string{" ", ""}).Draw(t, "between"))
	})
}

func checkParsedName(t interface{ Fatalf(string, ...any) }, text string) {
	name, ask, err := ParseName(text)
	if err != nil {
		if name != "" || ask {
			t.Fatalf("%q: refused with %q, ask %v", text, name, ask)
		}
		return
	}
	if n := utf8.RuneCountInString(string(name)); n < minName || n > maxName || !norm.NFC.IsNormalString(string(name)) {
		t.Fatalf("%q: %q of %d code points", text, name, n)
	}
	again, ask, err := ParseName(string(name))
	if err != nil || ask || again != name {
		t.Fatalf("%q: %q, then %q, ask %v, %v", text, name, again, ask, err)
	}
	if fold := name.Fold(); fold == "" || Name(fold).Fold() != fold {
		t.Fatalf("%q folds into %q, then %q", name, fold, Name(fold).Fold())
	}
	if name.Short() == "" || !name.Same(name) {
		t.Fatalf("%q has the short form %q", name, name.Short())
	}
}

func TestANameIsParsedTheSameAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkParsedName(t, nameText().Draw(t, "text")) })
}

func FuzzParseName(f *testing.F) {
	for _, row := range rows(f, "names.csv", 700)[:50] {
		f.Add(row[0])
		f.Add(row[1])
	}
	for _, text := range []string{
		"Kamla Devi W/o Ram Lal", "राम लाल की पत्नी कमला देवी", "मेरा नाम मेरा नाम कमला है है", "s/o/s/o", "क\u094d\u200dष",
		"'-.' -", "=HYPERLINK()", "a\u0301\u0301", "\u200d", "Dr. Dr. Ji Ji", "न्न्म्", "\xff", "आभ  \xbe",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkParsedName(t, text)
		_, _ = Name(text).Fold(), Name(text).Short()
	})
}

func BenchmarkParseName(b *testing.B) {
	for kind, text := range map[string]string{"latin": "Kamla Devi Sharma", "hindi": "श्रीमती कमला देवी", "relation": "कमला देवी W/o राम लाल"} {
		b.Run(kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _, _ = ParseName(text)
			}
		})
	}
}

func BenchmarkFold(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = Name("श्रीमती कमला देवी शर्मा").Fold()
	}
}
