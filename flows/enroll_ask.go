package flows

import (
	"slices"
	"strconv"

	"sadasya/party"
)

// What each state of the enrolment says, in the order of the conversation. The
// words are in locales.

// shareButton opens WhatsApp with an invitation that carries the inviter's code.
func shareButton(d Enrolment) Button {
	return Button{Label: T("button.share"), Share: T("share.text", "link", Link(d.Code))}
}

func askLanguage(d Enrolment, _ Result) Screen {
	line := T("welcome.text")
	if d.Inviter.Name != "" {
		line = T("welcome.invited", "inviter", d.Inviter.Name)
	}
	return ask(line, global("hi", "button.hindi"), global("en", "button.english"), tap("genuine", "button.genuine"))
}

func askGenuine(Enrolment, Result) Screen {
	return ask(T("genuine.text"), global("hi", "button.hindi"), global("en", "button.english"))
}

func askConsent(d Enrolment, _ Result) Screen {
	line := T("consent.text")
	if d.Via == party.Family {
		line = T("consent.family")
	}
	return ask(line, tap("agree", "button.agree"), tap("listen", "button.listen"),
		tap("notice", "button.notice"), tap("no", "button.decline"))
}

// askHeard reads the notice out, for who cannot read, and asks again.
func askHeard(d Enrolment, r Result) Screen {
	s := askConsent(d, r)
	s.Bubbles = append([]Bubble{{Voice: "consent"}}, s.Bubbles...)
	return s
}

func askNotice(Enrolment, Result) Screen {
	return ask(T("notice.text"), tap("agree", "button.agree"), tap("no", "button.decline"))
}

func askDeclined(Enrolment, Result) Screen {
	return ask(T("declined.text"), tap("agree", "button.agree"))
}

func askName(d Enrolment, _ Result) Screen {
	if d.Via == party.Family {
		return ask(T("name.family"))
	}
	return ask(T("name.ask"))
}

func askNameOwn(d Enrolment, _ Result) Screen {
	return ask(T("name.own", "name", d.Heard), tap("yes", "button.yes"), tap("retype", "button.retype"))
}

func askVoterID(d Enrolment, _ Result) Screen {
	if d.NoCard && boothAnswered(d) {
		return ask(T("voterid.later"), tap("where", "button.where"))
	}
	return ask(T("voterid.ask"), tap("where", "button.where"), tap("nocard", "button.nocard"))
}

func askVoterIDSeen(d Enrolment, _ Result) Screen {
	line := T("voterid.spoken", "voterid", d.Read.ID)
	letters := slices.DeleteFunc(slices.Clone(d.Read.Repairs), func(r party.Repair) bool { return r.Pos >= 3 })
	if len(letters) > 0 {
		line = T("voterid.repaired", "repairs", repairs(letters), "voterid", d.Read.ID)
	}
	return ask(line, tap("yes", "button.yes"), tap("retype", "button.retype"))
}

func askVoterIDOdd(d Enrolment, _ Result) Screen {
	return ask(T("voterid.odd", "voterid", d.Read.ID), tap("keep", "button.keep"))
}

func askBooth(d Enrolment, _ Result) Screen {
	s := *d.Inviter.Station
	line := T("booth.ask", "station", s, "ac", AC(s.Booth.AC), "part", s.Booth.PartString())
	if d.Via == party.Family {
		line.Key = "booth.family"
	}
	return ask(line,
		tap("here", "button.here"), tap("else", "button.else"), tap("unknown", "button.unknown"))
}

func askDistrict(_ Enrolment, r Result) Screen {
	list, _ := r.(Districts)
	b := Bubble{Text: []Line{T("district.ask")}}
	for _, c := range list.List {
		b.Buttons = inRows(b.Buttons, 2, tap("pick:"+c.DistrictEN, "button.districtname", "district", DistrictOf(c)))
	}
	return withUnknown(b)
}

func askConstituency(_ Enrolment, r Result) Screen {
	list, _ := r.(Constituencies)
	b := Bubble{Text: []Line{T("ac.ask")}}
	for _, c := range list.List {
		b.Buttons = inRows(b.Buttons, 2, tap("pick:"+itoa(c.AC), "button.acname", "ac", c))
	}
	return withUnknown(b)
}

func askStations(_ Enrolment, r Result) Screen { return withUnknown(stationsBubble(r)) }

// stationsBubble lists one page of a constituency's booths.
func stationsBubble(r Result) Bubble {
	s, _ := r.(Stations)
	b := Bubble{Text: []Line{T("stations.ask", "ac", s.Constituency)}}
	for _, st := range s.List {
		part := st.Booth.PartString()
		b.Text = append(b.Text, T("stations.item", "part", part, "station", st))
		b.Buttons = inRows(b.Buttons, 4, tap("pick:"+part, "button.part", "part", part))
	}
	b.Buttons = turning(b.Buttons, s.Page, s.More)
	return b
}

// pageOf reads the page that a button turns to; what is none stays.
func pageOf(arg string, page int) int {
	if n, err := strconv.Atoi(arg); err == nil && n >= 0 {
		return n
	}
	return page
}

// turning adds the buttons that turn a page.
func turning(rows [][]Button, page int, more bool) [][]Button {
	var turn []Button
	if page > 0 {
		turn = append(turn, tap("page:"+itoa(page-1), "button.previous"))
	}
	if more {
		turn = append(turn, tap("page:"+itoa(page+1), "button.next"))
	}
	if len(turn) > 0 {
		rows = append(rows, turn)
	}
	return rows
}

func askCheck(d Enrolment, _ Result) Screen {
	return Screen{Bubbles: []Bubble{bubble(checkLines(d),
		tap("confirm", "button.confirm"), tap("name", "button.name"),
		tap("number", "button.number"), tap("booth", "button.booth"))}}
}

// checkLines are what is confirmed, to the letter.
func checkLines(d Enrolment) []Line {
	number := T("check.number", "voterid", d.VoterID)
	switch {
	case len(d.Repairs) > 0:
		number = T("check.repaired", "voterid", d.VoterID, "repairs", repairs(d.Repairs))
	case d.VoterID.Form == party.Modern && !d.VoterID.Check:
		number = T("check.odd", "voterid", d.VoterID)
	}
	lines := []Line{T("check.ask"), T("check.name", "name", d.Name), number, T("check.booth", "booth", boothOf(d))}
	if d.Inviter.Name != "" {
		lines = append(lines, T("check.inviter", "inviter", d.Inviter.Name))
	}
	return lines
}

// repairs says each sign that was changed, once. There is at least one.
func repairs(list []party.Repair) Line {
	one := T("repair.one", "from", string(list[0].From), "to", string(list[0].To))
	rest := slices.DeleteFunc(slices.Clone(list[1:]), func(r party.Repair) bool {
		return r.From == list[0].From && r.To == list[0].To
	})
	if len(rest) == 0 {
		return one
	}
	return T("repair.several", "one", one, "rest", repairs(rest))
}

// askNews shows the receipt and, once, whether news may be sent.
func askNews(d Enrolment, _ Result) Screen {
	second := Bubble{Text: []Line{T("news.ask")}, Buttons: [][]Button{{tap("yes", "button.news"), tap("no", "button.nothanks")}}}
	return Screen{Bubbles: []Bubble{receipt(d), second}, Receipt: true}
}

// askMember is home: the receipt until it was answered, the number ever after.
func askMember(d Enrolment, _ Result) Screen {
	switch {
	case d.Differs:
		return Screen{Receipt: true, Bubbles: []Bubble{bubble(
			[]Line{T("member.differs", "number", d.Number), T("check.name", "name", d.Name), T("check.booth", "booth", boothOf(d))},
			global("card", "button.card"), global("correct", "button.correct"))}}
	case !d.Before && !d.Told:
		return Screen{Bubbles: []Bubble{receipt(d)}, Receipt: true}
	}
	line := T("member.home", "number", d.Number)
	switch {
	case d.Via == party.Family:
		line = T("member.family", "number", d.Number)
	case d.Before && !d.Told:
		line = T("member.already", "number", d.Number)
	}
	b := bubble([]Line{line}, global("card", "button.card"), global("add", "button.add"), shareButton(d))
	if d.Via != party.Family {
		b.Buttons = append(b.Buttons, []Button{global("about", "button.about")})
	}
	return Screen{Bubbles: []Bubble{b}}
}

func receipt(d Enrolment) Bubble {
	done := T("receipt.done", "name", d.Name)
	if d.Via == party.Family {
		done = T("receipt.family", "name", d.Name)
	}
	lines := []Line{done, T("receipt.number", "number", d.Number)}
	if !d.Matched {
		lines = append(lines, T("receipt.match"))
	}
	return bubble(lines, global("card", "button.card"), global("add", "button.add"), shareButton(d))
}

func askWhich(_ Enrolment, r Result) Screen {
	records, _ := r.(Records)
	return pickRecord(T("which.correct"), records)
}

// pickRecord offers the records of a chat by name.
func pickRecord(line Line, records Records) Screen {
	b := Bubble{Text: []Line{line}}
	for _, rec := range records.List {
		b.Buttons = append(b.Buttons, []Button{tap("pick:"+string(rec.Number), "button.person", "name", rec.Name)})
	}
	return Screen{Bubbles: []Bubble{b}}
}

func askCorrected(d Enrolment, _ Result) Screen {
	return ask(T("corrected.text", "number", d.Number), global("card", "button.card"), global("go", "button.goon"))
}

func askNoRecord(Enrolment, Result) Screen {
	return ask(T("card.none"), global("start", "button.join"))
}

// inRows adds a button to the last row, or begins a row once n stand there.
func inRows(rows [][]Button, n int, b Button) [][]Button {
	if last := len(rows) - 1; last >= 0 && len(rows[last]) < n {
		rows[last] = append(rows[last], b)
		return rows
	}
	return append(rows, []Button{b})
}

func withUnknown(b Bubble) Screen {
	b.Buttons = append(b.Buttons, []Button{tap("unknown", "button.unknown")})
	return Screen{Bubbles: []Bubble{b}}
}

// boothOf is how a draft's booth is said: a station, or as pending.
func boothOf(d Enrolment) any { return placeOf(station(d)) }
