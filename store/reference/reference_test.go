package reference_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sadasya/party"
	"sadasya/store/reference"
)

func TestTheStateIsWhole(t *testing.T) {
	r, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	all := 0
	for _, d := range r.Districts() {
		list := r.Constituencies(d.DistrictEN)
		if d.AC != 0 {
			all += len(list)
		}
		if len(list) == 0 || d.DistrictHI == "" {
			t.Errorf("%s has %d constituencies and the Hindi name %q", d.DistrictEN, len(list), d.DistrictHI)
		}
		for _, c := range list {
			if c.NameEN == "" || c.NameHI == "" || c.DistrictHI == "" {
				t.Errorf("AC %d lacks a name", c.AC)
			}
		}
	}
	if len(r.Districts()) != 41 || all != 200 {
		t.Errorf("%d districts, %d constituencies", len(r.Districts()), all)
	}
	seen := map[party.Booth]bool{}
	auxiliary := 0
	for s := range r.SampleBooths() {
		if _, ok := r.Constituency(s.Booth.AC); !ok || seen[s.Booth] || s.NameEN == "" {
			t.Fatalf("booth %s", s.Booth)
		}
		seen[s.Booth] = true
		if s.Booth.Letter == "A" {
			auxiliary++
		}
	}
	if len(seen) != 45322+1522 || auxiliary != 1522 {
		t.Errorf("%d booths, %d auxiliary", len(seen), auxiliary)
	}
	for s := range r.SampleBooths() {
		if s.Booth.AC > 0 {
			break // an early end is fine
		}
	}
}

const head = "ac_no,part_no,name_en,name_hi,lat,lon\n"

func TestReadBooths(t *testing.T) {
	list, err := reference.ReadBooths(strings.NewReader("\ufeff" + strings.ReplaceAll(head+
		"55,12,\"Govt School, Keshopura\",सरकारी स्कूल,26.87,75.70\n55,12A,Govt School,,,\n५४,38अ,,केकड़ी,,\n", "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 3 || list[0].NameHI != "सरकारी स्कूल" || list[1].Booth.String() != "55/12A" || list[2].Booth != (party.Booth{AC: 54, Part: 38, Letter: "A"}) {
		t.Errorf("%+v", list)
	}
}

func TestEveryBrokenRowIsTold(t *testing.T) {
	_, err := reference.ReadBooths(strings.NewReader(head +
		"55,12,School,,,\n" + // sound
		"201,1,School,,,\n" +
		"55,0,School,,,\n" +
		"55,12,Again,,,\n" +
		"55,13,,,,\n" +
		"55,14,=HYPERLINK(),,,\n" +
		"55,15,School,,51.5,0.1\n" +
		"55,16,School,,26.8,\n" +
		"55,17,School\n" +
		"55,18,\"two\nlines\",,,\n"))
	var broken *reference.BrokenRows
	if !errors.As(err, &broken) || broken.Total != 9 {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{"row 3:", "row 4:", "row 5: booth 55/12 is in row 2", "row 6:", "row 7:", "row 8:", "row 9:", "row 10:", "row 11:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("does not tell %s\n%v", want, err)
		}
	}
	for _, raw := range []string{"", "a,b\n", head} {
		if _, err := reference.ReadBooths(strings.NewReader(raw)); err == nil {
			t.Errorf("%q was taken", raw)
		}
	}
}

func FuzzReadBooths(f *testing.F) {
	f.Add(head + "55,12,School,,,\n")
	f.Add(head + "\"")
	f.Fuzz(func(t *testing.T, raw string) {
		list, err := reference.ReadBooths(strings.NewReader(raw))
		if err == nil && len(list) == 0 {
			t.Error("neither booths nor an error")
		}
	})
}

func TestGeneratedBoothsAreDistinctAndTheSameEachTime(t *testing.T) {
	ref, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	const n = 61_000
	list := slices.Collect(ref.Generated(n))
	if len(list) != n {
		t.Fatalf("%d booths", len(list))
	}
	seen := map[party.Booth]bool{}
	for _, st := range list {
		if seen[st.Booth] || st.NameEN == "" || st.Version != reference.GeneratedVersion(n) {
			t.Fatalf("%+v", st)
		}
		seen[st.Booth] = true
	}
	if !slices.Equal(list, slices.Collect(ref.Generated(n))) {
		t.Error("another time they are others")
	}
	if few := slices.Collect(ref.Generated(100)); len(few) != 100 {
		t.Errorf("%d of 100", len(few))
	}
}
