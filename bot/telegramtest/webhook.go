package telegramtest

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"time"
)

// webhook is where updates are posted; without a URL they wait to be fetched.
type webhook struct {
	url, secret string
	connections int
	slots       chan struct{} // as many as connections, held while one is posted
	allowed     []string
	lastError   string
	failedAt    time.Time
}

// secretToken is what may be one. Source: Bot API, setWebhook.
var secretToken = regexp.MustCompile(`^[A-Za-z0-9_-]{0,256}$`)

func (s *Server) setWebhook(r *request) (any, error) {
	address := r.params["url"]
	if address == "" {
		return s.deleteWebhook(r)
	}
	if u, err := url.Parse(address); err != nil || u.Host == "" {
		return nil, bad("bad webhook: invalid URL")
	}
	if secret, ok := r.params["secret_token"]; ok && !secretToken.MatchString(secret) {
		return nil, bad("secret token contains unallowed characters")
	}
	w := webhook{url: address, secret: r.params["secret_token"], connections: 40}
	if raw := r.params["max_connections"]; raw != "" {
		n, err := strconv.Atoi(raw)
		if err != nil || n < 1 || n > 100 {
			return nil, bad("max_connections must be 1 to 100")
		}
		w.connections = n
	}
	w.slots = make(chan struct{}, w.connections)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.allow(&w, r); err != nil {
		return nil, err
	}
	s.webhook = w
	if r.params["drop_pending_updates"] == "true" {
		s.forget()
	}
	for _, u := range s.pending {
		s.run(u.lane)
	}
	s.wake(nil)
	return true, nil
}

// allow reads allowed_updates; what is not given stays as it was. s.mu is held.
func (s *Server) allow(w *webhook, r *request) error {
	raw := r.params["allowed_updates"]
	if raw == "" {
		w.allowed = s.webhook.allowed
		return nil
	}
	if err := json.Unmarshal([]byte(raw), &w.allowed); err != nil {
		return bad("can't parse allowed_updates: expected an Array of String")
	}
	return nil
}

func (s *Server) deleteWebhook(r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook = webhook{allowed: s.webhook.allowed}
	if r.params["drop_pending_updates"] == "true" {
		s.forget()
	}
	s.wake(nil)
	return true, nil
}

// forget drops every update that waits. s.mu is held.
func (s *Server) forget() {
	for _, u := range s.pending {
		u.lane.queue = nil
		u.person.changed.fire()
	}
	clear(s.pending)
	s.order = nil
}

func (s *Server) getWebhookInfo(*request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	info := map[string]any{"url": s.webhook.url, "has_custom_certificate": false, "pending_update_count": len(s.pending)}
	if len(s.webhook.allowed) > 0 {
		info["allowed_updates"] = s.webhook.allowed
	}
	if s.webhook.url != "" {
		info["max_connections"] = s.webhook.connections
		if s.webhook.lastError != "" {
			info["last_error_message"], info["last_error_date"] = s.webhook.lastError, s.webhook.failedAt.Unix()
		}
	}
	return info, nil
}

// WebhookURL is where updates are posted to; empty where no webhook is set.
func (s *Server) WebhookURL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.webhook.url
}
