package flows

import "sadasya/party"

// The reminder of the unfinished: what the clock says once, of an evening, to who
// agreed and did not get to a number. A phone is shared: neither the party nor
// what it is all about is named, and nothing is asked that tells.

// Remindable tells whether who stands at a step, as Session.Where names it, has
// something to go on with.
func Remindable(step string) bool {
	switch stageOf(step) {
	case "name", "voterid", "booth", "check":
		return true
	}
	return false
}

// Reminder is said to who stands at a step.
func Reminder(step string) Screen {
	line := T("reminder.begun")
	switch stageOf(step) {
	case "name": // there is no answer yet
		line = T("reminder.name")
	case "voterid":
		line = T("reminder.voterid")
	case "check":
		line = T("reminder.check")
	}
	return ask(line, global("go", "button.goon"), global("stop:"+string(party.Reminders), "button.noreminder"), global("withdraw", "button.eraseall"))
}
