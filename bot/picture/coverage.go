package picture

import (
	"cmp"
	"image"
	"math"
	"slices"
	"strconv"
	"strings"

	"sadasya/party"
)

// Coverage is a map of an area, shaded by how many of its booths have an
// enroller, with bars of what is reached below. Texts are in its language
// already.
type Coverage struct {
	Language party.Language
	Party    string
	Area     string
	On       string
	Parts    []Part
	Dots     []Dot // of one constituency: its booths
	Bars     []Bar
	Credit   string // to who made the outlines
}

// Part is a constituency on the map.
type Part struct {
	Name    string
	Group   string // whose parts have one label and a thick border around them; empty: a label of its own
	Outline party.Outline
	Booths  int
	Filled  int
}

// Dot is a booth on the map.
type Dot struct {
	At     party.GeoPoint
	Filled bool // it has an enroller
}

// Bar is so much done of something.
type Bar struct {
	Label    string
	Done, Of int
}

// Where things stand on the map, in pixels.
const (
	mapWidth, mapHeight = 1080, 1500
	mapEdge             = 50
	mapBand             = 150
	mapTop, mapBottom   = 170, 990
	mapLegend           = 1006
	mapFewest           = 1066     // a line of the parts with the fewest
	mapBars, mapBar     = 1120, 76 // where they begin, and the height of one
	mapDot              = 8        // the radius of a booth
	mapFoot             = 1436
	mapLabel            = 27.0 // the size of labels on the map
	mapNames            = 5    // so many parts at most have their names on the map too
)

// shades are the classes of the map: from so many percent on, with the step of
// ink. Each is darker than the one before, so that it is read without colour.
var shades = [...]struct{ from, step int }{{0, 0}, {1, 3}, {25, 6}, {50, 10}, {75, 14}}

// shadeOf is the class of a part. One that has anybody is not of the class of
// nobody.
func shadeOf(filled, booths int) int {
	percent := percentOf(filled, booths)
	if filled > 0 {
		percent = max(percent, 1)
	}
	class := 0
	for i, s := range shades {
		if percent >= s.from {
			class = i
		}
	}
	return class
}

// percentOf is rounded down: 100 % are all.
func percentOf(part, whole int) int {
	if whole <= 0 {
		return 0
	}
	return min(part*100/whole, 100)
}

// Coverage draws the map as PNG.
func (d *Drawer) Coverage(m Coverage) ([]byte, error) {
	p := d.pick(m.Language)
	defer d.pens.Put(p)
	c := newCanvas(p, mapWidth, mapHeight)
	const inner = float64(mapWidth - 2*mapEdge)

	c.fill(0, 0, mapWidth, mapBand, band)
	p.column(inner).add(joined(m.Area, m.On), style{bold, 50}, 1, onBand, 0).
		add(p.say("picture.coverage"), style{regular, 34}, 1, softBand, 0).
		center(c, mapEdge, 0, mapBand, toLeft)

	if len(m.Dots) > 0 {
		c.spots(m.Dots)
	} else {
		c.land(m.Parts)
	}
	for i, b := range m.Bars {
		c.bar(b, mapBars+i*mapBar)
	}
	foot := m.Party
	if len(m.Dots) == 0 {
		foot = joined(m.Party, p.say("picture.map", "credit", m.Credit))
	}
	p.column(inner).add(foot, style{regular, 22}, 1, soft, 0).
		center(c, mapEdge, mapFoot, mapHeight, toLeft)
	return c.png(0)
}

// land draws the parts, their borders and their labels.
func (c *canvas) land(parts []Part) {
	var outlines []party.Outline
	var groups []string
	for _, p := range parts {
		outlines, groups = append(outlines, p.Outline), append(groups, p.Group)
	}
	if len(outlines) == 0 {
		return
	}
	m := newChart(c, image.Rect(mapEdge, mapTop, mapWidth-mapEdge, mapBottom), outlines)
	for _, p := range parts {
		m.shade(p.Outline, accent, shades[shadeOf(p.Filled, p.Booths)].step)
	}
	within, around := borders(outlines, groups)
	m.strokes(within, 1.6, soft, 9)
	m.strokes(around, 3, onPaper, steps-1)
	sums := summed(parts)
	m.labels(sums)
	c.legend()
	c.fewest(sums)
}

// spots draws the booths of a constituency as dots in a frame. Its outline is
// left out: those at hand are too coarse for the distance between booths.
func (c *canvas) spots(dots []Dot) {
	box := image.Rect(mapEdge, mapTop, mapWidth-mapEdge, mapBottom)
	c.frame(box.Min.X, box.Min.Y, box.Dx(), box.Dy(), uint8(accent)+1)
	m := newChart(c, box.Inset(4*mapDot), []party.Outline{{bulk(dots)}})
	for _, filled := range []bool{true, false} { // gaps above what covers them
		for _, d := range dots {
			x, y := m.at(d.At)
			if d.Filled == filled && (image.Point{int(x), int(y)}).In(box.Inset(2*mapDot)) {
				c.dot(x, y, filled)
			}
		}
	}
	for i, key := range []string{"picture.dot.filled", "picture.dot.empty"} {
		x := mapEdge + i*mapWidth/2
		c.dot(float64(x+mapDot+4), mapLegend+28, i == 0)
		c.pen.column(mapWidth/2-3*mapEdge).add(c.pen.say(key), style{regular, 30}, 1, onPaper, 0).
			center(c, float64(x+3*mapDot+8), mapLegend+8, mapLegend+48, toLeft)
	}
}

// bulk gives the places of the dots without the outermost fiftieth on each side:
// a few lists have booths far out, which would press the others together.
func bulk(dots []Dot) []party.GeoPoint {
	lons, lats := make([]float64, len(dots)), make([]float64, len(dots))
	for i, d := range dots {
		lons[i], lats[i] = d.At.Lon, d.At.Lat
	}
	slices.Sort(lons)
	slices.Sort(lats)
	cut := len(dots) / 50
	last := len(dots) - 1 - cut
	return []party.GeoPoint{{Lon: lons[cut], Lat: lats[cut]}, {Lon: lons[last], Lat: lats[last]}}
}

// dot draws a full circle, or a ring.
func (c *canvas) dot(x, y float64, full bool) {
	c.circle(x, y, mapDot, steps-1)
	if !full {
		c.circle(x, y, mapDot-2.5, 0)
	}
}

// circle fills one with a step of ink.
func (c *canvas) circle(x, y, radius float64, step int) {
	for py := int(y - radius); py <= int(y+radius)+1; py++ {
		for px := int(x - radius); px <= int(x+radius)+1; px++ {
			if math.Hypot(float64(px)-x, float64(py)-y) <= radius && (image.Point{px, py}).In(c.Rect) {
				c.Pix[c.PixOffset(px, py)] = uint8(onPaper) + uint8(step)
			}
		}
	}
}

// sum is a part with its label, or a group of them.
type sum struct {
	name           string
	outs           []party.Outline
	booths, filled int
}

func (s sum) percent() int { return percentOf(s.filled, s.booths) }

// summed gives the groups, those of more booths first.
func summed(parts []Part) (list []sum) {
	at := map[string]int{}
	for _, p := range parts {
		name := cmp.Or(p.Group, p.Name)
		i, ok := at[name]
		if !ok {
			i = len(list)
			at[name] = i
			list = append(list, sum{name: name})
		}
		list[i].outs = append(list[i].outs, p.Outline)
		list[i].booths += p.Booths
		list[i].filled += p.Filled
	}
	slices.SortStableFunc(list, func(a, b sum) int { return cmp.Compare(b.booths, a.booths) })
	return list
}

// labels writes the percents where there is room.
func (m *chart) labels(list []sum) {
	var taken []image.Rectangle
	for _, s := range list {
		lines := []string{percentWords(s.percent())}
		if len(list) <= mapNames {
			lines = []string{s.name, lines[0]}
		}
		if r, ok := m.label(lines, middle(s.outs...), taken); ok {
			taken = append(taken, r)
		}
	}
}

func percentWords(n int) string { return strconv.Itoa(n) + "%" }

// fewest names the groups with the smallest percents, of the same percent those
// where fewest are filled, for who cannot tell them on the map.
func (c *canvas) fewest(list []sum) {
	if len(list) < 2 {
		return
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b sum) int {
		return cmp.Or(cmp.Compare(a.percent(), b.percent()), cmp.Compare(a.filled, b.filled))
	})
	var words []string
	for _, s := range list[:min(len(list), 3)] {
		words = append(words, s.name+" "+percentWords(s.percent()))
	}
	c.pen.column(mapWidth-2*mapEdge).add(c.pen.say("picture.fewest", "list", strings.Join(words, ", ")), style{bold, 29}, 1, onPaper, 0).
		paint(c, mapEdge, mapFewest, toLeft)
}

// label writes words on a white ground, unless that would cover one of those
// that are taken.
func (m *chart) label(lines []string, at party.GeoPoint, taken []image.Rectangle) (image.Rectangle, bool) {
	width := 0.0
	for _, l := range lines {
		for _, set := range m.pen.fit(l, style{bold, mapLabel}, 400, 1) {
			width = max(width, set.width)
		}
	}
	st := m.pen.column(width + 1)
	for _, l := range lines {
		st.add(l, style{bold, mapLabel}, 1, onPaper, 0)
	}
	x, y := m.at(at)
	r := image.Rect(int(x-width/2)-7, int(y-st.height/2), int(x+width/2)+7, int(y+st.height/2))
	for _, t := range taken {
		if r.Overlaps(t) {
			return r, false
		}
	}
	m.fill(r.Min.X, r.Min.Y, r.Dx(), r.Dy(), paper)
	st.paint(m.canvas, float64(r.Min.X)+7, float64(r.Min.Y)-1, toMiddle)
	return r, true
}

// legend says what the shades mean.
func (c *canvas) legend() {
	const box, gap = 40, 12
	width := (mapWidth - 2*mapEdge) / len(shades)
	for i, s := range shades {
		x := mapEdge + i*width
		c.frame(x, mapLegend+8, box, box, uint8(accent)+uint8(s.step))
		words := c.pen.say("picture.nobody")
		switch {
		case i == len(shades)-1:
			words = strconv.Itoa(s.from) + "–100%"
		case i > 0:
			words = strconv.Itoa(s.from) + "–" + strconv.Itoa(shades[i+1].from-1) + "%"
		}
		c.pen.column(float64(width-box-2*gap)).add(words, style{regular, 28}, 1, onPaper, 0).
			center(c, float64(x+box+gap), mapLegend+8, mapLegend+8+box, toLeft)
	}
}

// frame fills a box and draws a line around it.
func (c *canvas) frame(x, y, w, h int, with uint8) {
	c.fill(x, y, w, h, dark)
	c.fill(x+2, y+2, w-4, h-4, with)
}

// bar writes what is done and draws it as a part of the whole width.
func (c *canvas) bar(b Bar, y int) {
	const inner, half, thick = mapWidth - 2*mapEdge, float64(mapWidth-2*mapEdge) * 0.55, 20
	c.pen.column(half).add(b.Label, style{regular, 30}, 1, onPaper, 0).paint(c, mapEdge, float64(y), toLeft)
	c.pen.column(inner-half).add(c.pen.say("picture.of", "done", party.FormatCount(b.Done), "of", party.FormatCount(b.Of)), style{bold, 30}, 1, onPaper, 0).
		paint(c, mapEdge+half, float64(y), toRight)
	c.frame(mapEdge, y+44, inner, thick, paper)
	if b.Of > 0 && b.Done > 0 {
		c.fill(mapEdge+2, y+46, max(2, (inner-4)*min(b.Done, b.Of)/b.Of), thick-4, uint8(accent)+steps-1)
	}
}
