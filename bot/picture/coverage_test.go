package picture_test

import (
	"bytes"
	"image/color"
	"image/png"
	"testing"

	"sadasya/bot/picture"
	"sadasya/party"
	"sadasya/store/reference"
)

// coverageOf is a made-up coverage of some constituencies; those of numbers
// that leave a rest of 0 by 7 have nobody.
func coverageOf(t *testing.T, l party.Language, area string, list []party.Constituency, group func(party.Constituency) string) picture.Coverage {
	t.Helper()
	outlines, err := reference.Outlines()
	if err != nil {
		t.Fatal(err)
	}
	m := picture.Coverage{
		Language: l, Party: "Jan Sadasyata Manch, Rajasthan", Area: area, On: party.Date{Year: 2027, Month: 2, Day: 7}.In(l), Credit: reference.OutlinesCredit,
		Bars: []picture.Bar{{"Booths with an enroller", 31_240, 61_000}, {"Booths with a woman enroller", 18_011, 61_000}, {"Enrollers, of the target", 74_310, 1_00_000}, {"Members confirmed, of the target", 7_64_320, 50_00_000}},
	}
	if l == party.Hindi {
		m.Party = "जन सदस्यता मंच, राजस्थान"
		for i, label := range []string{"बूथ जहाँ एनरोलर हैं", "बूथ जहाँ महिला एनरोलर हैं", "एनरोलर, लक्ष्य में से", "पक्के सदस्य, लक्ष्य में से"} {
			m.Bars[i].Label = label
		}
	}
	for _, c := range list {
		m.Parts = append(m.Parts, picture.Part{Name: c.Name(l), Group: group(c), Outline: outlines[c.AC], Booths: 300, Filled: c.AC % 7 * 49})
	}
	return m
}

// withDots adds the booths of the bundled list; every third has an enroller.
func withDots(m picture.Coverage, ref *reference.Reference, ac int) picture.Coverage {
	for s := range ref.SampleBooths() {
		if s.Booth.AC == ac && s.Lat != 0 {
			m.Dots = append(m.Dots, picture.Dot{At: party.GeoPoint{Lon: s.Lon, Lat: s.Lat}, Filled: s.Booth.Part%3 == 0})
		}
	}
	return m
}

func TestTheMapsOfCoverage(t *testing.T) {
	ref, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	d := newDrawer(t)
	one, _ := ref.Constituency(55)
	for _, l := range party.Languages() {
		for _, c := range []struct {
			name string
			m    picture.Coverage
		}{
			{"state", coverageOf(t, l, map[party.Language]string{party.Hindi: "राजस्थान", party.English: "Rajasthan"}[l], ref.All(), func(c party.Constituency) string { return c.District(l) })},
			{"district", coverageOf(t, l, one.District(l), ref.Constituencies("Jaipur"), func(party.Constituency) string { return "" })},
			{"constituency", withDots(coverageOf(t, l, one.Name(l), []party.Constituency{one}, func(party.Constituency) string { return "" }), ref, one.AC)},
		} {
			raw, err := d.Coverage(c.m)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := d.Coverage(c.m); err != nil || !bytes.Equal(again, raw) {
				t.Errorf("%s: drawn again it is another picture, %v", c.name, err)
			}
			sample(t, "coverage."+c.name+"."+string(l), raw)
			whole, err := png.Decode(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			seen := map[color.Color]bool{}
			for y := 170; y < 990; y += 3 {
				for x := 0; x < 1080; x += 3 {
					seen[whole.At(x, y)] = true
				}
			}
			if c.name == "state" && len(seen) < 5 {
				t.Errorf("%s: %d shades", c.name, len(seen))
			}
		}
	}
	if raw, err := d.Coverage(picture.Coverage{}); err != nil || len(raw) == 0 {
		t.Errorf("of nothing: %v", err)
	}
}
