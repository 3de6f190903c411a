package flows

import (
	"strings"

	"sadasya/party"
)

// The switches of what the clock says, for admins: for the whole state and for a
// district, where the internet may be shut. The command has no state; each button
// says what is to be, so that an old one is harmless.

const switchesName = "switches"

// LoadSwitches asks for the switches of a district by its English name; empty: of
// the whole state. Its result is Switches.
type LoadSwitches struct{ District string }

// TurnSwitch turns one on or off. Its result is Switches.
type TurnSwitch struct {
	What     party.ClockWord
	District string
	On       bool
}

// Switches answers both; for who is no admin it is zero.
type Switches struct {
	Admin    bool
	District string
	List     []Switch // in the order of party.ClockWords
	Places   []SwitchPlace
}

// Switch is one of them.
type Switch struct {
	What      party.ClockWord
	On        bool
	StateOff  bool       // it is off for the whole state
	Districts int        // in so many it is off
	By        party.Name // who turned it last; empty: an admin without a name
	Code      party.Code // of the same; empty: nobody turned it
	At        Moment
}

// SwitchPlace is a district, and whether anything is switched off there.
type SwitchPlace struct {
	District District
	Off      bool
}

func (LoadSwitches) effect() {}
func (TurnSwitch) effect()   {}
func (Switches) result()     {}

// switchCommand finds the commands of the clock's room.
func switchCommand(name string) (c command, typed, ok bool) {
	switch name {
	case switchesName: // by a button with a district behind it
		return command{run: loadsSwitches, done: switchesShown}, true, true
	case "switch": // "daily off Jaipur"
		return command{run: turnsSwitch, done: switchesShown}, false, true
	case "switchwhere":
		return command{run: loadsSwitches, done: switchPlacesShown}, false, true
	}
	return command{}, false, false
}

func loadsSwitches(_ *Engine, t Turn, in Input) (Turn, error) {
	var where string
	if in.Kind == Tap {
		where = in.Text
	}
	t.Run = LoadSwitches{District: where}
	return t, nil
}

func turnsSwitch(_ *Engine, t Turn, in Input) (Turn, error) {
	what, rest, _ := strings.Cut(in.Text, " ")
	to, where, _ := strings.Cut(rest, " ")
	if word := party.ClockWord(what); word.Valid() && (to == "on" || to == "off") {
		t.Run = TurnSwitch{What: word, District: where, On: to == "on"}
		return t, nil
	}
	t.Run = LoadSwitches{}
	return t, nil
}

func switchesShown(_ *Engine, t Turn, r Result) (Turn, error) {
	s, ok := r.(Switches)
	switch {
	case !ok:
		return t, errResult
	case !s.Admin:
		return t.say(ask(T("admin.none"), global("go", "button.goon"))), nil
	}
	return t.say(switchesScreen(s)), nil
}

func switchesScreen(s Switches) Screen {
	title := T("switches.state")
	if s.District != "" {
		title = T("switches.district", "district", DistrictName(s.District))
	}
	b := Bubble{Text: []Line{title}}
	for _, w := range s.List {
		b.Text = append(b.Text, switchLine(w, s.District != ""))
		to, key := "off", "button.switchoff"
		if !w.On {
			to, key = "on", "button.switchon"
		}
		id := strings.TrimSpace("switch:" + string(w.What) + " " + to + " " + s.District)
		b.Buttons = append(b.Buttons, []Button{global(id, key, "what", clockWords(w.What))})
	}
	b.Text = append(b.Text, T("switches.skips"))
	if s.District == "" {
		b.Buttons = append(b.Buttons, []Button{global("switchwhere", "button.bydistrict")}, []Button{global("go", "button.goon")})
	} else {
		b.Buttons = append(b.Buttons, []Button{global("switchwhere", "button.otherdistrict"), global(switchesName, "button.wholestate")})
	}
	return Screen{Bubbles: []Bubble{b}}
}

// switchLine says how one stands, and who turned it last.
func switchLine(w Switch, ofDistrict bool) Line {
	how := T("switches.on")
	switch {
	case !w.On:
		how = T("switches.off")
	case ofDistrict && w.StateOff:
		how = T("switches.stateoff")
	case !ofDistrict && w.Districts > 0:
		how = T("switches.partly", "count", w.Districts)
	}
	var by any = w.By
	switch {
	case w.At.On.IsZero():
		return T("switches.one", "what", clockWords(w.What), "how", how)
	case w.By == "":
		by = handWords(Hand{Office: party.Admin, Code: w.Code})
	}
	return T("switches.turned", "what", clockWords(w.What), "how", how, "by", by, "at", w.At)
}

func clockWords(w party.ClockWord) Line {
	switch w {
	case party.ClockDaily:
		return T("clock.daily")
	case party.ClockPace:
		return T("clock.pace")
	}
	return T("clock.reminder")
}

func switchPlacesShown(e *Engine, t Turn, r Result) (Turn, error) {
	s, ok := r.(Switches)
	if !ok || !s.Admin {
		return switchesShown(e, t, r)
	}
	b := Bubble{Text: []Line{T("switches.where")}}
	for _, p := range s.Places {
		key := "button.districtname"
		if p.Off {
			key = "button.districtoff"
		}
		b.Buttons = inRows(b.Buttons, 2, global(switchesName+":"+p.District.DistrictEN, key, "district", p.District))
	}
	b.Buttons = append(b.Buttons, []Button{global(switchesName, "button.wholestate")})
	return t.say(Screen{Bubbles: []Bubble{b}}), nil
}
