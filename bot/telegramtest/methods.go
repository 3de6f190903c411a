package telegramtest

import (
	"encoding/json"
	"net/http"
	"regexp"
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
		"sendChatAction":         func(s *Server, r *request) (any, error) { _, err := s.chat(r); return true, err },
		"editMessageText":        (*Server).editMessageText,
		"editMessageReplyMarkup": (*Server).editMessageText,
		"deleteMessage":          (*Server).deleteMessage,
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
	}
}

func strictJSON(raw string, to any) error {
	return json.Unmarshal([]byte(raw), to)
}

func (s *Server) getMe(*request) (any, error) {
	return map[string]any{"id": 1234567, "is_bot": true, "first_name": "Sadasya", "username": s.o.Username, "can_join_groups": false}, nil
}

// chat finds the person that a call is for; s.mu is not held.
func (s *Server) chat(r *request) (*Person, error) {
	id, err := strconv.ParseInt(r.params["chat_id"], 10, 64)
	if err != nil {
		return nil, bad("chat_id must be a number here")
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
	p, err := s.chat(r)
	if err != nil {
		return nil, err
	}
	return s.post(p, r, "text", 4096, "message", nil)
}

func sendFile(field string) func(*Server, *request) (any, error) {
	return func(s *Server, r *request) (any, error) {
		p, err := s.chat(r)
		if err != nil {
			return nil, err
		}
		file, ok := r.files[field]
		if !ok {
			if file, ok = s.uploadedBefore(r.params[field]); !ok {
				return nil, bad("wrong file identifier/HTTP URL specified")
			}
		}
		return s.post(p, r, "caption", 1024, "message caption", &Attachment{Kind: field, ID: s.remember(file), Name: file.Name, Data: file.Data})
	}
}

// remember keeps a file under an id of its own, so that it can be sent again.
func (s *Server) remember(f File) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := "file-" + f.Name
	s.files[id] = f
	return id
}

func (s *Server) uploadedBefore(id string) (File, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.files[id]
	return f, ok
}

// post puts a message of the bot into a chat.
func (s *Server) post(p *Person, r *request, field string, limit int, what string, file *Attachment) (any, error) {
	plain, err := checkText(r.params[field], r.params["parse_mode"], limit, what)
	if err != nil {
		return nil, err
	}
	if file == nil && strings.TrimSpace(plain) == "" {
		return nil, bad("message text is empty")
	}
	buttons, err := checkMarkup(r.params["reply_markup"])
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := p.add(&Message{FromBot: true, Text: plain, HTML: r.params[field], Buttons: buttons, File: file})
	s.wake()
	return wire(p, m), nil
}

func (s *Server) editMessageText(r *request) (any, error) {
	p, err := s.chat(r)
	if err != nil {
		return nil, err
	}
	plain, err := checkText(r.params["text"], r.params["parse_mode"], 4096, "message")
	if err != nil {
		return nil, err
	}
	buttons, err := checkMarkup(r.params["reply_markup"])
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := p.find(r.params["message_id"])
	_, hasText := r.params["text"]
	switch {
	case hasText && strings.TrimSpace(plain) == "":
		return nil, bad("message text is empty")
	case m == nil || !m.FromBot:
		return nil, bad("message to edit not found")
	case (!hasText || m.HTML == r.params["text"]) && equalJSON(m.Buttons, buttons):
		return nil, bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	if hasText {
		m.Text, m.HTML = plain, r.params["text"]
	}
	m.Buttons = buttons
	p.edits++
	s.wake()
	return wire(p, m), nil
}

func equalJSON(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

func (s *Server) deleteMessage(r *request) (any, error) {
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
	s.wake()
	return true, nil
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
	if !ok || time.Since(at) > tapLife {
		return nil, bad("query is too old and response timeout expired or query ID is invalid")
	}
	return true, nil
}

var commandName = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

func (s *Server) setMyCommands(r *request) (any, error) {
	var list []struct{ Command, Description string }
	if err := strictJSON(r.params["commands"], &list); err != nil {
		return nil, bad("can't parse commands: %v", err)
	}
	if len(list) > 100 {
		return nil, bad("BOT_COMMANDS_TOO_MUCH")
	}
	for _, c := range list {
		if !commandName.MatchString(c.Command) {
			return nil, bad("BOT_COMMAND_INVALID")
		}
		if n := units(c.Description); n < 1 || n > 256 {
			return nil, bad("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.profile["commands "+r.params["scope"]+" "+r.params["language_code"]] = r.params["commands"]
	return true, nil
}

func (s *Server) getMyCommands(r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	raw := s.profile["commands "+r.params["scope"]+" "+r.params["language_code"]]
	if raw == "" {
		raw = "[]"
	}
	return json.RawMessage(raw), nil
}

func (s *Server) deleteMyCommands(r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.profile, "commands "+r.params["scope"]+" "+r.params["language_code"])
	return true, nil
}

func profileSet(name, field string, limit int) func(*Server, *request) (any, error) {
	return func(s *Server, r *request) (any, error) {
		if units(r.params[field]) > limit {
			return nil, bad("%s is too long", name)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.profile[name+" "+r.params["language_code"]] = r.params[field]
		return true, nil
	}
}

func profileGet(name string) func(*Server, *request) (any, error) {
	return func(s *Server, r *request) (any, error) {
		return map[string]string{name: s.Profile(name, r.params["language_code"])}, nil
	}
}

// Profile is what the bot set of itself: "description", "short_description" or
// "name", for a language.
func (s *Server) Profile(name, language string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.profile[name+" "+language]
}
