package telegramtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// PersonOptions are a person's account.
type PersonOptions struct {
	ID       int64 // default: a new one
	Name     string
	Language string // of their app; default hi
}

// Person is somebody with a private chat with the bot. Safe for concurrent use.
type Person struct {
	ID       int64
	Name     string
	Language string

	server   *Server
	messages []*Message
	lastID   int
	edits    int // of messages, so that the page shows them
	wrote    bool
	blocked  bool
	talk     lane             // messages come in order; each tap goes its own way
	open     []int64          // updates that may be pending
	bodies   map[int64][]byte // updates by id, to repeat them
}

// Message is one message of a chat, as the person sees it.
type Message struct {
	ID      int         `json:"id"`
	FromBot bool        `json:"from_bot"`
	Text    string      `json:"text"`
	HTML    string      `json:"html,omitempty"` // of the bot
	Buttons [][]Button  `json:"buttons,omitempty"`
	File    *Attachment `json:"file,omitempty"`
	Deleted bool        `json:"-"`
	At      time.Time   `json:"at"`
}

// Attachment is a file in a message.
type Attachment struct {
	Kind string `json:"kind"`
	ID   string `json:"-"`
	Name string `json:"name"`
	Data []byte `json:"-"`
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
	p := &Person{ID: o.ID, Name: o.Name, Language: o.Language, server: s, bodies: map[int64][]byte{}}
	s.people[o.ID] = p
	return p
}

// add puts a message into the chat. The server's lock is held.
func (p *Person) add(m *Message) *Message {
	p.lastID++
	m.ID, m.At = p.lastID, time.Now()
	p.messages = append(p.messages, m)
	return m
}

func (p *Person) find(id string) *Message {
	for _, m := range p.messages {
		if strconv.Itoa(m.ID) == id && !m.Deleted {
			return m
		}
	}
	return nil
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
	if m.Text != "" && m.File == nil {
		w["text"] = m.Text
	}
	if m.File != nil && m.FromBot {
		w[m.File.Kind] = map[string]any{"file_id": m.File.ID, "file_unique_id": m.File.ID}
	}
	if len(m.Buttons) > 0 {
		w["reply_markup"] = map[string]any{"inline_keyboard": m.Buttons}
	}
	return w
}

// Start opens the bot by a link with this payload, or the bare one.
func (p *Person) Start(payload string) int64 { return p.Send(strings.TrimSpace("/start " + payload)) }

// Send types a message and returns the update's id.
func (p *Person) Send(text string) int64 {
	return p.SendWith(text, nil)
}

// SendWith types a message that has more fields than words, or other ones: a
// photo, a contact, forward_origin, via_bot … Without text nothing is typed.
func (p *Person) SendWith(text string, fields map[string]any) int64 {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	p.wrote = true
	m := p.add(&Message{Text: text})
	w := wire(p, m)
	if command, ok := strings.CutPrefix(text, "/"); ok {
		name, _, _ := strings.Cut(command, " ")
		w["entities"] = []map[string]any{{"type": "bot_command", "offset": 0, "length": units(name) + 1}}
	}
	for name, value := range fields {
		w[name] = value
	}
	return p.keep(s.enqueue(&p.talk, map[string]any{"message": w}))
}

// Edit changes the words of the person's newest message.
func (p *Person) Edit(text string) int64 {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(p.messages) - 1; i >= 0; i-- {
		if m := p.messages[i]; !m.FromBot {
			m.Text = text
			p.edits++
			w := wire(p, m)
			w["edit_date"] = time.Now().Unix()
			return p.keep(s.enqueue(&p.talk, map[string]any{"edited_message": w}))
		}
	}
	panic("telegramtest: there is nothing to edit")
}

// SendRaw sends an update with these fields, whatever they are, under the next
// update id.
func (p *Person) SendRaw(fields map[string]any) int64 {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	p.wrote = true
	return p.keep(s.enqueue(&p.talk, fields))
}

// keep remembers an update so that it can be repeated. The server's lock is held.
func (p *Person) keep(id int64) int64 {
	p.bodies[id] = p.server.pending[id].body
	p.open = append(p.open, id)
	return id
}

// Repeat posts an update of this person again, at once.
func (p *Person) Repeat(id int64) error {
	p.server.mu.Lock()
	body := p.bodies[id]
	p.server.mu.Unlock()
	return p.server.Repeat(body)
}

// errNoButton says that no message offers such a button.
var errNoButton = errors.New("telegramtest: no such button in the chat")

// Tap taps the button with this label on the newest message that has it.
func (p *Person) Tap(label string) (int64, error) { return p.tap(label, false) }

// TapOld taps it on the oldest one.
func (p *Person) TapOld(label string) (int64, error) { return p.tap(label, true) }

func (p *Person) tap(label string, oldest bool) (int64, error) {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	for i := range p.messages {
		m := p.messages[i]
		if !oldest {
			m = p.messages[len(p.messages)-1-i]
		}
		if m.Deleted {
			continue
		}
		for _, row := range m.Buttons {
			for _, b := range row {
				if b.Text == label && b.Data != "" {
					return p.press(m, b.Data), nil
				}
			}
		}
	}
	return 0, fmt.Errorf("%w: %q", errNoButton, label)
}

// TapData taps a button of any data, under the message with this id; 0: under
// one that is gone.
func (p *Person) TapData(message int, data string) int64 {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	p.wrote = true
	return p.press(p.find(strconv.Itoa(message)), data)
}

// press sends a callback query. The server's lock is held.
func (p *Person) press(m *Message, data string) int64 {
	s := p.server
	id := strconv.FormatUint(s.random.Uint64(), 10)
	s.taps[id] = time.Now()
	query := map[string]any{"id": id, "from": p.user(), "chat_instance": strconv.FormatInt(p.ID, 10), "data": data}
	if m != nil {
		query["message"] = wire(p, m)
	}
	return p.keep(s.enqueue(&lane{}, map[string]any{"callback_query": query}))
}

// Block and Unblock stop the bot and start it again.
func (p *Person) Block()   { p.membership(true) }
func (p *Person) Unblock() { p.membership(false) }

func (p *Person) membership(blocked bool) {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	p.blocked = blocked
	was, is := "member", "kicked"
	if !blocked {
		was, is = is, was
	}
	bot := map[string]any{"id": 1234567, "is_bot": true, "first_name": "Sadasya"}
	p.keep(s.enqueue(&p.talk, map[string]any{"my_chat_member": map[string]any{
		"chat": p.chat(), "from": p.user(), "date": time.Now().Unix(),
		"old_chat_member": map[string]any{"user": bot, "status": was}, "new_chat_member": map[string]any{"user": bot, "status": is},
	}}))
}

// Wait waits until nothing of this person is pending: every update was answered
// and what the answers brought stands in the chat.
func (p *Person) Wait(ctx context.Context) error {
	s := p.server
	return s.await(ctx, func() bool {
		p.open = slices.DeleteFunc(p.open, func(id int64) bool { return s.pending[id] == nil })
		return len(p.open) == 0
	})
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
	return json.Marshal(map[string]any{"id": p.ID, "name": p.Name, "language": p.Language})
}
