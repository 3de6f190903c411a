package party

import "testing"

func TestLanguagesAreReadAsAppsSendThem(t *testing.T) {
	for tag, want := range map[string]Language{
		"hi": Hindi, "hi-IN": Hindi, "HI_in": Hindi, " en ": English, "en-GB": English, "": "", "hin": "", "gu": "", "mr-IN": "", "-": "",
	} {
		if got, ok := ParseLanguage(tag); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", tag, got, ok)
		}
	}
	if l := Languages(); len(l) != 2 || l[0] != Hindi {
		t.Errorf("%v", l)
	}
}

func TestCountsAreGroupedTheIndianWay(t *testing.T) {
	for n, want := range map[int]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 87_000: "87,000", 100_000: "1,00,000", 1_234_567: "12,34,567",
		5_000_000: "50,00,000", 1_234_567_890: "1,23,45,67,890", -1: "-1", -100_000: "-1,00,000",
		-9_223_372_036_854_775_808: "-92,23,37,20,36,85,47,75,808",
	} {
		if got := FormatCount(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestDatesAreWrittenInBothLanguages(t *testing.T) {
	tests := []struct {
		date           Date
		hindi, english string
	}{
		{Date{2027, 2, 7}, "7 फ़रवरी 2027", "7 Feb 2027"},
		{Date{2026, 12, 31}, "31 दिसंबर 2026", "31 Dec 2026"},
		{Date{}, "", ""},
		{Date{2027, 13, 1}, "", ""},
	}
	for _, test := range tests {
		if hi, en := test.date.In(Hindi), test.date.In(English); hi != test.hindi || en != test.english {
			t.Errorf("%q and %q, want %q and %q", hi, en, test.hindi, test.english)
		}
	}
}

func TestADateIsOneOfTheCalendar(t *testing.T) {
	for text, want := range map[string]Date{"2027-03-31": {2027, 3, 31}, "": {}} {
		var d Date
		if err := d.UnmarshalText([]byte(text)); err != nil || d != want || d.String() != text {
			t.Errorf("%q: %v, %v", text, d, err)
		}
	}
	for _, text := range []string{"2027-02-30", "31.3.2027", "2027-3-1", "soon", "2027-03-31T00:00:00Z"} {
		var d Date
		if err := d.UnmarshalText([]byte(text)); err == nil || !d.IsZero() {
			t.Errorf("%q: %v, %v", text, d, err)
		}
	}
	if a, b := (Date{2027, 2, 28}), (Date{2027, 3, 1}); !a.Before(b) || b.Before(a) || a.Before(a) {
		t.Error("28 February is before 1 March")
	}
}

func TestOfficesAreReadByName(t *testing.T) {
	for text, want := range map[string]Office{"admin": Admin, " Chief ": Chief, "ENROLLER": Enroller, "": "", "king": ""} {
		if got, ok := ParseOffice(text); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", text, got, ok)
		}
	}
}

func TestAnAreaHoldsWhatLiesInIt(t *testing.T) {
	sanganer := Constituency{AC: 56, DistrictEN: "Jaipur", DistrictHI: "जयपुर"}
	booth := Booth{AC: 56, Part: 12}
	tests := []struct {
		area  Area
		name  string
		booth Booth
		want  bool
	}{
		{Area{}, "state", booth, true},
		{Area{District: "Jaipur"}, "district Jaipur", booth, true},
		{Area{District: "jaipur"}, "district jaipur", Booth{}, true},
		{Area{District: "जयपुर"}, "district जयपुर", booth, true},
		{Area{District: "Kota"}, "district Kota", booth, false},
		{Area{AC: 56}, "constituency 56", booth, true},
		{Area{AC: 56, District: "Jaipur"}, "constituency 56", Booth{}, true},
		{Area{AC: 57, District: "Jaipur"}, "constituency 57", booth, false},
		{Area{Booth: booth}, "booth 56/12", booth, true},
		{Area{AC: 56, Booth: booth}, "booth 56/12", Booth{AC: 56, Part: 12, Letter: "A"}, false},
		{Area{Booth: booth}, "booth 56/12", Booth{}, false}, // a pending booth is nobody's
		{Area{}, "state", Booth{AC: 57, Part: 12}, false},   // not of this constituency
	}
	for _, test := range tests {
		if got := test.area.Contains(sanganer, test.booth); got != test.want || test.area.String() != test.name {
			t.Errorf("%s contains %q: %v", test.area, test.booth, got)
		}
	}
}

func TestWhichMembershipsAreLive(t *testing.T) {
	for status, want := range map[Status]bool{Confirmed: true, Review: true, Frozen: true, Refused: false, Withdrawn: false, "": false} {
		if status.Live() != want {
			t.Errorf("%q", status)
		}
	}
}
