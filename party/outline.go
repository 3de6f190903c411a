// Outlines: the shape of a constituency on the map.

package party

// Outline is the rings around an area, each closed: its last point is its first.
// Neighbours share the points of their common border.
type Outline [][]GeoPoint

// GeoPoint is a place in degrees.
type GeoPoint struct{ Lon, Lat float64 }
