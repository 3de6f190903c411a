// Package picture draws what is handed out: the member's card, the enroller's
// poster and slips, as PNG, in Hindi or English. It may import party and
// locales; it knows no conversation and no store.
//
// text.go shapes words, fit.go breaks them into lines, stack.go sets lines below
// each other; canvas.go holds the pixels, qr.go the codes; card.go and poster.go
// say what stands where.
package picture

import (
	"bytes"
	"embed"
	"fmt"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/vector"

	"sadasya/locales"
	"sadasya/party"
)

//go:embed fonts/*.ttf
var fonts embed.FS

// weight of type.
type weight int

const (
	regular weight = iota
	bold
	weights
)

// The scripts that there are fonts for.
const (
	latin = iota
	devanagari
	scripts
)

// Drawer draws pictures. It is safe for concurrent use.
type Drawer struct {
	fonts    [weights][scripts]*font.Font
	printers map[party.Language]*locales.Printer
	pens     sync.Pool
}

// New loads the fonts and the words.
func New() (*Drawer, error) {
	d := &Drawer{printers: map[party.Language]*locales.Printer{}}
	for w, suffix := range []string{"Regular", "Bold"} {
		for s, family := range []string{"NotoSans", "NotoSansDevanagari"} {
			raw, err := fonts.ReadFile("fonts/" + family + "-" + suffix + ".ttf")
			if err != nil {
				return nil, fmt.Errorf("font: %w", err)
			}
			face, err := font.ParseTTF(bytes.NewReader(raw))
			if err != nil {
				return nil, fmt.Errorf("font %s-%s: %w", family, suffix, err)
			}
			d.fonts[w][s] = face.Font
		}
	}
	for _, l := range party.Languages() {
		printer, err := locales.Load(string(l))
		if err != nil {
			return nil, err
		}
		d.printers[l] = printer
	}
	return d, nil
}

// pen is what one picture at a time is drawn with: neither faces nor shapers may
// be shared.
type pen struct {
	faces     [weights][scripts]*font.Face
	headlines [weights]headline // of Devanagari
	shaper    shaping.HarfbuzzShaper
	raster    *vector.Rasterizer
	tongue    language.Language // of letters that are drawn otherwise in Marathi
	texts     *locales.Printer
}

// pick lends a pen for a language; an unknown one is Hindi.
func (d *Drawer) pick(l party.Language) *pen {
	p, ok := d.pens.Get().(*pen)
	if !ok {
		p = &pen{raster: vector.NewRasterizer(0, 0), tongue: language.NewLanguage("hi")}
		for w := range weights {
			for s := range scripts {
				p.faces[w][s] = font.NewFace(d.fonts[w][s])
			}
			p.headlines[w] = headlineOf(p.faces[w][devanagari])
		}
	}
	p.texts = d.printers[l]
	if p.texts == nil {
		p.texts = d.printers[party.Hindi]
	}
	return p
}

// say gives a message of the locales with its places filled, in pairs.
func (p *pen) say(key string, args ...string) string {
	return string(p.texts.Append(nil, key, func(dst []byte, place string) []byte {
		for i := 0; i+1 < len(args); i += 2 {
			if args[i] == place {
				return append(dst, args[i+1]...)
			}
		}
		return dst
	}))
}
