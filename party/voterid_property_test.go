package party

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// modern draws a modern number; its check digit holds where sound is true.
func modern(sound bool) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		head := rapid.StringMatching(`[A-Z]{3}[0-9]{6}`).Draw(t, "head")
		for d := byte('0'); d <= '9'; d++ {
			if luhn(head[3:] + string(d)) {
				if !sound {
					d = '0' + (d-'0'+byte(rapid.IntRange(1, 9).Draw(t, "off")))%10
				}
				return head + string(d)
			}
		}
		panic("no digit satisfies Luhn")
	})
}

func TestWhatIsDisplayedIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sound := rapid.Bool().Draw(t, "sound")
		number := rapid.OneOf(modern(sound), rapid.StringMatching(`RJ/[0-9]{2}/[0-9]{3}/[0-9]{6,7}`)).Draw(t, "number")
		if number == example {
			t.Skip()
		}
		first, err := ReadVoterID(number)
		if err != nil || first.ID.Number != number {
			t.Fatalf("%q: %q, %v", number, first.ID.Number, err)
		}
		again, err := ReadVoterID(first.ID.Display())
		if err != nil || !cmp.Equal(first, again) || again.ID.Number != number {
			t.Fatalf("%q shown as %q: %+v, %v", number, first.ID.Display(), again, err)
		}
	})
}

func TestASoundNumberSurvivesEverySlipOfLookAlikes(t *testing.T) {
	alike := map[byte]string{'0': "OQD", '1': "IL", '5': "S", '8': "B", '2': "Z", '6': "G"}
	rapid.Check(t, func(t *rapid.T) {
		number := modern(true).Draw(t, "number")
		typed := []byte(number)
		for i := 3; i < len(typed); i++ {
			if kin := alike[typed[i]]; kin != "" && rapid.Bool().Draw(t, "slip") {
				typed[i] = kin[rapid.IntRange(0, len(kin)-1).Draw(t, "kin")]
			}
		}
		if number == example || countDigits(string(typed)) < 4 || isPAN(string(typed)) {
			t.Skip()
		}
		r, err := ReadVoterID(strings.ToLower(string(typed)))
		if err != nil || r.ID.Number != number || r.LetterRepaired() {
			t.Fatalf("%q for %q: %q, %v", typed, number, r.ID.Number, err)
		}
	})
}

func TestAnAadhaarIsKnownHoweverItIsSpaced(t *testing.T) {
	words := [][]string{
		{"0", "०", "０", "zero", "शून्य", "जीरो"},
		{"1", "१", "１", "one", "एक", "वन"},
		{"2", "२", "２", "two", "दो", "टू"},
		{"3", "३", "３", "three", "तीन", "थ्री"},
		{"4", "४", "４", "four", "चार", "फ़ोर"},
		{"5", "५", "５", "five", "पाँच", "फाइव"},
		{"6", "६", "６", "six", "छह", "सिक्स"},
		{"7", "७", "７", "seven", "सात", "सेवन"},
		{"8", "८", "８", "eight", "आठ", "एट"},
		{"9", "९", "９", "nine", "नौ", "नाइन"},
	}
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for range 12 {
			digit := words[rapid.IntRange(0, 9).Draw(t, "digit")]
			b.WriteString(rapid.SampledFrom(digit).Draw(t, "word"))
			b.WriteString(rapid.SampledFrom([]string{" ", "-", ", ", "\n", " . ", "  ", "/"}).Draw(t, "between"))
		}
		around := rapid.SampledFrom([]string{"", "आधार: ", "मेरा नंबर है ", "aadhaar "}).Draw(t, "around")
		if _, err := ReadVoterID(around + b.String()); !errors.Is(err, ErrVoterIDAadhaar) {
			t.Fatalf("%q: %v", around+b.String(), err)
		}
	})
}

func TestLuhnCatchesSlipsButForNinetyAndOhNine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := []byte(modern(true).Draw(t, "number")[3:])
		i := rapid.IntRange(0, 6).Draw(t, "place")
		if j := i + 1; j < 7 && digits[i] != digits[j] && string(digits[i:j+1]) != "09" && string(digits[i:j+1]) != "90" {
			digits[i], digits[j] = digits[j], digits[i]
			if luhn(string(digits)) {
				t.Fatalf("a swap of neighbours passes: %s", digits)
			}
			digits[i], digits[j] = digits[j], digits[i]
		}
		digits[i] = '0' + (digits[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "off")))%10
		if luhn(string(digits)) {
			t.Fatalf("a wrong digit passes: %s", digits)
		}
	})
}

func FuzzReadVoterID(f *testing.F) {
	for _, row := range rows(f, "epic_samples.csv", 40) {
		f.Add(row[0])
	}
	for _, text := range []string{
		"", "ए बी सी वन टू", "डबल", "double u double", "RJ/2/15/1234567", "1234 1234 1234", "+91", "||||",
		"एबीसीडीईएफजीएचआईजेकेएल", "ABC1034560 XYZ9876543 RJ/20/152/123456", "ः", "\u094d\u093c", "𝟘𝟙𝟚", "\xff\xfe", "½②Ⅷ",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ReadVoterID(text)
		if err != nil {
			if !r.ID.IsZero() || rank(err) == 0 && !errors.Is(err, ErrNotVoterID) && !errors.Is(err, ErrVoterIDEmpty) {
				t.Fatalf("refused with %v and %+v", err, r)
			}
			var length *VoterIDLengthError
			if errors.As(err, &length) && (length.Found < 6 || length.Found > 13 || length.Found == 10) {
				t.Fatalf("a length of %d", length.Found)
			}
			return
		}
		if r.ID.Form == Modern && !isModern(r.ID.Number) || r.ID.Form == Old && r.ID.Check || r.ID.Form == "" {
			t.Fatalf("an unsound number %+v", r)
		}
		if again, err := ReadVoterID(r.ID.Display()); err != nil || again.ID != r.ID {
			t.Fatalf("%q is shown and not read again: %v", r.ID.Display(), err)
		}
	})
}

func BenchmarkReadVoterID(b *testing.B) {
	for name, text := range map[string]string{
		"typed":    "ABC 1034560",
		"repaired": "abc1o34560",
		"sentence": "मेरा नंबर ABC1034560 है",
		"spoken":   "ए बी सी वन जीरो थ्री फोर फाइव सिक्स जीरो",
		"chatter":  "नमस्ते जी, मेरे पास अभी कार्ड नहीं है, कल भेज दूँ तो चलेगा?",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = ReadVoterID(text)
			}
		})
	}
}
