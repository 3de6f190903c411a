package picture

import (
	"image"
	"image/draw"
	"math"

	"sadasya/party"
)

// chart places a map within a box of a canvas: degrees become pixels, east ones
// shortened as they are in the middle of it.
type chart struct {
	*canvas
	left, top, scale, shorter float64
	west, north               float64
}

// leastSpan is the smallest width and height of a map in degrees, some hundred
// metres: one booth alone has none.
const leastSpan = 0.001

// newChart fits outlines into a box.
func newChart(c *canvas, box image.Rectangle, all []party.Outline) *chart {
	west, east, south, north := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, o := range all {
		for _, ring := range o {
			for _, p := range ring {
				west, east = math.Min(west, p.Lon), math.Max(east, p.Lon)
				south, north = math.Min(south, p.Lat), math.Max(north, p.Lat)
			}
		}
	}
	m := &chart{canvas: c, west: west, north: north, shorter: math.Cos((south + north) / 2 * math.Pi / 180)}
	width, height := (east-west)*m.shorter, north-south
	m.scale = math.Min(float64(box.Dx())/math.Max(width, leastSpan), float64(box.Dy())/math.Max(height, leastSpan))
	m.left = float64(box.Min.X) + (float64(box.Dx())-width*m.scale)/2
	m.top = float64(box.Min.Y) + (float64(box.Dy())-height*m.scale)/2
	return m
}

func (m *chart) at(p party.GeoPoint) (x, y float64) {
	return m.left + (p.Lon-m.west)*m.shorter*m.scale, m.top + (m.north-p.Lat)*m.scale
}

// shade fills an outline with a step of an ink.
func (m *chart) shade(o party.Outline, in ink, step int) {
	r := m.pen.raster
	r.Reset(m.Rect.Dx(), m.Rect.Dy())
	for _, ring := range o {
		for i, p := range ring {
			x, y := m.at(p)
			if i == 0 {
				r.MoveTo(float32(x), float32(y))
			} else {
				r.LineTo(float32(x), float32(y))
			}
		}
		r.ClosePath()
	}
	m.stamp(in, step)
}

// border is a piece of a border between two points of outlines.
type border [2]party.GeoPoint

// borders gives the pieces of the borders of areas. within tells areas of one
// group: what lies between two of a group is among the inner ones. They come in
// the order of the outlines, so that the same map is the same picture.
func borders(all []party.Outline, group []string) (inner, outer []border) {
	seen := map[border]string{}
	twice := map[border]bool{}
	var order []border
	for i, o := range all {
		for _, ring := range o {
			for j := 1; j < len(ring); j++ {
				b := border{ring[j-1], ring[j]}
				if b[1].Lon < b[0].Lon || b[1].Lon == b[0].Lon && b[1].Lat < b[0].Lat {
					b[0], b[1] = b[1], b[0]
				}
				switch g, ok := seen[b]; {
				case !ok:
					order = append(order, b)
				case g == group[i]:
					twice[b] = true
				}
				seen[b] = group[i]
			}
		}
	}
	for _, b := range order {
		if twice[b] {
			inner = append(inner, b)
		} else {
			outer = append(outer, b)
		}
	}
	return inner, outer
}

// strokes draws pieces of borders with a width in pixels.
func (m *chart) strokes(list []border, width float64, in ink, step int) {
	r := m.pen.raster
	r.Reset(m.Rect.Dx(), m.Rect.Dy())
	for _, b := range list {
		ax, ay := m.at(b[0])
		bx, by := m.at(b[1])
		length := math.Hypot(bx-ax, by-ay)
		if length == 0 {
			continue
		}
		// A little longer than the piece, so that corners close.
		ux, uy := (bx-ax)/length*width/2, (by-ay)/length*width/2
		ax, ay, bx, by = ax-ux/2, ay-uy/2, bx+ux/2, by+uy/2
		r.MoveTo(float32(ax-uy), float32(ay+ux))
		r.LineTo(float32(bx-uy), float32(by+ux))
		r.LineTo(float32(bx+uy), float32(by-ux))
		r.LineTo(float32(ax+uy), float32(ay-ux))
		r.ClosePath()
	}
	m.stamp(in, step)
}

// stamp paints what the rasterizer holds with a step of an ink. Half covered
// pixels get a step between; over another ink only what is covered by more than
// half is painted, since there is no colour between the two.
func (m *chart) stamp(in ink, step int) {
	mask := image.NewAlpha(m.Rect)
	m.pen.raster.DrawOp = draw.Src
	m.pen.raster.Draw(mask, mask.Rect, image.Opaque, image.Point{})
	for i, a := range mask.Pix {
		if a == 0 {
			continue
		}
		under := &m.Pix[i]
		with := uint8(in) + uint8((int(a)*step+127)/255)
		switch ours := *under/steps == uint8(in)/steps || *under%steps == 0 && *under < uint8(onBand); {
		case !ours && a < 128:
		case ours && a < 255 && *under/steps == uint8(in)/steps && *under > with:
		default:
			*under = with
		}
	}
}

// middle is where a label of some outlines stands: the middle of the largest
// ring's area.
func middle(all ...party.Outline) (at party.GeoPoint) {
	var largest, x, y float64
	for _, o := range all {
		for _, ring := range o {
			var area, cx, cy float64
			for i := 1; i < len(ring); i++ {
				a, b := ring[i-1], ring[i]
				cross := a.Lon*b.Lat - b.Lon*a.Lat
				area += cross
				cx += (a.Lon + b.Lon) * cross
				cy += (a.Lat + b.Lat) * cross
			}
			if area == 0 {
				continue
			}
			// Areas of a group count by their size.
			size := math.Abs(area)
			x += cx / (3 * area) * size
			y += cy / (3 * area) * size
			largest += size
		}
	}
	if largest == 0 {
		return at
	}
	return party.GeoPoint{Lon: x / largest, Lat: y / largest}
}
