package flows_test

import (
	"strings"
	"testing"

	"sadasya/flows"
	"sadasya/party"
)

// TestWhatAnOfficeHolderIsTold of what became of the office, in both languages.
func TestWhatAnOfficeHolderIsTold(t *testing.T) {
	places := loadPlaces(t)
	station := *newWorld(loadPlaces(t)).Inviter.Station
	render := renderer(t, places)
	enroller := flows.Notice{ID: 1, Office: party.Enroller, Area: party.Area{Booth: station.Booth}, Station: &station}
	chief := flows.Notice{ID: 2, Office: party.Chief, Area: party.Area{AC: 55}}
	with := func(n flows.Notice, k flows.NoticeKind, reason flows.ChangeReason) flows.Notice {
		n.Kind, n.Reason = k, string(reason)
		return n
	}
	letter := flows.Notice{Kind: flows.NoticeLetter, Office: party.Chief, Area: party.Area{AC: 55}, Name: "रमेश <b>", Words: "<b>आज</b> {name} & [x](tg://user?id=1)"}
	for what, c := range map[string]struct {
		n              flows.Notice
		hi, en, silent string
	}{
		"moved":                  {with(enroller, flows.NoticeMoved, flows.WrongBooth), "अब आपका बूथ यह है: 12, ", "Your booth is now: 12, ", ""},
		"a chief moved":          {with(chief, flows.NoticeMoved, flows.OtherCause), "अब आपका क्षेत्र यह है: सांगानेर", "Your area is now: Sanganer", ""},
		"suspended":              {with(enroller, flows.NoticeSuspended, flows.NotWorking), "वजह: काम नहीं हो रहा", "Reason: Not working", ""},
		"a complaint":            {with(enroller, flows.NoticeSuspended, flows.Complaint), "एनरोलर, बूथ 55/12", "Enroller, booth 55/12", "omplaint came"},
		"reinstated":             {with(enroller, flows.NoticeReinstated, flows.ByMistake), "आपका काम फिर शुरू है", "Your office holds again", ""},
		"a chief reinstated":     {with(chief, flows.NoticeReinstated, flows.ByMistake), "मुख्य एनरोलर, सांगानेर", "Chief enroller, Sanganer", ""},
		"a letter":               {letter, "&lt;b&gt;आज&lt;/b&gt; {name} &amp; [x](tg://user?id=1)", "रमेश &lt;b&gt;, chief enroller of Sanganer, writes to you:", "<b>"},
		"an office with no name": {flows.Notice{Kind: flows.NoticeLetter, Office: party.Admin, Words: "x"}, "एडमिन जिनका नाम नहीं लिखा", "someone without a name, admin", ""},
	} {
		screen, ok := c.n.Say()
		if !ok {
			t.Errorf("%s: nothing is said", what)
			continue
		}
		for l, want := range map[party.Language]string{party.Hindi: c.hi, party.English: c.en} {
			bubbles, _ := render(screen, l)
			if said := bubbles[0].Text; !strings.Contains(said, want) || c.silent != "" && strings.Contains(said, c.silent) || strings.Count(said, "\n") > 8 {
				t.Errorf("%s, in %s:\n%s", what, l, said)
			}
		}
	}
	for _, l := range party.Languages() {
		screen, _ := with(enroller, flows.NoticeSuspended, flows.Complaint).Say()
		told, _ := render(screen, l)
		screen, _ = with(enroller, flows.NoticeSuspended, flows.OtherCause).Say()
		if other, _ := render(screen, l); told[0].Text != other[0].Text {
			t.Errorf("a complaint reads otherwise than another reason:\n%s", told[0].Text)
		}
	}
}
