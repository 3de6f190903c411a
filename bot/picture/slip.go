package picture

import (
	"github.com/boombuler/barcode/qr"

	"sadasya/party"
)

// MemberSlip is what a member keeps whom an enroller recorded: in the language
// first, and in the other below, since nobody knows who reads it to them.
type MemberSlip struct {
	Language party.Language
	Party    map[party.Language]string
	Name     party.Name
	Number   party.Number
	Enroller string
	Helpline string
	Link     string // to the record; a key to it
}

// Where things stand on a slip of A6, across, in dots of paperDPI.
const (
	a6Width, a6Height   = 874, 620
	memberEdge          = 40
	memberBand          = 104
	memberQR, memberTop = 340, 116 // with its quiet zone, and where that begins
	memberQuiet         = 30
	memberBeside        = memberEdge + memberQR - 2*memberQuiet + 30
	memberFoot          = 462 // the rule above the helpline
)

// MemberSlip draws the slip as PNG. The error is ErrLink.
func (d *Drawer) MemberSlip(m MemberSlip) ([]byte, error) {
	p := d.pick(m.Language)
	defer d.pens.Put(p)
	c := newCanvas(p, a6Width, a6Height)
	const inner, beside = float64(a6Width - 2*memberEdge), float64(a6Width - memberEdge - memberBeside)
	first, second := p.texts, d.printers[party.Hindi]
	here, there := m.Party[m.Language], m.Party[party.Hindi]
	if m.Language != party.English {
		second, there = d.printers[party.English], m.Party[party.English]
	}
	both := func(key string, args ...string) (a, b string) {
		a = p.say(key, args...)
		p.texts = second
		b = p.say(key, args...)
		p.texts = first
		return a, b
	}

	c.fill(0, 0, a6Width, memberBand, band)
	title, other := both("picture.slip")
	p.column(inner*0.46).add(title, style{bold, 36}, 1, onBand, 0).add(other, style{regular, 22}, 1, softBand, 0).center(c, memberEdge, 0, memberBand, toLeft)
	p.column(inner*0.5).add(here, style{bold, 24}, 1, onBand, 0).add(there, style{regular, 22}, 1, softBand, 2).
		center(c, memberEdge+inner*0.5, 0, memberBand, toRight)

	if err := c.qr(m.Link, qr.M, memberEdge-memberQuiet, memberTop, memberQR); err != nil {
		return nil, err
	}
	number, numberToo := both("picture.number")
	own, ownToo := both("picture.own")
	p.column(beside).add(string(m.Name), style{bold, 44}, 2, onPaper, 0).
		add(number+" · "+numberToo, style{regular, 22}, 1, soft, 6).
		add(m.Number.Display(), style{bold, 46}, 1, accent, -4).
		add(p.recordedBy(m.Enroller), style{regular, 22}, 1, soft, 2).
		add(own, style{bold, 24}, 2, onPaper, 10).
		add(ownToo, style{regular, 20}, 2, soft, 0).
		center(c, memberBeside, memberBand+6, memberFoot-6, toLeft)

	c.fill(memberEdge, memberFoot, int(inner), 2, uint8(accent)+4)
	asked, askedToo := both("picture.unasked", "helpline", m.Helpline)
	never, neverToo := both("picture.never")
	p.column(inner).add(asked, style{bold, 27}, 1, onPaper, 0).add(askedToo, style{regular, 23}, 1, onPaper, 0).
		add(never+" · "+neverToo, style{regular, 21}, 1, soft, 6).
		center(c, memberEdge, memberFoot, a6Height-4, toLeft)
	return c.png(paperDPI)
}

// recordedBy says who recorded, and nothing where nobody is named.
func (p *pen) recordedBy(name string) string {
	if len(p.words(name, regular)) == 0 {
		return ""
	}
	return p.say("picture.by", "name", name)
}
