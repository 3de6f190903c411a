package reference_test

import (
	"testing"

	"sadasya/store/reference"
)

func TestEveryConstituencyHasAnOutline(t *testing.T) {
	t.Parallel()
	all, err := reference.Outlines()
	if err != nil {
		t.Fatal(err)
	}
	for ac := 1; ac <= 200; ac++ {
		o := all[ac]
		if len(o) == 0 {
			t.Errorf("%d has none", ac)
		}
		for _, ring := range o {
			if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
				t.Errorf("a ring of %d is not closed", ac)
			}
			for _, p := range ring {
				if p.Lon < 69 || p.Lon > 79 || p.Lat < 23 || p.Lat > 31 {
					t.Errorf("%d: %v is not in Rajasthan", ac, p)
				}
			}
		}
	}
}
