package flows

import (
	"strconv"
	"strings"

	"sadasya/party"
)

// How the booth is found in the enrolment: the inviter's own, by its number, by
// lists, or left open. By the village's name or the phone's location: in
// enroll_place.go.

func boothAnswered(d Enrolment) bool { return d.Here || d.Unknown || d.Station != nil }

func needBoothOrPlace(d Enrolment) Event {
	if d.Inviter.Station == nil {
		return needPlace
	}
	return needBooth
}

// station is the booth of the draft, nil while it is not known.
func station(d Enrolment) *party.Station {
	if d.Here {
		return d.Inviter.Station
	}
	return d.Station
}

// takePart takes a part number alone, within the constituency chosen, or
// whatever else leads to a booth.
func takePart(d Enrolment, in Input) (Enrolment, Event, *Problem) {
	if b, err := party.ParseBooth(itoa(d.AC) + "/" + in.Text); err == nil && !strings.ContainsAny(in.Text, "/-") {
		d.Sought = b
		return d, sought, nil
	}
	return takePlace(d, in)
}

func tapHere(d Enrolment, _ string) (Enrolment, Event, *Problem) {
	d = noBooth(d)
	d.Here = true
	return d, next(d), nil
}

func tapUnknown(d Enrolment, _ string) (Enrolment, Event, *Problem) {
	d = noBooth(d)
	d.Unknown = true
	return d, next(d), problem("booth.unknown")
}

func tapBooth(d Enrolment, _ string) (Enrolment, Event, *Problem) {
	return d, needBoothOrPlace(d), nil
}

// noBooth clears the answer and the way to it.
func noBooth(d Enrolment) Enrolment {
	d.Station, d.Here, d.Unknown = nil, false, false
	d.District, d.AC, d.Sought = "", 0, party.Booth{}
	return noPlace(d)
}

// bare leaves out of a station what a session need not carry.
func bare(s *party.Station) *party.Station {
	if s == nil {
		return nil
	}
	c := *s
	c.Lat, c.Lon = 0, 0
	return &c
}

func runDistricts(Enrolment, Nonce) Effect { return ListDistricts{} }

func tapDistrict(d Enrolment, arg string) (Enrolment, Event, *Problem) {
	d.District = arg
	return d, chose, nil
}

func runConstituencies(d Enrolment, _ Nonce) Effect { return ListConstituencies{District: d.District} }

func tapConstituency(d Enrolment, arg string) (Enrolment, Event, *Problem) {
	ac, err := strconv.Atoi(arg)
	if err != nil {
		return d, stay, nil
	}
	d.AC, d.Page = ac, 0
	return d, chose, nil
}

func runStations(d Enrolment, _ Nonce) Effect { return ListStations{AC: d.AC, Page: d.Page} }

func tapStation(d Enrolment, arg string) (Enrolment, Event, *Problem) {
	return takePart(d, Input{Text: arg})
}

func tapPage(d Enrolment, arg string) (Enrolment, Event, *Problem) {
	d.Page = pageOf(arg, d.Page)
	return d, stay, nil
}

func runFind(d Enrolment, _ Nonce) Effect { return FindStation{Booth: d.Sought} }

func doneFind(d Enrolment, r Result) (Enrolment, Event, *Problem) {
	found, _ := r.(StationFound)
	if found.Station == nil {
		return d, needPlace, problem("booth.unlisted", "booth", d.Sought)
	}
	d = noBooth(d)
	d.Station = bare(found.Station)
	return d, next(d), nil
}
