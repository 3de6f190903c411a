package telegramtest_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"sadasya/bot/telegramtest"
)

const keyboard = `{"inline_keyboard":[[{"text":"हाँ","callback_data":"yes"}],[{"text":"web","url":"https://example.org"}]]}`

// TestWhatTelegramRefusesIsRefused, in its words: the bot tells some of them apart.
func TestWhatTelegramRefusesIsRefused(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	writer, blocked, silent := b.person(), b.person(), b.Person(telegramtest.PersonOptions{})
	blocked.Block()
	var sent struct {
		ID int `json:"message_id"`
	}
	b.done("sendMessage", params{"chat_id": chatID(writer), "text": "<b>x</b>", "parse_mode": "HTML", "reply_markup": keyboard}, &sent)
	if sent.ID != 2 {
		t.Fatalf("the second message of the chat is number %d", sent.ID)
	}
	to := func(p params) params { p["chat_id"] = chatID(writer); return p }
	button := func(b string) params {
		return to(params{"text": "x", "reply_markup": `{"inline_keyboard":[[` + b + `]]}`})
	}
	long := strings.Repeat("🙏", 2049) // 4098 in UTF-16, 2049 letters
	for _, c := range []struct {
		name, method string
		params       params
		status       int
		want         string // a part of the description; empty: done
	}{
		{"a required parameter", "sendMessage", params{"text": "x"}, 400, `parameter "chat_id" is required`},
		{"another", "sendMessage", to(params{}), 400, `parameter "text" is required`},
		{"an unknown parameter", "sendMessage", to(params{"text": "x", "parsemode": "HTML"}), 400, `no parameter "parsemode"`},
		{"an unknown method", "sendMassage", to(params{"text": "x"}), 404, "Not Found"},
		{"a method of others", "sendDice", to(params{}), 400, "not played here"},

		{"nobody's chat", "sendMessage", params{"chat_id": "77", "text": "x"}, 400, "Bad Request: chat not found"},
		{"a chat that never began", "sendMessage", params{"chat_id": chatID(silent), "text": "x"}, 400, "Bad Request: chat not found"},
		{"a chat of letters", "sendMessage", params{"chat_id": "kamla", "text": "x"}, 400, "chat_id"},
		{"a blocked bot", "sendMessage", params{"chat_id": chatID(blocked), "text": "x"}, 403, "Forbidden: bot was blocked by the user"},
		{"a blocked action", "sendChatAction", params{"chat_id": chatID(blocked), "action": "typing"}, 403, "blocked"},

		{"the longest text", "sendMessage", to(params{"text": strings.Repeat("🙏", 2048)}), 200, ""},
		{"a text too long in UTF-16", "sendMessage", to(params{"text": long}), 400, "message is too long"},
		{"tags do not count", "sendMessage", to(params{"text": "<b>" + strings.Repeat("x", 4096) + "</b>", "parse_mode": "HTML"}), 200, ""},
		{"no text", "sendMessage", to(params{"text": ""}), 400, "message text is empty"},
		{"blanks", "sendMessage", to(params{"text": " \n\t"}), 400, "message text is empty"},
		{"tags alone", "sendMessage", to(params{"text": "<b> </b>", "parse_mode": "HTML"}), 400, "message text is empty"},
		{"half a letter", "sendMessage", to(params{"text": "क"[:2]}), 400, "UTF-8"},
		{"bad HTML", "sendMessage", to(params{"text": "<b>x", "parse_mode": "HTML"}), 400, "can't parse entities"},
		{"an unknown tag", "sendMessage", to(params{"text": "<p>x</p>", "parse_mode": "HTML"}), 400, `Unsupported start tag "p"`},
		{"Markdown", "sendMessage", to(params{"text": "*x*", "parse_mode": "MarkdownV2"}), 400, "parse_mode"},

		{"markup that is no JSON", "sendMessage", to(params{"text": "x", "reply_markup": "{"}), 400, "can't parse reply keyboard markup"},
		{"64 bytes of data", "sendMessage", button(`{"text":"x","callback_data":"` + strings.Repeat("d", 64) + `"}`), 200, ""},
		{"65 bytes of data", "sendMessage", button(`{"text":"x","callback_data":"` + strings.Repeat("d", 65) + `"}`), 400, "BUTTON_DATA_INVALID"},
		{"66 bytes in 22 letters", "sendMessage", button(`{"text":"x","callback_data":"` + strings.Repeat("क", 22) + `"}`), 400, "BUTTON_DATA_INVALID"},
		{"a button without a label", "sendMessage", button(`{"text":" ","callback_data":"d"}`), 400, "must be non-empty"},
		{"a button that does nothing", "sendMessage", button(`{"text":"x"}`), 400, "text buttons are unallowed"},
		{"a button that does two things", "sendMessage", button(`{"text":"x","callback_data":"d","url":"https://example.org"}`), 400, "unallowed"},
		{"a script", "sendMessage", button(`{"text":"x","url":"javascript:alert(1)"}`), 400, "Wrong HTTP URL"},
		{"an app's address", "sendMessage", button(`{"text":"x","url":"tg://msg_url?url=x"}`), 200, ""},

		{"an edit that changes nothing", "editMessageText", to(params{"message_id": "2", "text": "<b>x</b>", "parse_mode": "HTML", "reply_markup": keyboard}), 400, "message is not modified"},
		{"an edit of nothing", "editMessageText", to(params{"message_id": "99", "text": "y"}), 400, "message to edit not found"},
		{"an edit of another's", "editMessageText", to(params{"message_id": "1", "text": "y"}), 400, "message to edit not found"},
		{"an edit to nothing", "editMessageText", to(params{"message_id": "2", "text": " "}), 400, "message text is empty"},
		{"the same buttons", "editMessageReplyMarkup", to(params{"message_id": "2", "reply_markup": keyboard}), 400, "message is not modified"},
		{"no message to delete", "deleteMessage", to(params{"message_id": "99"}), 400, "message to delete not found"},

		{"a tap that never was", "answerCallbackQuery", params{"callback_query_id": "1"}, 400, "query is too old and response timeout expired or query ID is invalid"},
		{"an answer too long", "answerCallbackQuery", params{"callback_query_id": "1", "text": strings.Repeat("x", 201)}, 400, "MESSAGE_TOO_LONG"},

		{"a command in capitals", "setMyCommands", params{"commands": `[{"command":"Help","description":"x"}]`}, 400, "BOT_COMMAND_INVALID"},
		{"a command with a slash", "setMyCommands", params{"commands": `[{"command":"/help","description":"x"}]`}, 400, "BOT_COMMAND_INVALID"},
		{"a command without words", "setMyCommands", params{"commands": `[{"command":"help","description":""}]`}, 400, "BOT_COMMAND_DESCRIPTION_INVALID"},
		{"too many commands", "setMyCommands", params{"commands": "[" + strings.Repeat(`{"command":"a","description":"x"},`, 100) + `{"command":"a","description":"x"}]`}, 400, "BOT_COMMANDS_TOO_MUCH"},
		{"commands that are none", "setMyCommands", params{"commands": "help"}, 400, "can't parse commands"},
		{"a long description", "setMyDescription", params{"description": strings.Repeat("क", 513)}, 400, "too long"},
		{"a long short description", "setMyShortDescription", params{"short_description": strings.Repeat("क", 121)}, 400, "too long"},

		{"a webhook nowhere", "setWebhook", params{"url": "telegram"}, 400, "bad webhook"},
		{"a secret with a blank", "setWebhook", params{"url": "https://example.org/", "secret_token": "a b"}, 400, "unallowed characters"},
		{"too many connections", "setWebhook", params{"url": "https://example.org/", "max_connections": "101"}, 400, "max_connections"},
		{"updates that are no list", "setWebhook", params{"url": "https://example.org/", "allowed_updates": "message"}, 400, "allowed_updates"},
		{"a photo by its id", "sendPhoto", to(params{"photo": "AgAC"}), 400, "wrong file identifier"},
	} {
		a := b.call(c.method, c.params)
		if a.status != c.status || a.OK != (c.want == "") || !strings.Contains(a.Description, c.want) || !a.OK && a.Code != a.status {
			t.Errorf("%s: %d, ok %v, %d %q; want %d %q", c.name, a.status, a.OK, a.Code, a.Description, c.status, c.want)
		}
	}
}

func TestAnotherTokenIsUnauthorized(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{Token: "1:right"})
	for _, path := range []string{"/bot1:wrong/getMe", "/bot/getMe", "/bot1:right2/getMe"} {
		res, err := b.client.Get(b.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		if a, err := read(res); err != nil || a.status != http.StatusUnauthorized || a.Description != "Unauthorized" {
			t.Errorf("%s: %d %q, %v", path, a.status, a.Description, err)
		}
	}
	var me struct{ Username string }
	if b.done("getMe", nil, &me); me.Username != b.Username() {
		t.Errorf("I am %q", me.Username)
	}
}

func TestParametersMayComeAsJSONAndInTheAddress(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person()
	body := `{"text":"x","disable_notification":true,"reply_markup":` + keyboard + `}`
	for _, body := range []string{body, "{", "[]"} {
		res, err := b.client.Post(b.URL()+"/bot"+b.Token()+"/sendMessage?chat_id="+chatID(p), "application/json; charset=utf-8", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if a, err := read(res); err != nil || a.OK != (len(body) > 2) {
			t.Errorf("%s: %q, %v", body, a.Description, err)
		}
	}
	m := p.Messages()
	if len(m) != 2 || len(m[1].Buttons) != 2 || m[1].Buttons[0][0].Data != "yes" {
		t.Errorf("the chat is %+v", m)
	}
}

func TestAFileIsUploadedInParts(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person()
	for method, kind := range map[string]string{"sendPhoto": "photo", "sendDocument": "document", "sendVoice": "voice"} {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, err := form.CreateFormFile(kind, "card.png")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte("\x89PNG " + kind)); err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]string{"chat_id": chatID(p), "caption": "<b>कार्ड</b>", "parse_mode": "HTML", "reply_markup": keyboard} {
			if err := form.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
		if err := form.Close(); err != nil {
			t.Fatal(err)
		}
		res, err := b.client.Post(b.URL()+"/bot"+b.Token()+"/"+method, form.FormDataContentType(), &body)
		if err != nil {
			t.Fatal(err)
		}
		if a, err := read(res); err != nil || !a.OK {
			t.Fatalf("%s: %q, %v", method, a.Description, err)
		}
		messages := p.Messages()
		m := messages[len(messages)-1]
		if m.File == nil || m.File.Kind != kind || m.File.Name != "card.png" || string(m.File.Data) != "\x89PNG "+kind || m.Text != "कार्ड" || len(m.Buttons) != 2 {
			t.Errorf("%s: %+v", method, m)
			continue
		}
		b.done(method, params{"chat_id": chatID(p), kind: m.File.ID}, nil) // once more, without uploading it
		messages = p.Messages()
		if again := messages[len(messages)-1]; again.File == nil || string(again.File.Data) != string(m.File.Data) || again.Text != "" {
			t.Errorf("%s again: %+v", method, again)
		}
	}
}

func TestTheProfileIsKeptPerLanguage(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	b.done("setMyDescription", params{"description": "सदस्य बनें", "language_code": "hi"}, nil)
	b.done("setMyDescription", params{"description": "Join"}, nil)
	var d struct{ Description string }
	if b.done("getMyDescription", params{"language_code": "hi"}, &d); d.Description != "सदस्य बनें" || b.Profile("description", "") != "Join" {
		t.Errorf("%q, %q", d.Description, b.Profile("description", ""))
	}
	const commands = `[{"command":"help","description":"मदद"}]`
	b.done("setMyCommands", params{"commands": commands, "language_code": "hi"}, nil)
	get := func(language string) string {
		var raw json.RawMessage
		b.done("getMyCommands", params{"language_code": language}, &raw)
		return string(raw)
	}
	if get("hi") != commands || get("") != "[]" {
		t.Errorf("commands %s, %s", get("hi"), get(""))
	}
	if b.done("deleteMyCommands", params{"language_code": "hi"}, nil); get("hi") != "[]" {
		t.Errorf("deleted, and still %s", get("hi"))
	}
}

func TestMessagesAreEditedAndDeleted(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person()
	b.done("sendMessage", params{"chat_id": chatID(p), "text": "1 &lt; 2 &amp; <i>3</i>", "parse_mode": "HTML", "reply_markup": keyboard}, nil)
	if m := p.Messages()[1]; m.Text != "1 < 2 & 3" || !m.FromBot {
		t.Errorf("%+v", m)
	}
	b.done("editMessageReplyMarkup", params{"chat_id": chatID(p), "message_id": "2"}, nil)
	if m := p.Messages()[1]; len(m.Buttons) != 0 || m.Text != "1 < 2 & 3" {
		t.Errorf("%+v", m)
	}
	b.done("editMessageText", params{"chat_id": chatID(p), "message_id": "2", "text": "new"}, nil)
	if m := p.Messages()[1]; m.Text != "new" {
		t.Errorf("%+v", m)
	}
	b.done("deleteMessage", params{"chat_id": chatID(p), "message_id": "1"}, nil)
	if m := p.Messages(); len(m) != 1 || m[0].ID != 2 {
		t.Errorf("%+v", m)
	}
}
