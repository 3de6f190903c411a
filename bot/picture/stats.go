package picture

import (
	"strconv"
	"strings"

	"sadasya/party"
)

// Stats is the drive in numbers. Texts are in its language already.
type Stats struct {
	Language  party.Language
	Party     string
	At        string
	Confirmed int
	Target    int    // 0: there is none
	PerDay    int    // needed until By; 0: nothing is
	By        string // the target's day
	Today     int    // added
	Week      int    // added, from Monday
	Review    int
	Women     int        // percent of those who said their gender; below 0: not told
	Social    [5]int     // the same of each category, in the order of party.SocialCategories
	Districts []District // in the order in which they are shown; at most statsRows each column
}

// District is how far one is.
type District struct {
	Name      string
	Confirmed int
	Percent   int // of its share of the target
}

// Where things stand, in pixels.
const (
	statsWidth, statsHeight = 1080, 1648
	statsEdge               = 50
	statsBand               = 150
	statsNumber             = 172 // where the number's part begins
	statsBar                = 404
	statsBoxes, statsBox    = 492, 120
	statsShares             = 640 // the line above who is with the drive
	statsList               = 790 // the line above the districts
	statsFirst, statsRow    = 846, 36
	statsRows               = 21
)

// Stats draws the numbers as PNG.
func (d *Drawer) Stats(m Stats) ([]byte, error) {
	p := d.pick(m.Language)
	defer d.pens.Put(p)
	c := newCanvas(p, statsWidth, statsHeight)
	const inner = statsWidth - 2*statsEdge

	c.fill(0, 0, statsWidth, statsBand, band)
	p.column(inner).add(p.say("picture.drive"), style{bold, 52}, 1, onBand, 0).
		add(m.Party+" · "+m.At, style{regular, 30}, 1, softBand, 2).
		center(c, statsEdge, 0, statsBand, toMiddle)

	p.column(inner).add(party.FormatCount(m.Confirmed), style{bold, 120}, 1, accent, 0).
		add(p.say("picture.members"), style{regular, 36}, 1, soft, -16).
		paint(c, statsEdge, statsNumber-16, toMiddle)
	c.aim(m)

	boxes := [...]struct {
		key   string
		count int
	}{{"picture.today", m.Today}, {"picture.week", m.Week}, {"picture.inreview", m.Review}}
	const width = inner / len(boxes)
	for i, b := range boxes {
		x := statsEdge + i*width
		if i > 0 {
			c.fill(x, statsBoxes+14, 2, statsBox-28, uint8(accent)+4)
		}
		p.column(float64(width-20)).add(party.FormatCount(b.count), style{bold, 46}, 1, onPaper, 0).
			add(p.say(b.key), style{regular, 28}, 1, soft, -4).
			center(c, float64(x+10), statsBoxes, statsBoxes+statsBox, toMiddle)
	}

	c.shares(m)
	c.fill(statsEdge, statsList-14, inner, 2, uint8(accent)+4)
	p.column(inner).add(p.say("picture.bydistrict"), style{bold, 28}, 1, onPaper, 0).paint(c, statsEdge, statsList, toLeft)
	for i, district := range m.Districts[:min(len(m.Districts), 2*statsRows)] {
		c.district(district, statsEdge+i/statsRows*(inner/2+15), statsFirst+i%statsRows*statsRow, inner/2-15)
	}
	return c.png(0)
}

// aim draws how far the target is reached, and says what is needed a day.
func (c *canvas) aim(m Stats) {
	const inner, half = statsWidth - 2*statsEdge, float64(statsWidth-2*statsEdge) * 0.5
	if m.Target == 0 {
		return
	}
	c.frame(statsEdge, statsBar, inner, 22, paper)
	if m.Confirmed > 0 {
		c.fill(statsEdge+2, statsBar+2, max(2, (inner-4)*min(m.Confirmed, m.Target)/m.Target), 18, uint8(accent)+steps-1)
	}
	of := p100(m.Confirmed, m.Target) + " · " + c.pen.say("picture.of", "done", party.FormatCount(m.Confirmed), "of", party.FormatCount(m.Target))
	c.pen.column(half).add(of, style{bold, 27}, 1, onPaper, 0).paint(c, statsEdge, statsBar+28, toLeft)
	if m.PerDay > 0 {
		c.pen.column(half).add(c.pen.say("picture.perday", "by", m.By, "perday", party.FormatCount(m.PerDay)), style{regular, 27}, 1, onPaper, 0).
			paint(c, statsEdge+half, statsBar+28, toRight)
	}
}

// shares writes who is with the drive, of those who chose to say.
func (c *canvas) shares(m Stats) {
	const inner, caption = statsWidth - 2*statsEdge, 56
	c.fill(statsEdge, statsShares-14, inner, 2, uint8(accent)+4)
	c.pen.column(inner).add(c.pen.say("picture.who"), style{bold, 28}, 1, onPaper, 0).paint(c, statsEdge, statsShares, toLeft)
	names, percents := []string{c.pen.say("shares.women")}, append([]int{m.Women}, m.Social[:]...)
	for _, category := range party.SocialCategories() {
		names = append(names, c.pen.say("social."+strings.ToLower(string(category))))
	}
	width := inner / len(names)
	for i, name := range names {
		share := "–"
		if percents[i] >= 0 {
			share = strconv.Itoa(percents[i]) + "%"
		}
		c.pen.column(float64(width-10)).add(share, style{bold, 38}, 1, accent, 0).add(name, style{regular, 25}, 1, soft, -6).
			paint(c, float64(statsEdge+i*width+5), statsShares+caption-16, toMiddle)
	}
}

func p100(part, whole int) string { return strconv.Itoa(percentOf(part, whole)) + "%" }

// Where the parts of a district's row begin and end.
const (
	rowName, rowCount    = 206, 326 // where they end
	rowBar, rowBarLength = 338, 66
	rowPercent           = 66
)

// district writes one on a row of a width, with a bar beside its figures.
func (c *canvas) district(d District, x, y, width int) {
	at := func(from, to int, text string, st style, in ink, how align) {
		c.pen.column(float64(to-from)).add(text, st, 1, in, 0).paint(c, float64(x+from), float64(y), how)
	}
	at(0, rowName, d.Name, style{regular, 25}, onPaper, toLeft)
	at(rowName+4, rowCount, party.FormatCount(d.Confirmed), style{bold, 25}, onPaper, toRight)
	c.fill(x+rowBar, y+12, rowBarLength, 13, uint8(accent)+2)
	c.fill(x+rowBar, y+12, rowBarLength*min(d.Percent, 100)/100, 13, uint8(accent)+steps-1)
	at(width-rowPercent, width, strconv.Itoa(d.Percent)+"%", style{regular, 25}, soft, toRight)
}
