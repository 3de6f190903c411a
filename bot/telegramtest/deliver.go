package telegramtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// update is one, until it was taken.
type update struct {
	id     int64
	body   []byte
	lane   *lane
	person *Person
	born   time.Time
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

// How long a failed delivery is repeated. Source: observed by the project's
// research; Telegram documents only that it gives up after a reasonable amount
// of attempts.
const (
	messageLife = 24 * time.Hour
	tapDelivery = 150 * time.Second
	answerLimit = 60 * time.Second
)

// enqueue numbers an update and sends it on its way. s.mu is held.
func (s *Server) enqueue(l *lane, p *Person, fields map[string]any) *update {
	s.nextID++
	fields["update_id"] = s.nextID
	body, err := json.Marshal(fields)
	if err != nil {
		panic("telegramtest: an update that is no JSON: " + err.Error())
	}
	u := &update{id: s.nextID, body: body, lane: l, person: p, born: s.o.Now()}
	s.pending[u.id] = u
	if s.order = append(s.order, u.id); len(s.order) > 2*len(s.pending)+64 {
		s.order = slices.DeleteFunc(s.order, func(id int64) bool { return s.pending[id] == nil })
	}
	l.queue = append(l.queue, u)
	s.run(l)
	s.wake(nil)
	return u
}

// wanted tells whether the bot asked for updates of this kind; by default all
// that are played here. s.mu is held.
func (s *Server) wanted(kind string) bool {
	return len(s.webhook.allowed) == 0 || slices.Contains(s.webhook.allowed, kind)
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
// is gone. Then what is in the chat stands there before anyone is woken.
func (s *Server) deliver(u *update) {
	life := messageLife
	if bytes.Contains(u.body, []byte(`"callback_query"`)) {
		life = tapDelivery
	}
	for wait := s.o.Backoff; ; wait = min(wait*2, 20*s.o.Backoff) {
		s.mu.Lock()
		gone, slots := s.webhook.url == "" || s.pending[u.id] == nil, s.webhook.slots
		s.mu.Unlock()
		if gone {
			return
		}
		select {
		case slots <- struct{}{}:
		case <-s.ctx.Done():
			return
		}
		began := time.Now()
		err := s.postUpdate(u.body, "")
		s.mu.Lock()
		s.traceUpdate(u, began, err)
		s.mu.Unlock()
		<-slots
		if err == nil {
			break
		}
		if s.o.Now().Sub(u.born) > life {
			break
		}
		select {
		case <-time.After(wait):
		case <-s.ctx.Done():
			return
		}
	}
	if s.chance(func(c Chaos) float64 { return c.Repeat }) {
		s.mu.Lock()
		copies := max(s.chaos.Copies, 1)
		s.mu.Unlock()
		_ = s.RepeatAtOnce(u.body, copies) // again, although it was answered
	}
	s.mu.Lock()
	delete(s.pending, u.id)
	u.person.changed.fire()
	s.wake(nil)
	s.mu.Unlock()
}

// errNoWebhook says that there is nowhere to post to.
var errNoWebhook = errors.New("telegramtest: no webhook is set")

// postUpdate posts a body once and carries out the call in the response. base is
// the backend to post to; empty: one that is drawn.
func (s *Server) postUpdate(body []byte, base string) error {
	began := time.Now()
	message, err := s.postOnce(body, base)
	s.watched(Delivery{Body: body, Began: began, Err: err, Message: message})
	return err
}

// postOnce gives the id of the message that the response brought; 0: none.
func (s *Server) postOnce(body []byte, base string) (message int, err error) {
	s.mu.Lock()
	target, secret := s.target(base), s.webhook.secret
	s.mu.Unlock()
	if target == "" {
		return 0, errNoWebhook
	}
	req, err := http.NewRequestWithContext(s.ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return 0, err
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
		return 0, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && s.chance(func(c Chaos) float64 { return c.Forget }) {
		err = errors.New("the answer was lost")
	}
	if err != nil {
		return 0, err
	}
	if res.StatusCode/100 != 2 {
		s.failed("Wrong response from the webhook: " + res.Status)
		return 0, errors.New(res.Status)
	}
	if len(bytes.TrimSpace(answer)) > 0 {
		params := map[string]string{}
		if err := jsonParams(answer, params); err == nil && params["method"] != "" {
			method := params["method"]
			delete(params, "method")
			result, _ := s.execute(nil, Call{Method: method, Params: params, Webhook: true, At: s.o.Now()}, nil)
			if sent, ok := result.(map[string]any); ok {
				message, _ = sent["message_id"].(int)
			}
		}
	}
	return message, nil
}

func (s *Server) failed(why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook.lastError, s.webhook.failedAt = why, s.o.Now()
}

// target is the webhook's address at a base address, or, where that is empty, at
// one of the backends, where there are any. s.mu is held.
func (s *Server) target(base string) string {
	if base == "" && len(s.backends) > 0 {
		base = s.backends[s.random.IntN(len(s.backends))]
	}
	if base == "" || s.webhook.url == "" {
		return s.webhook.url
	}
	at, err1 := url.Parse(base)
	whole, err2 := url.Parse(s.webhook.url)
	if err1 != nil || err2 != nil {
		return s.webhook.url
	}
	whole.Scheme, whole.Host = at.Scheme, at.Host
	return whole.String()
}

// Repeat posts an update that came before once more, at once. The error says
// that it was not answered by a 2xx.
func (s *Server) Repeat(body []byte) error { return s.postUpdate(body, "") }

// RepeatAtOnce posts it as many times as copies says, all at the same time. bases
// are the backends to post to in turn; without any they are drawn. The error says
// that not every copy was answered by a 2xx.
func (s *Server) RepeatAtOnce(body []byte, copies int, bases ...string) error {
	results := make(chan error, copies)
	for i := range copies {
		base := ""
		if len(bases) > 0 {
			base = bases[i%len(bases)]
		}
		go func() { results <- s.postUpdate(body, base) }()
	}
	var err error
	for range copies {
		err = errors.Join(err, <-results)
	}
	return err
}
