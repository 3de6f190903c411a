package picture

import (
	"github.com/boombuler/barcode/qr"

	"sadasya/party"
)

// Poster invites by an enroller's link. Texts are in its language already.
type Poster struct {
	Language party.Language
	Party    string
	Enroller string
	Booth    string
	Code     party.Code
	Fee      string // that there is none, or how much it is
	Link     string
}

// Sizes at 150 dots an inch.
const (
	a5Width, a5Height = 874, 1240
	a4Width, a4Height = 1240, 1754
	slipColumns       = 2
	slipRows          = 4
)

// Poster draws an A5 poster as PNG.
func (d *Drawer) Poster(m Poster) ([]byte, error) {
	p := d.pick(m.Language)
	defer d.pens.Put(p)
	c := newCanvas(p, a5Width, a5Height)
	const edge, code = 60, 560
	inner := float64(a5Width - 2*edge)
	c.fill(0, 0, a5Width, 250, band)
	y := c.block(p.fit(m.Party, style{regular, 34}, inner, 1), edge, 34, inner, toMiddle, softBand)
	c.block(p.fit(p.say("picture.headline"), style{bold, 66}, inner, 1), edge, y+6, inner, toMiddle, onBand)

	if err := c.qr(m.Link, qr.M, (a5Width-code)/2, 262, code); err != nil {
		return nil, err
	}
	y = c.block(p.fit(p.say("picture.how"), style{bold, 34}, inner, 2), edge, 262+code-6, inner, toMiddle, onPaper)
	y = c.block(p.fit(p.say("picture.code", "code", m.Code.Display()), style{regular, 34}, inner, 1), edge, y, inner, toMiddle, accent) + 14
	c.fill(edge, int(y), int(inner), 2, uint8(accent)+4)
	invited := p.say("picture.invited", "name", m.Enroller)
	y = c.block(p.fit(invited, style{bold, 36}, inner, 2), edge, y+14, inner, toMiddle, onPaper)
	y = c.block(p.fit(m.Booth, style{regular, 28}, inner, 2), edge, y, inner, toMiddle, soft)
	c.block(p.fit(joined(m.Fee, p.say("picture.never")), style{regular, 26}, inner, 2), edge, max(y+6, a5Height-96), inner, toMiddle, onPaper)
	return c.png()
}

// joined sets two sentences beside each other.
func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + "  ·  " + b
}

// Slips draws an A4 sheet of eight slips to cut off, as PNG.
func (d *Drawer) Slips(m Poster) ([]byte, error) {
	p := d.pick(m.Language)
	defer d.pens.Put(p)
	c := newCanvas(p, a4Width, a4Height)
	const w, h = a4Width / slipColumns, a4Height / slipRows
	slip := newCanvas(p, w, h)
	if err := slip.slip(m); err != nil {
		return nil, err
	}
	for row := range slipRows {
		for column := range slipColumns {
			for y := range h {
				at := c.PixOffset(column*w, row*h+y)
				copy(c.Pix[at:at+w], slip.Pix[y*slip.Stride:y*slip.Stride+w])
			}
		}
	}
	c.cuts(w, h)
	return c.png()
}

// slip is one of the eight.
func (c *canvas) slip(m Poster) error {
	const edge, code = 40, 264
	p, w := c.pen, float64(c.Rect.Dx())
	if err := c.qr(m.Link, qr.M, edge-26, 104, code); err != nil {
		return err
	}
	c.block(p.fit(m.Party, style{regular, 24}, w-2*edge, 1), edge, 30, w-2*edge, toLeft, soft)
	c.block(p.fit(p.say("picture.headline"), style{bold, 36}, w-2*edge, 1), edge, 56, w-2*edge, toLeft, accent)
	x := float64(edge + code - 8)
	width := w - x - edge
	y := c.block(p.fit(p.say("picture.invited", "name", m.Enroller), style{bold, 25}, width, 1), x, 126, width, toLeft, onPaper)
	y = c.block(p.fit(m.Booth, style{regular, 20}, width, 2), x, y, width, toLeft, soft) + 8
	y = c.block(p.fit(p.say("picture.how"), style{regular, 22}, width, 2), x, y, width, toLeft, onPaper)
	c.block(p.fit(p.say("picture.codeword", "code", m.Code.Display()), style{bold, 30}, width, 1), x, y, width, toLeft, accent)
	c.block(p.fit(joined(m.Fee, p.say("picture.never")), style{regular, 20}, w-2*edge, 1), edge, float64(c.Rect.Dy())-66, w-2*edge, toLeft, soft)
	return nil
}

// cuts draws the dashed lines to cut along.
func (c *canvas) cuts(w, h int) {
	const dash, gap = 14, 10
	grey := uint8(soft) + steps/2
	for column := 1; column < slipColumns; column++ {
		for y := 0; y < c.Rect.Dy(); y += dash + gap {
			c.fill(column*w-1, y, 2, dash, grey)
		}
	}
	for row := 1; row < slipRows; row++ {
		for x := 0; x < c.Rect.Dx(); x += dash + gap {
			c.fill(x, row*h-1, dash, 2, grey)
		}
	}
}
