package flows

import (
	"errors"

	"sadasya/party"
)

// Correcting an entry from the printed roll: its name, number or booth is typed
// again, shown, and looked at anew.

func askMendWhat(Reviewing, Result) Screen {
	return ask(T("mend.what"), tap("name", "button.mendname"), tap("number", "button.mendnumber"), tap("booth", "button.mendbooth"))
}

// unmended forgets what was typed before.
func unmended(d Reviewing) Reviewing {
	d.Name, d.Read, d.Station = "", nil, nil
	return d
}

func askMendName(Reviewing, Result) Screen { return ask(T("mend.name")) }

func takeMendName(d Reviewing, in Input) (Reviewing, Event, *Problem) {
	n, _, err := party.ParseName(in.Text)
	switch {
	case errors.Is(err, party.ErrNameNumber):
		return d, stay, problem("name.signs")
	case err != nil:
		return d, stay, problem(nameProblem(err))
	}
	d = unmended(d)
	d.Name = n
	return d, isRetyped, nil
}

func askMendNumber(Reviewing, Result) Screen { return ask(T("mend.number")) }

// takeMendNumber takes a number as the enrolment does; what was repaired and a
// check digit that fails are shown before it counts.
func takeMendNumber(d Reviewing, in Input) (Reviewing, Event, *Problem) {
	reading, err := party.ReadVoterID(in.Text)
	if err != nil {
		p := *numberProblem(err)
		p.Counts = false // nobody guesses numbers here
		return d, stay, &p
	}
	d = unmended(d)
	d.Read = &reading
	return d, isRetyped, nil
}

func askMendBooth(Reviewing, Result) Screen { return ask(T("mend.booth")) }

func takeMendBooth(d Reviewing, in Input) (Reviewing, Event, *Problem) {
	b, p := boothWithin(in.Text, 0)
	if p != nil {
		return d, stay, p
	}
	d = unmended(d)
	d.Sought = b
	return d, sought, nil
}

func runMendSought(d Reviewing, _ Nonce) Effect { return FindStation{Booth: d.Sought} }

func doneMendSought(d Reviewing, r Result) (Reviewing, Event, *Problem) {
	found, _ := r.(StationFound)
	if found.Station == nil {
		return d, retypesBooth, problem("booth.unlisted", "booth", d.Sought)
	}
	d.Station = bare(found.Station)
	return d, isRetyped, nil
}

func askMendSure(d Reviewing, _ Result) Screen {
	var lines []Line
	switch {
	case d.Read != nil:
		lines = []Line{T("review.number", "voterid", d.Read.ID)}
		if d.Read.ID.Form == party.Modern && !d.Read.ID.Check {
			lines = append(lines, T("mend.odd"))
		}
	case d.Station != nil:
		lines = []Line{T("review.booth", "booth", placeOf(d.Station))}
	default:
		lines = []Line{T("review.name", "name", d.Name)}
	}
	lines = append(lines, T("mend.sure"))
	return Screen{Bubbles: []Bubble{bubble(lines, tap("yes", "button.save"), tap("retype", "button.retype"))}}
}

func tapRetype(d Reviewing, _ string) (Reviewing, Event, *Problem) {
	switch {
	case d.Read != nil:
		return d, retypesID, nil
	case d.Station != nil:
		return d, retypesBooth, nil
	}
	return d, retypesName, nil
}

func runMend(d Reviewing, _ Nonce) Effect {
	e := MendEntry{ID: d.ID}
	switch {
	case d.Read != nil:
		e.VoterID = d.Read.ID
	case d.Station != nil:
		e.Booth, e.Version = d.Station.Booth, d.Station.Version
	default:
		e.Name = d.Name
	}
	return e
}
