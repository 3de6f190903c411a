package picture

import (
	"math"
	"slices"
	"strings"
	"testing"

	"sadasya/party"
)

func lend(t testing.TB) *pen {
	t.Helper()
	d, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return d.pick(party.Hindi)
}

// text gives back what the lines say.
func text(lines []line) string {
	var rows []string
	for _, l := range lines {
		var words []string
		for _, w := range l.words {
			words = append(words, string(w.runes))
		}
		rows = append(rows, strings.Join(words, " "))
	}
	return strings.Join(rows, "|")
}

func TestGlyphsStayInTheirBox(t *testing.T) {
	p := lend(t)
	for _, s := range []string{
		"र", "श्रीमती कृष्णा क्षत्रिय", "द्ध्र्यू ट्ठ्यू र्छ्रीं", "ज्ञानेन्द्र ह्रदयनारायण", "Smt. Krishna Kshatriya",
		"क्षत्रियकुमारीविश्वेश्वरप्रसादसिंहराठौड़श्रीवास्तवचतुर्वेदी", strings.Repeat("W", 60), strings.Repeat("ab क्षि ", 60),
		"बूथ 12, Govt School (सांगानेर)", "Ẫḝȳ jÿ",
	} {
		for _, width := range []float64{120, 277, 540, 960} {
			for most := 1; most <= 4; most++ {
				st := style{bold, 40}
				lines := p.fit(s, st, width, most)
				if len(lines) == 0 || len(lines) > most {
					t.Errorf("%s: %d lines, at most %d", s, len(lines), most)
				}
				for _, l := range lines {
					left, right, top, bottom := l.ink()
					const over = 0.08 // of the size, by which the slant of a letter may stand out
					slack := over * l.style.size
					if l.width > width+0.01 || left < -slack || right > width+slack || l.style.size > st.size || l.style.size < st.size*least*smaller {
						t.Errorf("%s: from %.1f to %.1f of %.1f, size %.1f", s, left, right, width, l.style.size)
					}
					if top > 1.12*l.style.size || bottom < -0.62*l.style.size {
						t.Errorf("%s: %.2f above, %.2f below", s, top/l.style.size, bottom/l.style.size)
					}
				}
			}
		}
	}
}

func TestATextShrinksThenWrapsAndIsNeverCutSilently(t *testing.T) {
	p := lend(t)
	wide := func(s string) float64 { return widthOf(p.words(s, regular)) * 30 }
	fits := func(s string, width float64, lines int) (string, float64) {
		list := p.fit(s, style{regular, 30}, width, lines)
		return text(list), list[0].style.size
	}
	const name = "श्रीमती कृष्णा क्षत्रिय"
	if got, size := fits(name, wide(name)+1, 2); got != name || size != 30 {
		t.Errorf("with room: %s, %.1f", got, size)
	}
	if got, size := fits(name, wide(name)*0.95, 2); got != name || size >= 30 || size < 28 {
		t.Errorf("a little too long: %s, %.1f", got, size)
	}
	if got, size := fits(name, wide(name)*0.7, 2); got != "श्रीमती|कृष्णा क्षत्रिय" || size != 30 {
		t.Errorf("two lines: %s, %.1f", got, size)
	}
	if got, _ := fits("Scan with your phone's camera; Telegram opens", wide("Scan with your phone's camera; Telegram"), 2); strings.HasSuffix(got, "|opens") {
		t.Errorf("one word is left alone: %s", got)
	}
	const long = "क्षत्रियकुमारीविश्वेश्वरप्रसादसिंहराठौड़श्रीवास्तव"
	if got, size := fits(long, wide(long)*0.4, 2); strings.ReplaceAll(got, "|", "") != long || !strings.Contains(got, "|") || size < 30*least {
		t.Errorf("one long word: %s, %.1f", got, size)
	}
	if got, _ := fits(long, wide(long)*0.1, 1); !strings.HasSuffix(got, "…") || !strings.HasPrefix(long, strings.TrimSuffix(got, "…")) || len(got) < 9 {
		t.Errorf("no room: %s", got)
	}
	if got, _ := fits(strings.Repeat("राम ", mostRunes), 5000, 3); !strings.HasSuffix(got, "…") {
		t.Error("a text without end is cut and does not say so")
	}
}

func TestAWordIsBrokenBetweenConjuncts(t *testing.T) {
	p := lend(t)
	word := p.word([]rune("क्षत्रियकृष्णाराजर्षि"), bold)
	whole := []string{"क्ष", "त्रि", "य", "कृ", "ष्णा", "रा", "ज", "र्षि"}
	for width := 0.1; width < word.width; width += 0.05 {
		first, rest, ok := p.split(word, width)
		if !ok {
			continue
		}
		if string(first.runes)+string(rest.runes) != string(word.runes) || first.width > width {
			t.Fatalf("%s and %s of %.2f", string(first.runes), string(rest.runes), width)
		}
		if !slices.ContainsFunc(whole, func(s string) bool { return strings.HasPrefix(string(rest.runes), s) }) ||
			!slices.ContainsFunc(whole, func(s string) bool { return strings.HasSuffix(string(first.runes), s) }) {
			t.Errorf("torn: %s and %s", string(first.runes), string(rest.runes))
		}
	}
}

// The glyph counts are those of the font's conjuncts: were the letters set one by
// one, there would be more.
func TestConjunctsAreShaped(t *testing.T) {
	p := lend(t)
	for s, want := range map[string]int{"क्ष": 1, "त्रि": 2, "श्री": 2, "कृ": 2, "र्म": 2, "ष्ण": 2, "क्\u200cष": 3} {
		visible := 0
		for _, g := range p.word([]rune(s), bold).glyphs {
			if g.left != g.right {
				visible++
			}
		}
		if visible != want {
			t.Errorf("%q has %d glyphs, want %d", s, visible, want)
		}
	}
	// ि is written after its letters and stands before them.
	glyphs := p.word([]rune("त्रि"), bold).glyphs
	if id, _ := p.faces[bold][devanagari].NominalGlyph('त'); glyphs[0].id == id {
		t.Error("the sign of i stands behind")
	}
}

func TestWhatNoFontHasIsLeftOut(t *testing.T) {
	p := lend(t)
	for s, want := range map[string]string{
		"राम 😀": "राम", "👩🏽\u200d🌾 Kamla\u202e": "Kamla", "漢字": "", "\ufeff": "", "Ram\u200d": "Ram", "₹10": "₹10",
	} {
		lines := p.fit(s, style{regular, 20}, 400, 1)
		if got := text(lines); got != want {
			t.Errorf("%q became %q", s, got)
		}
		for _, l := range lines {
			for _, w := range l.words {
				if slices.ContainsFunc(w.glyphs, func(g placed) bool { return g.id == 0 }) || math.IsNaN(w.width) {
					t.Errorf("%q has a box", s)
				}
			}
		}
	}
}

func TestNoNameIsCutWhereItStands(t *testing.T) {
	p := lend(t)
	for _, name := range []string{
		"क्षत्रियकुमारीविश्वेश्वरप्रसादसिंहराठौड़श्रीवास्तवचतुर्वेदी",
		"श्रीमती राजराजेश्वरी क्षत्रिय कृष्णकुमारी भारद्वाज चतुर्वेदी",
		"Venkatanarasimharajuvaripeta Vishweshwarprasad Chaturvedi Ra",
	} {
		for _, box := range []struct {
			st    style
			width float64
			lines int
			said  string
		}{
			{style{bold, 84}, cardWidth - 2*cardEdge, 2, name},
			{style{regular, 39}, cardWidth - 2*cardEdge - (cardQR - 2*cardQuiet) - 44, 3, name},
			{style{bold, 38}, a5Width - 2*posterEdge, 2, p.invited(name)},
			{style{bold, 24}, slipWidth - slipEdge - slipBeside, 2, p.invited(name)},
		} {
			lines := p.fit(box.said, box.st, box.width, box.lines)
			got := text(lines)
			if strings.Contains(got, ellipsis) || strings.ReplaceAll(strings.ReplaceAll(got, "|", ""), " ", "") != strings.ReplaceAll(box.said, " ", "") {
				t.Errorf("%s in %.0f", got, box.width)
			}
			t.Logf("%.0f of %.0f: %s", lines[0].style.size, box.st.size, got)
		}
	}
}

func TestTwoSentencesAreSetBesideEachOther(t *testing.T) {
	for a, want := range map[string]string{"no fee.": "No fee · b", "कोई फ़ीस नहीं।": "कोई फ़ीस नहीं · b", "": "b", "।": "b"} {
		if got := joined(a, "b"); got != want {
			t.Errorf("%q: %q", a, got)
		}
	}
}

func TestHeadlinesAreSharp(t *testing.T) {
	p := lend(t)
	for w := range weights {
		h := p.headlines[w]
		if h.low < 0.4 || h.high < h.low+0.03 || h.high > 0.8 {
			t.Fatalf("the headline is measured as %+v", h)
		}
		for size := 8.0; size < 100; size += 0.7 {
			low, high := h.snap(h.low*size, size), h.snap(h.high*size, size)
			if math.Abs(low-math.Round(low)) > 1e-6 || math.Abs(high-math.Round(high)) > 1e-6 || high-low < 0.99 {
				t.Errorf("at %.1f from %.3f to %.3f", size, low, high)
			}
			last := -size
			for y := -size / 2; y < size*1.2; y += size / 50 {
				if to := h.snap(y, size); to < last || math.Abs(to-y) > 1.01 {
					t.Fatalf("at %.1f %.2f goes to %.2f", size, y, to)
				} else {
					last = to
				}
			}
		}
	}
}
