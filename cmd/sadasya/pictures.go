package main

import (
	"strings"

	"sadasya/bot"
	"sadasya/bot/picture"
	"sadasya/party"
	"sadasya/store/reference"
	"sadasya/store/seal"
)

// pictures draws for the bot what bot/picture can, with links that the keys
// prove.
type pictures struct {
	drawer   *picture.Drawer
	keys     *seal.Keys
	username func() string
	outlines map[int]party.Outline
}

func newPictures(keys *seal.Keys, username func() string) (*pictures, error) {
	drawer, err := picture.New()
	if err != nil {
		return nil, err
	}
	outlines, err := reference.Outlines()
	return &pictures{drawer: drawer, keys: keys, username: username, outlines: outlines}, err
}

// Poster and Slips draw what an enroller hands out.
func (p *pictures) Poster(i bot.Invitation) ([]byte, error) { return p.drawer.Poster(p.poster(i)) }

func (p *pictures) Slips(i bot.Invitation) ([]byte, error) { return p.drawer.Slips(p.poster(i)) }

func (p *pictures) poster(i bot.Invitation) picture.Poster {
	return picture.Poster{
		Language: i.Language, Party: i.Party, Enroller: string(i.Enroller), Booth: i.Place, Code: i.Code, Fee: strings.TrimRight(i.Fee, "।."),
		Link: "https://t.me/" + p.username() + "?start=" + string(i.Code),
	}
}

// Certificate draws what an enroller may show of a milestone.
func (p *pictures) Certificate(m bot.Merit) ([]byte, error) {
	return p.drawer.Certificate(picture.Certificate{
		Language: m.Language, Party: m.Party, Enroller: string(m.Enroller), Booth: m.Place, Count: m.Count, On: m.On.In(m.Language),
	})
}

// Slip draws what a member keeps whom an enroller recorded.
func (p *pictures) Slip(s bot.Slip) ([]byte, error) {
	return p.drawer.MemberSlip(picture.MemberSlip{
		Language: s.Language, Party: s.Party, Name: s.Name, Number: s.Number, Enroller: string(s.Enroller), Helpline: s.Helpline,
		Link: "https://t.me/" + p.username() + "?start=" + string(s.Token),
	})
}

// Card draws a member's card.
func (p *pictures) Card(f bot.Face) ([]byte, error) {
	proof := party.Proof{Number: f.Number, Name: f.Name, Booth: f.Booth, On: f.On}
	return p.drawer.Card(picture.Card{
		Language: f.Language, Party: f.Party, Name: f.Name, Number: f.Number, Booth: f.Place, Inviter: f.Inviter, On: f.On.In(f.Language),
		Link: "https://t.me/" + p.username() + "?start=" + party.CardPayload(f.Number, p.keys.CardTag(f.Number)) + "#" + proof.Sign(p.keys.CardKey()),
	})
}

// Coverage draws the map of an area: the state by districts, a district by
// constituencies, a constituency by its booths.
func (p *pictures) Coverage(s bot.Survey) ([]byte, error) {
	m := picture.Coverage{Language: s.Language, Party: s.Party, Area: s.Area, On: s.On.In(s.Language), Credit: reference.OutlinesCredit}
	for _, c := range s.Parts {
		part := picture.Part{Name: c.Constituency.Name(s.Language), Outline: p.outlines[c.Constituency.AC], Booths: c.Booths, Filled: c.Filled}
		if s.Whole {
			part.Group = c.Constituency.District(s.Language)
		}
		m.Parts = append(m.Parts, part)
	}
	for _, d := range s.Dots {
		m.Dots = append(m.Dots, picture.Dot{At: party.GeoPoint{Lon: d.Lon, Lat: d.Lat}, Filled: d.Filled})
	}
	for _, b := range s.Bars {
		m.Bars = append(m.Bars, picture.Bar{Label: b.Name, Done: b.Done, Of: b.Of})
	}
	return p.drawer.Coverage(m)
}

// Stats draws the numbers of the drive, the districts in the order in which they
// are behind.
func (p *pictures) Stats(f bot.Figures) ([]byte, error) {
	pace := f.Members.On(f.On)
	m := picture.Stats{
		Language: f.Language, Party: f.Party, At: f.At.On.In(f.Language),
		Confirmed: f.All.Confirmed, Target: pace.Target, PerDay: pace.PerDay, By: pace.By.In(f.Language),
		Today: f.Today.Added, Week: f.Week.Added, Review: f.All.Review, Women: f.Said.WomenPercent(),
	}
	copy(m.Social[:], party.Percents(f.Said.Categories[:]))
	for _, d := range f.Behind() {
		m.Districts = append(m.Districts, picture.District{
			Name: party.Constituency(d.District).District(f.Language), Confirmed: d.Confirmed, Percent: d.Percent(),
		})
	}
	return p.drawer.Stats(m)
}
