package bot

import (
	"cmp"
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
	case flows.LetterPhoto:
		drawn.Name, drawn.ID = "letter", p.ID
	case flows.CardPicture: // the words below say the same
		drawn.Name = "card"
		drawn.PNG, err = r.pictures.Card(r.face(p.Record, t))
	case flows.CoveragePicture:
		drawn.Name = "coverage"
		drawn.PNG, err = r.pictures.Coverage(r.survey(p.Coverage, t))
	case flows.StatsPicture:
		drawn.Name = "stats"
		drawn.PNG, err = r.pictures.Stats(Figures{Stats: p.Stats, Language: t.language, Party: t.campaign["party_full"]})
	case flows.SlipPicture: // to be printed, or scanned from the screen
		drawn.Name = "slip"
		drawn.PNG, err = r.pictures.Slip(r.slip(p, t))
	case flows.PosterPicture:
		drawn.Name, drawn.Print = "poster", true
		draw := r.pictures.Poster
		if p.Slips {
			drawn.Name, draw = "slips", r.pictures.Slips
		}
		drawn.PNG, err = draw(Invitation{
			Language: t.language, Party: t.campaign["party_full"], Enroller: p.Name, Place: r.boothWords(p.Station, t), Code: p.Code, Fee: t.campaign["fee"],
		})
	case flows.CertificatePicture:
		drawn.Name = "certificate"
		drawn.PNG, err = r.pictures.Certificate(Merit{
			Language: t.language, Party: t.campaign["party_full"], Enroller: p.Name, Place: r.boothWords(p.Station, t), Count: p.Count, On: p.On,
		})
	}
	if err != nil {
		return nil
	}
	return &drawn
}

func (r *Renderer) slip(p flows.SlipPicture, t *tongue) Slip {
	s := Slip{
		Language: t.language, Party: map[party.Language]string{}, Name: p.Name, Number: p.Number, Enroller: p.By,
		Helpline: t.campaign["helpline"], Token: p.Slip,
	}
	for l, other := range r.tongues {
		s.Party[l] = other.campaign["party_full"]
	}
	return s
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

// survey is a coverage in words. A target that there is not has no bar.
func (r *Renderer) survey(c flows.Coverage, t *tongue) Survey {
	all := c.Whole()
	s := Survey{
		Language: t.language, Party: t.campaign["party_full"], Area: string(r.line(nil, t, c.AreaWords(), plain)), On: c.Today,
		Whole: c.Area == party.Area{}, Parts: c.Parts, Dots: c.Dots,
		Bars: []Reached{{r.label(t, flows.T("picture.bar.booths")), all.Filled, all.Booths}},
	}
	for _, b := range []struct {
		key      string
		shown    bool
		done, of int
	}{
		{"picture.bar.women", c.Aims.WomenPerBooth > 0, all.Women, all.Booths},
		{"picture.bar.enrollers", c.Enrollers.Target > 0, c.Enrollers.Done, c.Enrollers.Target},
		{"picture.bar.members", c.Members.Target > 0, c.Members.Done, c.Members.Target},
	} {
		if b.shown {
			s.Bars = append(s.Bars, Reached{r.label(t, flows.T(b.key)), b.done, b.of})
		}
	}
	return s
}

// barLength is how many signs a bar has that does not say.
const barLength = 10

// bar draws how far something is: full signs for what is done.
func bar(b flows.Bar) string {
	full, length := 0, cmp.Or(b.Length, barLength)
	if b.Of > 0 {
		full = min(length, length*max(b.Done, 0)/b.Of)
	}
	return strings.Repeat("▓", full) + strings.Repeat("░", length-full)
}
