package place_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sadasya/party"
	"sadasya/party/place"
)

func TestTransliterateAsSignboardsDo(t *testing.T) {
	t.Parallel()
	for hindi, want := range map[string]string{
		"केशोपुरा": "keshopura", "सांगानेर": "sanganer", "जयपुर": "jaypur", "रामपुरा": "rampura", "कमला": "kamla",
		"चित्तौड़गढ़": "chittaurgarh", "झुंझुनूं": "jhunjhunun", "ज्ञानपुर": "gyanpur", "लक्ष्मणगढ़": "lakshmangarh",
		"सम्बर": "sambar", "सांभर": "sambhar", "बूंदी": "bundi", "फ़तेहपुर": "fatehpur", "कृष्णा": "krishna", "५४ बीबी": "54 bibi",
		"Rampura रामपुरा": "Rampura rampura", "ऋषि": "rishi", "ओसियां": "osiyan", "ऐलनाबाद": "ailnabad", "": "",
	} {
		if got := place.Transliterate(hindi); got != want {
			t.Errorf("%s is %q, not %q", hindi, got, want)
		}
	}
}

// Spellings of one place sound alike.
func TestSpellingsOfOnePlaceSoundAlike(t *testing.T) {
	t.Parallel()
	for _, group := range [][]string{
		{"Keshopura", "Kesopura", "keshopura", "केशोपुरा", "केसोपुरा"},
		{"Jaipur", "Jaypur", "जयपुर"},
		{"Deoli", "Devli", "देवली"},
		{"Sheo", "Shiv", "शिव"},
		{"Ahore", "Ahor", "आहोर"},
		{"Beawar", "Biawar"},
		{"Phalodi", "Falodi", "फलोदी", "फलौदी"},
		{"Sambhar", "Sanbhar", "सांभर"},
		{"Vijaynagar", "Bijainagar"},
		{"Civil", "सिविल"},
		{"Khatiya", "Khatia", "खटिया"},
	} {
		first := place.Sound(place.Transliterate(group[0]))
		for _, spelling := range group[1:] {
			if got := place.Sound(place.Transliterate(spelling)); got != first {
				t.Errorf("%s sounds %q, %s %q", group[0], first, spelling, got)
			}
		}
	}
}

func TestReadTellsPlaceSchoolAndRoomApart(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]place.Reading{
		"Govt Sr Sec School Torda Gujran, Room No 4": {
			Words: []string{"turda", "gujran"}, Level: place.Senior, Room: place.Room{Number: "4"}, Title: "Govt Sr Sec School Torda Gujran",
		},
		"Govt Secondary School, Dulapur Keri, West Part": {
			Words: []string{"dulapur", "kiri"}, Level: place.Secondary, Room: place.Room{Sides: []string{"west"}}, Title: "Govt Secondary School, Dulapur Keri",
		},
		"Govt Girls Senior Secondary School Begun (north East Part) Room No 2": {
			Words: []string{"bigun"}, Level: place.Senior, Girls: true, Title: "Govt Girls Senior Secondary School Begun",
			Room: place.Room{Number: "2", Sides: []string{"north", "east"}},
		},
		"G u p s gourela": {Words: []string{"gurila"}, Level: place.UpperPrimary, Title: "G u p s gourela"},
		"Gups 6 Nzp B":    {Words: []string{"6", "njp", "b"}, Level: place.UpperPrimary, Title: "Gups 6 Nzp B"},
		"11lnp":           {Words: []string{"11", "lnp"}, Title: "11lnp"},
		"राउमावि केशोपुरा":     {Words: []string{"kisupura"}, Level: place.Senior, Title: "राउमावि केशोपुरा"},
		"रा.बा.उ.मा.वि. फलोदी": {Words: []string{"paludi"}, Level: place.Senior, Girls: true, Title: "रा.बा.उ.मा.वि. फलोदी"},
		"रा.उ.प्रा.वि. कमरा नं. 1 भटनेर बायां भाग": {
			Words: []string{"batnir"}, Level: place.UpperPrimary, Title: "रा.उ.प्रा.वि भटनेर", Room: place.Room{Number: "1", Sides: []string{"left"}},
		},
		"राजकीय उच्च प्राथमिक विद्यालय सांगानेर": {Words: []string{"sanganir"}, Level: place.UpperPrimary, Title: "राजकीय उच्च प्राथमिक विद्यालय सांगानेर"},
		"सरकारी स्कूल": {Title: "सरकारी स्कूल"},
		"14.govt sr sec school picholiya hall Govt Sr Sec School Picholiya Hall": {
			Words: []string{"piculia"}, Level: place.Senior, Title: "govt sr sec school picholiya Govt Sr Sec School Picholiya",
			Room: place.Room{Sides: []string{"hall"}},
		},
		"Naya Gaon": {Words: []string{"nia", "gun"}, Title: "Naya Gaon"},
		"":          {},
	} {
		if diff := cmp.Diff(want, place.Read(text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestBoothsOfOneBuildingAreOnePlace(t *testing.T) {
	t.Parallel()
	booth := func(part int, name string) party.Station {
		return party.Station{Booth: party.Booth{AC: 55, Part: part}, NameEN: name}
	}
	got := place.Buildings([]party.Station{
		booth(12, "Govt Secondary School Room No 05 Keshopura"), booth(13, "Govt Secondry School Keshopura (left part)"),
		booth(14, "Govt Girls Secondary School Keshopura"), booth(15, "Govt Secondary School Keshopura Room No 6"),
		booth(16, "Govt School"), booth(17, "Govt School"),
	})
	var parts []string
	for _, b := range got {
		parts = append(parts, b.NameEN+": "+strings.Join(b.Booths, " "))
	}
	want := []string{
		"Govt Secondary School Keshopura: 12 13 15", "Govt Girls Secondary School Keshopura: 14", "Govt School: 16", "Govt School: 17",
	}
	if diff := cmp.Diff(want, parts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if only := got[1].Only(); only != (party.Booth{AC: 55, Part: 14}) || !got[0].Only().IsZero() {
		t.Errorf("the only booth is %v", only)
	}
}

// Of two places with one name, that about the inviter comes first, whatever is
// said beside the name counts, and the kind of school decides between the rest.
func TestRankPutsWhatWasMeantFirst(t *testing.T) {
	t.Parallel()
	areas := place.NewAreas([]party.Constituency{
		{AC: 55, NameEN: "Sanganer", DistrictEN: "Jaipur"}, {AC: 1, NameEN: "Sadulshahar", DistrictEN: "Ganganagar"},
	}, also)
	list := place.Buildings([]party.Station{
		{Booth: party.Booth{AC: 1, Part: 1}, NameEN: "Govt Primary School Rampura"},
		{Booth: party.Booth{AC: 55, Part: 1}, NameEN: "Govt Primary School Rampura"},
		{Booth: party.Booth{AC: 55, Part: 2}, NameEN: "Govt Sr Sec School Rampura"},
		{Booth: party.Booth{AC: 55, Part: 3}, NameEN: "Govt Primary School Rampur Khurd"},
		{Booth: party.Booth{AC: 55, Part: 4}, NameEN: "Govt Primary School Mohanpura"},
	})
	for i := range list {
		list[i].ID = int64(i)
	}
	for _, c := range []struct {
		query string
		near  int
		first int64
		sure  bool
	}{
		{"rampura", 1, 0, true},
		{"rampura", 55, 1, true},
		{"रामपुरा सांगानेर", 0, 1, true},
		{"rampura ganganagar", 55, 0, true},
		{"rampura kotputli", 1, 1, true},
		{"राउमावि रामपुरा", 55, 2, true},
		{"ram pura", 55, 1, true},
		{"rampur khurd", 0, 3, true},
		{"mohnpura", 0, 4, true},
		{"mohna", 0, 4, false},
	} {
		found := areas.Rank(place.Read(c.query), c.near, 5, list)
		if len(found.Best) == 0 || found.Best[0].ID != c.first || found.Sure != c.sure {
			t.Errorf("%s near %d: %+v", c.query, c.near, found)
		}
	}
	if found := areas.Rank(place.Read("zzzz"), 55, 5, list); len(found.Best) != 0 || found.Sure {
		t.Errorf("zzzz: %+v", found)
	}
}

// also names a district of today.
func also(district string) []string {
	if district == "Jaipur" {
		return []string{"Kotputli-Behror"}
	}
	return nil
}

func TestNearestIsByDistanceAndWithinTheState(t *testing.T) {
	t.Parallel()
	list := []place.Building{
		{ID: 1, Lat: 26.90, Lon: 75.80}, {ID: 2, Lat: 26.91, Lon: 75.80}, {ID: 3, Lat: 26.90, Lon: 75.811}, {ID: 4}, {ID: 5, Lat: 24, Lon: 73},
	}
	var got []int64
	for _, b := range place.Nearest(list, 26.90, 75.80, 5).Best {
		got = append(got, b.ID)
	}
	if diff := cmp.Diff([]int64{1, 3, 2}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if found := place.Nearest(list, 19.07, 72.87, 5); found.Sure || len(found.Best) != 0 {
		t.Errorf("Mumbai: %+v", found)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"राउमावि केशोपुरा", "G u p s gourela (left", "्", "a\u0300", "14.x", "room no", "क्ष्", "\xff", "11lnp", "part ii"} {
		f.Add(s)
	}
	areas := place.NewAreas(nil, also)
	f.Fuzz(func(t *testing.T, text string) {
		r := place.Read(text)
		if !utf8.ValidString(r.Title) && utf8.ValidString(text) {
			t.Errorf("title %q", r.Title)
		}
		for _, w := range r.Words {
			if w == "" || place.Bones(w) == "" {
				t.Errorf("%q has the empty word in it", text)
			}
		}
		if len(r.Words) == 0 {
			return
		}
		b := place.Building{Reading: r}
		if found := areas.Rank(place.Read(text), 0, 5, []place.Building{b}); len(found.Best) != 1 || !found.Sure {
			t.Errorf("%q does not find itself: %+v", text, found)
		}
		if a := place.Alike(r.Words[0], r.Words[0]); a != 1 {
			t.Errorf("%q is %v alike to itself", r.Words[0], a)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		place.Read("Govt Senior Secondary School, Room No 13 Panditanwali")
	}
}
