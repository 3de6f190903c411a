package flows

import (
	"strconv"

	"sadasya/party"
)

// What assisted enrolment wants of the world, and what it makes of the results.

func runBeside(Assisting, Nonce) Effect { return LoadAssist{} }

// doneBeside looks the power up whenever somebody new is asked for.
func doneBeside(d Assisting, r Result) (Assisting, Event, *Problem) {
	a, _ := r.(Assist)
	if a.Code == "" {
		return Assisting{Office: a.Office}, none, nil
	}
	d.Own, d.By, d.Waiting = bare(a.Station), a.Name, a.Waiting
	return d, stay, nil
}

func runKeep(d Assisting, _ Nonce) Effect {
	draft := d.Hand
	if d.Here {
		draft.Station = d.Own
	}
	return KeepDraft{Draft: draft}
}

func doneKeep(d Assisting, r Result) (Assisting, Event, *Problem) {
	k, _ := r.(DraftKept)
	switch {
	case !k.Enroller:
		return Assisting{}, none, nil
	case k.ID == 0 && k.Waiting >= DraftsLimit:
		return fresh(d), looksOn, problem("assist.full", "count", k.Waiting)
	case k.ID == 0:
		return fresh(d), needPerson, problem("assist.gone")
	}
	d.Hand.ID, d.Hand.Nonce, d.Waiting = k.ID, k.Nonce, k.Waiting
	if d.Another {
		last := d.Hand
		if d = fresh(d); last.Name != "" && last.numbered() == "" {
			d.Last = last
		}
		return d, looksOn, nil
	}
	return d, nextOf(d), nil
}

func runHandFind(d Assisting, _ Nonce) Effect { return FindStation{Booth: d.Sought} }

func doneHandFind(d Assisting, r Result) (Assisting, Event, *Problem) {
	found, _ := r.(StationFound)
	b := d.Sought
	d.Sought = party.Booth{}
	if found.Station == nil {
		return d, needBooth, problem("booth.unlisted", "booth", b)
	}
	return withStation(d, found.Station), takesDown, nil
}

// withStation sets the booth of the one at hand; the enroller's own stands only
// once in a session.
func withStation(d Assisting, s *party.Station) Assisting {
	d.Here = s != nil && d.Own != nil && s.Booth == d.Own.Booth
	d.Hand.Station = bare(s)
	if d.Here {
		d.Hand.Station = nil
	}
	return d
}

func handStation(d Assisting) *party.Station {
	if d.Here {
		return d.Own
	}
	return d.Hand.Station
}

func runWaiting(d Assisting, _ Nonce) Effect { return LoadDrafts{Page: d.Page} }

func tapWaitingPage(d Assisting, arg string) (Assisting, Event, *Problem) {
	d.Page = pageOf(arg, d.Page)
	return d, stay, nil
}

// tapPick takes one of the list up, or throws it away.
func tapPick(yes bool, ev Event) func(Assisting, string) (Assisting, Event, *Problem) {
	return func(d Assisting, arg string) (Assisting, Event, *Problem) {
		id, err := strconv.ParseInt(arg, 10, 64)
		if err != nil {
			return d, stay, nil
		}
		d.Pick, d.Yes = id, yes
		return d, ev, nil
	}
}

func runReopen(d Assisting, _ Nonce) Effect { return LoadDraft{ID: d.Pick} }

// doneReopen puts the one picked at hand. A yes from the list counts for what
// the list said of a draft that is ready.
func doneReopen(d Assisting, r Result) (Assisting, Event, *Problem) {
	got, _ := r.(DraftLoaded)
	if got.Draft.ID == 0 {
		d.Pick, d.Yes = 0, false
		return d, looksOn, problem("assist.gone")
	}
	yes := d.Yes
	d = fresh(d)
	d.Hand, d.Listed, d.Waiting = got.Draft, true, got.Waiting
	d = withStation(d, got.Draft.Station)
	if yes && d.Hand.Plain() {
		return d, confirmed, nil
	}
	if d.Hand.Words != "" { // what is wrong with it is said again
		_, p := takeDown(d.Hand.Words)
		return d, nextOf(d), counted(AssistDraft{}, p, Input{})
	}
	return d, nextOf(d), nil
}

func runDrop(d Assisting, _ Nonce) Effect {
	if d.Pick != 0 {
		return DropDraft{ID: d.Pick}
	}
	return DropDraft{ID: d.Hand.ID}
}

func doneDrop(d Assisting, _ Result) (Assisting, Event, *Problem) {
	listed := d.Pick != 0 || d.Waiting > 0
	d = fresh(d)
	if listed {
		return d, looksOn, problem("assist.dropped")
	}
	return d, needPerson, problem("assist.dropped")
}

func runAssisted(d Assisting, _ Nonce) Effect {
	e := SaveMember{
		Nonce: d.Hand.Nonce, Via: party.Assisted, Name: d.Hand.Name, VoterID: d.Hand.VoterID,
		Mobile: d.Hand.Mobile, Consent: party.CurrentConsent,
	}
	if s := handStation(d); s != nil {
		e.Booth, e.Version = s.Booth, s.Version
	}
	return e
}

// doneAssisted keeps what the slip needs, and forgets the Voter ID.
func doneAssisted(d Assisting, r Result) (Assisting, Event, *Problem) {
	res, _ := r.(Saved)
	if res.Record.Number == "" {
		return Assisting{}, none, nil
	}
	matched := d.Hand.VoterID.Check
	hand := AssistDraft{Name: res.Record.Name, Mobile: d.Hand.Mobile}
	d = fresh(d)
	d.Hand, d.Number, d.Slip, d.Matched = hand, res.Record.Number, res.Slip, matched
	d.Added++
	return d, saved, nil
}
