package flows

import (
	"sadasya/party"
)

// What the enrolment wants of the world, and what it makes of the results: who
// arrives, the consent, the save, the correction.

// greet names the inviter to a draft that has none. A record that is corrected
// keeps the one it has, or none.
func greet(d Enrolment, a Arrived) Enrolment {
	if d.Code == "" && a.Code != "" && !d.Correct {
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
	byLink := d.Code != ""
	d.Code, d.Inviter, d.Asked = a.Code, a.Inviter, a.NewsAsked
	d.Inviter.Station = bare(d.Inviter.Station)
	d.Agreed = a.Consented && d.Via != party.Family
	switch {
	case d.Via == party.Family:
		return d, needConsent, nil
	case a.Member != "":
		// Who came by a link is told that it changed nothing.
		return Enrolment{Code: d.Code, Number: a.Member, Before: true, Told: !byLink, Asked: d.Asked}, stands, nil
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

func doneConsent(d Enrolment, _ Result) (Enrolment, Event, *Problem) {
	d.Agreed = true
	return d, next(d), nil
}

// tapRefuse takes back a consent that was given before, and with it the answers.
func tapRefuse(d Enrolment, _ string) (Enrolment, Event, *Problem) {
	if !d.Agreed {
		return d, refused, nil
	}
	return d, recanted, nil
}

func runRefuse(d Enrolment, n Nonce) Effect {
	return RecordConsent{Kind: party.Membership, Version: party.CurrentConsent, Nonce: n, Via: via(d)}
}

func doneRefuse(d Enrolment, _ Result) (Enrolment, Event, *Problem) {
	return Enrolment{Via: d.Via, Code: d.Code, Inviter: d.Inviter, Asked: d.Asked}, saved, nil
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
