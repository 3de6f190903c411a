package flowstest

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"sadasya/flows"
	"sadasya/party"
)

// World is everything outside the flows, in memory, for one chat: an enroller,
// the booths and the rows.
type World struct {
	Code    party.Code
	Inviter flows.Inviter
	Places  Places
	Booths  func(party.Booth) (party.Station, bool)
	Listed  func(ac, page int) ([]party.Station, bool)
	Find    func(flows.FindPlaces) flows.Places
	Rooms   func(place int64, page int) flows.Rooms
	Taken   map[string]bool // Voter IDs that others hold

	spent     bool
	called    party.Name // the person, as enroller
	rows      []flows.Record
	consented bool
	families  map[flows.Nonce]bool // drafts on this phone, whose persons agreed
	news      *bool
	first     party.Code
	joiners   []flows.Joiner // by this chat's code, as enroller
	told      []flows.Notice // what is to be said unasked
	noDaily   bool           // the daily word is switched off
	slip      slip
	offices
	drafts
	squad
	admins
	doubts []doubtful
	broadcasts
	clockwork
}

// Places are the constituencies.
type Places interface {
	Constituency(ac int) (party.Constituency, bool)
	Districts() []party.Constituency
	Constituencies(district string) []party.Constituency
}

// Token is the one-time link of this world, written LINK in transcripts.
var Token = party.NewLinkToken(party.Enroller, [16]byte{1, 2, 3})

// Today is the day on which everything in this world happens.
var Today = party.Date{Year: 2027, Month: 2, Day: 7}

// Now is the clock of this world.
func Now() time.Time { return time.Date(2027, 2, 7, 6, 30, 0, 0, time.UTC) }

// Perform does what an effect wants.
func (w *World) Perform(e flows.Effect, l party.Language) flows.Result {
	switch e := e.(type) {
	case flows.Arrive:
		return w.arrive(e, l)
	case flows.RecordConsent:
		return w.consent(e)
	case flows.RecordAbout:
		if r := w.find(func(r flows.Record) bool { return r.Via == party.Self && r.Status.Live() }); r != nil {
			r.Gender, r.Social = e.Gender, e.Category
		}
		return flows.Recorded{}
	case flows.FindStation:
		if s, ok := w.Booths(e.Booth); ok {
			return flows.StationFound{Station: &s}
		}
		return flows.StationFound{}
	case flows.ListDistricts:
		return flows.Districts{List: w.Places.Districts()}
	case flows.ListConstituencies:
		return flows.Constituencies{List: w.Places.Constituencies(e.District)}
	case flows.ListStations:
		c, _ := w.Places.Constituency(e.AC)
		list, more := w.Listed(e.AC, e.Page)
		return flows.Stations{Constituency: c, List: list, Page: e.Page, More: more}
	case flows.FindPlaces:
		return w.Find(e)
	case flows.ListRooms:
		return w.Rooms(e.Place, e.Page)
	case flows.SaveMember:
		if e.Via != party.Assisted {
			return w.save(e)
		}
		if !w.spent {
			return flows.Saved{}
		}
		return w.enrolled(e, w.save(e))
	case flows.CorrectMember:
		return w.correct(e)
	case flows.LoadRecords:
		return w.records()
	case flows.LoadEnroller:
		if !w.spent || w.left || w.revoked {
			return flows.Enroller{}
		}
		return w.enroller()
	case flows.SetDaily:
		if !w.spent || w.left || w.revoked {
			return flows.DailySet{}
		}
		w.noDaily = !e.On
		return flows.DailySet{On: e.On, Done: true}
	case flows.ListJoined:
		if !w.spent || w.left {
			return flows.Joined{}
		}
		return flows.Joined{Code: w.Code, List: w.joiners}
	case flows.CheckEnroller:
		if e.Code != w.Code {
			return flows.Enroller{}
		}
		return flows.Enroller{Code: w.Code, Name: party.Name(w.Inviter.Name), Station: w.Inviter.Station}
	case flows.CheckCard:
		return flows.CardChecked{} // nobody here makes tags
	case flows.Withdraw:
		if r := w.find(func(r flows.Record) bool { return r.Number == e.Number }); r != nil {
			r.Status = party.Withdrawn
			w.consented = w.consented && r.Via == party.Family
		}
		return flows.Recorded{}
	}
	for _, do := range []func(flows.Effect) (flows.Result, bool){
		w.office,
		w.assist,
		w.claim,
		w.team,
		w.review,
		w.coverage,
		w.broadcast,
		w.adminEffect,
		w.clock,
	} {
		if r, ok := do(e); ok {
			return r
		}
	}
	panic(fmt.Sprintf("no such effect in this world: %T", e))
}

func (w *World) arrive(e flows.Arrive, l party.Language) flows.Result {
	if w.first == "" && e.Code == w.Code {
		w.first = e.Code
	}
	a := flows.Arrived{Consented: w.consented, NewsAsked: w.news != nil, Code: w.first}
	if w.first != "" {
		a.Inviter = w.Inviter
	}
	if w.consented || len(w.rows) > 0 {
		a.Language = l
	}
	if r := w.find(func(r flows.Record) bool { return r.Via == party.Self && r.Status.Live() }); r != nil {
		a.Member, a.Nonce = r.Number, r.Nonce
	}
	return a
}

// Agreed tells whether who a row is of has agreed to it. Of who was written down
// for the enroller says so with the row.
func (w *World) Agreed(r flows.Record) bool {
	switch r.Via {
	case party.Self:
		return w.consented
	case party.Family:
		return w.families[r.Nonce]
	}
	return true
}

func (w *World) consent(e flows.RecordConsent) flows.Result {
	switch e.Kind {
	case party.Membership:
		if e.Via != party.Family { // the newest counts
			w.consented = e.Given
			break
		}
		if w.families == nil {
			w.families = map[flows.Nonce]bool{}
		}
		w.families[e.Nonce] = e.Given
	case party.News:
		w.news = &e.Given
	case party.Reminders, party.Duties:
		if w.topics == nil {
			w.topics = map[party.ConsentKind]bool{}
		}
		w.topics[e.Kind] = e.Given
	}
	return flows.Recorded{}
}

func (w *World) save(e flows.SaveMember) flows.Saved {
	if r := w.find(func(r flows.Record) bool { return r.Nonce == e.Nonce }); r != nil {
		return flows.Saved{Record: *r, Fresh: r.Name == e.Name && r.VoterID == e.VoterID}
	}
	if r := w.find(func(r flows.Record) bool { return e.Via == party.Self && r.Via == party.Self && r.Status.Live() }); r != nil {
		return flows.Saved{Record: *r}
	}
	r := flows.Record{
		Number: party.NewNumber(uint64(4_000_000_000 + len(w.rows)*7_654_321)), Nonce: e.Nonce, Via: e.Via,
		Status: party.Confirmed, Name: e.Name, VoterID: e.VoterID, Station: w.station(e.Booth), On: Today,
		Code: w.first, Inviter: w.inviter(),
	}
	if w.Taken[e.VoterID.Number] || !e.VoterID.Check {
		r.Status = party.Review
	}
	w.outrank(e)
	w.rows = append(w.rows, r)
	w.note("member-saved", "", w.member(len(w.rows)-1))
	return flows.Saved{Record: r, Fresh: true}
}

func (w *World) correct(e flows.CorrectMember) flows.Result {
	r := w.find(func(r flows.Record) bool { return r.Number == e.Number && r.Status.Live() && !w.elses(r) })
	if r == nil {
		return flows.Saved{}
	}
	r.Name, r.VoterID, r.Station = e.Name, e.VoterID, w.station(e.Booth)
	return flows.Saved{Record: *r, Fresh: true}
}

func (w *World) records() flows.Result {
	out := flows.Records{News: w.news != nil && *w.news}
	if w.slip.standing == flows.SlipStopped {
		out.Stopped = 1
	}
	if w.consented {
		out.Consented = Today
	}
	for _, r := range w.rows {
		if r.Status.Live() && !w.elses(r) {
			out.List = append(out.List, r)
		}
	}
	return out
}

func (w *World) station(b party.Booth) *party.Station {
	if s, ok := w.Booths(b); ok {
		return &s
	}
	return nil
}

func (w *World) inviter() string {
	if w.first == "" {
		return ""
	}
	return w.Inviter.Name
}

func (w *World) find(match func(flows.Record) bool) *flows.Record {
	for i := range w.rows {
		if match(w.rows[i]) {
			return &w.rows[i]
		}
	}
	return nil
}

// Rows are the members of this world.
func (w *World) Rows() []flows.Record { return w.rows }

// Describe says an effect and its result in a transcript's words.
func Describe(e flows.Effect, r flows.Result) []string {
	return []string{"! " + effectWords(e), "= " + resultWords(r)}
}

func effectWords(e flows.Effect) string {
	name := strings.TrimPrefix(fmt.Sprintf("%T", e), "flows.")
	switch e := e.(type) {
	case flows.Arrive:
		if e.Code != "" {
			return name + " by CODE"
		}
	case flows.RecordConsent:
		return fmt.Sprintf("%s %s %v", name, e.Kind, e.Given)
	case flows.RecordAbout:
		return fmt.Sprintf("%s %s %s", name, e.Gender, e.Category)
	case flows.FindStation:
		return name + " " + e.Booth.String()
	case flows.ListConstituencies:
		return name + " " + e.District
	case flows.ListStations:
		return fmt.Sprintf("%s %d, page %d", name, e.AC, e.Page)
	case flows.FindPlaces:
		if e.At != nil {
			return fmt.Sprintf("%s at %.1f, %.1f", name, e.At.Lat, e.At.Lon)
		}
		return name + " " + e.Words + " near " + boothWords(e.Near)
	case flows.ListRooms:
		return fmt.Sprintf("%s, page %d", name, e.Page)
	case flows.SaveMember:
		return fmt.Sprintf("%s %s, %s, %s, %s", name, e.Via, e.Name, e.VoterID.Display(), boothWords(e.Booth))
	case flows.UseSlip:
		return name + " to " + string(e.Use)
	case flows.KeepDraft:
		return name + " " + draftWords(e.Draft)
	case flows.LoadDrafts:
		return fmt.Sprintf("%s, page %d", name, e.Page)
	case flows.CorrectMember:
		return fmt.Sprintf("%s %s, %s, %s", name, e.Name, e.VoterID.Display(), boothWords(e.Booth))
	}
	return name
}

func boothWords(b party.Booth) string {
	if b.IsZero() {
		return "booth pending"
	}
	return "booth " + b.String()
}

func resultWords(r flows.Result) string {
	name := strings.TrimPrefix(fmt.Sprintf("%T", r), "flows.")
	switch r := r.(type) {
	case flows.Arrived:
		switch {
		case r.Member != "":
			return name + ": a member"
		case r.Inviter.Name != "":
			return name + ", invited by " + r.Inviter.Name
		}
	case flows.SlipOpened:
		return name + ": " + cmp.Or(string(r.Standing), "nobody's")
	case flows.SlipDone:
		return name + ": " + cmp.Or(string(r.Standing), "nobody's")
	case flows.StationFound:
		if r.Station == nil {
			return name + ": none"
		}
	case flows.Saved:
		if !r.Fresh {
			return name + " before"
		}
	case flows.Assist:
		if r.Code == "" {
			return name + ": no enroller"
		}
		return fmt.Sprintf("%s: %d wait", name, r.Waiting)
	case flows.DraftKept:
		return fmt.Sprintf("%s beside %d", name, r.Waiting)
	case flows.Drafts:
		return fmt.Sprintf("%s: %d", name, r.Waiting)
	case flows.Places:
		return fmt.Sprintf("%s: %d", name, len(r.List))
	case flows.Rooms:
		return fmt.Sprintf("%s: %d", name, r.Place.Booths)
	case flows.Records:
		return fmt.Sprintf("%s: %d", name, len(r.List))
	}
	return name
}
