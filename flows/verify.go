package flows

import (
	"strings"

	"sadasya/party"
)

// Whether a card is genuine, by the link in its QR code, scanned or pasted; and
// whether an enroller is appointed, and by whom, by their code.

// CheckCard asks for the membership that a card's link names. Its result is
// CardChecked.
type CheckCard struct {
	Number party.Number
	Tag    party.CardTag
}

// CardChecked answers CheckCard. Whoever does not hold the card learns nothing:
// with a wrong tag there is no record.
type CardChecked struct {
	Record *Record // nil: not genuine; without the Voter ID
}

func (CheckCard) effect()   {}
func (CardChecked) result() {}

// verifyCommand takes the link of a card or of an enroller, what stands behind
// start= in it, or a code.
func verifyCommand(_ *Engine, t Turn, in Input) (Turn, error) {
	text := strings.TrimSpace(in.Text)
	if _, after, ok := strings.Cut(text, "start="); ok {
		text = after
	}
	text, _, _ = strings.Cut(text, "#")
	switch payload := party.ParsePayload(text); payload.Kind {
	case party.PayloadCard:
		return checkCard(t, payload)
	case party.PayloadCode:
		t.Run = CheckEnroller{Code: payload.Code}
		return t, nil
	}
	t.command = nil
	if party.CodeLike(text) { // nobody can have it, by its check digit
		return t.say(ask(T("verify.nocode"), global("go", "button.goon"))), nil
	}
	return t.say(ask(T("verify.how"), global("go", "button.goon"))), nil
}

func checkCard(t Turn, p party.Payload) (Turn, error) {
	t.Run = CheckCard{Number: p.Card, Tag: p.Tag}
	return t, nil
}

// verified tells what became of the look.
func verified(e *Engine, t Turn, r Result) (Turn, error) {
	o, ok := r.(Enroller)
	if !ok {
		return cardChecked(e, t, r)
	}
	switch {
	case o.Code == "":
		return t.say(ask(T("verify.nobody"), global("go", "button.goon"))), nil
	case o.Past: // who it was, and why no more, is nobody's business
		return t.say(ask(T("verify.past"), global("go", "button.goon"))), nil
	}
	return t.say(ask(T("verify.enroller", "name", o.Name, "station", placeOf(o.Station), "by", appointerOf(o.By)), global("go", "button.goon"))), nil
}

// appointerOf says which office appointed: the chief enroller of an area, an
// admin, or the party itself.
func appointerOf(p party.Post) Line {
	switch p.Office {
	case party.Chief:
		return T("verify.by.chief", "area", areaWords(p.Area))
	case party.Admin:
		return T("verify.by.admin")
	}
	return T("verify.by.party")
}

func cardChecked(_ *Engine, t Turn, r Result) (Turn, error) {
	checked, ok := r.(CardChecked)
	if !ok {
		return t, errResult
	}
	rec := checked.Record
	switch {
	case rec == nil:
		return t.say(ask(T("verify.wrong"), global("go", "button.goon"))), nil
	case !rec.Status.Live():
		return t.say(ask(T("verify.ended", "number", rec.Number), global("go", "button.goon"))), nil
	}
	lines := []Line{
		T("verify.right"),
		T("card.name", "name", rec.Name),
		T("card.number", "number", rec.Number),
		T("card.booth", "station", placeOf(rec.Station)),
		T("card.date", "date", rec.On),
	}
	return t.say(Screen{Bubbles: []Bubble{bubble(lines, global("go", "button.goon"))}}), nil
}
