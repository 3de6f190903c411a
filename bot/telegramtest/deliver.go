package telegramtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// update is one, until it was taken.
type update struct {
	id   int64
	body []byte
	lane *lane
}

// lane is a queue of updates that are delivered one at a time, in order. A
// person has one for messages; every tap has its own, so that taps race with
// messages and with each other.
type lane struct {
	queue []*update
	busy  bool
}

func (l *lane) remove(u *update) {
	l.queue = slices.DeleteFunc(l.queue, func(x *update) bool { return x == u })
}

// webhook is where updates are posted; without a URL they wait to be fetched.
type webhook struct {
	url, secret string
	connections int
	allowed     []string
	lastError   string
}

// How long a failed delivery is repeated. Source: observed by the project's
// research; Telegram documents only that it gives up after a reasonable amount
// of attempts.
const (
	messageLife = 24 * time.Hour
	tapDelivery = 150 * time.Second
	answerLimit = 60 * time.Second
)

// enqueue numbers an update and sends it on its way. s.mu is held.
func (s *Server) enqueue(l *lane, fields map[string]any) int64 {
	s.nextID++
	fields["update_id"] = s.nextID
	body, err := json.Marshal(fields)
	if err != nil {
		panic("telegramtest: an update that is no JSON: " + err.Error())
	}
	return s.push(l, s.nextID, body)
}

func (s *Server) push(l *lane, id int64, body []byte) int64 {
	u := &update{id: id, body: body, lane: l}
	s.pending[id] = u
	s.order = append(s.order, id)
	l.queue = append(l.queue, u)
	s.run(l)
	s.wake()
	return id
}

// JumpIDs makes the next update's id n, as after a quiet week.
func (s *Server) JumpIDs(n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextID = n - 1
}

// run starts the delivery of a lane, where there is a webhook. s.mu is held.
func (s *Server) run(l *lane) {
	if s.webhook.url == "" || l.busy || len(l.queue) == 0 || s.ctx.Err() != nil {
		return
	}
	l.busy = true
	s.workers.Go(func() { s.drain(l) })
}

// drain delivers a lane until it is empty.
func (s *Server) drain(l *lane) {
	for {
		s.mu.Lock()
		if len(l.queue) == 0 || s.webhook.url == "" || s.ctx.Err() != nil {
			l.busy = false
			s.mu.Unlock()
			return
		}
		u := l.queue[0]
		s.mu.Unlock()
		s.deliver(u)
		s.mu.Lock()
		if s.ctx.Err() == nil && s.pending[u.id] == nil {
			l.remove(u) // unless it was forgotten or fetched meanwhile
		}
		s.mu.Unlock()
	}
}

// deliver posts one update until it gets a 2xx, its time is over or the webhook
// is gone.
func (s *Server) deliver(u *update) {
	life := messageLife
	if bytes.Contains(u.body, []byte(`"callback_query"`)) {
		life = tapDelivery
	}
	born := time.Now()
	for wait := s.o.Backoff; ; wait = min(wait*2, 20*s.o.Backoff) {
		s.mu.Lock()
		gone := s.webhook.url == "" || s.pending[u.id] == nil
		s.mu.Unlock()
		if gone {
			return
		}
		if err := s.postUpdate(u.body); err == nil {
			break
		}
		if time.Since(born) > life {
			break
		}
		select {
		case <-time.After(wait):
		case <-s.ctx.Done():
			return
		}
	}
	if s.chance(func(c Chaos) float64 { return c.Repeat }) {
		_ = s.postUpdate(u.body) // again, although it was answered
	}
	s.mu.Lock()
	delete(s.pending, u.id)
	s.wake()
	s.mu.Unlock()
}

// postUpdate posts a body once and carries out the call in the response.
func (s *Server) postUpdate(body []byte) error {
	s.mu.Lock()
	target, secret := s.target(), s.webhook.secret
	s.mu.Unlock()
	req, err := http.NewRequestWithContext(s.ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	}
	client := *s.client
	client.Timeout = answerLimit
	res, err := client.Do(req)
	if err != nil {
		s.failed("Connection failed")
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && s.chance(func(c Chaos) float64 { return c.Forget }) {
		err = errors.New("the answer was lost")
	}
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		s.failed("Wrong response from the webhook: " + res.Status)
		return errors.New(res.Status)
	}
	if len(bytes.TrimSpace(answer)) > 0 {
		params := map[string]string{}
		if err := jsonParams(answer, params); err == nil && params["method"] != "" {
			method := params["method"]
			delete(params, "method")
			_, _ = s.execute(nil, Call{Method: method, Params: params, Webhook: true, At: time.Now()}, nil)
		}
	}
	return nil
}

func (s *Server) failed(why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook.lastError = why
}

// target is the webhook's address, at one of the backends where there are any.
func (s *Server) target() string {
	if len(s.backends) == 0 {
		return s.webhook.url
	}
	base, err1 := url.Parse(s.backends[s.random.IntN(len(s.backends))])
	whole, err2 := url.Parse(s.webhook.url)
	if err1 != nil || err2 != nil {
		return s.webhook.url
	}
	whole.Scheme, whole.Host = base.Scheme, base.Host
	return whole.String()
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
	if raw := r.params["allowed_updates"]; raw != "" {
		if err := strictJSON(raw, &w.allowed); err != nil {
			return nil, bad("can't parse allowed_updates")
		}
	}
	if raw := r.params["max_connections"]; raw != "" {
		n, err := strconv.Atoi(raw)
		if err != nil || n < 1 || n > 100 {
			return nil, bad("max_connections must be 1 to 100")
		}
		w.connections = n
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook = w
	if r.params["drop_pending_updates"] == "true" {
		s.forget()
	}
	for _, u := range s.pending {
		s.run(u.lane)
	}
	s.wake()
	return true, nil
}

func (s *Server) deleteWebhook(r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook = webhook{}
	if r.params["drop_pending_updates"] == "true" {
		s.forget()
	}
	s.wake()
	return true, nil
}

func (s *Server) forget() {
	for _, u := range s.pending {
		u.lane.queue = nil
	}
	clear(s.pending)
	s.order = nil
}

func (s *Server) getWebhookInfo(*request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	info := map[string]any{"url": s.webhook.url, "has_custom_certificate": false, "pending_update_count": len(s.pending)}
	if s.webhook.url != "" {
		info["max_connections"], info["allowed_updates"] = s.webhook.connections, s.webhook.allowed
		if s.webhook.lastError != "" {
			info["last_error_message"] = s.webhook.lastError
		}
	}
	return info, nil
}

// getUpdates is long polling.
func (s *Server) getUpdates(r *request) (any, error) {
	offset, _ := strconv.ParseInt(r.params["offset"], 10, 64)
	limit, _ := strconv.Atoi(r.params["limit"])
	if limit < 1 || limit > 100 {
		limit = 100
	}
	seconds, _ := strconv.Atoi(r.params["timeout"])
	deadline := time.NewTimer(time.Duration(seconds) * time.Second)
	defer deadline.Stop()
	s.mu.Lock()
	if s.webhook.url != "" || s.polling {
		defer s.mu.Unlock()
		if s.polling {
			return nil, &refusal{code: http.StatusConflict, text: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}
		}
		return nil, &refusal{code: http.StatusConflict, text: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"}
	}
	s.polling = true
	s.mu.Unlock()
	defer func() { s.mu.Lock(); s.polling = false; s.mu.Unlock() }()
	for {
		s.mu.Lock()
		s.confirm(offset)
		list, changed := s.waiting(limit), s.changed
		s.mu.Unlock()
		if len(list) > 0 || seconds == 0 {
			return list, nil
		}
		select {
		case <-changed:
		case <-deadline.C:
			return list, nil
		case <-s.ctx.Done():
			return list, nil
		case <-r.http.Context().Done():
			return list, nil
		}
	}
}

// confirm forgets the updates below offset. s.mu is held.
func (s *Server) confirm(offset int64) {
	gone := false
	for id, u := range s.pending {
		if id < offset {
			delete(s.pending, id)
			u.lane.remove(u)
			gone = true
		}
	}
	if gone {
		s.wake()
	}
}

// waiting lists updates in the order they came. s.mu is held.
func (s *Server) waiting(limit int) []json.RawMessage {
	s.order = slices.DeleteFunc(s.order, func(id int64) bool { return s.pending[id] == nil })
	list := []json.RawMessage{}
	for _, id := range s.order {
		if len(list) == limit {
			break
		}
		list = append(list, s.pending[id].body)
	}
	return list
}

// Repeat posts an update that came before once more, at once. The error says
// that it was not answered by a 2xx.
func (s *Server) Repeat(body []byte) error { return s.postUpdate(body) }
