package picture_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/csv"
	"flag"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"sadasya/bot/picture"
	"sadasya/party"
)

var write = flag.Bool("write", false, "write the samples to docs/pictures")

const longName = "श्रीमती कृष्णा क्षत्रिय"

func newDrawer(t testing.TB) *picture.Drawer {
	t.Helper()
	d, err := picture.New()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// cardLink is as long as a card's link gets for a name of this length.
func cardLink(name party.Name) string {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	p := party.Proof{Number: party.NewNumber(7), Name: name, Booth: party.Booth{AC: 55, Part: 123, Letter: "A"}, On: party.Date{Year: 2026, Month: 11, Day: 23}}
	return "https://t.me/sadasya_rajasthan_bot?start=" + party.CardPayload(p.Number, party.CardTag{1}) + "#" + p.Sign(key)
}

func cardOf(l party.Language, name party.Name) picture.Card {
	c := picture.Card{
		Language: l, Party: "Jan Sadasyata Manch, Rajasthan", Name: name, Number: party.NewNumber(7),
		Booth: "123, Govt Senior Secondary School Room No 5 Keshopura (Sanganer)", Inviter: "Sunita Meena", On: "23 November 2026", Link: cardLink(name),
	}
	if l == party.Hindi {
		c.Party, c.Inviter, c.On = "जन सदस्यता मंच, राजस्थान", "सुनीता मीणा", "23 नवंबर 2026"
	}
	return c
}

func posterOf(l party.Language) picture.Poster {
	p := picture.Poster{
		Language: l, Party: "Jan Sadasyata Manch, Rajasthan", Enroller: "Smt. Krishna Kshatriya",
		Booth: "Booth 123, Govt Senior Secondary School Room No 5 Keshopura (Sanganer)",
		Code:  "482177361", Fee: "Membership is free", Link: "https://t.me/sadasya_rajasthan_bot?start=482177361",
	}
	if l == party.Hindi {
		p.Party, p.Enroller, p.Fee = "जन सदस्यता मंच, राजस्थान", longName, "सदस्यता नि:शुल्क है"
		p.Booth = "बूथ 123, Govt Senior Secondary School Room No 5 Keshopura (सांगानेर)"
	}
	return p
}

// readQR decodes the code in a part of a picture.
func readQR(t *testing.T, raw []byte, part func(image.Rectangle) image.Rectangle) string {
	t.Helper()
	whole, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	r := part(whole.Bounds())
	cut := image.NewGray(image.Rect(0, 0, r.Dx(), r.Dy()))
	draw.Draw(cut, cut.Rect, whole, r.Min, draw.Src)
	bitmap, err := gozxing.NewBinaryBitmapFromImage(cut)
	if err != nil {
		t.Fatal(err)
	}
	got, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		t.Fatalf("no code can be read: %v", err)
	}
	return got.GetText()
}

func all(r image.Rectangle) image.Rectangle { return r }

func TestTheCodesOnPicturesAreRead(t *testing.T) {
	d := newDrawer(t)
	for _, l := range party.Languages() {
		card := cardOf(l, longName)
		raw, err := d.Card(card)
		if err != nil {
			t.Fatal(err)
		}
		sample(t, "card."+string(l), raw)
		if got := readQR(t, raw, all); got != card.Link {
			t.Errorf("the card says %q", got)
		}
		poster := posterOf(l)
		if raw, err = d.Poster(poster); err != nil {
			t.Fatal(err)
		}
		sample(t, "poster."+string(l), raw)
		if got := readQR(t, raw, all); got != poster.Link {
			t.Errorf("the poster says %q", got)
		}
		if raw, err = d.Slips(poster); err != nil {
			t.Fatal(err)
		}
		sample(t, "slips."+string(l), raw)
		for i := range 8 {
			slip := func(r image.Rectangle) image.Rectangle {
				w, h := r.Dx()/2, r.Dy()/4
				return image.Rect(i%2*w, i/2*h, (i%2+1)*w, (i/2+1)*h)
			}
			if got := readQR(t, raw, slip); got != poster.Link {
				t.Errorf("slip %d says %q", i, got)
			}
		}
	}
}

// sample keeps a picture for people to look at.
func sample(t *testing.T, name string, raw []byte) {
	t.Helper()
	if !*write {
		return
	}
	dir := filepath.Join("..", "..", "docs", "pictures")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), raw, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestEveryNameFitsItsCard(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "party", "testdata", "names.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	names := []party.Name{
		"क्षत्रियकुमारीविश्वेश्वरप्रसादसिंहराठौड़श्रीवास्तवचतुर्वेदी", "Venkatanarasimharajuvaripeta Vishweshwarprasad Chaturvedi Rao",
		"र", "राजर्षि\u200dक्\u200cष", "",
	}
	for i := 1; i < len(rows); i += len(rows) / 12 {
		names = append(names, party.Name(rows[i][0]), party.Name(rows[i][1]))
	}
	d := newDrawer(t)
	for _, name := range names {
		raw, err := d.Card(cardOf(party.Hindi, name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		whole, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		for _, edge := range []image.Rectangle{image.Rect(0, 120, 40, 680), image.Rect(1040, 120, 1080, 680), image.Rect(600, 120, 640, 600)} {
			if !blank(whole, edge) {
				t.Errorf("%s runs over its edge at %v", name, edge)
			}
		}
	}
}

// blank tells whether nothing is drawn in a part of a picture.
func blank(m image.Image, r image.Rectangle) bool {
	first := m.At(r.Min.X, r.Min.Y)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if m.At(x, y) != first {
				return false
			}
		}
	}
	return true
}

func TestManyDrawAtOnce(t *testing.T) {
	d := newDrawer(t)
	want, err := d.Card(cardOf(party.Hindi, longName))
	if err != nil {
		t.Fatal(err)
	}
	results := make(chan bool)
	for range 8 {
		go func() {
			got, err := d.Card(cardOf(party.Hindi, longName))
			results <- err == nil && bytes.Equal(got, want)
		}()
	}
	for range 8 {
		if !<-results {
			t.Error("another picture than alone")
		}
	}
}

func FuzzCard(f *testing.F) {
	d := newDrawer(f)
	f.Add(longName, "बूथ")
	f.Add("\u0902\u094d\u200d\u0930😀", "\u202eabc")
	f.Fuzz(func(t *testing.T, name, booth string) {
		if len(name) > 400 || len(booth) > 400 {
			t.Skip("longer than a name or a booth may be")
		}
		c := cardOf(party.English, "Kamla Devi")
		c.Name, c.Booth = party.Name(name), booth
		if _, err := d.Card(c); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkPictures(b *testing.B) {
	d := newDrawer(b)
	for name, draw := range map[string]func() ([]byte, error){
		"card":   func() ([]byte, error) { return d.Card(cardOf(party.Hindi, longName)) },
		"poster": func() ([]byte, error) { return d.Poster(posterOf(party.Hindi)) },
		"slips":  func() ([]byte, error) { return d.Slips(posterOf(party.Hindi)) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				raw, err := draw()
				if err != nil {
					b.Fatal(err)
				}
				size = len(raw)
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}
