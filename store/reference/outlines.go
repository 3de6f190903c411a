package reference

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the outlines
	"encoding/json"
	"fmt"

	"sadasya/party"
)

//go:embed rajasthan_acs.geojson.gz
var outlines []byte

// OutlinesCredit is to stand wherever outlines are drawn.
const OutlinesCredit = "DataMeet India community, CC BY 2.5 IN"

// Outlines reads the shapes of the constituencies, by number.
func Outlines() (map[int]party.Outline, error) {
	plain, err := gzip.NewReader(bytes.NewReader(outlines))
	if err != nil {
		return nil, fmt.Errorf("outlines: %w", err)
	}
	var file struct {
		Features []struct {
			Geometry   struct{ Coordinates [][][][2]float64 }
			Properties struct {
				AC int `json:"ac_no"`
			}
		}
	}
	if err := json.NewDecoder(plain).Decode(&file); err != nil {
		return nil, fmt.Errorf("outlines: %w", err)
	}
	all := make(map[int]party.Outline, len(file.Features))
	for _, f := range file.Features {
		var o party.Outline
		for _, polygon := range f.Geometry.Coordinates {
			for _, ring := range polygon {
				points := make([]party.GeoPoint, len(ring))
				for i, p := range ring {
					points[i] = party.GeoPoint{Lon: p[0], Lat: p[1]}
				}
				o = append(o, points)
			}
		}
		all[f.Properties.AC] = o
	}
	return all, nil
}
