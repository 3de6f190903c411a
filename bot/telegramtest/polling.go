package telegramtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
)

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
	if err := s.allow(&s.webhook, r); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	s.polling = true
	s.mu.Unlock()
	defer func() { s.mu.Lock(); s.polling = false; s.mu.Unlock() }()
	for {
		s.mu.Lock()
		s.confirm(offset)
		list, changed := s.waiting(limit), s.changed.next()
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
			u.person.changed.fire()
			s.traceUpdate(u, u.born, nil)
			gone = true
		}
	}
	if gone {
		s.wake(nil)
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
