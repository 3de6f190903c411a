package party

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestEveryNameOfTheListIsTakenAsTyped(t *testing.T) {
	for _, row := range rows(t, "names.csv", 700) {
		for _, text := range row[:2] {
			name, ask, err := ParseName(text)
			if err != nil || ask || string(name) != norm.NFC.String(text) {
				t.Errorf("%q: %q, ask %v, %v", text, name, ask, err)
			}
			if name.Fold() == "" || name.Short() == "" {
				t.Errorf("%q: folded %q, short %q", text, name.Fold(), name.Short())
			}
		}
	}
}

func TestWhatIsTakenAsAName(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Kamla Devi", "Kamla Devi"},
		{"कमला", "कमला"},
		{"  कमला \t देवी ", "कमला देवी"},
		{"कमला\u00a0देवी", "कमला देवी"},
		{"कमला देवी।", "कमला देवी"},
		{"\"Kamla Devi\",", "Kamla Devi"},
		{"ओम", "ओम"},
		{"जय", "जय"},
		{"श्री", "श्री"},
		{"ॐ प्रकाश", "ॐ प्रकाश"},
		{"R. K. Sharma", "R. K. Sharma"},
		{"आर.के. शर्मा", "आर.के. शर्मा"},
		{"मो. सलीम", "मो. सलीम"},
		{"डॉ॰ राम सिंह", "डॉ॰ राम सिंह"},
		{"Anne-Marie D’Souza", "Anne-Marie D’Souza"},
		{"O'Brien", "O'Brien"},
		{"राम Sharma", "राम Sharma"}, // mixed scripts
		{"Rāma", "Rāma"},
		{"Jose\u0301", "José"},                             // NFD → NFC
		{"\u0917\u095b\u0932", "\u0917\u091c\u093c\u0932"}, // the letter with nukta is composed by nobody
		{"क\u094d\u200dष", "क\u094d\u200dष"},               // a joiner that shapes a conjunct stays
		{"क\u094d\u200cष", "क\u094d\u200cष"},
		{"राम\u200d \u200cलाल\u200b", "राम लाल"}, // others go
		{"\ufeffKamla\u200e", "Kamla"},
		{"अशोक पाटनी", "अशोक पाटनी"},
		{"Ashok Patni", "Ashok Patni"}, // a surname, no wife
		{"Gajanand Ganpati", "Gajanand Ganpati"},
		{"S.O. Sharma", "S.O. Sharma"},
		{"श्रीमती कमला देवी", "श्रीमती कमला देवी"}, // stored as typed
		{strings.Repeat("क", 60), strings.Repeat("क", 60)},
	}
	for _, test := range tests {
		name, ask, err := ParseName(test.text)
		if err != nil || ask || string(name) != test.want {
			t.Errorf("%q: %q, ask %v, %v; want %q", test.text, name, ask, err, test.want)
		}
	}
}

func TestARelationIsSplitOffAndAsked(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Kamla Devi W/o Ram Lal", "Kamla Devi"},
		{"Kamla Devi w/o. Ram Lal", "Kamla Devi"},
		{"Kamla Devi,W/O Ram Lal", "Kamla Devi"},
		{"Kamla Devi (W / o Ram Lal)", "Kamla Devi"},
		{"Kamla Devi W/oRam Lal", "Kamla Devi"},
		{"Kamla Devi W/0 Ram", "Kamla Devi"},
		{"Kamla Devi w\\o Ram Lal", "Kamla Devi"},
		{"Kamla Devi w.o. Ram Lal", "Kamla Devi"},
		{"Ramesh S/o Ram Lal D/o Shyam", "Ramesh"},
		{"Sita D/o Ram", "Sita"},
		{"Sita C/O Ram", "Sita"},
		{"Kamla Devi wife of Ram Lal", "Kamla Devi"},
		{"Ramesh Son Of Ram Lal", "Ramesh"},
		{"Kamla Devi Husband Ram Lal", "Kamla Devi"},
		{"कमला देवी पत्नी राम लाल", "कमला देवी"},
		{"कमला देवी, पत्नी श्री राम लाल", "कमला देवी"},
		{"कमला देवी (धर्मपत्नी राम लाल)", "कमला देवी"},
		{"रमेश पुत्र राम लाल", "रमेश"},
		{"सीता पुत्री राम लाल", "सीता"},
		{"सलीम वल्द करीम", "सलीम"},
		{"कमला पिता का नाम राम लाल", "कमला"},
		{"कमला देवी W/o राम लाल", "कमला देवी"},
		{"कमला देवी डब्ल्यू/ओ राम लाल", "कमला देवी"},
		{"राम लाल की पत्नी कमला देवी", "कमला देवी"},
		{"Ram Lal ki patni Kamla Devi", "Kamla Devi"},
		{"राम लाल का बेटा रमेश", "रमेश"},
		{"मेरा नाम कमला देवी है", "कमला देवी"},
		{"मैं कमला देवी हूँ", "कमला देवी"},
		{"नाम: कमला देवी", "कमला देवी"},
		{"My name is Kamla Devi", "Kamla Devi"},
		{"mera naam Kamla Devi hai", "Kamla Devi"},
	}
	for _, test := range tests {
		name, ask, err := ParseName(test.text)
		if err != nil || !ask || string(name) != test.want {
			t.Errorf("%q: %q, ask %v, %v; want %q asked", test.text, name, ask, err, test.want)
		}
	}
}

func TestWhatIsRefusedAsAName(t *testing.T) {
	tests := []struct {
		text string
		want error
	}{
		{"", ErrNameEmpty},
		{" \n ", ErrNameEmpty},
		{strings.Repeat(" ", 4096), ErrNameEmpty},
		{"\u200b\u200c\u200d\u2060\ufeff", ErrNameEmpty}, // only zero-width
		{"W/o Ram Lal", ErrNameEmpty},
		{"पत्नी राम लाल", ErrNameEmpty},
		{"wife of Ram Lal", ErrNameEmpty},
		{"राम लाल की पत्नी", ErrNameEmpty},
		{"...", ErrNameEmpty},
		{"A", ErrNameShort},
		{"क", ErrNameShort},
		{"क़", ErrNameShort},
		{"R.", ErrNameShort},
		{strings.Repeat("a", 61), ErrNameLong},
		{strings.Repeat("a", 4096), ErrNameLong},
		{strings.Repeat("राम ", 1000), ErrNameLong},
		{"9829012345", ErrNameNumber},
		{"+91 98290 12345", ErrNameNumber},
		{"९८२९०१२३४५", ErrNameNumber},
		{"ABC1034560", ErrNameNumber},
		{"Kamla Devi 54", ErrNameNumber},
		{"कमला २", ErrNameNumber},
		{"Ram Ⅷ", ErrNameNumber},
		{"https://example.org/a", ErrNameLink},
		{"www.example.org", ErrNameLink},
		{"t.me/somebody", ErrNameLink},
		{"example.com", ErrNameLink},
		{"@somebody", ErrNameLink},
		{"a@example.org", ErrNameLink},
		{"[x](tg://user?id=1)", ErrNameLink},
		{`=HYPERLINK("https://example.org","x")`, ErrNameLink},
		{"=1+1", ErrNameLink},
		{"=SUM(A)", ErrNameLink},
		{"+SUM(A)", ErrNameSigns},
		{"<b>x</b>", ErrNameSigns},
		{"{{.Token}}", ErrNameSigns},
		{"%s", ErrNameSigns},
		{"/cancel", ErrNameSigns},
		{"😀🙏", ErrNameSigns},
		{"Kamla 🙏", ErrNameSigns},
		{"राम\u202eलाल", ErrNameSigns}, // right-to-left override
		{"\u2067राम\u2069", ErrNameSigns},
		{"a" + strings.Repeat("\u0301", 100), ErrNameSigns},
		{"क" + strings.Repeat("\u0902", 100), ErrNameSigns},
		{"क" + strings.Repeat("\u093f", 5), ErrNameSigns},
		{"\x00", ErrNameSigns},
		{"Kamla\x00Devi", ErrNameSigns},
		{"Kamla\xff", ErrNameSigns},
		{"\xed\xa0\x80", ErrNameSigns}, // a lone surrogate
		{"\ufffd\ufffd", ErrNameSigns},
		{"Kamla\nRamesh\nSita", ErrNameSigns},
		{"Kamla\u2028Ramesh", ErrNameSigns},
		{"ािराम", ErrNameSigns}, // begins with a vowel sign
		{"्राम", ErrNameSigns},
		{"राम ािलाल", ErrNameSigns},
		{"Ramा", ErrNameSigns},
		{"રામ લાલ", ErrNameSigns}, // a script that is neither
		{"Рам", ErrNameSigns},
		{"R----a", ErrNameSigns},
		{"राम।श्याम", ErrNameSigns},
	}
	for _, test := range tests {
		name, ask, err := ParseName(test.text)
		if !errors.Is(err, test.want) || name != "" || ask {
			t.Errorf("%.40q: %q, ask %v, %v; want %v", test.text, name, ask, err, test.want)
		}
	}
}

func TestTitlesCountForNothingInComparing(t *testing.T) {
	for _, title := range []string{
		"श्री", "श्रीमती", "श्रीमति", "सुश्री", "कुमारी", "कु.", "डॉ.", "डॉ॰", "डा.", "प्रो.", "पं.", "पंडित", "पण्डित",
		"मा.", "स्व.", "ठा.", "चौ.", "एडवोकेट", "हाजी", "मौलाना", "संत", "महंत",
	} {
		if n := Name(title + " कमला देवी"); n.Fold() != Name("कमला देवी").Fold() || n.Short() != "कमला दे." {
			t.Errorf("%s: %q, %q", n, n.Fold(), n.Short())
		}
	}
	for _, title := range []string{"जी", "साहब", "सा."} {
		if n := Name("राम सिंह " + title); n.Fold() != Name("राम सिंह").Fold() || n.Short() != "राम सिं." {
			t.Errorf("%s: %q, %q", n, n.Fold(), n.Short())
		}
	}
	for _, title := range []string{
		"Shri", "Shree", "Sh.", "Sri", "Smt", "Smt.", "SMT.", "Shrimati", "Sushri", "Ms", "Mrs", "Mr", "Km", "Kum.", "Dr", "Dr.",
		"Prof.", "Pt.", "Adv.", "Late", "Ch.", "Th.", "Haji", "Md.", "Mohd.",
	} {
		if n := Name(title + " Kamla Devi"); n.Fold() != Name("Kamla Devi").Fold() || n.Short() != "Kamla D." {
			t.Errorf("%s: %q, %q", n, n.Fold(), n.Short())
		}
	}
	if a, b := Name("सुनीता कुमारी").Fold(), Name("कुमारी सुनीता").Fold(); a == b {
		t.Errorf("कुमारी is a title only in front: %q", a)
	}
	if Name("श्री").Fold() == "" {
		t.Error("a title by itself is a name")
	}
}

func TestSpellingsOfOneNameFoldIntoOne(t *testing.T) {
	for _, pair := range [][2]string{
		{"मण्डल", "मंडल"},
		{"चाँद", "चांद"},
		{"केकड़ी", "केकडी"},
		{"सुनिता", "सुनीता"},
		{"शेषराम", "शेशराम"},
		{"विष्णु", "बिश्नु"},
		{"रामु", "रामू"},
		{"क\u094d\u200dषमा", "क्षमा"},
		{"ग़ज़ल", "गजल"},
		{"सन्तोष", "संतोष"},
		{"रामलाल", "राम लाल"},
		{"आर. के. शर्मा", "आर.के. शर्मा"},
		{"R. K. Sharma", "RK Sharma"},
		{"Ramlal", "RAM LAL"},
		{"José", "Jose"},
		{"Jose\u0301", "JOSÉ"},
		{"Rathore", "Rathod"},
		{"Rathore", "Rathor"},
		{"Choudhary", "Chaudhary"},
		{"Choudhary", "Chowdhary"},
		{"Gurjar", "Gujjar"},
		{"Meena", "Mina"},
		{"Agarwal", "Agrawal"},
		{"Agarwal", "Aggarwal"},
		{"Kanwar", "Kunwar"},
		{"Vishnoi", "Bishnoi"},
		{"Sain", "Saini"},
		{"Sain", "Sen"},
	} {
		if !Name(pair[0]).Same(Name(pair[1])) {
			t.Errorf("%s and %s: %q and %q", pair[0], pair[1], Name(pair[0]).Fold(), Name(pair[1]).Fold())
		}
	}
	for _, pair := range [][2]string{{"राम", "रमा"}, {"कमला", "कमल"}, {"Kamla", "Kamal"}, {"सीता", "गीता"}} {
		if Name(pair[0]).Same(Name(pair[1])) {
			t.Errorf("%s and %s are taken for one", pair[0], pair[1])
		}
	}
}

// Most spelling pairs of the constituencies differ in what Fold folds; the
// others are different words.
func TestMostSpellingPairsOfTheConstituenciesFoldIntoOne(t *testing.T) {
	same, all := 0, rows(t, "rajasthan_ac_hi_variants.csv", 50)
	for _, row := range all {
		if Name(row[3]).Same(Name(row[4])) {
			same++
		} else {
			t.Logf("different: %s, %s", row[3], row[4])
		}
	}
	if same*10 < len(all)*6 {
		t.Errorf("only %d of %d", same, len(all))
	}
}

func TestNamesAreShortenedByAkshara(t *testing.T) {
	for name, want := range map[Name]string{
		"Kamla Devi": "Kamla D.", "कमला देवी": "कमला दे.", "Kamla": "Kamla", "कमला": "कमला", "": "",
		"Kamla Devi Sharma": "Kamla S.", "राम प्रसाद श्रीवास्तव": "राम श्री.", "भंवर कंवर": "भंवर कं.",
		"राम क\u094d\u200dषत्रिय": "राम क\u094d\u200dष.", "ओम प्रकाश": "ओम प्र.", "राम 'Sharma": "राम S.",
	} {
		if got := name.Short(); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
