package picture

import (
	"errors"
	"fmt"
	"image/color"

	"github.com/boombuler/barcode/qr"
)

// ErrLink says that a link is empty, or too long for a code that a phone can
// still read.
var ErrLink = errors.New("picture: the link makes no readable QR code")

// leastModule is the side of a module in pixels below which cameras fail on a
// picture that a phone shows smaller than it is.
const leastModule = 4

// quiet is the clear margin of a QR code, in modules. Source: ISO/IEC 18004.
const quiet = 4

// qr draws a code as large as whole modules allow in a square with the quiet
// zone inside, on paper, in its middle.
func (c *canvas) qr(content string, level qr.ErrorCorrectionLevel, x, y, size int) error {
	if content == "" {
		return ErrLink
	}
	code, err := qr.Encode(content, level, qr.Auto)
	if err != nil {
		return fmt.Errorf("%w: %d bytes", ErrLink, len(content)) // not err, which may repeat the link
	}
	modules := code.Bounds().Dx()
	module := size / (modules + 2*quiet)
	if module < leastModule {
		return fmt.Errorf("%w: %d bytes", ErrLink, len(content))
	}
	c.fill(x, y, size, size, paper)
	start := (size - module*modules) / 2
	for row := range modules {
		for column := range modules {
			if code.At(column, row) == color.Black {
				c.fill(x+start+column*module, y+start+row*module, module, module, dark)
			}
		}
	}
	return nil
}
