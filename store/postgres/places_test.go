package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
	"sadasya/store/reference"
)

func TestPlacesAreFoundByWordsAndByWhereOneIs(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		sanganer := party.Booth{AC: 55, Part: 12}
		for _, c := range []struct {
			e     flows.FindPlaces
			first string
			sure  bool
		}{
			{flows.FindPlaces{Words: "केसोपुरा", Near: sanganer}, "Govt Secondary School Keshopura", true},
			{flows.FindPlaces{Words: "kesopura sanganer"}, "Govt Secondary School Keshopura", true},
			{flows.FindPlaces{Words: "11 lnp"}, "Govt Sr Sec School 11lnp, (khayaliwala)", true},
			{flows.FindPlaces{Words: "11lnp"}, "Govt Sr Sec School 11lnp, (khayaliwala)", true},
			{flows.FindPlaces{Words: "GUPS kanaur 2 knd"}, "Govt Upper Primary School Kanaur (2 Knd)", true},
			{flows.FindPlaces{At: &flows.Point{Lat: 26.82, Lon: 75.79}}, "Govt Sr Secondary School, Sanganer", true},
		} {
			found, err := h.FindPlaces(t.Context(), c.e)
			if err != nil || len(found.List) == 0 || found.List[0].NameEN != c.first || found.Sure != c.sure {
				t.Errorf("%+v: %+v, %v", c.e, found, err)
			}
		}
		for _, nothing := range []flows.FindPlaces{
			{Words: ""}, {Words: "सरकारी स्कूल"}, {Words: "xqxqxqx"}, {At: &flows.Point{Lat: 19.07, Lon: 72.87}}, {At: &flows.Point{Lat: 91, Lon: 999}},
		} {
			if found, err := h.FindPlaces(t.Context(), nothing); err != nil || len(found.List) != 0 || found.Sure {
				t.Errorf("%+v: %+v, %v", nothing, found, err)
			}
		}
	})
}

func TestRoomsAreTheBoothsOfAPlaceByPart(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		found, err := h.FindPlaces(t.Context(), flows.FindPlaces{Words: "keshopura", Near: party.Booth{AC: 55, Part: 1}})
		if err != nil || len(found.List) == 0 {
			t.Fatalf("%+v, %v", found, err)
		}
		rooms, err := h.Rooms(t.Context(), found.List[0].ID, 0)
		if err != nil || rooms.Place.Booths != 4 || rooms.More {
			t.Fatalf("%+v, %v", rooms, err)
		}
		var parts []string
		for _, s := range rooms.List {
			parts = append(parts, s.Booth.String())
		}
		if diff := cmp.Diff([]string{"55/10", "55/11", "55/12", "55/13"}, parts); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for _, id := range []int64{0, -1, 1 << 60} {
			if rooms, err := h.Rooms(t.Context(), id, 0); err != nil || len(rooms.List) != 0 {
				t.Errorf("place %d: %+v, %v", id, rooms, err)
			}
		}
	})
}

// TestPlacesAreThoseOfTheNewestList, also where a program that knew nothing of
// places imported it.
func TestPlacesAreThoseOfTheNewestList(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		list := []party.Station{{Booth: party.Booth{AC: 1, Part: 1}, NameHI: "राउमावि केशोपुरा, कमरा नं. 1", Lat: 26.5, Lon: 75.5}}
		if err := h.ImportBooths(ctx, "2026", list, func(int) {}); err != nil {
			t.Fatal(err)
		}
		alone := func() {
			t.Helper()
			found, err := h.FindPlaces(ctx, flows.FindPlaces{Words: "Keshopura", Near: party.Booth{AC: 55, Part: 12}})
			if err != nil || len(found.List) != 1 || found.List[0].Only != list[0].Booth || found.List[0].Name(party.English) != "राउमावि केशोपुरा" {
				t.Errorf("%+v, %v", found, err)
			}
		}
		alone()
		h.exec(t, `DELETE FROM places`)
		ref, err := reference.Load()
		if err != nil {
			t.Fatal(err)
		}
		if err := postgres.Migrate(ctx, h.url, h.keys, ref); err != nil {
			t.Fatal(err)
		}
		alone()
	})
}
