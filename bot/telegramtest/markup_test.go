package telegramtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sadasya/bot/telegramtest"
)

func TestMarkupIsReadStrictly(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person()
	many := strings.TrimSuffix(strings.Repeat(`[{"text":"x","callback_data":"d"}],`, 101), ",")
	for markup, want := range map[string]string{
		`{"keyboard":[["हाँ"],[{"text":"📍","request_location":true}]]}`: "",
		`{"keyboard":[[" "]]}`:                        "keyboard button text must be non-empty",
		`{"keyboard":"x"}`:                            "can't parse reply keyboard markup",
		`{"remove_keyboard":true}`:                    "",
		`{"force_reply":true}`:                        "",
		`{"remove_keyboard":"yes"}`:                   "can't parse reply keyboard markup",
		`{"force_reply":true,"remove_keyboard":true}`: "of one kind only",
		`{"force_reply":true,"input_field_placeholder":"` + strings.Repeat("x", 65) + `"}`: "input_field_placeholder",
		`{"inline_keyboard":[]}`: "",
		`{"inline_keyboard":[[{"text":"x","copy_text":{"text":"482177361"}}]]}`:                     "",
		`{"inline_keyboard":[[{"text":"x","copy_text":{"text":""}}]]}`:                              "BUTTON_COPY_TEXT_INVALID",
		`{"inline_keyboard":[[{"text":"x","switch_inline_query":""}]]}`:                             "",
		`{"inline_keyboard":[[{"text":"x","callback_data":"d","style":"success"}]]}`:                "",
		`{"inline_keyboard":[[{"text":"x","callback_data":"d","style":"green"}]]}`:                  `no style "green"`,
		`{"inline_keyboard":[[{"text":"x","callback_data":"d","copy_text":{"text":"482177361"}}]]}`: "unallowed",
		`{"inline_keyboard":[[{"text":"x","url":"https://"}]]}`:                                     "Wrong HTTP URL",
		`{"inline_keyboard":[` + many + `]}`:                                                        "REPLY_MARKUP_TOO_LONG",
	} {
		a := b.call("sendMessage", params{"chat_id": chatID(p), "text": "x", "reply_markup": markup})
		if a.OK != (want == "") || !strings.Contains(a.Description, want) {
			t.Errorf("%.120s: %q, want %q", markup, a.Description, want)
		}
	}
}

func TestAKeyboardComesAndGoes(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person()
	say := func(markup string) {
		b.done("sendMessage", params{"chat_id": chatID(p), "text": "x", "reply_markup": markup}, nil)
	}
	say(`{"keyboard":[["हाँ"],[{"text":"📍","request_location":true},{"text":"☎","request_contact":true}]]}`)
	say(keyboard) // buttons under a message leave it where it is
	want := [][]telegramtest.Key{{{Text: "हाँ"}}, {{Text: "📍", Location: true}, {Text: "☎", Contact: true}}}
	if diff := cmp.Diff(want, p.Keyboard()); diff != "" {
		t.Error(diff)
	}
	if a := b.call("editMessageReplyMarkup", params{"chat_id": chatID(p), "message_id": "3", "reply_markup": `{"remove_keyboard":true}`}); a.Description != "Bad Request: inline keyboard expected" {
		t.Errorf("a keyboard under a message: %q", a.Description)
	}
	if say(`{"remove_keyboard":true}`); len(p.Keyboard()) != 0 {
		t.Errorf("it stays: %v", p.Keyboard())
	}
}

func TestParametersAreOfTheirKind(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person()
	for _, c := range []struct{ name, value, want string }{
		{"disable_notification", "true", ""},
		{"disable_notification", "yes", "must be true or false"},
		{"message_thread_id", "x", "must be an integer"},
		{"link_preview_options", "off", "can't parse link_preview_options"},
		{"link_preview_options", `{"is_disabled":true}`, ""},
		{"parse_mode", "html", ""},
		{"parse_mode", "XML", "unsupported parse_mode"},
	} {
		a := b.call("sendMessage", params{"chat_id": chatID(p), "text": "x", c.name: c.value})
		if a.OK != (c.want == "") || !strings.Contains(a.Description, c.want) {
			t.Errorf("%s=%s: %q, want %q", c.name, c.value, a.Description, c.want)
		}
	}
}

func TestManyAreDeletedAtOnce(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person()
	for range 3 {
		b.done("sendMessage", params{"chat_id": chatID(p), "text": "x"}, nil)
	}
	b.done("deleteMessages", params{"chat_id": chatID(p), "message_ids": "[1,2,3,99]"}, nil)
	if m := p.Messages(); len(m) != 1 || m[0].ID != 4 {
		t.Errorf("%+v", m)
	}
	for _, ids := range []string{"[]", "[" + strings.Repeat("1,", 100) + "1]", `["x"]`} {
		if a := b.call("deleteMessages", params{"chat_id": chatID(p), "message_ids": ids}); a.status != 400 {
			t.Errorf("%.20s: %+v", ids, a)
		}
	}
}

func TestAChatAndItsMenu(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person()
	var chat struct {
		ID   int64
		Type string
	}
	if b.done("getChat", params{"chat_id": chatID(p)}, &chat); chat.ID != p.ID || chat.Type != "private" {
		t.Errorf("%+v", chat)
	}
	menu := func(chat string) string {
		var button struct{ Type string }
		b.done("getChatMenuButton", params{"chat_id": chat}, &button)
		return button.Type
	}
	got := []string{menu(chatID(p))}
	b.done("setChatMenuButton", params{"menu_button": `{"type":"commands"}`}, nil)
	b.done("setChatMenuButton", params{"chat_id": chatID(p), "menu_button": `{"type":"default"}`}, nil)
	got = append(got, menu(chatID(p)), menu("77"))
	if fmt.Sprint(got) != "[default default commands]" {
		t.Errorf("the menus are %v", got)
	}
	if a := b.call("setChatMenuButton", params{"menu_button": `{"type":"x"}`}); a.OK {
		t.Error("a menu of an unknown kind is taken")
	}
}
