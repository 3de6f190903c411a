package flowstest

import (
	"slices"

	"sadasya/flows"
	"sadasya/party"
)

// clockwork is what the clock says, and where it is switched off: by this chat
// alone, in this world.
type clockwork struct {
	off     map[string]bool // "daily Jaipur"; turned: there is an entry
	governs party.Name      // the person, as admin
	topics  map[party.ConsentKind]bool

	reminded bool
}

// clock does what an effect of flows/switches.go wants.
func (w *World) clock(e flows.Effect) (flows.Result, bool) {
	switch e := e.(type) {
	case flows.LoadSwitches:
		return w.switches(e.District), true
	case flows.TurnSwitch:
		if w.admin {
			if w.off == nil {
				w.off = map[string]bool{}
			}
			w.off[string(e.What)+" "+e.District] = !e.On
			w.note(map[bool]flows.Action{true: "switched-on", false: "switched-off"}[e.On], "", flows.Thing{Kind: "switch", Is: string(e.What)})
		}
		return w.switches(e.District), true
	}
	return nil, false
}

// reminds tells whether this chat is reminded, where the evening comes and finds
// it at a step.
func (w *World) reminds(words, step string) bool {
	wanted, said := w.topics[party.Reminders]
	if _, does := Meanwhile(words); does != "comes" || w.reminded || !w.consented || len(w.rows) > 0 || said && !wanted || !flows.Remindable(step) || w.off["reminder "] {
		return false
	}
	w.reminded = true
	return true
}

func (w *World) switches(district string) (out flows.Switches) {
	if !w.may("switches") {
		return out
	}
	out.Admin, out.District = true, district
	for _, what := range party.ClockWords() {
		off, turned := w.off[string(what)+" "+district]
		s := flows.Switch{What: what, On: !off, StateOff: w.off[string(what)+" "]}
		if turned {
			s.By, s.At = w.governs, flows.Moment{On: Today, Hour: 12}
		}
		for _, c := range w.Places.Districts() {
			if w.off[string(what)+" "+c.DistrictEN] {
				s.Districts++
			}
		}
		out.List = append(out.List, s)
	}
	for _, c := range w.Places.Districts() {
		dark := slices.ContainsFunc(party.ClockWords(), func(what party.ClockWord) bool { return w.off[string(what)+" "+c.DistrictEN] })
		out.Places = append(out.Places, flows.SwitchPlace{District: flows.DistrictOf(c), Off: dark})
	}
	return out
}
