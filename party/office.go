// Offices: who may do what, and where.

package party

import (
	"strconv"
	"strings"
)

// Office is a duty that a person holds. Empty: none.
type Office string

// The offices, the highest first: an admin appoints chief enrollers, a chief
// enroller appoints enrollers.
const (
	Admin    Office = "admin"
	Chief    Office = "chief"
	Enroller Office = "enroller"
)

// ParseOffice reads an office by its name. ok is false for any other word.
func ParseOffice(s string) (o Office, ok bool) {
	switch o = Office(strings.ToLower(strings.TrimSpace(s))); o {
	case Admin, Chief, Enroller:
		return o, true
	}
	return "", false
}

// Area is where an office holds: a booth, a constituency, a district, or with
// nothing set the whole state. The narrowest that is set counts.
type Area struct {
	District string `json:"d,omitempty"` // English or Hindi name
	AC       int    `json:"ac,omitempty"`
	Booth    Booth  `json:"b,omitzero"`
}

// String names the area for an operator: "state", "district Jaipur",
// "constituency 54", "booth 54/38A".
func (a Area) String() string {
	switch {
	case !a.Booth.IsZero():
		return "booth " + a.Booth.String()
	case a.AC != 0:
		return "constituency " + strconv.Itoa(a.AC)
	case a.District != "":
		return "district " + a.District
	}
	return "state"
}

// Contains tells whether a booth of constituency c lies in the area. b may be
// zero: then whether the whole constituency does.
func (a Area) Contains(c Constituency, b Booth) bool {
	switch {
	case !b.IsZero() && b.AC != c.AC:
		return false
	case !a.Booth.IsZero():
		return a.Booth == b
	case a.AC != 0:
		return a.AC == c.AC
	case a.District != "":
		return strings.EqualFold(a.District, c.DistrictEN) || a.District == c.DistrictHI
	}
	return true
}

// Post is an office in its area.
type Post struct {
	Office Office
	Area   Area
}

// Over tells whether who holds p appoints, moves and suspends who holds o. c is
// the constituency that o's area lies in; of a district any one of it. An admin
// is over everyone, admins too; a chief enroller over the enrollers of the area.
func (p Post) Over(o Post, c Constituency) bool {
	switch p.Office {
	case Admin:
		return o.Office != ""
	case Chief:
		return o.Office == Enroller && p.Area.Contains(c, o.Area.Booth)
	}
	return false
}
