package flows

import (
	"slices"
	"strconv"

	"sadasya/party"
)

// Narrowing an audience: each button of the screen turns to its next value, and
// the count under it is that of now.

// unfinishedSteps are where those stand who began and did not finish, in the order
// of the enrolment.
var unfinishedSteps = []string{"", "name", "voterid", "booth", "check"}

func audienceTaps() composeTaps {
	return composeTaps{
		"area": composes(needsWhere), "on": composes(writes),
		"everywhere": func(d Composing, _ string) (Composing, Event, *Problem) {
			d.Audience.District, d.Audience.ACs, d.Audience.Booth = "", nil, party.Booth{}
			return d, stay, nil
		},
		"language": func(d Composing, _ string) (Composing, Event, *Problem) {
			d.Audience.Language = turned(append([]party.Language{""}, party.Languages()...), d.Audience.Language)
			return d, stay, nil
		},
		"gender": func(d Composing, _ string) (Composing, Event, *Problem) {
			d.Audience.Gender = turned(append([]party.Gender{""}, party.Genders()...), d.Audience.Gender)
			return d, stay, nil
		},
		"step": func(d Composing, _ string) (Composing, Event, *Problem) {
			d.Audience.Step = turned(unfinishedSteps, d.Audience.Step)
			return d, stay, nil
		},
		"below": func(d Composing, _ string) (Composing, Event, *Problem) {
			d.Audience.Below = turned([]int{0, 1, 25, 50, 100}, d.Audience.Below)
			return d, stay, nil
		},
	}
}

// StepsOf are the steps that are a part of the enrolment, as people's are kept: who
// looks for the booth by district stands at the booth too.
func StepsOf(part string) (list []string) {
	for at := range enroll().Steps {
		if step := enrollName + "/" + string(at); stageOf(step) == part {
			list = append(list, step)
		}
	}
	slices.Sort(list)
	return list
}

// turned is the value after one, and after the last the first.
func turned[V comparable](values []V, v V) V {
	return values[(slices.Index(values, v)+1)%len(values)]
}

func askForAudience(d Composing, r Result) Screen {
	counted, _ := r.(AudienceCounted)
	a := d.Audience
	b := bubble([]Line{T("broadcast.audience", "count", counted.Count), {}}, tap("on", "button.writetext"), tap("area", "button.narrowarea"))
	b.Text = append(b.Text, audienceLines(a)...)
	if a.District != "" || len(a.ACs) > 0 || !a.Booth.IsZero() {
		b.Buttons = append(b.Buttons, []Button{tap("everywhere", "button.everywhere")})
	}
	b.Buttons = append(b.Buttons, []Button{tap("language", "button.bylanguage", "value", languageWords(a.Language))})
	if a.Group != party.Unfinished {
		b.Buttons = append(b.Buttons, []Button{tap("gender", "button.bygender", "value", genderWords(a.Gender))})
	} else {
		b.Buttons = append(b.Buttons, []Button{tap("step", "button.bystep", "value", stepWords(a.Step))})
	}
	if a.Group == party.Enrollers {
		b.Buttons = append(b.Buttons, []Button{tap("below", "button.bycount", "value", belowWords(a.Below))})
	}
	return Screen{Bubbles: []Bubble{b}}
}

// audienceLines says whom an audience is, at most four lines.
func audienceLines(a party.Audience) []Line {
	lines := []Line{groupWords(a.Group)}
	switch {
	case !a.Booth.IsZero():
		lines = append(lines, T("broadcast.booth", "booth", a.Booth))
	case len(a.ACs) > 0:
		names := T("broadcast.one", "area", AC(a.ACs[0]))
		for _, ac := range a.ACs[1:] {
			names = T("broadcast.and", "areas", names, "area", AC(ac))
		}
		lines = append(lines, names)
	case a.District != "":
		lines = append(lines, T("broadcast.one", "area", DistrictName(a.District)))
	}
	var more []Line
	if a.Language != "" {
		more = append(more, languageWords(a.Language))
	}
	if a.Gender != "" {
		more = append(more, genderWords(a.Gender))
	}
	if a.Step != "" {
		more = append(more, stepWords(a.Step))
	}
	if a.Below > 0 {
		more = append(more, belowWords(a.Below))
	}
	return append(lines, more...)
}

func languageWords(l party.Language) Line {
	if l == "" {
		return T("broadcast.anylanguage")
	}
	return T("broadcast.value", "value", l)
}

func genderWords(g party.Gender) Line {
	if g == "" {
		return T("broadcast.anygender")
	}
	return T("broadcast.value", "value", g)
}

func belowWords(n int) Line {
	if n == 0 {
		return T("broadcast.anycount")
	}
	return T("broadcast.below", "count", n)
}

func stepWords(step string) Line {
	switch step {
	case "name":
		return T("broadcast.step.name")
	case "voterid":
		return T("broadcast.step.number")
	case "booth":
		return T("broadcast.step.booth")
	case "check":
		return T("broadcast.step.check")
	}
	return T("broadcast.anystep")
}

func runForWhere(Composing, Nonce) Effect { return ListDistricts{} }

func askForWhere(_ Composing, r Result) Screen {
	all, _ := r.(Districts)
	b := Bubble{Text: []Line{T("broadcast.where")}}
	for _, c := range all.List {
		b.Buttons = inRows(b.Buttons, 2, tap("pick:"+c.DistrictEN, "button.districtname", "district", DistrictOf(c)))
	}
	return Screen{Bubbles: []Bubble{b}}
}

func tapAudienceDistrict(d Composing, arg string) (Composing, Event, *Problem) {
	d.District = arg
	return d, needsAC, nil
}

// takeWhere takes a booth's number wherever a place is asked for.
func takeWhere(d Composing, in Input) (Composing, Event, *Problem) {
	booth, err := party.ParseBooth(in.Text)
	if err != nil {
		return d, stay, problem("booth.form")
	}
	d.Audience.Booth, d.Audience.ACs, d.Audience.District = booth, nil, ""
	return d, isForThem, nil
}

func runForWhichAC(d Composing, _ Nonce) Effect { return ListConstituencies{District: d.District} }

func askForWhichAC(d Composing, r Result) Screen {
	all, _ := r.(Constituencies)
	b := bubble([]Line{T("broadcast.whichac")}, tap("whole", "button.wholedistrict"))
	if len(d.Audience.ACs) > 0 {
		b.Text = append(b.Text, audienceLines(d.Audience)[1])
		b.Buttons[0] = []Button{tap("done", "button.chosenall")}
	}
	for _, c := range all.List {
		key := "button.acname"
		if slices.Contains(d.Audience.ACs, c.AC) {
			key = "button.acchosen"
		}
		b.Buttons = inRows2(b.Buttons, tap("pick:"+itoa(c.AC), key, "ac", c))
	}
	return Screen{Bubbles: []Bubble{b}}
}

func tapWholeDistrict(d Composing, _ string) (Composing, Event, *Problem) {
	d.Audience.District, d.Audience.ACs, d.Audience.Booth = d.District, nil, party.Booth{}
	return d, isForThem, nil
}

// mostACs keeps an audience on one screen.
const mostACs = 6

// tapWhichAC adds a constituency, or takes it out again; others may follow.
func tapWhichAC(d Composing, arg string) (Composing, Event, *Problem) {
	ac, err := strconv.Atoi(arg)
	if err != nil {
		return d, stay, nil
	}
	d.Audience.District, d.Audience.Booth = "", party.Booth{}
	acs := slices.Clone(d.Audience.ACs)
	if at := slices.Index(acs, ac); at >= 0 {
		acs = slices.Delete(acs, at, at+1)
	} else if len(acs) < mostACs {
		acs = append(acs, ac)
	}
	if d.Audience.ACs = acs; len(acs) == 0 {
		d.Audience.ACs = nil
	}
	return d, stay, nil
}
