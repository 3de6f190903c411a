package flows

import (
	"slices"
	"strconv"

	"sadasya/party"
)

// What each state of the assisted enrolment says, in the order of the
// conversation. The words are in locales.

func askBeside(d Assisting, _ Result) Screen {
	buttons := []Button{tap("listen", "button.listen")}
	line := T("assist.ask")
	if d.Told {
		line = T("assist.next")
		buttons = append(buttons, tap("notice", "button.notice"))
	}
	buttons = append(buttons, waitingButtons(d)...)
	s := ask(line, append(buttons, tap("close", "button.close"))...)
	if !d.Told {
		s.Bubbles = append([]Bubble{{Text: []Line{T("assist.notice")}}}, s.Bubbles...)
	}
	return s
}

func waitingButtons(d Assisting) []Button {
	if d.Waiting == 0 {
		return nil
	}
	return []Button{tap("waiting", "button.waiting", "count", d.Waiting)}
}

// askBesideHeard reads the notice out, for the person to hear it.
func askBesideHeard(d Assisting, r Result) Screen {
	d.Told = true
	s := askBeside(d, r)
	s.Bubbles[0].Text = []Line{T("assist.ask")}
	s.Bubbles = append([]Bubble{{Voice: "consent"}}, s.Bubbles...)
	return s
}

func askUnread(d Assisting, _ Result) Screen {
	return ask(T("assist.unread", "words", d.Hand.Words), tap("drop", "button.drop"))
}

func askHandName(d Assisting, _ Result) Screen {
	line := T("assist.name")
	if d.Hand.Name == "" {
		line = T("assist.whose", "voterid", d.Hand.VoterID)
	}
	return ask(line, tap("drop", "button.drop"))
}

func askHandNumber(d Assisting, _ Result) Screen {
	return ask(T("assist.number", "name", d.Hand.Name), tap("where", "button.where"), tap("drop", "button.drop"))
}

func askHandSeen(d Assisting, r Result) Screen {
	return aboutHand(d, askVoterIDSeen(Enrolment{Read: d.Hand.Read}, r))
}

func askHandOdd(d Assisting, r Result) Screen {
	return aboutHand(d, askVoterIDOdd(Enrolment{Read: d.Hand.Read}, r))
}

// aboutHand says above a question whom it is about.
func aboutHand(d Assisting, s Screen) Screen {
	if d.Hand.Name != "" {
		s.Bubbles[0].Text = append([]Line{T("assist.about", "name", d.Hand.Name)}, s.Bubbles[0].Text...)
	}
	return s
}

func askMobile(d Assisting, _ Result) Screen {
	return ask(T("assist.mobile", "name", d.Hand.Name), tap("skip", "button.nomobile"))
}

func askHandBooth(d Assisting, _ Result) Screen {
	var buttons []Button
	if d.Own != nil {
		buttons = append(buttons, tap("here", "button.ownbooth", "part", d.Own.Booth.PartString()))
	}
	return ask(T("assist.booth", "name", d.Hand.Name), append(buttons, tap("unknown", "button.unknown"))...)
}

// askCard is what is read out and confirmed, to the letter.
func askCard(d Assisting, _ Result) Screen {
	lines := checkLines(Enrolment{Name: d.Hand.Name, VoterID: d.Hand.VoterID, Repairs: d.Hand.Repairs, Station: handStation(d)})
	lines[0] = T("assist.card")
	own := T("assist.hasmobile", "mobile", d.Hand.Mobile)
	if d.Hand.Mobile == "" {
		own = T("assist.hasnone")
	}
	return Screen{Bubbles: []Bubble{bubble(append(lines, own),
		tap("yes", "button.saysyes"), tap("name", "button.name"), tap("number", "button.number"),
		tap("booth", "button.booth"), tap("mobile", "button.mobile"), tap("drop", "button.drop"))}}
}

// askRecorded gives the slip on: by WhatsApp where there is a mobile.
func askRecorded(d Assisting, _ Result) Screen {
	lines := []Line{T("receipt.family", "name", d.Hand.Name), T("receipt.number", "number", d.Number)}
	if !d.Matched {
		lines = append(lines, T("assist.match"))
	}
	var buttons []Button
	if d.Hand.Mobile != "" {
		lines = append(lines, T("assist.send"))
		words := T("assist.sliptext", "name", d.Hand.Name, "by", d.By, "link", Link(d.Slip))
		buttons = append(buttons, Button{Label: T("button.sendslip"), Share: words, To: d.Hand.Mobile})
	} else {
		lines = append(lines, T("assist.paper"))
	}
	buttons = append(buttons, tap("slip", "button.slip"))
	return Screen{Bubbles: []Bubble{bubble(lines, append(buttons, onButtons(d)...)...)}, Receipt: true}
}

func onButtons(d Assisting) []Button {
	return append(append([]Button{tap("next", "button.nextperson")}, waitingButtons(d)...), tap("close", "button.close"))
}

func askOwnSlip(d Assisting, _ Result) Screen {
	b := bubble([]Line{T("assist.slip", "name", d.Hand.Name)}, onButtons(d)...)
	b.Picture = SlipPicture{Name: d.Hand.Name, Number: d.Number, By: d.By, Slip: d.Slip}
	return Screen{Bubbles: []Bubble{b}}
}

// askWaiting lists who waits, with buttons for each.
func askWaiting(d Assisting, r Result) Screen {
	all, _ := r.(Drafts)
	if all.Waiting == 0 {
		return ask(T("assist.nobody"), tap("next", "button.nextperson"), tap("close", "button.close"))
	}
	b := Bubble{Text: []Line{T("assist.waiting", "count", all.Waiting, "hours", DraftHours)}}
	for i, draft := range all.List {
		n, id := itoa(all.Page*DraftsAtOnce+i+1), strconv.FormatInt(draft.ID, 10)
		b.Text = append(b.Text, waitingLine(n, draft))
		row := []Button{tap("edit:"+id, "button.edit", "n", n), tap("drop:"+id, "button.cross", "n", n)}
		if draft.Plain() {
			row = slices.Insert(row, 0, tap("yes:"+id, "button.tick", "n", n))
		}
		b.Buttons = append(b.Buttons, row)
	}
	b.Buttons = turning(b.Buttons, all.Page, all.More)
	b.Buttons = append(b.Buttons, []Button{tap("next", "button.nextperson")}, []Button{tap("close", "button.close")})
	return Screen{Bubbles: []Bubble{b}}
}

// waitingLine says of a draft what a yes would confirm, or what is missing.
func waitingLine(n string, d AssistDraft) Line {
	switch {
	case d.Plain():
		return T("assist.ready", "n", n, "name", d.Name, "voterid", d.VoterID, "booth", partOf(d.Station))
	case d.Read != nil && d.Name != "":
		return T("assist.asks", "n", n, "name", d.Name, "voterid", d.Read.ID)
	case d.Ready():
		return T("assist.asks", "n", n, "name", d.Name, "voterid", d.VoterID)
	case d.Name != "":
		return T("assist.misses", "n", n, "name", d.Name)
	case d.numbered() != "":
		id := d.VoterID
		if d.Read != nil {
			id = d.Read.ID
		}
		return T("assist.nameless", "n", n, "voterid", id)
	}
	return T("assist.words", "n", n, "words", d.Words)
}

// partOf names a booth shortly: by its part, or as pending.
func partOf(s *party.Station) any {
	if s == nil {
		return T("booth.pending")
	}
	return s.Booth.PartString()
}

func askClosed(d Assisting, _ Result) Screen {
	line := T("assist.closed")
	if d.Added > 0 {
		line = T("assist.added", "count", d.Added)
	}
	return ask(line, append(append([]Button{tap("next", "button.nextperson")}, waitingButtons(d)...), global("progress", "button.progress"))...)
}

// askPowerless tells who appoints others how to enrol too.
func askPowerless(d Assisting, _ Result) Screen {
	if d.Office != "" {
		return ask(T("assist.appointer"), global("appoint", "button.appoint"), global("go", "button.goon"))
	}
	return ask(T("enroller.none"), global("add", "button.add"), global("go", "button.goon"))
}
