package picture

import (
	"github.com/boombuler/barcode/qr"

	"sadasya/party"
)

// Card is a member's card. Texts are in the language of the card already, or
// names; an empty one is left out. Link is proved by what it holds.
type Card struct {
	Language party.Language
	Party    string
	Name     party.Name
	Number   party.Number
	Booth    string
	Inviter  string
	On       string
	Link     string
}

// Size of a card: 1080 pixels is the width that phones show a picture at.
const (
	cardWidth, cardHeight = 1080, 680
	cardBand              = 116
	cardEdge              = 52
	cardQR                = 396
)

// Card draws a member's card as PNG.
func (d *Drawer) Card(m Card) ([]byte, error) {
	p := d.pick(m.Language)
	defer d.pens.Put(p)
	c := newCanvas(p, cardWidth, cardHeight)
	c.head(p.say("picture.card"), m.Party, cardWidth, cardBand, cardEdge)

	const top = cardBand + 36
	left := float64(cardWidth - cardEdge - cardQR - 36 - cardEdge)
	y := c.block(p.fit(string(m.Name), style{bold, 56}, left, 2), cardEdge, top-12, left, toLeft, onPaper) + 10
	field := func(label, value string, st style, lines int, in ink) {
		if value == "" {
			return
		}
		y = c.block(p.fit(label, style{regular, 22}, left, 1), cardEdge, y, left, toLeft, soft) - 4
		y = c.block(p.fit(value, st, left, lines), cardEdge, y, left, toLeft, in) + 10
	}
	field(p.say("picture.number"), m.Number.Display(), style{bold, 44}, 1, accent)
	field(p.say("picture.booth"), m.Booth, style{regular, 28}, 2, onPaper)
	field(p.say("picture.inviter"), m.Inviter, style{regular, 28}, 1, onPaper)

	right := cardWidth - cardEdge - cardQR
	if err := c.qr(m.Link, qr.L, right, top-10, cardQR); err != nil {
		return nil, err
	}
	c.block(p.fit(p.say("picture.scan"), style{regular, 22}, cardQR, 1), float64(right), top+cardQR-8, cardQR, toMiddle, soft)
	foot := p.say("picture.since", "date", m.On) + "  ·  " + p.say("picture.noid")
	c.fill(cardEdge, cardHeight-68, cardWidth-2*cardEdge, 2, uint8(accent)+4)
	c.block(p.fit(foot, style{regular, 22}, cardWidth-2*cardEdge, 1), cardEdge, cardHeight-56, 0, toLeft, soft)
	return c.png()
}

// head paints the band with what the picture is and whose.
func (c *canvas) head(title, of string, width, height, edge int) {
	c.fill(0, 0, width, height, band)
	inner := float64(width - 2*edge)
	left := c.pen.fit(title, style{bold, float64(height) * 0.37}, inner*0.42, 1)
	right := c.pen.fit(of, style{regular, float64(height) * 0.26}, inner*0.54, 1)
	base := float64(height) * 0.63
	if len(left) > 0 {
		c.paint(left[0], float64(edge), base, onBand)
	}
	if len(right) > 0 {
		c.paint(right[0], float64(width-edge)-right[0].width, base, softBand)
	}
}
