package bot

import (
	"bytes"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"sadasya/flows"
	"sadasya/locales"
	"sadasya/party"
	"sadasya/party/place"
)

// Renderer turns a screen into messages in a person's language.
type Renderer struct {
	username func() string // of the bot, for chat links; may be empty
	places   Places
	pictures Pictures // nil: words alone
	tongues  map[party.Language]*tongue
}

// tongue is one language with the campaign's words in it.
type tongue struct {
	language party.Language
	printer  *locales.Printer
	campaign map[string]string
	voices   map[string]*Voice
	mu       sync.RWMutex
	labels   map[string]string // of lines without arguments, by key
}

// NewRenderer loads the locales and sets the campaign's names in both.
// username gives the bot's name once it is known. Without pictures there are
// words alone.
func NewRenderer(c party.Campaign, places Places, pictures Pictures, username func() string) (*Renderer, error) {
	r := &Renderer{username: username, places: places, pictures: pictures, tongues: map[party.Language]*tongue{}}
	for _, l := range party.Languages() {
		printer, err := locales.Load(string(l))
		if err != nil {
			return nil, err
		}
		spoken, err := locales.Voice("consent", string(l))
		if err != nil {
			return nil, err
		}
		voices := map[string]*Voice{"consent": {Name: "consent." + string(l) + ".ogg", Ogg: spoken}}
		r.tongues[l] = &tongue{language: l, printer: printer, voices: voices, labels: map[string]string{}}
	}
	for _, t := range r.tongues {
		t.campaign = campaignWords(c, t.language)
		t.campaign["fee"] = r.fee(c, t)
	}
	return r, nil
}

func campaignWords(c party.Campaign, l party.Language) map[string]string {
	return map[string]string{
		"party":         c.Party.Name.In(l),
		"party_hi":      c.Party.Name.In(party.Hindi),
		"party_en":      c.Party.Name.In(party.English),
		"party_full":    c.Party.LegalName.In(l),
		"party_full_hi": c.Party.LegalName.In(party.Hindi),
		"party_full_en": c.Party.LegalName.In(party.English),
		"contact":       c.Contact.Name.In(l) + ", " + c.Contact.Phone,
		"helpline":      c.Helpline,
		"days":          strconv.Itoa(c.Retention.Withdrawn),
		"unfinished":    strconv.Itoa(c.Retention.Unfinished),
		"per_enroller":  party.FormatCount(c.PerEnroller),
		"by":            c.MembersBy().In(l),
		"review":        strconv.Itoa(c.Thresholds.ReviewDays),
		"board":         c.BoardURL,
		"notice_url":    c.NoticeURL,
	}
}

func (r *Renderer) fee(c party.Campaign, t *tongue) string {
	if c.Fee == 0 {
		return string(r.line(nil, t, flows.T("fee.none"), plain))
	}
	return string(r.line(nil, t, flows.T("fee.some", "rupees", c.Fee), plain))
}

// Render gives the messages of a screen. An unknown language is Hindi.
func (r *Renderer) Render(s flows.Screen, l party.Language) []Message {
	t := r.tongue(l)
	messages := make([]Message, 0, len(s.Bubbles))
	for _, b := range s.Bubbles {
		if b.Voice != "" {
			messages = append(messages, Message{Voice: t.voices[b.Voice]})
			continue
		}
		scratch := scratches.Get().(*[]byte)
		html := (*scratch)[:0]
		for i, line := range b.Text {
			if i > 0 {
				html = append(html, '\n')
			}
			html = r.line(html, t, line, markup)
		}
		*scratch = html
		m := Message{HTML: string(bytes.TrimSpace(html)), Buttons: r.buttons(b.Buttons, t), NoKeys: b.Keys == flows.NoKeys}
		scratches.Put(scratch)
		if b.Keys == flows.LocationKeys {
			m.Locate = string(r.line(nil, t, flows.T("button.mylocation"), plain))
		}
		if b.Picture != nil && r.pictures != nil {
			m.Picture = r.picture(b.Picture, t)
		}
		messages = append(messages, m)
	}
	return messages
}

// scratches are what messages are put together on.
var scratches = sync.Pool{New: func() any { return new([]byte) }}

// Text gives one message without markup, for menus and descriptions.
func (r *Renderer) Text(key string, l party.Language) string {
	return string(r.line(nil, r.tongue(l), flows.T(key), plain))
}

func (r *Renderer) tongue(l party.Language) *tongue {
	if t, ok := r.tongues[l]; ok {
		return t
	}
	return r.tongues[party.Hindi]
}

func (r *Renderer) buttons(rows [][]flows.Button, t *tongue) [][]Button {
	count := 0
	for _, row := range rows {
		count += len(row)
	}
	all := make([]Button, 0, count)
	out := make([][]Button, len(rows))
	for i, row := range rows {
		for _, b := range row {
			button := Button{Label: r.label(t, b.Label), Data: b.Data}
			switch {
			case b.Share.Key != "":
				words := string(r.line(nil, t, b.Share, plain))
				button.URL = "https://wa.me/" + indian(b.To) + "?text=" + strings.ReplaceAll(url.QueryEscape(words), "+", "%20")
			case b.Send.Words.Key != "":
				words := string(r.line(nil, t, b.Send.Words, plain))
				button.URL = "https://t.me/share/url?url=" + url.QueryEscape(r.link(string(b.Send.Link))) + "&text=" + strings.ReplaceAll(url.QueryEscape(words), "+", "%20")
			case b.Copy.Key != "":
				button.Copy = string(r.line(nil, t, b.Copy, plain))
			case b.URL.Key != "":
				button.URL = string(r.line(nil, t, b.URL, plain))
			}
			all = append(all, button)
		}
		out[i] = all[len(all)-len(row):]
	}
	return out
}

// indian is a mobile as WhatsApp's links want it, with the country's code; empty
// for none.
func indian(m party.Mobile) string {
	if m == "" {
		return ""
	}
	return "91" + string(m)
}

// label is a line without markup. Most have no arguments and are said again and
// again.
func (r *Renderer) label(t *tongue, l flows.Line) string {
	if len(l.Args) > 0 {
		return string(r.line(nil, t, l, plain))
	}
	t.mu.RLock()
	said, ok := t.labels[l.Key]
	t.mu.RUnlock()
	if !ok {
		said = string(r.line(nil, t, l, plain))
		t.mu.Lock()
		t.labels[l.Key] = said
		t.mu.Unlock()
	}
	return said
}

// escaper writes a value; markup escapes it for HTML, plain does not.
type escaper func(dst []byte, s string) []byte

func plain(dst []byte, s string) []byte { return append(dst, s...) }

func markup(dst []byte, s string) []byte {
	for i := range len(s) {
		switch s[i] {
		case '<':
			dst = append(dst, "&lt;"...)
		case '>':
			dst = append(dst, "&gt;"...)
		case '&':
			dst = append(dst, "&amp;"...)
		case '"':
			dst = append(dst, "&quot;"...)
		default:
			dst = append(dst, s[i])
		}
	}
	return dst
}

// line writes one line; a place is filled from its arguments, then from the
// campaign's words. A line without a key is empty.
func (r *Renderer) line(dst []byte, t *tongue, l flows.Line, esc escaper) []byte {
	if l.Key == "" {
		return dst
	}
	return t.printer.Append(dst, l.Key, func(dst []byte, place string) []byte {
		for i := 0; i+1 < len(l.Args); i += 2 {
			if l.Args[i] == place {
				return r.value(dst, t, l.Args[i+1], esc)
			}
		}
		return esc(dst, t.campaign[place])
	})
}

// value says one argument in the language of t.
func (r *Renderer) value(dst []byte, t *tongue, v any, esc escaper) []byte {
	switch v := v.(type) {
	case string:
		return esc(dst, v)
	case int:
		return append(dst, party.FormatCount(v)...)
	case flows.Line:
		return r.line(dst, t, v, esc)
	case party.Name:
		return esc(dst, string(v))
	case party.Number:
		return append(dst, v.Display()...)
	case party.VoterID:
		return esc(dst, v.Display())
	case party.Mobile:
		return esc(dst, v.Display())
	case flows.Bar:
		return append(dst, bar(v)...)
	case party.Booth:
		return append(dst, v.String()...)
	case party.Station:
		return esc(dst, v.Name(t.language))
	case flows.Place:
		return esc(dst, v.Name(t.language))
	case place.Room:
		return r.room(dst, t, v)
	case party.Constituency:
		return esc(dst, v.Name(t.language))
	case flows.District:
		return esc(dst, party.Constituency(v).District(t.language))
	case party.Code:
		return append(dst, v.Display()...)
	case flows.DistrictName:
		for _, d := range r.places.Districts() {
			if d.DistrictEN == string(v) {
				return esc(dst, d.District(t.language))
			}
		}
		return esc(dst, string(v))
	case flows.AC:
		c, _ := r.places.Constituency(int(v))
		return esc(dst, c.Name(t.language))
	case flows.Link:
		return esc(dst, r.link(string(v)))
	case party.Date:
		return append(dst, v.In(t.language)...)
	case flows.Letter: // it was checked when it was written
		return append(dst, v.Text.In(v.In)...)
	case flows.Moment:
		return fmt.Appendf(append(dst, v.On.In(t.language)...), " %02d:%02d", v.Hour, v.Minute)
	}
	return r.word(dst, t, v, esc)
}

// room says the part of a building: "left part, room 4".
func (r *Renderer) room(dst []byte, t *tongue, room place.Room) []byte {
	start := len(dst)
	for _, side := range room.Sides {
		if len(dst) > start {
			dst = append(dst, ", "...)
		}
		dst = r.line(dst, t, flows.T("room."+side), plain)
	}
	if room.Number != "" {
		if len(dst) > start {
			dst = append(dst, ", "...)
		}
		dst = r.line(dst, t, flows.T("room.number", "number", room.Number), plain)
	}
	return dst
}

// word says a value that has a name of its own in every language.
func (r *Renderer) word(dst []byte, t *tongue, v any, esc escaper) []byte {
	key := "value.none"
	switch v := v.(type) {
	case party.Language:
		key = "value.unchosen"
		if v != "" {
			key = "value." + string(v)
		}
	case party.Gender:
		if v != "" {
			key = "gender." + string(v)
		}
	case party.SocialCategory:
		if v != "" {
			key = "social." + strings.ToLower(string(v))
		}
	case party.Office:
		key = "post." + string(v)
	case party.Status:
		key = "status." + string(v)
	case party.Via:
		key = "via." + string(v)
	case flows.Action:
		key = "action." + string(v)
	case flows.Why:
		key = "because." + string(v)
	case flows.StageWord:
		key = "stage." + string(v)
	case flows.Kindred:
		key = "kind." + string(v)
	}
	if !t.printer.Has(key) { // a word of a newer program, in its audit
		return esc(dst, fmt.Sprint(v))
	}
	return r.line(dst, t, flows.T(key), plain)
}

func (r *Renderer) link(payload string) string {
	link := "https://t.me/" + r.username()
	if payload != "" {
		link += "?start=" + payload
	}
	return link
}
