package telegramtest

import (
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"
)

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
	now := s.o.Now()
	if s.taps[id] = now; len(s.taps) > s.sweepAt {
		maps.DeleteFunc(s.taps, func(_ string, at time.Time) bool { return now.Sub(at) > tapLife })
		s.sweepAt = max(10_000, 2*len(s.taps)) // not at every tap of a long run
	}
	if s.o.Trace {
		s.tappers[id] = p.ID
	}
	query := map[string]any{"id": id, "from": p.user(), "chat_instance": strconv.FormatInt(p.ID, 10), "data": data}
	if m != nil {
		query["message"] = wire(p, m)
	}
	return p.send(&lane{}, "callback_query", query)
}
