package flows

import (
	"net/url"
	"strings"
	"time"

	"sadasya/party"
)

// The letter of a broadcast: its text in both languages, a photo, a button, and
// the hour at which it goes.

func askForHindi(d Composing, _ Result) Screen {
	return Screen{Bubbles: []Bubble{bubble(append([]Line{T("broadcast.hindi")}, placesLine(d.Audience.Group.Places())...), tap("skip", "button.onlyenglish"))}}
}

func askForEnglish(d Composing, _ Result) Screen {
	b := bubble(append([]Line{T("broadcast.english")}, placesLine(d.Audience.Group.Places())...))
	if d.Letter.Text.Hindi != "" {
		b.Buttons = append(b.Buttons, []Button{tap("skip", "button.onlyhindi")})
	}
	return Screen{Bubbles: []Bubble{b}}
}

// placesLine says what is filled in for everyone.
func placesLine(places []party.Place) []Line {
	if len(places) == 0 {
		return nil
	}
	names := make([]string, len(places))
	for i, p := range places {
		names[i] = "{" + string(p) + "}"
	}
	return []Line{T("broadcast.places", "places", strings.Join(names, " "))}
}

// takeText takes the words in a language; what Telegram would refuse is told at
// once, with its place.
func takeText(l party.Language) func(Composing, Input) (Composing, Event, *Problem) {
	return func(d Composing, in Input) (Composing, Event, *Problem) {
		text := strings.TrimSpace(in.Text)
		if p := letterProblem(party.CheckLetter(text, d.Audience.Group, false)); p != nil {
			return d, stay, p
		}
		if l == party.Hindi {
			d.Letter.Text.Hindi = text
		} else {
			d.Letter.Text.English = text
		}
		return d, wrote, nil
	}
}

func letterProblem(f party.Fault) *Problem {
	switch f.Kind {
	case party.Unclosed:
		return problem("broadcast.unclosed", "at", f.At, "line", f.Line)
	case party.Unopened:
		return problem("broadcast.unopened", "at", f.At, "line", f.Line)
	case party.NoTag:
		return problem("broadcast.notag", "at", f.At, "line", f.Line)
	case party.NoPlace:
		return problem("broadcast.noplace", "at", f.At, "line", f.Line)
	case party.TooLong:
		return problem("broadcast.toolong")
	}
	return nil
}

func skipText(l party.Language) func(Composing, string) (Composing, Event, *Problem) {
	return func(d Composing, _ string) (Composing, Event, *Problem) {
		if l == party.Hindi {
			d.Letter.Text.Hindi = ""
			return d, wrote, nil
		}
		if d.Letter.Text.Hindi == "" {
			return d, stay, nil
		}
		d.Letter.Text.English = ""
		return d, wrote, nil
	}
}

func askForPhoto(Composing, Result) Screen {
	return ask(T("broadcast.photo"), tap("skip", "button.nophoto"))
}

func takePhoto(d Composing, in Input) (Composing, Event, *Problem) {
	if in.Kind != Media || in.File == "" {
		return d, stay, problem("broadcast.nophoto")
	}
	for _, text := range []string{d.Letter.Text.Hindi, d.Letter.Text.English} {
		if party.CheckLetter(text, d.Audience.Group, true).Kind == party.TooLong {
			return d, stay, problem("broadcast.longphoto")
		}
	}
	d.Letter.Photo = in.File
	return d, wrote, nil
}

func skipPhoto(d Composing, _ string) (Composing, Event, *Problem) {
	d.Letter.Photo = ""
	return d, wrote, nil
}

func askForButton(Composing, Result) Screen {
	return ask(T("broadcast.button"), tap("skip", "button.nobutton"))
}

// longestLabel is what a phone shows of a button, in letters.
const longestLabel = 24

// takeButton reads "हिन्दी | English | https://…", or one label for both.
func takeButton(d Composing, in Input) (Composing, Event, *Problem) {
	parts := strings.Split(in.Text, "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	n := len(parts)
	if n < 2 || n > 3 {
		return d, stay, problem("broadcast.nobutton")
	}
	for _, label := range parts[:n-1] {
		if label == "" || len([]rune(label)) > longestLabel {
			return d, stay, problem("broadcast.longlabel")
		}
	}
	u, err := url.Parse(parts[n-1])
	if err != nil || u.Scheme != "https" || !strings.Contains(u.Host, ".") {
		return d, stay, problem("broadcast.nolink")
	}
	d.Letter.Button, d.Letter.URL = party.Text{Hindi: parts[0], English: parts[n-2]}, u.String()
	return d, isShown, nil
}

func skipButton(d Composing, _ string) (Composing, Event, *Problem) {
	d.Letter.Button, d.Letter.URL = party.Text{}, ""
	return d, isShown, nil
}

// Letter is one as it looks in a language; what it is filled with stays open.
type Letter struct {
	party.Letter
	In party.Language
}

// LetterPhoto is the photo of a letter.
type LetterPhoto struct{ ID string }

func (LetterPhoto) picture() {}

// letterBubble is a letter with the button that it has.
func letterBubble(l party.Letter, in party.Language) Bubble {
	b := Bubble{Text: []Line{T("broadcast.letter", "letter", Letter{l, in})}}
	if l.Photo != "" {
		b.Picture = LetterPhoto{l.Photo}
	}
	if l.URL != "" {
		b.Buttons = [][]Button{{{Label: T("broadcast.label", "label", l.Button.In(in)), URL: T("broadcast.label", "label", l.URL)}}}
	}
	return b
}

// askPreview shows the letter in each language that it has, and under the last
// what can be done.
func askPreview(d Composing, r Result) Screen {
	counted, _ := r.(AudienceCounted)
	var s Screen
	both := d.Letter.Text.Hindi != "" && d.Letter.Text.English != ""
	if both {
		s.Bubbles = append(s.Bubbles, letterBubble(d.Letter, party.Hindi))
	}
	last := Bubble{Text: []Line{T("broadcast.letter", "letter", Letter{d.Letter, party.English}), {}, T("broadcast.preview", "count", counted.Count)}}
	if counted.Count > 0 {
		last.Buttons = append(last.Buttons, []Button{tap("now", "button.sendnow")}, []Button{tap("later", "button.sendlater")})
	}
	if d.Letter.Text.Hindi != "" {
		last.Buttons = append(last.Buttons, []Button{tap("try:hi", "button.tryhindi")})
	}
	if d.Letter.Text.English != "" {
		last.Buttons = append(last.Buttons, []Button{tap("try:en", "button.tryenglish")})
	}
	last.Buttons = append(last.Buttons, []Button{tap("text", "button.changetext")})
	s.Bubbles = append(s.Bubbles, last)
	return s
}

func tapTry(d Composing, arg string) (Composing, Event, *Problem) {
	d.Try, _ = party.ParseLanguage(arg)
	return d, isTried, nil
}

// askTrying sends the letter to who composes it, as others will get it.
func askTrying(d Composing, _ Result) Screen {
	return Screen{Bubbles: []Bubble{letterBubble(d.Letter, d.Try), bubble(append([]Line{T("broadcast.tried")}, placesLine(d.Letter.Places())...))}}
}

func tapNow(d Composing, _ string) (Composing, Event, *Problem) {
	d.At = 0
	return d, asksSure, nil
}

func askForHour(Composing, Result) Screen { return ask(T("broadcast.hour")) }

// The hours between which broadcasts go, and how far ahead one may be planned.
const (
	firstHour, lastHour = 8, 21
	farthest            = 30 * 24 * time.Hour
)

// takeHour reads "18:30", today or tomorrow, or "8/2 18:30".
func takeHour(d Composing, in Input) (Composing, Event, *Problem) {
	now := in.At.In(party.India())
	text := strings.Join(strings.Fields(party.LatinDigits(in.Text)), " ")
	at, err := time.ParseInLocation("2/1 15:04", text, party.India())
	if err == nil {
		at = at.AddDate(now.Year()-at.Year(), 0, 0)
		if at.Before(now) {
			at = at.AddDate(1, 0, 0)
		}
	} else if at, err = time.ParseInLocation("15:04", text, party.India()); err == nil {
		at = time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, party.India())
		if at.Before(now) {
			at = at.AddDate(0, 0, 1)
		}
	}
	switch {
	case err != nil:
		return d, stay, problem("broadcast.nohour")
	case at.Hour() < firstHour || at.Hour() >= lastHour:
		return d, stay, problem("broadcast.quiet")
	case at.Sub(now) > farthest:
		return d, stay, problem("broadcast.far")
	}
	d.At = at.Unix()
	return d, asksSure, nil
}

// starsFor is what Telegram asks for so many messages beyond the free rate: a
// tenth of a Star each. Source: Bot API, "Paid Broadcasts".
func starsFor(messages int) int { return (messages + 9) / 10 }

func askForSure(d Composing, r Result) Screen {
	counted, _ := r.(AudienceCounted)
	lines := append([]Line{T("broadcast.sure", "count", counted.Count)}, audienceLines(d.Audience)...)
	lines = append(lines, goesLines(d.At, counted.Clock)...)
	if counted.Others {
		lines = append(lines, T("broadcast.others"))
	}
	b := bubble(lines, tap("yes", "button.sendto", "count", counted.Count))
	if counted.Fast > 0 {
		if d.Paid {
			b.Text = append(b.Text, paidWords(counted.Count, counted.Fast))
			b.Buttons = append(b.Buttons, []Button{tap("paid", "button.free")})
		} else {
			b.Buttons = append(b.Buttons, []Button{tap("paid", "button.paid", "stars", starsFor(counted.Count))})
		}
	}
	return Screen{Bubbles: []Bubble{b}}
}

// goesLines say when a broadcast goes that is meant for an hour, 0 for now.
func goesLines(at int64, c Clock) (lines []Line) {
	switch {
	case at > c.Now:
		return []Line{hourWords(at)}
	case at != 0:
		lines = append(lines, T("broadcast.passed", "at", momentOf(at)))
	}
	if c.Night != 0 {
		lines = append(lines, T("sent.sleeps", "at", momentOf(c.Night)))
	}
	return lines
}

// hourWords says when a broadcast goes.
func hourWords(unix int64) Line { return T("broadcast.at", "at", momentOf(unix)) }

// momentOf is a time in Unix seconds as it is said.
func momentOf(unix int64) Moment {
	at := time.Unix(unix, 0).In(party.India())
	return Moment{On: party.Date{Year: at.Year(), Month: int(at.Month()), Day: at.Day()}, Hour: at.Hour(), Minute: at.Minute()}
}

// paidWords says what a broadcast costs.
func paidWords(messages, rate int) Line {
	return T("broadcast.paid", "stars", starsFor(messages), "rate", rate)
}

func tapPaid(d Composing, _ string) (Composing, Event, *Problem) {
	d.Paid = !d.Paid
	return d, stay, nil
}
