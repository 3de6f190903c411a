package party

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWhatIsReadAsABooth(t *testing.T) {
	tests := []struct {
		text string
		want Booth
	}{
		{"54/123", Booth{54, 123, ""}},
		{"५४/१२३", Booth{54, 123, ""}},
		{"५४/123", Booth{54, 123, ""}},
		{"54-123", Booth{54, 123, ""}},
		{"54 – 123", Booth{54, 123, ""}},
		{"54 123", Booth{54, 123, ""}},
		{"54:123.", Booth{54, 123, ""}},
		{" 054 / 0123 ", Booth{54, 123, ""}},
		{"５４／１２３", Booth{54, 123, ""}},
		{"54\u200b/123", Booth{54, 123, ""}},
		{"54 / 38A", Booth{54, 38, "A"}},
		{"54/38a", Booth{54, 38, "A"}},
		{"54/38 b", Booth{54, 38, "B"}},
		{"54/38-C", Booth{54, 38, "C"}},
		{"54/38अ", Booth{54, 38, "A"}},
		{"54/38 क", Booth{54, 38, "A"}},
		{"54/38ब", Booth{54, 38, "B"}},
		{"54/38ख", Booth{54, 38, "B"}},
		{"५४/३८ स", Booth{54, 38, "C"}},
		{"54/38 ए", Booth{54, 38, "A"}},
		{"1/1", Booth{1, 1, ""}},
		{"200/9999Z", Booth{200, 9999, "Z"}},
	}
	for _, test := range tests {
		if got, err := ParseBooth(test.text); err != nil || got != test.want {
			t.Errorf("%q: %v, %v; want %v", test.text, got, err, test.want)
		}
	}
}

func TestWhatIsRefusedAsABooth(t *testing.T) {
	tests := []struct {
		text string
		want error
	}{
		{"", ErrBoothForm},
		{"0", ErrBoothForm},
		{"-1", ErrBoothForm},
		{"54", ErrBoothForm},
		{"1000000000", ErrBoothForm},
		{"10^9", ErrBoothForm},
		{"abc", ErrBoothForm},
		{"केशोपुरा", ErrBoothForm},
		{"54/", ErrBoothForm},
		{"/123", ErrBoothForm},
		{"54/A", ErrBoothForm},
		{"54/38AB", ErrBoothForm},
		{"54/38ह", ErrBoothForm},
		{"54/38/2", ErrBoothForm},
		{"54A/38", ErrBoothForm},
		{"a54/38", ErrBoothForm},
		{"54/38<b>", ErrBoothForm},
		{"54/38\x00", ErrBoothForm},
		{strings.Repeat("5", 4096), ErrBoothForm},
		{"\xff/\xff", ErrBoothForm},
		{"0/1", ErrBoothRange},
		{"201/1", ErrBoothRange},
		{"54/0", ErrBoothRange},
		{"54/10000", ErrBoothRange},
		{"54/1000000000", ErrBoothRange},
		{"99999999999999999999/99999999999999999999", ErrBoothRange},
	}
	for _, test := range tests {
		if got, err := ParseBooth(test.text); !errors.Is(err, test.want) || !got.IsZero() {
			t.Errorf("%.40q: %v, %v; want %v", test.text, got, err, test.want)
		}
	}
}

func anyBooth() *rapid.Generator[Booth] {
	return rapid.Custom(func(t *rapid.T) Booth {
		return Booth{
			AC:     rapid.IntRange(1, MaxAC).Draw(t, "ac"),
			Part:   rapid.IntRange(1, MaxPart).Draw(t, "part"),
			Letter: rapid.StringMatching(`[A-Z]?`).Draw(t, "letter"),
		}
	})
}

func TestABoothIsReadAsItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := anyBooth().Draw(t, "booth")
		if got, err := ParseBooth(b.String()); err != nil || got != b {
			t.Fatalf("%s: %v, %v", b, got, err)
		}
	})
}

func TestAStationIsShortInASession(t *testing.T) {
	station := Station{Booth: Booth{54, 38, "A"}, NameEN: "Govt School, Keshopura", Version: "sample 2014"}
	raw, err := json.Marshal(station)
	if err != nil || string(raw) != `{"b":"54/38A","en":"Govt School, Keshopura","v":"sample 2014"}` {
		t.Errorf("%s, %v", raw, err)
	}
	var again Station
	if err := json.Unmarshal(raw, &again); err != nil || again != station {
		t.Errorf("%+v, %v", again, err)
	}
	if raw, err := json.Marshal(Station{}); err != nil || string(raw) != "{}" {
		t.Errorf("%s, %v", raw, err)
	}
	var pending Booth
	if err := json.Unmarshal([]byte(`""`), &pending); err != nil || !pending.IsZero() {
		t.Errorf("%v, %v", pending, err)
	}
	if err := json.Unmarshal([]byte(`"0/1"`), &pending); !errors.Is(err, ErrBoothRange) {
		t.Errorf("%v", err)
	}
}

func TestBoothsAreWrittenAsOnTheDoor(t *testing.T) {
	b := Booth{54, 38, "A"}
	if b.String() != "54/38A" || b.PartString() != "38A" || (Booth{}).String() != "" || b.IsZero() || !(Booth{}).IsZero() {
		t.Errorf("%s, %s, %q", b, b.PartString(), Booth{})
	}
}

func TestPlacesFallBackToTheOtherLanguage(t *testing.T) {
	c := Constituency{AC: 56, NameEN: "Sanganer", NameHI: "सांगानेर", DistrictEN: "Jaipur"}
	s := Station{NameEN: "Govt School, Keshopura"}
	for got, want := range map[string]string{
		c.Name(Hindi): "सांगानेर", c.Name(English): "Sanganer", c.District(Hindi): "Jaipur", c.District(English): "Jaipur",
		s.Name(Hindi): "Govt School, Keshopura", Station{NameHI: "स्कूल"}.Name(English): "स्कूल", Station{}.Name(Hindi): "",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func FuzzParseBooth(f *testing.F) {
	for _, text := range []string{"54/123", "५४/१२३", "54 / 38अ", "-1", "54/9999", "10^9", "1/1ः", "\xff", "𝟝𝟜/𝟙"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b, err := ParseBooth(text)
		if err != nil {
			if !b.IsZero() || !errors.Is(err, ErrBoothForm) && !errors.Is(err, ErrBoothRange) {
				t.Fatalf("%v, %v", b, err)
			}
			return
		}
		if b.AC < 1 || b.AC > MaxAC || b.Part < 1 || b.Part > MaxPart || len(b.Letter) > 1 {
			t.Fatalf("%+v is no booth", b)
		}
		if again, err := ParseBooth(b.String()); err != nil || again != b {
			t.Fatalf("%s, then %s, %v", b, again, err)
		}
	})
}
