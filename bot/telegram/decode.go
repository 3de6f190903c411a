// Package telegram is the Bot API's edge: it receives updates by webhook or by
// polling, translates them for the bot, and sends what the bot answers. It is
// the only importer of go-telegram-bot-api, and may import bot, flows and party.
package telegram

import (
	encodingjson "encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"sadasya/bot"
	"sadasya/flows"
)

// errCutShort says that a body ended in the middle of its JSON.
var errCutShort = errors.New("the update is cut short")

// malformed is an update that Telegram would not send: set aside for the
// operator, under its id where it has one.
type malformed struct {
	update int64
	reason string // a fixed word
}

func (m malformed) Error() string { return "malformed update: " + m.reason }

// received is an update as it is handled here.
type received struct {
	bot.Update
	what     what
	chat     int64  // where to answer
	message  int    // the person's message
	callback string // the tap to answer
	back     bool   // what == membership: the person came back, or blocked the bot
}

type what int

const (
	ignored    what = iota // nothing for us
	personal               // from a person's own private chat
	group                  // a message in a group
	channel                // a command in a channel
	membership             // a person blocked the bot or came back
)

// The wire's form, as far as it is needed. Source: Telegram Bot API 10.1.
type wireUpdate struct {
	ID           *int64        `json:"update_id"`
	Message      *wireMessage  `json:"message"`
	Edited       *wireMessage  `json:"edited_message"`
	Callback     *wireCallback `json:"callback_query"`
	MyChatMember *wireMember   `json:"my_chat_member"`
	Channel      *wireMessage  `json:"channel_post"`
	ChannelEdit  *wireMessage  `json:"edited_channel_post"`
	Inline       present       `json:"inline_query"`
}

type wireUser struct {
	ID       int64  `json:"id"`
	IsBot    bool   `json:"is_bot"`
	Language string `json:"language_code"`
}

type wireChat struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
}

type wireMessage struct {
	ID            int          `json:"message_id"`
	From          *wireUser    `json:"from"`
	Chat          wireChat     `json:"chat"`
	SenderChat    present      `json:"sender_chat"`
	Text          string       `json:"text"`
	ForwardOrigin present      `json:"forward_origin"`
	ForwardDate   int64        `json:"forward_date"`
	ViaBot        present      `json:"via_bot"`
	Album         string       `json:"media_group_id"`
	Contact       *wireContact `json:"contact"`
	Location      *wirePlace   `json:"location"`
	Photo         wirePhoto    `json:"photo"`
	Voice         present      `json:"voice"`
	Video         present      `json:"video"`
	VideoNote     present      `json:"video_note"`
	Audio         present      `json:"audio"`
	Animation     present      `json:"animation"`
	Document      present      `json:"document"`
	Sticker       present      `json:"sticker"`
	Poll          present      `json:"poll"`
	Dice          present      `json:"dice"`
}

type wireContact struct {
	Phone  string `json:"phone_number"`
	UserID int64  `json:"user_id"`
}

// wirePhoto is a photo by the id of its largest size, which comes last.
type wirePhoto struct {
	there present
	id    string
}

// UnmarshalJSONFrom takes whatever a photo is written as.
func (p *wirePhoto) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	p.there = raw.Kind() != 'n'
	var sizes []struct {
		ID string `json:"file_id"`
	}
	if json.Unmarshal(raw, &sizes, lenient) == nil && len(sizes) > 0 {
		p.id = sizes[len(sizes)-1].ID
	}
	return nil
}

type wirePlace struct {
	Lat float64 `json:"latitude"`
	Lon float64 `json:"longitude"`
}

type wireCallback struct {
	ID      string    `json:"id"`
	From    *wireUser `json:"from"`
	Data    string    `json:"data"`
	Message *struct {
		Chat wireChat `json:"chat"`
	} `json:"message"`
}

type wireMember struct {
	From *wireUser `json:"from"`
	Chat wireChat  `json:"chat"`
	New  struct {
		Status string `json:"status"`
	} `json:"new_chat_member"`
}

// present is true where a field is there and not null, whatever it holds.
type present bool

// UnmarshalJSONFrom passes over the value.
func (p *present) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*p = dec.PeekKind() != 'n'
	return dec.SkipValue()
}

// lenient takes what Telegram would not send but encoding/json took: a name
// twice, of which the last counts, and letters that are no UTF-8, which become
// U+FFFD. To look for names that stand twice is a third of the decoding.
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// Accounts that speak for nobody: Telegram's service account, anonymous admins
// of groups, channels. Source: Telegram's documentation of sender_chat.
func nobodys(id int64) bool { return id == 777000 || id == 1087968824 || id == 136817688 }

// someone tells whether an update comes from a person: ids count from 1.
func someone(u *wireUser) bool { return u != nil && u.ID > 0 && !u.IsBot && !nobodys(u.ID) }

// decode reads one update. username is the bot's own name. Errors: malformed,
// errCutShort.
func decode(raw []byte, username string) (received, error) {
	var w wireUpdate
	if err := json.Unmarshal(raw, &w, lenient); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return received{}, errCutShort
		}
		return received{}, malformed{idOf(raw), "json"}
	}
	if w.ID == nil || *w.ID < 0 {
		return received{}, malformed{0, "no-id"}
	}
	kinds := 0
	for _, there := range []bool{
		w.Message != nil, w.Edited != nil, w.Callback != nil, w.MyChatMember != nil,
		w.Channel != nil, w.ChannelEdit != nil, bool(w.Inline),
	} {
		if there {
			kinds++
		}
	}
	if kinds > 1 {
		return received{}, malformed{*w.ID, "two-kinds"}
	}
	r := received{Update: bot.Update{ID: *w.ID}}
	switch {
	case w.Message != nil:
		return fromMessage(r, w.Message, username)
	case w.Edited != nil:
		r, err := fromMessage(r, w.Edited, username)
		r.Input.Flaw = flows.Edited
		return r, err
	case w.Channel != nil:
		return fromChannel(r, w.Channel, username), nil
	case w.ChannelEdit != nil:
		return fromChannel(r, w.ChannelEdit, username), nil
	case w.Callback != nil:
		return fromTap(r, w.Callback), nil
	case w.MyChatMember != nil:
		return fromMembership(r, w.MyChatMember), nil
	}
	return r, nil
}

// idOf finds the id of an update of which something else is not as it should be,
// wherever it stands; 0 where it has none. encoding/json goes on after a field
// of another type.
func idOf(raw []byte) int64 {
	var w struct {
		ID int64 `json:"update_id"`
	}
	_ = encodingjson.Unmarshal(raw, &w)
	return max(w.ID, 0)
}

func fromMessage(r received, m *wireMessage, username string) (received, error) {
	r.chat, r.message = m.Chat.ID, m.ID
	if !someone(m.From) || bool(m.SenderChat) {
		return r, nil
	}
	r.Person, r.Input.Tongue = m.From.ID, m.From.Language
	switch m.Chat.Type {
	case "private":
	case "group", "supergroup":
		return strayed(r, m.Text, username, group), nil
	default:
		return r, nil
	}
	if m.Chat.ID != m.From.ID {
		return r, malformed{r.ID, "foreign-chat"}
	}
	r.what = personal
	switch {
	case bool(m.ViaBot):
		r.Input.Flaw = flows.ViaBot
	case bool(m.ForwardOrigin), m.ForwardDate != 0:
		r.Input.Flaw = flows.Forwarded
	}
	if m.Text != "" {
		return fromText(r, m.Text, username), nil
	}
	r.Input = fromContent(r.Input, m)
	return r, nil
}

// fromChannel takes no notice but of a command: who wrote it is not told.
func fromChannel(r received, m *wireMessage, username string) received {
	r.chat = m.Chat.ID
	if m.Chat.Type != "channel" {
		return r
	}
	if r = strayed(r, m.Text, username, channel); r.Input.Name == "" {
		r.what = ignored
	}
	return r
}

// strayed keeps, of what was said where nothing is taken, the name of a command
// for this bot.
func strayed(r received, text, username string, where what) received {
	said := fromText(received{}, text, username).Input
	r.what, r.Input.Name = where, said.Name
	return r
}

// fromText tells a command from words. A command for another bot is not ours.
func fromText(r received, text, username string) received {
	r.Input.Kind, r.Input.Text = flows.Text, text
	head, rest := text, ""
	if i := strings.IndexAny(text, " \n\t\u00a0"); i >= 0 {
		head, rest = text[:i], strings.TrimSpace(text[i:])
	}
	name, ok := strings.CutPrefix(head, "/")
	if !ok {
		return r
	}
	name, to, addressed := strings.Cut(name, "@")
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" {
		return r
	}
	if addressed && !strings.EqualFold(to, username) {
		r.what = ignored
		return r
	}
	r.Input.Kind, r.Input.Name, r.Input.Text = flows.Command, name, rest
	return r
}

func fromContent(in flows.Input, m *wireMessage) flows.Input {
	in.Kind, in.Album, in.Text = flows.Media, m.Album, "other"
	switch {
	case m.Contact != nil:
		in.Kind, in.Text, in.Phone, in.Own = flows.Contact, "", m.Contact.Phone, m.Contact.UserID == m.From.ID
		return in
	case m.Location != nil:
		in.Kind, in.Text, in.Lat, in.Lon = flows.Location, "", m.Location.Lat, m.Location.Lon
		return in
	}
	for _, x := range []struct {
		there present
		name  string
	}{
		{m.Photo.there, "photo"},
		{m.Voice, "voice"},
		{m.Video, "video"},
		{m.VideoNote, "video_note"},
		{m.Audio, "audio"},
		{m.Animation, "animation"},
		{m.Document, "document"},
		{m.Sticker, "sticker"},
		{m.Poll, "poll"},
		{m.Dice, "dice"},
	} {
		if x.there {
			in.Text = x.name
			break
		}
	}
	in.File = m.Photo.id
	return in
}

// fromTap routes by sender and data alone: the message under an old button may
// be gone. A button in a group is not ours.
func fromTap(r received, c *wireCallback) received {
	r.callback = c.ID
	if !someone(c.From) || c.Message != nil && c.Message.Chat.Type != "" && c.Message.Chat.Type != "private" {
		return r
	}
	r.what, r.chat, r.Person = personal, c.From.ID, c.From.ID
	r.Input = flows.Input{Kind: flows.Tap, Data: c.Data, Tongue: c.From.Language}
	return r
}

func fromMembership(r received, m *wireMember) received {
	if !someone(m.From) || m.Chat.Type != "private" || m.Chat.ID != m.From.ID {
		return r
	}
	r.Person = m.From.ID
	switch m.New.Status {
	case "kicked":
		r.what = membership
	case "member":
		r.what, r.back = membership, true
	}
	return r
}

// String tells a log what came, without a person.
func (r received) String() string { return fmt.Sprintf("update %d", r.ID) }
