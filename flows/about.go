package flows

import (
	"slices"

	"sadasya/party"
)

// "About me, if I like": gender and social category, never pushed, each with
// "rather not say", and taken back at any time.

const aboutName = "about"

const (
	gender    State = "gender"
	social    State = "social"
	telling   State = "telling"
	told      State = "told"
	untold    State = "untold"
	untelling State = "untelling"

	said      Event = "said"
	takenBack Event = "taken back"
)

// About is the draft of what a member says about themselves.
type About struct {
	Gender party.Gender         `json:"g,omitempty"`
	Social party.SocialCategory `json:"s,omitempty"`
}

type aboutTaps = map[string]func(About, string) (About, Event, *Problem)

func about() *Table[About] {
	return &Table[About]{
		Name: aboutName, Version: 1, First: gender,
		Moves: []Move{
			{said, []State{gender}, social},
			{said, []State{social}, telling},
			{said, []State{telling}, told},
			{takenBack, []State{gender, social}, untelling},
			{said, []State{untelling}, untold},
			{back, []State{social}, gender},
		},
		Steps: map[State]Step[About]{
			gender:    {Ask: askGender, Taps: aboutTaps{"pick": tapGender, "remove": tapRemove}},
			social:    {Ask: askSocial, Taps: aboutTaps{"pick": tapSocial, "remove": tapRemove}},
			telling:   {Run: runAbout, Done: doneAbout},
			untelling: {Run: runAbout, Done: doneAbout},
			told:      {Ask: askTold, Rests: true},
			untold:    {Ask: askUntold, Rests: true},
		},
	}
}

func askGender(About, Result) Screen {
	return ask(T("about.gender"), append(genderButtons(), tap("remove", "button.remove"))...)
}

// genderButtons offer every answer, and none.
func genderButtons() []Button {
	return []Button{
		tap("pick:woman", "gender.woman"), tap("pick:man", "gender.man"), tap("pick:other", "gender.other"),
		tap("pick", "button.notsay"),
	}
}

func tapGender(d About, arg string) (About, Event, *Problem) {
	d.Gender = ""
	if g := party.Gender(arg); slices.Contains(party.Genders(), g) {
		d.Gender = g
	}
	return d, said, nil
}

func askSocial(About, Result) Screen {
	buttons := append(socialButtons(), []Button{tap("remove", "button.remove")})
	return Screen{Bubbles: []Bubble{{Text: []Line{T("about.social")}, Buttons: buttons}}}
}

// socialButtons offer every answer, and none.
func socialButtons() [][]Button {
	return [][]Button{
		{tap("pick:GEN", "social.gen"), tap("pick:OBC", "social.obc")},
		{tap("pick:SC", "social.sc"), tap("pick:ST", "social.st")},
		{tap("pick:minority", "social.minority")},
		{tap("pick", "button.notsay")},
	}
}

func tapSocial(d About, arg string) (About, Event, *Problem) {
	d.Social = ""
	if s := party.SocialCategory(arg); slices.Contains(party.SocialCategories(), s) {
		d.Social = s
	}
	return d, said, nil
}

func tapRemove(About, string) (About, Event, *Problem) { return About{}, takenBack, nil }

func runAbout(d About, _ Nonce) Effect { return RecordAbout{Gender: d.Gender, Category: d.Social} }

func doneAbout(d About, _ Result) (About, Event, *Problem) { return d, said, nil }

func askTold(About, Result) Screen { return ask(T("about.told"), global("go", "button.goon")) }

func askUntold(About, Result) Screen { return ask(T("about.untold"), global("go", "button.goon")) }
