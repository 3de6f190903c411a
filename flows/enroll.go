package flows

import "sadasya/party"

// Enrolment of a citizen: from the link to the membership number, and the
// correction of a record that stands. This file is the whole picture; what each
// state says is in enroll_ask.go, how answers are taken in enroll_take.go and
// enroll_booth.go, what the world is asked for in enroll_save.go.

const enrollName = "enroll"

// The states. Those that work rather than ask end in -ing and are left within
// the update that entered them; only saving is kept, so that a confirmed draft
// is never lost.
const (
	arriving    State = "arriving"
	language    State = "language"
	genuine     State = "genuine"
	consent     State = "consent"
	heard       State = "heard"
	notice      State = "notice"
	consenting  State = "consenting"
	refusing    State = "refusing"
	declined    State = "declined"
	name        State = "name"
	nameOwn     State = "nameown"
	voterID     State = "voterid"
	voterIDSeen State = "idseen"
	voterIDOdd  State = "idodd"
	booth       State = "booth"
	elsewhere   State = "elsewhere"
	district    State = "district"
	constituent State = "ac"
	stations    State = "stations"
	places      State = "places"
	rooms       State = "rooms"
	locating    State = "locating"
	finding     State = "finding"
	check       State = "check"
	saving      State = "saving"
	which       State = "which"
	correcting  State = "correcting"
	corrected   State = "corrected"
	noRecord    State = "norecord"
	news        State = "news"
	newsSaving  State = "newssaving"
	member      State = "member"
)

// The events.
const (
	newcomer    Event = "newcomer"
	spoke       Event = "spoke"
	doubted     Event = "doubted"
	listened    Event = "listened"
	asked       Event = "asked for the notice"
	agreed      Event = "agreed"
	refused     Event = "refused"
	recanted    Event = "took consent back"
	needConsent Event = "needs consent"
	needName    Event = "needs name"
	needNumber  Event = "needs number"
	needBooth   Event = "needs booth"
	needPlace   Event = "needs place"
	complete    Event = "complete"
	relation    Event = "names a relation"
	repaired    Event = "repaired"
	odd         Event = "check digit fails"
	byDistrict  Event = "by district"
	chose       Event = "chose"
	named       Event = "named a place"
	located     Event = "shares location"
	sought      Event = "sought"
	confirmed   Event = "confirmed"
	correction  Event = "corrected"
	saved       Event = "saved"
	stands      Event = "stands already"
	answered    Event = "answered"
	none        Event = "none"
)

// Enrolment is the draft: every answer so far, and who invited.
type Enrolment struct {
	Via     party.Via  `json:"v,omitempty"` // empty: self
	Code    party.Code `json:"c,omitempty"`
	Inviter Inviter    `json:"i,omitzero"`
	Asked   bool       `json:"q,omitempty"`  // the question about news was put before
	Agreed  bool       `json:"ag,omitempty"` // the consent stands

	Name    party.Name     `json:"n,omitempty"`
	Heard   party.Name     `json:"h,omitempty"` // a name to be confirmed
	VoterID party.VoterID  `json:"e,omitzero"`
	Repairs []party.Repair `json:"r,omitempty"`
	Read    *party.Reading `json:"o,omitempty"` // a number to be confirmed
	NoCard  bool           `json:"k,omitempty"` // the card is not at hand
	Station *party.Station `json:"b,omitempty"`
	Here    bool           `json:"w,omitempty"` // the inviter's own booth
	Unknown bool           `json:"u,omitempty"` // does not know the booth

	District string      `json:"d,omitempty"` // while choosing by lists
	AC       int         `json:"a,omitempty"`
	Page     int         `json:"p,omitempty"`
	Sought   party.Booth `json:"s,omitzero"`
	Words    string      `json:"g,omitempty"` // typed to find the place
	At       *Point      `json:"l,omitempty"` // where the person was, instead
	Place    int64       `json:"pl,omitempty"`

	Correct bool         `json:"x,omitempty"` // a record that stands is corrected
	Number  party.Number `json:"m,omitempty"`
	Before  bool         `json:"y,omitempty"` // was a member when this began
	Differs bool         `json:"z,omitempty"` // the record that stands is not what was asked
	Matched bool         `json:"j,omitempty"` // false: the number typed is still to be matched
	Told    bool         `json:"t,omitempty"` // the receipt was answered
	News    bool         `json:"f,omitempty"` // news of the drive is welcome
}

// enroll is the table.
func enroll() *Table[Enrolment] {
	// From any question the next open one may follow.
	questions := []State{
		arriving, consenting, name, nameOwn, voterID, voterIDSeen, voterIDOdd,
		booth, elsewhere, district, constituent, stations, places, rooms, locating, finding, check, which,
	}
	where := []State{booth, elsewhere, district, constituent, stations, places, rooms, locating}
	consentTaps := taps{"agree": to(agreed), "listen": to(listened), "notice": to(asked), "no": tapRefuse}
	return &Table[Enrolment]{
		Name: enrollName, Version: 1, First: arriving, Entries: []State{which}, Back: backFrom, Greet: greet, Renew: renew, Begun: begun,
		Moves: []Move{
			{newcomer, []State{arriving}, language},
			{needConsent, []State{arriving}, consent},
			{stands, []State{arriving}, member},
			{spoke, []State{language, genuine}, consent},
			{doubted, []State{language}, genuine},
			{listened, []State{consent, heard}, heard},
			{asked, []State{consent, heard}, notice},
			{agreed, []State{consent, heard, notice, declined}, consenting},
			{refused, []State{consent, heard, notice}, declined},
			{recanted, []State{consent, heard, notice}, refusing},
			{saved, []State{refusing}, declined},

			{needName, questions, name},
			{needNumber, questions, voterID},
			{needBooth, questions, booth},
			{needPlace, questions, elsewhere},
			{complete, questions, check},

			{relation, []State{name, nameOwn}, nameOwn},
			{repaired, []State{voterID, voterIDSeen, voterIDOdd}, voterIDSeen},
			{odd, []State{voterID, voterIDSeen}, voterIDOdd},
			{named, where, places},
			{located, []State{elsewhere, places}, locating},
			{chose, []State{places}, rooms},
			{byDistrict, []State{elsewhere, places, locating}, district},
			{chose, []State{district}, constituent},
			{chose, []State{constituent}, stations},
			{sought, where, finding},

			{confirmed, []State{check}, saving},
			{saved, []State{saving}, news},
			{stands, []State{saving}, member},
			{answered, []State{news}, newsSaving},
			{saved, []State{newsSaving}, member},

			{none, []State{which}, noRecord},
			{chose, []State{which}, which},
			{correction, []State{check}, correcting},
			{saved, []State{correcting}, corrected},
			{none, []State{correcting}, noRecord},

			{back, []State{genuine}, language},
			{back, []State{name}, consent},
			{back, []State{notice}, consent},
			{back, []State{nameOwn, voterID}, name},
			{back, []State{voterIDSeen, voterIDOdd, booth}, voterID},
			{back, []State{elsewhere}, booth},
			{back, []State{places, locating, district}, elsewhere},
			{back, []State{rooms}, places},
			{back, []State{constituent}, district},
			{back, []State{stations}, constituent},
			{back, []State{check}, booth},
		},
		Steps: map[State]Step[Enrolment]{
			arriving:   {Run: runArrive, Done: doneArrive},
			language:   {Ask: askLanguage, Taps: taps{"genuine": to(doubted)}},
			genuine:    {Ask: askGenuine},
			consent:    {Ask: askConsent, Taps: consentTaps},
			heard:      {Ask: askHeard, Taps: consentTaps},
			notice:     {Ask: askNotice, Taps: taps{"agree": to(agreed), "no": tapRefuse}},
			consenting: {Run: runConsent, Done: doneConsent},
			refusing:   {Run: runRefuse, Done: doneRefuse},
			declined:   {Ask: askDeclined, Rests: true, Taps: taps{"agree": to(agreed)}},

			name:    {Ask: askName, Take: takeName, Photo: photoForName},
			nameOwn: {Ask: askNameOwn, Take: takeName, Photo: photoForName, Taps: taps{"yes": tapOwnName, "retype": to(needName)}},

			voterID: {
				Ask: askVoterID, Take: takeVoterID, Guarded: true, Photo: photoForNumber,
				Taps: taps{"where": tapWhere, "nocard": tapNoCard},
			},
			voterIDSeen: {
				Ask: askVoterIDSeen, Take: takeVoterID, Guarded: true, Photo: photoForNumber,
				Taps: taps{"yes": tapSeen, "retype": to(needNumber)},
			},
			voterIDOdd: {
				Ask: askVoterIDOdd, Take: takeVoterIDAgain, Guarded: true, Photo: photoForNumber,
				Taps: taps{"keep": tapKeep},
			},

			booth: {
				Ask: askBooth, Take: takePlace, Locates: true,
				Taps: taps{"here": tapHere, "else": to(needPlace), "unknown": tapUnknown},
			},
			elsewhere: {
				Ask: askElsewhere, Take: takePlace, Locates: true,
				Taps: taps{"locate": to(located), "district": to(byDistrict), "unknown": tapUnknown},
			},
			locating: {
				Ask: askLocating, Take: takePlace, Locates: true,
				Taps: taps{"district": to(byDistrict), "unknown": tapUnknown},
			},
			places: {
				Run: runPlaces, Ask: askPlaces, Take: takePlace, Locates: true,
				Taps: taps{"pick": tapPlace, "retype": to(needPlace), "district": to(byDistrict), "unknown": tapUnknown},
			},
			rooms: {
				Run: runRooms, Ask: askRooms, Take: takePlace, Locates: true,
				Taps: taps{"pick": tapRoom, "page": tapPage, "retype": to(needPlace), "unknown": tapUnknown},
			},
			district: {
				Run: runDistricts, Ask: askDistrict, Take: takePlace, Locates: true,
				Taps: taps{"pick": tapDistrict, "unknown": tapUnknown},
			},
			constituent: {
				Run: runConstituencies, Ask: askConstituency, Take: takePlace, Locates: true,
				Taps: taps{"pick": tapConstituency, "unknown": tapUnknown},
			},
			stations: {
				Run: runStations, Ask: askStations, Take: takePart, Locates: true,
				Taps: taps{"pick": tapStation, "page": tapPage, "unknown": tapUnknown},
			},
			finding: {Run: runFind, Done: doneFind},

			check: {Ask: askCheck, Taps: taps{
				"confirm": tapConfirm, "name": to(needName), "number": to(needNumber), "booth": tapBooth,
			}},
			saving: {Run: runSave, Done: doneSave, Durable: true},
			news:   {Ask: askNews, Rests: true, Taps: taps{"yes": tapNews(true), "no": tapNews(false)}},

			newsSaving: {Run: runNews, Done: doneNews},
			member:     {Ask: askMember, Rests: true},

			which:      {Run: runWhich, Done: doneWhich, Ask: askWhich, Taps: taps{"pick": tapRecord}},
			correcting: {Run: runCorrect, Done: doneCorrect},
			corrected:  {Ask: askCorrected, Rests: true},
			noRecord:   {Ask: askNoRecord, Rests: true},
		},
	}
}

// taps are the buttons that a step offers, by id.
type taps = map[string]func(Enrolment, string) (Enrolment, Event, *Problem)

// to is a button that only moves.
func to(ev Event) func(Enrolment, string) (Enrolment, Event, *Problem) {
	return func(d Enrolment, _ string) (Enrolment, Event, *Problem) { return d, ev, nil }
}
