// The ports of the bot: what it needs of the world, declared by who uses it.

package bot

import (
	"context"
	"time"

	"sadasya/flows"
	"sadasya/party"
)

// Sessions keeps conversations. Errors: party.ErrUnavailable when the store is
// away, flows.ErrConflict and flows.ErrSeen from Swap.
type Sessions interface {
	// Load reads a person's session, the zero Session where there is none, and
	// counts this update in the person's rate unless the session has seen it.
	Load(ctx context.Context, person, update int64) (s flows.Session, rate int, err error)
	// Recall gives the session that this process wrote last, at no cost. Another
	// may have written since, and no update was counted.
	Recall(person int64) (s flows.Session, ok bool)
	// Swap writes s where the stored version is still s.V, under a new version,
	// which it returns. Among s.Seen is the update whose work s is; one that only
	// finishes the save of another before it is not yet. With s.Pace it also
	// counts the update, or refuses it by flows.ErrTooMany.
	Swap(ctx context.Context, person, update int64, s flows.Session) (flows.Version, error)
}

// Counters are short-lived counts shared by all replicas.
type Counters interface {
	// Count adds one to name and tells the count since its window began.
	Count(ctx context.Context, name string, window time.Duration) (int, error)
}

// People keeps who has come, what they agreed to and in which language.
type People interface {
	Arrive(ctx context.Context, a flows.Actor, e flows.Arrive) (flows.Arrived, error)
	RecordConsent(ctx context.Context, a flows.Actor, e flows.RecordConsent) error
	// SetReachable notes whether the person can be written to.
	SetReachable(ctx context.Context, person int64, reachable bool) error
	// WriteSteps writes behind where people stand in their conversations.
	WriteSteps(ctx context.Context, steps []flows.Progress) error
}

// Members keeps membership.
type Members interface {
	SaveMember(ctx context.Context, a flows.Actor, e flows.SaveMember) (flows.Saved, error)
	CorrectMember(ctx context.Context, a flows.Actor, e flows.CorrectMember) (flows.Saved, error)
	Records(ctx context.Context, a flows.Actor) (flows.Records, error)
	Withdraw(ctx context.Context, a flows.Actor, number party.Number) error
	RecordAbout(ctx context.Context, a flows.Actor, e flows.RecordAbout) error
}

// Offices gives offices by links. Errors: party.ErrNotFound and
// party.ErrLinkSpent for a link that gives nothing.
type Offices interface {
	OpenLink(ctx context.Context, a flows.Actor, token party.LinkToken) (flows.LinkOpened, error)
	AcceptLink(ctx context.Context, a flows.Actor, e flows.AcceptLink) (party.Office, party.Code, error)
	Apply(ctx context.Context, a flows.Actor, e flows.Apply) (flows.Applied, error)
}

// Appointers does what those who appoint ask for. Powers are looked up at every
// call: who has none gets an empty result.
type Appointers interface {
	Desk(ctx context.Context, a flows.Actor, page int) (flows.Desk, error)
	Ground(ctx context.Context, a flows.Actor, o party.Office) (flows.Ground, error)
	MakeLink(ctx context.Context, a flows.Actor, e flows.MakeLink) (flows.LinkMade, error)
	RevokeLink(ctx context.Context, a flows.Actor, id int64) error
	Decisions
}

// Decisions are about people who are to hold an office.
type Decisions interface {
	DecideApplicant(ctx context.Context, a flows.Actor, e flows.DecideApplicant) (flows.Decided, error)
	ConfirmAppointment(ctx context.Context, a flows.Actor, e flows.ConfirmAppointment) (flows.AppointmentConfirmed, error)
}

// Enrollers tells of enrollers; the zero Enroller where there is no active one.
type Enrollers interface {
	// Enroller gives the person's own office, with its counts.
	Enroller(ctx context.Context, a flows.Actor) (flows.Enroller, error)
	// EnrollerOf gives the one who has a code, or had it, without counts.
	EnrollerOf(ctx context.Context, code party.Code) (flows.Enroller, error)
	// Joined lists who joined by the person's own code.
	Joined(ctx context.Context, a flows.Actor, e flows.ListJoined) (flows.Joined, error)
	// SetDaily switches the person's daily word on or off.
	SetDaily(ctx context.Context, a flows.Actor, on bool) (flows.DailySet, error)
}

// Cards tells genuine cards. A tag that the store did not make gives no record.
type Cards interface {
	CheckCard(ctx context.Context, e flows.CheckCard) (flows.CardChecked, error)
}

// Face is what a member's card shows, in its language.
type Face struct {
	Language party.Language
	Party    string
	Name     party.Name
	Number   party.Number
	Booth    party.Booth
	Place    string // the booth in words
	Inviter  string
	On       party.Date
}

// Invitation is what an enroller's poster shows, in its language.
type Invitation struct {
	Language party.Language
	Party    string
	Enroller party.Name
	Place    string // the booth in words
	Code     party.Code
	Fee      string // in a sentence
}

// Survey is what the map of an area's coverage shows, in its language.
type Survey struct {
	Language party.Language
	Party    string
	Area     string
	On       party.Date
	Whole    bool // the whole state: by districts
	Parts    []flows.Covered
	Dots     []flows.BoothDot
	Bars     []Reached
}

// Reached is so much done of something, under its name.
type Reached struct {
	Name     string
	Done, Of int
}

// Merit is what an enroller's certificate shows, in its language.
type Merit struct {
	Language party.Language
	Party    string
	Enroller party.Name
	Place    string // the booth in words
	Count    int    // confirmed members
	On       party.Date
}

// Slip is what a member who was enrolled in an enroller's chat keeps, in the
// enroller's language and the other.
type Slip struct {
	Language party.Language
	Party    map[party.Language]string
	Name     party.Name
	Number   party.Number
	Enroller party.Name
	Helpline string
	Token    party.SlipToken
}

// Pictures draws. Each gives a PNG.
type Pictures interface {
	Charts
	Handouts
}

// Handouts are what people keep and hand on.
type Handouts interface {
	Card(f Face) ([]byte, error)
	Slip(s Slip) ([]byte, error)
	Poster(i Invitation) ([]byte, error)
	Slips(i Invitation) ([]byte, error)
	Certificate(m Merit) ([]byte, error)
}

// Charts are pictures of numbers.
type Charts interface {
	Coverage(s Survey) ([]byte, error)
	Stats(f Figures) ([]byte, error)
}

// Figures are the numbers of the drive, in a language.
type Figures struct {
	flows.Stats
	Language party.Language
	Party    string
}

// Booths looks booths up.
type Booths interface {
	// Station returns party.ErrNotFound for a booth that is not listed.
	Station(ctx context.Context, b party.Booth) (party.Station, error)
	Stations(ctx context.Context, ac, page int) (list []party.Station, more bool, err error)
	FindPlaces(ctx context.Context, e flows.FindPlaces) (flows.Places, error)
	Rooms(ctx context.Context, place int64, page int) (flows.Rooms, error)
}

// Places are the constituencies; they never change while the program runs.
type Places interface {
	Constituency(ac int) (party.Constituency, bool)
	Districts() []party.Constituency
	Constituencies(district string) []party.Constituency
}

// Poison sets aside what cannot be handled, for the operator.
type Poison interface {
	// SetAside keeps the raw update, sealed, once under its id; reason is a
	// fixed word. Id 0: the update had none.
	SetAside(ctx context.Context, update int64, reason string, raw []byte) error
}
