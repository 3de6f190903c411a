package telegramtest

import (
	"strconv"
	"time"
)

// Crowd is very many people who have written to the bot once and only read: of
// each it is kept how many messages they got, and nothing else.
type Crowd struct {
	First int64 // their ids count up from here
	Size  int
}

// received is what a person of the crowd got.
type received struct {
	messages int32
	last     int32 // when, in milliseconds since the server's start
}

// member gives the place of a chat in the crowd, and whether it is of it.
func (s *Server) member(chat string) (at int64, ok bool) {
	id, err := strconv.ParseInt(chat, 10, 64)
	at = id - s.o.Crowd.First
	return at, err == nil && at >= 0 && at < int64(len(s.crowd))
}

// give sends a message to one of the crowd.
func (s *Server) give(at int64, r *request, field string, limit int, what string) (any, error) {
	if _, _, err := checkText(r.params[field], r.params["parse_mode"], limit, what); err != nil {
		return nil, err
	}
	if _, err := checkMarkup(r.params["reply_markup"]); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	got, now := &s.crowd[at], s.o.Now()
	chat := allowance{left: 1, at: now}
	if since := now.Sub(s.began) - time.Duration(got.last)*time.Millisecond; got.messages > 0 && s.o.RateAChat > 0 {
		chat.left = min(1, since.Seconds()*s.o.RateAChat)
	}
	if err := s.spendOn(&chat, 1, 1); err != nil {
		return nil, err
	}
	got.messages++
	got.last = int32(now.Sub(s.began).Milliseconds())
	return map[string]any{"message_id": got.messages, "date": now.Unix(), "chat": map[string]any{"id": s.o.Crowd.First + at, "type": "private"}}, nil
}

// Received tells how many messages each of the crowd got, in the order of ids.
func (s *Server) Received() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]int, len(s.crowd))
	for i, got := range s.crowd {
		list[i] = int(got.messages)
	}
	return list
}
