// Broadcasts: what admins send to many, and to whom.

package party

import (
	"errors"
	"slices"
	"strings"
)

// Group is whom a broadcast is for, before anything narrows it.
type Group string

// The groups.
const (
	Subscribers Group = "news"       // those who said yes to news
	Unfinished  Group = "unfinished" // those who agreed to the notice and did not get to a number
	Enrollers   Group = "enrollers"
	Chiefs      Group = "chiefs"
)

// Groups lists them in the order in which they are offered.
func Groups() []Group { return []Group{Subscribers, Unfinished, Enrollers, Chiefs} }

// Audience is whom a broadcast is for: a group, and all that narrows it. What is
// not set does not narrow.
type Audience struct {
	Group    Group    `json:"g"`
	Step     string   `json:"s,omitempty"` // Unfinished: where they stand, such as "voterid"
	District string   `json:"d,omitempty"` // English name
	ACs      []int    `json:"a,omitempty"` // any of these constituencies
	Booth    Booth    `json:"b,omitzero"`
	Language Language `json:"l,omitempty"`
	Gender   Gender   `json:"n,omitempty"` // as they chose to say
	Below    int      `json:"u,omitempty"` // Enrollers: with fewer confirmed members than this
	Reminder bool     `json:"r,omitempty"` // Unfinished: by the clock, who was not reminded yet and does not write at present
	Without  []string `json:"w,omitempty"` // Reminder: not in these districts, by their English names
}

// Narrow tells whether it depends on what a member's row says.
func (a Audience) Narrow() bool {
	return a.District != "" || len(a.ACs) > 0 || !a.Booth.IsZero() || a.Gender != ""
}

// errAudience says that what narrows an audience does not go with its group.
var errAudience = errors.New("not an audience")

// Validate tells whether the audience can be meant. The error says nothing more.
func (a Audience) Validate() error {
	switch {
	case !slices.Contains(Groups(), a.Group),
		a.Step != "" && a.Group != Unfinished,
		a.Below != 0 && a.Group != Enrollers,
		a.Reminder && a.Group != Unfinished, len(a.Without) > 0 && !a.Reminder,
		a.Gender != "" && a.Group == Unfinished:
		return errAudience
	}
	return nil
}

// Topic is the consent that a broadcast to the group rests on: each is taken back
// by itself.
func (g Group) Topic() ConsentKind {
	switch g {
	case Enrollers, Chiefs:
		return Duties
	case Unfinished:
		return Reminders
	}
	return News
}

// Letter is what is sent. Its text is Telegram's HTML with places to fill.
type Letter struct {
	Text   Text   `json:"t"`           // empty in a language: the other one is sent
	Photo  string `json:"p,omitempty"` // Telegram's id of the file
	Button Text   `json:"b,omitzero"`
	URL    string `json:"u,omitempty"` // what the button opens
}

// Place is something that a letter is filled with, for each recipient anew.
type Place string

// The places.
const (
	NamePlace  Place = "name"
	BoothPlace Place = "booth"
	CountPlace Place = "count" // of the members an enroller brought
)

// Places lists those that can be filled for everyone of a group.
func (g Group) Places() []Place {
	switch g {
	case Subscribers, Chiefs:
		return []Place{NamePlace}
	case Enrollers:
		return []Place{NamePlace, BoothPlace, CountPlace}
	}
	return nil
}

// Places lists what the letter has to be filled with, in either language.
func (l Letter) Places() []Place {
	var all []Place
	note := func(p Place) string {
		if !slices.Contains(all, p) {
			all = append(all, p)
		}
		return ""
	}
	for _, text := range []string{l.Text.Hindi, l.Text.English} {
		fill(text, note)
	}
	return all
}

// Fill writes the text in a language, its places filled by value, which escapes.
func (l Letter) Fill(in Language, value func(Place) string) string {
	return fill(l.Text.In(in), value)
}

// fill replaces what stands between braces, once from left to right.
func fill(text string, value func(Place) string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(before)
		b.WriteString(value(Place(name)))
		text = after
	}
}
