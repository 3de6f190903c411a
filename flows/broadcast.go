package flows

import "sadasya/party"

// What admins send to many.

// broadcastCommand finds a command of this room.
func broadcastCommand(name string) (c command, typed, ok bool) {
	if name == "stop" { // under every broadcast, with its topic
		return command{run: stopTopic, done: topicStopped}, false, true
	}
	return command{}, false, false
}

// broadcastNotice says a notice of this room.
func broadcastNotice(Notice) (Screen, bool) { return Screen{}, false }

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
	return t.say(ask(T("broadcast.stopped"), global("go", "button.goon"))), nil
}
