package telegram

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sadasya/bot"
	"sadasya/flows"
)

// kind is one sort of update and what the bot must get of it.
type kind struct {
	name, raw string
	want      noted
}

// TestEveryKindOfUpdate: each is answered 200, and reaches the bot as what it
// is, as a flaw, as a fact about the chat, set aside, or not at all.
func TestEveryKindOfUpdate(t *testing.T) {
	for _, c := range kinds() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, &recorder{})
			if w := r.post(c.raw); w.Code != http.StatusOK || w.Body.Len() > 0 {
				t.Errorf("answered %d %q", w.Code, w.Body)
			}
			if diff := cmp.Diff(c.want, r.bot.seen()); diff != "" {
				t.Errorf("reached the bot (-want +got):\n%s", diff)
			}
		})
	}
}

// TestIDsAreNoWatermark: an older id after a newer one and a random jump are
// handed on like any other; what was handled before, the bot knows.
func TestIDsAreNoWatermark(t *testing.T) {
	r := newRig(t, &recorder{})
	ids := []string{"500", "499", "500", "7", "9007199254740993", "0"}
	for _, id := range ids {
		r.post(strings.Replace(said(person, "hi"), "70", id, 1))
	}
	var got []string
	for _, u := range r.bot.seen().Updates {
		got = append(got, fmt.Sprint(u.ID))
	}
	if diff := cmp.Diff(ids, got); diff != "" {
		t.Error(diff)
	}
}

func kinds() (all []kind) {
	for _, list := range [][]kind{messages(), senders(), others(), taps(), media()} {
		all = append(all, list...)
	}
	return all
}

// comes is one update of the person that reaches the bot.
func comes(in flows.Input) noted {
	in.Tongue = "hi"
	return noted{Updates: []bot.Update{{ID: 70, Person: person, Input: in}}}
}

func apart(reason string) noted { return noted{Aside: []aside{{70, reason}}} }

// instead is an update whose message, or what stands for it, is replaced.
func instead(field, value string) string { return fmt.Sprintf(`{"update_id":70,%q:%s}`, field, value) }

// inside is a message without the update around it.
func inside(raw string) string {
	return strings.TrimSuffix(strings.TrimPrefix(raw, `{"update_id":70,"message":`), "}")
}

func messages() []kind {
	text := func(s string) noted { return comes(flows.Input{Kind: flows.Text, Text: s}) }
	command := func(name, rest string) noted {
		return comes(flows.Input{Kind: flows.Command, Name: name, Text: rest})
	}
	flawed := func(f flows.Flaw, s string) noted {
		return comes(flows.Input{Kind: flows.Text, Text: s, Flaw: f})
	}
	const origin = `,"forward_origin":{"type":"user","date":1,"sender_user":{"id":5,"is_bot":false}}`
	return []kind{
		{"words", said(person, "मीना कुमारी"), text("मीना कुमारी")},
		{"blanks", said(person, "  "), text("  ")},
		{"NUL", said(person, "a\x00b"), text("a\x00b")},
		{"a lone surrogate", message(person, `"text":"a\ud800b"`), text("a\ufffdb")},
		{"invalid UTF-8", message(person, "\"text\":\"a\xffb\""), text("a\ufffdb")},
		{"4,096 characters", said(person, strings.Repeat("अ", 4096)), text(strings.Repeat("अ", 4096))},
		{"/start", said(person, "/start"), command("start", "")},
		{"a link", said(person, "/start 482177361"), command("start", "482177361")},
		{"a link of two lines", said(person, "/start\n../ "), command("start", "../")},
		{"our own command", said(person, "/start@Sadasya_Demo_Bot 4"), command("start", "4")},
		{"another bot's command", said(person, "/start@otherbot"), noted{}},
		{"another bot's command, forwarded", message(person, `"text":"/admin@otherbot"`+origin), noted{}},
		{"capitals", said(person, "/START"), command("START", "")},
		{"a slash", said(person, "/"), text("/")},
		{"a slash and an @", said(person, "/@sadasya_demo_bot"), text("/@sadasya_demo_bot")},
		{"a path", said(person, "/etc/passwd"), text("/etc/passwd")},
		{"a booth", said(person, "५४/१२३"), text("५४/१२३")},
		{"a slash and Devanagari", said(person, "/नाम"), text("/नाम")},
		{"entities that are forged", message(person, `"text":"hi","entities":[{"type":"bot_command","offset":-5,"length":999}]`), text("hi")},
		{"forwarded", message(person, `"text":"hi"`+origin), flawed(flows.Forwarded, "hi")},
		{"forwarded, as it was told of old", message(person, `"text":"hi","forward_date":1764000000`), flawed(flows.Forwarded, "hi")},
		{"a forwarded command", message(person, `"text":"/admin 5"`+origin), comes(flows.Input{Kind: flows.Command, Name: "admin", Text: "5", Flaw: flows.Forwarded})},
		{"by another bot", message(person, `"text":"hi","via_bot":{"id":5,"is_bot":true}`), flawed(flows.ViaBot, "hi")},
		{"a field that is null", message(person, `"text":"hi","via_bot":null,"forward_origin":null,"sender_chat":null`), text("hi")},
		{"edited", instead("edited_message", inside(said(person, "hi"))), flawed(flows.Edited, "hi")},
		{"a forwarded one, edited", instead("edited_message", inside(message(person, `"text":"hi"`+origin))), flawed(flows.Edited, "hi")},
	}
}

func senders() []kind {
	const chat = `"chat":{"id":7184202113,"type":"private"}`
	from := func(fields string) string {
		return instead("message", `{"message_id":9,"text":"hi",`+chat+fields+`}`)
	}
	in := func(kind string) string {
		return instead("message", fmt.Sprintf(`{"message_id":9,"text":"hi","from":{"id":%d,"language_code":"en"},"chat":{"id":-1001,"type":%q}}`, int64(person), kind))
	}
	commanded := func(text string) string {
		return instead("message", fmt.Sprintf(`{"message_id":9,"text":%q,"from":{"id":%d,"language_code":"en"},"chat":{"id":-1001,"type":"supergroup"}}`, text, int64(person)))
	}
	list := []kind{
		{"no sender", from(""), noted{}},
		{"a sender that is null", from(`,"from":null`), noted{}},
		{"a sender without an id", instead("message", `{"message_id":9,"text":"hi","from":{},"chat":{"type":"private"}}`), noted{}},
		{"a bot", from(`,"from":{"id":7184202113,"is_bot":true}`), noted{}},
		{"in the name of a channel", message(person, `"text":"hi","sender_chat":{"id":-1002,"type":"channel"}`), noted{}},
		{"a private chat that is not the sender's", message(person, `"text":"hi","chat":{"id":7184202114,"type":"private"}`), apart("foreign-chat")},
		{"the same, edited", instead("edited_message", inside(message(person, `"text":"hi","chat":{"id":7184202114,"type":"private"}`))), apart("foreign-chat")},
		{"a group", in("group"), noted{Groups: []stray{{-1001, person, "", "en"}}}},
		{"a supergroup", in("supergroup"), noted{Groups: []stray{{-1001, person, "", "en"}}}},
		{"a command in a group", commanded("/stats@Sadasya_Demo_Bot now"), noted{Groups: []stray{{-1001, person, "stats", "en"}}}},
		{"another bot's command in a group", commanded("/stats@other"), noted{Groups: []stray{{-1001, person, "", "en"}}}},
		{"a command in the name of the group", message(person, `"text":"/stats","sender_chat":{"id":-1001,"type":"supergroup"},"chat":{"id":-1001,"type":"supergroup"}`), noted{}},
		{"a channel", in("channel"), noted{}},
		{"a chat of no kind", in(""), noted{}},
	}
	for _, id := range []int64{1087968824, 777000, 136817688} {
		list = append(
			list,
			kind{fmt.Sprint("account ", id), said(id, "hi"), noted{}},
			kind{fmt.Sprint("account ", id, " in a group"), message(id, `"text":"hi","chat":{"id":-1001,"type":"group"}`), noted{}},
		)
	}
	return list
}

func others() []kind {
	member := func(chat, status string) string {
		return instead("my_chat_member", fmt.Sprintf(`{"from":{"id":%d},"chat":%s,"date":1,"new_chat_member":{"status":%q}}`, int64(person), chat, status))
	}
	const own, group = `{"id":7184202113,"type":"private"}`, `{"id":-1001,"type":"group"}`
	hi := said(person, "hi")
	return []kind{
		{"a kind that is unknown", instead("purchased_paid_media", `{"from":{"id":7184202113}}`), noted{}},
		{"no kind at all", `{"update_id":70}`, noted{}},
		{"a message that is null", instead("message", "null"), noted{}},
		{"a channel's post", instead("channel_post", inside(hi)), noted{}},
		{"a channel's post, edited", instead("edited_channel_post", inside(hi)), noted{}},
		{"a channel's words", instead("channel_post", `{"message_id":9,"text":"hi","chat":{"id":-1003,"type":"channel"}}`), noted{}},
		{"a command in a channel", instead("channel_post", `{"message_id":9,"text":"/stats","chat":{"id":-1003,"type":"channel"}}`), noted{Groups: []stray{{-1003, 0, "stats", ""}}}},
		{"an inline query", instead("inline_query", `{"id":"1","from":{"id":7184202113},"query":"hi"}`), noted{}},
		{"a message and a tap", strings.TrimSuffix(hi, "}") + `,"callback_query":{"id":"1"}}`, apart("two-kinds")},
		{"a message and its edit", strings.TrimSuffix(hi, "}") + `,"edited_message":{}}`, apart("two-kinds")},
		{"a message and a channel's post", strings.TrimSuffix(hi, "}") + `,"channel_post":{}}`, apart("two-kinds")},
		{"a message and null", strings.TrimSuffix(hi, "}") + `,"callback_query":null}`, comes(flows.Input{Kind: flows.Text, Text: "hi"})},
		{"blocked", member(own, "kicked"), noted{Reachable: []reachable{{person, false}}}},
		{"back", member(own, "member"), noted{Reachable: []reachable{{person, true}}}},
		{"of another status", member(own, "restricted"), noted{}},
		{"put out of a group", member(group, "kicked"), noted{}},
		{"membership of nobody", instead("my_chat_member", `{"chat":`+own+`,"new_chat_member":{"status":"kicked"}}`), noted{}},
	}
}

func taps() []kind {
	tap := func(fields string) string {
		return instead("callback_query", `{"id":"4711","from":{"id":7184202113,"language_code":"hi"},"chat_instance":"1"`+fields+`}`)
	}
	data := func(s string) noted { return comes(flows.Input{Kind: flows.Tap, Data: s}) }
	long := strings.Repeat("x", 65)
	return []kind{
		{"a tap", tap(`,"data":"y:1","message":{"message_id":3,"date":1764000000,"chat":{"id":7184202113,"type":"private"},"text":"?"}`), data("y:1")},
		{"a tap without its message", tap(`,"data":"y:1"`), data("y:1")},
		{"a tap on an old message", tap(`,"data":"y:1","message":{"message_id":3,"date":0,"chat":{"id":7184202113,"type":"private"}}`), data("y:1")},
		{"a tap on a message of an inline query", tap(`,"data":"y:1","inline_message_id":"1"`), data("y:1")},
		{"an empty tap", tap(`,"data":""`), data("")},
		{"a tap over 64 bytes", tap(`,"data":"` + long + `"`), data(long)},
		{"a tap of invalid UTF-8", tap(",\"data\":\"\xff\""), data("\ufffd")},
		{"a tap in a group", tap(`,"data":"y:1","message":{"message_id":3,"chat":{"id":-1001,"type":"supergroup"}}`), noted{}},
		{"a tap of nobody", instead("callback_query", `{"id":"4711","data":"y:1"}`), noted{}},
		{"a tap of a sender without an id", instead("callback_query", `{"id":"4711","from":{},"data":"y:1"}`), noted{}},
		{"a tap of a bot", instead("callback_query", `{"id":"4711","from":{"id":7184202113,"is_bot":true},"data":"y:1"}`), noted{}},
	}
}

func media() []kind {
	sort := func(s string) noted { return comes(flows.Input{Kind: flows.Media, Text: s}) }
	photo := func(album string) noted {
		return comes(flows.Input{Kind: flows.Media, Text: "photo", File: "x", Album: album})
	}
	list := []kind{
		{"the person's own contact", message(person, `"contact":{"phone_number":"+919829012345","first_name":"Meena","user_id":7184202113}`), comes(flows.Input{Kind: flows.Contact, Phone: "+919829012345", Own: true})},
		{"another's contact", message(person, `"contact":{"phone_number":"+919829012345","user_id":5}`), comes(flows.Input{Kind: flows.Contact, Phone: "+919829012345"})},
		{"a contact of no account", message(person, `"contact":{"phone_number":"+919829012345"}`), comes(flows.Input{Kind: flows.Contact, Phone: "+919829012345"})},
		{"a location", message(person, `"location":{"latitude":26.9124,"longitude":75.7873}`), comes(flows.Input{Kind: flows.Location, Lat: 26.9124, Lon: 75.7873})},
		{"a photo of an album", message(person, `"media_group_id":"13","photo":[{"file_id":"x"}]`), photo("13")},
		{"a command as a caption", message(person, `"caption":"/admin","photo":[{"file_id":"x"}]`), photo("")},
		{"an animation, which is a document too", message(person, `"animation":{"file_id":"x"},"document":{"file_id":"x"}`), sort("animation")},
		{"2 GB", message(person, `"document":{"file_id":"x","file_size":2147483648}`), sort("document")},
		{"a pinned message", message(person, `"pinned_message":{"message_id":1}`), sort("other")},
		{"an empty text", message(person, `"text":""`), sort("other")},
		{"a photo, edited", instead("edited_message", inside(message(person, `"photo":[{}]`))), comes(flows.Input{Kind: flows.Media, Text: "photo", Flaw: flows.Edited})},
	}
	for _, name := range []string{"photo", "voice", "video", "video_note", "audio", "animation", "document", "sticker", "poll", "dice"} {
		list = append(list, kind{name, message(person, fmt.Sprintf(`%q:{"file_id":"x"}`, name)), sort(name)})
	}
	return list
}
