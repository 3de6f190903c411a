package flows

import (
	"sadasya/party"
	"sadasya/party/place"
)

// Screen is what a person sees next: at most two bubbles, in no language yet.
type Screen struct {
	Bubbles []Bubble
	Receipt bool // the first bubble must be known to have arrived
	Live    int  // the first bubble shows this broadcast, and is written anew as it goes on; 0: none
}

// Bubble is one message: paragraphs of text with rows of buttons under it.
type Bubble struct {
	Text    []Line
	Buttons [][]Button
	Picture Picture // above the text; nil: none
	Voice   string  // instead of text: what is spoken, by its name in locales/voice
	Keys    Keys    // instead of buttons: keys in place of the phone's own
}

// Picture is what is drawn for a person.
type Picture interface{ picture() }

// CardPicture is a member's card.
type CardPicture struct{ Record }

// PosterPicture is an enroller's poster, or the sheet of slips to cut off.
type PosterPicture struct {
	Enroller
	Slips bool
}

// SlipPicture is what a member who was enrolled in an enroller's chat keeps.
type SlipPicture struct {
	Name   party.Name
	Number party.Number
	By     party.Name
	Slip   party.SlipToken
}

func (CardPicture) picture()   {}
func (SlipPicture) picture()   {}
func (PosterPicture) picture() {}

// Keys are keys in place of the phone's own.
type Keys string

// The kinds of keys.
const (
	NoKeys       Keys = "none"     // those shown before go away
	LocationKeys Keys = "location" // one that shares where the phone is
)

// Line is a locale key with its arguments, name and value in turn. Values are
// strings, integers and types of party; whoever renders knows how to say them.
type Line struct {
	Key  string
	Args []any
}

// T makes a Line, as in T("voterid.length", "found", 9).
func T(key string, args ...any) Line { return Line{Key: key, Args: args} }

// Button is offered under a bubble. ID names a tap of the present step, or one
// of the taps that always count where it begins with "g."; "pick:54/12" is the
// tap pick with an argument. URL and Share open something instead.
type Button struct {
	ID    string
	Label Line
	URL   Line         // a web address
	Share Line         // words to send by WhatsApp
	To    party.Mobile // of Share: to whom; empty: the person chooses
	Send  Invite       // to send by Telegram
	Copy  Line         // words for the phone's clipboard
	Data  string       // what the channel brings back; set by the engine
}

// Invite is a link and the words that go with it.
type Invite struct {
	Link  Link
	Words Line
}

// Link is the chat link with this start payload; empty: the bare link.
type Link string

// Problem is why an input was not taken as an answer, or a remark on the way.
type Problem struct {
	Line
	Delete bool // the message holds what must not lie in the chat
	Counts bool // a refused number; too many bring a pause (its Line may be empty)
}

func problem(key string, args ...any) *Problem { return &Problem{Line: T(key, args...)} }

func tap(id, key string, args ...any) Button { return Button{ID: id, Label: T(key, args...)} }

// bubble is the usual message: lines, then one button a row.
func bubble(lines []Line, buttons ...Button) Bubble {
	b := Bubble{Text: lines}
	for _, x := range buttons {
		b.Buttons = append(b.Buttons, []Button{x})
	}
	return b
}

// ask is the usual screen: one bubble.
func ask(line Line, buttons ...Button) Screen {
	return Screen{Bubbles: []Bubble{bubble([]Line{line}, buttons...)}}
}

// District names a district in whatever language it is rendered.
type District party.Constituency

// DistrictOf is the district that a constituency lies in.
func DistrictOf(c party.Constituency) District { return District(c) }

// RoomOf is the part of its building that a booth has.
func RoomOf(s party.Station) place.Room {
	if r := place.Read(s.NameEN).Room; !r.IsZero() {
		return r
	}
	return place.Read(s.NameHI).Room
}

// PlaceOf is a building as it is offered.
func PlaceOf(b place.Building) Place {
	return Place{ID: b.ID, AC: b.AC, NameEN: b.NameEN, NameHI: b.NameHI, Booths: len(b.Booths), Only: b.Only()}
}

// PlacesOf is what a search found, as it is offered.
func PlacesOf(f place.Found) Places {
	p := Places{Sure: f.Sure, More: f.More}
	for _, b := range f.Best {
		p.List = append(p.List, PlaceOf(b))
	}
	return p
}

// AC names a constituency by its number, 1 to 200.
type AC int

// DistrictName names a district by its English name.
type DistrictName string
