package picture

import "sadasya/party"

// Certificate is what an enroller may show of a milestone. Texts are in its
// language already, or names; an empty one is left out.
type Certificate struct {
	Language party.Language
	Party    string
	Enroller string
	Booth    string
	Count    int // confirmed members
	On       string
}

// Where things stand on a certificate, in pixels.
const (
	meritWidth, meritHeight = 1080, 1350
	meritEdge               = 48  // of the frame
	meritInset              = 108 // of the words
	meritBand               = 236
	meritNumber             = 600 // where the number's part begins
	meritFoot               = 1198
)

// Certificate draws a certificate as PNG.
func (d *Drawer) Certificate(m Certificate) ([]byte, error) {
	p := d.pick(m.Language)
	defer d.pens.Put(p)
	c := newCanvas(p, meritWidth, meritHeight)
	const inner = float64(meritWidth - 2*meritInset)

	c.frame(meritEdge, 6)
	c.fill(meritEdge, meritEdge, meritWidth-2*meritEdge, meritBand-meritEdge, band)
	p.column(inner).add(p.say("picture.certificate"), style{bold, 62}, 1, onBand, 0).
		add(m.Party, style{regular, 36}, 1, softBand, 6).
		center(c, meritInset, meritEdge, meritBand, toMiddle)

	p.column(inner).add(m.Enroller, style{bold, 82}, 2, onPaper, 0).
		add(p.at(m.Booth), style{regular, 36}, 3, soft, 10).
		center(c, meritInset, meritBand+20, meritNumber, toMiddle)

	p.column(inner).add(party.FormatCount(m.Count), style{bold, 220}, 1, accent, 0).
		add(p.say("picture.merit"), style{bold, 50}, 1, onPaper, -30).
		add(p.say("picture.thanks"), style{regular, 38}, 2, soft, 44).
		center(c, meritInset, meritNumber, meritFoot, toMiddle)

	c.fill(meritInset, meritFoot, int(inner), 2, uint8(accent)+4)
	p.column(inner).add(m.On, style{regular, 34}, 1, soft, 0).center(c, meritInset, meritFoot, meritHeight-meritEdge, toMiddle)
	return c.png(0)
}

// at says at which booth, and nothing without one.
func (p *pen) at(booth string) string {
	if booth == "" {
		return ""
	}
	return p.say("picture.at", "booth", booth)
}

// frame draws a border so far from the edge.
func (c *canvas) frame(edge, thick int) {
	w, h := c.Rect.Dx()-2*edge, c.Rect.Dy()-2*edge
	for _, r := range [][4]int{{edge, edge, w, thick}, {edge, edge + h - thick, w, thick}, {edge, edge, thick, h}, {edge + w - thick, edge, thick, h}} {
		c.fill(r[0], r[1], r[2], r[3], band)
	}
}
