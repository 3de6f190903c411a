package flowstest

import (
	"slices"
	"strings"

	"sadasya/flows"
	"sadasya/party"
)

// Slips of this world, of records that Sunita Meena made: SLIP; USEDSLIP, which
// another has claimed; DOUBLESLIP, of who is a member with EPIC already; OWNSLIP,
// which this very chat made; and WRONGSLIP, which nobody did. EPIC is the Voter ID
// of SLIP.

// SlipVoterID is what transcripts write as EPIC, in this world.
const SlipVoterID = "ZZX0000018"

// Slips are the payloads that a transcript names.
type Slips struct{ Open, Used, Double, Own, Wrong party.SlipToken }

// OurSlips are those of this world.
func OurSlips() Slips {
	return Slips{Open: slipToken(1), Used: slipToken(2), Double: slipToken(3), Own: slipToken(4), Wrong: slipToken(5)}
}

func slipToken(n byte) party.SlipToken {
	return party.NewSlipToken(party.NewNumber(7_000_000_000+uint64(n)), [16]byte{n})
}

// In writes payloads where a transcript names them.
func (s Slips) In(words string) string {
	return strings.NewReplacer("USEDSLIP", string(s.Used), "DOUBLESLIP", string(s.Double), "OWNSLIP", string(s.Own), "WRONGSLIP", string(s.Wrong), "SLIP", string(s.Open)).Replace(words)
}

// slip is what became of SLIP and DOUBLESLIP.
type slip struct {
	standing flows.SlipStanding // SlipUnknown: as it was made
	merged   bool
}

// claim does what an effect of flows/claim.go wants.
func (w *World) claim(e flows.Effect) (flows.Result, bool) {
	switch e := e.(type) {
	case flows.OpenSlip:
		return w.openSlip(e.Token), true
	case flows.FindStopped:
		if w.slip.standing == flows.SlipStopped {
			return flows.StoppedFound{Token: OurSlips().Open}, true
		}
		return flows.StoppedFound{}, true
	case flows.UseSlip:
		return w.useSlip(e), true
	case flows.LoadCases:
		return flows.Cases{}, true // no admin's chat
	case flows.DecideCase:
		return flows.CaseDecided{}, true
	}
	return nil, false
}

func (w *World) openSlip(token party.SlipToken) flows.SlipOpened {
	slips := OurSlips()
	switch token {
	case slips.Own:
		return flows.SlipOpened{Standing: flows.SlipRecorder}
	case slips.Used:
		return flows.SlipOpened{Standing: flows.SlipUsed}
	case slips.Open, slips.Double:
	default:
		return flows.SlipOpened{Stray: 1}
	}
	out := flows.SlipOpened{Standing: w.standing(), By: party.Name(w.Inviter.Name), Name: "कमला देवी", Station: w.Inviter.Station}
	if own := w.ownBySlip(); token == slips.Double && own != nil && !w.slip.merged {
		out.Standing, out.Number = flows.SlipDouble, own.Number
	}
	switch out.Standing {
	case flows.SlipUsed:
		return flows.SlipOpened{Standing: flows.SlipUsed}
	case flows.SlipOwn:
		out.Number = token.Number()
	}
	return out
}

// standing is how SLIP stands: as it was left, or as the rows say.
func (w *World) standing() flows.SlipStanding {
	number := OurSlips().Open.Number()
	i := slices.IndexFunc(w.rows, func(r flows.Record) bool { return r.Number == number })
	switch {
	case i >= 0 && !w.rows[i].Status.Live():
		return flows.SlipUsed
	case i >= 0 && w.slip.standing == flows.SlipUnknown:
		return flows.SlipOwn
	case w.slip.standing != flows.SlipUnknown:
		return w.slip.standing
	}
	return flows.SlipOpen
}

func (w *World) ownBySlip() *flows.Record {
	return w.find(func(r flows.Record) bool {
		return r.Via == party.Self && r.Status.Live() && r.VoterID.Number == SlipVoterID
	})
}

func (w *World) useSlip(e flows.UseSlip) flows.SlipDone {
	opened := w.openSlip(e.Token)
	switch standing := opened.Standing; standing {
	case flows.SlipRecorder:
		return flows.SlipDone{Standing: standing}
	case flows.SlipUsed:
		return flows.SlipDone{Case: true, Standing: standing}
	}
	number := e.Token.Number()
	switch e.Use {
	case flows.SlipClaim:
		if opened.Standing == flows.SlipOpen {
			w.consented = true
			w.rows = append(w.rows, flows.Record{
				Number: number, Nonce: flows.Nonce{99}, Via: party.Assisted, Status: party.Confirmed, Name: opened.Name,
				VoterID: party.VoterID{Number: SlipVoterID, Form: party.Modern, Check: true}, Station: opened.Station, On: Today,
				Code: w.Code, Inviter: w.Inviter.Name,
			})
		}
		return flows.SlipDone{Done: true, Standing: flows.SlipOwn, Number: number}
	case flows.SlipStop:
		w.slip.standing = flows.SlipStopped
		return flows.SlipDone{Done: true, Standing: flows.SlipStopped}
	case flows.SlipErase:
		w.slip.standing = flows.SlipUsed
		kept := len(w.rows)
		w.rows = slices.DeleteFunc(w.rows, func(r flows.Record) bool { return r.Number == number })
		w.consented = w.consented && len(w.rows) == kept // as it was, where nothing was claimed
		return flows.SlipDone{Done: true, Standing: flows.SlipUsed}
	case flows.SlipMerge:
		w.slip.standing, w.slip.merged = flows.SlipUsed, true
		return flows.SlipDone{Done: true, Standing: flows.SlipUsed, Number: opened.Number}
	}
	return flows.SlipDone{Standing: opened.Standing, Number: opened.Number}
}

// outrank puts SLIP out where the person enrolled themselves with its Voter ID.
func (w *World) outrank(e flows.SaveMember) {
	if e.VoterID.Number == SlipVoterID && w.standing() == flows.SlipOpen {
		w.slip.standing = flows.SlipUsed
	}
}
