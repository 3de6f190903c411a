package flows

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sadasya/party"
)

// One office-holder: how far they are, and what those over them can do. What is
// done is done by the store, which looks the power up again.

func runHolder(d Teaming, _ Nonce) Effect { return LoadHolder{ID: d.ID} }

// askHolder shows one office-holder. Their own office can only be given up.
func askHolder(_ Teaming, r Result) Screen {
	h, _ := r.(Holder)
	if h.ID == 0 {
		return notYours()
	}
	b := Bubble{Text: holderLines(h)}
	offer := func(x Button) { b.Buttons = append(b.Buttons, []Button{x}) }
	if h.Own {
		offer(global("resign", "button.resign"))
		return Screen{Bubbles: []Bubble{b}}
	}
	offer(tap("write", "button.write"))
	if h.Post.Office == party.Chief {
		offer(tap("area", "button.move"))
	} else {
		offer(tap("move:"+itoa(h.Post.Area.Booth.AC), "button.move"))
	}
	if h.Suspended {
		offer(tap("reinstate", "button.reinstate"))
	} else {
		offer(tap("suspend", "button.suspend"))
	}
	return Screen{Bubbles: []Bubble{b}}
}

func notYours() Screen { return ask(T("team.notyours"), global("team", "button.team")) }

func holderLines(h Holder) []Line {
	lines := []Line{T("holder.name", "name", nameOf(h.Name))}
	if h.Post.Office == party.Chief {
		lines = append(lines, T("holder.area", "area", areaWords(h.Post.Area)))
	} else {
		lines = append(lines,
			T("holder.booth", "ac", AC(h.Post.Area.Booth.AC), "station", boothWordsOf(h)),
			T("holder.code", "code", h.Code),
			T("progress.bar", "bar", Bar{Done: h.Confirmed, Of: h.Target}, "confirmed", h.Confirmed, "target", h.Target),
			T("holder.added", "added", h.Added))
	}
	lines = append(lines, T("holder.since", "date", h.Since))
	if h.Suspended {
		lines = append(lines, T("holder.suspended"))
	}
	return lines
}

// nameOf says a name; one that the command line appointed may have none.
func nameOf(n party.Name) any {
	if n == "" {
		return T("holder.nameless")
	}
	return n
}

// boothWordsOf says an enroller's booth, by its numbers where it is listed no
// more.
func boothWordsOf(h Holder) any {
	if h.Station == nil {
		return h.Post.Area.Booth
	}
	return placeOf(h.Station)
}

func tapWrite(d Teaming, _ string) (Teaming, Event, *Problem) { return d, writes, nil }

func askLetter(_ Teaming, r Result) Screen {
	h, _ := r.(Holder)
	if h.ID == 0 || h.Own {
		return notYours()
	}
	return ask(T("letter.ask", "name", nameOf(h.Name), "most", LetterLimit))
}

func takeLetter(d Teaming, in Input) (Teaming, Event, *Problem) {
	words := strings.TrimSpace(strings.ToValidUTF8(in.Text, ""))
	switch n := utf8.RuneCountInString(words); {
	case n == 0:
		return d, stay, problem("letter.empty")
	case n > LetterLimit:
		return d, stay, problem("letter.long", "found", n, "most", LetterLimit)
	}
	d.Words = words
	return d, sends, nil
}

func runLetter(d Teaming, _ Nonce) Effect { return SendLetter{ID: d.ID, Words: d.Words} }

// doneLetter forgets the words, whatever became of them.
func doneLetter(d Teaming, r Result) (Teaming, Event, *Problem) {
	sent, _ := r.(LetterSent)
	d.Words = ""
	switch {
	case !sent.Done && sent.Wait == 0:
		return d, isDone, nil // the next screen says that it is not theirs
	case sent.Wait > 0:
		return d, isDone, problem("letter.wait", "name", nameOf(sent.Name), "minutes", sent.Wait)
	}
	return d, isDone, problem("letter.sent", "name", nameOf(sent.Name))
}

// tapMove asks for the booth to move to, beginning with those of the present
// constituency.
func tapMove(d Teaming, arg string) (Teaming, Event, *Problem) {
	ac, err := strconv.Atoi(arg)
	if err != nil {
		return d, stay, nil
	}
	d.Change, d.To, d.Page = OfficeMove, party.Area{AC: ac}, 0
	return d, movesThem, nil
}

func runTeamBooths(d Teaming, _ Nonce) Effect { return ListStations{AC: d.To.AC, Page: d.Page} }

func askTeamBooth(_ Teaming, r Result) Screen {
	b := stationsBubble(r)
	b.Text[0] = T("move.booth")
	return Screen{Bubbles: []Bubble{b}}
}

func tapTeamBooth(d Teaming, arg string) (Teaming, Event, *Problem) {
	return takeTeamBooth(d, Input{Text: arg})
}

func takeTeamBooth(d Teaming, in Input) (Teaming, Event, *Problem) {
	b, p := boothWithin(in.Text, max(d.To.AC, d.To.Booth.AC))
	if p != nil {
		return d, stay, p
	}
	d.To, d.Page = party.Area{Booth: b}, 0
	return d, sought, nil
}

func runTeamSought(d Teaming, _ Nonce) Effect { return FindStation{Booth: d.To.Booth} }

func doneTeamSought(d Teaming, r Result) (Teaming, Event, *Problem) {
	found, _ := r.(StationFound)
	if found.Station == nil {
		unlisted := d.To.Booth
		d.To = party.Area{AC: unlisted.AC}
		return d, movesThem, problem("booth.unlisted", "booth", unlisted)
	}
	d.Station = bare(found.Station)
	return d, needsWhy, nil
}

// tapResettle asks for the area that a chief enroller is to have.
func tapResettle(d Teaming, _ string) (Teaming, Event, *Problem) {
	d.Change, d.To, d.Station = OfficeMove, party.Area{}, nil
	return d, resettles, nil
}

func runToDistrict(Teaming, Nonce) Effect { return LoadGround{Office: party.Chief} }

func askToDistrict(_ Teaming, r Result) Screen {
	ground, _ := r.(Ground)
	b := bubble([]Line{T("move.area")}, tap("all", "button.wholestate"))
	b.Buttons = append(b.Buttons, districtRows(ground.Districts)...)
	return Screen{Bubbles: []Bubble{b}}
}

func tapToDistrict(d Teaming, arg string) (Teaming, Event, *Problem) {
	d.To = party.Area{District: arg}
	return d, needAC, nil
}

func tapToState(d Teaming, _ string) (Teaming, Event, *Problem) {
	d.To = party.Area{}
	return d, needsWhy, nil
}

func runToAC(d Teaming, _ Nonce) Effect { return ListConstituencies{District: d.To.District} }

func askToAC(_ Teaming, r Result) Screen {
	list, _ := r.(Constituencies)
	b := bubble([]Line{T("move.area")}, tap("all", "button.wholedistrict"))
	b.Buttons = append(b.Buttons, acRows(list.List)...)
	return Screen{Bubbles: []Bubble{b}}
}

func tapToAC(d Teaming, arg string) (Teaming, Event, *Problem) {
	ac, err := strconv.Atoi(arg)
	if err != nil {
		return d, stay, nil
	}
	d.To = party.Area{AC: ac}
	return d, needsWhy, nil
}

func tapToWholeDistrict(d Teaming, _ string) (Teaming, Event, *Problem) { return d, needsWhy, nil }

// tapChange asks for the reason of what needs nothing else.
func tapChange(c OfficeChange) func(Teaming, string) (Teaming, Event, *Problem) {
	return func(d Teaming, _ string) (Teaming, Event, *Problem) {
		d.Change = c
		return d, needsWhy, nil
	}
}

// askWhy says what is about to be done, and asks why: the answer does it.
func askWhy(d Teaming, r Result) Screen {
	h, _ := r.(Holder)
	if h.ID == 0 || h.Own {
		return notYours()
	}
	lines := []Line{whyLine(d, h), T("why.ask")}
	var buttons []Button
	for _, reason := range ReasonsFor(d.Change) {
		buttons = append(buttons, tap("for:"+string(reason), reasonKey(reason)))
	}
	return Screen{Bubbles: []Bubble{bubble(lines, buttons...)}}
}

func whyLine(d Teaming, h Holder) Line {
	switch {
	case d.Change == OfficeSuspend:
		return T("why.suspend", "name", nameOf(h.Name))
	case d.Change == OfficeReinstate:
		return T("why.reinstate", "name", nameOf(h.Name))
	case d.Station != nil:
		return T("why.move", "name", nameOf(h.Name), "place", placeOf(d.Station))
	}
	return T("why.area", "name", nameOf(h.Name), "place", areaWords(d.To))
}

func reasonKey(r ChangeReason) string {
	switch r {
	case WrongBooth:
		return "reason.booth"
	case NotWorking:
		return "reason.idle"
	case Complaint:
		return "reason.complaint"
	case AskedForIt:
		return "reason.asked"
	case ByMistake:
		return "reason.mistake"
	}
	return "reason.other"
}

func tapWhy(d Teaming, arg string) (Teaming, Event, *Problem) {
	d.Reason = ChangeReason(arg)
	if !slices.Contains(ReasonsFor(d.Change), d.Reason) {
		return d, stay, nil
	}
	return d, changes, nil
}

func runChange(d Teaming, _ Nonce) Effect {
	return ChangeOffice{ID: d.ID, Change: d.Change, Area: d.To, Reason: d.Reason}
}

// doneChange says what was done, and goes back to the office-holder.
func doneChange(d Teaming, r Result) (Teaming, Event, *Problem) {
	changed, _ := r.(OfficeChanged)
	p := problem("team.refused")
	switch {
	case !changed.Done && !changed.There:
	case changed.There:
		p = problem("changed.there", "name", nameOf(changed.Name))
	case d.Change == OfficeMove:
		p = problem("changed.move", "name", nameOf(changed.Name))
	case d.Change == OfficeSuspend:
		p = problem("changed.suspend", "name", nameOf(changed.Name))
	default:
		p = problem("changed.reinstate", "name", nameOf(changed.Name))
	}
	d.Change, d.Reason, d.To, d.Station = "", "", party.Area{}, nil
	return d, isDone, p
}
