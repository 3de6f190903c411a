package flows

import (
	"errors"
	"strconv"
	"strings"
	"unicode"

	"sadasya/party"
)

// How the booth is found by who does not know its number: the village or
// mohalla typed, or the phone's location; place first, then room.

// longestWords is how much of what was typed a session carries, in bytes.
const longestWords = 120

// takePlace takes whatever leads to a booth: its number, the name of a place,
// or a location.
func takePlace(d Enrolment, in Input) (Enrolment, Event, *Problem) {
	if in.Kind == Location {
		d = noPlace(d)
		d.At = &Point{Lat: in.Lat, Lon: in.Lon}
		return d, named, nil
	}
	b, err := party.ParseBooth(in.Text)
	switch {
	case err == nil:
		d.Sought = b
		return d, sought, nil
	case errors.Is(err, party.ErrBoothRange):
		return d, stay, problem("booth.range")
	case !strings.ContainsFunc(in.Text, unicode.IsLetter):
		return d, stay, problem("booth.form")
	}
	d = noPlace(d)
	d.Words = clipped(strings.Join(strings.Fields(in.Text), " "))
	return d, named, nil
}

func clipped(words string) string {
	if len(words) > longestWords {
		words = strings.ToValidUTF8(words[:longestWords], "")
	}
	return words
}

// noPlace forgets what was sought before.
func noPlace(d Enrolment) Enrolment {
	d.Words, d.At, d.Place, d.Page = "", nil, 0, 0
	return d
}

func askElsewhere(d Enrolment, _ Result) Screen {
	line := T("elsewhere.ask")
	if d.Via == party.Family {
		line = T("elsewhere.family")
	}
	return ask(line, tap("locate", "button.locate"), tap("district", "button.district"), tap("unknown", "button.unknown"))
}

// askLocating shows the phone's own button for its location. The buttons under
// the second bubble lead on for who would rather not.
func askLocating(Enrolment, Result) Screen {
	return Screen{Bubbles: []Bubble{
		{Text: []Line{T("locating.ask")}, Keys: LocationKeys},
		bubble([]Line{T("locating.else")}, tap("district", "button.district"), tap("unknown", "button.unknown")),
	}}
}

func runPlaces(d Enrolment, _ Nonce) Effect {
	e := FindPlaces{Words: d.Words, At: d.At}
	if d.Inviter.Station != nil {
		e.Near = d.Inviter.Station.Booth
	}
	return e
}

// askPlaces offers what was found as a numbered list; where nothing fits it
// says so, with the way on.
func askPlaces(d Enrolment, r Result) Screen {
	found, _ := r.(Places)
	b := Bubble{Text: []Line{placesTitle(d, found)}}
	for i, p := range found.List {
		n := itoa(i + 1)
		if p.Only.IsZero() {
			b.Text = append(b.Text, T("places.several", "n", n, "place", p, "ac", AC(p.AC), "booths", p.Booths))
			b.Buttons = inRows(b.Buttons, PlacesAtOnce, tap("pick:"+strconv.FormatInt(p.ID, 10), "button.part", "part", n))
			continue
		}
		b.Text = append(b.Text, T("places.one", "n", n, "place", p, "ac", AC(p.AC), "part", p.Only.PartString()))
		b.Buttons = inRows(b.Buttons, PlacesAtOnce, tap("pick:"+p.Only.String(), "button.part", "part", n))
	}
	if found.More {
		b.Text = append(b.Text, T("places.more"))
	}
	b.Buttons = append(b.Buttons, []Button{tap("retype", "button.retype")}, []Button{tap("district", "button.district")})
	s := withUnknown(b)
	if d.At != nil { // the key for the location has done its work
		s.Bubbles = append([]Bubble{{Text: []Line{T("places.located")}, Keys: NoKeys}}, s.Bubbles...)
	}
	return s
}

func placesTitle(d Enrolment, found Places) Line {
	switch {
	case d.At != nil && len(found.List) == 0:
		return T("places.outside")
	case d.At != nil:
		return T("places.nearest")
	case len(found.List) == 0:
		return T("places.none")
	case !found.Sure:
		return T("places.alike")
	}
	return T("places.ask")
}

// tapPlace takes a place, or at once the booth of one that has no other.
func tapPlace(d Enrolment, arg string) (Enrolment, Event, *Problem) {
	if b, err := party.ParseBooth(arg); err == nil {
		d.Sought = b
		return d, sought, nil
	}
	id, err := strconv.ParseInt(arg, 10, 64)
	if err != nil {
		return d, stay, nil
	}
	d.Place, d.Page = id, 0
	return d, chose, nil
}

func runRooms(d Enrolment, _ Nonce) Effect { return ListRooms{Place: d.Place, Page: d.Page} }

func askRooms(_ Enrolment, r Result) Screen {
	s, _ := r.(Rooms)
	if len(s.List) == 0 {
		return withUnknown(bubble([]Line{T("rooms.gone")}, tap("retype", "button.retype")))
	}
	b := Bubble{Text: []Line{T("rooms.ask", "place", s.Place, "booths", s.Place.Booths)}}
	for _, st := range s.List {
		label, room := T("button.boothpart", "part", st.Booth.PartString()), RoomOf(st)
		if !room.IsZero() {
			label = T("button.room", "part", st.Booth.PartString(), "room", room)
		}
		b.Buttons = append(b.Buttons, []Button{{ID: "pick:" + st.Booth.String(), Label: label}})
	}
	b.Buttons = turning(b.Buttons, s.Page, s.More)
	return withUnknown(b)
}

func tapRoom(d Enrolment, arg string) (Enrolment, Event, *Problem) {
	b, err := party.ParseBooth(arg)
	if err != nil {
		return d, stay, nil
	}
	d.Sought = b
	return d, sought, nil
}
