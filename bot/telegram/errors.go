package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// Class is what kind of failure a call met; it decides what is done next.
type Class string

// The classes.
const (
	Throttled    Class = "throttled"    // 429: again after Failure.After
	Blocked      Class = "blocked"      // 403: the person cannot be written to
	NoChat       Class = "no chat"      // the chat is not there, or the account is gone
	Unauthorized Class = "unauthorized" // 401, 404: the token is not good
	Refused      Class = "refused"      // 400: our own fault
	Outage       Class = "outage"       // 5xx or an answer that is none: again
	Unknown      Class = "unknown"      // the connection broke: it may have taken effect
	Moved        Class = "moved"        // the chat has another id: Failure.To
)

// Failure is why a call of the Bot API failed. Its text never holds the token,
// which is part of every address, nor what was sent.
type Failure struct {
	Class  Class
	Method string
	Code   int
	After  time.Duration // Throttled: how long to wait
	To     int64         // Moved: the new id
	Word   string        // Refused: a fixed word on what for
}

func (f *Failure) Error() string {
	text := fmt.Sprintf("telegram: %s: %s", f.Method, f.Class)
	if f.Code != 0 {
		text += fmt.Sprintf(" (%d)", f.Code)
	}
	if f.Word != "" {
		text += ": " + f.Word
	}
	return text
}

// Retry tells whether the same call may succeed later.
func (f *Failure) Retry() bool {
	return f.Class == Throttled || f.Class == Outage || f.Class == Unknown
}

// failure names what went wrong with a call. status is the HTTP status, which
// the library does not tell; 0 where no answer came.
func failure(method string, status int, err error) *Failure {
	f := &Failure{Method: method, Code: status}
	var answer *tgbotapi.Error
	var syntax *json.SyntaxError
	var network *net.OpError
	switch {
	case errors.As(err, &answer):
		f.describe(answer)
	case errors.As(err, &network) && network.Op == "dial": // nothing can have taken effect
		f.Class = Outage
	case status < http.StatusMultipleChoices && !errors.As(err, &syntax): // no answer, or one that broke off
		f.Class = Unknown
	default: // an answer that is no JSON: a proxy's page
		f.Class = Outage
	}
	return f
}

// words are what Telegram says, and what we call it.
var words = []struct{ said, word string }{
	{"message is not modified", "not modified"},
	{"can't parse entities", "markup"},
	{"message text is empty", "empty text"},
	{"message is too long", "too long"},
	{"wrong file identifier", "file"},
	{"wrong remote file", "file"},
	{"can't use file of type", "file"},
	{"inline keyboard button", "button"},
	{"query is too old", "old query"},
	{"message to delete not found", "gone"},
	{"message can't be deleted", "cannot be deleted"},
	{"terminated by other getUpdates", "another process polls with this token: one at a time"},
	{"webhook is active", "a webhook is set: it must be deleted before polling"},
	{"BUTTON", "button"},
	{"reply_markup", "buttons"},
}

func (f *Failure) describe(answer *tgbotapi.Error) {
	if answer.Code != 0 { // the library forgets it where a file was sent
		f.Code = answer.Code
	}
	said := answer.Message
	switch {
	case answer.MigrateToChatID != 0:
		f.Class, f.To = Moved, answer.MigrateToChatID
	case answer.RetryAfter > 0 || f.Code == http.StatusTooManyRequests:
		f.Class, f.After = Throttled, time.Duration(max(answer.RetryAfter, 1))*time.Second
	case f.Code == http.StatusUnauthorized, f.Code == http.StatusNotFound:
		f.Class = Unauthorized
	case f.Code == http.StatusForbidden:
		f.Class = Blocked
	case strings.Contains(said, "chat not found"), strings.Contains(said, "user is deactivated"), strings.Contains(said, "PEER_ID_INVALID"):
		f.Class = NoChat
	case f.Code >= 500:
		f.Class = Outage
	default:
		f.Class = Refused
		for _, w := range words {
			if strings.Contains(said, w.said) {
				f.Word = w.word
				break
			}
		}
	}
}
