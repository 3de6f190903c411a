package flowstest

import (
	"slices"

	"sadasya/flows"
	"sadasya/party"
)

// What waits for a reviewer in this world, the oldest first. The chat that plays
// accepted the office of a chief enroller by CHIEFLINK; all of it was recorded
// by Sunita Meena. A test through the running bot makes the same rows.

// Doubt is one entry in review, or a person to be called back.
type Doubt struct {
	Name   party.Name
	EPIC   string
	Via    party.Via
	Doubts []party.Doubt
	Days   int        // since it came
	Held   party.Name // whose confirmed entry of today holds the number; empty: none does
	Own    bool       // the person who plays enrolled it
	Mobile party.Mobile
	Call   bool // it is confirmed, and its call is due
}

// Doubts are what waits in this world.
func Doubts() []Doubt {
	return []Doubt{
		{Name: "कमला देवी", EPIC: "WKH1186254", Via: party.Self, Doubts: []party.Doubt{party.CheckDigit}, Days: 5},
		{Name: "मोहन लाल", EPIC: "RJ/20/152/123456", Via: party.Self, Doubts: []party.Doubt{party.OldForm}},
		{Name: "गीता", EPIC: "ZZZ1234566", Via: party.Self, Doubts: []party.Doubt{party.Taken}, Held: "लक्ष्मी"},
		{Name: "अपना राम", EPIC: "ZZZ0000000", Via: party.Self, Doubts: []party.Doubt{party.Burst}, Own: true},
		{Name: "रामू", EPIC: "ZZZ0000018", Via: party.Family, Doubts: []party.Doubt{party.Crowd}},
		{Name: "Kalu Ram", EPIC: "QQQ9999996", Via: party.Self, Doubts: []party.Doubt{party.Burst}},
		{Name: "शांति देवी", EPIC: "QQQ5005004", Via: party.Assisted, Doubts: []party.Doubt{party.Unclaimed, party.OneMobile}, Mobile: "9829012345"},
		{Name: "भंवर लाल", EPIC: "WKH1186253", Via: party.Assisted, Mobile: "9829012346", Call: true},
		{Name: "सीता", EPIC: "ABC1034560", Via: party.Assisted, Call: true},
		{Name: "लाली", EPIC: "ABC1034578", Via: party.Assisted, Mobile: "9829012347", Call: true},
	}
}

// doubtful is an entry of this world while it waits.
type doubtful struct {
	Doubt
	id      int64
	number  party.VoterID
	station *party.Station
	tried   bool // a call found nobody
	lost    bool // a reviewer let the one stand that holds the number
}

func (w *World) entries() []doubtful {
	if w.doubts == nil {
		w.doubts = []doubtful{}
		for i, d := range Doubts() {
			r, _ := party.ReadVoterID(d.EPIC)
			w.doubts = append(w.doubts, doubtful{Doubt: d, id: int64(i + 1), number: r.ID, station: w.station(w.Inviter.Station.Booth)})
		}
	}
	return w.doubts
}

// waiting are those that the person who plays may decide, or call.
func (w *World) waiting(call bool) (list []doubtful) {
	if !w.chief {
		return nil
	}
	for _, d := range w.entries() {
		if d.Call == call && !d.Own && !d.tried {
			list = append(list, d)
		}
	}
	return list
}

func (w *World) entry(id int64, call bool) (d doubtful, ok bool) {
	list := w.waiting(call)
	i := slices.IndexFunc(list, func(d doubtful) bool { return d.id == id })
	if i < 0 {
		return d, false
	}
	return list[i], true
}

// drop takes an entry from what waits.
func (w *World) drop(id int64) {
	w.doubts = slices.DeleteFunc(w.entries(), func(d doubtful) bool { return d.id == id })
}

// review does what an effect of flows/review.go wants.
func (w *World) review(e flows.Effect) (flows.Result, bool) {
	switch e := e.(type) {
	case flows.LoadReview:
		return w.reviewDesk(), true
	case flows.LoadDoubtful:
		for _, d := range w.waiting(false) {
			if d.id > e.After && (e.Doubt == "" || slices.Contains(d.Doubts, e.Doubt)) {
				return w.shown(d, false), true
			}
		}
		return flows.Doubtful{}, true
	case flows.ShowVoterID:
		d, ok := w.entry(e.ID, false)
		if !ok {
			return flows.Doubtful{}, true
		}
		return w.shown(d, true), true
	case flows.JudgeEntry:
		return w.judge(e), true
	case flows.MendEntry:
		return w.mend(e), true
	case flows.LoadCall:
		for _, d := range w.waiting(true) {
			if d.id > e.After {
				return w.due(d, false), true
			}
		}
		return flows.CallDue{}, true
	case flows.ShowMobile:
		d, ok := w.entry(e.ID, true)
		if !ok {
			return flows.CallDue{}, true
		}
		return w.due(d, true), true
	case flows.RecordCall:
		return w.recordCall(e), true
	}
	return nil, false
}

func (w *World) reviewDesk() flows.ReviewDesk {
	if !w.chief {
		return flows.ReviewDesk{}
	}
	all := w.waiting(false)
	out := flows.ReviewDesk{Power: true, Waiting: len(all), Calls: len(w.waiting(true))}
	for _, doubt := range party.Doubts() {
		n := 0
		for _, d := range all {
			if slices.Contains(d.Doubts, doubt) {
				n++
			}
		}
		if n > 0 {
			out.Doubts = append(out.Doubts, flows.DoubtCount{Doubt: doubt, Count: n})
		}
	}
	for _, d := range w.entries() {
		if d.Own {
			out.Own++
		}
	}
	for _, d := range all {
		if d.late() {
			out.Late++
		}
	}
	return out
}

func (d doubtful) late() bool { return d.Days >= 3 }

func (w *World) shown(d doubtful, full bool) flows.Doubtful {
	out := flows.Doubtful{
		ID: d.id, Name: d.Name, Masked: d.number.Masked(), Station: d.station, Via: d.Via, Enroller: party.Name(w.Inviter.Name),
		Doubts: d.Doubts, Days: d.Days, Late: d.late(),
	}
	if full {
		out.VoterID = d.number
	}
	if d.Held != "" {
		out.Other = Today
	}
	return out
}

// displaced is added to an entry's id for the one that held its number.
const displaced = 100

func (w *World) judge(e flows.JudgeEntry) flows.Judged {
	d, ok := w.entry(e.ID, false)
	switch {
	case !ok:
		return flows.Judged{}
	case e.Verdict == flows.Refuse:
		w.drop(d.id)
		return flows.Judged{Outcome: flows.EntryRefused, Name: d.Name}
	case d.lost:
		return flows.Judged{Outcome: flows.EntrySettled}
	case d.Held != "" && e.Verdict == flows.Accept:
		return flows.Judged{Outcome: flows.EntryHeld, Name: d.Name, Other: Today}
	}
	w.drop(d.id)
	if d.Held != "" { // it changes places with this one
		other := d
		other.Name, other.Held, other.id, other.lost = d.Held, d.Name, d.id+displaced, true
		w.doubts = append(w.doubts, other)
	}
	return flows.Judged{Outcome: flows.EntryStands, Name: d.Name}
}

func (w *World) mend(e flows.MendEntry) flows.Judged {
	i := slices.IndexFunc(w.entries(), func(d doubtful) bool { return d.id == e.ID && !d.Own })
	if i < 0 || !w.chief {
		return flows.Judged{}
	}
	d := &w.doubts[i]
	if e.Name != "" {
		d.Name = e.Name
	}
	if !e.VoterID.IsZero() {
		d.number, d.Held = e.VoterID, ""
	}
	if !e.Booth.IsZero() {
		d.station = w.station(e.Booth)
	}
	others := slices.DeleteFunc(slices.Clone(d.Doubts), party.Doubt.OfNumber)
	d.Doubts = nil
	switch {
	case d.number.Form == party.Old:
		d.Doubts = append(d.Doubts, party.OldForm)
	case !d.number.Check:
		d.Doubts = append(d.Doubts, party.CheckDigit)
	}
	if d.Held != "" {
		d.Doubts = append(d.Doubts, party.Taken)
	}
	d.Doubts = append(d.Doubts, others...)
	out := flows.Judged{Outcome: flows.EntryWaits, Name: d.Name}
	if len(d.Doubts) == 0 {
		out.Outcome = flows.EntryStands
		w.drop(d.id)
	}
	return out
}

func (w *World) due(d doubtful, full bool) flows.CallDue {
	out := flows.CallDue{
		ID: d.id, Name: d.Name, Station: d.station, Enroller: party.Name(w.Inviter.Name), Language: party.Hindi, Left: len(w.waiting(true)),
	}
	if full {
		out.Mobile = d.Mobile
	}
	return out
}

func (w *World) recordCall(e flows.RecordCall) flows.CallRecorded {
	d, ok := w.entry(e.ID, true)
	if !ok {
		return flows.CallRecorded{}
	}
	if e.Answer == flows.AnswerNotFound {
		i := slices.IndexFunc(w.doubts, func(x doubtful) bool { return x.id == d.id })
		w.doubts[i].tried = true
		return flows.CallRecorded{Name: d.Name, Again: true}
	}
	w.drop(d.id)
	return flows.CallRecorded{Name: d.Name}
}
