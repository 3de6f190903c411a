package party_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sadasya/party"
)

func TestFewAreNotToldOf(t *testing.T) {
	for _, c := range []struct {
		p    party.Portion
		want int
		ok   bool
	}{
		{party.Portion{Of: 5, Said: 10}, 50, true},
		{party.Portion{Of: 4, Said: 100}, 0, false},
		{party.Portion{Of: 96, Said: 100}, 0, false}, // tells of the four others
		{party.Portion{Of: 10, Said: 10}, 0, false},
		{party.Portion{}, 0, false},
		{party.Portion{Of: 1, Said: 1}, 0, false},
		{party.Portion{Of: 335, Said: 1000}, 34, true},
	} {
		if got, ok := c.p.Percent(); got != c.want || ok != c.ok {
			t.Errorf("%+v: %d, %v", c.p, got, ok)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.IntRange(0, 1000).Draw(t, "said")
		p := party.Portion{Of: rapid.IntRange(0, said).Draw(t, "of"), Said: said}
		if percent, ok := p.Percent(); percent < 0 || percent > 100 || ok && (p.Of < party.LeastGroup || said-p.Of < party.LeastGroup) {
			t.Fatalf("%+v: %d, %v", p, percent, ok)
		}
	})
}

func TestNoGroupIsFoundBySubtracting(t *testing.T) {
	for _, c := range []struct{ groups, want []int }{
		{[]int{20, 40, 18, 12, 10}, []int{20, 40, 18, 12, 10}},
		{[]int{20, 40, 18, 19, 3}, []int{20, 40, -1, 19, -1}}, // 3 would be what the others lack
		{[]int{30, 66, 2, 1, 1}, []int{-1, 66, -1, -1, -1}},   // four together are fewer than five
		{[]int{50, 50, 0, 0, 0}, []int{-1, 50, -1, -1, -1}},
		{[]int{10, 10, 40, 20, 20}, []int{10, 10, 40, 20, 20}},
		{[]int{0, 0, 0, 0, 0}, []int{-1, -1, -1, -1, -1}},
		{[]int{8, 0, 0, 0, 0}, []int{-1, -1, -1, -1, -1}},
	} {
		if got := party.Percents(c.groups); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.groups, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		groups := rapid.SliceOfN(rapid.IntRange(0, 40), 5, 5).Draw(t, "groups")
		hidden, kinds := 0, 0
		for i, p := range party.Percents(groups) {
			if p < 0 {
				hidden, kinds = hidden+groups[i], kinds+1
			} else if groups[i] < party.LeastGroup {
				t.Fatalf("%v: a group of %d is told", groups, groups[i])
			}
		}
		if kinds == 1 || kinds > 0 && kinds < 5 && hidden < party.LeastGroup {
			t.Fatalf("%v: those left out can be found", groups)
		}
	})
}

func TestReservedEnrollersWanted(t *testing.T) {
	a := party.Aims{Reserved: 40}
	for _, c := range []struct {
		r         party.Reservation
		enrollers int
		want      int
	}{
		{party.ReservationSC, 20, 8}, {party.ReservationST, 13, 6}, {party.ReservationSC, 1, 5}, {party.ReservationSC, 0, 5}, {party.ReservationGEN, 10, 0},
	} {
		if got := a.ReservedWanted(c.r, c.enrollers); got != c.want {
			t.Errorf("%s, %d enrollers: %d, want %d", c.r, c.enrollers, got, c.want)
		}
	}
	if got := (party.Aims{}).ReservedWanted(party.ReservationSC, 10); got != 0 {
		t.Errorf("without an aim: %d", got)
	}
}

func TestAimsThatCannotBe(t *testing.T) {
	c := party.RajasthanSample()
	c.Aims = party.Aims{WomenPerBooth: -1, Women: 101, Reserved: 200, Categories: party.Shares{GEN: 60, SC: 60}}
	c.Begins = party.Date{Year: 2027, Month: 3, Day: 1}
	err := c.Validate()
	if err == nil {
		t.Fatal("taken")
	}
	for _, want := range []string{"aims.women_per_booth", "aims.women ", "aims.reserved", "aims.categories come to 120", "targets[0].by comes before begins"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not told:\n%v", want, err)
		}
	}
}
