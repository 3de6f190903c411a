package flows

import (
	"strconv"

	"sadasya/party"
)

// What a chief enroller does with the enrollers of the area, and an admin with
// those of any: see who is how far, write to one, move, suspend, reinstate. The
// screens of one office-holder are in team_holder.go.

const teamName = "team"

const (
	teamArea       State = "area"
	teamDistrict   State = "district"
	teamAC         State = "ac"
	teamList       State = "list"
	teamHolder     State = "holder"
	teamLetter     State = "letter"
	teamSending    State = "sending"
	teamBooth      State = "booth"
	teamSought     State = "sought"
	teamToDistrict State = "todistrict"
	teamToAC       State = "toac"
	teamWhy        State = "why"
	teamChanging   State = "changing"

	opens     Event = "opens one"
	writes    Event = "writes"
	sends     Event = "sends"
	movesThem Event = "moves them"
	resettles Event = "moves a chief"
	needsWhy  Event = "needs a reason"
	changes   Event = "changes it"
)

// Teaming is the draft of who looks after a team.
type Teaming struct {
	Area    party.Area     `json:"a,omitzero"` // that is shown; zero: all of the person's
	View    TeamView       `json:"v,omitempty"`
	Page    int            `json:"p,omitempty"`
	ID      int64          `json:"i,omitempty"` // of the office that is open
	Change  OfficeChange   `json:"c,omitempty"`
	Reason  ChangeReason   `json:"r,omitempty"`
	To      party.Area     `json:"t,omitzero"` // to be moved to
	Station *party.Station `json:"s,omitempty"`
	Words   string         `json:"w,omitempty"` // of a letter, until it is sent
}

type teamTaps = map[string]func(Teaming, string) (Teaming, Event, *Problem)

func team() *Table[Teaming] {
	return &Table[Teaming]{
		Name: teamName, Version: 1, First: teamArea, Entries: []State{teamDistrict},
		Moves: []Move{
			{needDistrict, []State{teamArea, teamList}, teamDistrict},
			{needAC, []State{teamDistrict}, teamAC},
			{placed, []State{teamArea, teamDistrict, teamAC}, teamList},
			{opens, []State{teamList}, teamHolder},
			{writes, []State{teamHolder}, teamLetter},
			{sends, []State{teamLetter}, teamSending},
			{movesThem, []State{teamHolder, teamSought}, teamBooth},
			{sought, []State{teamBooth}, teamSought},
			{resettles, []State{teamHolder}, teamToDistrict},
			{needAC, []State{teamToDistrict}, teamToAC},
			{needsWhy, []State{teamHolder, teamSought, teamToDistrict, teamToAC}, teamWhy},
			{changes, []State{teamWhy}, teamChanging},
			{isDone, []State{teamSending, teamChanging}, teamHolder},
			{back, []State{teamHolder, teamDistrict}, teamList},
			{back, []State{teamAC}, teamDistrict},
			{back, []State{teamLetter, teamBooth, teamToDistrict, teamWhy}, teamHolder},
			{back, []State{teamToAC}, teamToDistrict},
		},
		Steps: map[State]Step[Teaming]{
			teamArea:       {Run: runTeamGround, Done: doneTeamArea},
			teamDistrict:   {Run: runTeamGround, Ask: askTeamDistrict, Taps: teamTaps{"pick": tapTeamDistrict, "all": tapTeamAll}},
			teamAC:         {Run: runTeamAC, Ask: askTeamAC, Taps: teamTaps{"pick": tapTeamAC, "all": tapTeamWholeDistrict}},
			teamList:       {Run: runTeam, Ask: askTeam, Rests: true, Taps: teamTaps{"view": tapTeamView, "page": tapTeamPage, "open": tapTeamOpen, "where": tapTeamWhere}},
			teamHolder:     {Run: runHolder, Ask: askHolder, Rests: true, Taps: teamTaps{"write": tapWrite, "move": tapMove, "area": tapResettle, "suspend": tapChange(OfficeSuspend), "reinstate": tapChange(OfficeReinstate)}},
			teamLetter:     {Run: runHolder, Ask: askLetter, Take: takeLetter},
			teamSending:    {Run: runLetter, Done: doneLetter},
			teamBooth:      {Run: runTeamBooths, Ask: askTeamBooth, Take: takeTeamBooth, Taps: teamTaps{"pick": tapTeamBooth, "page": tapTeamPage}},
			teamSought:     {Run: runTeamSought, Done: doneTeamSought},
			teamToDistrict: {Run: runToDistrict, Ask: askToDistrict, Taps: teamTaps{"pick": tapToDistrict, "all": tapToState}},
			teamToAC:       {Run: runToAC, Ask: askToAC, Taps: teamTaps{"pick": tapToAC, "all": tapToWholeDistrict}},
			teamWhy:        {Run: runHolder, Ask: askWhy, Taps: teamTaps{"for": tapWhy}},
			teamChanging:   {Run: runChange, Done: doneChange},
		},
	}
}

// teamCommand finds a command of this room.
func teamCommand(name string) (c command, typed, ok bool) {
	switch name {
	case "team":
		return command{run: anew(teamName)}, true, true
	case "resign":
		return command{run: anew(resignName)}, true, true
	}
	return command{}, false, false
}

// anew begins a conversation in place of one of its own kind that is under way.
func anew(flow string) func(*Engine, Turn, Input) (Turn, error) {
	return func(e *Engine, t Turn, in Input) (Turn, error) {
		if c := t.Session.Active; c != nil && c.Flow == flow {
			t.Session.Active = nil
		}
		return e.start(t, in, flow, "", nil)
	}
}

func runTeamGround(Teaming, Nonce) Effect { return LoadGround{Office: party.Enroller} }

// doneTeamArea asks for an area where the person's own is the state.
func doneTeamArea(d Teaming, r Result) (Teaming, Event, *Problem) {
	if ground, _ := r.(Ground); len(ground.Districts) > 0 {
		return d, needDistrict, nil
	}
	return d, placed, nil
}

func askTeamDistrict(_ Teaming, r Result) Screen {
	ground, _ := r.(Ground)
	b := bubble([]Line{T("team.where")}, tap("all", "button.wholearea"))
	b.Buttons = append(b.Buttons, append(districtRows(ground.Districts), acRows(ground.Constituencies)...)...)
	return Screen{Bubbles: []Bubble{b}}
}

// districtRows are buttons with the districts of these constituencies.
func districtRows(list []party.Constituency) (rows [][]Button) {
	for _, c := range list {
		rows = inRows(rows, 2, tap("pick:"+c.DistrictEN, "button.districtname", "district", DistrictOf(c)))
	}
	return rows
}

// acRows are buttons with constituencies.
func acRows(list []party.Constituency) (rows [][]Button) {
	for _, c := range list {
		rows = inRows(rows, 2, tap("pick:"+itoa(c.AC), "button.acname", "ac", c))
	}
	return rows
}

// tapTeamDistrict takes a district, or a constituency where those were offered.
func tapTeamDistrict(d Teaming, arg string) (Teaming, Event, *Problem) {
	if _, err := strconv.Atoi(arg); err == nil {
		return tapTeamAC(d, arg)
	}
	d.Area = party.Area{District: arg}
	return d, needAC, nil
}

func tapTeamAll(d Teaming, _ string) (Teaming, Event, *Problem) {
	d.Area, d.Page = party.Area{}, 0
	return d, placed, nil
}

func tapTeamWholeDistrict(d Teaming, _ string) (Teaming, Event, *Problem) {
	d.Page = 0
	return d, placed, nil
}

func runTeamAC(d Teaming, _ Nonce) Effect { return ListConstituencies{District: d.Area.District} }

func askTeamAC(_ Teaming, r Result) Screen {
	list, _ := r.(Constituencies)
	b := bubble([]Line{T("team.where")}, tap("all", "button.wholedistrict"))
	b.Buttons = append(b.Buttons, acRows(list.List)...)
	return Screen{Bubbles: []Bubble{b}}
}

func tapTeamAC(d Teaming, arg string) (Teaming, Event, *Problem) {
	ac, err := strconv.Atoi(arg)
	if err != nil {
		return d, stay, nil
	}
	d.Area, d.Page = party.Area{AC: ac}, 0
	return d, placed, nil
}

func tapTeamWhere(d Teaming, _ string) (Teaming, Event, *Problem) {
	d.Area, d.Page = party.Area{}, 0
	return d, needDistrict, nil
}

func runTeam(d Teaming, _ Nonce) Effect { return LoadTeam{Area: d.Area, View: d.View, Page: d.Page} }

func askTeam(_ Teaming, r Result) Screen {
	all, _ := r.(Team)
	if all.Post.Office == "" {
		return ask(T("team.none"), global("go", "button.goon"))
	}
	b := Bubble{Text: []Line{
		T("team.title", "area", areaWords(all.Area)),
		T("team.tally", "count", all.Active, "quiet", all.Quiet, "suspended", all.Suspended),
		T(viewKeys(all.View).title, "target", all.Target),
	}}
	if len(all.List) == 0 {
		b.Text = append(b.Text, T("team.nobody"))
	}
	for i, h := range all.List {
		n := itoa(i + 1)
		b.Text = append(b.Text, holderLine(n, h, all.Target))
		b.Buttons = inRows(b.Buttons, HoldersAtOnce, tap("open:"+strconv.FormatInt(h.ID, 10), "button.part", "part", n))
	}
	b.Buttons = turning(b.Buttons, all.Page, all.More)
	return Screen{Bubbles: []Bubble{teamButtons(b, all)}}
}

// holderLine is one office-holder in a line of the list.
func holderLine(n string, h Holder, target int) Line {
	if h.Post.Office == party.Chief {
		return T("team.chief", "n", n, "name", nameOf(h.Name), "area", areaWords(h.Post.Area))
	}
	return T("team.enroller", "n", n, "name", nameOf(h.Name), "booth", h.Post.Area.Booth,
		"bar", Bar{Done: h.Confirmed, Of: target, Length: 5}, "added", h.Added, "confirmed", h.Confirmed)
}

// teamButtons offers the other views, and another area where there may be one.
func teamButtons(b Bubble, all Team) Bubble {
	views := []TeamView{Fullest, Emptiest, Quiet, Suspended}
	if all.Post.Office == party.Admin {
		views = append(views, Chiefs)
	}
	for _, v := range views {
		if v != all.View {
			b.Buttons = append(b.Buttons, []Button{tap("view:"+string(v), viewKeys(v).button)})
		}
	}
	if all.Post.Area.AC == 0 {
		b.Buttons = append(b.Buttons, []Button{tap("where", "button.otherarea")})
	}
	return b
}

// viewKeys are the words of a view: above its list, and on its button.
func viewKeys(v TeamView) (keys struct{ title, button string }) {
	switch v {
	case Emptiest:
		keys.title, keys.button = "team.emptiest", "button.emptiest"
	case Quiet:
		keys.title, keys.button = "team.quiet", "button.quiet"
	case Suspended:
		keys.title, keys.button = "team.suspended", "button.suspended"
	case Chiefs:
		keys.title, keys.button = "team.chiefs", "button.chiefs"
	default:
		keys.title, keys.button = "team.fullest", "button.fullest"
	}
	return keys
}

func tapTeamView(d Teaming, arg string) (Teaming, Event, *Problem) {
	d.View, d.Page = TeamView(arg), 0
	return d, stay, nil
}

func tapTeamPage(d Teaming, arg string) (Teaming, Event, *Problem) {
	d.Page = pageOf(arg, d.Page)
	return d, stay, nil
}

func tapTeamOpen(d Teaming, arg string) (Teaming, Event, *Problem) {
	id, err := strconv.ParseInt(arg, 10, 64)
	if err != nil {
		return d, stay, nil
	}
	d.ID = id
	return d, opens, nil
}
