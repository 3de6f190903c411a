package postgres_test

import (
	"slices"

	"sadasya/flows"
	"sadasya/party"
)

// The model of the counting: what the rules say of offices and members, in
// memory and without SQL. counting_property_test.go holds the store to it.

// Thresholds of the model, low enough to be met.
const (
	modelFamily     = 2
	modelBurst      = 6
	modelPerHour    = 5 // in an enroller's chat
	modelUnclaimed  = 3
	modelPerMobile  = 2
	modelCalledBack = 2 // one of so many
)

// modelOffice is an enroller's office.
type modelOffice struct {
	id     int64
	person int64
	code   party.Code
	booth  party.Booth
	status string
}

// modelRow is a member's row.
type modelRow struct {
	id, person int64
	number     party.Number
	nonce      flows.Nonce
	via        party.Via
	status     party.Status
	booth      party.Booth // zero: pending
	code       party.Code
	epic       party.VoterID
	doubts     []party.Doubt
	mobile     party.Mobile
	recordedBy int64
	claimed    bool
	callDue    bool
	call       flows.Answer
	tried      bool // a call found nobody
	settled    bool // a reviewer let it stand
	complained []int64
	held       int // the figure until Monday
}

// figure is what counts of a row: 2 added and confirmed, 1 added, 0 neither.
func (r *modelRow) figure() int {
	switch {
	case r.held != 0:
		return r.held
	case r.status == party.Confirmed && (r.via != party.Assisted || r.claimed || r.call == flows.AnswerRight):
		return 2
	case r.status == party.Confirmed, r.status == party.Review:
		return 1
	}
	return 0
}

// model is the whole of it.
type model struct {
	offices []*modelOffice
	rows    []*modelRow
}

// credited gives the code where it credits somebody: of an active office, not the
// person's own.
func (m *model) credited(code party.Code, person int64) party.Code {
	for _, o := range m.offices {
		if o.code == code && o.status == "active" && o.person != person {
			return code
		}
	}
	return ""
}

// active is the office by which a person enrols others: the newest that is active.
func (m *model) active(person int64) *modelOffice {
	for _, o := range slices.Backward(m.offices) {
		if o.person == person && o.status == "active" {
			return o
		}
	}
	return nil
}

// holder is the other row that holds a number: a confirmed one; where people
// record and review, also one that was stopped.
func (m *model) holder(epic party.VoterID, but *modelRow, stopped bool) *modelRow {
	statuses := []party.Status{party.Confirmed}
	if stopped {
		statuses = append(statuses, party.Frozen)
	}
	for _, status := range statuses {
		for _, r := range m.rows {
			if r != but && r.status == status && r.epic.Number == epic.Number {
				return r
			}
		}
	}
	return nil
}

func (m *model) count(match func(*modelRow) bool) (n int) {
	for _, r := range m.rows {
		if match(r) {
			n++
		}
	}
	return n
}

// ofNumber are the doubts that a number gives.
func (m *model) ofNumber(epic party.VoterID, but *modelRow, stopped bool) (doubts []party.Doubt) {
	if epic.Form == party.Old {
		doubts = append(doubts, party.OldForm)
	}
	if epic.Form == party.Modern && !epic.Check {
		doubts = append(doubts, party.CheckDigit)
	}
	if m.holder(epic, but, stopped) != nil {
		doubts = append(doubts, party.Taken)
	}
	return doubts
}

// judged is the status that doubts give.
func judged(doubts []party.Doubt) party.Status {
	if len(doubts) > 0 {
		return party.Review
	}
	return party.Confirmed
}

// save adds a row as the rules want it. Who enrols themselves or family outranks
// what an enroller recorded and nobody has claimed.
func (m *model) save(r *modelRow) {
	family := func(o *modelRow) bool { return o.person == r.person && o.via == party.Family && o.status.Live() }
	if r.via == party.Family && m.count(family) >= modelFamily {
		r.doubts = append(r.doubts, party.Crowd)
	}
	if r.via != party.Assisted && r.code != "" && m.count(func(o *modelRow) bool { return o.code == r.code }) >= modelBurst {
		r.doubts = append(r.doubts, party.Burst)
	}
	if r.via == party.Assisted {
		r.doubts = append(r.doubts, m.ofChat(r)...)
	}
	if of := m.ofNumber(r.epic, nil, false); len(r.doubts) == 0 && (len(of) == 0 || of[0] == party.Taken) && r.via != party.Assisted {
		for _, o := range m.rows {
			if o.via == party.Assisted && !o.claimed && o.waiting() && o.epic.Number == r.epic.Number {
				o.status = party.Refused
			}
		}
	}
	r.doubts = append(r.doubts, m.ofNumber(r.epic, nil, r.via == party.Assisted)...)
	r.status = judged(r.doubts)
	m.rows = append(m.rows, r)
}

// ofChat are the doubts that an enroller's chat gives.
func (m *model) ofChat(r *modelRow) (doubts []party.Doubt) {
	var theirs []*modelRow
	for _, o := range m.rows {
		if o.via == party.Assisted && o.recordedBy == r.recordedBy {
			theirs = append(theirs, o)
		}
	}
	if len(theirs) >= modelPerHour {
		doubts = append(doubts, party.Burst)
	}
	if r.mobile != "" && m.count(func(o *modelRow) bool { return o.mobile == r.mobile }) >= modelPerMobile {
		doubts = append(doubts, party.OneMobile)
	}
	last := theirs[max(0, len(theirs)-modelUnclaimed):]
	wanted := func(o *modelRow) bool { return o.claimed || o.call == flows.AnswerRight }
	if len(last) == modelUnclaimed && !slices.ContainsFunc(last, wanted) {
		doubts = append(doubts, party.Unclaimed)
	}
	return doubts
}

// waiting tells a row that stands, or may yet.
func (r *modelRow) waiting() bool { return r.status == party.Confirmed || r.status == party.Review }

// theirs tells whether a person has claimed a record of this number, which keeps
// them from another row of it.
func (m *model) theirs(person int64, epic party.VoterID) bool {
	return m.count(func(r *modelRow) bool {
		return r.person == person && r.via == party.Assisted && r.waiting() && r.epic.Number == epic.Number
	}) > 0
}

// slip is what a person does by the link on the slip of a record.
func (m *model) slip(r *modelRow, person int64, use flows.SlipUse) {
	if o := m.office(r.code); r.recordedBy == person || o != nil && o.person == person {
		return
	}
	own := r.claimed && r.person == person && r.status.Live()
	free := !r.claimed && r.waiting()
	mine := m.self(person)
	double := mine != nil && mine.epic.Number == r.epic.Number
	stopped := r.status == party.Frozen && slices.Contains(r.complained, person)
	switch {
	case use == flows.SlipClaim && free && !double:
		if m.count(func(o *modelRow) bool {
			return o.person == person && (o.via == party.Family || o.via == party.Assisted) && o.status.Live()
		}) >= modelFamily {
			r.status = party.Review
			if !slices.Contains(r.doubts, party.Crowd) {
				r.doubts = append(r.doubts, party.Crowd)
			}
		}
		r.person, r.claimed = person, true
	case use == flows.SlipStop && !stopped && (free || own):
		r.complained = append(r.complained, person)
		m.freeze(r)
	case use == flows.SlipErase && (free || own || stopped):
		r.status, r.person, r.epic, r.mobile = party.Withdrawn, 0, party.VoterID{}, ""
	}
}

// correct is what a member does to a row of their own.
func (m *model) correct(r *modelRow, epic party.VoterID, booth party.Booth) {
	m.anew(r, epic, booth, false)
}

// anew judges a row that was corrected.
func (m *model) anew(r *modelRow, epic party.VoterID, booth party.Booth, stopped bool) {
	doubts := m.ofNumber(epic, r, stopped)
	for _, d := range r.doubts {
		if !d.OfNumber() {
			doubts = append(doubts, d)
		}
	}
	r.epic, r.booth, r.doubts = epic, booth, doubts
	if r.status != party.Frozen {
		r.status = judged(doubts)
	}
}

// judge is what a reviewer decides of an entry, and what is answered.
func (m *model) judge(r *modelRow, admin bool, v flows.Verdict, why party.Refusal) flows.Judgement {
	other := m.holder(r.epic, r, true)
	switch {
	case r.status != party.Review:
		return flows.EntryGone
	case v == flows.Refuse && r.via == party.Assisted && why == party.NotAsked:
		m.freeze(r)
		return flows.EntryRefused
	case v == flows.Refuse:
		r.status = party.Refused
		return flows.EntryRefused
	case other != nil && other.settled && !admin:
		return flows.EntrySettled
	case other != nil && v == flows.Accept:
		return flows.EntryHeld
	case other != nil && other.status == party.Confirmed:
		other.status, other.doubts, other.settled = party.Review, []party.Doubt{party.Taken}, false
	}
	r.status, r.doubts, r.settled = party.Confirmed, nil, true
	return flows.EntryStands
}

// mend is what a reviewer corrects of an entry.
func (m *model) mend(r *modelRow, e flows.MendEntry) flows.Judgement {
	if r.status != party.Review {
		return flows.EntryGone
	}
	if !e.VoterID.IsZero() {
		r.epic = e.VoterID
	}
	if !e.Booth.IsZero() {
		r.booth = e.Booth
	}
	m.anew(r, r.epic, r.booth, true)
	if r.status == party.Confirmed {
		r.settled = true
		return flows.EntryStands
	}
	return flows.EntryWaits
}

// freeze stops a row and holds its figure.
func (m *model) freeze(r *modelRow) { r.held, r.status = r.figure(), party.Frozen }

// called is what came of a call; ok is false where none was due.
func (m *model) called(r *modelRow, a flows.Answer) (ok bool) {
	if !r.callDue || r.call != "" || r.claimed || r.status != party.Confirmed && r.status != party.Review {
		return false
	}
	switch {
	case a == flows.AnswerNotFound && !r.tried:
		r.tried = true
	case a == flows.AnswerRefused:
		r.call = a
		m.freeze(r)
	default:
		r.call = a
	}
	return true
}

// settle lets go of what is held.
func (m *model) settle() {
	for _, r := range m.rows {
		r.held = 0
	}
}

// tally is added and confirmed.
type tally struct{ added, confirmed int }

// tallies counts the rows by whatever key names.
func tallies[K comparable](m *model, key func(*modelRow) K) map[K]tally {
	all := map[K]tally{}
	for _, r := range m.rows {
		t := all[key(r)]
		if r.figure() >= 1 {
			t.added++
		}
		if r.figure() == 2 {
			t.confirmed++
		}
		all[key(r)] = t
	}
	for k, t := range all {
		if t == (tally{}) {
			delete(all, k)
		}
	}
	return all
}

// live are the rows of a person that they may still change.
func (m *model) live(person int64, via party.Via) (list []*modelRow) {
	for _, r := range m.rows {
		if r.person == person && (via == "" || r.via == via) && r.status.Live() {
			list = append(list, r)
		}
	}
	return list
}

// self is a person's own live row.
func (m *model) self(person int64) *modelRow {
	list := m.live(person, party.Self)
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

func (m *model) office(code party.Code) *modelOffice {
	i := slices.IndexFunc(m.offices, func(o *modelOffice) bool { return o.code == code })
	if i < 0 {
		return nil
	}
	return m.offices[i]
}
