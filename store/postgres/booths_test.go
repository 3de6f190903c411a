package postgres_test

import (
	"errors"
	"testing"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

func TestAnImportedListCountsAndMembersKeepTheirs(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		if v, err := h.CurrentVersion(ctx); err != nil || !v.Sample || v.Label != "sample 2014" {
			t.Fatalf("%+v, %v", v, err)
		}
		e := member(1, "ABC1034560")
		save(t, h.Store, actor(1, 1), e)
		list := []party.Station{
			{Booth: party.Booth{AC: 55, Part: 500, Letter: "B"}, NameHI: "राउमावि केशोपुरा", Lat: 26.5, Lon: 75.5},
			{Booth: party.Booth{AC: 55, Part: 500}, NameEN: "Govt School"},
		}
		told := 0
		if err := h.ImportBooths(ctx, "2026", list, func(n int) { told += n }); err != nil || told != 2 {
			t.Fatalf("%d told, %v", told, err)
		}
		if err := h.ImportBooths(ctx, "2026", list, func(int) {}); !errors.Is(err, postgres.ErrLabelTaken) {
			t.Errorf("the same name again: %v", err)
		}
		if err := h.ImportBooths(ctx, "2027", append(list, list[0]), func(int) {}); err == nil {
			t.Error("a list with a booth twice was taken")
		}
		if v, err := h.CurrentVersion(ctx); err != nil || v.Sample || v.Label != "2026" {
			t.Errorf("%+v, %v", v, err)
		}
		if _, err := h.Station(ctx, e.Booth); !errors.Is(err, party.ErrNotFound) {
			t.Errorf("a booth of the old list: %v", err)
		}
		if st, err := h.Station(ctx, list[0].Booth); err != nil || st.NameHI != list[0].NameHI || st.Version != "2026" || st.Lat != 26.5 {
			t.Errorf("%+v, %v", st, err)
		}
		got, err := h.Records(ctx, actor(1, 2))
		if err != nil || len(got.List) != 1 || got.List[0].Station == nil || got.List[0].Station.Version != "sample 2014" {
			t.Errorf("the member's: %+v, %v", got, err)
		}
	})
}

func TestBoothsComeByPagesInTheirOrder(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		want := one[int](t, h, `SELECT count(*) FROM booths WHERE ac_no = 55`)
		seen, last := 0, party.Booth{}
		for page, more := 0, true; more; page++ {
			var list []party.Station
			var err error
			if list, more, err = h.Stations(t.Context(), 55, page); err != nil {
				t.Fatal(err)
			}
			if more && len(list) != flows.StationsAPage {
				t.Errorf("page %d has %d", page, len(list))
			}
			for _, s := range list {
				if b := s.Booth; b.Part < last.Part || b.Part == last.Part && b.Letter <= last.Letter {
					t.Errorf("%s after %s", b, last)
				}
				last = s.Booth
			}
			seen += len(list)
		}
		if seen != want || want == 0 {
			t.Errorf("%d of %d", seen, want)
		}
	})
}

func TestNumbersThatNoBoothHasAreNotFound(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		for _, b := range []party.Booth{{}, {AC: -1, Part: 1}, {AC: 1e9, Part: 1}, {AC: 54, Part: 1e9}, {AC: 54, Part: 9999}, {AC: 54, Part: 1, Letter: "'"}} {
			if _, err := h.Station(t.Context(), b); !errors.Is(err, party.ErrNotFound) {
				t.Errorf("%+v: %v", b, err)
			}
		}
		for _, c := range [][2]int{{0, 0}, {1e9, 0}, {55, -1}, {55, 1e9}} {
			if list, more, err := h.Stations(t.Context(), c[0], c[1]); err != nil || len(list) != 0 || more {
				t.Errorf("%v: %d, %v, %v", c, len(list), more, err)
			}
		}
	})
}
