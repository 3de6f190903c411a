package picture

import (
	"fmt"
	"image/color"

	"github.com/boombuler/barcode/qr"
)

// quiet is the clear margin of a QR code, in modules. Source: ISO/IEC 18004.
const quiet = 4

// qr draws a code as large as whole modules allow in a square with the quiet
// zone inside, on paper, in its middle.
func (c *canvas) qr(content string, level qr.ErrorCorrectionLevel, x, y, size int) error {
	code, err := qr.Encode(content, level, qr.Auto)
	if err != nil {
		return fmt.Errorf("picture: QR code: %w", err)
	}
	modules := code.Bounds().Dx()
	module := size / (modules + 2*quiet)
	if module < 2 {
		return fmt.Errorf("picture: a link of %d bytes is too long for a code of %d pixels", len(content), size)
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
