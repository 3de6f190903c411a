package party

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVoterIDsOfTheSampleFile(t *testing.T) {
	for _, row := range rows(t, "epic_samples.csv", 40) {
		text, expect := row[0], row[1]
		r, err := ReadVoterID(text)
		switch expect {
		case "true", "true_after_cleaning":
			if err != nil || !r.ID.Check || r.ID.Form != Modern {
				t.Errorf("%q: %+v, %v; want a number whose check digit holds", text, r, err)
			}
		case "format_only":
			if err != nil || r.ID.Check {
				t.Errorf("%q: %+v, %v; want a number without a sound check digit", text, r, err)
			}
		case "false":
			if err == nil && r.ID.Check {
				t.Errorf("%q: taken as %+v", text, r)
			}
		default:
			t.Fatalf("%q: what is %q?", text, expect)
		}
		if expect == "true_after_cleaning" && r.ID.Number != "WKH1186253" {
			t.Errorf("%q: read as %q", text, r.ID.Number)
		}
	}
}

func TestWhatIsReadAsAVoterID(t *testing.T) {
	plain := func(number string) Reading {
		return Reading{ID: VoterID{Number: number, Form: Modern, Check: luhn(number[3:])}}
	}
	repaired := func(number string, repairs ...Repair) Reading {
		r := plain(number)
		r.Repairs = repairs
		return r
	}
	spoken := func(number string) Reading {
		r := plain(number)
		r.Spoken = true
		return r
	}
	old := func(number string) Reading { return Reading{ID: VoterID{Number: number, Form: Old}} }
	tests := []struct {
		text string
		want Reading
	}{
		{"ABC1034560", plain("ABC1034560")},
		{"abc1234567", plain("ABC1234567")}, // the check digit fails, which is no error
		{" abc 103 4560 ", plain("ABC1034560")},
		{"ABC-103-4560.", plain("ABC1034560")},
		{"abc/1034560", plain("ABC1034560")},
		{"A B C 1 0 3 4 5 6 0", plain("ABC1034560")},
		{"ABC१०३४५६०", plain("ABC1034560")},
		{"ＡＢＣ１０３４５６０", plain("ABC1034560")},
		{"ABC۱۰۳۴۵۶۰", plain("ABC1034560")},
		{"\u2066ABC1034560\u2069", plain("ABC1034560")},
		{"ABC\u200b103\u200d4560", plain("ABC1034560")},
		{"ABC\n1034560", plain("ABC1034560")},

		{"ABC1O34560", repaired("ABC1034560", Repair{4, 'O', '0'})},
		{"abcl034s6o", repaired("ABC1034560", Repair{3, 'L', '1'}, Repair{7, 'S', '5'}, Repair{9, 'O', '0'})},
		{"ABC|034560", repaired("ABC1034560", Repair{3, '|', '1'})},
		{"A8C1034560", repaired("ABC1034560", Repair{1, '8', 'B'})},
		{"0NE1034560", repaired("ONE1034560", Repair{0, '0', 'O'})},
		{"A8C1O34560", repaired("ABC1034560", Repair{1, '8', 'B'}, Repair{4, 'O', '0'})},
		{"A8C1234567", repaired("ABC1234567", Repair{1, '8', 'B'})},

		{"RJ/20/152/123456", old("RJ/20/152/123456")},
		{"rj-20-152-123456", old("RJ/20/152/123456")},
		{"RJ 20 152 1234567", old("RJ/20/152/1234567")},
		{"RJ20152123456", old("RJ/20/152/123456")},
		{"RJ201521234567", old("RJ/20/152/1234567")},
		{"RJ/5/52/123456", old("RJ/05/052/123456")},
		{"RJ/२०/१५२/१२३४५६", old("RJ/20/152/123456")},
		{"UP/01/234/1234567", old("UP/01/234/1234567")},
		{"mera number RJ/20/152/123456 hai", old("RJ/20/152/123456")},
		{"my RJ201521234567", old("RJ/20/152/1234567")},

		{"मेरा नंबर ABC1034560 है", plain("ABC1034560")},
		{"epic no. ABC1034560", plain("ABC1034560")},
		{"my voter id is abc 1034560 thank you", plain("ABC1034560")},
		{"वोटर आईडी: abc1034560", plain("ABC1034560")},
		{"Sir ABC1034560", plain("ABC1034560")},
		{"54, ABC1034560", plain("ABC1034560")},
		{"ABC1034560 ABC1034560", plain("ABC1034560")},
		{"मेरा A B C 1034560 है", plain("ABC1034560")},

		{"ए बी सी वन जीरो थ्री फोर फाइव सिक्स जीरो", spoken("ABC1034560")},
		{"ए बी सी एक शून्य तीन चार पाँच छह शून्य", spoken("ABC1034560")},
		{"ए, बी, सी, ज़ीरो वन टू तीन ४ पांच छः", spoken("ABC0123456")},
		{"एबीसी 1034560", spoken("ABC1034560")},
		{"एसी टी 1034560", spoken("ACT1034560")},
		{"a b c one zero three four five six zero", spoken("ABC1034560")},
		{"bee cee dee ek do teen char paanch chhah saat", spoken("BCD1234567")},
		{"ABC एक शून्य तीन 4560", spoken("ABC1034560")},
		{"डब्ल्यू के एच डबल वन आठ छह दो पाँच तीन", spoken("WKH1186253")},
		{"double u k h double one eight six two five three", spoken("WKH1186253")},
		{"ज़ेड जेड जैड triple zero ज़ीरो triple 0", spoken("ZZZ0000000")},
		{"वोटर आई डी ए बी सी एक शून्य तीन चार पांच छह शून्य", spoken("ABC1034560")},
	}
	for _, test := range tests {
		got, err := ReadVoterID(test.text)
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
			continue
		}
		if diff := cmp.Diff(test.want, got); diff != "" || got.ID.Number != test.want.ID.Number {
			t.Errorf("%q: %s%s", test.text, got.ID.Number, diff)
		}
	}
}

func TestASpokenZeroMayBeTheLetterO(t *testing.T) {
	r, err := ReadVoterID("ए बी सी वन ओ थ्री फोर फाइव सिक्स ओ")
	if err != nil || r.ID.Number != "ABC1034560" || !r.Spoken || len(r.Repairs) != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestWhatIsRefusedAsAVoterID(t *testing.T) {
	length := func(n int) error { return &VoterIDLengthError{Found: n} }
	shape := func(pos int) error { return &VoterIDShapeError{Pos: pos} }
	tests := []struct {
		text string
		want error
	}{
		{"", ErrVoterIDEmpty},
		{" \n\t", ErrVoterIDEmpty},
		{"\u200b\ufeff", ErrVoterIDEmpty},
		{strings.Repeat(" ", 4096), ErrVoterIDEmpty},

		{"ABC103456", length(9)},
		{"ABC10345600", length(11)},
		{"WK1186253", length(9)},
		{"VVKH1186253", length(11)},
		{"1186253", length(7)},
		{"epic no. ABC103456", length(9)},
		{"WKH 1186253 0", length(11)},
		{"ए बी सी वन जीरो थ्री फोर फाइव सिक्स", length(9)},

		{"123412341234", ErrVoterIDAadhaar},
		{"1234 1234 1234", ErrVoterIDAadhaar},
		{"1234-1234-1234", ErrVoterIDAadhaar},
		{"1234, 1234\n1234", ErrVoterIDAadhaar},
		{"1 2 3 4 5 6 7 8 9 0 1 2", ErrVoterIDAadhaar},
		{"12 34 12 34 12 34", ErrVoterIDAadhaar},
		{"१२३४ १२३४ १२३४", ErrVoterIDAadhaar},
		{"१२३४१२३४१२३४", ErrVoterIDAadhaar},
		{"एक दो तीन चार एक दो तीन चार एक दो तीन चार", ErrVoterIDAadhaar},
		{"one two three four double one three 4 one two three four", ErrVoterIDAadhaar},
		{"मेरा आधार 1234 1234 1234 है", ErrVoterIDAadhaar},
		{"आधार एक दो तीन चार 1234 1234 है", ErrVoterIDAadhaar},
		{"ABC1034560 aadhaar 123412341234", ErrVoterIDAadhaar},
		{"Ramkumar 1234 1234 1234", ErrVoterIDAadhaar},
		{"1234 1234 12E4", length(12)},
		{"1234 1234 I2O4", ErrVoterIDAadhaar},
		{"919829012345", ErrVoterIDAadhaar}, // or a mobile with 91, deleted all the same

		{"9829012345", ErrVoterIDMobile},
		{"98290 12345", ErrVoterIDMobile},
		{"९८२९०१२३४५", ErrVoterIDMobile},
		{"+91 98290-12345", ErrVoterIDMobile},
		{"my mobile +919829012345", ErrVoterIDMobile},
		{"09829012345", ErrVoterIDMobile},
		{"मोबाइल 9829012345", ErrVoterIDMobile},

		{"ABCDE1234F", ErrVoterIDPAN},
		{"abcpe 1234 f", ErrVoterIDPAN},

		{"ABC1234566", ErrVoterIDExample},
		{"abc 123 4566", ErrVoterIDExample},
		{"A8C1234566", ErrVoterIDExample},
		{"ABCI234S66", ErrVoterIDExample},
		{"मेरा नंबर ABC1234566 है", ErrVoterIDExample},
		{"ए बी सी एक दो तीन चार पांच छह छह", ErrVoterIDExample},

		{"ABC1034560 XYZ9876543", ErrVoterIDTwo},
		{"ABC1034560\nWKH1186253", ErrVoterIDTwo},
		{"ABC 103 4560 and WKH 118 6253", ErrVoterIDTwo},
		{"ABC1034560 RJ/20/152/123456", ErrVoterIDTwo},
		{"ABC1034560, mobile 9829012345", ErrVoterIDTwo},
		{"9829012345 ABC1034560", ErrVoterIDTwo},

		{"WKH118625E", shape(9)},
		{"A893857100", shape(2)},
		{"ABC1O34561", shape(4)}, // repaired, but then the check digit fails

		{"NA", ErrNotVoterID},
		{"0", ErrNotVoterID},
		{"123", ErrNotVoterID},
		{"नहीं है", ErrNotVoterID},
		{"आर जे बीस", ErrNotVoterID},
		{"HELLOWORLD", ErrNotVoterID},
		{"😀", ErrNotVoterID},
		{"<b>x</b>", ErrNotVoterID},
		{"' OR 1=1", ErrNotVoterID},
		{"\x00\xff", ErrNotVoterID},
		{strings.Repeat("A", 4096), ErrNotVoterID},
		{strings.Repeat("7", 4096), ErrNotVoterID},
		{strings.Repeat("एक ", 1365), ErrNotVoterID},
		{"АВС1034560", length(7)}, // Cyrillic letters
	}
	for _, test := range tests {
		got, err := ReadVoterID(test.text)
		if !reflect.DeepEqual(err, test.want) {
			t.Errorf("%.60q: %v, want %v", test.text, err, test.want)
		}
		if !got.ID.IsZero() {
			t.Errorf("%.60q: refused, yet %q is handed out", test.text, got.ID.Number)
		}
	}
}

func TestALetterRepairMustBeShown(t *testing.T) {
	for text, want := range map[string]bool{"ABC1O34560": false, "A8C1034560": true, "ABC1034560": false} {
		if r, err := ReadVoterID(text); err != nil || r.LetterRepaired() != want {
			t.Errorf("%q: %v, %v", text, r.LetterRepaired(), err)
		}
	}
}

func TestVoterIDsAreShownGroupedAndMasked(t *testing.T) {
	tests := []struct {
		id              VoterID
		display, masked string
	}{
		{VoterID{Number: "ABC1034560", Form: Modern, Check: true}, "ABC 103 4560", "ABC ••• ••60"},
		{VoterID{Number: "RJ/20/152/123456", Form: Old}, "RJ/20/152/123456", "RJ/••/•••/••••56"},
		{VoterID{}, "", ""},
	}
	for _, test := range tests {
		if test.id.Display() != test.display || test.id.Masked() != test.masked {
			t.Errorf("%q and %q, want %q and %q", test.id.Display(), test.id.Masked(), test.display, test.masked)
		}
	}
}

func TestAVoterIDIsNotPrintedByChance(t *testing.T) {
	r, err := ReadVoterID("ABC1034560")
	if err != nil {
		t.Fatal(err)
	}
	if s := fmt.Sprintf("%v %+v %s", r, r, r.ID); strings.Contains(s, "10345") {
		t.Errorf("the number stands in %q", s)
	}
	_, err = ReadVoterID("ABC1O34561")
	if err == nil || strings.Contains(err.Error(), "345") {
		t.Errorf("the number stands in the error %q", err)
	}
}
