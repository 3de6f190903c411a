// Places: constituencies and polling stations, with their names.

package party

// Reservation is for whom a constituency's seat is reserved.
type Reservation string

// The reservations.
const (
	ReservationGEN Reservation = "GEN" // for nobody
	ReservationSC  Reservation = "SC"
	ReservationST  Reservation = "ST"
)

// Constituency is an assembly constituency (AC).
type Constituency struct {
	AC          int         `json:"ac"` // 1..MaxAC
	NameEN      string      `json:"en,omitempty"`
	NameHI      string      `json:"hi,omitempty"`
	DistrictEN  string      `json:"den,omitempty"`
	DistrictHI  string      `json:"dhi,omitempty"`
	Reservation Reservation `json:"r,omitempty"`
}

// Name gives the constituency's name in l, or in the other language where l
// has none.
func (c Constituency) Name(l Language) string {
	return Text{Hindi: c.NameHI, English: c.NameEN}.In(l)
}

// District gives the district's name in l, or in the other language where l
// has none.
func (c Constituency) District(l Language) string {
	return Text{Hindi: c.DistrictHI, English: c.DistrictEN}.In(l)
}

// Station is a booth as it is listed. Its JSON is short, since it lies in
// sessions.
type Station struct {
	Booth   Booth   `json:"b,omitzero"`
	NameEN  string  `json:"en,omitempty"`
	NameHI  string  `json:"hi,omitempty"`
	Lat     float64 `json:"la,omitempty"` // degrees north; 0,0 where not known
	Lon     float64 `json:"lo,omitempty"` // degrees east
	Version string  `json:"v,omitempty"`  // of the list that it stands in
}

// Name gives the station's name in l, or in the other language where l has none.
func (s Station) Name(l Language) string {
	return Text{Hindi: s.NameHI, English: s.NameEN}.In(l)
}
