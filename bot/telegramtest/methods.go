package telegramtest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// handler plays one method.
type handler = func(*Server, *request) (any, error)

// handlers are the methods that are played here.
func handlers() map[string]handler {
	return map[string]handler{
		"getMe":                  (*Server).getMe,
		"getUpdates":             (*Server).getUpdates,
		"setWebhook":             (*Server).setWebhook,
		"deleteWebhook":          (*Server).deleteWebhook,
		"getWebhookInfo":         (*Server).getWebhookInfo,
		"sendMessage":            (*Server).sendMessage,
		"sendPhoto":              sendFile("photo"),
		"sendDocument":           sendFile("document"),
		"sendVoice":              sendFile("voice"),
		"sendMediaGroup":         (*Server).sendMediaGroup,
		"getFile":                (*Server).getFile,
		"getChat":                (*Server).getChat,
		"sendChatAction":         func(s *Server, r *request) (any, error) { _, err := s.chat(r); return true, err },
		"editMessageText":        (*Server).editMessageText,
		"editMessageReplyMarkup": (*Server).editMessageText,
		"deleteMessage":          (*Server).deleteMessage,
		"deleteMessages":         (*Server).deleteMessages,
		"answerCallbackQuery":    (*Server).answerCallbackQuery,
		"setMyCommands":          (*Server).setMyCommands,
		"getMyCommands":          (*Server).getMyCommands,
		"deleteMyCommands":       (*Server).deleteMyCommands,
		"setMyDescription":       profileSet("description", "description", 512),
		"getMyDescription":       profileGet("description"),
		"setMyShortDescription":  profileSet("short_description", "short_description", 120),
		"getMyShortDescription":  profileGet("short_description"),
		"setMyName":              profileSet("name", "name", 64),
		"getMyName":              profileGet("name"),
		"setChatMenuButton":      (*Server).setChatMenuButton,
		"getChatMenuButton":      (*Server).getChatMenuButton,
	}
}

func (s *Server) getMe(*request) (any, error) {
	return map[string]any{"id": 1234567, "is_bot": true, "first_name": "Sadasya", "username": s.o.Username, "can_join_groups": false}, nil
}

// chat finds the person that a call is for; s.mu is not held.
func (s *Server) chat(r *request) (*Person, error) {
	id, err := strconv.ParseInt(r.params["chat_id"], 10, 64)
	if err != nil {
		return nil, bad("chat_id: chat not found") // a public name, of which none is here
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.people[id]
	switch {
	case !ok || !p.wrote:
		return nil, bad("chat not found")
	case p.blocked:
		return nil, &refusal{code: http.StatusForbidden, text: "Forbidden: bot was blocked by the user"}
	}
	return p, nil
}

func (s *Server) sendMessage(r *request) (any, error) {
	if at, ok := s.member(r.params["chat_id"]); ok {
		return s.give(at, r, "text", 4096, "message")
	}
	p, err := s.chat(r)
	if err != nil {
		return nil, err
	}
	return s.post(p, r, "text", 4096, "message", nil)
}

// post puts a message of the bot into a chat.
func (s *Server) post(p *Person, r *request, field string, limit int, what string, file *Attachment) (any, error) {
	plain, marked, err := checkText(r.params[field], r.params["parse_mode"], limit, what)
	if err != nil {
		return nil, err
	}
	if file == nil && strings.TrimSpace(plain) == "" {
		return nil, bad("message text is empty")
	}
	shown, err := checkMarkup(r.params["reply_markup"])
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.spend(p, 1); err != nil {
		return nil, err
	}
	m := p.add(&Message{FromBot: true, Text: plain, HTML: r.params[field], Marked: marked, Buttons: shown.inline, File: file, Keys: shown.keyboard, KeysGone: shown.remove})
	if shown.remove || shown.keyboard != nil {
		p.keyboard = shown.keyboard
	}
	s.wake(p)
	return wire(p, m), nil
}

func (s *Server) editMessageText(r *request) (any, error) {
	p, err := s.chat(r)
	if err != nil {
		return nil, err
	}
	plain, marked, err := checkText(r.params["text"], r.params["parse_mode"], 4096, "message")
	if err != nil {
		return nil, err
	}
	buttons, err := inlineOnly(r.params["reply_markup"])
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := p.find(r.params["message_id"])
	text, hasText := r.params["text"]
	switch {
	case hasText && strings.TrimSpace(plain) == "":
		return nil, bad("message text is empty")
	case m == nil || !m.FromBot:
		return nil, bad("message to edit not found")
	case hasText && m.File != nil:
		return nil, bad("there is no text in the message to edit")
	case (!hasText || m.HTML == text) && equalJSON(m.Buttons, buttons):
		return nil, bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	if hasText {
		m.Text, m.HTML, m.Marked = plain, text, marked
	}
	m.Buttons = buttons
	s.wake(p)
	return wire(p, m), nil
}

func equalJSON(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

func (s *Server) deleteMessage(r *request) (any, error) {
	if _, ok := s.member(r.params["chat_id"]); ok {
		return true, nil
	}
	p, err := s.chat(r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := p.find(r.params["message_id"])
	if m == nil {
		return nil, bad("message to delete not found")
	}
	m.Deleted = true
	s.wake(p)
	return true, nil
}

// deleteMessages deletes those that are there; the others are passed over.
func (s *Server) deleteMessages(r *request) (any, error) {
	p, err := s.chat(r)
	if err != nil {
		return nil, err
	}
	var ids []int
	if err := json.Unmarshal([]byte(r.params["message_ids"]), &ids); err != nil || len(ids) < 1 || len(ids) > 100 {
		return nil, bad("message identifiers are not specified, or more than 100")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		if m := p.find(strconv.Itoa(id)); m != nil {
			m.Deleted = true
		}
	}
	s.wake(p)
	return true, nil
}

// getChat tells what Telegram knows of a person.
func (s *Server) getChat(r *request) (any, error) {
	p, err := s.chat(r)
	if err != nil {
		return nil, err
	}
	return p.chat(), nil
}

// tapLife is how long a tap may be answered.
const tapLife = 15 * time.Minute

func (s *Server) answerCallbackQuery(r *request) (any, error) {
	if units(r.params["text"]) > 200 {
		return nil, bad("MESSAGE_TOO_LONG")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.taps[r.params["callback_query_id"]]
	if !ok || s.o.Now().Sub(at) > tapLife {
		return nil, bad("query is too old and response timeout expired or query ID is invalid")
	}
	return true, nil
}
