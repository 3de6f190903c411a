package telegramtest

import (
	"fmt"
	"strings"
	"unicode"
)

// Start opens the bot by a link with this payload, or the bare one.
func (p *Person) Start(payload string) int64 { return p.Send(strings.TrimSpace("/start " + payload)) }

// Send types a message and returns the update's id.
func (p *Person) Send(text string) int64 { return p.SendWith(text, nil) }

// SendWith types a message that has more fields than words, or other ones: a
// poll, forward_origin, via_bot … Without text nothing is typed.
func (p *Person) SendWith(text string, fields map[string]any) int64 {
	return p.write(&Message{Text: text, Marked: command(text)}, fields)
}

// Forward passes on what somebody else wrote.
func (p *Person) Forward(text string) int64 {
	return p.SendWith(text, map[string]any{
		"forward_origin": map[string]any{"type": "hidden_user", "sender_user_name": "Somebody", "date": p.server.o.Now().Unix()},
		"forward_date":   p.server.o.Now().Unix(), "forward_sender_name": "Somebody",
	})
}

// SendContact shares a contact: the person's own, or somebody else's.
func (p *Person) SendContact(phone string, own bool) int64 {
	contact := map[string]any{"phone_number": phone, "first_name": "Somebody"}
	if own {
		contact["first_name"], contact["user_id"] = p.Name, p.ID
	}
	return p.write(&Message{Shared: "☎ " + phone}, map[string]any{"contact": contact})
}

// SendLocation shares where the person is, in degrees.
func (p *Person) SendLocation(latitude, longitude float64) int64 {
	return p.write(&Message{Shared: fmt.Sprintf("📍 %.4f, %.4f", latitude, longitude)},
		map[string]any{"location": map[string]any{"latitude": latitude, "longitude": longitude}})
}

// SendSticker sends one.
func (p *Person) SendSticker() int64 {
	return p.SendWith("", map[string]any{"sticker": map[string]any{
		"file_id": "sticker", "file_unique_id": "sticker", "type": "regular", "width": 512, "height": 512, "is_animated": false, "is_video": false, "emoji": "🙏",
	}})
}

// SendPhoto, SendVoice and SendDocument send a file, which the bot can fetch. A
// document may claim to be of any size, in bytes; 0: its own.
func (p *Person) SendPhoto(f File, caption string) int64 { return p.SendFile("photo", f, caption, 0) }

func (p *Person) SendVoice(f File) int64 { return p.SendFile("voice", f, "", 0) }

func (p *Person) SendDocument(f File, caption string, size int64) int64 {
	return p.SendFile("document", f, caption, size)
}

// SendFile sends a file of a kind: photo, voice, document, video, audio …
func (p *Person) SendFile(kind string, f File, caption string, size int64) int64 {
	a := p.server.attach(kind, f)
	if size > 0 {
		a.Size = size
	}
	return p.write(&Message{Text: caption, Marked: command(caption), File: a}, nil)
}

// SendAlbum sends photos that belong together; each is an update of its own.
func (p *Person) SendAlbum(caption string, photos ...File) []int64 {
	album := map[string]any{"media_group_id": fmt.Sprint(p.server.o.Now().UnixNano())}
	ids := make([]int64, len(photos))
	for i, f := range photos {
		ids[i] = p.write(&Message{Text: caption, File: p.server.attach("photo", f)}, album)
		caption = "" // the first carries it
	}
	return ids
}

// write puts a message into the chat and sends it.
func (p *Person) write(m *Message, fields map[string]any) int64 {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	p.wrote = true
	w := wire(p, p.add(m))
	for name, value := range fields {
		w[name] = value
	}
	return p.send(&p.talk, "message", w)
}

// command marks the command that a text begins with.
func command(text string) []Entity {
	rest, ok := strings.CutPrefix(text, "/")
	name := rest
	if end := strings.IndexFunc(rest, func(r rune) bool {
		return r != '_' && r != '@' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}); end >= 0 {
		name = rest[:end]
	}
	if !ok || name == "" {
		return nil
	}
	return []Entity{{Type: "bot_command", Length: units(name) + 1}}
}

// Edit changes the words of the person's newest message.
func (p *Person) Edit(text string) int64 {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(p.messages) - 1; i >= 0; i-- {
		if m := p.messages[i]; !m.FromBot && !m.Deleted {
			m.Text, m.Marked = text, command(text)
			w := wire(p, m)
			w["edit_date"] = s.o.Now().Unix()
			return p.send(&p.talk, "edited_message", w)
		}
	}
	panic("telegramtest: there is nothing to edit")
}

// SendRaw sends an update with these fields, whatever they are and whether or not
// the bot asked for such, under the next update id.
func (p *Person) SendRaw(fields map[string]any) int64 {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	p.wrote = true
	return p.keep(s.enqueue(&p.talk, p, fields))
}

// Block and Unblock stop the bot and start it again.
func (p *Person) Block()   { p.membership(true) }
func (p *Person) Unblock() { p.membership(false) }

func (p *Person) isBlocked() bool {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	return p.blocked
}

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
	p.send(&p.talk, "my_chat_member", map[string]any{
		"chat": p.chat(), "from": p.user(), "date": s.o.Now().Unix(),
		"old_chat_member": map[string]any{"user": bot, "status": was}, "new_chat_member": map[string]any{"user": bot, "status": is},
	})
}

// send sends an update of a kind, where the bot wants such. The server's lock is
// held.
func (p *Person) send(l *lane, kind string, value any) int64 {
	s := p.server
	s.wake(p)
	if !s.wanted(kind) {
		s.nextID++
		return s.nextID
	}
	return p.keep(s.enqueue(l, p, map[string]any{kind: value}))
}

// keptUpdates is how many updates of a person can be repeated.
const keptUpdates = 256

// keep remembers an update so that it can be repeated. The server's lock is held.
func (p *Person) keep(u *update) int64 {
	p.bodies[u.id] = u.body
	if p.kept = append(p.kept, u.id); len(p.kept) > keptUpdates {
		delete(p.bodies, p.kept[0])
		p.kept = p.kept[1:]
	}
	if p.open = append(p.open, u.id); len(p.open) > keptUpdates {
		p.tidy()
	}
	return u.id
}

// Repeat posts an update of this person again, at once.
func (p *Person) Repeat(id int64) error { return p.RepeatAtOnce(id, 1) }

// RepeatAtOnce is the server's, for an update of this person.
func (p *Person) RepeatAtOnce(id int64, copies int, bases ...string) error {
	p.server.mu.Lock()
	body, ok := p.bodies[id]
	p.server.mu.Unlock()
	if !ok {
		return fmt.Errorf("telegramtest: update %d is not remembered", id)
	}
	return p.server.RepeatAtOnce(body, copies, bases...)
}
