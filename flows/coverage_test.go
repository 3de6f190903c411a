package flows_test

import (
	"slices"
	"strings"
	"testing"

	"sadasya/flows"
	"sadasya/party"
)

// made is a made-up coverage of two constituencies, one of them reserved.
func made() flows.Coverage {
	c := flows.Coverage{
		Office: party.Admin, Area: party.Area{District: "Jaipur"}, Today: party.Date{Year: 2027, Month: 2, Day: 8}, AllBooths: 61_000,
		Parts: []flows.Covered{
			{Constituency: party.Constituency{AC: 55, Reservation: party.ReservationGEN}, Booths: 300, Filled: 200, Women: 120, Enrollers: 260, Added: 9000, Confirmed: 8000},
			{Constituency: party.Constituency{AC: 56, Reservation: party.ReservationSC}, Booths: 310, Filled: 310, Women: 310, Enrollers: 320, Reserved: 127},
		},
		Fill: []party.Gap{
			{Station: party.Station{Booth: party.Booth{AC: 55, Part: 12}, NameEN: "Govt School, Keshopura"}, Members: 14, Near: party.NearQuiet},
			{Station: party.Station{Booth: party.Booth{AC: 55, Part: 14}, NameEN: "Panchayat Bhawan"}, Near: party.NearQuiet, Building: 1},
			{Station: party.Station{Booth: party.Booth{AC: 55, Part: 15}, NameEN: "Anganwadi"}, Enrollers: 2, Near: party.NearBusy},
		},
		Members:       party.Course{Done: 8000, Week: party.Weekly{Gained: 700, Days: 7}},
		Enrollers:     party.Course{Done: 1100, Week: party.Weekly{Days: 7}},
		SaidEnrollers: flows.Said{Women: 120, Gender: 300, Categories: [5]int{60, 90, 40, 30, 3}},
		SaidMembers:   flows.Said{Women: 4, Gender: 90, Categories: [5]int{1, 0, 2, 0, 0}},
	}
	return c.Against(party.RajasthanSample())
}

// said plays /coverage with a coverage and taps buttons, and gives the last
// bubble in English.
func said(t *testing.T, c flows.Coverage, taps ...string) (string, []string) {
	t.Helper()
	e, places := flows.New(), loadPlaces(t)
	render := renderer(t, places)
	in := flows.Input{Kind: flows.Command, Name: "coverage", Nonce: flows.Nonce{1}}
	session := flows.Session{Language: party.English}
	for i := 0; ; i++ {
		turn, err := e.Step(session, in)
		for err == nil && turn.Run != nil {
			var r flows.Result = c
			switch effect := turn.Run.(type) {
			case flows.LoadGround:
				r = flows.Ground{Districts: places.Districts()}
			case flows.ListConstituencies:
				r = flows.Constituencies{List: places.Constituencies(effect.District)}
			case flows.LoadCoverage:
				c.Area = effect.Area
				r = c
			case flows.AskSheet:
				r = flows.SheetAsked{Taken: true}
			}
			turn, err = e.Resume(turn, r)
		}
		if err != nil {
			t.Fatal(err)
		}
		session = turn.Session
		bubbles, data := render(turn.Screen, party.English)
		if i == len(taps) {
			return bubbles[0].Text, slices.Concat(bubbles[0].Buttons...)
		}
		in = flows.Input{Kind: flows.Tap}
		for row, labels := range bubbles[0].Buttons {
			if at := slices.Index(labels, taps[i]); at >= 0 {
				in.Data = data[0][row][at]
			}
		}
		if in.Data == "" {
			t.Fatalf("no button %q in %v", taps[i], bubbles[0].Buttons)
		}
	}
}

func TestCoverageIsSaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		taps []string
		want []string
	}{
		{"at first", nil, []string{
			"<b>Rajasthan</b>, 8 Feb 2027", "100 of 610 booths have no enroller.", "180 have no woman enroller.", "1 of 1 reserved constituencies",
			"1. 55/12, Govt School, Keshopura: no enroller, 14 members already", "2. 55/14, Panchayat Bhawan: no enroller, the nearest one quiet for 3 days",
			"3. 55/15, Anganwadi: no woman enroller",
		}},
		{"the pace", []string{"Pace"}, []string{
			"Members confirmed: 8,000 of 50,000", "20,661 were due by today: behind. Needed now: 294 a day.", "At this week's pace it will be reached on 2 Apr 2028.",
			"Enrollers: 1,100 of 1,000", "The target is reached.",
		}},
		{"the shares", []string{"Women and categories"}, []string{
			"Women 40 % (aim 50 %)", "General 27 % · OBC 40 % · SC 18 % (aim 18 %) · ST – · Minority –", "Women –", "Categories: too few have said to tell.",
		}},
		{"a district", []string{"One area of it", "Jaipur"}, []string{"<b>Jaipur</b>"}},
		{"a constituency", []string{"One area of it", "Jaipur", "One area of it", "Sanganer"}, []string{"<b>Sanganer</b>"}},
		{"and back to all", []string{"One area of it", "Jaipur", "My whole area"}, []string{"<b>Rajasthan</b>"}},
	} {
		text, _ := said(t, made(), c.taps...)
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not said in\n%s", c.name, want, text)
			}
		}
	}
}

func TestAReservedSeatAloneIsToldOf(t *testing.T) {
	t.Parallel()
	c := made()
	c.Parts = c.Parts[1:]
	if text, buttons := said(t, c); !strings.Contains(text, "Reserved for SC: not yet 40 % of the enrollers, and at least 5, are SC.") || slices.Contains(buttons, "One area of it") {
		t.Errorf("%s\n%v", text, buttons)
	}
	c.Parts[0].Reserved = 128
	if text, _ := said(t, c); !strings.Contains(text, "at least 40 % of the enrollers are SC") {
		t.Error(text)
	}
}

func TestWhoHasNoOfficeSeesNoCoverage(t *testing.T) {
	t.Parallel()
	if text, _ := said(t, flows.Coverage{}); text != "This is for chief enrollers and admins." {
		t.Error(text)
	}
}

// The coverage of the state is a full screen: what became of the sheet is told
// on one of its own.
func TestTheSheetIsToldOnAScreenOfItsOwn(t *testing.T) {
	text, _ := said(t, made(), "📄 Sheet of all booths")
	if lines := strings.Count(text, "\n") + 1; lines != 1 || !strings.Contains(text, "in a minute") {
		t.Errorf("%d lines: %s", lines, text)
	}
}
