package place

import (
	"cmp"
	"math"
	"slices"
)

// Farthest is how far, in km, a place may lie from who asks for what is about
// them. Who has none so near is not in the state.
const Farthest = 30

// Nearest gives the n candidates that lie nearest to a point, in degrees, the
// nearest first; none of those farther than Farthest.
func Nearest(candidates []Building, lat, lon float64, n int) Found {
	type ranked struct {
		Building
		away float64
	}
	var list []ranked
	for _, b := range candidates {
		if b.Lat == 0 && b.Lon == 0 {
			continue
		}
		if away := kilometres(lat, lon, b.Lat, b.Lon); away <= Farthest {
			list = append(list, ranked{b, away})
		}
	}
	slices.SortFunc(list, func(x, y ranked) int { return cmp.Or(cmp.Compare(x.away, y.away), cmp.Compare(x.ID, y.ID)) })
	f := Found{Sure: len(list) > 0}
	for _, r := range list[:min(n, len(list))] {
		f.Best = append(f.Best, r.Building)
	}
	return f
}

// kilometres between two points, by the haversine formula.
func kilometres(lat1, lon1, lat2, lon2 float64) float64 {
	const radian, earth = math.Pi / 180, 6371
	dLat, dLon := (lat2-lat1)*radian/2, (lon2-lon1)*radian/2
	h := math.Sin(dLat)*math.Sin(dLat) + math.Cos(lat1*radian)*math.Cos(lat2*radian)*math.Sin(dLon)*math.Sin(dLon)
	return 2 * earth * math.Asin(math.Sqrt(h))
}
