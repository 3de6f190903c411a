package flows

import (
	"errors"
	"strings"
	"unicode"

	"sadasya/party"
)

// How what an enroller types is taken. A message is about the person at hand, or
// about another: then whoever was at hand waits in the list, and nobody's answer
// is written over.

// takeDown reads a message. With a problem what could be read beside it is
// given; nothing where the message must go.
func takeDown(text string) (AssistDraft, *Problem) {
	got, err := party.ReadDictated(text)
	d := AssistDraft{Name: got.Name, Mobile: got.Mobile}
	if got.Number != nil {
		d = hear(d, *got.Number)
	}
	if err == nil {
		return d, nil
	}
	p := dictatedProblem(err)
	if !p.Delete && d.Name == "" && got.Number == nil {
		d.Words = clipped(strings.Join(strings.Fields(text), " "))
	}
	if !strings.ContainsFunc(d.Words, unicode.IsLetter) && len(d.Words) < fewDigits {
		d.Words = ""
	}
	return d, p
}

// fewDigits are too few to be kept as a question.
const fewDigits = 6

func dictatedProblem(err error) *Problem {
	switch {
	case errors.Is(err, party.ErrVoterIDTwo):
		return problem("assist.two")
	case errors.Is(err, party.ErrNameNumber):
		return problem("assist.how")
	case errors.Is(err, party.ErrNameEmpty), errors.Is(err, party.ErrNameShort), errors.Is(err, party.ErrNameLong),
		errors.Is(err, party.ErrNameLink), errors.Is(err, party.ErrNameSigns):
		return problem(nameProblem(err))
	}
	return numberProblem(err)
}

// hear takes a number as the citizen's enrolment does: one that reads well is
// kept, a repaired letter, a spoken one and a failed check digit are asked about.
func hear(d AssistDraft, r party.Reading) AssistDraft {
	if r.Spoken || r.LetterRepaired() || r.ID.Form == party.Modern && !r.ID.Check {
		d.Read = &r
		return d
	}
	return heardWell(d, r)
}

func heardWell(d AssistDraft, r party.Reading) AssistDraft {
	d.VoterID, d.Repairs, d.Read, d.Words = r.ID, r.Repairs, nil, ""
	return d
}

// numbered gives the number of a draft, asked about or not.
func (d AssistDraft) numbered() string {
	if d.Read != nil {
		return d.Read.ID.Number
	}
	return d.VoterID.Number
}

// nextOf is the first question that is open about the person at hand.
func nextOf(d Assisting) Event {
	h := d.Hand
	switch {
	case h.Read != nil && (h.Read.Spoken || h.Read.LetterRepaired()):
		return repaired
	case h.Read != nil:
		return odd
	case h.Name == "" && h.VoterID.Number == "":
		return garbled
	case h.Name == "":
		return needName
	case h.VoterID.Number == "":
		return needNumber
	case h.Mobile == "" && !d.Asked && !d.Listed:
		return needMobile
	}
	return complete
}

// small are words that answer a question and name nobody.
func small(text string) bool {
	word := strings.ToLower(strings.Trim(strings.TrimSpace(text), ".!?।, "))
	switch word {
	case "हाँ", "हां", "हा", "जी", "जी हाँ", "नहीं", "नही", "ना", "नहीं है", "ठीक", "ठीक है", "ओके", "अच्छा", "रुको", "रुकिए", "छोड़ें", "छोड़ो", "हेलो", "नमस्ते",
		"पता नहीं", "नहीं पता", "मालूम नहीं", "कार्ड नहीं", "कार्ड नहीं है", "एक मिनट",
		"yes", "no", "ok", "okay", "haan", "han", "ha", "nahi", "nahin", "nai", "nahi hai", "ji", "thik", "thik hai", "skip", "none", "hello", "hi",
		"pata nahi", "pata nahin", "nahi pata", "malum nahi", "card nahi", "card nahi hai", "ek minute", "ek minat", "wait", "not known", "no card":
		return true
	}
	return false
}

// fresh is the conversation with nobody at hand.
func fresh(d Assisting) Assisting {
	return Assisting{Own: d.Own, By: d.By, Told: d.Told, Waiting: d.Waiting, Added: d.Added}
}

// takePerson takes a person down where nobody is at hand.
func takePerson(d Assisting, in Input) (Assisting, Event, *Problem) {
	got, p := takeDown(in.Text)
	switch {
	case p != nil && p.Delete:
		d.Told = true // the notice is not repeated below what was wrong
		return d, stay, counted(AssistDraft{}, p, in)
	case small(in.Text) || got.Name == "" && got.numbered() == "" && got.Words == "":
		d.Told = true
		return d, stay, problem("assist.how")
	}
	d = fresh(d)
	d.Told = true
	d.Hand, d.Here = refuse(got, p, in), d.Own != nil
	return d, takesDown, counted(d.Hand, p, in)
}

// takeWhileWaiting adds one to the list; a number alone is that of who was named
// just before.
func takeWhileWaiting(d Assisting, in Input) (Assisting, Event, *Problem) {
	next, ev, p := takePerson(d, in)
	if ev != takesDown {
		return next, ev, p
	}
	if got := next.Hand; d.Last.ID != 0 && d.Last.Cool <= in.At.Unix() && got.Name == "" && got.numbered() != "" {
		next.Hand = d.Last
		next.Hand.VoterID, next.Hand.Repairs, next.Hand.Read = got.VoterID, got.Repairs, got.Read
		if got.Mobile != "" {
			next.Hand.Mobile = got.Mobile
		}
		next.Hand = refuse(next.Hand, nil, in)
	}
	next.Another, next.Waiting = true, 0
	return next, ev, nil // the list asks about it
}

// takeAnother takes somebody else down while one is at hand.
func takeAnother(d Assisting, in Input) (Assisting, Event, *Problem) {
	return takeWhileWaiting(d, in)
}

// other tells whether a message is about somebody else than the one at hand. Of
// messages that were typed without network a name alone may be the next person's,
// whose number is to come: it must not become the number of who is at hand.
func other(hand, got AssistDraft) bool {
	switch {
	case got.Name == "":
		return false
	case hand.Name != "":
		return !got.Name.Same(hand.Name)
	}
	return hand.numbered() != "" && got.numbered() != "" && got.numbered() != hand.numbered()
}

// takeHand takes what is still missing of the one at hand: the number, or all.
func takeHand(d Assisting, in Input) (Assisting, Event, *Problem) { return takeNumberOf(d, in, false) }

// takeHandAgain takes a number after its check digit failed once: a second
// failure is kept as it is, for review.
func takeHandAgain(d Assisting, in Input) (Assisting, Event, *Problem) {
	return takeNumberOf(d, in, true)
}

func takeNumberOf(d Assisting, in Input, again bool) (Assisting, Event, *Problem) {
	got, p := takeDown(in.Text)
	if spoken, err := party.ReadVoterID(in.Text); got.numbered() == "" && p == nil {
		switch {
		case err == nil:
			got = hear(AssistDraft{}, spoken)
		case !errors.Is(err, party.ErrNotVoterID): // a part of a number, spoken, and no name
			return d, stay, numberProblem(err)
		}
	}
	gone := p != nil && p.Delete
	switch {
	case !gone && !small(in.Text) && other(d.Hand, got):
		return takeAnother(d, in)
	case d.Hand.Cool > in.At.Unix():
		cool := problem("problem.cool", "minutes", int(d.Hand.Cool-in.At.Unix()+59)/60)
		cool.Delete = gone
		return d, stay, cool
	case small(in.Text):
		return d, stay, problem("voterid.not")
	case p != nil && got.numbered() == "":
		was := d.Hand
		if d.Hand.Name == "" {
			d.Hand.Name = got.Name
		}
		d.Hand = refuse(d.Hand, p, in)
		if d.Hand.Name == was.Name && d.Hand.Refused == was.Refused && d.Hand.Cool == was.Cool {
			return d, stay, p
		}
		if d.Hand.Ready() { // the number that it had stands until another is taken
			return d, stay, counted(d.Hand, p, in)
		}
		return d, takesDown, counted(d.Hand, p, in)
	case got.numbered() == "" && d.Hand.Name == "" && got.Name != "":
		d.Hand.Name, d.Hand.Words = got.Name, ""
		return d, takesDown, nil
	case got.numbered() == "":
		return d, stay, problem("voterid.not")
	}
	if d.Hand.Name == "" {
		d.Hand.Name = got.Name
	}
	if got.Mobile != "" {
		d.Hand.Mobile = got.Mobile
	}
	d.Hand.VoterID, d.Hand.Repairs, d.Hand.Read, d.Hand.Words = got.VoterID, got.Repairs, got.Read, ""
	if r := got.Read; again && r != nil && !r.Spoken && !r.LetterRepaired() {
		d.Hand = heardWell(d.Hand, *r)
		return d, takesDown, nil
	}
	d.Hand = refuse(d.Hand, nil, in)
	return d, takesDown, counted(d.Hand, nil, in)
}

// refuse counts a refused number against its record: too many bring a pause for
// it, and for no other.
func refuse(d AssistDraft, p *Problem, in Input) AssistDraft {
	odd := d.Read != nil && !d.Read.ID.Check && d.Read.ID.Form == party.Modern
	if !odd && (p == nil || !p.Counts) {
		return d
	}
	if d.Refused++; d.Refused > in.Refusals {
		d.Refused, d.Cool = 0, in.At.Add(CoolOff).Unix()
	}
	return d
}

// counted is what is said about a number that was refused. The engine's own
// count is of a conversation, and this of a record.
func counted(d AssistDraft, p *Problem, in Input) *Problem {
	if d.Cool > in.At.Unix() && d.Refused == 0 {
		cool := problem("problem.cool", "minutes", int(CoolOff.Minutes()))
		cool.Delete = p != nil && p.Delete
		return cool
	}
	if p == nil {
		return nil
	}
	said := *p
	said.Counts = false
	return &said
}
