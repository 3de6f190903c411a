package picture_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"flag"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

func memberSlipOf(l party.Language, name party.Name) picture.MemberSlip {
	n := party.NewNumber(7)
	return picture.MemberSlip{
		Language: l, Party: map[party.Language]string{party.Hindi: "जन सदस्यता मंच, राजस्थान", party.English: "Jan Sadasyata Manch, Rajasthan"},
		Name: name, Number: n, Enroller: "सुनीता मीणा", Helpline: "1800-000-0000",
		Link: "https://t.me/sadasya_rajasthan_bot?start=" + string(party.NewSlipToken(n, [16]byte{1})),
	}
}

func posterOf(l party.Language) picture.Poster {
	p := picture.Poster{
		Language: l, Party: "Jan Sadasyata Manch, Rajasthan", Enroller: "Smt. Krishna Kshatriya",
		Booth: "Booth 123, Govt Senior Secondary School Room No 5 Keshopura (Sanganer)",
		Code:  "482177361", Fee: "No fee.", Link: "https://t.me/sadasya_rajasthan_bot?start=482177361",
	}
	if l == party.Hindi {
		p.Party, p.Enroller, p.Fee = "जन सदस्यता मंच, राजस्थान", longName, "कोई फ़ीस नहीं।"
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
		own := memberSlipOf(l, longName)
		if raw, err = d.MemberSlip(own); err != nil {
			t.Fatal(err)
		}
		sample(t, "memberslip."+string(l), raw)
		if got := readQR(t, raw, all); got != own.Link {
			t.Errorf("the member's slip says %q", got)
		}
		if raw, err = d.Slips(poster); err != nil {
			t.Fatal(err)
		}
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

// longNames are as long as a name may be, whole and in one word.
func longNames() []party.Name {
	return []party.Name{
		"क्षत्रियकुमारीविश्वेश्वरप्रसादसिंहराठौड़श्रीवास्तवचतुर्वेदी",
		"श्रीमती राजराजेश्वरी क्षत्रिय कृष्णकुमारी भारद्वाज चतुर्वेदी",
		"Venkatanarasimharajuvaripeta Vishweshwarprasad Chaturvedi Ra",
		"WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
		"राजर्षि\u200dक्\u200cष", "र",
	}
}

func TestNothingRunsOverAnEdge(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "party", "testdata", "names.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	names := append(longNames(), "")
	for i := 1; i < len(rows); i += len(rows) / 2 {
		names = append(names, party.Name(rows[i][0]), party.Name(rows[i][1]))
	}
	d := newDrawer(t)
	for i, name := range names {
		l := party.Languages()[i%2] // in turn: a picture takes long under the race detector
		card := cardOf(l, name)
		card.Inviter, card.Party = string(name), card.Party+" "+string(name)
		raw, err := d.Card(card)
		untouched(t, name, raw, err,
			image.Rect(0, 170, 52, 1290), image.Rect(1028, 170, 1080, 600), image.Rect(1028, 1150, 1080, 1290),
			image.Rect(530, 600, 560, 1190), // between the columns
			image.Rect(0, 166, 1080, 180), image.Rect(0, 1150, 1080, 1190), image.Rect(0, 1290, 1080, 1300))
		if got := readQR(t, raw, all); got != card.Link {
			t.Errorf("%s: the card says %q", name, got)
		}
		poster := posterOf(l)
		poster.Enroller, poster.Party = string(name), poster.Party+" "+string(name)
		raw, err = d.Poster(poster)
		untouched(t, name, raw, err,
			image.Rect(0, 225, 52, 915), image.Rect(822, 225, 874, 915), image.Rect(0, 930, 52, 1150), image.Rect(822, 930, 874, 1150),
			image.Rect(0, 222, 874, 270), image.Rect(0, 912, 874, 920), image.Rect(0, 926, 874, 932), image.Rect(0, 1146, 874, 1154))
		raw, err = d.Slips(poster)
		untouched(t, name, raw, err,
			image.Rect(0, 5, 36, 430), image.Rect(586, 5, 616, 430), image.Rect(274, 110, 300, 375), image.Rect(0, 408, 600, 434))
		own := memberSlipOf(l, name)
		own.Enroller = string(name)
		raw, err = d.MemberSlip(own)
		untouched(t, name, raw, err,
			image.Rect(0, 106, 36, 460), image.Rect(838, 106, 874, 460), image.Rect(322, 106, 348, 460), image.Rect(0, 106, 874, 110),
			image.Rect(0, 455, 874, 461), image.Rect(0, 466, 36, 616), image.Rect(838, 466, 874, 616), image.Rect(0, 612, 874, 620))
	}
}

// untouched holds that nothing is drawn in some parts of a picture.
func untouched(t *testing.T, name party.Name, raw []byte, err error, parts ...image.Rectangle) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	whole, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range parts {
		if !blank(whole.(*image.Paletted), part) {
			t.Errorf("%s runs into %v", name, part)
		}
	}
}

// blank tells whether nothing is drawn in a part of a picture.
func blank(m *image.Paletted, r image.Rectangle) bool {
	first := m.ColorIndexAt(r.Min.X, r.Min.Y)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := m.Pix[m.PixOffset(r.Min.X, y):m.PixOffset(r.Max.X, y)]
		if slices.ContainsFunc(row, func(index uint8) bool { return index != first }) {
			return false
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

func TestALinkThatMakesNoReadableCodeIsRefused(t *testing.T) {
	d := newDrawer(t)
	for _, link := range []string{"", strings.Repeat("a", 1500), strings.Repeat("a", 10_000)} {
		card, poster := cardOf(party.Hindi, longName), posterOf(party.Hindi)
		card.Link, poster.Link = link, link
		_, oC := d.Card(card)
		_, oP := d.Poster(poster)
		_, oS := d.Slips(poster)
		if !errors.Is(oC, picture.ErrLink) || !errors.Is(oP, picture.ErrLink) || !errors.Is(oS, picture.ErrLink) {
			t.Errorf("%d bytes: %v, %v, %v", len(link), oC, oP, oS)
		}
	}
}

func TestAPosterIsA5AndSlipsAreA4(t *testing.T) {
	d := newDrawer(t)
	for mm, draw := range map[[2]int]func(picture.Poster) ([]byte, error){{148, 210}: d.Poster, {210, 297}: d.Slips} {
		raw, err := draw(posterOf(party.Hindi))
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.Index(raw, []byte("pHYs"))
		if at < 0 {
			t.Fatal("printers are not told the size")
		}
		perMetre := int(binary.BigEndian.Uint32(raw[at+4:]))
		size, err := png.DecodeConfig(bytes.NewReader(raw)) // checks the sums of the chunks, too
		if err != nil {
			t.Fatal(err)
		}
		if w, h := size.Width*1000/perMetre, size.Height*1000/perMetre; w < mm[0]-1 || w > mm[0] || h < mm[1]-1 || h > mm[1] {
			t.Errorf("%d by %d mm, want %v", w, h, mm)
		}
	}
}

func FuzzPictures(f *testing.F) {
	d := newDrawer(f)
	f.Add(longName, "बूथ", "जन मंच")
	f.Add("\u0902\u094d\u200d\u0930😀", "\u202eabc", "\xff\x00")
	f.Add("👩🏽\u200d🌾", "ﷺ\u0301\u0301\u0301", "\u25cc\u0943\u094d")
	f.Fuzz(func(t *testing.T, name, booth, of string) {
		card := cardOf(party.English, "Kamla Devi")
		card.Name, card.Booth, card.Inviter, card.Party, card.On = party.Name(name), booth, of, of, booth
		poster := posterOf(party.Hindi)
		poster.Enroller, poster.Booth, poster.Party, poster.Fee, poster.Code = name, booth, of, of, party.Code(name)
		for _, draw := range []func() ([]byte, error){
			func() ([]byte, error) { return d.Card(card) },
			func() ([]byte, error) { return d.Poster(poster) },
			func() ([]byte, error) { return d.Slips(poster) },
			func() ([]byte, error) {
				own := memberSlipOf(party.Hindi, party.Name(name))
				own.Enroller, own.Helpline = booth, of
				return d.MemberSlip(own)
			},
		} {
			if _, err := draw(); err != nil {
				t.Error(err)
			}
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
