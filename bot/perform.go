package bot

import (
	"context"
	"errors"
	"fmt"

	"sadasya/flows"
	"sadasya/party"
)

// perform runs the one effect that a turn waits for. Each is idempotent under
// the person and the update, so that a repeat gives the first result.
func (b *Bot) perform(ctx context.Context, t flows.Turn, u Update) (flows.Result, error) {
	a := flows.Actor{Person: u.Person, Update: u.ID, Language: b.language(t.Session, u)}
	switch e := t.Run.(type) {
	case flows.Arrive:
		return b.arrive(ctx, a, t.Session, e)
	case flows.RecordConsent:
		return flows.Recorded{}, b.world.People.RecordConsent(ctx, a, e)
	case flows.RecordAbout:
		return flows.Recorded{}, b.world.Members.RecordAbout(ctx, a, e)
	case flows.FindStation:
		return b.findStation(ctx, e)
	case flows.ListDistricts:
		return flows.Districts{List: b.world.Places.Districts()}, nil
	case flows.ListConstituencies:
		return flows.Constituencies{List: b.world.Places.Constituencies(e.District)}, nil
	case flows.ListStations:
		return b.listStations(ctx, e)
	case flows.FindPlaces:
		return result(b.world.Booths.FindPlaces(ctx, e))
	case flows.ListRooms:
		return result(b.world.Booths.Rooms(ctx, e.Place, e.Page))
	case flows.SaveMember:
		return result(b.world.Members.SaveMember(ctx, a, e))
	case flows.CorrectMember:
		return b.correct(ctx, a, e)
	case flows.LoadRecords:
		return result(b.world.Members.Records(ctx, a))
	case flows.LoadEnroller:
		return b.enroller(ctx, a)
	case flows.CheckEnroller:
		return result(b.world.Enroll.EnrollerOf(ctx, e.Code))
	case flows.ListJoined:
		return result(b.world.Enroll.Joined(ctx, a, e))
	case flows.SetDaily:
		return result(b.world.Enroll.SetDaily(ctx, a, e.On))
	case flows.CheckCard:
		return result(b.world.Cards.CheckCard(ctx, e))
	case flows.Withdraw:
		return b.withdraw(ctx, a, e)
	case flows.OpenLink:
		return b.openLink(ctx, a, e)
	case flows.AcceptLink:
		return b.acceptLink(ctx, a, e)
	case flows.Apply:
		return result(b.world.Offices.Apply(ctx, a, e))
	case flows.OpenSlip:
		return b.openSlip(ctx, a, t.Session, e)
	}
	return b.performOffice(ctx, a, t.Run)
}

// performOffice runs the effects of those who hold an office.
func (b *Bot) performOffice(ctx context.Context, a flows.Actor, e flows.Effect) (flows.Result, error) {
	switch e := e.(type) {
	case flows.LoadDesk:
		return result(b.world.Appoint.Desk(ctx, a, e.Page))
	case flows.LoadGround:
		return result(b.world.Appoint.Ground(ctx, a, e.Office))
	case flows.MakeLink:
		return result(b.world.Appoint.MakeLink(ctx, a, e))
	case flows.RevokeLink:
		return flows.Recorded{}, b.world.Appoint.RevokeLink(ctx, a, e.ID)
	case flows.DecideApplicant:
		return result(b.world.Appoint.DecideApplicant(ctx, a, e))
	case flows.ConfirmAppointment:
		return result(b.world.Appoint.ConfirmAppointment(ctx, a, e))
	}
	for _, perform := range []func(context.Context, flows.Actor, flows.Effect) (flows.Result, bool, error){
		b.performAssist,
		b.performClaim,
		b.performTeam,
		b.performReview,
		b.performCoverage,
		b.performBroadcast,
		b.performAdmin,
		b.performClock,
	} {
		if r, ok, err := perform(ctx, a, e); ok || err != nil {
			return r, err
		}
	}
	return nil, fmt.Errorf("no hand for effect %T", e)
}

func result[R flows.Result](r R, err error) (flows.Result, error) { return r, err }

// arrive looks the person up. Whoever tried many codes today that nobody has is
// let in without one; the language chosen in this session outranks the stored one.
func (b *Bot) arrive(ctx context.Context, a flows.Actor, s flows.Session, e flows.Arrive) (flows.Result, error) {
	today, tired := b.strayed(s)
	if tired {
		e.Code = ""
	}
	arrived, err := b.world.People.Arrive(ctx, a, e)
	if err != nil {
		return nil, err
	}
	if e.Code != "" && arrived.Code == "" {
		arrived.Stray = today
	}
	if s.Language != "" {
		arrived.Language = s.Language
	}
	return arrived, nil
}

// indiaAhead is how far Asia/Kolkata is before UTC, in seconds.
const indiaAhead = 5*60*60 + 30*60

// strayed tells the day in India, counted from 1970, and whether the person has tried as
// many codes and slips on it, that nobody has, as are looked up.
func (b *Bot) strayed(s flows.Session) (today int, tired bool) {
	today = int((b.world.Now().Unix() + indiaAhead) / (24 * 60 * 60))
	return today, s.StrayDay == today && s.Strays >= b.world.Campaign.Thresholds.UnknownCodes
}

// enroller gives the person's office and how far it is, by the campaign's aim.
func (b *Bot) enroller(ctx context.Context, a flows.Actor) (flows.Result, error) {
	o, err := b.world.Enroll.Enroller(ctx, a)
	if err != nil {
		return nil, err
	}
	o.Target, o.Days = b.world.Aim.Members, b.world.Aim.By.DaysFrom(b.world.Now())
	return o, nil
}

func (b *Bot) findStation(ctx context.Context, e flows.FindStation) (flows.Result, error) {
	s, err := b.world.Booths.Station(ctx, e.Booth)
	if errors.Is(err, party.ErrNotFound) {
		return flows.StationFound{}, nil
	}
	return flows.StationFound{Station: &s}, err
}

func (b *Bot) listStations(ctx context.Context, e flows.ListStations) (flows.Result, error) {
	c, ok := b.world.Places.Constituency(e.AC)
	if !ok {
		return flows.Stations{Page: e.Page}, nil
	}
	list, more, err := b.world.Booths.Stations(ctx, e.AC, e.Page)
	return flows.Stations{Constituency: c, List: list, Page: e.Page, More: more}, err
}

func (b *Bot) correct(ctx context.Context, a flows.Actor, e flows.CorrectMember) (flows.Result, error) {
	s, err := b.world.Members.CorrectMember(ctx, a, e)
	if errors.Is(err, party.ErrNotFound) {
		return flows.Saved{}, nil // it was withdrawn meanwhile
	}
	return s, err
}

func (b *Bot) withdraw(ctx context.Context, a flows.Actor, e flows.Withdraw) (flows.Result, error) {
	err := b.world.Members.Withdraw(ctx, a, e.Number)
	if errors.Is(err, party.ErrNotFound) {
		err = nil // gone already
	}
	return flows.Recorded{}, err
}

func (b *Bot) openLink(ctx context.Context, a flows.Actor, e flows.OpenLink) (flows.Result, error) {
	link, err := b.world.Offices.OpenLink(ctx, a, e.Token)
	if givesNothing(err) {
		return flows.LinkOpened{}, nil
	}
	return link, err
}

func (b *Bot) acceptLink(ctx context.Context, a flows.Actor, e flows.AcceptLink) (flows.Result, error) {
	_, code, err := b.world.Offices.AcceptLink(ctx, a, e)
	if givesNothing(err) {
		return flows.LinkAccepted{}, nil
	}
	return flows.LinkAccepted{Code: code, Waits: err == nil && code == ""}, err
}

func givesNothing(err error) bool {
	return errors.Is(err, party.ErrNotFound) || errors.Is(err, party.ErrLinkSpent)
}
