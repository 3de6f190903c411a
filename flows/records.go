package flows

import (
	"errors"
	"strconv"

	"sadasya/party"
)

// What a person sees of what is kept about them: /card and /mydata. Both only
// read, so they have no state and are simply run again.

// errResult says that an effect brought a result of another kind.
var errResult = errors.New("the result does not belong to the effect")

// cardsShown bounds a screen: a phone that enrolled many sees the first.
const cardsShown = 6

func showCard(_ *Engine, t Turn, r Result) (Turn, error) {
	records, ok := r.(Records)
	if !ok {
		return t, errResult
	}
	if len(records.List) == 0 {
		return t.say(ask(T("card.none"), global("start", "button.join"))), nil
	}
	if len(records.List) == 1 {
		return t.say(cardScreen(records.List[0])), nil
	}
	lines := []Line{T("card.several", "count", len(records.List))}
	var buttons []Button
	for i, rec := range records.List {
		if i == cardsShown {
			break
		}
		lines = append(lines, T("card.short", "name", rec.Name, "number", rec.Number))
		one := global(cardPrefix+strconv.Itoa(i), "button.cardof")
		one.Label.Args = []any{"name", rec.Name}
		buttons = append(buttons, one)
	}
	return t.say(Screen{Bubbles: []Bubble{bubble(lines, append(buttons, cardButtons()...)...)}}), nil
}

// cardPrefix begins the button of one card among several, by its place.
const cardPrefix = "card"

// showOneCard shows one of several; the list may have changed meanwhile.
func showOneCard(at int) func(*Engine, Turn, Result) (Turn, error) {
	return func(e *Engine, t Turn, r Result) (Turn, error) {
		if records, ok := r.(Records); ok && at < len(records.List) {
			return t.say(cardScreen(records.List[at])), nil
		}
		return showCard(e, t, r)
	}
}

func cardScreen(rec Record) Screen {
	b := bubble(append([]Line{T("card.title")}, cardLines(rec)...), cardButtons()...)
	b.Picture = CardPicture{rec}
	return Screen{Bubbles: []Bubble{b}}
}

func cardButtons() []Button {
	return []Button{
		global("correct", "button.correct"),
		global("add", "button.add"),
		global("mydata", "button.mydata"),
		global("withdraw", "button.leave"),
	}
}

// cardLines are one membership's public face: never the Voter ID.
func cardLines(rec Record) []Line {
	lines := []Line{
		T("card.name", "name", rec.Name),
		T("card.number", "number", rec.Number),
		T("card.booth", "station", placeOf(rec.Station)),
	}
	if rec.Inviter != "" {
		lines = append(lines, T("card.inviter", "inviter", rec.Inviter))
	}
	return append(lines, T("card.date", "date", rec.On))
}

func showMyData(_ *Engine, t Turn, r Result) (Turn, error) {
	records, ok := r.(Records)
	if !ok {
		return t, errResult
	}
	lines := []Line{T("mydata.title"), T("mydata.account", "language", t.Session.Language)}
	if !records.Consented.IsZero() {
		lines = append(lines, T("mydata.consent", "date", records.Consented))
	}
	for i, rec := range records.List {
		if i == cardsShown {
			lines = append(lines, T("mydata.more", "count", len(records.List)-cardsShown))
			break
		}
		lines = append(lines, T("mydata.record", "number", rec.Number, "name", rec.Name,
			"voterid", rec.VoterID.Masked(), "station", placeOf(rec.Station)))
		if rec.Gender != "" || rec.Social != "" {
			lines = append(lines, T("mydata.about", "gender", rec.Gender, "social", rec.Social))
		}
	}
	switch {
	case records.Stopped > 0:
		lines = append(lines, T("mydata.stopped", "count", records.Stopped))
	case len(records.List) == 0:
		lines = append(lines, T("mydata.none"))
	}
	buttons := []Button{global("go", "button.goon")}
	switch {
	case len(records.List) > 0:
		buttons = append(buttons, global("correct", "button.correct"), global("withdraw", "button.leave"))
	case !records.Consented.IsZero():
		buttons = append(buttons, global("withdraw", "button.consent"))
	}
	if records.Stopped > 0 {
		buttons = append(buttons, global("stopped", "button.erase"))
	}
	if own(records.List) {
		buttons = append(buttons, global("about", "button.about"))
	}
	if records.News {
		buttons = append(buttons, global("nonews", "button.nonews"))
	}
	return t.say(Screen{Bubbles: []Bubble{bubble(lines, buttons...)}}), nil
}

func own(list []Record) bool {
	for _, rec := range list {
		if rec.Via == party.Self {
			return true
		}
	}
	return false
}

// placeOf is how a line names a booth: by its station, or as pending.
func placeOf(s *party.Station) any {
	if s == nil {
		return T("booth.pending")
	}
	return T("booth.named", "part", s.Booth.PartString(), "station", *s)
}
