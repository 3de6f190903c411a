package telegramtest

import (
	"encoding/json"
	"fmt"
	"regexp"
)

var commandName = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

func (s *Server) setMyCommands(r *request) (any, error) {
	var list []struct{ Command, Description string }
	if err := json.Unmarshal([]byte(r.params["commands"]), &list); err != nil {
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

// Command is a row of the menu.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// Menu lists the commands that a person sees in their own chat: those of that
// chat, else those of all private chats, in a language of the app where there
// are such. Source: Bot API, "Determining list of commands".
func (s *Server) Menu(person int64, language string) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, scope := range []string{fmt.Sprintf(`{"type":"chat","chat_id":%d}`, person), `{"type":"all_private_chats"}`} {
		for _, l := range []string{language, ""} {
			var list []Command
			if json.Unmarshal([]byte(s.profile["commands "+scope+" "+l]), &list) == nil && len(list) > 0 {
				return list
			}
		}
	}
	return []Command{}
}

// knownMenuButton tells whether a menu button can be of this kind.
func knownMenuButton(kind string) bool {
	return kind == "commands" || kind == "default" || kind == "web_app"
}

func (s *Server) setChatMenuButton(r *request) (any, error) {
	raw := r.params["menu_button"]
	if raw == "" {
		raw = `{"type":"default"}`
	}
	var button struct{ Type string }
	if err := json.Unmarshal([]byte(raw), &button); err != nil || !knownMenuButton(button.Type) {
		return nil, bad("can't parse menu button: unsupported type %q", button.Type)
	}
	if r.params["chat_id"] != "" {
		if _, err := s.chat(r); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.profile["menu "+r.params["chat_id"]] = raw
	return true, nil
}

func (s *Server) getChatMenuButton(r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, chat := range []string{r.params["chat_id"], ""} {
		if raw := s.profile["menu "+chat]; raw != "" {
			return json.RawMessage(raw), nil
		}
	}
	return map[string]string{"type": "default"}, nil
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
