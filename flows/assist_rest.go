package flows

import (
	"strings"
	"unicode"

	"sadasya/party"
)

// How the rest of a person is taken: the name alone, the mobile, the booth, and
// what the buttons beside them mean.

func takeHandName(d Assisting, in Input) (Assisting, Event, *Problem) {
	got, p := takeDown(in.Text)
	switch {
	case p != nil && p.Delete:
		return d, stay, counted(AssistDraft{}, p, in)
	case got.numbered() != "" && got.numbered() != d.Hand.numbered():
		return takeAnother(d, in)
	case got.Name == "" || small(in.Text):
		_, _, err := party.ParseName(in.Text)
		if err == nil {
			err = party.ErrNameSigns
		}
		return d, stay, problem(nameProblem(err))
	}
	d.Hand.Name = got.Name
	return d, takesDown, nil
}

func takeHandMobile(d Assisting, in Input) (Assisting, Event, *Problem) {
	got, p := takeDown(in.Text)
	switch {
	case p != nil && p.Delete:
		return d, stay, counted(AssistDraft{}, p, in)
	case small(in.Text):
		return tapNoMobile(d, "")
	case got.Mobile != "" && got.Name == "" && got.numbered() == "":
		d.Hand.Mobile, d.Asked = got.Mobile, true
		return d, takesDown, nil
	case !strings.ContainsFunc(in.Text, unicode.IsLetter):
		return d, stay, problem("assist.nomobile")
	}
	return takeAnother(d, in)
}

// takeAtCard takes a mobile for the one at hand, and anything else for another.
func takeAtCard(d Assisting, in Input) (Assisting, Event, *Problem) {
	got, p := takeDown(in.Text)
	switch {
	case p != nil && p.Delete:
		return d, stay, counted(AssistDraft{}, p, in)
	case small(in.Text), got.Name.Same(d.Hand.Name) && got.numbered() == d.Hand.VoterID.Number:
		return d, stay, problem("problem.tap")
	case got.Mobile != "" && got.Name == "" && got.numbered() == "":
		d.Hand.Mobile = got.Mobile
		return d, takesDown, nil
	}
	return takeAnother(d, in)
}

func takeHandBooth(d Assisting, in Input) (Assisting, Event, *Problem) {
	got, p := takeDown(in.Text)
	switch {
	case p != nil && p.Delete:
		return d, stay, counted(AssistDraft{}, p, in)
	case got.numbered() != "" && got.Name != "":
		return takeAnother(d, in)
	}
	ac := 0
	if d.Own != nil {
		ac = d.Own.Booth.AC
	}
	b, wrong := boothWithin(in.Text, ac)
	if wrong != nil {
		return d, stay, wrong
	}
	d.Sought = b
	return d, sought, nil
}

func tapHandHere(d Assisting, _ string) (Assisting, Event, *Problem) {
	d.Here, d.Hand.Station = d.Own != nil, nil
	return d, takesDown, nil
}

func tapHandNowhere(d Assisting, _ string) (Assisting, Event, *Problem) {
	d.Here, d.Hand.Station = false, nil
	return d, takesDown, nil
}

func tapHandKeep(d Assisting, _ string) (Assisting, Event, *Problem) {
	if d.Hand.Read != nil {
		d.Hand = heardWell(d.Hand, *d.Hand.Read)
	}
	return d, takesDown, nil
}

func tapHandRetype(d Assisting, _ string) (Assisting, Event, *Problem) {
	d.Hand.Read = nil
	return d, needNumber, nil
}

func tapHandWhere(d Assisting, _ string) (Assisting, Event, *Problem) {
	return d, stay, problem("voterid.where")
}

func tapNoMobile(d Assisting, _ string) (Assisting, Event, *Problem) {
	d.Hand.Mobile, d.Asked = "", true
	return d, takesDown, nil
}

func tapListen(d Assisting, _ string) (Assisting, Event, *Problem) {
	d.Told = true
	return d, listened, nil
}

// tapNotice shows the notice in full again.
func tapNotice(d Assisting, _ string) (Assisting, Event, *Problem) {
	d.Told = false
	return d, asked, nil
}
