package flowstest

import (
	"fmt"
	"slices"
	"strings"

	"sadasya/flows"
	"sadasya/party"
)

// AdminToken is the one-time link to an admin's office of this world, written
// ADMINLINK in transcripts.
var AdminToken = party.NewLinkToken(party.Admin, [16]byte{10, 11, 12})

// admins is what this chat has as an admin, and what the audit has of it.
type admins struct {
	admin   bool
	revoked bool // the enroller's office of this chat
	log     []flows.Entry
}

// note writes down what this chat did.
func (w *World) note(action flows.Action, why flows.Why, of flows.Thing) {
	object := of.Kind
	if of.Is != "" {
		object += " " + of.Is
	}
	w.log = append(w.log, flows.Entry{
		At: flows.Moment{On: Today, Hour: 12}, Action: action, Why: why, Object: object, Of: of,
	})
}

// admin does what an effect of flows/admin_effects.go wants.
func (w *World) adminEffect(e flows.Effect) (flows.Result, bool) {
	switch e := e.(type) {
	case flows.Enter:
		if e.Command == "export" && w.chief {
			return flows.Entered{May: true}, true
		}
		return flows.Entered{May: w.may(e.Command)}, true
	case flows.AskExport:
		if !w.admin && (!w.chief || e.Area != party.Area{} && e.Area.AC != w.ac()) {
			return flows.ExportAsked{}, true
		}
		return flows.ExportAsked{Taken: true}, true
	case flows.NoteRefusal:
		w.note("refused", flows.Why(e.Why), flows.Thing{Kind: "command", Is: e.Command})
		return flows.Recorded{}, true
	case flows.FindMembers:
		return w.findMembers(e), true
	case flows.LoadTrail:
		return w.loadTrail(e), true
	case flows.LoadStats:
		return w.stats(), true
	case flows.FindOffices:
		return w.findOffices(e), true
	case flows.RevokeOffice:
		if !w.may("revoke") || w.revoked || e.ID != enrollerOffice {
			return flows.OfficeRevoked{}, true
		}
		w.revoked = true
		return flows.OfficeRevoked{Outcome: flows.Done}, true
	case flows.DecideRequest:
		w.may("agree")
		return flows.RequestDecided{}, true // nobody asks this chat
	}
	return nil, false
}

// may tells whether this chat is an admin's, and writes down where it is not.
func (w *World) may(command string) bool {
	if !w.admin {
		w.note("refused", "", flows.Thing{Kind: "command", Is: command})
	}
	return w.admin
}

func (w *World) findMembers(e flows.FindMembers) (out flows.MembersFound) {
	if !w.may("find") {
		return out
	}
	for i, r := range w.rows {
		named := e.Name != "" && r.Station != nil && r.Station.Booth.AC == e.AC && strings.Contains(r.Name.Fold(), e.Name.Fold())
		if !named && r.Number != e.Number && (e.VoterID.Number == "" || r.VoterID.Number != e.VoterID.Number) {
			continue
		}
		m := flows.FoundMember{
			ID: int64(i + 1), Name: r.Name.Short(), Last: last(r.Number), Station: r.Station, Via: r.Via, Status: r.Status, On: r.On,
			Inviter: party.Name(r.Inviter), Code: r.Code,
		}
		out.List = append(out.List, m)
		w.note("member-looked", e.Why, w.member(i))
	}
	if len(out.List) == 0 {
		w.note("member-looked", e.Why, flows.Thing{Kind: "nobody"})
	}
	return out
}

func (w *World) member(i int) flows.Thing {
	return flows.Thing{Kind: "member", Is: fmt.Sprint(i + 1), Last: last(w.rows[i].Number)}
}

func last(n party.Number) string { return string(n[len(n)-4:]) }

func (w *World) loadTrail(e flows.LoadTrail) (out flows.Trail) {
	if !w.may("audit") {
		return out
	}
	of := e.Object
	for i, r := range w.rows {
		if r.Number == e.Number {
			of = "member " + fmt.Sprint(i+1)
		}
	}
	if of == "" && (e.Number != "" || e.Code != "") {
		w.note("audit-looked", "", flows.Thing{Kind: "nobody"})
		return out
	}
	out.Known, out.Page, out.From = true, e.Page, e.From
	if out.From == 0 || out.From > int64(len(w.log)) {
		out.From = int64(len(w.log))
	}
	var all []flows.Entry
	for _, entry := range slices.Backward(w.log[:out.From]) {
		if of == "" || entry.Object == of || e.Number != "" {
			entry.By = flows.Hand{Office: party.Admin, Code: w.Code}
			all = append(all, entry)
		}
	}
	from := min(e.Page*flows.TrailAtOnce, len(all))
	to := min(from+flows.TrailAtOnce, len(all))
	out.List, out.More = all[from:to], to < len(all) || of == "" // others did something before
	w.note("audit-looked", "", thingOf(w.log, of))
	return out
}

// thingOf finds how a thing is shown elsewhere in the log.
func thingOf(log []flows.Entry, object string) flows.Thing {
	for _, e := range log {
		if e.Object == object {
			return e.Of
		}
	}
	return flows.Thing{Kind: "everything"}
}

// enrollerOffice is the id of this chat's office as enroller.
const enrollerOffice = 1

func (w *World) findOffices(e flows.FindOffices) (out flows.OfficesFound) {
	if !w.may("revoke") || !w.spent || w.revoked {
		return out
	}
	if e.Code == w.Code || e.Name != "" && strings.Contains(w.called.Fold(), e.Name.Fold()) {
		out.List = []flows.FoundOffice{{
			ID: enrollerOffice, Office: party.Enroller, Area: party.Area{Booth: w.Inviter.Station.Booth}, Name: w.called, Code: w.Code,
		}}
	}
	return out
}

// stats counts this chat's members alone.
func (w *World) stats() (out flows.Stats) {
	if !w.may("stats") {
		return out
	}
	out.At = flows.Moment{On: Today, Hour: 12}
	n := len(w.rows)
	out.Today = flows.Standing{Added: n, Confirmed: n}
	out.Week, out.All = out.Today, out.Today
	out.Members.Done = n
	for _, c := range w.Places.Districts() {
		out.Districts = append(out.Districts, flows.DistrictCount{District: flows.DistrictOf(c), Booths: 1_500})
	}
	out.Steps = []flows.StepCount{{Step: "enroll/voterid", Language: party.Hindi, People: 3}, {Step: "enroll/member", Language: party.English, People: 2}}
	return out.Against(party.RajasthanSample(), Today)
}
