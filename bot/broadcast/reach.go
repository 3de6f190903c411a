package broadcast

import (
	"context"
	"strings"
	"sync"
	"time"

	"sadasya/bot"
	"sadasya/party"
)

// reach brings one recipient to a fate. It is false where the block must be left:
// somebody is still pending then, and whoever claims the block goes on.
func (p *Pump) reach(ctx context.Context, l party.Lease, r party.Recipient, t term) bool {
	chat := r.Person
	for {
		if !p.turn(ctx, l, r.Person, t) {
			return false
		}
		look, err := p.ledger.Look(ctx, l, r.Person)
		switch {
		case err != nil:
			p.o.Log.Warn("looking at a recipient", "error", err)
			p.sleep(ctx, retryPause)
			continue
		case !look.Mine || !look.Running:
			return false
		case look.Held > 0:
			p.hold(look.Held)
			return false
		case look.Fate != party.Pending:
			p.record(ctx, l, r, party.Entry{Fate: look.Fate, Reason: look.Reason, Tries: r.Tries})
			return true
		}
		if p.pause(false) > 0 || p.o.Now().After(t.last) { // the look took its time
			p.unsent(ctx, l, r)
			return false
		}
		o := p.send(ctx, l, chat, look, t)
		if o.Kind == Moved && o.To != 0 && chat == r.Person {
			chat = o.To
			continue
		}
		e, next := judge(&r, o)
		switch next {
		case brake:
			p.unsent(ctx, l, r)
			p.brake(ctx, l, o)
			return false
		case again:
			p.record(ctx, l, r, e)
			p.back(ctx, o)
			continue
		}
		p.outages.Store(0)
		p.record(ctx, l, r, e)
		if p.refused.tooMany(l.Broadcast, o) {
			p.giveUp(ctx, l)
			return false
		}
		return true
	}
}

// send sends the letter, within the lease: what is still under way when the lease
// ends counts as without an answer. It is not cut short when the process is told
// to end.
func (p *Pump) send(ctx context.Context, l party.Lease, chat int64, look party.Look, t term) Outcome {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.end.Sub(p.o.Now()))
	defer cancel()
	return p.sender.Send(ctx, chat, p.message(l, look), l.Paid)
}

// next is what is done after a call.
type next int

const (
	final next = iota
	again
	brake // the block is left, and what is wrong is not the recipient's
)

// judge says what an outcome makes of a recipient. A throttled one has had no try.
func judge(r *party.Recipient, o Outcome) (party.Entry, next) {
	e := party.Entry{Tries: r.Tries}
	switch o.Kind {
	case Delivered:
		e.Fate, e.Message = party.Sent, o.Message
	case Blocked:
		e.Fate, e.Reason = party.Unreachable, "blocked"
	case NoChat, Moved:
		e.Fate, e.Reason = party.Failed, "no-chat"
	case Throttled, Unauthorized:
		return e, brake
	case Refused:
		if stopping[o.Word] {
			return e, brake
		}
		e.Fate, e.Reason = party.Failed, party.RefusedReason
	case Outage:
		r.Tries++
		e.Tries = r.Tries
		if r.Tries >= mostTries {
			e.Fate, e.Reason = party.Failed, "outage"
			break
		}
		e.Fate = party.Pending
		if r.Doubted {
			e.Reason = party.DoubtReason
		}
		return e, again
	default:
		if r.Doubted {
			e.Fate, e.Reason = party.Uncertain, party.DoubtReason
			break
		}
		r.Doubted = true
		e.Fate, e.Reason = party.Pending, party.DoubtReason
		return e, again
	}
	return e, final
}

// brake acts on what concerns more than one recipient.
func (p *Pump) brake(ctx context.Context, l party.Lease, o Outcome) {
	switch o.Kind {
	case Throttled:
		p.hold(o.After)
		p.o.Log.Warn("Telegram wants a pause", "broadcast", l.Broadcast, "after", o.After)
		p.insist(ctx, "holding broadcasts", func(ctx context.Context) error { return p.ledger.Hold(ctx, o.After) })
	case Unauthorized:
		p.hold(tokenPause)
		p.o.Log.Error("broadcasts pause: Telegram does not know the token", "broadcast", l.Broadcast)
		p.insist(ctx, "pausing broadcasts", func(ctx context.Context) error { return p.ledger.Stop(ctx, l.Broadcast, party.WhyToken) })
	default:
		p.o.Log.Error("a broadcast stops: Telegram refuses the message", "broadcast", l.Broadcast, "why", o.Word)
		p.insist(ctx, "stopping a broadcast", func(ctx context.Context) error {
			return p.ledger.Stop(ctx, l.Broadcast, strings.ReplaceAll(o.Word, " ", "-"))
		})
	}
}

// giveUp pauses a broadcast that Telegram refuses to one after another. Those who
// were refused certainly have not got it: they are pending again when it goes on.
func (p *Pump) giveUp(ctx context.Context, l party.Lease) {
	p.o.Log.Error("a broadcast pauses: Telegram refuses it to one recipient after another", "broadcast", l.Broadcast)
	p.insist(ctx, "pausing a broadcast", func(ctx context.Context) error { return p.ledger.Stop(ctx, l.Broadcast, party.WhyRefused) })
}

// refusals counts, by broadcast, those in a row for which we have no word.
type refusals struct {
	mu    sync.Mutex
	inRow map[int]int
}

// tooMany notes an outcome; it is true, and the row begins anew, where mostRefused
// were refused and nobody got it between.
func (f *refusals) tooMany(broadcast int, o Outcome) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch o.Kind {
	case Delivered:
		delete(f.inRow, broadcast)
	case Refused:
		if f.inRow == nil {
			f.inRow = map[int]int{}
		}
		if f.inRow[broadcast]++; f.inRow[broadcast] >= mostRefused {
			delete(f.inRow, broadcast)
			return true
		}
	}
	return false
}

// back waits the longer, the more calls in a row met an outage: 0.5 s, 1 s, 2 s …
func (p *Pump) back(ctx context.Context, o Outcome) {
	if o.Kind != Outage {
		return
	}
	n := p.outages.Add(1)
	p.sleep(ctx, min(longestPause, 250*time.Millisecond<<min(n, 10)))
}

// unsent tells the ledger that a reminder certainly did not go. It took the person
// for reminded when they were looked at, so that a crash cannot remind them twice.
func (p *Pump) unsent(ctx context.Context, l party.Lease, r party.Recipient) {
	if !l.Reminder || r.Doubted {
		return
	}
	p.record(ctx, l, r, party.Entry{Fate: party.Pending, Tries: r.Tries})
}

func (p *Pump) record(ctx context.Context, l party.Lease, r party.Recipient, e party.Entry) {
	p.insist(ctx, "recording a recipient", func(ctx context.Context) error { return p.ledger.Record(ctx, l, r.Person, e) })
}

// message is the letter as one recipient gets it, with the button that ends it.
func (p *Pump) message(l party.Lease, look party.Look) bot.Message {
	lang := look.Language
	if lang == "" {
		lang = party.Hindi
	}
	if l.Reminder {
		return p.o.Reminder(look.Step, lang)
	}
	if look.Name == "" { // who wants news need not be a member
		look.Name = party.Name(p.o.Words("broadcast.friend", lang))
	}
	m := Message(l.Letter, lang, look)
	m.Buttons = append(m.Buttons, []bot.Button{{Label: p.o.Words(stopKey(l.Group.Topic()), lang), Data: StopData(l.Group.Topic())}})
	return m
}

func stopKey(topic party.ConsentKind) string {
	switch topic {
	case party.Duties:
		return "button.stopduties"
	case party.Reminders:
		return "button.stopreminders"
	}
	return "button.stopnews"
}

// StopData is what the button under every broadcast brings back.
func StopData(topic party.ConsentKind) string { return "g.stop:" + string(topic) }

// Message is a letter in a language, filled for who is looked at.
func Message(letter party.Letter, l party.Language, look party.Look) bot.Message {
	html := letter.Fill(l, func(place party.Place) string {
		switch place {
		case party.NamePlace:
			return escape.Replace(string(look.Name))
		case party.BoothPlace:
			return look.Booth.String()
		case party.CountPlace:
			return party.FormatCount(look.Count)
		}
		return ""
	})
	m := bot.Message{HTML: html}
	if letter.Photo != "" {
		m.Picture = &bot.Picture{ID: letter.Photo}
	}
	if letter.URL != "" {
		m.Buttons = [][]bot.Button{{{Label: letter.Button.In(l), URL: letter.URL}}}
	}
	return m
}

var escape = strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;", `"`, "&quot;")
