package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"sync"
)

// ink is a colour on a ground, in sixteen steps from the ground to the colour:
// the edges of letters need those between.
type ink uint8

// The inks. Their colours are no party's.
const (
	onPaper   ink = iota * steps // text on white
	soft                         // labels on white
	accent                       // numbers and rules on white
	onBand                       // text on the band
	softBand                     // text on the band, quieter
	inkCount  = iota
	steps     = 16
	bandColor = 0x12455A
)

var inkColors = [inkCount][2]uint32{ // ground, colour
	{0xFFFFFF, 0x1B1F23}, {0xFFFFFF, 0x5B6770}, {0xFFFFFF, bandColor}, {bandColor, 0xFFFFFF}, {bandColor, 0xBFD6DE},
}

// palette has every step of every ink; paper and the band are the first of some.
var palette = sync.OnceValue(func() color.Palette {
	p := make(color.Palette, 0, inkCount*steps)
	for _, c := range inkColors {
		for i := range steps {
			p = append(p, blend(c[0], c[1], i))
		}
	}
	return p
})

func blend(ground, top uint32, step int) color.Color {
	part := func(shift int) uint8 {
		a, b := float64(ground>>shift&0xff), float64(top>>shift&0xff)
		return uint8(math.Round(a + (b-a)*float64(step)/(steps-1)))
	}
	return color.RGBA{part(16), part(8), part(0), 0xff}
}

// Grounds to fill with.
const (
	paper = uint8(onPaper)
	band  = uint8(onBand)
	dark  = uint8(onPaper) + steps - 1
)

// canvas is a picture under way.
type canvas struct {
	*image.Paletted
	pen  *pen
	mask *image.Alpha // of the line being painted
}

func newCanvas(p *pen, w, h int) *canvas {
	return &canvas{Paletted: image.NewPaletted(image.Rect(0, 0, w, h), palette()), pen: p, mask: &image.Alpha{}}
}

// fill paints a rectangle.
func (c *canvas) fill(x, y, w, h int, with uint8) {
	r := image.Rect(x, y, x+w, y+h).Intersect(c.Rect)
	for row := r.Min.Y; row < r.Max.Y; row++ {
		at := c.PixOffset(r.Min.X, row)
		pixels := c.Pix[at : at+r.Dx()]
		for i := range pixels {
			pixels[i] = with
		}
	}
}

// paint draws a line of text with its baseline beginning at x, y.
func (c *canvas) paint(l line, x, y float64, in ink) {
	const margin = 8
	left, top := math.Floor(x)-margin, math.Floor(y-l.style.size*1.3)
	w, h := int(math.Ceil(l.width))+2*margin+1, int(math.Ceil(l.style.size*2))
	c.pen.raster.Reset(w, h)
	c.pen.raster.DrawOp = draw.Src
	c.pen.outline(l, x-left, y-top)
	if cap(c.mask.Pix) < w*h {
		c.mask.Pix = make([]uint8, w*h)
	}
	*c.mask = image.Alpha{Pix: c.mask.Pix[:w*h], Stride: w, Rect: image.Rect(0, 0, w, h)}
	c.pen.raster.Draw(c.mask, c.mask.Rect, image.Opaque, image.Point{})
	at := image.Pt(int(left), int(top))
	for my := range h {
		for mx := range w {
			a := c.mask.Pix[my*w+mx]
			if a < 8 || !(image.Point{at.X + mx, at.Y + my}).In(c.Rect) {
				continue
			}
			c.Pix[c.PixOffset(at.X+mx, at.Y+my)] = uint8(in) + uint8((int(a)*(steps-1)+127)/255)
		}
	}
}

// align says where a block's lines stand between its edges.
type align int

const (
	toLeft align = iota
	toMiddle
)

// block paints lines below each other in a width, the first under top, and gives
// where it ends.
func (c *canvas) block(lines []line, x, top, width float64, how align, in ink) (bottom float64) {
	for _, l := range lines {
		step := leading(l.style)
		at := x
		if how == toMiddle {
			at = x + (width-l.width)/2
		}
		c.paint(l, at, top+step*0.76, in)
		top += step
	}
	return top
}

// encoder is fast: the pictures are flat, so that little is lost by it.
var encoder = png.Encoder{CompressionLevel: png.BestSpeed, BufferPool: &buffers{}}

type buffers struct{ pool sync.Pool }

func (b *buffers) Get() *png.EncoderBuffer {
	e, _ := b.pool.Get().(*png.EncoderBuffer)
	return e
}
func (b *buffers) Put(e *png.EncoderBuffer) { b.pool.Put(e) }

func (c *canvas) png() ([]byte, error) {
	var out bytes.Buffer
	if err := encoder.Encode(&out, c.Paletted); err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	return out.Bytes(), nil
}
