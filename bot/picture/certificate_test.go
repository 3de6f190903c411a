package picture_test

import (
	"image"
	"testing"

	"sadasya/bot/picture"
	"sadasya/party"
)

func certificateOf(l party.Language, name party.Name, count int) picture.Certificate {
	c := picture.Certificate{
		Language: l, Party: "Jan Sadasyata Manch, Rajasthan", Enroller: string(name), Count: count, On: "7 Feb 2027",
		Booth: "123, Govt Senior Secondary School Room No 5 Keshopura (Sanganer)",
	}
	if l == party.Hindi {
		c.Party, c.On = "जन सदस्यता मंच, राजस्थान", "7 फ़रवरी 2027"
		c.Booth = "123, राजकीय उच्च माध्यमिक विद्यालय केशोपुरा, कमरा 5 (सांगानेर)"
	}
	return c
}

// TestACertificateHoldsEveryName: the longest ones too, within the frame.
func TestACertificateHoldsEveryName(t *testing.T) {
	t.Parallel()
	d := newDrawer(t)
	for l, name := range map[party.Language]party.Name{party.Hindi: "सुनीता मीणा", party.English: "Sunita Meena"} {
		raw, err := d.Certificate(certificateOf(l, name, 100))
		if err != nil {
			t.Fatal(err)
		}
		sample(t, "certificate."+string(l), raw)
	}
	for _, name := range append(longNames(), "") {
		for l := range map[party.Language]bool{party.Hindi: true, party.English: true} {
			raw, err := d.Certificate(certificateOf(l, name, 25))
			untouched(t, name, raw, err,
				image.Rect(0, 0, 1080, 48), image.Rect(0, 1302, 1080, 1350), image.Rect(0, 0, 48, 1350), image.Rect(1032, 0, 1080, 1350), // outside the frame
				image.Rect(56, 240, 106, 1294), image.Rect(974, 240, 1024, 1294)) // between the frame and the words
		}
	}
}
