package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// PersonOptions are a person's account.
type PersonOptions struct {
	ID       int64 // default: a new one
	Name     string
	Language string // of their app; default hi

	Known bool // wrote to the bot before, so that it can write to them

	// What the page tells of them:
	Role  string // in a word, such as "citizen"
	About string // in a line
	Start string // the payload of the link by which they come
}

// Person is somebody with a private chat with the bot. Safe for concurrent use.
type Person struct {
	ID       int64
	Name     string
	Language string

	server   *Server
	messages []*Message
	lastID   int
	version  int // counts what changed in the chat
	wrote    bool
	blocked  bool
	keyboard [][]Key
	changed  signal
	talk     lane             // messages come in order; each tap goes its own way
	open     []int64          // updates that may be pending
	bodies   map[int64][]byte // the newest updates by id, to repeat them
	kept     []int64          // their ids, oldest first
	rate     allowance

	role, about, start string
	order              int // of making
	steps              []Step
	stepCount          int
}

// Message is one message of a chat, as the person sees it.
type Message struct {
	ID       int         `json:"id"`
	FromBot  bool        `json:"from_bot"`
	Text     string      `json:"text"`
	HTML     string      `json:"html,omitempty"` // of the bot, as it wrote it
	Marked   []Entity    `json:"entities,omitempty"`
	Buttons  [][]Button  `json:"buttons,omitempty"`
	File     *Attachment `json:"file,omitempty"`
	Keys     [][]Key     `json:"keys,omitempty"` // that came with it, in place of the person's own
	KeysGone bool        `json:"keys_gone,omitempty"`
	Shared   string      `json:"shared,omitempty"` // of the person, instead of words: a contact or a place, to show
	Deleted  bool        `json:"-"`
	At       time.Time   `json:"at"`
}

// Person makes somebody, or finds them by their id.
func (s *Server) Person(o PersonOptions) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o.ID == 0 {
		s.nextUser++
		o.ID = s.nextUser
	}
	if p, ok := s.people[o.ID]; ok {
		return p
	}
	if o.Language == "" {
		o.Language = "hi"
	}
	if o.Name == "" {
		o.Name = "Person " + strconv.FormatInt(o.ID%1000, 10)
	}
	p := &Person{ID: o.ID, Name: o.Name, Language: o.Language, server: s, bodies: map[int64][]byte{}, wrote: o.Known, role: o.Role, about: o.About, start: o.Start}
	p.order = len(s.people)
	s.people[o.ID] = p
	return p
}

// Forget drops a person with their chat, where very many come and go.
func (s *Server) Forget(p *Person) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.people, p.ID)
}

// add puts a message into the chat. The server's lock is held.
func (p *Person) add(m *Message) *Message {
	p.lastID++
	m.ID, m.At = p.lastID, p.server.o.Now()
	p.messages = append(p.messages, m)
	return m
}

// find gives the message with an id, or nil. Ids count from 1.
func (p *Person) find(id string) *Message {
	n, err := strconv.Atoi(id)
	if err != nil || n < 1 || n > len(p.messages) || p.messages[n-1].Deleted {
		return nil
	}
	return p.messages[n-1]
}

// Messages is the chat as the person sees it now.
func (p *Person) Messages() []Message {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	return p.visible()
}

func (p *Person) visible() []Message {
	list := make([]Message, 0, len(p.messages))
	for _, m := range p.messages {
		if !m.Deleted {
			list = append(list, *m)
		}
	}
	return list
}

// user and chat are as updates have them.
func (p *Person) user() map[string]any {
	return map[string]any{"id": p.ID, "is_bot": false, "first_name": p.Name, "language_code": p.Language}
}

func (p *Person) chat() map[string]any {
	return map[string]any{"id": p.ID, "type": "private", "first_name": p.Name}
}

// wire is a message as updates and answers have it.
func wire(p *Person, m *Message) map[string]any {
	from := p.user()
	if m.FromBot {
		from = map[string]any{"id": 1234567, "is_bot": true, "first_name": "Sadasya", "username": p.server.o.Username}
	}
	w := map[string]any{"message_id": m.ID, "from": from, "chat": p.chat(), "date": m.At.Unix()}
	text, entities := "text", "entities"
	if m.File != nil {
		text, entities = "caption", "caption_entities"
		w[m.File.Kind] = m.File.wire()
	}
	if m.Text != "" {
		w[text] = m.Text
	}
	if len(m.Marked) > 0 {
		w[entities] = m.Marked
	}
	if len(m.Buttons) > 0 {
		w["reply_markup"] = map[string]any{"inline_keyboard": m.Buttons}
	}
	return w
}

// Wait waits until nothing of this person is pending: every update was answered
// and what the answers brought stands in the chat.
func (p *Person) Wait(ctx context.Context) error {
	s := p.server
	return s.await(ctx, &p.changed, func() bool {
		p.tidy()
		return len(p.open) == 0
	})
}

// tidy forgets the updates that are no longer pending. The server's lock is held.
func (p *Person) tidy() {
	p.open = slices.DeleteFunc(p.open, func(id int64) bool { return p.server.pending[id] == nil })
}

// WaitMessage waits for a message of the bot that is newer than the one with this
// id, and gives the first.
func (p *Person) WaitMessage(ctx context.Context, after int) (found Message, err error) {
	err = p.server.await(ctx, &p.changed, func() bool {
		for _, m := range p.messages[min(max(after, 0), len(p.messages)):] {
			if m.FromBot && !m.Deleted {
				found = *m
				return true
			}
		}
		return false
	})
	return found, err
}

// Keyboard is what the bot shows in place of the person's own keyboard.
func (p *Person) Keyboard() [][]Key {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	return p.keyboard
}

// Say types and waits; it gives what the bot said to it.
func (p *Person) Say(ctx context.Context, text string) ([]Message, error) {
	return p.after(ctx, func() error { p.Send(text); return nil })
}

// TapAndWait taps and waits; it gives what the bot said to it.
func (p *Person) TapAndWait(ctx context.Context, label string) ([]Message, error) {
	return p.after(ctx, func() error { _, err := p.Tap(label); return err })
}

func (p *Person) after(ctx context.Context, do func() error) ([]Message, error) {
	p.server.mu.Lock()
	before := p.lastID
	p.server.mu.Unlock()
	if err := do(); err != nil {
		return nil, err
	}
	if err := p.Wait(ctx); err != nil {
		return nil, fmt.Errorf("the bot does not answer: %w", err)
	}
	var said []Message
	for _, m := range p.Messages() {
		if m.ID > before && m.FromBot {
			said = append(said, m)
		}
	}
	return said, nil
}

// MarshalJSON shows a person to the page's API.
func (p *Person) MarshalJSON() ([]byte, error) {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	return json.Marshal(map[string]any{
		"id": p.ID, "name": p.Name, "language": p.Language, "role": p.role, "about": p.about, "start": p.start,
		"state": p.version, "order": p.order,
	})
}
