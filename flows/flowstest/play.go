package flowstest

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sadasya/flows"
	"sadasya/party"
)

// Render turns a screen into bubbles and, for each button, its data.
type Render func(s flows.Screen, l party.Language) ([]Bubble, [][][]string)

// Player plays a transcript through the flows alone. The session goes through
// JSON between every two turns, as it does in a store.
type Player struct {
	World    *World
	Render   Render
	Language party.Language // the app's

	engine  *flows.Engine
	session flows.Session
	shown   []shown // every bubble so far
	turns   int
}

type shown struct {
	labels [][]string
	data   [][]string
}

// refusals is how many refused numbers the transcripts' campaign bears.
const refusals = 5

// ErrNoButton says that no button of a label was shown that comes back: one that
// opens something, or copies, does not.
var ErrNoButton = errors.New("no such button was shown")

// NewPlayer begins a chat in the world.
func NewPlayer(w *World, r Render, l party.Language) *Player {
	return &Player{World: w, Render: r, Language: l, engine: flows.New()}
}

// Session is where the conversation stands.
func (p *Player) Session() flows.Session { return p.session }

// Resume puts the chat where a session stands, which another program may have
// written.
func (p *Player) Resume(s flows.Session) { p.session = s }

// Play makes one turn and returns it with what followed.
func (p *Player) Play(t Turn) (Turn, error) {
	if words, ok := strings.CutPrefix(t.Input, "..."); ok {
		return p.pass(t, strings.TrimSpace(words))
	}
	in, err := p.input(t.Input)
	if err != nil {
		return t, err
	}
	t.Effects, t.Says = nil, nil
	turn, err := p.engine.Step(p.session, in)
	for err == nil && turn.Run != nil {
		r := p.World.Perform(turn.Run, p.language(turn.Session))
		if a, ok := r.(flows.Arrived); ok && turn.Session.Language != "" {
			a.Language = turn.Session.Language
			r = a
		}
		t.Effects = append(t.Effects, Describe(turn.Run, r)...)
		turn, err = p.engine.Resume(turn, r)
	}
	if err != nil {
		return t, err
	}
	if turn.Delete {
		t.Effects = append(t.Effects, "! the message is deleted")
	}
	if turn.Changed {
		c, err := p.engine.ComposeChanged(p.session, turn.Session)
		if err != nil {
			return t, err
		}
		if c.Keep != nil || c.Drop {
			p.World.composes = c.Keep
		}
		if p.session, err = throughJSON(turn.Session); err != nil {
			return t, err
		}
	}
	t.Says = Says(p.show(turn.Screen, turn.Session))
	return p.mask(t), nil
}

// pass lets time pass: what is to be said unasked is said.
func (p *Player) pass(t Turn, words string) (Turn, error) {
	if _, does := Meanwhile(words); does == "forgets" { // Redis does
		p.session, words = flows.Session{}, ""
	}
	told, err := p.World.passes(words)
	if err != nil {
		return t, err
	}
	var all []Bubble
	for _, n := range told {
		screen, ok := n.Say()
		if !ok {
			return t, fmt.Errorf("there are no words for a notice of kind %q", n.Kind)
		}
		all = append(all, p.show(screen, p.session)...)
	}
	if step := p.session.Where(); p.World.reminds(words, step) {
		all = append(all, p.show(flows.Reminder(step), p.session)...)
	}
	t.Effects, t.Says = nil, Says(all)
	return p.mask(t), nil
}

// show renders a screen into the chat.
func (p *Player) show(screen flows.Screen, s flows.Session) []Bubble {
	bubbles, data := p.Render(screen, p.language(s))
	for i, b := range bubbles {
		p.shown = append(p.shown, shown{labels: b.Buttons, data: data[i]})
	}
	return bubbles
}

func (p *Player) language(s flows.Session) party.Language {
	if s.Language != "" {
		return s.Language
	}
	return p.Language
}

// mask writes numbers that differ from run to run as N and CODE.
func (p *Player) mask(t Turn) Turn {
	for _, lines := range [][]string{t.Effects, t.Says} {
		for i := range lines {
			lines[i] = MaskEPIC(Mask(lines[i], p.World.Code), SlipVoterID)
			for _, r := range p.World.rows {
				lines[i] = strings.ReplaceAll(lines[i], r.Number.Display(), "N")
			}
			lines[i] = MaskLast(lines[i])
		}
	}
	return t
}

// drawn is what of a link differs from run to run.
var drawn = regexp.MustCompile(`([acep]_|s\d{11}_)[A-Za-z0-9_-]{22}`)

// perDay is how many a day are needed, which depends on the day.
var perDay = regexp.MustCompile(`(रोज़ )?\d+( a day makes| हों तो)`)

// Mask writes the referral code of a line as CODE, and what was drawn for a link
// as TOKEN, and how many a day are needed as N.
func Mask(line string, c party.Code) string {
	line = drawn.ReplaceAllString(line, "TOKEN")
	line = perDay.ReplaceAllString(line, "${1}N$2")
	return strings.NewReplacer(string(c), "CODE", c.Display(), "CODE").Replace(line)
}

// lastDigits is what is shown of a number in a list, and of an id.
var lastDigits = regexp.MustCompile(`…\d{4}\b`)

// MaskLast writes the last digits of a membership number as …N.
func MaskLast(line string) string { return lastDigits.ReplaceAllString(line, "…N") }

// MaskEPIC writes a Voter ID as EPIC, also where most of it is hidden.
func MaskEPIC(line, epic string) string {
	id := party.VoterID{Number: epic, Form: party.Modern}
	return strings.NewReplacer(id.Display(), "EPIC", id.Masked(), "EPIC hidden").Replace(line)
}

func throughJSON(s flows.Session) (flows.Session, error) { return flows.ReadSession(s.AppendJSON(nil)) }

// input reads the line of an input.
func (p *Player) input(line string) (flows.Input, error) {
	p.turns++
	in := flows.Input{At: Now(), Nonce: flows.Nonce{byte(p.turns), 1}, Tongue: string(p.Language), Refusals: refusals}
	mark, words, _ := strings.Cut(line, " ")
	switch mark {
	case "[x]", "[old]":
		in.Kind = flows.Tap
		in.Data = p.button(words, mark == "[old]")
		if in.Data == "" {
			return in, fmt.Errorf("%w: %q", ErrNoButton, words)
		}
		return in, nil
	}
	words = p.World.Words(words)
	if note, rest, ok := strings.Cut(strings.TrimPrefix(words, "("), ")"); ok && strings.HasPrefix(words, "(") {
		return p.special(in, note, strings.TrimSpace(rest))
	}
	return said(in, words), nil
}

// Words are those of a transcript, with what its marks stand for in this world.
func (w *World) Words(words string) string {
	words = strings.ReplaceAll(words, "CODE", string(w.Code))
	if rows := w.Rows(); len(rows) > 0 {
		words = strings.ReplaceAll(words, "MYNUMBER", string(rows[len(rows)-1].Number))
	}
	words = strings.NewReplacer("QUIETLINK", string(QuietToken), "ADMINLINK", string(AdminToken)).Replace(words)
	words = Links(OurSlips().In(words), string(Token), string(ChiefToken), string(ApplyToken), string(TeamToken))
	words = strings.ReplaceAll(words, "EPIC", SlipVoterID)
	return strings.ReplaceAll(words, `\n`, "\n")
}

func said(in flows.Input, words string) flows.Input {
	if command, ok := strings.CutPrefix(words, "/"); ok {
		in.Kind = flows.Command
		in.Name, in.Text, _ = strings.Cut(command, " ")
		return in
	}
	in.Kind, in.Text = flows.Text, words
	return in
}

// special reads "(photo)", "(edited) words" and their like.
func (p *Player) special(in flows.Input, note, rest string) (flows.Input, error) {
	if at, ok := Place(note); ok {
		in.Kind, in.Lat, in.Lon = flows.Location, at.Lat, at.Lon
		return in, nil
	}
	switch note {
	case "edited", "forwarded", "viabot":
		in = said(in, rest)
		in.Flaw = flows.Flaw(note)
	case "contact":
		in.Kind = flows.Contact
	case "forged tap":
		in.Kind, in.Data = flows.Tap, rest
	case "photo":
		in.Kind, in.Text, in.File = flows.Media, note, "photo"
	default:
		in.Kind, in.Text = flows.Media, note
	}
	return in, nil
}

// Links writes tokens where a transcript names their links.
func Links(words, enroller, chief, apply, team string) string {
	return strings.NewReplacer("CHIEFLINK", chief, "APPLYLINK", apply, "TEAMLINK", team, "LINK", enroller).Replace(words)
}

// Place reads "location", which is in Jaipur, or "location 28.0 73.3".
func Place(note string) (at flows.Point, ok bool) {
	if note == "location" {
		return flows.Point{Lat: 26.9, Lon: 75.8}, true
	}
	_, err := fmt.Sscanf(note, "location %f %f", &at.Lat, &at.Lon)
	return at, err == nil
}

// Key is how a transcript writes a key in place of the phone's own that comes
// with a bubble, or goes.
func Key(label string, gone bool) string {
	switch {
	case label != "":
		return "\n(key: " + label + ")"
	case gone:
		return "\n(key gone)"
	}
	return ""
}

// button finds the data of a button by its label.
func (p *Player) button(label string, oldest bool) string {
	order := slices.Clone(p.shown)
	if !oldest {
		slices.Reverse(order)
	}
	for _, s := range order {
		for i, row := range s.labels {
			for j, l := range row {
				if l == label && s.data[i][j] != "" {
					return s.data[i][j]
				}
			}
		}
	}
	return ""
}
