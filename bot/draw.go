package bot

import (
	"strings"

	"sadasya/flows"
	"sadasya/party"
)

// What is drawn for a person: pictures by the port Pictures, bars in letters.

// picture draws what a screen wants; nil where that fails.
func (r *Renderer) picture(p flows.Picture, t *tongue) *Picture {
	var drawn Picture
	var err error
	switch p := p.(type) {
	case flows.CardPicture: // the words below say the same
		drawn.Name = "card"
		drawn.PNG, err = r.pictures.Card(r.face(p.Record, t))
	case flows.PosterPicture:
		drawn.Name, drawn.Print = "poster", true
		draw := r.pictures.Poster
		if p.Slips {
			drawn.Name, draw = "slips", r.pictures.Slips
		}
		drawn.PNG, err = draw(Invitation{
			Language: t.language, Party: t.campaign["party_full"], Enroller: p.Name, Place: r.boothWords(p.Station, t), Code: p.Code, Fee: t.campaign["fee"],
		})
	}
	if err != nil {
		return nil
	}
	return &drawn
}

func (r *Renderer) boothWords(s *party.Station, t *tongue) string {
	if s == nil {
		return string(r.line(nil, t, flows.T("booth.pending"), plain))
	}
	return string(r.line(nil, t, flows.T("booth.named", "part", s.Booth.PartString(), "station", *s), plain))
}

func (r *Renderer) face(rec flows.Record, t *tongue) Face {
	f := Face{
		Language: t.language, Party: t.campaign["party_full"], Name: rec.Name, Number: rec.Number, Inviter: rec.Inviter, On: rec.On,
		Place: r.boothWords(rec.Station, t),
	}
	if rec.Station != nil {
		f.Booth = rec.Station.Booth
	}
	return f
}

// barLength is how many signs a bar has.
const barLength = 10

// bar draws how far something is: full signs for what is done.
func bar(b flows.Bar) string {
	full := 0
	if b.Of > 0 {
		full = min(barLength, barLength*max(b.Done, 0)/b.Of)
	}
	return strings.Repeat("▓", full) + strings.Repeat("░", barLength-full)
}
