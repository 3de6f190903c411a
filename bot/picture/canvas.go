package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"slices"
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

// paint draws a line of type with its baseline beginning at x, y.
func (c *canvas) paint(l line, x, y float64, in ink) {
	left, right, top, bottom := l.ink()
	if left > right {
		return
	}
	y = math.Round(y)
	box := image.Rect(
		int(math.Floor(x+left))-1, int(math.Floor(y-top))-2,
		int(math.Ceil(x+right))+1, int(math.Ceil(y-bottom))+2,
	)
	if box = box.Intersect(c.Rect); box.Empty() {
		return
	}
	c.pen.raster.Reset(box.Dx(), box.Dy())
	c.pen.raster.DrawOp = draw.Src
	c.pen.outline(l, x-float64(box.Min.X), y-float64(box.Min.Y))
	if need := box.Dx() * box.Dy(); cap(c.mask.Pix) < need {
		c.mask.Pix = make([]uint8, need)
	}
	*c.mask = image.Alpha{Pix: c.mask.Pix[:box.Dx()*box.Dy()], Stride: box.Dx(), Rect: image.Rect(0, 0, box.Dx(), box.Dy())}
	c.pen.raster.Draw(c.mask, c.mask.Rect, image.Opaque, image.Point{})
	for row := range box.Dy() {
		at := c.PixOffset(box.Min.X, box.Min.Y+row)
		pixels := c.Pix[at : at+box.Dx()]
		for i, a := range c.mask.Pix[row*c.mask.Stride:][:len(pixels)] {
			step := uint8((int(a)*(steps-1) + 127) / 255)
			// Signs of two lines may touch: the darker stays.
			if step > 0 && (pixels[i]/steps != uint8(in)/steps || pixels[i] < uint8(in)+step) {
				pixels[i] = uint8(in) + step
			}
		}
	}
}

// encoder is fast: the pictures are flat, so that little is lost by it.
var encoder = png.Encoder{CompressionLevel: png.BestSpeed, BufferPool: &buffers{}}

type buffers struct{ pool sync.Pool }

func (b *buffers) Get() *png.EncoderBuffer {
	e, _ := b.pool.Get().(*png.EncoderBuffer)
	return e
}
func (b *buffers) Put(e *png.EncoderBuffer) { b.pool.Put(e) }

// png writes the picture; dpi, where there is one, tells printers how large it is
// meant.
func (c *canvas) png(dpi int) ([]byte, error) {
	var out bytes.Buffer
	if err := encoder.Encode(&out, c.Paletted); err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	if dpi == 0 {
		return out.Bytes(), nil
	}
	return withSize(out.Bytes(), dpi), nil
}

// withSize puts the chunk pHYs behind the header, which image/png does not
// write. Source: PNG specification, third edition, 11.3.4.3.
func withSize(raw []byte, dpi int) []byte {
	const header = 8 + 4 + 4 + 13 + 4 // signature; length, type, data and checksum of IHDR
	perMetre := uint32(math.Round(float64(dpi) / 0.0254))
	chunk := binary.BigEndian.AppendUint32(nil, 9)
	chunk = append(chunk, "pHYs"...)
	chunk = binary.BigEndian.AppendUint32(chunk, perMetre)
	chunk = binary.BigEndian.AppendUint32(chunk, perMetre)
	chunk = append(chunk, 1) // the unit is the metre
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return slices.Insert(raw, header, chunk...)
}
