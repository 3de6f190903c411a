package historytest

import "sadasya/party"

// model is the citizen's side of the conversation.
type model struct {
	valid map[party.Code]bool // codes that bring a referrer
	pasts pasts
	keeps bool // sessions of before are kept, since Redis may fall back to them
}

// step gives every mind that an operation may leave.
func (w model) step(m mind, o Op) []mind {
	switch o.Act {
	case See:
		return keep([]mind{m}, o.Saw)
	case Look:
		if m.member == "" && o.Row == (Row{}) {
			return []mind{m}
		}
		m, ok := m.shows(Screen{Kind: m.at, Card: m.card, Member: o.Row.Member})
		if !ok || o.Row.Member == "" || m.row != o.Row.Card || m.code != o.Row.Code {
			return nil
		}
		return []mind{m}
	case Forget:
		return []mind{m, {lasting: m.lasting}}
	case Lapse:
		all := []mind{m, {lasting: m.lasting}}
		for p := m.past; p != nil; p = p.before {
			all = append(all, mind{lasting: m.lasting, session: p.session, past: p.before})
		}
		return all
	}
	if m.at != Nothing && m.seen.has(o.Update) {
		return keep([]mind{m}, o.Saw) // it comes again: the present screen
	}
	all := w.take(m, o)
	for i := range all {
		all[i].seen = all[i].seen.with(o.Update)
		if w.keeps && m.at != Nothing {
			all[i].past = w.pasts.then(m.session, m.past)
		}
	}
	if o.Lost { // all of it, what lasts alone, or nothing; a confirm is never half done
		for _, x := range all {
			if x.member == m.member {
				all = append(all, mind{lasting: x.lasting, session: m.session, past: m.past})
			}
		}
		all = append(all, m)
	}
	if o.Saw.Kind == Other || o.Saw.Kind == Nothing {
		all = append(all, m) // such as a word to go slower
	}
	return keep(all, o.Saw)
}

// keep are those minds that answer with this bubble.
func keep(all []mind, s Screen) (kept []mind) {
	for _, m := range all {
		if m, ok := m.shows(s); ok {
			kept = append(kept, m)
		}
	}
	return kept
}

// take is what an update that was not seen yet does.
func (w model) take(m mind, o Op) []mind {
	if o.Act == Start && m.code == "" && w.valid[party.Code(o.Text)] {
		m.code = party.Code(o.Text)
	}
	if o.Act == Tap && (o.Text == "g.hi" || o.Text == "g.en") {
		m.spoke = true
		if m.at == Language {
			m.at = Consent
			return []mind{m}
		}
	}
	switch {
	case m.at == Nothing, o.Act == Start && (m.at == Declined || m.at == Member):
		return arrive(m)
	case o.Act == Say:
		return say(m, o.Text)
	case o.Act == Tap && m.offers(o):
		// A button may be old although it looks the same: then it does nothing.
		tapped := m
		tapped.card = m.card.as(o.On.Card)
		return []mind{tap(tapped, o.Text), m}
	}
	return []mind{m}
}

// arrive begins a conversation, of whom nothing is at hand but what lasts.
func arrive(m mind) []mind {
	begun := mind{lasting: m.lasting}
	at := func(k Kind) mind { begun.at = k; return begun }
	switch {
	case m.member != "":
		return []mind{at(Member)}
	case m.agreed:
		return []mind{at(Name)}
	case !m.spoke:
		return []mind{at(Language)}
	}
	return []mind{at(Consent), at(Language)}
}

// offers tells whether the button may count: its bubble asks what is asked now,
// and a check card shows the answers that stand.
func (m mind) offers(o Op) bool {
	return o.On.Kind == m.at && (m.at != Check || o.On.Card == m.card.as(o.On.Card))
}

// say takes words where words are asked for.
func say(m mind, text string) []mind {
	switch m.at {
	case Name:
		name, ask, err := party.ParseName(text)
		switch {
		case err != nil:
		case ask:
			m.heard = string(name)
		default:
			m.card.Name, m.heard = string(name), ""
			m.session = m.next()
		}
	case Number:
		r, err := party.ReadVoterID(text)
		switch {
		case err != nil:
		case r.Spoken || r.LetterRepaired() || m.heard == "" && r.ID.Form == party.Modern && !r.ID.Check:
			m.heard = r.ID.Number
		default:
			m.card.VoterID, m.heard = r.ID.Number, ""
			m.session = m.next()
		}
	case Booth: // whether it is one is not the model's to know
		there := m
		there.session = there.place()
		return []mind{m, there}
	}
	return []mind{m}
}

// tap does what a button that counts says.
func tap(m mind, button string) mind {
	switch button {
	case "agree":
		m.agreed = true
		m.session = m.next()
	case "no":
		m.agreed = false
		m.session = session{at: Declined, seen: m.seen}
	case "yes", "keep":
		switch m.at {
		case Name:
			m.card.Name = m.heard
		case Number:
			m.card.VoterID = m.heard
		}
		m.heard = ""
		m.session = m.next()
	case "here", "unknown":
		m.session = m.place()
	case "name":
		m.at = Name
	case "number":
		m.at = Number
	case "booth":
		m.at = Booth
	case "confirm":
		if m.member == "" {
			m.member, m.row = unseen, m.card
		}
		m.session = session{at: Member, seen: m.seen}
	}
	return m
}
