package picture

import (
	"math"
	"strings"
	"unicode"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	ot "github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// type of one piece of text: weight and size in pixels.
type style struct {
	weight weight
	size   float64
}

// line is text that was shaped: glyphs with their places, from the left end of
// the baseline.
type line struct {
	style  style
	glyphs []placed
	width  float64
}

type placed struct {
	face *font.Face
	id   font.GID
	x, y float64
}

// shape sets a text in one line. A letter that no font has is left out rather
// than drawn as a box.
func (p *pen) shape(text string, st style) line {
	l := line{style: st}
	for _, run := range p.runs(text, st.weight) {
		tag := language.Latin
		if run.script == devanagari {
			tag = language.Devanagari
		}
		face := p.faces[st.weight][run.script]
		out := p.shaper.Shape(shaping.Input{
			Text: run.text, RunEnd: len(run.text), Direction: di.DirectionLTR, Face: face,
			Size: fixed.Int26_6(st.size * 64), Script: tag, Language: language.NewLanguage("hi"),
		})
		for _, g := range out.Glyphs {
			if g.GlyphID != 0 {
				l.glyphs = append(l.glyphs, placed{face, g.GlyphID, l.width + pixels(g.XOffset), pixels(g.YOffset)})
			}
			l.width += pixels(g.Advance)
		}
	}
	return l
}

func pixels(f fixed.Int26_6) float64 { return float64(f) / 64 }

// run is a stretch of one script.
type run struct {
	text   []rune
	script int
}

// runs parts a text by script. What belongs to neither, such as blanks and full
// stops, stays with what came before where that font has it.
func (p *pen) runs(text string, w weight) (list []run) {
	script := latin
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Devanagari, r):
			script = devanagari
		case unicode.Is(unicode.Latin, r), unicode.IsDigit(r):
			script = latin
		}
		s := script
		if _, ok := p.faces[w][s].NominalGlyph(r); !ok && !joiner(r) {
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

// fit sets a text in at most so many lines of a width: as large as it goes down
// to three fifths of the size, then in more lines. Nothing is cut off.
func (p *pen) fit(text string, st style, width float64, lines int) []line {
	least := st.size * 0.6
	for ; ; st.size *= 0.94 {
		list, fits := p.wrap(text, st, width)
		if fits && (len(list) <= lines || st.size < least) || st.size < 6 {
			return list
		}
	}
}

// wrap breaks a text at its blanks; fits tells whether no word was too long.
func (p *pen) wrap(text string, st style, width float64) (list []line, fits bool) {
	fits = true
	sofar := ""
	for _, word := range strings.Fields(text) {
		longer := strings.TrimSpace(sofar + " " + word)
		if sofar != "" && p.shape(longer, st).width > width {
			list = append(list, p.shape(sofar, st))
			longer = word
		}
		sofar = longer
	}
	if sofar != "" {
		list = append(list, p.shape(sofar, st))
	}
	for _, l := range list {
		fits = fits && l.width <= width
	}
	return list, fits
}

// outline adds a line's glyphs to the rasterizer, its baseline beginning at x, y.
func (p *pen) outline(l line, x, y float64) {
	for _, g := range l.glyphs {
		shape, ok := g.face.GlyphDataOutline(g.id)
		if !ok {
			continue
		}
		scale := l.style.size / float64(g.face.Upem())
		at := func(point ot.SegmentPoint) (float32, float32) {
			return float32(x + g.x + float64(point.X)*scale), float32(y - g.y - float64(point.Y)*scale)
		}
		for _, s := range shape.Segments {
			ax, ay := at(s.Args[0])
			switch s.Op {
			case ot.SegmentOpMoveTo:
				p.raster.ClosePath()
				p.raster.MoveTo(ax, ay)
			case ot.SegmentOpLineTo:
				p.raster.LineTo(ax, ay)
			case ot.SegmentOpQuadTo:
				bx, by := at(s.Args[1])
				p.raster.QuadTo(ax, ay, bx, by)
			case ot.SegmentOpCubeTo:
				bx, by := at(s.Args[1])
				cx, cy := at(s.Args[2])
				p.raster.CubeTo(ax, ay, bx, by, cx, cy)
			}
		}
		p.raster.ClosePath()
	}
}

// leading is the distance of two baselines: Devanagari has signs above and below.
func leading(st style) float64 { return math.Round(st.size * 1.45) }
