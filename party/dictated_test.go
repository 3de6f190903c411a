package party

import (
	"errors"
	"testing"
)

func TestOneMessageHoldsNameNumberAndMobile(t *testing.T) {
	for _, c := range []struct {
		text, name, number, mobile string
	}{
		{"कमला देवी ABC1034560", "कमला देवी", "ABC1034560", ""},
		{"ABC1034560 कमला देवी", "कमला देवी", "ABC1034560", ""},
		{"Kamla Devi abc 103 4560", "Kamla Devi", "ABC1034560", ""},
		{"Kamla Devi, ABC1034560, 9829012345", "Kamla Devi", "ABC1034560", "9829012345"},
		{"Kamla Devi 98290 12345 ABC1034560", "Kamla Devi", "ABC1034560", "9829012345"},
		{"Kamla +91 98290 12345 ABC1034560", "Kamla", "ABC1034560", "9829012345"},
		{"Kamla 09829012345 ABC1034560", "Kamla", "ABC1034560", "9829012345"},
		{"नाम: कमला देवी\nनंबर: ABC1034560\nमोबाइल: ९८२९०१२३४५", "कमला देवी", "ABC1034560", "9829012345"},
		{"कमला RJ/20/152/123456", "कमला", "RJ/20/152/123456", ""},
		{"कमला देवी", "कमला देवी", "", ""},
		{"ABC1034560", "", "ABC1034560", ""},
		{"A8C1034560 Kamla", "Kamla", "ABC1034560", ""},
		{"9829012345", "", "", "9829012345"},
		{"Kamla Devi ABC1034560 ABC1034560", "Kamla Devi", "ABC1034560", ""},
		{"कमला RJ 07 152 123456", "कमला", "RJ/07/152/123456", ""},
		{"Kamla 982 901 2345 ABC1034560", "Kamla", "ABC1034560", "9829012345"},
		{"कमला पत्नी राम लाल ABC1034560", "कमला", "ABC1034560", ""},
	} {
		d, err := ReadDictated(c.text)
		number := ""
		if d.Number != nil {
			number = d.Number.ID.Number
		}
		if err != nil || string(d.Name) != c.name || number != c.number || string(d.Mobile) != c.mobile {
			t.Errorf("%q: %q, %q, %q, %v", c.text, d.Name, number, string(d.Mobile), err)
		}
	}
	for text, want := range map[string]error{
		"Kamla 1234 5678 9012":              ErrVoterIDAadhaar,
		"Kamla 123456789012":                ErrVoterIDAadhaar,
		"Kamla 1234 5678 9012 ABC1034560":   ErrVoterIDAadhaar,
		"Kamla ABC1034560 123456789012":     ErrVoterIDAadhaar,
		"Kamla 919829012345 ABC1034560":     ErrVoterIDAadhaar, // or a mobile: nobody can tell
		"Kamla ABC1034560 Ram XYZ1234566":   ErrVoterIDTwo,
		"कमला देवी ABC1234566":              ErrVoterIDExample,
		"Kamla ABC1034560 https://t.me/abc": ErrNameLink,
	} {
		if _, err := ReadDictated(text); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
	if d, err := ReadDictated("Kamla 55 ABC1034560"); !errors.Is(err, ErrNameNumber) || d.Number == nil || d.Name != "" {
		t.Errorf("a name with digits: %+v, %v", d, err)
	}
	for text, name := range map[string]Name{
		"कमला देवी ABC103456": "कमला देवी", "Kamla Devi ABC 103 456": "Kamla Devi", "ABC10345 Kamla 9829012345": "Kamla",
	} {
		var length *VoterIDLengthError
		if d, err := ReadDictated(text); !errors.As(err, &length) || length.Found == 10 || d.Name != name || d.Number != nil {
			t.Errorf("%q: %+v, %v", text, d, err)
		}
	}
}

func TestMobiles(t *testing.T) {
	for text, want := range map[string]Mobile{
		"9829012345": "9829012345", "+91-98290 12345": "9829012345", "098290 12345": "9829012345", "91 98290 12345": "9829012345",
		"९८२९० १२३४५": "9829012345", "5829012345": "", "982901234": "", "98290123456": "", "+1 98290 12345": "", "abc": "", "": "",
	} {
		if got, err := ParseMobile(text); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", text, string(got), err)
		}
	}
}

func FuzzReadDictated(f *testing.F) {
	for _, text := range []string{"कमला देवी ABC1034560 9829012345", "ABC 103 4560", "1234 5678 9012", "+91 98290 12345", "\x00", "नाम: \u200d"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ReadDictated(text)
		if unfit(err) && d != (Dictated{}) {
			t.Fatalf("an error with %+v", d)
		}
		if d.Mobile != "" {
			if again, err := ParseMobile(string(d.Mobile)); err != nil || again != d.Mobile {
				t.Fatalf("%q is not read again", string(d.Mobile))
			}
		}
		if d.Name != "" {
			if n, _, err := ParseName(string(d.Name)); err != nil || n != d.Name {
				t.Fatalf("%q is not read again: %q, %v", d.Name, n, err)
			}
		}
	})
}
