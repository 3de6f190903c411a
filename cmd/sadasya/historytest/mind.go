package historytest

import "sadasya/party"

// mind is all that the bot can know of a citizen: what lasts and the session. It
// is comparable, so that two orders which lead to the same are known for it.
type mind struct {
	lasting
	session
	past *past // what the session was before; Redis may fall back to it
}

// lasting is what Postgres keeps.
type lasting struct {
	spoke  bool // chose a language; what was chosen may be forgotten until it is written
	agreed bool
	code   party.Code // the first valid one
	member string     // the number; unseen while nobody saw it
	row    Card
}

// unseen stands for a membership number that was given, or a booth that was
// answered, and not yet shown.
const unseen = "?"

// session is what Redis keeps. The zero value is none.
type session struct {
	at     Kind
	card   Card
	heard  string // a name or a number to be said yes to
	placed bool   // the booth is answered
	seen   updates
}

// updates is a set of updates.
type updates [4]uint64

func (u updates) has(n int) bool { return u[n/64]>>(n%64)&1 == 1 }

func (u updates) with(n int) updates {
	u[n/64] |= 1 << (n % 64)
	return u
}

// room is how many updates of one citizen there may be.
const room = len(updates{}) * 64

// past is a list of sessions, the newest first. Equal ones are one, so that minds
// stay comparable.
type past struct {
	session
	before *past
}

type pasts map[past]*past

// then is the list with one more.
func (p pasts) then(s session, before *past) *past {
	key := past{s, before}
	if p[key] == nil {
		p[key] = &key
	}
	return p[key]
}

// shows tells whether a mind answers with this bubble, and what is known then.
func (m mind) shows(s Screen) (mind, bool) {
	if s.Kind == Nothing || s.Kind == Other {
		return m, true
	}
	if s.Member != "" {
		if m.member == "" || m.member != unseen && m.member != s.Member {
			return m, false
		}
		m.member = s.Member
	}
	switch s.Kind {
	case Resume:
		return m, m.card.Name != ""
	case Check:
		m.card = m.card.as(s.Card)
		return m, m.at == Check && m.card == s.Card
	}
	return m, m.at == s.Kind
}

// as is a card whose booth is what the other one shows, where nobody saw it yet.
func (c Card) as(shown Card) Card {
	if c.Booth == unseen {
		c.Booth = shown.Booth
	}
	return c
}

// place answers which booth; what comes of the answer is seen on the check card.
func (s session) place() session {
	s.placed, s.card.Booth = true, unseen
	return s.next()
}

// next is the first question that is open.
func (s session) next() session {
	switch {
	case s.card.Name == "":
		s.at = Name
	case s.card.VoterID == "":
		s.at = Number
	case !s.placed:
		s.at = Booth
	default:
		s.at = Check
	}
	return s
}
