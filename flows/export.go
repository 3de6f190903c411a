package flows

import (
	"slices"
	"strconv"

	"sadasya/party"
)

// Taking a list out: the members or the enrollers of an area, as CSV or a
// spreadsheet, made behind and sent to the chat. Voter IDs and mobiles are masked
// in it; the whole list is had by the command line alone.

const exportName = "export"

const (
	exportWhat   State = "what"
	exportWhere  State = "where"
	exportAC     State = "ac"
	exportFormat State = "format"
	exporting    State = "exporting"
	exported     State = "exported"

	whatIsSaid Event = "says what"
	asksFor    Event = "asks for it"
)

// The lists and formats that there are.
const (
	ExportMembers   = "members"
	ExportEnrollers = "enrollers"
	FormatCSV       = "csv"
	FormatXLSX      = "xlsx"
)

// Export is a list that somebody asks for.
type Export struct {
	What   string     `json:"w,omitempty"` // ExportMembers, ExportEnrollers or ExportFailures
	Area   party.Area `json:"a,omitzero"`  // zero: the whole of the person's office
	Format string     `json:"f,omitempty"` // FormatCSV or FormatXLSX

	Broadcast int `json:"b,omitempty"` // of ExportFailures
}

// AskExport has a list made and sent. Its result is ExportAsked.
type AskExport struct{ Export }

// ExportAsked answers AskExport; not taken: the area is not the person's.
type ExportAsked struct{ Taken bool }

func (AskExport) effect()   {}
func (ExportAsked) result() {}

// Exporting is the draft of who takes a list out.
type Exporting struct {
	Export
	District string `json:"d,omitempty"` // whose constituencies are shown
	Taken    bool   `json:"t,omitempty"`
}

type exportTaps = map[string]func(Exporting, string) (Exporting, Event, *Problem)

func export() *Table[Exporting] {
	return &Table[Exporting]{
		Name: exportName, Version: 1, First: entering,
		Moves: []Move{
			{mayEnter, []State{entering}, exportWhat},
			{mayNotEnter, []State{entering}, notAdmin},
			{whatIsSaid, []State{exportWhat}, exportWhere},
			{needAC, []State{exportWhere}, exportAC},
			{placed, []State{exportWhere, exportAC}, exportFormat},
			{asksFor, []State{exportFormat}, exporting},
			{isDone, []State{exporting}, exported},
			{back, []State{exportWhere}, exportWhat},
			{back, []State{exportAC, exportFormat}, exportWhere},
		},
		Steps: map[State]Step[Exporting]{
			entering:     {Run: enters[Exporting](exportName), Done: entered[Exporting]},
			notAdmin:     {Ask: func(Exporting, Result) Screen { return ask(T("appoint.none"), global("go", "button.goon")) }, Rests: true},
			exportWhat:   {Ask: askExportWhat, Taps: exportTaps{"what": tapExportWhat}},
			exportWhere:  {Run: func(Exporting, Nonce) Effect { return LoadGround{Office: party.Enroller} }, Ask: askExportWhere, Taps: exportTaps{"pick": tapExportWhere, "all": tapExportAll}},
			exportAC:     {Run: func(d Exporting, _ Nonce) Effect { return ListConstituencies{District: d.District} }, Ask: askExportAC, Taps: exportTaps{"pick": tapExportWhere, "all": tapExportAll}},
			exportFormat: {Ask: askExportFormat, Taps: exportTaps{"format": tapExportFormat}},
			exporting:    {Run: func(d Exporting, _ Nonce) Effect { return AskExport{d.Export} }, Done: doneExport},
			exported:     {Ask: askExported, Rests: true},
		},
	}
}

func askExportWhat(Exporting, Result) Screen {
	return ask(T("export.what"), tap("what:"+ExportMembers, "button.exportmembers"), tap("what:"+ExportEnrollers, "button.exportenrollers"))
}

func tapExportWhat(_ Exporting, arg string) (Exporting, Event, *Problem) {
	if !slices.Contains([]string{ExportMembers, ExportEnrollers}, arg) {
		return Exporting{}, stay, nil
	}
	return Exporting{Export: Export{What: arg}}, whatIsSaid, nil
}

func askExportWhere(_ Exporting, r Result) Screen {
	ground, _ := r.(Ground)
	b := bubble([]Line{T("export.where")}, tap("all", "button.wholearea"))
	for _, c := range ground.Districts {
		b.Buttons = inRows2(b.Buttons, tap("pick:"+c.DistrictEN, "button.districtname", "district", DistrictOf(c)))
	}
	for _, c := range ground.Constituencies {
		b.Buttons = inRows2(b.Buttons, tap("pick:"+itoa(c.AC), "button.acname", "ac", c))
	}
	return Screen{Bubbles: []Bubble{b}}
}

// inRows2 puts buttons in rows of two, below a first one that has its own.
func inRows2(rows [][]Button, b Button) [][]Button {
	if len(rows) == 1 {
		return append(rows, []Button{b})
	}
	return inRows(rows, 2, b)
}

func askExportAC(_ Exporting, r Result) Screen {
	list, _ := r.(Constituencies)
	b := bubble([]Line{T("export.where")}, tap("all", "button.wholedistrict"))
	for _, c := range list.List {
		b.Buttons = inRows2(b.Buttons, tap("pick:"+itoa(c.AC), "button.acname", "ac", c))
	}
	return Screen{Bubbles: []Bubble{b}}
}

// tapExportWhere takes a constituency, or a district to choose one of.
func tapExportWhere(d Exporting, arg string) (Exporting, Event, *Problem) {
	if ac, err := strconv.Atoi(arg); err == nil {
		d.Area = party.Area{AC: ac}
		return d, placed, nil
	}
	d.District, d.Area = arg, party.Area{}
	return d, needAC, nil
}

func tapExportAll(d Exporting, _ string) (Exporting, Event, *Problem) {
	d.Area = party.Area{District: d.District}
	return d, placed, nil
}

func askExportFormat(d Exporting, _ Result) Screen {
	return ask(T("export.format"), tap("format:"+FormatXLSX, "button.xlsx"), tap("format:"+FormatCSV, "button.csv"))
}

func tapExportFormat(d Exporting, arg string) (Exporting, Event, *Problem) {
	if !slices.Contains([]string{FormatCSV, FormatXLSX}, arg) {
		return d, stay, nil
	}
	d.Format = arg
	return d, asksFor, nil
}

func doneExport(d Exporting, r Result) (Exporting, Event, *Problem) {
	asked, _ := r.(ExportAsked)
	d.Taken = asked.Taken
	return d, isDone, nil
}

func askExported(d Exporting, _ Result) Screen {
	if !d.Taken {
		return ask(T("appoint.notmade"), global("export", "button.export"))
	}
	return ask(T("export.asked"), global("go", "button.goon"))
}

// ListRow is a row of a list on its way to a chat: texts, under the header that
// its kind has.
type ListRow []string

// HeaderOf names the columns of a list as it goes to a chat.
func HeaderOf(what string) []string {
	if what == ExportFailures {
		return failuresHeader
	}
	if what == ExportEnrollers {
		return []string{"code", "name", "ac_no", "part_no", "status", "appointed_at", "added", "confirmed"}
	}
	return []string{"number", "name", "epic", "mobile", "ac_no", "part_no", "enroller_code", "language", "via", "status", "confirmed_at"}
}

// ExportWords says what a list is of.
func (e Export) ExportWords() Line {
	if e.What == ExportFailures {
		return T("export.offailures")
	}
	if e.What == ExportEnrollers {
		return T("export.ofenrollers", "area", areaWords(e.Area))
	}
	return T("export.ofmembers", "area", areaWords(e.Area))
}

// ExportProgress tells how far a list is.
func ExportProgress(e Export, rows, all int) Line {
	return T("export.progress", "what", e.ExportWords(), "bar", Bar{Done: rows, Of: all}, "rows", rows, "all", max(all, rows))
}
