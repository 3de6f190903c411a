package picture

import (
	"strings"
	"unicode"
	"unicode/utf8"

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

// Sizes of paper at so many dots an inch.
const (
	paperDPI            = 150
	a5Width, a5Height   = 874, 1240
	a4Width, a4Height   = 1240, 1754
	slipColumns         = 2
	slipRows            = 4
	slipWidth           = a4Width / slipColumns
	slipHeight          = a4Height / slipRows
	posterEdge          = 60
	posterBand          = 220
	posterQR, posterTop = 574, 228 // with its quiet zone, and where that begins
	posterRule          = 922      // between how to join and who invites
	posterStrip         = 1156     // where the warning begins
	slipEdge            = 40       // further in than printers reach
	slipQR, slipQuiet   = 287, 28  // with its quiet zone, and that alone
	slipTop, slipBottom = 124, 372 // of what stands beside the code
	slipBeside          = 303      // its left edge
)

// Poster draws an A5 poster as PNG. The error is ErrLink.
func (d *Drawer) Poster(m Poster) ([]byte, error) {
	p := d.pick(m.Language)
	defer d.pens.Put(p)
	c := newCanvas(p, a5Width, a5Height)
	const inner = float64(a5Width - 2*posterEdge)

	c.fill(0, 0, a5Width, posterBand, band)
	p.column(inner).add(m.Party, style{regular, 34}, 2, softBand, 0).
		add(p.say("picture.headline"), style{bold, 68}, 1, onBand, 4).
		center(c, posterEdge, 0, posterBand, toMiddle)

	if err := c.qr(m.Link, qr.M, (a5Width-posterQR)/2, posterTop, posterQR); err != nil {
		return nil, err
	}
	p.column(inner).add(p.say("picture.how"), style{bold, 34}, 2, onPaper, 0).
		add(p.say("picture.code", "code", m.Code.Display()), style{bold, 36}, 1, accent, 4).
		center(c, posterEdge, posterTop+posterQR-44, posterRule, toMiddle)

	c.fill(posterEdge, posterRule, int(inner), 2, uint8(accent)+4)
	p.column(inner).add(p.invited(m.Enroller), style{bold, 38}, 2, onPaper, 0).
		add(m.Booth, style{regular, 28}, 2, soft, 4).
		center(c, posterEdge, posterRule, posterStrip, toMiddle)

	c.fill(0, posterStrip, a5Width, a5Height-posterStrip, band)
	p.column(inner).add(joined(m.Fee, p.say("picture.never")), style{bold, 28}, 2, onBand, 0).
		center(c, posterEdge, posterStrip, a5Height, toMiddle)
	return c.png(paperDPI)
}

// invited says who invites, and nothing where nobody does.
func (p *pen) invited(name string) string {
	if len(p.words(name, bold)) == 0 {
		return ""
	}
	return p.say("picture.invited", "name", name)
}

// joined sets two sentences beside each other, the first without its full stop
// and with a capital, since in the locales it ends a longer one.
func joined(a, b string) string {
	a = strings.TrimRight(a, "।.")
	if a == "" {
		return b
	}
	r, size := utf8.DecodeRuneInString(a)
	return string(unicode.ToUpper(r)) + a[size:] + " · " + b
}

// Slips draws an A4 sheet of eight slips to cut off, as PNG. The error is
// ErrLink.
func (d *Drawer) Slips(m Poster) ([]byte, error) {
	p := d.pick(m.Language)
	defer d.pens.Put(p)
	c := newCanvas(p, a4Width, a4Height)
	slip := newCanvas(p, slipWidth, slipHeight)
	if err := slip.slip(m); err != nil {
		return nil, err
	}
	for row := range slipRows {
		for column := range slipColumns {
			for y := range slipHeight {
				at := c.PixOffset(column*slipWidth, row*slipHeight+y)
				copy(c.Pix[at:at+slipWidth], slip.Pix[y*slip.Stride:])
			}
		}
	}
	c.cuts()
	return c.png(paperDPI)
}

// slip is one of the eight.
func (c *canvas) slip(m Poster) error {
	const inner, beside = float64(slipWidth - 2*slipEdge), float64(slipWidth - slipEdge - slipBeside)
	const middle = (slipTop + slipBottom) / 2
	if err := c.qr(m.Link, qr.M, slipEdge-slipQuiet, middle-slipQR/2, slipQR); err != nil {
		return err
	}
	p := c.pen
	p.column(inner).add(m.Party, style{regular, 24}, 1, soft, 0).
		add(p.say("picture.headline"), style{bold, 38}, 1, accent, 0).
		paint(c, slipEdge, 26, toLeft)
	p.column(beside).add(p.invited(m.Enroller), style{bold, 24}, 2, onPaper, 0).
		add(m.Booth, style{regular, 19}, 2, soft, 2).
		add(p.say("picture.how"), style{regular, 20}, 2, onPaper, 8).
		add(p.say("picture.codeword", "code", m.Code.Display()), style{bold, 31}, 1, accent, 4).
		center(c, slipBeside, slipTop, slipBottom, toLeft)
	p.column(inner).add(joined(m.Fee, p.say("picture.never")), style{regular, 20}, 1, onPaper, 0).
		paint(c, slipEdge, slipHeight-58, toLeft)
	return nil
}

// cuts draws the dashed lines to cut along.
func (c *canvas) cuts() {
	const dash, gap, grey = 14, 10, uint8(soft) + steps/2
	for column := 1; column < slipColumns; column++ {
		for y := 0; y < a4Height; y += dash + gap {
			c.fill(column*slipWidth-1, y, 2, dash, grey)
		}
	}
	for row := 1; row < slipRows; row++ {
		for x := 0; x < a4Width; x += dash + gap {
			c.fill(x, row*slipHeight-1, dash, 2, grey)
		}
	}
}
