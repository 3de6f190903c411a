package flowstest

import (
	"slices"

	"sadasya/flows"
	"sadasya/party"
)

// clockwork is what the clock says, and where it is switched off: by this chat
// alone, in this world.
type clockwork struct {
	off     map[string]bool            // "daily Jaipur"; turned: there is an entry
	governs party.Name                 // the person, as admin
	topics  map[party.ConsentKind]bool // as they were answered
	noAlarm bool

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
	case flows.LoadTopics:
		return w.ownTopics(), true
	case flows.SetTopic:
		if slices.ContainsFunc(w.ownTopics().List, func(t flows.TopicSet) bool { return t.Topic == e.Topic }) {
			w.setTopic(e)
		}
		return w.ownTopics(), true
	}
	return nil, false
}

func (w *World) setTopic(e flows.SetTopic) {
	switch e.Topic {
	case flows.TopicDaily:
		w.noDaily = !e.On
	case flows.TopicAlarm:
		w.noAlarm = !e.On
	default:
		w.consent(flows.RecordConsent{Kind: party.ConsentKind(e.Topic), Given: e.On})
	}
}

func (w *World) ownTopics() (out flows.Topics) {
	add := func(concerns bool, topic flows.Topic, on bool) {
		if concerns {
			out.List = append(out.List, flows.TopicSet{Topic: topic, On: on})
		}
	}
	wants := func(kind party.ConsentKind) bool {
		given, said := w.topics[kind]
		return given || !said
	}
	enroller := w.spent && !w.left && !w.revoked
	add(w.consented || len(w.rows) > 0, flows.TopicNews, w.news != nil && *w.news)
	add(w.consented && len(w.rows) == 0, flows.TopicReminders, wants(party.Reminders))
	add(enroller || w.chief, flows.TopicDuties, wants(party.Duties))
	add(enroller, flows.TopicDaily, !w.noDaily)
	add(w.chief || w.admin, flows.TopicAlarm, !w.noAlarm)
	return out
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
