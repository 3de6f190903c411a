package picture_test

import (
	"image"
	"testing"

	"sadasya/bot/picture"
	"sadasya/party"
	"sadasya/store/reference"
)

// statsOf is a drive on a day in the middle, with every district.
func statsOf(t *testing.T, l party.Language) picture.Stats {
	t.Helper()
	ref, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	m := picture.Stats{
		Language: l, Party: "Jan Sadasyata Manch, Rajasthan", At: "7 Feb 2027", Confirmed: 12_34_567, Target: 50_00_000, PerDay: 26_332, By: "30 Jun 2027",
		Today: 18_204, Week: 96_417, Review: 4_310, Women: 46, Social: [5]int{14, 47, 19, 12, -1},
	}
	if l == party.Hindi {
		m.Party, m.At, m.By = "जन सदस्यता मंच, राजस्थान", "7 फ़रवरी 2027", "30 जून 2027"
	}
	for i, c := range ref.Districts() {
		m.Districts = append(m.Districts, picture.District{Name: c.District(l), Confirmed: 1_200 + i*3_571, Percent: 3 + i*5/2})
	}
	return m
}

// TestTheDriveFitsOnOnePicture: nothing runs out at the edges, nor with figures
// that are too large, nor before anybody joined.
func TestTheDriveFitsOnOnePicture(t *testing.T) {
	t.Parallel()
	d := newDrawer(t)
	for _, l := range party.Languages() {
		m := statsOf(t, l)
		raw, err := d.Stats(m)
		if err != nil {
			t.Fatal(err)
		}
		sample(t, "stats."+string(l), raw)
		m.Confirmed, m.PerDay, m.Today, m.Week, m.Review = 99_99_99_999, 99_99_99_999, 99_99_99_999, 99_99_99_999, 99_99_99_999
		m.Women, m.Social = 100, [5]int{100, 100, 100, 100, 100}
		for i := range m.Districts {
			m.Districts[i].Confirmed, m.Districts[i].Percent = 99_99_99_999, 12_345
		}
		raw, err = d.Stats(m)
		untouched(t, "large", raw, err, image.Rect(0, 152, 40, 1648), image.Rect(1040, 152, 1080, 1648), image.Rect(0, 1618, 1080, 1648))
		raw, err = d.Stats(picture.Stats{Language: l, Party: m.Party, At: m.At})
		untouched(t, "nobody", raw, err, image.Rect(0, 152, 40, 1648), image.Rect(1040, 152, 1080, 1648))
	}
}
