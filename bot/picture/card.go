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

// Where things stand on a card, in pixels. A phone shows it at a third of its
// size: nothing is smaller than 33 pixels there unless a name is very long.
const (
	cardWidth, cardHeight = 1080, 1300
	cardEdge              = 60
	cardBand              = 164
	cardLower             = 600  // where the code's part begins
	cardFoot              = 1196 // the rule above the last line
	cardQR                = 520  // with its quiet zone: 8 pixels a module for most names
	cardQuiet             = 32   // of that, so that the dark of the code ends at the edge
)

// Card draws a member's card as PNG. The error is ErrLink.
func (d *Drawer) Card(m Card) ([]byte, error) {
	p := d.pick(m.Language)
	defer d.pens.Put(p)
	c := newCanvas(p, cardWidth, cardHeight)
	const inner = float64(cardWidth - 2*cardEdge)

	c.fill(0, 0, cardWidth, cardBand, band)
	p.column(inner*0.44).add(p.say("picture.card"), style{bold, 58}, 1, onBand, 0).center(c, cardEdge, 0, cardBand, toLeft)
	p.column(inner*0.52).add(m.Party, style{regular, 36}, 2, softBand, 0).center(c, cardEdge+inner*0.48, 0, cardBand, toRight)

	p.column(inner).add(string(m.Name), style{bold, 84}, 2, onPaper, 0).
		field(p.say("picture.number"), m.Number.Display(), style{bold, 72}, 1, accent).
		center(c, cardEdge, cardBand+16, cardLower, toLeft)

	const qrLeft, qrTop = cardWidth - cardEdge + cardQuiet - cardQR, cardLower - cardQuiet + 16
	if err := c.qr(m.Link, qr.L, qrLeft, qrTop, cardQR); err != nil {
		return nil, err
	}
	const code = float64(cardQR - 2*cardQuiet)
	p.column(code).add(p.say("picture.scan"), style{regular, 33}, 1, soft, 0).paint(c, qrLeft+cardQuiet, qrTop+cardQR-cardQuiet+12, toMiddle)
	p.column(inner-code-44).
		field(p.say("picture.booth"), m.Booth, style{regular, 39}, 4, onPaper).
		field(p.say("picture.inviter"), m.Inviter, style{regular, 39}, 3, onPaper).
		paint(c, cardEdge, qrTop+cardQuiet-12, toLeft)

	c.fill(cardEdge, cardFoot, int(inner), 2, uint8(accent)+4)
	p.column(inner).add(joined(p.since(m.On), p.say("picture.noid")), style{regular, 33}, 1, soft, 0).
		center(c, cardEdge, cardFoot, cardHeight-16, toLeft)
	return c.png(0)
}

// since says the day of joining, and nothing without one.
func (p *pen) since(on string) string {
	if on == "" {
		return ""
	}
	return p.say("picture.since", "date", on)
}

// field adds a value under its label, and nothing where there is no value.
func (s *stack) field(label, value string, st style, lines int, in ink) *stack {
	if len(s.pen.words(value, st.weight)) == 0 {
		return s
	}
	return s.add(label, style{regular, 33}, 1, soft, 18).add(value, st, lines, in, -4)
}
