package flows

import "sadasya/party"

// What coverage wants of the world. An area that is not within the person's
// office gives an empty result.

// LoadCoverage asks how an area is covered. Its result is Coverage.
type LoadCoverage struct{ Area party.Area } // zero: the whole area of the person's office

// Coverage answers LoadCoverage; without an office the area is not the person's.
type Coverage struct {
	Office party.Office
	Area   party.Area
	Today  party.Date
	Parts  []Covered   // its constituencies, by number
	Dots   []BoothDot  // of one constituency: its booths whose place is known
	Fill   []party.Gap // the booths to fill today, at most FillToday

	Members   party.Course // Done counts those confirmed
	Enrollers party.Course
	AllBooths int // of the state

	SaidEnrollers Said
	SaidMembers   Said // those added
	Aims          party.Aims
}

// FillToday is how many booths to fill are named at once.
const FillToday = 3

// Covered is how one constituency is covered.
type Covered struct {
	Constituency party.Constituency
	Booths       int
	Filled       int // booths with an enroller
	Women        int // booths with as many woman enrollers as are aimed at
	Enrollers    int // active ones
	Reserved     int // of them, those who said the category that the seat is reserved for
	Added        int
	Confirmed    int
}

// BoothDot is where a booth lies, in degrees, and whether it has an enroller.
type BoothDot struct {
	Lat, Lon float64
	Filled   bool
}

// Said is what people chose to say of themselves.
type Said struct {
	Women, Gender int    // women; all who said their gender
	Categories    [5]int // in the order of party.SocialCategories
}

// AskSheet asks for the coverage of an area as a spreadsheet, which is made
// behind and sent to the chat. Its result is SheetAsked.
type AskSheet struct{ Area party.Area }

// SheetAsked answers AskSheet; not taken: the area is not the person's.
type SheetAsked struct{ Taken bool }

// BoothRow is a booth in a sheet.
type BoothRow struct {
	Constituency party.Constituency
	Station      party.Station
	Enrollers    int // active ones
	Women        int // of them, those who said so
	Added        int
	Confirmed    int
}

func (LoadCoverage) effect() {}
func (AskSheet) effect()     {}
func (Coverage) result()     {}
func (SheetAsked) result()   {}

// CoveragePicture is a map of an area, shaded by how it is covered.
type CoveragePicture struct{ Coverage }

func (CoveragePicture) picture() {}
