package flows

import "sadasya/party"

// Effect is something a conversation wants of the world. Every effect that
// writes is idempotent under (person, update id), so it may be run again.
type Effect interface{ effect() }

// Result is what became of an effect. A person cannot send one.
type Result interface{ result() }

// Arrive asks who this person is and who invited them, and keeps the first
// valid referral code. Its result is Arrived.
type Arrive struct {
	Code party.Code // empty: came without a link
}

// Arrived answers Arrive.
type Arrived struct {
	Language  party.Language // as last chosen; empty for a newcomer
	Consented bool           // agreed to the present notice and has not taken it back
	NewsAsked bool           // was asked once whether news may be sent
	Code      party.Code     // the first valid code, empty where there is none
	Inviter   Inviter        // the enroller behind Code
	Stray     int            // the day, counted from 1970, on which a code was given that nobody has; 0: none
	Member    party.Number   // their own live membership, empty for none
	Nonce     Nonce          // the draft that membership came from
}

// Inviter is what a citizen sees of the enroller who invited them.
type Inviter struct {
	Name    string         `json:"n,omitempty"`
	Station *party.Station `json:"b,omitempty"` // the enroller's own booth
}

// RecordConsent writes an answer to a consent question. Its result is Recorded.
type RecordConsent struct {
	Kind    party.ConsentKind
	Version party.ConsentVersion
	Given   bool
	Nonce   Nonce // the draft it belongs to
	Via     party.Via
}

// RecordAbout writes, or with empty values takes back, what a member chose to
// say about themselves. Its result is Recorded.
type RecordAbout struct {
	Gender   party.Gender
	Category party.SocialCategory
}

// Recorded answers an effect that only writes.
type Recorded struct{}

// FindStation looks a booth up by its numbers. Its result is StationFound.
type FindStation struct{ Booth party.Booth }

// StationFound answers FindStation; Station is nil where no such booth is listed.
type StationFound struct{ Station *party.Station }

// ListDistricts asks for the districts that have constituencies. Its result is
// Districts.
type ListDistricts struct{}

// Districts answers ListDistricts: one constituency of each district, for its
// names, in the order of the English ones.
type Districts struct{ List []party.Constituency }

// ListConstituencies asks for a district's constituencies. Its result is
// Constituencies, empty for an unknown district.
type ListConstituencies struct{ District string } // its English name

// Constituencies answers ListConstituencies, by number.
type Constituencies struct{ List []party.Constituency }

// ListStations asks for one page of a constituency's booths. Its result is
// Stations.
type ListStations struct{ AC, Page int } // pages from 0

// StationsAPage is how many booths one page of Stations holds.
const StationsAPage = 7

// Stations answers ListStations, by part number.
type Stations struct {
	Constituency party.Constituency
	List         []party.Station
	Page         int
	More         bool // another page follows
}

// FindPlaces asks for the places that fit what a person typed, or that lie
// nearest to where the person is. Its result is Places.
type FindPlaces struct {
	Words string
	At    *Point      // instead of Words
	Near  party.Booth // the inviter's: of places with one name, those about it come first
}

// Point is a place on the map, in degrees north and east.
type Point struct {
	Lat float64 `json:"a"`
	Lon float64 `json:"o"`
}

// PlacesAtOnce is how many places are offered.
const PlacesAtOnce = 5

// Places answers FindPlaces, the best first.
type Places struct {
	List []Place
	Sure bool // the first is what was typed; else they are only the nearest
	More bool // others fit as well as those
}

// Place is a building in which booths are.
type Place struct {
	ID             int64
	AC             int
	NameEN, NameHI string
	Booths         int
	Only           party.Booth // the booth, where there is one alone
}

// Name gives the place's name in l, or in the other language where l has none.
func (p Place) Name(l party.Language) string {
	return party.Text{Hindi: p.NameHI, English: p.NameEN}.In(l)
}

// ListRooms asks for one page of a place's booths. Its result is Rooms.
type ListRooms struct {
	Place int64
	Page  int // from 0
}

// Rooms answers ListRooms; without a list the place is no longer known.
type Rooms struct {
	Place Place
	List  []party.Station
	Page  int
	More  bool // another page follows
}

// Record is a member's data as the person may see it.
type Record struct {
	Number  party.Number
	Nonce   Nonce
	Via     party.Via
	Status  party.Status
	Name    party.Name
	VoterID party.VoterID
	Station *party.Station // nil while the booth is pending
	Code    party.Code     // of the enroller credited, empty for none
	Inviter string         // that enroller's name
	On      party.Date     // the day of confirmation, Asia/Kolkata
	Gender  party.Gender
	Social  party.SocialCategory
}

// SaveMember makes the confirmed draft a member. Its result is Saved.
type SaveMember struct {
	Nonce   Nonce
	Via     party.Via
	Name    party.Name
	VoterID party.VoterID
	Booth   party.Booth // zero: pending
	Version string      // of the booth list
	Code    party.Code
	Consent party.ConsentVersion
	Mobile  party.Mobile // assisted, where there is one
}

// Saved answers SaveMember and CorrectMember with the row that stands. It may
// differ from what was asked: the same draft was confirmed before, or the
// person is a member already. Without a number the person may not enrol others
// any more.
type Saved struct {
	Record Record
	Fresh  bool            // the row is what was asked for
	Slip   party.SlipToken // of an assisted member
}

// CorrectMember changes a live record of this chat. Its result is Saved.
type CorrectMember struct {
	Number  party.Number
	Name    party.Name
	VoterID party.VoterID
	Booth   party.Booth
	Version string
}

// LoadRecords asks for all live records made in this chat. Its result is Records.
type LoadRecords struct{}

// Records answers LoadRecords, the person's own first, then by date.
type Records struct {
	List      []Record
	Consented party.Date // zero: never
	News      bool       // news of the drive is welcome
	Stopped   int        // records that an enroller made, stopped at this person's word and not erased
}

// Withdraw ends a membership of this chat. Its result is Recorded.
type Withdraw struct{ Number party.Number }

func (Arrive) effect()             {}
func (RecordConsent) effect()      {}
func (RecordAbout) effect()        {}
func (FindStation) effect()        {}
func (ListDistricts) effect()      {}
func (ListConstituencies) effect() {}
func (ListStations) effect()       {}
func (FindPlaces) effect()         {}
func (ListRooms) effect()          {}
func (SaveMember) effect()         {}
func (CorrectMember) effect()      {}
func (LoadRecords) effect()        {}
func (Withdraw) effect()           {}

func (Arrived) result()        {}
func (Recorded) result()       {}
func (StationFound) result()   {}
func (Districts) result()      {}
func (Constituencies) result() {}
func (Stations) result()       {}
func (Places) result()         {}
func (Rooms) result()          {}
func (Saved) result()          {}
func (Records) result()        {}
