package picture

import (
	"strings"
	"unicode"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// style is the type of one piece of text: weight and size in pixels.
type style struct {
	weight weight
	size   float64
}

// word is shaped text without a blank. Its measures are in ems, so that it is
// shaped once and set at any size.
type word struct {
	runes  []rune // those that a font has
	weight weight
	glyphs []placed
	width  float64
}

// placed is a glyph with its place from the left end of the baseline, and the
// box of its ink around that place. Up is positive.
type placed struct {
	face                     *font.Face
	id                       font.GID
	x, y                     float64
	left, right, top, bottom float64
	cluster                  int // the first of the word's runes that it stands for
}

// mostRunes is more than any text that a picture has room for.
const mostRunes = 400

// ellipsis ends what was cut.
const ellipsis = "…"

// words shapes a text, word by word. A letter that no font has is left out
// rather than drawn as a box.
func (p *pen) words(text string, w weight) []word {
	seen := 0
	for i := range text {
		if seen++; seen > mostRunes {
			text = text[:i] + ellipsis
			break
		}
	}
	var list []word
	for _, field := range strings.FieldsFunc(text, unicode.IsSpace) {
		if shaped := p.word([]rune(field), w); len(shaped.glyphs) > 0 {
			list = append(list, shaped)
		}
	}
	return list
}

// word shapes one word, run by run.
func (p *pen) word(text []rune, w weight) word {
	const unit = 1000 // pixels an em: fine enough to be scaled
	shaped := word{weight: w}
	for _, run := range p.runs(text, w) {
		tag := language.Latin
		if run.script == devanagari {
			tag = language.Devanagari
		}
		face := p.faces[w][run.script]
		out := p.shaper.Shape(shaping.Input{
			Text: run.text, RunEnd: len(run.text), Direction: di.DirectionLTR, Face: face,
			Size: fixed.I(unit), Script: tag, Language: p.tongue,
		})
		em := func(f fixed.Int26_6) float64 { return float64(f) / (64 * unit) }
		for _, g := range out.Glyphs {
			if g.GlyphID == 0 {
				continue
			}
			x, y := shaped.width+em(g.XOffset), em(g.YOffset)
			shaped.glyphs = append(shaped.glyphs, placed{
				face: face, id: g.GlyphID, x: x, y: y, cluster: len(shaped.runes) + g.TextIndex(),
				left: x + em(g.XBearing), right: x + em(g.XBearing+g.Width), top: y + em(g.YBearing), bottom: y + em(g.YBearing+g.Height),
			})
			shaped.width += em(g.Advance)
		}
		shaped.runes = append(shaped.runes, run.text...)
	}
	return shaped
}

// run is a stretch of one script.
type run struct {
	text   []rune
	script int
}

// runs parts a text by script. What belongs to neither, such as full stops,
// stays with what came before where that font has it.
func (p *pen) runs(text []rune, w weight) (list []run) {
	script := latin
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Devanagari, r):
			script = devanagari
		case unicode.Is(unicode.Latin, r), unicode.IsDigit(r):
			script = latin
		case joiner(r) && script == latin: // shapes nothing there; those of emoji come this way
			continue
		}
		s := script
		if _, ok := p.faces[w][s].NominalGlyph(r); !ok {
			s = 1 - s
			if _, ok := p.faces[w][s].NominalGlyph(r); !ok {
				continue
			}
		}
		if len(list) == 0 || list[len(list)-1].script != s {
			list = append(list, run{script: s})
		}
		last := &list[len(list)-1]
		last.text = append(last.text, r)
	}
	return list
}

// joiner is one of the two signs without width that shape conjuncts.
func joiner(r rune) bool { return r == '\u200c' || r == '\u200d' }

// split parts a word so that the first part is at most so many ems wide, between
// clusters: a conjunct is never torn. ok is false where not even one cluster fits.
func (p *pen) split(w word, width float64) (first, rest word, ok bool) {
	// The halves may be wider than they were together, since they are shaped anew.
	for cut := w.cut(width); cut > 0; cut = w.before(cut) {
		if first = p.word(w.runes[:cut], w.weight); first.width <= width {
			return first, p.word(w.runes[cut:], w.weight), true
		}
	}
	return word{}, w, false
}

// cut gives the last place to break at within a width.
func (w word) cut(width float64) int {
	at := 0
	for _, g := range w.glyphs {
		if g.x > width {
			break
		}
		if w.breaks(g.cluster) {
			at = max(at, g.cluster)
		}
	}
	return at
}

// before gives the place to break at before one, 0 where there is none.
func (w word) before(cut int) int {
	at := 0
	for _, g := range w.glyphs {
		if g.cluster < cut && w.breaks(g.cluster) {
			at = max(at, g.cluster)
		}
	}
	return at
}

// breaks tells whether a word may be broken before one of its runes: the shaper
// has half letters as clusters of their own, which nobody reads at the end of a
// line.
func (w word) breaks(at int) bool {
	const virama = '\u094d'
	if at == 0 || unicode.IsMark(w.runes[at]) || joiner(w.runes[at]) {
		return false
	}
	return w.runes[at-1] != virama && !joiner(w.runes[at-1])
}
