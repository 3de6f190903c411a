package telegram

import (
	"time"

	"sadasya/flows"
)

// Watch is told of what passes, for an operator's figures. It is called on the
// way of every update: it must be quick and must not allocate. It gets no word of
// a person.
type Watch interface {
	// Update: one was handled. kind is one of UpdateKinds, outcome of UpdateOutcomes.
	Update(kind, outcome string, took time.Duration)
	// Call: a method of the Bot API was called; class is "" where it was done.
	Call(method string, class Class, took time.Duration)
}

// nobody watches.
type nobody struct{}

func (nobody) Update(string, string, time.Duration) {}
func (nobody) Call(string, Class, time.Duration)    {}

// Watch lets w be told of every call. It must be said before the first.
func (a *API) Watch(w Watch) { a.watch = w }

// Watch lets w be told of every update. It must be said before the first.
func (e *Edge) Watch(w Watch) { e.watch = w }

// kindNames are the names of what a person does, by flows.Kind.
var kindNames = [...]string{
	flows.Text: "text", flows.Command: "command", flows.Tap: "tap", flows.Media: "media", flows.Contact: "contact", flows.Location: "location",
}

// Names of what is no person's input.
const (
	kindGroup      = "group"
	kindMembership = "membership" // blocked the bot, or came back
	kindIgnored    = "ignored"
	kindMalformed  = "malformed"
)

// UpdateKinds are what may come.
func UpdateKinds() []string {
	return append(kindNames[:len(kindNames):len(kindNames)], kindGroup, kindMembership, kindIgnored, kindMalformed)
}

// UpdateOutcomes are what may become of an update: handled; slowed (not
// taken, the person sends too many); later (a store or
// Telegram is away, it comes again); failed (our own fault, it comes again);
// aside (set aside for the operator); cut (its body was cut short); refused (it
// had not the webhook's secret, or was none).
func UpdateOutcomes() []string {
	return append(outcomeNames[:len(outcomeNames):len(outcomeNames)], refused)
}

const refused = "refused"

var outcomeNames = [...]string{handled: "handled", slowed: "slowed", later: "later", failed: "failed", kept: "aside", cut: "cut"}

func (v verdict) String() string { return outcomeNames[v] }

// kindOf names what came, for figures and logs.
func kindOf(r received, err error) string {
	switch {
	case err != nil:
		return kindMalformed
	case r.what == personal:
		return kindNames[r.Input.Kind]
	case r.what == group:
		return kindGroup
	case r.what == membership:
		return kindMembership
	}
	return kindIgnored
}

// Classes are what a call may meet.
func Classes() []Class {
	return []Class{Throttled, Blocked, NoChat, Unauthorized, Refused, Outage, Unknown, Moved}
}

// Methods are those of the Bot API that are called.
func Methods() []string {
	return []string{
		"getMe", "getUpdates", "getWebhookInfo", "setWebhook", "deleteWebhook",
		"getMyCommands", "setMyCommands", "deleteMyCommands", "getMyDescription", "setMyDescription", "getMyShortDescription", "setMyShortDescription",
		"sendMessage", "sendPhoto", "sendDocument", "sendVoice", "editMessageText", "deleteMessage", "answerCallbackQuery",
	}
}

// told lets the call of a method that began at some time be counted.
func (a *API) told(method string, began time.Time, f *Failure) {
	var class Class
	if f != nil {
		class = f.Class
	}
	a.watch.Call(method, class, time.Since(began))
}
