package flows

import "sadasya/party"

// What appointing and accepting want of the world. Powers are looked up by the
// store at every use: who has none gets an empty result.

// OpenLink asks what a link to an office gives to this person. Its result is
// LinkOpened.
type OpenLink struct{ Token party.LinkToken }

// LinkOpened answers OpenLink; without an office for a link that gives nothing:
// unknown, expired, withdrawn, or accepted by another.
type LinkOpened struct {
	Office  party.Office
	Area    party.Area     // of a link for many: the constituency
	Station *party.Station // of an enroller
	By      party.Name     // who appoints; empty: the command line
	Name    party.Name     // as the appointer wrote it; may be empty. Of Held the name it is held under
	Held    bool           // this person accepted it and holds the office
}

// AcceptLink takes the office, under the name that citizens will read. Its
// result is LinkAccepted.
type AcceptLink struct {
	Token  party.LinkToken
	Name   party.Name
	Gender party.Gender // as they chose to say, like Social
	Social party.SocialCategory
}

// LinkAccepted answers AcceptLink; without a code the link gave nothing, or
// another admin has to agree.
type LinkAccepted struct {
	Code  party.Code
	Waits bool
}

// Apply asks for the office of an enroller at a booth, by a link for many. Its
// result is Applied.
type Apply struct {
	Token  party.LinkToken
	Booth  party.Booth
	Name   party.Name
	Gender party.Gender
	Social party.SocialCategory
}

// Applied answers Apply; not taken: the link gives nothing.
type Applied struct{ Taken bool }

// LoadDesk asks for all that an appointer decides from. Its result is Desk.
type LoadDesk struct{ Page int } // of applicants, from 0

// Desk answers LoadDesk; without a post the person appoints nobody.
type Desk struct {
	Post       party.Post // the highest of the person's
	Links      []MadeLink // that still hold, the newest first, at most LinksAtOnce
	Applicants []Applicant
	Waiting    int // applicants in all
	Page       int
	More       bool // another page of applicants follows
}

// LinksAtOnce and ApplicantsAtOnce are how many one screen holds.
const (
	LinksAtOnce      = 8
	ApplicantsAtOnce = 5
)

// MadeLink is a link that somebody made and that still holds.
type MadeLink struct {
	ID     int64
	Office party.Office
	Area   party.Area
	Many   bool
	Until  party.Date // its last day
}

// Applicant asks for a booth.
type Applicant struct {
	ID      int64
	Name    party.Name
	Station *party.Station
}

// LoadGround asks where the person may appoint to an office. Its result is
// Ground.
type LoadGround struct{ Office party.Office }

// Ground answers LoadGround: districts to choose among, or where there is only
// one its constituencies that lie in the person's area.
type Ground struct {
	Districts      []party.Constituency // one of each, for its names
	Constituencies []party.Constituency
}

// MakeLink makes a link to an office. The same nonce makes the same link. Its
// result is LinkMade.
type MakeLink struct {
	Nonce  Nonce
	Office party.Office
	Area   party.Area
	Many   bool
}

// LinkMade answers MakeLink; without a token the person may not appoint there.
type LinkMade struct {
	Token party.LinkToken
	ID    int64
	Full  bool // too many of the person's links are open
}

// RevokeLink withdraws a link of the person's own. Its result is Recorded.
type RevokeLink struct{ ID int64 }

// DecideApplicant gives an applicant the booth, or not. Its result is Decided.
type DecideApplicant struct {
	ID  int64
	Yes bool
}

// Decided answers DecideApplicant; without a name it was not the person's to
// decide, or decided before.
type Decided struct{ Name party.Name }

// ConfirmAppointment tells whether who accepted an office is who was meant. Its
// result is AppointmentConfirmed.
type ConfirmAppointment struct {
	ID    int64 // of the office
	Right bool
}

// AppointmentConfirmed answers ConfirmAppointment; without a name it was not the
// person's to say.
type AppointmentConfirmed struct {
	Name  party.Name
	Right bool
}

func (OpenLink) effect()           {}
func (AcceptLink) effect()         {}
func (Apply) effect()              {}
func (LoadDesk) effect()           {}
func (LoadGround) effect()         {}
func (MakeLink) effect()           {}
func (RevokeLink) effect()         {}
func (DecideApplicant) effect()    {}
func (ConfirmAppointment) effect() {}

func (LinkOpened) result()           {}
func (LinkAccepted) result()         {}
func (Applied) result()              {}
func (Desk) result()                 {}
func (Ground) result()               {}
func (LinkMade) result()             {}
func (Decided) result()              {}
func (AppointmentConfirmed) result() {}
