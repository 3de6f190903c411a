package picture

import (
	"math"

	"github.com/go-text/typesetting/font"
	ot "github.com/go-text/typesetting/font/opentype"
)

// headline is the line on which letters of Devanagari hang: its lower and upper
// edge above the baseline, in ems. The zero headline is none.
type headline struct{ low, high float64 }

// headlineOf measures the headline of a font by the sign of long a, which is a
// stem and the headline alone.
func headlineOf(f *font.Face) headline {
	id, _ := f.NominalGlyph('ा')
	shape, _ := f.GlyphDataOutline(id)
	var h headline
	for _, s := range shape.Segments {
		for _, point := range s.ArgsSlice() {
			y := float64(point.Y) / float64(f.Upem())
			switch {
			case y > h.high:
				h.low, h.high = h.high, y
			case y < h.high && y > h.low:
				h.low = y
			}
		}
	}
	return h
}

// snap gives where a height above the baseline is drawn, both in pixels: the
// headline on whole pixels and what is between in proportion. The headlines of
// neighbours overlap; with soft edges the seams would show.
func (h headline) snap(y, size float64) float64 {
	low, high := h.low*size, h.high*size
	if low <= 0 || high <= low || y <= 0 {
		return y
	}
	top := math.Max(math.Round(high), 1)
	under := top - math.Max(math.Round(high-low), 1)
	switch {
	case y >= high:
		return y + top - high
	case y >= low:
		return under + (y-low)*(top-under)/(high-low)
	}
	return y * under / low
}

// outline adds a line's glyphs to the rasterizer, its baseline beginning at x, y.
func (p *pen) outline(l line, x, y float64) {
	for i, w := range l.words {
		for _, g := range w.glyphs {
			var h headline
			if g.face == p.faces[w.weight][devanagari] {
				h = p.headlines[w.weight]
			}
			p.glyph(g, l.style.size, x+l.starts[i], y, h)
		}
	}
}

// glyph adds one glyph of a word whose baseline begins at x, y.
func (p *pen) glyph(g placed, size, x, y float64, h headline) {
	shape, ok := g.face.GlyphDataOutline(g.id)
	if !ok {
		return
	}
	scale := size / float64(g.face.Upem())
	at := func(point ot.SegmentPoint) (float32, float32) {
		up := h.snap(float64(point.Y)*scale+g.y*size, size)
		return float32(x + g.x*size + float64(point.X)*scale), float32(y - up)
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
