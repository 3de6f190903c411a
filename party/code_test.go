package party

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCodesAndNumbersAreReadAsPeopleTypeThem(t *testing.T) {
	code, number := NewCode(38_217_736), NewNumber(3_821_773_615)
	if len(code) != 9 || len(number) != 11 || code[:8] != "48217736" || number[:10] != "4821773615" {
		t.Fatalf("%s, %s", code, number)
	}
	for _, text := range []string{
		string(code), code.Display(), " " + string(code) + "\n", string(code[:3]) + "-" + string(code[3:6]) + "-" + string(code[6:]),
		devanagari(code.Display()), "\u200b" + string(code), strings.Join(strings.Split(string(code), ""), " "),
	} {
		if got, err := ParseCode(text); err != nil || got != code {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{string(number), number.Display(), devanagari(string(number)), string(number[:5]) + " " + string(number[5:])} {
		if got, err := ParseNumber(text); err != nil || got != number {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	if d := Code("482177361").Display(); d != "482 177 361" {
		t.Error(d)
	}
	if d := Number("48217736152").Display(); d != "482 1773 6152" {
		t.Error(d)
	}
	if Code("").Display() != "" || Number("").Display() != "" {
		t.Error("nothing is shown as something")
	}
}

func devanagari(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '०' + r - '0'
		}
		return r
	}, s)
}

func TestWhatIsNoCodeAndNoNumber(t *testing.T) {
	for _, text := range []string{
		"", " ", "0", "12345678", "1234567890", "000000000", "00000000000", "admin", "../", "' OR 1=1", "48217736a",
		"+482177360", "१२३", strings.Repeat("4", 4000), strings.Repeat(" ", 4000), strings.Repeat("\u200b", 4000), "\xff", "482177360\x00",
	} {
		if got, err := ParseCode(text); !errors.Is(err, ErrCode) || got != "" {
			t.Errorf("%.30q: %q, %v", text, got, err)
		}
		if got, err := ParseNumber(text); !errors.Is(err, ErrNumber) || got != "" {
			t.Errorf("%.30q: %q, %v", text, got, err)
		}
	}
}

// slips gives every text that one wrong digit or one swap of neighbours makes
// of digits.
func slips(digits string) (out []string) {
	for i := range digits {
		for d := byte('0'); d <= '9'; d++ {
			if d != digits[i] {
				out = append(out, digits[:i]+string(d)+digits[i+1:])
			}
		}
		if i > 0 && digits[i] != digits[i-1] {
			out = append(out, digits[:i-1]+string(digits[i])+string(digits[i-1])+digits[i+1:])
		}
	}
	return out
}

func TestTheCheckDigitCatchesEverySlip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64().Draw(t, "n")
		code, number := NewCode(n), NewNumber(n)
		if got, err := ParseCode(code.Display()); err != nil || got != code {
			t.Fatalf("%s: %s, %v", code, got, err)
		}
		if got, err := ParseNumber(number.Display()); err != nil || got != number {
			t.Fatalf("%s: %s, %v", number, got, err)
		}
		for _, slip := range slips(string(code)) {
			if _, err := ParseCode(slip); err == nil {
				t.Fatalf("%s passes for %s", slip, code)
			}
		}
		for _, slip := range slips(string(number)) {
			if _, err := ParseNumber(slip); err == nil {
				t.Fatalf("%s passes for %s", slip, number)
			}
		}
	})
}

func TestDammOfThePublishedExample(t *testing.T) {
	if got := damm("572"); got != '4' {
		t.Errorf("%c, want 4", got)
	}
}

func TestDigitsOfEveryScriptAreRead(t *testing.T) {
	for _, row := range []string{"0123456789", "०१२३४५६७८९", "۰۱۲۳۴۵۶۷۸۹", "૦૧૨૩૪૫૬૭૮૯", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡"} {
		want := byte(0)
		for _, r := range row {
			if d, ok := digitOf(r); !ok || d != want {
				t.Errorf("%c: %d, %v", r, d, ok)
			}
			want++
		}
	}
	for _, r := range "aक²½Ⅷ٬" {
		if d, ok := digitOf(r); ok {
			t.Errorf("%c: %d", r, d)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	for _, text := range []string{string(NewCode(1)), NewCode(77).Display(), "482 177 361", "४८२१७७३६१", "admin", "\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		code, err := ParseCode(text)
		if err != nil {
			return
		}
		if again, err := ParseCode(code.Display()); err != nil || again != code || len(code) != codeDigits || !allDigits(string(code)) {
			t.Fatalf("%q, then %q, %v", code, again, err)
		}
	})
}

func FuzzParseNumber(f *testing.F) {
	for _, text := range []string{string(NewNumber(1)), NewNumber(77).Display(), "482 1773 6152", "४८२", "\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		number, err := ParseNumber(text)
		if err != nil {
			return
		}
		if again, err := ParseNumber(number.Display()); err != nil || again != number || len(number) != numberDigits || !allDigits(string(number)) {
			t.Fatalf("%q, then %q, %v", number, again, err)
		}
	})
}
