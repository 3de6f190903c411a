package flows

import "sadasya/party"

// What admins send to many. First whom, then the text in both languages, a photo
// and a button where they are wanted, a look at it all, and a yes that names the
// count. What is steered afterwards is in sent.go.

const broadcastName = "broadcast"

const (
	forGroup    State = "group"
	forAudience State = "audience"
	forWhere    State = "where"
	forWhichAC  State = "whichac"
	forHindi    State = "hindi"
	forEnglish  State = "english"
	forPhoto    State = "photo"
	forButton   State = "button"
	preview     State = "preview"
	trying      State = "trying"
	forHour     State = "hour"
	forSure     State = "sure"
	resuming    State = "resuming"
	composing   State = "composing"
	composed    State = "composed"

	isUnfinished Event = "was begun before"
	needsPhoto   Event = "stood at the photo"
	needsButton  Event = "stood at the button"
	isForThem    Event = "is for them"
	needsAC      Event = "needs constituencies"
	wrote        Event = "wrote"
	isShown      Event = "is shown"
	isTried      Event = "is tried"
	needsHour    Event = "needs an hour"
	asksSure     Event = "asks whether that is meant"
)

// Composing is the draft of a broadcast.
type Composing struct {
	Audience party.Audience `json:"a,omitzero"`
	Letter   party.Letter   `json:"l,omitzero"`
	District string         `json:"d,omitempty"` // whose constituencies are offered
	At       int64          `json:"t,omitempty"` // Unix seconds; 0: now
	Paid     bool           `json:"p,omitempty"`
	Try      party.Language `json:"y,omitempty"`
	ID       int            `json:"i,omitempty"`
	Waits    bool           `json:"w,omitempty"`
	Anew     bool           `json:"n,omitempty"` // what was begun before is left
	Stood    State          `json:"s,omitempty"` // where what was begun before stands
	On       party.Date     `json:"o,omitzero"`  // and when it was written
}

type composeTaps = map[string]func(Composing, string) (Composing, Event, *Problem)

func broadcast() *Table[Composing] {
	return &Table[Composing]{
		Name: broadcastName, Version: 1, First: entering,
		Moves: []Move{
			{mayEnter, []State{entering, resuming}, forGroup},
			{isUnfinished, []State{entering}, resuming},
			{mayNotEnter, []State{entering, composing}, notAdmin},
			{isForThem, []State{forGroup, forWhere, forWhichAC, resuming}, forAudience},
			{needsWhere, []State{forAudience}, forWhere},
			{needsAC, []State{forWhere}, forWhichAC},
			{writes, []State{forAudience, preview, resuming}, forHindi},
			{wrote, []State{forHindi, resuming}, forEnglish},
			{wrote, []State{forEnglish}, forPhoto},
			{needsPhoto, []State{resuming}, forPhoto},
			{wrote, []State{forPhoto}, forButton},
			{needsButton, []State{resuming}, forButton},
			{isShown, []State{forButton, resuming}, preview},
			{isTried, []State{preview}, trying},
			{needsHour, []State{preview}, forHour},
			{asksSure, []State{preview, forHour}, forSure},
			{sends, []State{forSure}, composing},
			{isDone, []State{composing}, composed},
			{back, []State{forAudience}, forGroup},
			{back, []State{forWhere, forHindi}, forAudience},
			{back, []State{forWhichAC}, forWhere},
			{back, []State{forEnglish}, forHindi},
			{back, []State{forPhoto}, forEnglish},
			{back, []State{forButton}, forPhoto},
			{back, []State{preview}, forButton},
			{back, []State{trying, forHour, forSure}, preview},
		},
		Steps: map[State]Step[Composing]{
			entering:    {Run: func(Composing, Nonce) Effect { return LoadComposing{} }, Done: enteredComposing},
			resuming:    {Ask: askResuming, Taps: composeTaps{"on": tapResume, "anew": tapAnew}},
			notAdmin:    {Ask: askNotAdmin[Composing], Rests: true},
			forGroup:    {Ask: askForGroup, Taps: composeTaps{"group": tapGroup}},
			forAudience: {Run: runCount, Ask: askForAudience, Taps: audienceTaps()},
			forWhere:    {Run: runForWhere, Ask: askForWhere, Take: takeWhere, Taps: composeTaps{"pick": tapAudienceDistrict}},
			forWhichAC:  {Run: runForWhichAC, Ask: askForWhichAC, Take: takeWhere, Taps: composeTaps{"pick": tapWhichAC, "whole": tapWholeDistrict, "done": composes(isForThem)}},
			forHindi:    {Ask: askForHindi, Take: takeText(party.Hindi), Taps: composeTaps{"skip": skipText(party.Hindi)}},
			forEnglish:  {Ask: askForEnglish, Take: takeText(party.English), Taps: composeTaps{"skip": skipText(party.English)}},
			forPhoto:    {Ask: askForPhoto, Take: takePhoto, Pictures: true, Taps: composeTaps{"skip": skipPhoto}},
			forButton:   {Ask: askForButton, Take: takeButton, Taps: composeTaps{"skip": skipButton}},
			preview: {Run: runCount, Ask: askPreview, Taps: composeTaps{
				"try": tapTry, "now": tapNow, "later": composes(needsHour), "text": composes(writes),
			}},
			trying:    {Ask: askTrying},
			forHour:   {Ask: askForHour, Take: takeHour},
			forSure:   {Run: runCount, Ask: askForSure, Taps: composeTaps{"yes": composes(sends), "paid": tapPaid}},
			composing: {Durable: true, Run: runCompose, Done: doneCompose},
			composed:  {Ask: askComposed, Rests: true},
		},
		Begun: func(d Composing) bool { return d.Letter != (party.Letter{}) },
		Renew: func(_ Composing, keep bool) Composing { return Composing{Anew: !keep} }, // what is to be kept is in Postgres
	}
}

// composes is a button that only moves.
func composes(ev Event) func(Composing, string) (Composing, Event, *Problem) {
	return func(d Composing, _ string) (Composing, Event, *Problem) { return d, ev, nil }
}

func askForGroup(Composing, Result) Screen {
	b := Bubble{Text: []Line{T("broadcast.group")}}
	for _, g := range party.Groups() {
		b.Buttons = append(b.Buttons, []Button{{ID: "group:" + string(g), Label: groupWords(g)}})
	}
	return Screen{Bubbles: []Bubble{b}}
}

func groupWords(g party.Group) Line {
	switch g {
	case party.Unfinished:
		return T("broadcast.group.unfinished")
	case party.Enrollers:
		return T("broadcast.group.enrollers")
	case party.Chiefs:
		return T("broadcast.group.chiefs")
	}
	return T("broadcast.group.news")
}

func tapGroup(d Composing, arg string) (Composing, Event, *Problem) {
	d.Audience = party.Audience{Group: party.Group(arg)}
	if d.Audience.Validate() != nil {
		return d, stay, nil
	}
	return d, isForThem, nil
}

func runCount(d Composing, _ Nonce) Effect { return CountAudience{Audience: d.Audience} }

func runCompose(d Composing, n Nonce) Effect {
	return ComposeBroadcast{Nonce: n, Letter: d.Letter, Audience: d.Audience, Paid: d.Paid, At: d.At}
}

func doneCompose(d Composing, r Result) (Composing, Event, *Problem) {
	made, _ := r.(BroadcastComposed)
	if made.ID == 0 {
		return d, mayNotEnter, nil
	}
	goes := d.At
	if goes <= made.Now {
		goes = made.Night
	}
	return Composing{ID: made.ID, Waits: made.Waits, At: goes}, isDone, nil
}

func askComposed(d Composing, _ Result) Screen {
	line := T("broadcast.goes")
	switch {
	case d.Waits:
		line = T("broadcast.waits")
	case d.At != 0:
		line = T("broadcast.goesat", "at", momentOf(d.At))
	}
	return ask(line, watchButton(d.ID, "", "button.watch"), global("go", "button.goon"))
}

// broadcastCommand finds a command of this room.
func broadcastCommand(name string) (c command, typed, ok bool) {
	switch name {
	case broadcastName:
		return command{run: composeCommand}, true, true
	case sentName:
		return command{run: sentCommand, done: sentListed}, true, true
	case "watch": // with a broadcast's id, and what is to be done with it
		return command{run: watchCommand}, false, true
	case "stop": // under every broadcast, with its topic
		return command{run: stopTopic, done: topicStopped}, false, true
	}
	return command{}, false, false
}

// composeCommand begins a broadcast, or goes on with the one that is composed.
func composeCommand(e *Engine, t Turn, in Input) (Turn, error) {
	if c := e.settle(t).Session.Active; c != nil && c.Flow == broadcastName && !e.flows[broadcastName].rests(*c) {
		return e.offer(e.settle(t), in)
	}
	return e.start(t, in, broadcastName, "", nil)
}

// stopTopic takes back what broadcasts of a topic rest on.
func stopTopic(e *Engine, t Turn, in Input) (Turn, error) {
	switch topic := party.ConsentKind(in.Text); topic {
	case party.News, party.Duties, party.Reminders:
		t.Run = RecordConsent{Kind: topic, Version: party.CurrentConsent, Via: party.Self}
		return t, nil
	}
	t.command = nil
	return e.present(t, in)
}

func topicStopped(_ *Engine, t Turn, _ Result) (Turn, error) {
	return t.say(ask(T("broadcast.stopped"), global("topics", "button.topics"), global("go", "button.goon"))), nil
}
