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
	meritFrame              = 6   // thick
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

	const frame = meritEdge + meritFrame
	c.fill(meritEdge, meritEdge, meritWidth-2*meritEdge, meritHeight-2*meritEdge, band)
	c.fill(frame, meritBand, meritWidth-2*frame, meritHeight-frame-meritBand, paper)
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
