package flowstest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/party/place"
	"sadasya/store/reference"
)

// gazetteer finds booths and places in the bundled list, in memory. The store
// finds the same by its indexes: the transcripts are played against both.
type gazetteer struct {
	booths    map[party.Booth]party.Station
	byAC      map[int][]party.Station
	buildings []place.Building
	areas     *place.Areas
}

var loadGazetteer = sync.OnceValue(func() *gazetteer {
	ref, err := reference.Load()
	if err != nil {
		panic(err)
	}
	g := &gazetteer{booths: map[party.Booth]party.Station{}, byAC: map[int][]party.Station{}, areas: place.NewAreas(ref.All(), ref.Carved)}
	list := slices.SortedFunc(ref.SampleBooths(), func(a, b party.Station) int {
		return cmp.Or(a.Booth.AC-b.Booth.AC, a.Booth.Part-b.Booth.Part, strings.Compare(a.Booth.Letter, b.Booth.Letter))
	})
	for _, s := range list {
		g.booths[s.Booth] = s
		g.byAC[s.Booth.AC] = append(g.byAC[s.Booth.AC], s)
	}
	g.buildings = place.Buildings(list)
	for i := range g.buildings {
		g.buildings[i].ID = int64(i)
	}
	return g
})

func (g *gazetteer) station(b party.Booth) (party.Station, bool) { s, ok := g.booths[b]; return s, ok }

func (g *gazetteer) listed(ac, page int) ([]party.Station, bool) { return paged(g.byAC[ac], page) }

func paged(list []party.Station, page int) ([]party.Station, bool) {
	from := min(page*flows.StationsAPage, len(list))
	to := min(from+flows.StationsAPage, len(list))
	return list[from:to], to < len(list)
}

func (g *gazetteer) find(e flows.FindPlaces) flows.Places {
	if e.At != nil {
		return flows.PlacesOf(place.Nearest(g.buildings, e.At.Lat, e.At.Lon, flows.PlacesAtOnce))
	}
	query := place.Read(e.Words)
	var some []place.Building
	for _, b := range g.buildings {
		if slices.ContainsFunc(query.Words, func(w string) bool { return strings.Contains(b.Reading.Bones(), place.Bones(w)[:1]) }) {
			some = append(some, b)
		}
	}
	return flows.PlacesOf(g.areas.Rank(query, e.Near.AC, flows.PlacesAtOnce, some))
}

func (g *gazetteer) rooms(id int64, page int) flows.Rooms {
	if id < 0 || id >= int64(len(g.buildings)) {
		return flows.Rooms{}
	}
	b := g.buildings[id]
	var list []party.Station
	for _, part := range b.Booths {
		if booth, err := party.ParseBooth(strconv.Itoa(b.AC) + "/" + part); err == nil {
			list = append(list, g.booths[booth])
		}
	}
	list, more := paged(list, page)
	return flows.Rooms{Place: flows.PlaceOf(b), List: list, Page: page, More: more}
}

// Rajasthan is a world with the bundled booths, Sunita Meena as enroller of booth
// 55/12, and someone who holds the Voter ID QQQ5005004.
func Rajasthan(places *reference.Reference) *World {
	g := loadGazetteer()
	own := g.booths[party.Booth{AC: 55, Part: 12}]
	return &World{
		Code:    party.NewCode(48217736),
		Inviter: flows.Inviter{Name: "सुनीता मीणा", Station: &own},
		Places:  places,
		Booths:  g.station,
		Listed:  g.listed,
		Find:    g.find,
		Rooms:   g.rooms,
		Taken:   map[string]bool{"QQQ5005004": true},
	}
}
