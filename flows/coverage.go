package flows

import (
	"strconv"

	"sadasya/party"
)

// Where enrollers are missing, and the pace towards the targets: for chief
// enrollers of their area, for admins of the state and of what lies in it.

const coverageName = "coverage"

const (
	covering  State = "coverage"
	mapped    State = "map"
	pacing    State = "pace"
	sharing   State = "shares"
	narrowing State = "narrow"
	sheeting  State = "sheet"
	sheeted   State = "sheeted"

	looksAtMap    Event = "looks at the map"
	looksAtPace   Event = "looks at the pace"
	looksAtShares Event = "looks at the shares"
	narrows       Event = "narrows the area"
	wantsSheet    Event = "wants a sheet"
	isMade        Event = "is being made"
)

// Covering is the draft of who looks at the coverage: the area, zero for the
// whole of their office.
type Covering struct {
	District string `json:"d,omitempty"`
	AC       int    `json:"a,omitempty"`
}

func (d Covering) area() party.Area { return party.Area{District: d.District, AC: d.AC} }

type coverageTaps = map[string]func(Covering, string) (Covering, Event, *Problem)

func coverage() *Table[Covering] {
	return &Table[Covering]{
		Name: coverageName, Version: 1, First: covering,
		Moves: []Move{
			{looksAtMap, []State{covering}, mapped},
			{looksAtPace, []State{covering}, pacing},
			{looksAtShares, []State{covering}, sharing},
			{narrows, []State{covering}, narrowing},
			{placed, []State{narrowing}, covering},
			{wantsSheet, []State{covering}, sheeting},
			{isDone, []State{sheeting}, covering},
			{isMade, []State{sheeting}, sheeted},
			{back, []State{mapped, pacing, sharing, narrowing, sheeted}, covering},
		},
		Steps: map[State]Step[Covering]{
			covering: {Run: runCoverage, Ask: askCoverage, Rests: true, Taps: coverageTaps{
				"map": covers(looksAtMap), "pace": covers(looksAtPace), "shares": covers(looksAtShares),
				"sheet": covers(wantsSheet), "narrow": covers(narrows), "whole": tapWhole,
			}},
			mapped:    {Run: runCoverage, Ask: askMap},
			pacing:    {Run: runCoverage, Ask: askPace},
			sharing:   {Run: runCoverage, Ask: askShares},
			narrowing: {Run: runNarrow, Ask: askNarrow, Taps: coverageTaps{"pick": tapNarrow}},
			sheeting:  {Run: runSheet, Done: doneSheet},
			sheeted:   {Ask: askSheeted, Rests: true},
		},
	}
}

// covers is a button that only moves.
func covers(ev Event) func(Covering, string) (Covering, Event, *Problem) {
	return func(d Covering, _ string) (Covering, Event, *Problem) { return d, ev, nil }
}

func runCoverage(d Covering, _ Nonce) Effect { return LoadCoverage{Area: d.area()} }

func askCoverage(d Covering, r Result) Screen {
	c, _ := r.(Coverage)
	if c.Office == "" {
		return ask(T("appoint.none"), global("go", "button.goon"))
	}
	all := c.Whole()
	lines := []Line{
		T("cover.title", "area", areaWords(c.Area), "date", c.Today),
		T("cover.booths", "empty", all.Booths-all.Filled, "booths", all.Booths),
	}
	if c.Aims.WomenPerBooth > 0 {
		lines = append(lines, T("cover.women", "booths", all.Booths-all.Women))
	}
	if reserved := c.reservedWords(); reserved.Key != "" {
		lines = append(lines, reserved)
	}
	if len(c.Fill) > 0 {
		lines = append(lines, T("cover.fill"))
	}
	for i, g := range c.Fill {
		lines = append(lines, T("cover.gap", "n", itoa(i+1), "booth", g.Station.Booth, "station", g.Station, "why", gapWords(g)))
	}
	buttons := []Button{
		{Label: T("button.share"), Share: c.shareWords()},
		tap("map", "button.map"), tap("sheet", "button.sheet"), tap("pace", "button.pace"), tap("shares", "button.shares"),
	}
	if len(c.Parts) > 1 {
		buttons = append(buttons, tap("narrow", "button.narrow"))
	}
	if d != (Covering{}) {
		buttons = append(buttons, tap("whole", "button.whole"))
	}
	return Screen{Bubbles: []Bubble{bubble(lines, buttons...)}}
}

// Against sets what the campaign aims at beside what was counted.
func (c Coverage) Against(drive party.Campaign) Coverage {
	booths := c.Whole().Booths
	c.Members = c.Members.Towards(drive.MembersCourse(booths, c.AllBooths))
	c.Enrollers = c.Enrollers.Towards(drive.EnrollersCourse(booths, c.AllBooths))
	c.Aims = drive.Aims
	return c
}

// AreaWords names the area.
func (c Coverage) AreaWords() Line { return T("cover.area", "area", areaWords(c.Area)) }

// Whole sums the constituencies up.
func (c Coverage) Whole() (all Covered) {
	for _, p := range c.Parts {
		all.Booths += p.Booths
		all.Filled += p.Filled
		all.Women += p.Women
		all.Enrollers += p.Enrollers
		all.Reserved += p.Reserved
		all.Added += p.Added
		all.Confirmed += p.Confirmed
	}
	return all
}

// ShortOf tells whether a reserved constituency has fewer enrollers of its
// category than are aimed at.
func (p Covered) ShortOf(a party.Aims) bool {
	return p.Reserved < a.ReservedWanted(p.Constituency.Reservation, p.Enrollers)
}

// reservedWords tells of reserved constituencies that are short; nothing where
// none is reserved.
func (c Coverage) reservedWords() Line {
	seats, short := 0, 0
	var one party.SocialCategory
	for _, p := range c.Parts {
		if c.Aims.ReservedWanted(p.Constituency.Reservation, p.Enrollers) == 0 {
			continue
		}
		seats++
		one = party.SocialCategory(p.Constituency.Reservation)
		if p.ShortOf(c.Aims) {
			short++
		}
	}
	switch {
	case seats == 0:
		return Line{}
	case len(c.Parts) > 1:
		return T("cover.reserved", "short", short, "seats", seats)
	case short > 0:
		return T("cover.reserved.short", "category", one, "aim", c.Aims.Reserved, "least", party.LeastGroup)
	}
	return T("cover.reserved.met", "category", one, "aim", c.Aims.Reserved)
}

// gapWords says why a booth is to be filled.
func gapWords(g party.Gap) Line {
	reasons := g.Reasons()
	first := reasonWords(g, reasons[0])
	if len(reasons) == 1 {
		return first
	}
	return T("cover.why", "first", first, "second", reasonWords(g, reasons[1]))
}

func reasonWords(g party.Gap, r party.GapReason) Line {
	switch r {
	case party.GapEmpty:
		return T("cover.why.empty")
	case party.GapNoWoman:
		return T("cover.why.nowoman")
	case party.GapMembers:
		return T("cover.why.members", "count", g.Members)
	case party.GapBuilding:
		return T("cover.why.building")
	case party.GapFar:
		return T("cover.why.far")
	}
	return T("cover.why.quiet")
}

// shareWords is what is forwarded by WhatsApp.
func (c Coverage) shareWords() Line {
	all := c.Whole()
	if len(c.Fill) == 0 {
		return T("cover.share.none", "area", areaWords(c.Area), "date", c.Today, "empty", all.Booths-all.Filled, "booths", all.Booths)
	}
	words := T("cover.share", "area", areaWords(c.Area), "date", c.Today, "empty", all.Booths-all.Filled, "booths", all.Booths)
	for _, g := range c.Fill {
		words = T("cover.lines", "above", words, "below", T("cover.share.gap", "booth", g.Station.Booth, "station", g.Station))
	}
	return words
}

func askMap(_ Covering, r Result) Screen {
	c, _ := r.(Coverage)
	b := bubble([]Line{T("cover.title", "area", areaWords(c.Area), "date", c.Today)})
	if c.Office != "" {
		b.Picture = CoveragePicture{c}
	}
	return Screen{Bubbles: []Bubble{b}}
}

// runNarrow asks for the districts that the person may look at, or for the
// constituencies of one.
func runNarrow(d Covering, _ Nonce) Effect {
	if d.District != "" {
		return ListConstituencies{District: d.District}
	}
	return LoadGround{Office: party.Enroller}
}

func askNarrow(_ Covering, r Result) Screen {
	b := Bubble{Text: []Line{T("cover.narrow")}}
	ground, _ := r.(Ground)
	if list, ok := r.(Constituencies); ok {
		ground.Constituencies = list.List
	}
	for _, c := range ground.Districts {
		b.Buttons = inRows(b.Buttons, 2, tap("pick:"+c.DistrictEN, "button.districtname", "district", DistrictOf(c)))
	}
	for _, c := range ground.Constituencies {
		b.Buttons = inRows(b.Buttons, 2, tap("pick:"+itoa(c.AC), "button.acname", "ac", c))
	}
	return Screen{Bubbles: []Bubble{b}}
}

func tapNarrow(d Covering, arg string) (Covering, Event, *Problem) {
	if ac, err := strconv.Atoi(arg); err == nil {
		return Covering{AC: ac}, placed, nil
	}
	return Covering{District: arg}, placed, nil
}

func tapWhole(Covering, string) (Covering, Event, *Problem) { return Covering{}, stay, nil }

func runSheet(d Covering, _ Nonce) Effect { return AskSheet{Area: d.area()} }

func doneSheet(d Covering, r Result) (Covering, Event, *Problem) {
	if asked, _ := r.(SheetAsked); !asked.Taken {
		return Covering{}, isDone, nil
	}
	return d, isMade, nil
}

// askSheeted is short: the coverage is a full screen by itself.
func askSheeted(Covering, Result) Screen { return ask(T("cover.sheet"), global("go", "button.goon")) }

// coverageCommand finds a command of this room.
func coverageCommand(name string) (c command, typed, ok bool) {
	if name != "coverage" {
		return command{}, false, false
	}
	return command{run: func(e *Engine, t Turn, in Input) (Turn, error) {
		return e.start(t, in, coverageName, "", nil)
	}}, true, true
}

// coverageNotice says a notice of this room.
func coverageNotice(n Notice) (Screen, bool) {
	if n.Kind != NoticeShort {
		return Screen{}, false
	}
	return ask(T("pace.short", "area", areaWords(n.Area), "days", party.ShortDaysTold), global("coverage", "button.coverage"), global("topics", "button.topics")), true
}
