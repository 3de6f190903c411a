package flows

import (
	"strings"

	"sadasya/party"
)

// What an enroller does with the office: the link and what is printed of it, and
// how far they are. The commands only read, so they have no state.

// LoadEnroller asks for the person's own office as enroller. Its result is
// Enroller.
type LoadEnroller struct{}

// CheckEnroller asks who has a code. Its result is Enroller too, without the
// counts.
type CheckEnroller struct{ Code party.Code }

// Enroller is an enroller. The zero Enroller: there is none.
type Enroller struct {
	Code    party.Code
	Name    party.Name
	Station *party.Station
	By      party.Post // the appointing office; none: the party, by the command line
	Past    bool       // suspended, or holds the office no more

	Added     int   // members by this code who have not left
	Confirmed int   // of them, those that count
	Self      Tally // of both, those who enrolled themselves
	Family    Tally // on a phone of the family
	Assisted  Tally // recorded by the enroller: confirmed once claimed or called back
	Yesterday int   // of those added, yesterday
	Target    int   // that the campaign asks for
	Days      int   // until its last day, that day included; 0: it is over
	NoDaily   bool  // the daily word is switched off
}

// Tally counts members.
type Tally struct{ Added, Confirmed int }

func (LoadEnroller) effect()  {}
func (CheckEnroller) effect() {}
func (Enroller) result()      {}

func loadsEnroller(_ *Engine, t Turn, _ Input) (Turn, error) {
	t.Run = LoadEnroller{}
	return t, nil
}

// forEnroller shows a screen to an enroller, and to anyone else that they are
// none.
func forEnroller(screen func(Enroller) Screen) func(*Engine, Turn, Result) (Turn, error) {
	return func(_ *Engine, t Turn, r Result) (Turn, error) {
		o, ok := r.(Enroller)
		if !ok {
			return t, errResult
		}
		if o.Code == "" {
			return t.say(notEnroller()), nil
		}
		return t.say(screen(o)), nil
	}
}

func notEnroller() Screen { return ask(T("enroller.none"), global("go", "button.goon")) }

func linkScreen(o Enroller) Screen {
	share := T("share.enroller", "link", Link(o.Code), "name", o.Name)
	return ask(T("enroller.link", "link", Link(o.Code), "code", o.Code),
		Button{Label: T("button.share"), Share: share},
		Button{Label: T("button.copy"), Copy: T("copy.link", "link", Link(o.Code))},
		Button{Label: T("button.telegram"), Send: Invite{Link: Link(o.Code), Words: T("share.telegram", "name", o.Name)}},
		global("poster", "button.poster"), global("slips", "button.slips"), global("progress", "button.progress"), global("members", "button.members"))
}

func posterScreen(slips bool) func(Enroller) Screen {
	return func(o Enroller) Screen {
		key := "enroller.poster"
		if slips {
			key = "enroller.slips"
		}
		b := bubble([]Line{T(key)}, global("link", "button.link"))
		b.Picture = PosterPicture{Enroller: o, Slips: slips}
		return Screen{Bubbles: []Bubble{b}}
	}
}

func progressScreen(o Enroller) Screen {
	lines := []Line{
		T("progress.title", "name", o.Name),
		T("progress.bar", "bar", Bar{Done: o.Confirmed, Of: o.Target}, "confirmed", o.Confirmed, "target", o.Target),
		T("progress.added", "added", o.Added, "yesterday", o.Yesterday),
	}
	for _, way := range []struct {
		key string
		Tally
	}{{"progress.self", o.Self}, {"progress.family", o.Family}, {"progress.assisted", o.Assisted}} {
		if way.Added > 0 {
			lines = append(lines, T(way.key, "added", way.Added, "confirmed", way.Confirmed))
		}
	}
	switch left := o.Target - o.Confirmed; {
	case left <= 0:
		lines = append(lines, T("progress.reached"))
	case o.Days == 0:
		lines = append(lines, T("progress.over"))
	default:
		lines = append(lines, T("progress.pace", "perday", (left+o.Days-1)/o.Days))
	}
	buttons := tools("progress")
	if o.NoDaily {
		buttons = append(buttons, global("daily", "button.daily"))
	}
	return Screen{Bubbles: []Bubble{bubble(lines, append(buttons, global("resign", "button.resign"))...)}}
}

// tools are the buttons of an enroller's tools, without the one that is open.
func tools(open string) (list []Button) {
	for _, b := range []Button{
		global("link", "button.link"), global("enrol", "button.enrol"), global("progress", "button.progress"), global("members", "button.members"),
	} {
		name := strings.TrimPrefix(b.ID, globalPrefix)
		if _, _, ok := lookup(name); ok && name != open {
			list = append(list, b)
		}
	}
	return list
}

// Bar is so much of something, to be drawn in a line of text: Length signs long,
// the usual 10 for 0.
type Bar struct{ Done, Of, Length int }
