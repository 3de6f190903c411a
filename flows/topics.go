package flows

import (
	"strings"

	"sadasya/party"
)

// What a person is written unasked, and the switch of each: news of the drive, the
// reminder of an unfinished enrolment, and what an office brings. Only what
// concerns the person is shown. Each button says what is to be, so that an old one
// is harmless.

const topicsName = "topics"

// Topic is one kind of what is sent unasked.
type Topic string

// The topics. The first three are consents.
const (
	TopicNews      = Topic(party.News)
	TopicReminders = Topic(party.Reminders)
	TopicDuties    = Topic(party.Duties)
	TopicDaily     = Topic("daily") // the daily word of an enroller
	TopicAlarm     = Topic("alarm") // that the pace is slow, of a chief enroller or admin
)

// LoadTopics asks for the person's topics. Its result is Topics.
type LoadTopics struct{}

// SetTopic switches one that concerns the person. Its result is Topics.
type SetTopic struct {
	Topic Topic
	On    bool
}

// Topics answers both: those that concern the person, in the order above.
type Topics struct{ List []TopicSet }

// TopicSet is one of them.
type TopicSet struct {
	Topic Topic
	On    bool
}

func (LoadTopics) effect() {}
func (SetTopic) effect()   {}
func (Topics) result()     {}

// topicCommand finds a command of this room.
func topicCommand(name string) (c command, typed, ok bool) {
	switch name {
	case topicsName:
		return command{run: loadsTopics, done: topicsShown}, true, true
	case "topic": // "news off"
		return command{run: setsTopic, done: topicsShown}, false, true
	}
	return command{}, false, false
}

func loadsTopics(_ *Engine, t Turn, _ Input) (Turn, error) {
	t.Run = LoadTopics{}
	return t, nil
}

func setsTopic(_ *Engine, t Turn, in Input) (Turn, error) {
	topic, to, _ := strings.Cut(in.Text, " ")
	t.Run = LoadTopics{}
	if to == "on" || to == "off" {
		t.Run = SetTopic{Topic: Topic(topic), On: to == "on"}
	}
	return t, nil
}

func topicsShown(_ *Engine, t Turn, r Result) (Turn, error) {
	all, ok := r.(Topics)
	if !ok {
		return t, errResult
	}
	if len(all.List) == 0 {
		return t.say(ask(T("topics.none"), global("go", "button.goon"))), nil
	}
	b := Bubble{Text: []Line{T("topics.title")}}
	for _, topic := range all.List {
		how, to, key := "switches.on", " off", "button.switchoff"
		if !topic.On {
			how, to, key = "switches.off", " on", "button.switchon"
		}
		b.Text = append(b.Text, T("switches.one", "what", topicWords(topic.Topic), "how", T(how)))
		b.Buttons = append(b.Buttons, []Button{global("topic:"+string(topic.Topic)+to, key, "what", topicWords(topic.Topic))})
	}
	b.Text = append(b.Text, T("topics.rest"))
	b.Buttons = append(b.Buttons, []Button{global("go", "button.goon")})
	return t.say(Screen{Bubbles: []Bubble{b}}), nil
}

func topicWords(t Topic) Line {
	switch t {
	case TopicReminders:
		return T("clock.reminder")
	case TopicDuties:
		return T("topics.duties")
	case TopicDaily:
		return T("clock.daily")
	case TopicAlarm:
		return T("clock.pace")
	}
	return T("topics.news")
}
