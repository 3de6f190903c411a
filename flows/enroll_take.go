package flows

import (
	"errors"
	"strconv"
	"strings"

	"sadasya/party"
)

// How answers are taken in the enrolment: what a person types and taps, and
// what the effects bring back.

var photoOfCard = &Problem{Line: T("voterid.photo"), Delete: true}

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

// backFrom leads one question up; from a correction it leads back to the card.
func backFrom(d Enrolment, at State) Event {
	switch {
	case at == check:
		return needBoothOrPlace(d)
	case at == genuine, at == notice, at == district, at == constituent, at == stations:
		return back
	case next(d) == complete:
		return complete
	case at == elsewhere && d.Inviter.Station == nil:
		return needNumber
	}
	return back
}

func greet(d Enrolment, a Arrived) Enrolment {
	if d.Code == "" && a.Code != "" {
		d.Code, d.Inviter = a.Code, a.Inviter
		d.Inviter.Station = bare(d.Inviter.Station)
	}
	return d
}

func renew(d Enrolment, keep bool) Enrolment {
	if !keep {
		return Enrolment{Via: d.Via, Code: d.Code}
	}
	d.Heard, d.Read = "", nil
	return d
}

func begun(d Enrolment) bool { return d.Name != "" && !d.Correct }

func runArrive(d Enrolment, _ Nonce) Effect { return Arrive{Code: d.Code} }

func doneArrive(d Enrolment, r Result) (Enrolment, Event, *Problem) {
	a, ok := r.(Arrived)
	if !ok {
		return d, stay, nil
	}
	d.Code, d.Inviter, d.Asked = a.Code, a.Inviter, a.NewsAsked
	d.Inviter.Station = bare(d.Inviter.Station)
	switch {
	case d.Via == party.Family:
		return d, needConsent, nil
	case a.Member != "":
		return Enrolment{Code: d.Code, Number: a.Member, Before: true, Asked: d.Asked}, stands, nil
	case a.Language == "":
		return d, newcomer, nil
	case !a.Consented:
		return d, needConsent, nil
	}
	return d, next(d), nil
}

func runConsent(d Enrolment, n Nonce) Effect {
	return RecordConsent{Kind: party.Membership, Version: party.CurrentConsent, Given: true, Nonce: n, Via: via(d)}
}

func doneConsent(d Enrolment, _ Result) (Enrolment, Event, *Problem) { return d, next(d), nil }

func takeName(d Enrolment, in Input) (Enrolment, Event, *Problem) {
	n, relative, err := party.ParseName(in.Text)
	if err != nil {
		return d, stay, problem(nameProblem(err))
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
// second failure is kept as it is, for review.
func takeVoterIDAgain(d Enrolment, in Input) (Enrolment, Event, *Problem) {
	reading, err := party.ReadVoterID(in.Text)
	if err != nil {
		return d, stay, numberProblem(err)
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

// takeBooth takes "54/123".
func takeBooth(d Enrolment, in Input) (Enrolment, Event, *Problem) {
	b, err := party.ParseBooth(in.Text)
	if err != nil {
		return d, stay, problem(boothProblem(err))
	}
	d.Sought = b
	return d, sought, nil
}

// takePart takes a part number alone, within the constituency chosen.
func takePart(d Enrolment, in Input) (Enrolment, Event, *Problem) {
	if !strings.ContainsAny(in.Text, "/-") {
		in.Text = itoa(d.AC) + "/" + in.Text
	}
	return takeBooth(d, in)
}

func boothProblem(err error) string {
	if errors.Is(err, party.ErrBoothRange) {
		return "booth.range"
	}
	return "booth.form"
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
	d.District, d.AC, d.Page, d.Sought = "", 0, 0, party.Booth{}
	return d
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
	page, err := strconv.Atoi(arg)
	if err != nil || page < 0 {
		return d, stay, nil
	}
	d.Page = page
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

func tapConfirm(d Enrolment, _ string) (Enrolment, Event, *Problem) {
	switch {
	case next(d) != complete:
		return d, next(d), nil
	case d.Correct:
		return d, correction, nil
	}
	return d, confirmed, nil
}

func runSave(d Enrolment, n Nonce) Effect {
	e := SaveMember{Nonce: n, Via: via(d), Name: d.Name, VoterID: d.VoterID, Code: d.Code, Consent: party.CurrentConsent}
	if s := station(d); s != nil {
		e.Booth, e.Version = s.Booth, s.Version
	}
	return e
}

func via(d Enrolment) party.Via {
	if d.Via == "" {
		return party.Self
	}
	return d.Via
}

// doneSave keeps the number and forgets the Voter ID: the record has it now.
func doneSave(d Enrolment, r Result) (Enrolment, Event, *Problem) {
	res, ok := r.(Saved)
	if !ok {
		return d, stay, nil
	}
	d.Number, d.Matched = res.Record.Number, d.VoterID.Check
	d.VoterID, d.Repairs, d.Read = party.VoterID{}, nil, nil
	if !res.Fresh {
		d = noBooth(d)
		d.Name, d.Station, d.Differs = res.Record.Name, res.Record.Station, true
		return d, stands, nil
	}
	if d.Asked {
		return d, stands, nil
	}
	return d, saved, nil
}

func tapNews(yes bool) func(Enrolment, string) (Enrolment, Event, *Problem) {
	return func(d Enrolment, _ string) (Enrolment, Event, *Problem) {
		d.News = yes
		return d, answered, nil
	}
}

func runNews(d Enrolment, n Nonce) Effect {
	return RecordConsent{Kind: party.News, Version: party.CurrentConsent, Given: d.News, Nonce: n, Via: party.Self}
}

func doneNews(d Enrolment, _ Result) (Enrolment, Event, *Problem) {
	d.Asked, d.Told = true, true
	if d.News {
		return d, saved, problem("news.thanks")
	}
	return d, saved, problem("news.none")
}

func runWhich(Enrolment, Nonce) Effect { return LoadRecords{} }

// doneWhich loads the record to correct: the only one, or the one picked.
func doneWhich(d Enrolment, r Result) (Enrolment, Event, *Problem) {
	records, _ := r.(Records)
	if len(records.List) == 0 {
		return d, none, nil
	}
	if d.Number == "" && len(records.List) > 1 {
		return d, stay, nil
	}
	for _, rec := range records.List {
		if d.Number == "" || rec.Number == d.Number {
			d = Enrolment{
				Correct: true, Via: rec.Via, Number: rec.Number, Name: rec.Name, VoterID: rec.VoterID,
				Station: rec.Station, Unknown: rec.Station == nil, Code: rec.Code, Inviter: Inviter{Name: rec.Inviter},
			}
			return d, complete, nil
		}
	}
	return d, none, nil
}

func tapRecord(d Enrolment, arg string) (Enrolment, Event, *Problem) {
	d.Number = party.Number(arg)
	return d, chose, nil
}

func runCorrect(d Enrolment, _ Nonce) Effect {
	e := CorrectMember{Number: d.Number, Name: d.Name, VoterID: d.VoterID}
	if s := station(d); s != nil {
		e.Booth, e.Version = s.Booth, s.Version
	}
	return e
}

func doneCorrect(d Enrolment, r Result) (Enrolment, Event, *Problem) {
	res, _ := r.(Saved)
	if res.Record.Number == "" {
		return d, none, nil
	}
	return Enrolment{Number: d.Number, Via: d.Via, Code: d.Code, Correct: true}, saved, nil
}

func itoa(n int) string { return strconv.Itoa(n) }
