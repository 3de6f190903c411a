package flows

import (
	"slices"
	"strconv"
	"strings"

	"sadasya/party"
)

// globalPrefix begins the data of buttons that count in every state: they
// change no answer, so an old one does no harm.
const globalPrefix = "g."

// A command is heard in every state, typed or as a button. One that needs the
// world sets Run; its result comes to done.
type command struct {
	run  func(e *Engine, t Turn, in Input) (Turn, error)
	done func(e *Engine, t Turn, r Result) (Turn, error)
}

// Commands that a person may type, in the order of the menu. Each has a locale
// key "menu.<name>".
func Commands() []string {
	return []string{"start", "card", "mydata", "correct", "withdraw", "topics", "language", "help", "grievance", "verify", "cancel"}
}

// CommandsOf are the commands in the menu of who holds these offices: what the
// offices give, then what everyone has. A name that leads nowhere is left out.
func CommandsOf(offices []party.Office) (names []string) {
	for _, o := range offices {
		for _, name := range toolsOf(o) {
			if _, typed, ok := lookup(name); ok && typed && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return append(names, Commands()...)
}

// toolsOf are the commands that an office gives, in the order of its menu.
func toolsOf(o party.Office) []string {
	switch o {
	case party.Enroller:
		return []string{"link", "enrol", "progress", "members"}
	case party.Chief:
		return []string{"appoint", "team", "coverage", "review"}
	case party.Admin:
		return []string{"stats", "appoint", "broadcast", "sent", "find", "revoke", "export", "audit", "switches", "cases", "team", "coverage", "review"}
	}
	return nil
}

// lookup finds a command by its name; typed tells those that only buttons have.
func lookup(name string) (c command, typed, ok bool) {
	switch name {
	case "start":
		return command{run: startCommand, done: greeted}, true, true
	case "language":
		return command{run: overlay(languageScreen)}, true, true
	case "help":
		return command{run: overlay(helpScreen)}, true, true
	case "grievance":
		return command{run: overlay(grievanceScreen)}, true, true
	case "cancel":
		return command{run: cancelCommand}, true, true
	case "back":
		return command{run: (*Engine).back}, true, true
	case "card":
		return command{run: loads, done: showCard}, true, true
	case "mydata":
		return command{run: loads, done: showMyData}, true, true
	case "correct":
		return command{run: func(e *Engine, t Turn, in Input) (Turn, error) {
			return e.start(t, in, enrollName, which, Enrolment{Correct: true})
		}}, true, true
	case "withdraw":
		return command{run: func(e *Engine, t Turn, in Input) (Turn, error) {
			return e.start(t, in, withdrawName, "", nil)
		}}, true, true
	case "verify":
		return command{run: verifyCommand, done: verified}, true, true
	case "link":
		return command{run: loadsEnroller, done: forEnroller(linkScreen)}, true, true
	case "progress":
		return command{run: loadsEnroller, done: forEnroller(progressScreen)}, true, true
	case "members":
		return command{run: listsJoined, done: showJoined}, true, true
	case "appoint":
		return command{run: appointCommand}, true, true
	case "right":
		return command{run: rightPerson(true), done: appointmentConfirmed}, false, true
	case "wrong":
		return command{run: rightPerson(false), done: appointmentConfirmed}, false, true
	case "poster":
		return command{run: loadsEnroller, done: forEnroller(posterScreen(false))}, false, true
	case "slips":
		return command{run: loadsEnroller, done: forEnroller(posterScreen(true))}, false, true
	case "about":
		return command{run: func(e *Engine, t Turn, in Input) (Turn, error) {
			return e.start(t, in, aboutName, "", nil)
		}}, false, true
	case "go":
		return command{run: (*Engine).goOn}, false, true
	case "hi", "en":
		return command{run: speak(party.Language(name))}, false, true
	case "nonews":
		return command{run: stopNews, done: newsStopped}, false, true
	}
	if at, err := strconv.Atoi(strings.TrimPrefix(name, cardPrefix)); err == nil && at >= 0 && at < cardsShown {
		return command{run: loads, done: showOneCard(at)}, false, true
	}
	for _, find := range []func(string) (command, bool, bool){
		dailyCommand,
		assistCommand,
		claimCommand,
		teamCommand,
		reviewCommand,
		coverageCommand,
		broadcastCommand,
		adminCommand,
		switchCommand,
		topicCommand,
	} {
		if c, typed, ok := find(name); ok {
			return c, typed, true
		}
	}
	return command{}, false, false
}

// command runs what a person typed behind a slash.
func (e *Engine) command(t Turn, in Input) (Turn, error) {
	c, typed, ok := lookup(strings.ToLower(in.Name))
	if !ok || !typed {
		t.remark = problem("problem.command")
		return e.present(t, in)
	}
	t.command = c.stateless()
	return c.run(e, t, in)
}

// global runs a button that counts everywhere.
func (e *Engine) global(t Turn, id string, in Input) (Turn, error) {
	id, arg := splitID(id)
	c, _, ok := lookup(id)
	if !ok {
		return e.present(t, in)
	}
	in.Text = arg
	t.command = c.stateless()
	return c.run(e, t, in)
}

func (c command) stateless() *command {
	if c.done == nil {
		return nil
	}
	return &c
}

// startCommand greets: a newcomer arrives, a draft under way is offered to be
// gone on with. The first referral code stays; a later one counts only where
// there was none.
func startCommand(e *Engine, t Turn, in Input) (Turn, error) {
	payload := party.ParsePayload(strings.TrimSpace(in.Text))
	if payload.Kind == party.PayloadLink {
		t.command = nil
		return e.start(t, in, acceptName, "", Accepting{Token: payload.Link})
	}
	if payload.Kind == party.PayloadSlip {
		return openSlip(e, t, in, payload.Slip)
	}
	if payload.Kind == party.PayloadCard {
		t.command = command{done: cardChecked}.stateless()
		return checkCard(t, payload)
	}
	code := payload.Code
	if code != "" {
		t = t.leaveSlip()
	}
	t = e.settle(t)
	c := t.Session.Active
	if c == nil || e.flows[c.Flow].rests(*c) {
		t.command = nil
		return e.arrive(t, in, code)
	}
	if code != "" {
		t.Run = Arrive{Code: code}
		return t, nil
	}
	t.command = nil
	return e.offer(t, in)
}

// greeted tells a draft under way who invited.
func greeted(e *Engine, t Turn, r Result) (Turn, error) {
	t.command = nil
	a, ok := r.(Arrived)
	if !ok {
		return t, errResult
	}
	c, err := e.flows[t.Session.Active.Flow].greet(*t.Session.Active, a)
	if err != nil {
		return t, err
	}
	if c.Rev != t.Session.Active.Rev {
		t.Session.Active, t.Changed = &c, true
	}
	return e.offer(t, Input{})
}

// offer asks whether to go on with the draft or to begin again; a draft without
// answers is simply gone on with.
func (e *Engine) offer(t Turn, in Input) (Turn, error) {
	if c := *t.Session.Active; !e.flows[c.Flow].begun(c) {
		return e.present(t, in)
	}
	again := tap("again", "button.again")
	again.Data = mark(*t.Session.Active) + "again"
	return t.say(Screen{Bubbles: []Bubble{bubble([]Line{T("resume.ask")}, global("go", "button.goon"), again)}}), nil
}

// goOn shows the present question, bringing a suspended one back first; from a
// conversation that has ended it leads home.
func (e *Engine) goOn(t Turn, in Input) (Turn, error) {
	t = e.settle(t)
	if c := t.Session.Active; c != nil && c.State != member && c.State != news && e.flows[c.Flow].rests(*c) {
		return e.arrive(t, in, "")
	}
	return e.present(t, in)
}

// again begins the present conversation anew: other answers, another nonce.
func (e *Engine) again(t Turn, in Input) (Turn, error) {
	c := *t.Session.Active
	fresh, err := e.flows[c.Flow].renew(c, in.Nonce, false)
	if err != nil {
		return t, err
	}
	return e.enter(t, fresh)
}

// cancelCommand ends what is under way. Nothing was recorded; language, consent
// and referral code stay.
func cancelCommand(e *Engine, t Turn, in Input) (Turn, error) {
	t = e.settle(t)
	c := t.Session.Active
	if c == nil || e.flows[c.Flow].rests(*c) {
		t.remark = problem("cancel.nothing")
		return e.present(t, in)
	}
	t.Session.Active, t.Session.Suspended, t.Changed = t.Session.Suspended, nil, true
	if t.Session.Active != nil {
		t.remark = problem("cancel.one")
		return e.present(t, in)
	}
	if !joining(*c) {
		return t.say(ask(T("cancel.kept"), global("go", "button.goon"), global("help", "button.help"))), nil
	}
	return t.say(ask(T("cancel.done"), global("start", "button.join"), global("help", "button.help"))), nil
}

// joining tells whether it is the person's own enrolment: who corrects a record
// or enrols another may be a member, of whom much is recorded.
func joining(c Conversation) bool {
	if c.Flow != enrollName {
		return false
	}
	d, err := (&Table[Enrolment]{}).draft(c)
	return err == nil && !d.Correct && d.Via != party.Family
}

// addCommand enrols another person on the same phone.
func addCommand(e *Engine, t Turn, in Input) (Turn, error) {
	if c := e.settle(t).Session.Active; c != nil && c.Flow == enrollName && !e.flows[enrollName].rests(*c) {
		return e.offer(e.settle(t), in)
	}
	return e.start(t, in, enrollName, "", Enrolment{Via: party.Family})
}

// speak changes the language and goes on where the person stood.
func speak(l party.Language) func(*Engine, Turn, Input) (Turn, error) {
	return func(e *Engine, t Turn, in Input) (Turn, error) {
		t.Session.Language, t.Changed = l, true
		c := t.Session.Active
		if c == nil || !e.flows[c.Flow].can(*c, spoke) {
			return e.present(t, in)
		}
		next, err := e.flows[c.Flow].fire(*c, spoke)
		if err != nil {
			return t, err
		}
		return e.enter(t, next)
	}
}

func loads(_ *Engine, t Turn, _ Input) (Turn, error) {
	t.Run = LoadRecords{}
	return t, nil
}

func stopNews(_ *Engine, t Turn, _ Input) (Turn, error) {
	t.Run = RecordConsent{Kind: party.News, Version: party.CurrentConsent, Via: party.Self}
	return t, nil
}

func newsStopped(_ *Engine, t Turn, _ Result) (Turn, error) {
	return t.say(ask(T("news.stopped"), global("go", "button.goon"))), nil
}

// overlay shows a screen above the conversation and changes nothing.
func overlay(screen func(t Turn) Screen) func(*Engine, Turn, Input) (Turn, error) {
	return func(_ *Engine, t Turn, _ Input) (Turn, error) { return t.say(screen(t)), nil }
}

func languageScreen(Turn) Screen {
	return ask(T("language.ask"), global("hi", "button.hindi"), global("en", "button.english"))
}

func helpScreen(Turn) Screen {
	return ask(T("help.text"),
		global("go", "button.goon"),
		global("language", "button.language"),
		global("topics", "button.topics"),
		global("mydata", "button.mydata"),
		global("correct", "button.correct"),
		global("withdraw", "button.leave"),
		global("cancel", "button.cancel"))
}

func grievanceScreen(Turn) Screen {
	return ask(T("grievance.text"), global("go", "button.goon"))
}

// global makes a button that counts in every state.
func global(id, key string, args ...any) Button {
	b := tap(globalPrefix+id, key, args...)
	b.Data = b.ID
	return b
}
