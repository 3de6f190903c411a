package reference_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"
	"testing"

	"sadasya/store/reference"
)

func TestWhatARowGets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		row   string
		broke bool
	}{
		{"54 12,,School,,,", true},    // the part in the wrong column
		{"55/1,2,School,,,", true},    // a booth in the first one
		{"1,38Z9,School,,,", true},    // no such letter
		{"1,38अ,,विद्यालय,,", false},  // the letter of a Hindi roll
		{"1,1,S\u202eloohc,,,", true}, // turns the direction of what follows
		{"1,1,School\xff,,,", true},   // not UTF-8
		{"1,1,\" =SUM(A1)\",,,", true},
		{"1,1,School,,NaN,NaN", true},
		{"1,1,School,,75.7,26.8", true}, // lat and lon in each other's place
		{"1,1,School,,26.8,", true},
		{"1,1,School,,26.8,75.7", false},
		{"1,1,," + strings.Repeat("क", 400) + ",,", false},
		{"1,1,," + strings.Repeat("क", 401) + ",,", true},
	} {
		if _, err := reference.ReadBooths(strings.NewReader(head + c.row + "\n")); (err != nil) != c.broke {
			t.Errorf("%q: %v", c.row, err)
		}
	}
}

func TestRowsAfterAStrayQuoteAreToldToo(t *testing.T) {
	t.Parallel()
	_, err := reference.ReadBooths(strings.NewReader(head + "1,1,a\"b,,,\n201,2,School,,,\n1,3,School,,,\n1,3,School,,,\n"))
	var broken *reference.BrokenRows
	if !errors.As(err, &broken) || broken.Total != 3 {
		t.Errorf("%v", err)
	}
}

func TestAThousandBrokenRowsAreToldByNumber(t *testing.T) {
	t.Parallel()
	_, err := reference.ReadBooths(strings.NewReader(head + strings.Repeat("0,0,School,,,\n", 60) + "1,1,School,,,\n0,0,School,,,\n" + "1,2,School,,,\n" + strings.Repeat("0,0,School,,,\n", 1234)))
	if err == nil || strings.Count(err.Error(), "row ") != 50 || !strings.HasPrefix(err.Error(), "1295 rows") || !strings.HasSuffix(err.Error(), "; and rows 52-61, 63, 65-1298") {
		t.Errorf("%v", err)
	}
}

// What the program bundles, a campaign may import as its own list.
func TestTheBundledListCanBeImported(t *testing.T) {
	t.Parallel()
	r, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	_ = w.Write(strings.Split(strings.TrimSpace(head), ","))
	want, last := 0, ""
	for s := range r.SampleBooths() {
		want++
		if s.Booth.Letter < last {
			t.Fatalf("the auxiliary ones come last, and %s after them", s.Booth)
		}
		last = s.Booth.Letter
		lat, lon := "", ""
		if s.Lat != 0 {
			lat, lon = strconv.FormatFloat(s.Lat, 'f', -1, 64), strconv.FormatFloat(s.Lon, 'f', -1, 64)
		}
		_ = w.Write([]string{strconv.Itoa(s.Booth.AC), s.Booth.PartString(), s.NameEN, s.NameHI, lat, lon})
	}
	w.Flush()
	list, err := reference.ReadBooths(&out)
	if err != nil || len(list) != want {
		t.Errorf("%d of %d booths, %v", len(list), want, err)
	}
}
