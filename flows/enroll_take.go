package flows

import (
	"errors"
	"strconv"

	"sadasya/party"
)

// How answers are taken in the enrolment: what a person types and taps, and
// what the effects bring back.

// A photo where the card is asked about is one of the card.
var (
	photoForName   = &Problem{Line: T("name.photo"), Delete: true}
	photoForNumber = &Problem{Line: T("voterid.photo"), Delete: true}
)

// next is the first question that is still open.
func next(d Enrolment) Event {
	switch {
	case d.Name == "":
		return needName
	case d.VoterID.Number == "" && !d.NoCard:
		return needNumber
	case !boothAnswered(d):
		return needBoothOrPlace(d)
	case d.VoterID.Number == "":
		return needNumber
	}
	return complete
}

// backFrom leads one question up; from a correction it leads back to the card.
func backFrom(d Enrolment, at State) Event {
	switch {
	case at == check:
		return needBoothOrPlace(d)
	case at == genuine, at == notice, at == district, at == constituent, at == stations,
		at == places, at == rooms, at == locating:
		return back
	case next(d) == complete:
		return complete
	case at == elsewhere && d.Inviter.Station == nil:
		return needNumber
	}
	return back
}

func takeName(d Enrolment, in Input) (Enrolment, Event, *Problem) {
	n, relative, err := party.ParseName(in.Text)
	if err != nil {
		p := problem(nameProblem(err))
		if _, err := party.ReadVoterID(in.Text); errors.Is(err, party.ErrVoterIDAadhaar) {
			p = &Problem{Line: T("voterid.aadhaar"), Delete: true}
		}
		return d, stay, p
	}
	if relative {
		d.Heard = n
		return d, relation, nil
	}
	d.Name, d.Heard = n, ""
	return d, next(d), nil
}

func nameProblem(err error) string {
	switch {
	case errors.Is(err, party.ErrNameNumber):
		return "name.number"
	case errors.Is(err, party.ErrNameShort):
		return "name.short"
	case errors.Is(err, party.ErrNameLong):
		return "name.long"
	case errors.Is(err, party.ErrNameLink):
		return "name.link"
	}
	return "name.signs"
}

func tapOwnName(d Enrolment, _ string) (Enrolment, Event, *Problem) {
	d.Name, d.Heard = d.Heard, ""
	return d, next(d), nil
}

// takeVoterID takes a number: one that reads well goes on, a repaired letter or
// a spoken one is shown for a yes, a failed check digit is asked once more.
func takeVoterID(d Enrolment, in Input) (Enrolment, Event, *Problem) {
	reading, err := party.ReadVoterID(in.Text)
	if err != nil {
		return d, stay, numberProblem(err)
	}
	switch {
	case reading.ID.Form == party.Modern && !reading.ID.Check:
		d.Read = &reading
		return d, odd, &Problem{Counts: true}
	case reading.Spoken || reading.LetterRepaired():
		d.Read = &reading
		return d, repaired, nil
	}
	return keepNumber(d, reading)
}

// takeVoterIDAgain takes what is typed after the check digit failed once: a
// second failure is kept as it is, for review. What was not typed letter for
// letter is shown for a yes here too.
func takeVoterIDAgain(d Enrolment, in Input) (Enrolment, Event, *Problem) {
	reading, err := party.ReadVoterID(in.Text)
	if err != nil {
		return d, stay, numberProblem(err)
	}
	if reading.Spoken || reading.LetterRepaired() {
		d.Read = &reading
		return d, repaired, nil
	}
	return keepNumber(d, reading)
}

func keepNumber(d Enrolment, r party.Reading) (Enrolment, Event, *Problem) {
	d.VoterID, d.Repairs, d.Read, d.NoCard = r.ID, r.Repairs, nil, false
	return d, next(d), nil
}

func tapSeen(d Enrolment, _ string) (Enrolment, Event, *Problem) { return keepNumber(d, *d.Read) }

func tapKeep(d Enrolment, _ string) (Enrolment, Event, *Problem) { return keepNumber(d, *d.Read) }

func numberProblem(err error) *Problem {
	var length *party.VoterIDLengthError
	switch {
	case errors.Is(err, party.ErrVoterIDAadhaar):
		return &Problem{Line: T("voterid.aadhaar"), Delete: true, Counts: true}
	case errors.Is(err, party.ErrVoterIDMobile):
		return &Problem{Line: T("voterid.mobile"), Counts: true}
	case errors.Is(err, party.ErrVoterIDPAN):
		return &Problem{Line: T("voterid.pan"), Delete: true, Counts: true}
	case errors.Is(err, party.ErrVoterIDExample):
		return problem("voterid.example")
	case errors.Is(err, party.ErrVoterIDTwo):
		return problem("voterid.two")
	case errors.As(err, &length) && length.Found == 9:
		return &Problem{Line: T("voterid.short.one", "found", length.Found), Counts: true}
	case errors.As(err, &length) && length.Found < 10:
		return &Problem{Line: T("voterid.short", "found", length.Found, "missing", 10-length.Found), Counts: true}
	case errors.As(err, &length):
		return &Problem{Line: T("voterid.long", "found", length.Found), Counts: true}
	}
	return problem("voterid.not")
}

func tapWhere(d Enrolment, _ string) (Enrolment, Event, *Problem) {
	return d, stay, problem("voterid.where")
}

func tapNoCard(d Enrolment, _ string) (Enrolment, Event, *Problem) {
	d.NoCard = true
	return d, next(d), nil
}

func itoa(n int) string { return strconv.Itoa(n) }
